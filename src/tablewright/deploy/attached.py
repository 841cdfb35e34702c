"""What hangs on live tables and is declared with them: scaling, Kinesis, policies, replicas.

A table that is adopted brings these along; made anew they would be refused, or doubled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from tablewright.aws.reading import TableReading
from tablewright.aws.session import Session
from tablewright.errors import UnreadError
from tablewright.fleet.concurrently import each
from tablewright.fleet.fact import Unread, ask
from tablewright.fleet.live import LiveTable, LiveTableReader
from tablewright.fleet.scaling import Scaling, read_scaling
from tablewright.fleet.stack import pace_for
from tablewright.plan.declared import DeclaredTable


def attached(
    declared: Iterable[DeclaredTable],
    live: Mapping[str, TableReading],
    session: Session,
    region: str,
) -> dict[str, Any]:
    """Fields of `Existing` for the live ones of these tables, asked for as far as declared.

    Args:
        declared: tables that the state does not know.
        live: those of them that exist, by name.
        session: of the target.
        region: of the stack.

    Raises:
        UnreadError: something declared could not be asked for, so a run might fight it.
    """
    there = [table for table in declared if table.table.name in live]
    scaling = _scaling([table for table in there if table.scaling], session, region)
    tables = _tables([table.table.name for table in there if _holds(table)], session, region)
    return {
        "scaling_targets": frozenset(one.place for one in scaling),
        "scaling_policies": frozenset(
            (*one.place, policy.name) for one in scaling for policy in one.policies
        ),
        "kinesis": frozenset(
            (table.name, destination.stream_arn)
            for table in tables
            for destination in table.kinesis
        ),
        "resource_policies": dict(_policies(tables)),
        "replicas": frozenset(
            (name, replica.region)
            for name, reading in live.items()
            for replica in reading.replicas
            if replica.region != region and not replica.witness
        ),
    }


def _holds(table: DeclaredTable) -> bool:
    """Whether more is declared of it than what a table's own reading tells."""
    return any((table.kinesis, table.resource_policy, table.stream_policy))


def _scaling(
    tables: Collection[DeclaredTable], session: Session, region: str
) -> tuple[Scaling, ...]:
    if not tables:
        return ()
    names = [table.table.name for table in tables]
    found = ask(lambda: tuple(read_scaling(session, region, pace_for(session), names)))
    if isinstance(found, Unread):
        raise UnreadError(found.reason, _ALLOW)
    return found or ()


def _tables(names: Collection[str], session: Session, region: str) -> list[LiveTable]:
    if not names:
        return []
    reader = LiveTableReader(session, region, pace_for(session), ())
    found = each(names, lambda name: ask(partial(reader.read, name)))
    for answer in found.values():
        if isinstance(answer, Unread):
            raise UnreadError(answer.reason, _ALLOW)
    tables = [answer for answer in found.values() if isinstance(answer, LiveTable)]
    for table in tables:
        for facet in ("kinesis", "policy", "stream_policy"):
            if facet in table.unread:
                raise UnreadError(table.unread[facet], _ALLOW)
    return tables


def _policies(tables: Iterable[LiveTable]) -> Iterator[tuple[str, str]]:
    for table in tables:
        if table.policy is not None:
            yield table.name, table.arn
        if table.stream_policy is not None and table.reading.stream_arn is not None:
            yield f"{table.name}, its stream", table.reading.stream_arn


_ALLOW = "allow the call, so that what lives is taken over and not fought"
