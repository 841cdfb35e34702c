"""Changing a stack's state by itself: no run is under way, and the former state is kept."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tablewright.engine import EngineStack, State
from tablewright.engine.session import StackSession
from tablewright.engine.state.checkpoint import read_checkpoint, rearranged
from tablewright.engine.state.lock import clear_dead_locks
from tablewright.engine.state.recovery import abandoned_journals, forget_in_journals
from tablewright.engine.state.repair import last_good_copy
from tablewright.engine.state.store import DamagedStateError
from tablewright.errors import RefusedError, StackMissingError
from tablewright.files import write_whole
from tablewright.pulumi_values import urn_name

from .exchange import Brought, Document, sealed_as

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class StateKeeper:
    """One stack's state.

    Args:
        stack: the engine's.
        tell: told in words of what is done besides.
    """

    stack: EngineStack
    tell: Tell

    def settled(self) -> None:
        """Refuse to work beside a run, or on what one has left unfinished.

        Raises:
            StackLockedError: a run is under way.
            RefusedError: one was interrupted, and what it began is not in the state.
        """
        clear_dead_locks(self.stack.place, self.tell)
        with suppress(DamagedStateError):
            if begun := self.stack.left_open():
                names = ", ".join(urn_name(resource.urn) for resource in begun)
                raise RefusedError(
                    f"an interrupted run began to make {names}, and the state does not have it yet",
                    "finish that run first: `tablewright up PATH`",
                )

    def recorded(self) -> State | None:
        """What is recorded, or what its last copy has where it is damaged; None without a copy.

        Nothing is recorded of a stack that does not exist.
        """
        try:
            return self.stack.session.read() or State()
        except DamagedStateError:
            file = self.stack.place.state_file
            copy = last_good_copy(file) if file else None
            return read_checkpoint(json.loads(copy.read_bytes())) if copy else None

    def rename(self, names: Mapping[str, str], before: State) -> Path:
        """Give records other URNs; answers where the former state is kept.

        Args:
            names: the new URNs by the old ones.
            before: what was recorded when they were found.

        Raises:
            RefusedError: a run has changed the state meanwhile.
        """
        kept = keep_copy(self.stack.session)
        nothing: frozenset[str] = frozenset()

        def renamed(document: Document) -> Document:
            _refuse_changed(read_checkpoint(document), before)
            return rearranged(document, names, nothing, nothing)

        self.stack.session.store.change(renamed)
        return kept

    def take(self, brought: Brought, before: State | None) -> Path | None:
        """Record a state that was brought; answers where the former one is kept, if there was one.

        Args:
            brought: the state.
            before: what was recorded when it was held against what is brought.

        Raises:
            PassphraseError: it holds secrets that are not this stack's.
            RefusedError: a run has changed the state meanwhile.
        """
        store = self.stack.session.store
        try:
            own = [store.exported()["deployment"].get("secrets_providers")]
        except (StackMissingError, DamagedStateError):
            own = []
        exported = brought.exported
        if not brought.holds_secrets:
            exported = sealed_as(brought, [sealing for sealing in own if sealing])
        elif exported["deployment"].get("secrets_providers") not in own:
            self._open(exported)
        kept = keep_copy(self.stack.session) if own or self._is_there() else None
        self.stack.session.create()
        dropped = _urns(before) - _urns(brought.state)
        forget_in_journals(dropped, abandoned_journals(self.stack.place))
        store.put(exported, lambda: _refuse_changed(self.recorded(), before))
        return kept

    def _is_there(self) -> bool:
        file = self.stack.place.state_file
        return file is not None and file.exists()

    def _open(self, exported: Document) -> None:
        """Let the engine open the secrets of a state, in a folder that goes again.

        Raises:
            PassphraseError: the passphrase of this stack is another.
        """
        with tempfile.TemporaryDirectory() as folder:
            session = self.stack.session.holding(exported, Path(folder))
            session.command("stack", "export", "--show-secrets", "--stack", session.place.full_name)


def _refuse_changed(now: State | None, before: State | None) -> None:
    """Refuse to replace a state that nobody has looked at.

    Raises:
        RefusedError: what is recorded is not what it was.
    """
    if _content(now) != _content(before):
        raise RefusedError(
            "a run has changed the state meanwhile; nothing was changed here",
            "run the same command again",
        )


def _urns(state: State | None) -> frozenset[str]:
    return frozenset(resource.urn for resource in state.resources) if state else frozenset()


def _content(state: State | None) -> tuple[object, ...]:
    return (state.resources, state.pending) if state else ()


def keep_copy(session: StackSession) -> Path:
    """Keep a state as it is now, whatever it is; answers where."""
    folder = session.place.beside("backups", f"backups/{session.place.digest}")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}.json"
    file = session.place.state_file
    is_file = file is not None and file.is_file()
    content = file.read_bytes() if file and is_file else _export(session)
    write_whole(path, content, private=True)
    return path


def _export(session: StackSession) -> bytes:
    return json.dumps(session.store.exported()).encode()
