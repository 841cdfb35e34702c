"""The properties in which a resource differs before and after a change. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tablewright.engine import Operation, ResourceChange
from tablewright.plan.table import Table
from tablewright.resource_kinds.types import TABLE

MANIFEST_WORDS: Final = {"hashKey": "partitionKey", "rangeKey": "sortKey", "name": "tableName"}
"""What a table's properties are called in a manifest, where Pulumi has other words."""


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One property, before and after; a value that is known only later is the text `unknown`."""

    path: str
    before: Any
    after: Any


def property_changes(change: ResourceChange) -> Iterable[PropertyChange]:
    """What differs, of an update or a replacement."""
    if change.operation not in (Operation.UPDATE, Operation.REPLACE):
        return
    for difference in change.diffs:
        path = difference.path
        if not _is_unequal(change, path):
            continue
        spoken = MANIFEST_WORDS.get(path, path) if change.type == TABLE else path
        yield PropertyChange(spoken, *_values(change, path))


def _values(change: ResourceChange, path: str) -> tuple[Any, Any]:
    """Before and after; what was declared the same, and is another thing live, is shown so."""
    old, new = value_at(change.old_inputs or {}, path), value_at(change.new_inputs or {}, path)
    live = value_at(change.old_outputs or {}, path)
    return (live, new) if old == new and live is not None else (old, new)


def _is_unequal(change: ResourceChange, path: str) -> bool:
    """The engine lists properties as well that only some provider takes for different."""
    before, after = _values(change, path)
    return before is None or type(before) is not type(after) or before != after


def causes_of(change: ResourceChange) -> tuple[str, ...]:
    """What forces the replacement: all that the engine names, unless some of it is the same."""
    spoken = {MANIFEST_WORDS.get(path, path): path for path in MANIFEST_WORDS}
    visible = tuple(
        key
        for key in change.replace_keys
        if _is_unequal(change, spoken.get(key, key) if change.type == TABLE else key)
    )
    return visible or change.replace_keys


def value_at(properties: Mapping[str, Any], path: str) -> Any:
    """The value at a property path of the engine (`tags.Team`, `attributes[0].name`), or None."""
    value: Any = properties
    for part in path.replace("[", ".").replace("]", "").replace('"', "").split("."):
        match value:
            case Mapping():
                value = value.get(part)
            case list() if part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            case _:
                return None
    return value


def tag_changes(
    change: ResourceChange, before: Table | None, after: Table | None
) -> Iterable[PropertyChange]:
    """Tags that differ, of a table before and after, or by the properties of anything else."""
    if change.operation is not Operation.UPDATE:
        return
    if before is not None and after is not None:
        old: Any = before.tags or {}
        new: Any = after.tags
    else:
        old, new = ((side or {}).get("tags") for side in (change.old_inputs, change.new_inputs))
    if not isinstance(old, Mapping | None) or not isinstance(new, Mapping):
        return
    for name in sorted({*(old or {}), *new}):
        values = (old or {}).get(name), new.get(name)
        if values[0] != values[1]:
            yield PropertyChange(f"tags.{name}", *values)
