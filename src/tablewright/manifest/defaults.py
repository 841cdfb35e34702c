"""The stack's defaults, merged under a table field by field, before anything is checked.

What is merged keeps the place where it was written: a mistake in a default points at the stack's
document, and only once, however many tables take it over.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from typing import Any

from tablewright.manifest.models import Stack, Table
from tablewright.manifest.node import Mapping, Scalar

WHOLE = frozenset(
    {
        "conditions",
        "dimensions",
        "encryption",
        "onDemandThroughput",
        "provisionedThroughput",
        "resourcePolicy",
        "streamResourcePolicy",
        "trust",
        "warmThroughput",
    }
)
"""Fields that a table replaces as a whole: half of one and half of another would mean neither."""

ONLY_WITH: MappingType[str, tuple[str, ...]] = {
    "PROVISIONED": ("provisionedThroughput", "autoScaling"),
    "PAY_PER_REQUEST": ("onDemandThroughput",),
}
"""Capacity goes with its billing mode: a table that chooses the other one does not take it over."""


def merged_document(table: Mapping, defaults: Mapping | None) -> Mapping:
    """The table's document with the defaults under its `spec`."""
    spec = table.entries.get("spec")
    if defaults is None or not isinstance(spec, Mapping):
        return table
    merged = _merge(_fitting(defaults, spec), spec)
    whole = _copy(table)
    whole.entries["spec"] = merged
    return whole


def merge_values(defaults: MappingType[str, Any], spec: MappingType[str, Any]) -> dict[str, Any]:
    """The same for plain data in the names of documents."""
    mode = spec.get("billingMode")
    fitting = dict(defaults)
    for other, names in ONLY_WITH.items():
        if mode not in (None, other):
            for name in names:
                fitting.pop(name, None)
    return _merge_plain(fitting, spec)


def with_defaults(stack: Stack, table: Table) -> Table:
    """A table made in a program, with the stack's defaults merged under what it says itself."""
    said = stack.spec.defaults.model_dump(exclude_unset=True)
    own = table.spec.model_dump(exclude_unset=True)
    document = {**table.model_dump(exclude_unset=True), "spec": merge_values(said, own)}
    return Table.model_validate(document)


def _fitting(defaults: Mapping, spec: Mapping) -> Mapping:
    mode = spec.entries.get("billingMode")
    if not isinstance(mode, Scalar):
        return defaults
    fitting = _copy(defaults)
    for other, names in ONLY_WITH.items():
        if mode.text != other:
            for name in names:
                fitting.entries.pop(name, None)
    return fitting


def _merge(base: Mapping, over: Mapping) -> Mapping:
    merged = _copy(over)
    for key, value in base.entries.items():
        own = over.entries.get(key)
        if own is None or (isinstance(own, Scalar) and own.is_null and own.text):
            merged.entries[key] = value
            merged.key_places[key] = base.key_places[key]
        elif key not in WHOLE and isinstance(own, Mapping) and isinstance(value, Mapping):
            merged.entries[key] = _merge(value, own)
    return merged


def _copy(node: Mapping) -> Mapping:
    copied = Mapping(node.file, node.line, node.column, node.parent, node.key)
    copied.entries.update(node.entries)
    copied.key_places.update(node.key_places)
    return copied


def _merge_plain(base: MappingType[str, Any], over: MappingType[str, Any]) -> dict[str, Any]:
    merged = {**base, **over}
    for key, own in over.items():
        below = base.get(key)
        if key not in WHOLE and isinstance(own, dict) and isinstance(below, dict):
            merged[key] = _merge_plain(below, own)
    return merged
