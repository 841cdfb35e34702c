"""What a killed run left behind, and what the next run makes of it.

A run that is killed may have asked for a resource whose answer it never saw. The engine keeps such
a creation as pending, warns of it for ever, and tries to create the resource again, which AWS then
refuses; one that failed, perhaps for the loss of its answer, it forgets at once. So each run keeps
a journal of its events until it ends well, with the creations that it plans in front: a step can
reach AWS before its event has reached the journal. What was begun, by the state or by a journal
that was left behind, is looked up: what that run made is imported by the next one, what does not
exist is forgotten, and what only has the same name is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from tablewright.engine.changes import holds_secret
from tablewright.engine.run.events import (
    ALL_TOLD,
    Notice,
    Phase,
    Progress,
    begins_update,
    plans_creation,
)
from tablewright.engine.state.backend import StackPlace
from tablewright.engine.state.begun import SUFFIX, BegunRun, begun_folder, new_file
from tablewright.engine.state.checkpoint import (
    CREATING,
    UPDATING,
    State,
    with_adopted,
    without_pending,
    without_resources,
)
from tablewright.engine.state.lock import process_lives
from tablewright.engine.state.store import StateStore
from tablewright.errors import EngineError
from tablewright.files import write_whole
from tablewright.pulumi_values import urn_name, urn_type


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """A creation that was begun and is not in the state.

    Args:
        urn: of the resource.
        type: its type.
        inputs: with which it was to be made.
        id: its physical id if the run saw the answer, else empty.
        began: when its run began, as far as known.
        planned: no event tells that it was begun, but the run was to make it.
    """

    urn: str
    type: str
    inputs: Mapping[str, Any]
    id: str = ""
    began: datetime | None = None
    planned: bool = False


class Standing(Enum):
    """Whose a live resource is that has the identity of one that was begun."""

    OURS = "ours"
    ANOTHERS = "another's"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FoundResource:
    """What exists of a creation that was begun.

    Args:
        standing: whose it is.
        id: how an import calls it.
        recorded_as: its id as the provider records it; the same if empty.
        why: what speaks against its being ours, in words that follow "it exists, but".
    """

    standing: Standing
    id: str = ""
    recorded_as: str = ""
    why: str = ""


Finder = Callable[[Sequence[Unrecorded], State], Mapping[str, FoundResource]]
"""Looks up creations that were begun; answers what it found by URN. Where nobody can look, UNKNOWN
without an id."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of the creations a killed run left open.

    Args:
        imports: by URN, the ids of those that exist: the next run imports them.
        ids: by URN, the same as the provider records them.
        gone: URNs of those that never came to be, or whose name something else has.
        others: words on each of those, by its URN.
        unknown: those of which nobody can tell, with words on why.
        settled: URNs that are recorded by now; only their pending operation is left.
        changed: URNs of what is recorded as it was before the killed run began to change it.
    """

    imports: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    others: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    changed: tuple[str, ...] = ()


def unrecorded(state: State, journals: Iterable[Path]) -> tuple[Unrecorded, ...]:
    """The creations that a killed run left open: pending in the state, or in its journal only."""
    journaled = {
        pending.resource.urn: Unrecorded(
            pending.resource.urn, pending.resource.type, pending.resource.inputs
        )
        for pending in state.pending
        if pending.kind == CREATING
    }
    for path in journals:
        journaled |= _journaled(path)
    return tuple(resource for resource in journaled.values() if state.find(resource.urn) is None)


def changed(state: State, journals: Iterable[Path]) -> tuple[str, ...]:
    """URNs of what a killed run has changed, or was changing, and is not recorded so.

    What it has written and nobody declares any more is nobody's for the next run, as what others
    have written: only a look at what is live finds it.
    """
    written: dict[str, Mapping[str, Any]] = {
        pending.resource.urn: pending.resource.inputs
        for pending in state.pending
        if pending.kind == UPDATING
    }
    for path in journals:
        run = _read_journal(path)
        updates = {urn: run.phase.updated(urn) for urn in run.updating}
        written |= {urn: change.new_inputs or {} for urn, change in updates.items() if change}
    return tuple(
        urn
        for urn, inputs in written.items()
        if (recorded := state.find(urn)) and recorded.custom and not holds_secret(inputs)
        if dict(recorded.inputs) != dict(inputs)
    )


def recover(state: State, journals: Iterable[Path], finder: Finder | None) -> Recovered:
    """Look up what a killed run left open. Without a `finder` everything stays unknown."""
    journals = tuple(journals)
    begun = unrecorded(state, journals)
    standings = finder(begun, state) if finder and begun else {}
    blind = FoundResource(Standing.UNKNOWN)

    def standing(*wanted: Standing) -> dict[str, FoundResource]:
        answers = {answer.urn: standings.get(answer.urn, blind) for answer in begun}
        return {urn: answer for urn, answer in answers.items() if answer.standing in wanted}

    return Recovered(
        imports={urn: resource.id for urn, resource in standing(Standing.OURS).items()},
        ids={
            urn: resource.recorded_as or resource.id
            for urn, resource in standing(Standing.OURS).items()
        },
        gone=frozenset(standing(Standing.ABSENT, Standing.ANOTHERS)),
        others={urn: resource.why for urn, resource in standing(Standing.ANOTHERS).items()},
        unknown={urn: resource.why for urn, resource in standing(Standing.UNKNOWN).items()},
        settled=frozenset(p.resource.urn for p in state.pending if state.find(p.resource.urn)),
        changed=changed(state, journals),
    )


def announce(recovered: Recovered, *, looks: bool = False) -> Iterator[str]:
    """What there is to tell of it, one sentence each.

    Args:
        recovered: by `recover`.
        looks: whether the run reads what is live in any case, or deletes it.
    """
    if recovered.changed and not looks:
        yield (
            f"{', '.join(map(urn_name, recovered.changed))}: a run was killed while it changed "
            "this, and what it has written is not recorded: a run with `--refresh` shows it"
        )
    for urn, identity in recovered.imports.items():
        yield f"{urn_name(urn)} ({identity}) was made by a run that was killed; adopting it"
    for urn, why in recovered.others.items():
        yield f"{urn_name(urn)} was begun by a run that was killed; it exists, but {why}"
    for urn, why in recovered.unknown.items():
        yield (
            f"{urn_name(urn)} was being made when a run was killed; it may exist, and is not "
            f"recorded{f': {why}' if why else ''}"
        )


def tell(
    recovered: Recovered,
    observe: Callable[[Progress], None],
    *,
    looks: bool = False,
    plans: bool = False,
) -> None:
    """Announce it as a notice each; a preview imports the rest, which it shows.

    Args:
        recovered: by `recover`.
        observe: told.
        looks: as `announce` has it.
        plans: whether this is a preview.
    """
    for text in announce(Recovered(changed=recovered.changed) if plans else recovered, looks=looks):
        observe(Notice(text))


def adopt(store: StateStore, state: State, recovered: Recovered) -> None:
    """Before a destroy: record what a killed run made, so that it is deleted with the rest.

    Raises:
        EngineError: it is known from a journal only, which says too little to record it.
    """
    recorded = {pending.resource.urn for pending in state.pending}
    if lost := sorted(urn_name(urn) for urn in set(recovered.imports) - recorded):
        raise EngineError(
            f"the last run was killed before it could record what it made: {', '.join(lost)}",
            "run `tablewright up PATH`, which finds it again, then `tablewright destroy PATH`",
        )
    if recovered.imports:
        store.change(lambda document: with_adopted(document, recovered.ids))


def settle(store: StateStore, recovered: Recovered, journals: Iterable[Path]) -> None:
    """After a run that ended well: forget what the killed one had left open.

    A creation that came through and that no run has recorded since, because the program does not
    declare it any more, stays open.
    """
    for path in journals:
        path.unlink(missing_ok=True)
    if not (recovered.gone or recovered.settled or recovered.imports):
        return
    state = store.read() or State()
    ids = {
        (resource.type, id_)
        for resource in state.resources
        for id_ in (resource.id, resource.import_id)
    }
    here = {urn for urn, id_ in recovered.imports.items() if (urn_type(urn), id_) in ids}
    closed = (
        recovered.gone
        | recovered.settled
        | here
        | {urn for urn in recovered.imports if state.find(urn)}
    )
    if forget := closed & {pending.resource.urn for pending in state.pending}:
        store.change(lambda document: without_pending(document, forget))


def forget(store: StateStore, urns: Collection[str], journals: Iterable[Path]) -> None:
    """Drop resources from the state, and from what killed runs have left behind."""
    forget_in_journals(urns, journals)  # first: what is recorded needs none
    store.change(lambda document: without_resources(document, frozenset(urns)))


def forget_in_journals(urns: Collection[str], journals: Iterable[Path]) -> None:
    """Drop what killed runs have noted of resources, by which they would be found again.

    A run would adopt them, and a destroy delete them.
    """
    for path in journals:
        lines = path.read_text("utf-8", "replace").splitlines(keepends=True)
        write_whole(path, "".join(line for line in lines if _subject(line) not in urns).encode())


def _subject(line: str) -> str | None:
    """The URN of the resource that a line of a journal is about."""
    with suppress(ValueError, AttributeError, KeyError, TypeError, RecursionError):
        for content in json.loads(line).values():
            if isinstance(content, dict) and "metadata" in content:
                return str(content["metadata"]["urn"])
    return None


@dataclass(frozen=True, slots=True)
class _Journal:
    """A run that did not end well, by its journal.

    Args:
        phase: what the events tell.
        planned: URNs of creations of which only the preview tells.
        updating: URNs of what it began to update.
        is_told: whether the journal has all that was begun.
    """

    phase: Phase
    planned: frozenset[str]
    updating: frozenset[str]
    is_told: bool


def _read_journal(path: Path) -> _Journal:
    phase, planned, updating = Phase(), set[str](), set[str]()
    text = path.read_text("utf-8", "replace")
    for line in text.splitlines():
        # The last line may be half a line, and a damaged one is not an event.
        with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
            event = json.loads(line)
            list(phase.feed(event, 0.0))
            urn = event["resourcePreEvent"]["metadata"]["urn"]
            note = planned.add if plans_creation(event) else planned.discard
            note(urn)
            if begins_update(event):
                updating.add(urn)
    return _Journal(phase, frozenset(planned), frozenset(updating), text.endswith(ALL_TOLD))


def _journaled(path: Path) -> dict[str, Unrecorded]:
    """All creations of a run that did not end well; of failed ones the answer may be lost."""
    run = _read_journal(path)
    failed = {failure.urn for failure in run.phase.failures}
    began = BegunRun.of(path).began
    return {
        urn: Unrecorded(
            urn,
            change.type,
            change.new_inputs or {},
            "" if urn in failed else change.id,
            began,
            urn in run.planned,
        )
        for urn, change in run.phase.created().items()
        if change.custom and not change.type.startswith("pulumi:")
        if not (urn in run.planned and run.is_told)
    }


@contextmanager
def journal(place: StackPlace) -> Iterator[Path]:
    """A file for the events of a run; it goes when the run ends well and stays when it does not."""
    if place.own_folder is None:
        message = "only a folder backend has a place for journals"
        raise ValueError(message)
    path = new_file(place)
    try:
        yield path
    except BaseException:
        if path.stat().st_size:
            path.rename(path.with_name(f"0-{path.name.partition('-')[2]}"))  # nobody's any more
        else:
            path.unlink()
        raise
    path.unlink(missing_ok=True)


def abandoned_journals(place: StackPlace) -> tuple[Path, ...]:
    """Journals whose command is gone, oldest first."""
    if place.own_folder is None:
        return ()
    journals = begun_folder(place).glob(f"*{SUFFIX}")
    return tuple(sorted(path for path in journals if not _in_use(BegunRun.of(path))))


def _in_use(run: BegunRun) -> bool:
    if run.is_elsewhere or not run.pid or run.began is None:  # its lock tells whether it goes on
        return False
    return process_lives(run.pid, run.began)
