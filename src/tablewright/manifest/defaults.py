"""The stack's defaults, merged under a table field by field, before anything is checked.

What is merged keeps the place where it was written: a mistake in a default points at the stack's
document, and only once, however many tables take it over.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType

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
    result = _copy(table)
    result.entries["spec"] = merged
    return result


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
