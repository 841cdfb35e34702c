"""Changes that AWS makes in no way, or only by a new table (API reference, UpdateTable).

The official provider ignores some of them in silence; here each is a step that the guard stops.
"""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.plan.table import LocalIndex, Table

from .step import Risk, Step, Wait

BESIDE = (
    "declare a second table beside it, copy the items while both are in use (`tablewright migrate "
    "OLD NEW`), then move the readers and writers over"
)
"""What loses no item where a table cannot be changed in place."""


def replacements(live: Table, declared: Table) -> Iterator[Step]:
    """Steps for what only a new table can have, empty for a change in place."""
    if live.name != declared.name:
        yield _replace(
            f"Replace table {live.name} by {declared.name}: a table cannot be renamed",
            ("tableName",),
            BESIDE,
        )
    yield from _keys(live, declared)
    yield from _local_indexes(live, declared)


def _keys(live: Table, declared: Table) -> Iterator[Step]:
    if live.key.partition != declared.key.partition:
        title = (
            f"Replace the table: its partition key is {_names(live.key.partition)}, "
            f"not {_names(declared.key.partition)}"
        )
        yield _replace(title, ("partitionKey",), BESIDE)
    if live.key.sort != declared.key.sort:
        title = (
            f"Replace the table: its sort key is {_names(live.key.sort)}, "
            f"not {_names(declared.key.sort)}"
        )
        yield _replace(title, ("sortKey",), BESIDE)
    for name in live.key.names:
        old, new = live.attributes.get(name), declared.attributes.get(name)
        if name in declared.key.names and old != new and old is not None and new is not None:
            path = "partitionKey" if name in live.key.partition else "sortKey"
            title = f"Replace the table: the type of its key attribute {name} is {old}, not {new}"
            yield _replace(title, (f"{path}.type",), BESIDE)


def _local_indexes(live: Table, declared: Table) -> Iterator[Step]:
    if live.local_indexes is None or declared.local_indexes is None:
        return
    old = {index.name: index for index in live.local_indexes}
    new = {index.name: index for index in declared.local_indexes}
    for name in sorted({*old, *new}):
        if name not in new:
            change = "be removed"
        elif name not in old:
            change = "be added"
        elif _facts(old[name], live) != _facts(new[name], declared):
            change = "be changed"
        else:
            continue
        title = f"Replace the table: local index {name} cannot {change} after creation"
        next_step = "use a global index instead, which can be added to a live table"
        yield _replace(title, (f"localSecondaryIndexes[{name}]",), next_step)


def _facts(index: LocalIndex, table: Table) -> tuple[object, ...]:
    types = tuple(table.attributes.get(name) for name in index.key.names)
    return index.key, index.projection, types


def _replace(title: str, properties: tuple[str, ...], note: str) -> Step:
    return Step(
        title=title,
        operation="",
        request={},
        risk=Risk.REPLACES,
        properties=properties,
        wait=Wait.NONE,
        note=note,
    )


def _names(names: tuple[str, ...]) -> str:
    return " + ".join(names) or "none"
