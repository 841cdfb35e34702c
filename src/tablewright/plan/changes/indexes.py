"""Global indexes made and dropped on a live table: one a call, one at a time (GSI.OnlineOps).

A new index is built before an old one goes, so that queries that move over never find a gap. An
index whose keys or projection change under its own name has to go first; the note says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tablewright.dynamodb_values import MOST_GLOBAL_INDEXES, AttributeType
from tablewright.plan.table import GlobalIndex, Table

from . import requests
from .step import Risk, Step, Wait

_BUILD = (
    "AWS builds it in the background, minutes for a small table and hours for a large one; the "
    "table serves as before meanwhile"
)
_GAP = (
    "its keys or projection differ and AWS cannot change them: queries on this index fail until it "
    "is built again; give it a new name to have the new one before the old one goes"
)

_RETYPED = (
    "the type of a key attribute changes: items whose attribute has the old type will not be in "
    "it, and cannot be written any more"
)


@dataclass
class _Board:
    """The indexes as they stand between two steps."""

    table: Table
    live: dict[str, GlobalIndex]

    def definitions(self, declared: Table, new: GlobalIndex) -> list[dict[str, str]]:
        """What AttributeDefinitions must hold when `new` is made."""
        keys = [self.table.key, new.key]
        keys.extend(index.key for index in self.table.local_indexes or ())
        keys.extend(index.key for index in self.live.values())
        types: Mapping[str, AttributeType] = {**self.table.attributes, **declared.attributes}
        return requests.attribute_definitions(keys, types)


def index_steps(live: Table, declared: Table, *, on_demand: bool) -> Iterator[Step]:
    """Calls that give a live table the declared global indexes.

    Args:
        live: the table as it is.
        declared: the table as it shall be.
        on_demand: the table's mode while the calls are made; capacity is only given without it.
    """
    if live.global_indexes is None or declared.global_indexes is None:
        return
    board = _Board(live, {index.name: index for index in live.global_indexes})
    wanted = {index.name: index for index in declared.global_indexes}
    rebuilt = [
        index
        for name, index in wanted.items()
        if name in board.live and _is_rebuilt(live, declared, board.live[name], index)
    ]
    added = [index for name, index in wanted.items() if name not in board.live]
    dropped = [name for name in board.live if name not in wanted]
    blocking = [name for name in dropped if _blocks(live, declared, board.live[name])]
    for name in blocking:
        yield _drop(board, name)
    retyped = [
        rebuilt_index.name
        for rebuilt_index in rebuilt
        if _blocks(live, declared, board.live[rebuilt_index.name])
    ]
    for name in retyped:
        yield _drop(board, name, note=f"{_GAP}; {_RETYPED}")
    rest = [name for name in dropped if name not in blocking]
    for index in added:
        if len(board.live) >= MOST_GLOBAL_INDEXES and rest:
            yield _drop(board, rest.pop(0))
        yield _make(board, declared, index, on_demand=on_demand)
    for index in rebuilt:
        if index.name not in retyped:
            yield _drop(board, index.name, note=_GAP)
        yield _make(board, declared, index, on_demand=on_demand)
    for name in rest:
        yield _drop(board, name)


def kept_indexes(live: Table, declared: Table) -> list[tuple[GlobalIndex, GlobalIndex]]:
    """Pairs of live and declared of the indexes that stay as they are built."""
    old = live.indexes_by_name
    return [
        (old[index.name], index)
        for index in declared.global_indexes or ()
        if index.name in old and not _is_rebuilt(live, declared, old[index.name], index)
    ]


def _is_rebuilt(live: Table, declared: Table, old: GlobalIndex, new: GlobalIndex) -> bool:
    """Whether an index has to go and come again under its own name."""
    if (old.key, old.projection) != (new.key, new.projection):
        return True
    return _blocks(live, declared, old)


def _blocks(live: Table, declared: Table, index: GlobalIndex) -> bool:
    """Whether an index holds an attribute whose type changes: it must go before a new one comes."""
    return any(
        name in declared.attributes and declared.attributes[name] != live.attributes.get(name)
        for name in index.key.names
    )


def _make(board: _Board, declared: Table, index: GlobalIndex, *, on_demand: bool) -> Step:
    path = f"globalSecondaryIndexes[{index.name}]"
    if not on_demand and index.throughput is None:
        return Step(
            title=f"Build index {index.name}: its capacity is not declared",
            operation="",
            request={},
            risk=Risk.IMPOSSIBLE,
            properties=(f"{path}.provisionedThroughput",),
            wait=Wait.NONE,
            note="an index of a provisioned table needs a capacity of its own",
        )
    definitions = board.definitions(declared, index)
    board.live[index.name] = index
    return Step(
        title=f"Build index {index.name} on {' + '.join(index.key.names)}",
        operation="UpdateTable",
        request={
            "TableName": board.table.name,
            "AttributeDefinitions": definitions,
            "GlobalSecondaryIndexUpdates": [
                {"Create": requests.global_index(index, on_demand=on_demand)}
            ],
        },
        risk=Risk.SLOW,
        properties=(path,),
        wait=Wait.INDEX_ACTIVE,
        subject=index.name,
        note=_BUILD,
    )


def _drop(board: _Board, name: str, *, note: str = "") -> Step:
    """Drop an index; with a note it is built again afterwards."""
    del board.live[name]
    return Step(
        title=f"Drop index {name}" + (" to rebuild it" if note else ""),
        operation="UpdateTable",
        request={
            "TableName": board.table.name,
            "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}],
        },
        risk=Risk.SLOW if note else Risk.IN_PLACE,
        properties=(f"globalSecondaryIndexes[{name}]",),
        wait=Wait.INDEX_GONE,
        subject=name,
        note=note or "queries on this index fail from now on; no item is lost",
    )
