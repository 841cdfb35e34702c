"""The state of a stack in another backend: copied, compared, and only then used there alone.

A mark beside the copy says that it is on its way, one beside the old state that it has moved; a
command refuses a state with either. A mark of a state in a bucket is seen by this machine alone, so
what is left in the bucket says itself that it has moved. Killed at any moment there is one state
that works, or the same command finishes the move: the copy counts from the moment at which the old
state is marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from tablewright.deploy.state_world import tie_to_world
from tablewright.engine import Backend, StackPlace
from tablewright.engine.session import StackSession
from tablewright.engine.state.checkpoint import read_checkpoint
from tablewright.engine.state.lock import hold
from tablewright.engine.state.passphrase import passphrase_environment, passphrase_of
from tablewright.engine.state.store import MOVED_TO, MovedStateError
from tablewright.errors import PassphraseError, RefusedError, UsageError
from tablewright.files import write_whole
from tablewright.pulumi_values import STACK_TYPE

from .keeping import keep_copy
from .moves import ARRIVING, MOVED, read_mark, welcome, write_mark

_ENDINGS: Final = (
    *("", ".attrs", ".bak", ".bak.attrs", ".kept", ".zst", ".zst.attrs"),
    *(".gz", ".gz.attrs", ".gz.bak", ".gz.bak.attrs"),
)
"""Of the files of a state: `dev.json*` might be another stack's, too."""
_PENDING: Final = "pending_operations"
_PASSPHRASE: Final = "passphrase"  # noqa: S105 - the name of a file


@dataclass(frozen=True, slots=True)
class Relocation:
    """One move.

    Args:
        source: how the stack is reached where it is.
        target: how it is reached where it will be.
    """

    source: StackSession
    target: StackSession

    @classmethod
    def to(cls, source: StackSession, backend: str) -> Relocation:
        """The move of a stack to a backend.

        Raises:
            UsageError: it is there already, or the backend is none.
            PassphraseError: its passphrase is kept beside the state, and could not be there.
        """
        place = replace(source.place, backend=Backend.of(backend))
        if place == source.place:
            raise UsageError(f"the state is at {backend} already", "name another backend")
        state = source.read()
        known = passphrase_environment(source.place, state, source.passphrase, source.outside)
        passphrase = passphrase_of(known)
        own = _own_passphrase(source.place)
        if own is not None and place.own_folder is None:
            _require_given(source, passphrase, own)
        return cls(source, replace(source, place=place, passphrase=passphrase))

    def run(self, world: str | None) -> int:
        """Move the state; answers how many resources it records.

        Args:
            world: of the sandbox whose resources it records; None for AWS.

        Raises:
            RefusedError: the other backend has a stack of that name already.
            StackLockedError: a run is under way.
        """
        old, new = self.source.place, self.target.place
        self._refuse_taken()
        with hold(old):
            exported = self.source.store.exported()
            new.backend.prepare()
            write_mark(new, ARRIVING, old.backend.url)
            self._bring_passphrase()
            tie_to_world(new, world)
            self.target.create()
            self.target.store.put(exported)
            if not _is_same(self.target.store.exported(), exported):
                raise RefusedError(
                    f"what {new.backend.url} gives back is not what was written there; the state "
                    "stays where it is",
                    "look who else writes there, or name another backend",
                )
            self._refuse_changed(exported)
            if old.own_folder is None:  # what lies beside it here no other machine sees
                keep_copy(self.source)
                gone = tombstone(exported, old, new.backend.url)
                self.source.store.put(gone, lambda: self._refuse_changed(exported))
            write_mark(old, MOVED, new.backend.url)
        welcome(new)
        return len(exported["deployment"].get("resources") or ())

    def delete_old(self) -> None:
        """Delete the old copy; the mark that says where the state is now stays."""
        file = self.source.place.state_file
        if file is None:
            name = self.source.place.full_name
            self.source.command("stack", "rm", "--force", "--yes", "--stack", name)
            return
        for ending in _ENDINGS:
            file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)

    def _refuse_changed(self, exported: Mapping[str, Any]) -> None:
        if not _is_same(self.source.store.exported(), exported):  # a bucket is not held
            raise RefusedError(
                "a run changed the state meanwhile; it stays where it is",
                "run the same command again when that run has ended",
            )

    def _refuse_taken(self) -> None:
        new = self.target.place
        here = self.source.place.backend.url
        if read_mark(new, ARRIVING) == here:
            return  # what an earlier run of this command left
        try:
            there = self.target.read()
        except MovedStateError as moved:
            if moved.backend == here:
                return  # it was there before
            raise
        if there is not None and read_mark(new, MOVED) == here:
            keep_copy(self.target)  # it was here before
        elif there is not None and (there.resources or there.pending):
            raise RefusedError(
                f"{new.backend.url} has a stack {new.full_name} with "
                f"{len(there.resources)} resources already; nothing was changed",
                "name another backend",
            )

    def _bring_passphrase(self) -> None:
        """The passphrase that is kept beside a state goes with it."""
        own, folder = _own_passphrase(self.source.place), self.target.place.own_folder
        if own is None or folder is None:
            return
        there = folder / _PASSPHRASE
        if there.exists() and there.read_bytes() != own.read_bytes():
            raise RefusedError(
                f"another passphrase is kept in {there}; nothing was changed",
                "move that file away, or name another backend",
            )
        write_whole(there, own.read_bytes(), private=True)


def tombstone(exported: Mapping[str, Any], place: StackPlace, backend: str) -> dict[str, Any]:
    """What stays of a state that has moved: no resource, and where it is."""
    name = f"{place.project}-{place.stack}"
    root = {
        "urn": f"urn:pulumi:{place.stack}::{place.project}::{STACK_TYPE}::{name}",
        "custom": False,
        "type": STACK_TYPE,
        "outputs": {MOVED_TO: backend},
    }
    kept = {name: value for name, value in exported["deployment"].items() if name != _PENDING}
    return {**exported, "deployment": {**kept, "resources": [root]}}


def _is_same(written: Mapping[str, Any], exported: Mapping[str, Any]) -> bool:
    """Whether two exports record the same; a bucket's are encrypted again by the engine."""
    states = [read_checkpoint(document) for document in (written, exported)]
    first, second = ((state.resources, state.pending, state.outputs) for state in states)
    return first == second


def _own_passphrase(place: StackPlace) -> Path | None:
    file = place.own_folder / _PASSPHRASE if place.own_folder else None
    return file if file and file.exists() else None


def _require_given(source: StackSession, passphrase: str | None, own: Path) -> None:
    """A bucket keeps no passphrase: whoever uses the state there has to have it."""
    elsewhere = replace(source.place, backend=Backend("s3://elsewhere"))
    try:
        given = passphrase_of(passphrase_environment(elsewhere, None, None, source.outside))
    except PassphraseError:
        given = None
    if given != passphrase:
        raise PassphraseError(
            f"the passphrase of this state is kept in {own}, and a bucket keeps none",
            f"keep a copy of that file, set PULUMI_CONFIG_PASSPHRASE_FILE={own} for this command, "
            "and give it to whoever deploys the stack",
        )
