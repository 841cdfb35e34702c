"""The stack's defaults, merged under a table field by field, before anything is checked.

What is merged keeps the place where it was written: a mistake in a default points at the stack's
document, and only once, however many tables take it over.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType

from tablewright.manifest.documents.node import Mapping, Scalar

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
    result = copied(table)
    result.entries["spec"] = merged(_without_indexes(fitting(defaults, spec), spec), spec)
    return result


def fitting(defaults: Mapping, spec: Mapping) -> Mapping:
    """What lies below a spec without the capacity of a billing mode that the spec does not have."""
    mode = spec.entries.get("billingMode")
    if not isinstance(mode, Scalar):
        return defaults
    fitting = copied(defaults)
    for other, names in ONLY_WITH.items():
        if mode.text != other:
            for name in names:
                fitting.entries.pop(name, None)
    return fitting


def _without_indexes(defaults: Mapping, spec: Mapping) -> Mapping:
    """Alarms on each index, for a table that has none, are alarms on the table alone."""
    alarms = defaults.entries.get("alarms")
    indexed = {*defaults.entries, *spec.entries}
    if not isinstance(alarms, Mapping) or "globalSecondaryIndexes" in indexed:
        return defaults
    result = copied(defaults)
    result.entries["alarms"] = alone = copied(alarms)
    for name, settings in alarms.entries.items():
        if isinstance(settings, Mapping) and "indexes" in settings.entries:
            bare = copied(settings)
            del bare.entries["indexes"]
            alone.entries[name] = bare
    return result


def merged(base: Mapping, over: Mapping) -> Mapping:
    """One mapping of two, field by field; what is above wins, except where it says nothing."""
    result = copied(over)
    for key, value in base.entries.items():
        own = over.entries.get(key)
        if own is None or (isinstance(own, Scalar) and own.is_null and own.text):
            result.entries[key] = value
            result.key_places[key] = base.key_places[key]
        elif key not in WHOLE and isinstance(own, Mapping) and isinstance(value, Mapping):
            result.entries[key] = merged(value, own)
    return result


def copied(node: Mapping) -> Mapping:
    """The same mapping, whose entries can be changed."""
    copy = Mapping(node.file, node.line, node.column, node.parent, node.key)
    copy.entries.update(node.entries)
    copy.key_places.update(node.key_places)
    return copy
