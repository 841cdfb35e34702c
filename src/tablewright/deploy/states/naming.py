"""Other logical names for recorded resources. Pure.

The name of a table stands in those of all that belongs to it: with `orders` go `orders-writes`, its
component and what stands below.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from tablewright.components.names import TABLE_COMPONENT
from tablewright.engine import StateResource
from tablewright.errors import UsageError, nearest_names
from tablewright.pulumi_values import urn_name
from tablewright.resource_kinds.types import TABLE

from .listing import is_live

_NAME: Final = re.compile(r"\S+")


def renames(
    resources: Sequence[StateResource], old: str, new: str, type_: str | None
) -> Mapping[str, str]:
    """The new URNs by the old ones of all that a rename means.

    Args:
        resources: that are recorded.
        old: a logical name.
        new: another.
        type_: type of the resource, where several have the name.

    Raises:
        UsageError: there is none of that name, there are several, or the new one is taken.
    """
    if not _NAME.fullmatch(new):
        raise UsageError(f"{new!r} cannot be a name", "give a name without blanks")
    chosen = _chosen(resources, old, type_)
    members = _with_parts(resources, chosen) if chosen.type == TABLE else [chosen]
    urns = {
        member.urn: member.urn.removesuffix(member.name) + _renamed(member.name, old, new)
        for member in members
        if _renamed(member.name, old, new) != member.name
    }
    taken = {resource.urn for resource in resources} - urns.keys()
    if double := next((urn for urn in urns.values() if urn in taken), None):
        raise UsageError(
            f"{urn_name(double)} is recorded already; nothing was changed",
            "choose another name, or give that one another first",
        )
    return urns


def _chosen(resources: Sequence[StateResource], old: str, type_: str | None) -> StateResource:
    named = [
        resource
        for resource in resources
        if is_live(resource) and resource.name == old and type_ in (None, resource.type)
    ]
    tables = [resource for resource in named if resource.type == TABLE]
    if len(tables) == 1 and type_ is None:
        return tables[0]
    if len(named) == 1:
        return named[0]
    if named:
        types = ", ".join(f"--type {resource.type}" for resource in named)
        raise UsageError(f"{len(named)} resources are called {old}", f"say which: {types}")
    known = {resource.name for resource in resources if is_live(resource)}
    raise UsageError(
        f"nothing of the name {old} is recorded; nothing was changed",
        nearest_names(old, known, "`state list` shows all names"),
    )


def _with_parts(resources: Sequence[StateResource], table: StateResource) -> list[StateResource]:
    """The table with its component, and all that stands below it; or what depends on it alone."""
    by_urn = {resource.urn: resource for resource in resources}
    component = by_urn.get(table.parent)
    root = component if component and component.type == TABLE_COMPONENT else table
    below = {root.urn}
    members = []
    for resource in resources:  # parents stand before their children
        if resource.urn in below or resource.parent in below:
            below.add(resource.urn)
            members.append(resource)
    return members


def _renamed(name: str, old: str, new: str) -> str:
    return new + name.removeprefix(old) if name == old or name.startswith(f"{old}-") else name
