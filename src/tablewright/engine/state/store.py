"""Read and repair a stack's state: as a file in a folder backend, else through the engine."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from tablewright.engine.run.error_parsing import error_of_output
from tablewright.engine.state.backend import StackPlace
from tablewright.engine.state.checkpoint import (
    LATEST_VERSION,
    State,
    UnknownVersionError,
    doubles,
    empty_checkpoint,
    read_checkpoint,
    with_own_deletions,
    without_records,
)
from tablewright.engine.state.lock import hold
from tablewright.engine.state.repair import last_good_copy
from tablewright.errors import BackendError, EngineError, RefusedError, StackMissingError
from tablewright.files import write_first, write_whole
from tablewright.resource_kinds import KINDS

_COMMAND_TIMEOUT_SECONDS = 120
_RESTORE = (
    "restore it from a backup; without one, move it away and import the live resources with "
    "`adopt: true`"
)

Document = dict[str, Any]


class DamagedStateError(BackendError):
    """A state that cannot be understood; there may be a copy of it that can."""


MOVED_TO: Final = "tablewright:movedTo"
"""Output of a state that has moved, where no file beside it can say so to every machine."""


class MovedStateError(RefusedError):
    """A state that is kept elsewhere by now.

    Args:
        place: where it was.
        backend: where it is.
    """

    def __init__(self, place: StackPlace, backend: str) -> None:
        super().__init__(
            f"the state of {place.full_name} has moved from {place.backend.url} to {backend}",
            f"give --backend '{backend}'",
        )
        self.place, self.backend = place, backend


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
            MovedStateError: it has moved to another backend.
        """
        content = self._content()
        if content is None:
            return None
        try:
            state = _state(content)
        except UnknownVersionError as error:
            raise BackendError(
                f"the state{_named(self.place.state_file)} is of version {error}, and version "
                f"{LATEST_VERSION} is the latest that is understood here",
                "use the version of tablewright that wrote it, or a later one",
            ) from error
        except ValueError as error:
            raise _damaged(self.place.state_file, str(error)) from error
        if MOVED_TO in state.outputs:
            raise MovedStateError(self.place, str(state.outputs[MOVED_TO]))
        return state

    def create(self, arguments: Sequence[str] = ()) -> None:
        """Record a stack with nothing in it; an existing one stays as it is.

        In a folder this is one small file, what the engine itself would write in 0.4 s.
        """
        file = self.place.state_file
        if file is None:
            try:
                self.command(["stack", "init", self.place.full_name, "--no-select", *arguments], "")
            except EngineError:
                if self._export() is None:  # nor has somebody else made it meanwhile
                    raise
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        write_first(file, json.dumps(empty_checkpoint(self.place.full_name)).encode())

    def remove(self) -> None:
        """Forget a stack that has no resources, and its history.

        In a folder its last state stays beside it as `.bak`, as the engine leaves it, which would
        take 0.3 s.

        Raises:
            EngineError: it still has resources.
            StackLockedError: a run is under way.
        """
        file, history = self.place.state_file, self.place.history_folder
        if file is None or history is None or not file.is_file():
            self.command(["stack", "rm", "--yes", "--stack", self.place.full_name], "")
            return
        with hold(self.place):
            if (state := self.read()) and state.resources:
                raise EngineError(
                    f"the stack {self.place.project}/{self.place.stack} still has resources: "
                    f"{len(state.resources)}",
                    "run the same command again: it deletes what has come meanwhile",
                )
            file.replace(file.with_name(f"{file.name}.bak"))
            file.with_name(f"{file.name}.attrs").unlink(missing_ok=True)
            shutil.rmtree(history, ignore_errors=True)

    def change(self, change: Callable[[Document], Document]) -> None:
        """Apply a pure change to the state's document, under the stack's lock.

        Raises:
            StackLockedError: a run is under way.
            StackMissingError: there is no such stack.
        """
        file = self.place.state_file
        if file and file.exists():
            with hold(self.place):
                write_whole(file, json.dumps(change(self._existing())).encode())
            return
        changed = change(self._existing())
        exported = changed if "deployment" in changed else _as_export(changed)
        self.command(
            ["stack", "import", "--stack", self.place.full_name, "--force"], json.dumps(exported)
        )

    def exported(self) -> Document:
        """The state as the engine exports it: `{"version": ..., "deployment": ...}`.

        Raises:
            BackendError: it cannot be read.
            StackMissingError: there is no such stack.
        """
        document = self._existing()
        return document if "deployment" in document else _as_export(document)

    def put(self, exported: Document, check: Callable[[], None] = lambda: None) -> None:
        """Record a whole exported state in the place of what is recorded, which may be damaged.

        The stack exists. It is replaced in one step: killed at any moment, the former state is
        there, or the new one is.

        Args:
            exported: the state.
            check: looks again, while no run can begin, at what was found out before; may raise.

        Raises:
            StackLockedError: a run is under way.
        """
        file = self.place.state_file
        if file is None or not file.exists():
            check()
            text = json.dumps(exported)
            self.command(["stack", "import", "--stack", self.place.full_name, "--force"], text)
            return
        document = empty_checkpoint(self.place.full_name) | {
            member: exported[member] for member in ("version", "features") if member in exported
        }
        document["checkpoint"]["latest"] = exported["deployment"]
        with hold(self.place):
            check()
            write_whole(file, json.dumps(document).encode())

    def without_doubles(self, state: State | None) -> State | None:
        """Drop records whose deletion would delete what another has; the state that is left."""
        if state is None or not (dropped := doubles(state)):
            return state
        self.change(lambda document: without_records(document, dropped))
        return self.read()

    def with_own_deletions(self, state: State | None) -> State | None:
        """See `checkpoint.with_own_deletions`; the state with that."""
        known = state.resources if state else ()
        if not any(resource.deleted_with and resource.type in KINDS for resource in known):
            return state
        self.change(with_own_deletions)
        return self.read()

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
        content = self._content()
        return None if content is None else _parse(content)

    def _content(self) -> _Content | None:
        """The state as it is written; None if there is no such stack."""
        file = self.place.state_file
        if file is None:
            return self._export()
        packed = file.with_name(f"{file.name}.gz")
        try:
            for candidate in (file, packed):
                if candidate.exists() or candidate.is_symlink():
                    return _Content(_bytes_of(candidate), candidate)
        except OSError as error:
            raise BackendError(
                f"the state {file} cannot be read: {error.strerror or error}",
                "check who may read it",
            ) from error
        other = file.with_name(f"{file.name}.zst")
        return self._export() if other.exists() else None

    def _export(self) -> _Content | None:
        try:
            output = self.command(["stack", "export", "--stack", self.place.full_name], "")
        except StackMissingError:
            return None
        return _Content(output.encode(), None)


