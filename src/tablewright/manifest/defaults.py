"""The stack's defaults, merged under a table field by field, before anything is checked.

What is merged keeps the place where it was written: a mistake in a default points at the stack's
document, and only once, however many tables take it over.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingType

from tablewright.manifest.documents.node import Items, Mapping, Node, Scalar

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

REPLICAS_ONLY_WITH: MappingType[str, tuple[str, ...]] = {
    "PROVISIONED": ("readCapacityUnits",),
    "PAY_PER_REQUEST": ("maxReadRequestUnits",),
}
"""Likewise, of a replica and of its indexes."""

ALARMS_ONLY_WITH: MappingType[str, tuple[str, ...]] = {
    "PROVISIONED": (
        "readUtilization",
        "writeUtilization",
        "readProvisionedThrottles",
        "writeProvisionedThrottles",
    ),
    "PAY_PER_REQUEST": (
        "readQuotaUtilization",
        "writeQuotaUtilization",
        "readOnDemandThrottles",
        "writeOnDemandThrottles",
    ),
}
"""Likewise, alarms on metrics that are there in one billing mode alone."""

_MODE_OF_NOBODY = "PAY_PER_REQUEST"


def merged_document(table: Mapping, defaults: Mapping | None) -> Mapping:
    """The table's document with the defaults under its `spec`."""
    spec = table.entries.get("spec")
    if defaults is None or not isinstance(spec, Mapping):
        return table
    result = copied(table)
    result.entries["spec"] = merged(_without_indexes(fitting(defaults, spec), spec), spec)
    return result


def fitting(defaults: Mapping, spec: Mapping) -> Mapping:
    """What lies below a spec without all that goes with a billing mode that the spec does not have.

    That is the capacity of the table, of its indexes and replicas, and alarms on it.
    """
    mode = spec.entries.get("billingMode")
    if not isinstance(mode, Scalar):
        return defaults
    chosen = _MODE_OF_NOBODY if mode.is_null else mode.text
    fitting = _without(defaults, _of_others(ONLY_WITH, chosen))
    _replace(fitting, "alarms", lambda node: _without(node, _of_others(ALARMS_ONLY_WITH, chosen)))
    _replace_each(
        fitting,
        "globalSecondaryIndexes",
        lambda index: _without(index, _of_others(ONLY_WITH, chosen)),
    )
    _replace(
        fitting,
        "globalTable",
        lambda node: _replace_each(
            copied(node), "replicas", lambda replica: _fitting_replica(replica, chosen)
        ),
    )
    return fitting


def _fitting_replica(replica: Mapping, mode: str) -> Mapping:
    names = _of_others(REPLICAS_ONLY_WITH, mode)
    return _replace_each(
        _without(replica, names), "globalSecondaryIndexes", lambda index: _without(index, names)
    )


def _of_others(fields: MappingType[str, tuple[str, ...]], mode: str) -> frozenset[str]:
    """Those of some fields that do not go with a billing mode."""
    return frozenset(name for other, names in fields.items() if other != mode for name in names)


def _without(node: Mapping, names: frozenset[str]) -> Mapping:
    result = copied(node)
    for name in names:
        result.entries.pop(name, None)
    return result


def _replace(holder: Mapping, name: str, change: Callable[[Mapping], Mapping]) -> Mapping:
    """Put what becomes of a mapping in its place, if there is one."""
    node = holder.entries.get(name)
    if isinstance(node, Mapping):
        holder.entries[name] = change(node)
    return holder


def _replace_each(holder: Mapping, name: str, change: Callable[[Mapping], Mapping]) -> Mapping:
    """Likewise of each mapping in a list; one mapping may stand for a list of one."""
    node = holder.entries.get(name)
    if isinstance(node, Items):
        items: list[Node] = [change(x) if isinstance(x, Mapping) else x for x in node.items]
        holder.entries[name] = Items(
            node.file, node.line, node.column, node.parent, node.key, items
        )
        return holder
    return _replace(holder, name, change)


def _without_indexes(defaults: Mapping, spec: Mapping) -> Mapping:
    """Alarms on each index, for a table that has none, are alarms on the table alone."""
    alarms = defaults.entries.get("alarms")
    indexes = spec.entries.get("globalSecondaryIndexes")
    if not isinstance(alarms, Mapping) or (indexes is not None and not _is_null(indexes)):
        return defaults
    result = copied(defaults)
    result.entries["alarms"] = alone = copied(alarms)
    for name, settings in alarms.entries.items():
        if isinstance(settings, Mapping) and "indexes" in settings.entries:
            alone.entries[name] = _without(settings, frozenset({"indexes"}))
    return result


def merged(base: Mapping, over: Mapping) -> Mapping:
    """One mapping of two, field by field; what is above wins, and its `null` removes a field.

    That is a JSON merge patch (RFC 7396), as in Helm and Kustomize. The `null` stays, so that it
    removes the field from what this is merged over in turn; a model takes it for silence.
    """
    result = copied(over)
    for key, value in base.entries.items():
        own = over.entries.get(key)
        if own is None:
            result.entries[key] = value
            result.key_places[key] = base.key_places[key]
        elif key not in WHOLE and isinstance(own, Mapping) and isinstance(value, Mapping):
            result.entries[key] = merged(value, own)
    return result


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null


def copied(node: Mapping) -> Mapping:
    """The same mapping, whose entries can be changed."""
    copy = Mapping(node.file, node.line, node.column, node.parent, node.key)
    copy.position = node.position
    copy.entries.update(node.entries)
    copy.key_places.update(node.key_places)
    return copy
