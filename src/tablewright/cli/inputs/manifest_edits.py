"""Changing the files of manifests: all that is to be changed first, then the files, or none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from difflib import unified_diff
from pathlib import Path

from tablewright import manifest
from tablewright.errors import InputError, OperationError, UsageError
from tablewright.files import write_whole
from tablewright.manifest import StackManifest
from tablewright.manifest.placing import Placement


def editable(
    paths: Sequence[str],
    option: str,
    next_step: str,
    environment: str | None = None,
    stack: str | None = None,
) -> StackManifest:
    """The manifests, if they can be written to.

    Args:
        paths: of the command line.
        option: that writes.
        next_step: what to do where there are no paths.
        environment: of the stack, whatever its manifest says.
        stack: which, where the manifests hold several.

    Raises:
        UsageError: they cannot.
    """
    if not paths:
        raise UsageError(f"{option} needs manifests to write to", next_step)
    read = manifest.load(paths, environment=os.environ, chosen_environment=environment, stack=stack)
    if read.from_planton or read.kubernetes:
        whose = "Planton's manifests" if read.from_planton else "Manifests of Kubernetes"
        raise UsageError(
            f"{whose} are not written to",
            "turn them into ours first: `tablewright convert PATH`",
        )
    if strange := [file for file in read.files.values() if not Path(file).is_file()]:
        raise UsageError(
            f"{strange[0]} is not a file that can be written to", "name a file or folder"
        )
    return read


class ManifestEdits:
    """Changes of the texts of manifests, of which no file knows yet.

    Args:
        paths: of the command line.
        stack: what `editable` returned.
        environment: of the stack, whatever its manifest says.

    Attributes:
        placement: for which environment they are written.
    """

    def __init__(
        self, paths: Sequence[str], stack: StackManifest, environment: str | None = None
    ) -> None:
        self._paths, self._stack, self._environment = paths, stack, environment
        self.placement = Placement.of(stack, environment)
        self._before: dict[Path, bytes] = {}
        self._after: dict[Path, str] = {}

    def edit(self, name: str, change: Callable[[str, int], str]) -> None:
        """Change the text of the file that declares a table.

        Args:
            name: `metadata.name` of the table.
            change: the new text from the old one and the position of the table's document in it,
                for another stack's may have the same name; as it was where this raises.

        Raises:
            InputError: `change` does.
        """
        path = Path(self._stack.files[name])
        if path not in self._before:
            self._before[path] = path.read_bytes()
        text = self._after.get(path, self._before[path].decode("utf-8"))
        self._after[path] = change(text, self._stack.positions[name])

    def load(self) -> StackManifest:
        """The manifests as they would be.

        Raises:
            ManifestError: together they would say what they cannot.
        """
        return manifest.load(
            self._paths,
            environment=os.environ,
            chosen_environment=self._environment,
            stack=str(self._stack.id),
            edited={str(path): text for path, text in self._after.items()},
        )

    def differences(self) -> Iterator[str]:
        """What is different, file by file."""
        for path, text in self._changed():
            lines = unified_diff(
                self._before[path].decode("utf-8").splitlines(),
                text.splitlines(),
                str(path),
                str(path),
                lineterm="",
            )
            yield "\n".join(lines)

    def write(self) -> int:
        """Write all files, or leave all as they were; answers how many.

        Raises:
            InputError: somebody changed a file meanwhile.
            OperationError: one cannot be written.
        """
        changed = list(self._changed())
        for path, _ in changed:
            if path.read_bytes() != self._before[path]:
                raise InputError(
                    f"{path} was changed meanwhile; nothing was written",
                    "run the same command again",
                )
        written: list[Path] = []
        try:
            for path, text in changed:
                write_whole(path.resolve(), text.encode())
                written.append(path)
        except OSError as error:
            for path in written:
                write_whole(path.resolve(), self._before[path])
            raise OperationError(
                f"{error.filename} cannot be written: {error.strerror}; the manifests are as they "
                "were",
                "allow it, then run the same command again",
            ) from error
        return len(changed)

    def _changed(self) -> Iterator[tuple[Path, str]]:
        for path, text in self._after.items():
            if text.encode() != self._before[path]:
                yield path, text
