"""Rules on a table's indexes: those declared, as declared, and no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tablewright.plan.facets import ON_DEMAND_MAXIMUM
from tablewright.plan.table import GlobalIndex, LocalIndex

from . import formatting
from .effects import AGAIN, SET_BACK
from .rule import rule
from .table_rules import TableCase, capacity_outcome
from .verdict import FactOutcome, compared, failed

AnyIndex = GlobalIndex | LocalIndex
REBUILD = f"{AGAIN}: the index is built again, or declare the live value"
REMOVED_BY_NAME = "run `tablewright up PATH --refresh --allow-delete"
"""The guard lets go of no index that was never declared, unless it is named."""
LOCAL = "declare it as it is in AWS: a local index is made with its table and never changes"


@rule(
    "TW105",
    "table",
    "It has the declared global indexes, ACTIVE, and no other",
    ("dynamodb:DescribeTable",),
)
def global_indexes(case: TableCase) -> Iterator[FactOutcome]:
    """An index that is missing fails queries; one too many is written and paid for."""
    if case.declared.table.global_indexes is None:
        return
    live = case.live.table.indexes_by_name
    for index in case.declared.table.global_indexes:
        fact = f"index {index.name}"
        actual = live.pop(index.name, None)
        if actual is None:
            yield failed(fact, "ACTIVE", "no such index", AGAIN)
        else:
            yield from _index(case, fact, index, actual)
            yield from _settings(case, fact, index, actual)
    table = case.declared.table.name
    removals = {name: f"declare it, or {REMOVED_BY_NAME} {table}/{name}`" for name in live}
    yield from _undeclared_indexes("global index", removals)


@rule(
    "TW106",
    "table",
    "It has the declared local indexes and no other",
    ("dynamodb:DescribeTable",),
)
def local_indexes(case: TableCase) -> Iterator[FactOutcome]:
    """Local indexes are made with the table and never change."""
    if case.declared.table.local_indexes is None:
        return
    live = {index.name: index for index in case.live.table.local_indexes or ()}
    for index in case.declared.table.local_indexes:
        fact = f"local index {index.name}"
        actual = live.pop(index.name, None)
        if actual is None:
            yield failed(fact, "exists", "no such index", "use a global index, or make a new table")
        else:
            yield from _index(case, fact, index, actual)
    yield from _undeclared_indexes("local index", dict.fromkeys(live, LOCAL))


def _index(
    case: TableCase, fact: str, declared_index: AnyIndex, live_index: AnyIndex
) -> Iterator[FactOutcome]:
    """Keys and projection of an index, global or local."""
    rebuild = LOCAL if isinstance(declared_index, LocalIndex) else REBUILD
    declared, live = case.declared.table, case.live.table
    yield compared(
        f"{fact}: key",
        formatting.key(declared_index.key, declared.attributes),
        formatting.key(live_index.key, live.attributes),
        None,
        rebuild,
    )
    yield compared(
        f"{fact}: projection",
        formatting.projection(declared_index.projection),
        formatting.projection(live_index.projection),
        None,
        rebuild,
    )


def _settings(
    case: TableCase, fact: str, declared: GlobalIndex, live: GlobalIndex
) -> Iterator[FactOutcome]:
    """What only a global index has: a status, capacity and ceilings of its own."""
    status = case.live.reading.indexes[declared.name].status
    yield compared(f"{fact}: status", "ACTIVE", status, None, "wait until it is built")
    if declared.throughput is not None:
        capacity = f"{fact}: capacity"
        yield capacity_outcome(
            capacity, declared.throughput, live.throughput, case.live, declared.name
        )
    if declared.on_demand_maximum is not None and live.on_demand_maximum is not None:
        yield compared(
            f"{fact}: on-demand maximum",
            ON_DEMAND_MAXIMUM.words(declared.on_demand_maximum),
            ON_DEMAND_MAXIMUM.words(live.on_demand_maximum),
            None,
            SET_BACK,
        )


def _undeclared_indexes(kind: str, fixes: Mapping[str, str]) -> Iterator[FactOutcome]:
    for name in sorted(fixes):
        yield failed(f"{kind} {name}", "not declared", "exists", fixes[name])


RULES = (
    global_indexes,
    local_indexes,
)
