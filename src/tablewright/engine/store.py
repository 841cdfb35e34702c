"""Read and mend a stack's state: as a file in a folder backend, else through the engine."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tablewright.engine.backend import StackPlace
from tablewright.engine.lock import hold
from tablewright.engine.state import State, empty_checkpoint, read_checkpoint
from tablewright.engine.wording import error_of_output
from tablewright.errors import BackendError, StackMissingError

_COMMAND_TIMEOUT_SECONDS = 120
_RESTORE = (
    "restore it from a backup; without one, move it away and import what lives with `adopt: true`"
)

Document = dict[str, Any]
RunCommand = Callable[[Sequence[str], str], str]
"""Run one short command of the engine with a text as its input; answers what it prints."""


@dataclass(frozen=True, slots=True)
class StateStore:
    """The state of one stack.

    Args:
        place: the stack.
        command: how the engine is asked, for what cannot be done with a file.
    """

    place: StackPlace
    command: RunCommand

    def read(self) -> State | None:
        """What is recorded of the stack; None if there is no such stack.

        Raises:
            BackendError: the backend cannot be reached, or the state is no state.
        """
        document = self._document()
        try:
            return None if document is None else read_checkpoint(document)
        except (KeyError, TypeError, AttributeError) as error:
            raise _damaged(self.place.state_file, "it is not what the engine writes") from error

    def create(self, arguments: Sequence[str] = ()) -> None:
        """Record a stack with nothing in it; an existing one stays as it is.

        In a folder this is one small file, what the engine itself would write in 0.4 s.
        """
        file = self.place.state_file
        if file is None:
            self.command(["stack", "init", self.place.full_name, "--no-select", *arguments], "")
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        draft.write_text(json.dumps(empty_checkpoint(self.place.full_name)))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()

    def change(self, change: Callable[[Document], Document]) -> None:
        """Apply a pure change to the state's document, under the stack's lock.

        Raises:
            StackLockedError: a run is under way.
            StackMissingError: there is no such stack.
        """
        file = self.place.state_file
        if file and file.exists():
            with hold(self.place):
                draft = file.with_name(f".{file.name}.{os.getpid()}")
                draft.write_text(json.dumps(change(self._existing())))
                draft.replace(file)
            return
        changed = change(self._existing())
        exported = changed if "deployment" in changed else _as_export(changed)
        self.command(
            ["stack", "import", "--stack", self.place.full_name, "--force"], json.dumps(exported)
        )

    def copy_to(self, other: StateStore, change: Callable[[Document], Document]) -> None:
        """Write the changed document of this stack as the state of a stack in a new folder."""
        changed = change(self._existing())
        latest = changed.get("deployment") or changed.get("checkpoint", {}).get("latest") or {}
        document = empty_checkpoint(other.place.full_name)
        document["checkpoint"]["latest"] = latest
        file = other.place.state_file
        assert file  # noqa: S101 - it is in a folder
        file.write_text(json.dumps(document))

    def _existing(self) -> Document:
        document = self._document()
        if document is None:
            raise missing(self.place)
        return document

    def _document(self) -> Document | None:
        file = self.place.state_file
        if file is None:
            return self._export()
        packed = file.with_name(f"{file.name}.gz")
        try:
            if file.exists():
                return _parse(file.read_bytes(), file)
            if packed.exists():
                return _parse(packed.read_bytes(), packed)
        except OSError as error:
            raise BackendError(
                f"the state {file} cannot be read: {error.strerror or error}",
                "check who may read it",
            ) from error
        other = file.with_name(f"{file.name}.zst")
        return self._export() if other.exists() else None

    def _export(self) -> Document | None:
        try:
            said = self.command(["stack", "export", "--stack", self.place.full_name], "")
        except StackMissingError:
            return None
        return _parse(said.encode(), None)


def missing(place: StackPlace) -> StackMissingError:
    """The refusal for a stack that does not exist."""
    return StackMissingError(
        f"there is no stack {place.project}/{place.stack} in {place.backend.url}",
        "deploy it first with `tablewright up PATH`, or check the name and --backend",
    )


def run_command(
    executable: Path, arguments: Sequence[str], text: str, folder: Path, env: Mapping[str, str]
) -> str:
    """Run one short command of the engine to its end and answer what it prints.

    Raises:
        TablewrightError: it failed, or took longer than two minutes; what it said decides which.
    """
    try:
        done = subprocess.run(
            [executable, *arguments, "--non-interactive", "--color=never"],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            env=env,
            timeout=_COMMAND_TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise BackendError(
            "the stack's state cannot be read: its backend does not answer",
            "check the backend's URL and the network",
        ) from error
    if done.returncode:
        raise error_of_output(done.stderr)
    return done.stdout


def _parse(content: bytes, path: Path | None) -> Document:
    packed = path is not None and path.suffix == ".gz"
    try:
        document = json.loads(gzip.decompress(content) if packed else content)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(document, dict):
        raise _damaged(path, "it is no object")
    return document


def _damaged(path: Path | None, why: str) -> BackendError:
    """The refusal for a state that cannot be understood, with the way back (`restore_state`)."""
    where = f" {path}" if path else ""
    backup = path.with_name(f"{path.name}.bak") if path else None
    cure = (
        f"`tablewright up PATH` goes on from its backup {backup}"
        if backup and backup.exists()
        else _RESTORE
    )
    return BackendError(f"the state{where} is damaged: {why}", cure)


def _as_export(document: Document) -> Document:
    checkpoint = document["checkpoint"]
    return {"version": document["version"], "deployment": checkpoint.get("latest") or {}}
