"""`tablewright state`: what is recorded of a stack, by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs import deploying
from tablewright.cli.styled import terminal_width
from tablewright.deploy.deployment import Deployment
from tablewright.deploy.stack_name import BEGINS
from tablewright.deploy.state_world import tie_to_world
from tablewright.deploy.states.exchange import (
    differences,
    marked,
    read_brought,
    refuse_drops,
    refuse_foreign,
    refuse_other_account,
)
from tablewright.deploy.states.keeping import StateKeeper
from tablewright.deploy.states.listing import listed
from tablewright.deploy.states.naming import renames
from tablewright.engine import State
from tablewright.errors import RefusedError
from tablewright.files import write_whole
from tablewright.report.formats.columns import columns
from tablewright.report.formats.number import number_of
from tablewright.transfer import read_given

_HEADINGS = ("name", "kind", "name in AWS", "id")


def list_(paths: Sequence[str], output_format: str, **chosen: Any) -> None:
    """Print what is recorded."""
    with deploying.deployment(paths, chosen) as opened:
        order = [table.key for table in opened.declared.tables]
        records = listed(opened.stack.state().resources, order)
        backend = opened.stack.place.backend.url
        if output_format == "json":
            console.data_json({**opened.identity, "backend": backend, "resources": records})
            return
    rows = [
        (record["name"], record["kind"], record["physicalName"], record["id"]) for record in records
    ]
    for line in columns(_HEADINGS, lambda: rows, width=terminal_width()):
        console.data(line)
    console.say(f"{number_of(len(records), 'resource')} recorded at {backend}")


def move(
    paths: Sequence[str],
    old: str,
    new: str,
    type_: str | None,
    output_format: str,
    *,
    yes: bool,
    **chosen: Any,
) -> None:
    """Rename in the state."""
    with _kept(paths, chosen) as (opened, keeper):
        before = opened.stack.state()
        names = renames(before.resources, old, new, type_)
        number = number_of(len(names), "record")
        console.confirm(f"Rename {old} to {new} ({number}) in {opened.title}?", yes=yes)
        backup = keeper.rename(names, before)
        if output_format == "json":
            document = {"renamed": dict(names), "backup": str(backup)}
            console.data_json({**opened.identity, **document})
            return
    console.say(f"{number} renamed; the former state is kept in {backup}")
    console.say(f"declare it as {new} now: an `up` of manifests that say {old} renames it back")


def export(paths: Sequence[str], file: Path | None, output_format: str, **chosen: Any) -> None:
    """Print the state, or write it."""
    del output_format  # a state is JSON
    with deploying.deployment(paths, chosen) as opened:
        stack = opened.stack
        exported = stack.session.store.exported()
        document = marked(exported, stack.place, opened.place.kind, opened.place.world)
    if file is None:
        console.data_json(document)
        return
    write_whole(file, f"{console.as_text(document)}\n".encode(), private=True)
    console.say(f"written to {file}")


def import_(
    paths: Sequence[str],
    file: Path,
    allow_drop: Sequence[str],
    output_format: str,
    *,
    over_damaged: bool,
    yes: bool,
    **chosen: Any,
) -> None:
    """Record an export."""
    brought = read_brought(read_given(file).decode("utf-8", "replace"), str(file))
    with _kept(paths, chosen, BEGINS) as (opened, keeper):
        place = opened.place
        refuse_foreign(brought, opened.stack.place, place.kind, place.world)
        before = keeper.recorded()
        if before is None and not over_damaged:
            raise RefusedError(
                "the recorded state is damaged and has no copy, so nobody can tell what the import "
                "would forget; nothing was changed",
                "allow it with --over-damaged",
            )
        difference = differences(before or State(), brought.state, opened.declared.region)
        refuse_other_account(before or State(), brought.state)
        refuse_drops(difference, allow_drop)
        _tell(difference.added, difference.dropped)
        console.confirm(f"Replace the state of {opened.title} by {file}?", yes=yes)
        tie_to_world(opened.stack.place, place.world)
        backup = keeper.take(brought, before)
        resources = listed(brought.state.resources)
        if output_format == "json":
            console.data_json({
                **opened.identity,
                "resources": len(resources),
                "added": list(difference.added),
                "dropped": list(difference.dropped),
                "backup": str(backup) if backup else None,
            })  # fmt: skip
            return
    console.say(f"{number_of(len(resources), 'resource')} recorded")
    if backup:
        console.say(f"the former state is kept in {backup}")


@contextmanager
def _kept(
    paths: Sequence[str], chosen: dict[str, Any], in_full: str = ""
) -> Iterator[tuple[Deployment, StateKeeper]]:
    """A stack at rest."""
    with deploying.deployment(paths, chosen, in_full) as opened:
        keeper = StateKeeper(opened.stack, console.say)
        keeper.settled()
        yield opened, keeper


def _tell(added: Sequence[str], dropped: Sequence[str]) -> None:
    for word, things in (("added", added), ("forgotten", dropped)):
        for called in things:
            console.say(f"  {word}: {called}")