class _Content(NamedTuple):
    """A state as it is written, and in which file, if it is in one."""

    written: bytes
    file: Path | None


@lru_cache(maxsize=2)
def _state(content: _Content) -> State:
    """What is written, understood once: a run reads its state five times, mostly unchanged."""
    return read_checkpoint(_parse(content))


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


def _parse(content: _Content) -> Document:
    written, path = content
    packed = path is not None and path.suffix == ".gz"
    try:
        document = json.loads(gzip.decompress(written) if packed else written)
    except (ValueError, RecursionError, OSError, EOFError, zlib.error) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(document, dict):
        raise _damaged(path, "it is not an object")
    return document


def _bytes_of(file: Path) -> bytes:
    """A state's bytes; a link to nothing is told from a stack that never was."""
    if not file.exists():
        raise BackendError(
            f"the state {file} is a link, and what it points to is not there",
            "bring back what it points to, or remove the link to begin without a state",
        )
    if not file.is_file():
        raise BackendError(f"the state {file} is not a file", "move it away, or give --backend")
    return file.read_bytes()


def _damaged(path: Path | None, why: str) -> DamagedStateError:
    """The refusal for a state that cannot be understood, with the way back (`restore_state`)."""
    copy = path and last_good_copy(path)
    next_step = f"`tablewright up PATH` goes on from its backup {copy}" if copy else _RESTORE
    return DamagedStateError(f"the state{_named(path)} is damaged: {why}", next_step)


def _named(path: Path | None) -> str:
    return f" {path}" if path else ""


def _as_export(document: Document) -> Document:
    around: Document = {
        name: document[name] for name in ("version", "features") if name in document
    }
    return {**around, "deployment": document["checkpoint"].get("latest") or {}}
