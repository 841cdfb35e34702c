"""Which table a resource of a run stands around. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tablewright.components.names import TABLE_COMPONENT
from tablewright.engine import ResourceChange
from tablewright.resource_kinds import KINDS, parent_of
from tablewright.resource_kinds.types import TABLE


def tables_of(changes: Iterable[ResourceChange]) -> dict[str, str]:
    """By URN, the physical name of the table that a resource is part of; what has none is left out.

    Args:
        changes: all of a run, unchanged resources and components included.
    """
    by_urn = {change.urn: change for change in changes}
    names = {urn: _name(change) for urn, change in by_urn.items() if change.type == TABLE}
    of_components = {by_urn[urn].parent: name for urn, name in names.items()}
    belonging: dict[str, str] = {}
    for urn, change in by_urn.items():
        if name := names.get(urn) or _around(change, by_urn, of_components) or _named(change):
            belonging[urn] = name
    return belonging


def _around(
    change: ResourceChange, by_urn: Mapping[str, ResourceChange], names: Mapping[str, str]
) -> str:
    """The table of the component that the resource is in."""
    parent = by_urn.get(change.parent)
    while parent is not None:
        if parent.type == TABLE_COMPONENT:
            return names.get(parent.urn) or parent.name
        parent = by_urn.get(parent.parent)
    return ""


def _named(change: ResourceChange) -> str:
    """The table that the inputs name, where a program puts no component around both."""
    inputs: Mapping[str, Any] = change.new_inputs or change.old_inputs or {}
    kind = KINDS.get(change.type)
    if kind and kind.parent and (parent := parent_of(change.type, inputs)):
        return parent.name if parent.space == TABLE else ""
    dimensions = inputs.get("dimensions")
    name = dimensions.get("TableName") if isinstance(dimensions, Mapping) else None
    return name if isinstance(name, str) else ""


def _name(change: ResourceChange) -> str:
    inputs = change.new_inputs or change.old_inputs or {}
    name = inputs.get("name")
    return name if isinstance(name, str) else change.name
