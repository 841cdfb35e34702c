"""What of live tables scales, and what they have of the capacity that does.

The engine is told to ignore such capacity, and does so by taking what its state holds: which is
nothing for a table that was on demand, and another index's where the indexes have moved. So tables
that scale are looked at before a run, and what they have decides what is ignored and what is sent.
Others may have made a table scale, too, which no manifest and no state tells; so every provisioned
table that exists is asked about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial

from tablewright.aws.reading import TableReader, TableReading
from tablewright.aws.session import Session
from tablewright.components.existing import Existing
from tablewright.engine import Operation, ResourceChange, StateResource
from tablewright.errors import UnreadError
from tablewright.fleet.concurrency import map_concurrently
from tablewright.fleet.rate_limiter import rate_limiter_for
from tablewright.fleet.reading import Unread, try_read
from tablewright.fleet.scaling import LiveScaling, read_targets
from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable
from tablewright.plan.scaling import capacity
from tablewright.plan.table import Table
from tablewright.resource_kinds.types import TABLE, TARGET

_UPDATE = Operation.UPDATE
_ALLOW = "allow the call, so that capacity that scales is left alone"


def with_scaled_tables(
    existing: Existing,
    declared: DeclaredStack,
    resources: Collection[StateResource],
    session: Session,
) -> Existing:
    """`existing`, what scales of its provisioned tables, and the tables that do.

    Args:
        existing: what is known so far; its tables need not be read again.
        declared: the stack.
        resources: of its state.
        session: of the target.

    Raises:
        UnreadError: one could not be read, so a run might reset what scaling did.
    """
    scaling, going = _targets(existing, declared, resources, session)
    existing = replace(
        existing,
        released=frozenset((target.table, target.side) for target in going),
        scalable={
            (target.table, target.side): (target.minimum, target.maximum) for target in scaling
        },
    )
    scaled = {name for name, _ in (*existing.scalable, *existing.released)}
    names = [
        table.table.name
        for table in declared.tables
        if (table.scaling or table.table.name in scaled) and table.table.name not in existing.tables
    ]
    if not names:
        return existing
    reader = TableReader(session, declared.region)
    tables = dict(existing.tables)
    for name, answer in map_concurrently(
        names, lambda name: try_read(partial(reader.read, name))
    ).items():
        if isinstance(answer, Unread):
            raise UnreadError(answer.reason, _ALLOW)
        if isinstance(answer, TableReading):
            tables[name] = answer.table
    return replace(existing, tables=tables)


def left_alone(
    existing: Existing, declared: DeclaredStack, changes: Iterable[ResourceChange] = ()
) -> Iterator[str]:
    """In words, what is declared and not sent, because something live moves it, or has moved it.

    Args:
        existing: what was found.
        declared: the stack.
        changes: of the run. A table that it updates is compared with what is live, and gets what
            is declared; to the engine it has that already.
    """
    updated = {
        change.id for change in changes if (change.type, change.operation) == (TABLE, _UPDATE)
    }
    for table in declared.tables:
        live = existing.tables.get(table.table.name)
        switched = live is not None and live.billing_mode != "PROVISIONED"
        if table.table.billing_mode == "PROVISIONED" and not switched:
            yield from _undeclared(existing, table, declared.region)
            if live is not None and live.name not in updated:
                yield from _left_behind(existing, table.table, live)
        yield from _bounds(existing, table)


def _undeclared(existing: Existing, table: DeclaredTable, region: str) -> Iterator[str]:
    name = table.table.name
    declared_sides = {scaling.side for scaling in table.scaling}
    for side in sorted(existing.scaled_sides(name) - declared_sides, key=str):
        low, high = existing.scalable[name, side]
        resource, dimension = LiveScaling(name, side.index, side.direction, low, high).place
        holder = f"globalSecondaryIndexes[{side.index}]." if side.index else ""
        yield (
            f"the {side} of table {name} scale between {low} and {high} units, which is not "
            "declared: their capacity is left as it is, whatever `provisionedThroughput` says; "
            f"declare it as `{holder}autoScaling.{side.direction}`, or remove it: aws "
            "application-autoscaling deregister-scalable-target --service-namespace dynamodb "
            f"--resource-id {resource} --scalable-dimension {dimension} --region {region}"
        )


def _left_behind(existing: Existing, declared: Table, live: Table) -> Iterator[str]:
    for side in sorted((side for name, side in existing.released if name == live.name), key=str):
        wanted, units = capacity(declared, side), capacity(live, side)
        if wanted is not None and units is not None and wanted != units:
            yield (
                f"the {side} of table {live.name} scale no more, and keep the {units} units a "
                f"second that they have: `tablewright up PATH --refresh` sets the declared {wanted}"
            )


def _bounds(existing: Existing, table: DeclaredTable) -> Iterator[str]:
    for scaling in table.scaling:
        live = existing.scalable.get((table.table.name, scaling.side))
        if live is not None and any(scaling.bounds_of_schedules(live)):
            yield (
                f"the {scaling.side} of table {table.table.name} scale between {live[0]} and "
                f"{live[1]} units at present, as a schedule has set: the declared "
                f"{scaling.minimum} to {scaling.maximum} are where they begin"
            )


def _targets(
    existing: Existing,
    declared: DeclaredStack,
    resources: Collection[StateResource],
    session: Session,
) -> tuple[list[LiveScaling], list[LiveScaling]]:
    """What scales of the live tables; apart, what this stack has made and declares no more."""
    recorded = {target.id for target in resources if target.type == TABLE}
    names = [
        table.table.name
        for table in declared.tables
        if table.table.billing_mode == "PROVISIONED"
        and (table.table.name in recorded or table.table.name in existing.tables)
    ]
    if not names:
        return [], []
    answer = try_read(
        partial(read_targets, session, declared.region, rate_limiter_for(session), names)
    )
    if isinstance(answer, Unread):
        raise UnreadError(answer.reason, _ALLOW)
    declared_sides = {
        (table.table.name, target.side) for table in declared.tables for target in table.scaling
    }
    own_places = set(_recorded_places(resources))
    staying: list[LiveScaling] = []
    going: list[LiveScaling] = []
    for target in answer or ():
        goes = (target.table, target.side) not in declared_sides and target.place in own_places
        (going if goes else staying).append(target)
    return staying, going


def _recorded_places(resources: Iterable[StateResource]) -> Iterator[tuple[str, str]]:
    for resource in resources:
        if resource.type == TARGET:
            yield (
                resource.inputs.get("resourceId", resource.id),
                resource.inputs.get("scalableDimension", ""),
            )
