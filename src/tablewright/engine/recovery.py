"""What a killed run left behind, and what the next run makes of it.

A run that is killed may have asked for a resource whose answer it never saw. The engine keeps such
a creation as pending, warns of it for ever, and tries to create the resource again, which AWS then
refuses. Here each is looked up: one that exists is imported by the next run, one that does not is
forgotten. Runs that write their state at the end only (`Checkpoints.AT_END`) keep a journal of
their events until then, and the creations in a journal left behind are treated likewise.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tablewright.engine.backend import StackPlace
from tablewright.engine.changes import urn_name, urn_type
from tablewright.engine.events import Phase
from tablewright.engine.lock import process_lives
from tablewright.engine.state import CREATING, State, with_adopted, without_pending
from tablewright.engine.store import StateStore
from tablewright.errors import EngineError

_SUFFIX = ".events"


@dataclass(frozen=True, slots=True)
class Finder:
    """How unrecorded resources are found again.

    Args:
        identify: from a type and its inputs, the physical id such a resource has, if its name
            decides it: `aws:dynamodb/table:Table` and `{"name": "events"}` give `events`. None for
            types whose id nobody can know beforehand.
        exists: whether there is a resource of that type and id.
    """

    identify: Callable[[str, Mapping[str, Any]], str | None]
    exists: Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """A creation that was begun and is not in the state.

    Args:
        urn: of the resource.
        type: its type.
        inputs: with which it was to be made.
        id: its physical id if the run saw the answer, else empty.
    """

    urn: str
    type: str
    inputs: Mapping[str, Any]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of the creations a killed run left open.

    Args:
        imports: by URN, the ids of those that exist: the next run imports them.
        gone: URNs of those that never came to be.
        unknown: those of which nobody can tell.
        settled: URNs that are recorded by now; only their pending operation is left.
    """

    imports: Mapping[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    unknown: tuple[Unrecorded, ...] = ()
    settled: frozenset[str] = frozenset()


def unrecorded(state: State, journals: Iterable[Path]) -> tuple[Unrecorded, ...]:
    """The creations that a killed run left open: pending in the state, or in its journal only."""
    found = {
        pending.resource.urn: Unrecorded(
            pending.resource.urn, pending.resource.type, pending.resource.inputs
        )
        for pending in state.pending
        if pending.kind == CREATING
    }
    for path in journals:
        found |= _journaled(path)
    return tuple(each for each in found.values() if state.find(each.urn) is None)


def recover(state: State, journals: Iterable[Path], finder: Finder | None) -> Recovered:
    """Look up what a killed run left open. Without a `finder` everything stays unknown."""
    imports: dict[str, str] = {}
    gone: set[str] = set()
    unknown: list[Unrecorded] = []
    for each in unrecorded(state, journals):
        identity = each.id or (finder.identify(each.type, each.inputs) if finder else None)
        if finder is None or identity is None:
            unknown.append(each)
        elif finder.exists(each.type, identity):
            imports[each.urn] = identity
        else:
            gone.add(each.urn)
    settled = {p.resource.urn for p in state.pending if state.find(p.resource.urn)}
    return Recovered(imports, frozenset(gone), tuple(unknown), frozenset(settled))


def announce(found: Recovered) -> Iterator[str]:
    """What there is to tell of it, one sentence each."""
    for urn, identity in found.imports.items():
        yield f"{urn_name(urn)} ({identity}) was made by a run that was killed; adopting it"
    for each in found.unknown:
        name = urn_name(each.urn)
        yield f"{name} was being made when a run was killed; it may exist, and is not recorded"


def adopt(store: StateStore, state: State, found: Recovered) -> None:
    """Before a destroy: record what a killed run made, so that it is deleted with the rest.

    Raises:
        EngineError: it is known from a journal only, which says too little to record it.
    """
    recorded = {pending.resource.urn for pending in state.pending}
    if lost := sorted(urn_name(urn) for urn in set(found.imports) - recorded):
        raise EngineError(
            f"the last run was killed before it could record what it made: {', '.join(lost)}",
            "run `tablewright up PATH`, which finds it again, then `tablewright destroy PATH`",
        )
    if found.imports:
        store.change(lambda document: with_adopted(document, found.imports))


def settle(store: StateStore, found: Recovered, journals: Iterable[Path]) -> None:
    """After a run that ended well: forget what the killed one had left open.

    A creation that came through and that no run has recorded since, because the program does not
    declare it any more, stays open.
    """
    for path in journals:
        path.unlink(missing_ok=True)
    if not (found.gone or found.settled or found.imports):
        return
    state = store.read() or State()
    ids = {(each.type, id_) for each in state.resources for id_ in (each.id, each.import_id)}
    here = {urn for urn, id_ in found.imports.items() if (urn_type(urn), id_) in ids}
    closed = found.gone | found.settled | here | {urn for urn in found.imports if state.find(urn)}
    if forget := closed & {pending.resource.urn for pending in state.pending}:
        store.change(lambda document: without_pending(document, forget))


def _journaled(path: Path) -> dict[str, Unrecorded]:
    phase = Phase()
    for line in path.read_text("utf-8", "replace").splitlines():
        # The last line may be half a line, and a damaged one is no event.
        with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
            list(phase.feed(json.loads(line), 0.0))
    failed = {failure.urn for failure in phase.failures}
    return {
        urn: Unrecorded(urn, change.type, change.new_inputs or {}, change.id)
        for urn, change in phase.created().items()
        if change.custom and not change.type.startswith("pulumi:") and urn not in failed
    }


@contextmanager
def journal(place: StackPlace) -> Iterator[Path]:
    """A file for the events of a run; it goes when the run ends well and stays when it does not."""
    folder = _journals(place)
    if folder is None:
        message = "only a folder backend has a place for journals"
        raise ValueError(message)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{os.getpid()}-{time.time():.3f}{_SUFFIX}"
    path.touch()
    yield path
    path.unlink(missing_ok=True)


def abandoned_journals(place: StackPlace) -> tuple[Path, ...]:
    """Journals whose command is gone, oldest first."""
    folder = _journals(place)
    if folder is None or not folder.is_dir():
        return ()
    return tuple(sorted(path for path in folder.glob(f"*{_SUFFIX}") if not _in_use(path)))


def _journals(place: StackPlace) -> Path | None:
    return place.own_folder / "journals" if place.own_folder else None


def _in_use(path: Path) -> bool:
    owner, _, began = path.name.removesuffix(_SUFFIX).partition("-")
    try:
        return process_lives(int(owner), datetime.fromtimestamp(float(began), UTC))
    except ValueError:
        return False
