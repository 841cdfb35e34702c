"""Which recorded resources a release means. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tablewright.engine import StateResource
from tablewright.errors import UsageError, nearest_names
from tablewright.resource_kinds.types import TABLE


def chosen_tables(
    resources: Sequence[StateResource], names: Sequence[str], *, everything: bool
) -> tuple[str, ...]:
    """The recorded tables that these names mean, as AWS calls them.

    Args:
        resources: that are recorded.
        names: of tables, as their manifests or as AWS call them.
        everything: all of them.

    Raises:
        UsageError: one is not recorded, none was named, or none is recorded at all.
    """
    recorded = {resource.id for resource in resources if resource.type == TABLE}
    physical = {resource.name: resource.id for resource in resources if resource.type == TABLE} | {
        name: name for name in recorded
    }
    for name in names:
        if name not in physical:
            raise UsageError(
                f"the stack holds no table {name}", nearest_names(name, physical.keys())
            )
    if everything and not recorded:
        raise UsageError("the stack holds no tables", "there is nothing to release")
    if not everything and not names:
        raise UsageError("no tables are given", "give --table NAME or --all")
    return (
        tuple(sorted(recorded))
        if everything
        else tuple(dict.fromkeys(physical[name] for name in names))
    )


def belonging(
    resources: Sequence[StateResource], names: Collection[str]
) -> tuple[StateResource, ...]:
    """Tables by physical name, and all that stands under the components they stand in."""
    tables = {
        resource.urn for resource in resources if resource.type == TABLE and resource.id in names
    }
    roots = {
        resource.parent for resource in resources if resource.urn in tables and resource.parent
    }
    children: dict[str, StateResource] = {}
    for resource in resources:  # parents stand before their children
        if resource.urn in roots or resource.urn in tables or resource.parent in children:
            children[resource.urn] = resource
    return tuple(children.values())
