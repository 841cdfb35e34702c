"""`tablewright eject`: a plain Pulumi program of the same resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from tablewright.cli import console
from tablewright.cli.inputs.manifests import sources
from tablewright.components.eject import eject
from tablewright.errors import UsageError
from tablewright.plan.owner import owned
from tablewright.stack_id import as_file_name


def run(
    paths: Sequence[str],
    environment: str | None,
    stacks: Sequence[str],
    language: Literal["python", "typescript"],
    directory: Path | None,
    output_format: str,
) -> None:
    """Write the stacks at PATH as programs that need nothing but Pulumi and its AWS provider."""
    given = sources(paths, environment, stacks, recorded=False)
    programs: dict[Path, dict[str, str]] = {}
    for stack in given:
        declared = stack.source.declared
        folder = _folder(as_file_name(stack.called), directory, alone=len(given) == 1)
        programs[folder] = eject(
            owned(declared, stack.owner), language, stack.owner.rpartition("/")[2]
        )
        _refuse_taken(folder, programs[folder])
    written = [str(file) for folder, files in programs.items() for file in _write(folder, files)]
    if output_format == "json":
        console.data_json({"files": written, "next": None})
        return
    for file in written:
        console.say(f"wrote {file}")
    for folder in programs:
        console.say(f"next: {folder / 'README.md'} says how the program takes over the stack")


def _folder(name: str, directory: Path | None, *, alone: bool) -> Path:
    """Where a program goes: one of several into a folder of its own."""
    if directory is None:
        return Path(name)
    return directory if alone else directory / name


def _refuse_taken(directory: Path, files: Iterable[str]) -> None:
    if taken := [name for name in files if (directory / name).exists()]:
        raise UsageError(
            f"{directory} holds {', '.join(taken)} already", "name a new or empty folder"
        )


def _write(directory: Path, files: Mapping[str, str]) -> list[Path]:
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / name).write_text(text, "utf-8")
    return [directory / name for name in files]
