"""What a state records, for people and machines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tablewright.documents.state import RecordDocument
from tablewright.engine import StateResource
from tablewright.pulumi_values import PROVIDER_TYPES
from tablewright.resource_kinds import KINDS
from tablewright.resource_kinds.types import TABLE


def listed(resources: Iterable[StateResource], tables: Sequence[str] = ()) -> list[RecordDocument]:
    """Every recorded resource that is in AWS: each table with its own, then what is of none.

    The engine's order is that in which they happened to be made.

    Args:
        resources: that are recorded.
        tables: logical names in the order of the manifests, which previews have.
    """
    given = [*resources]
    recorded = [resource for resource in given if is_live(resource)]
    by_urn = {resource.urn: resource for resource in given}
    names = {resource.name for resource in recorded if resource.type == TABLE}
    places = {name: place for place, name in enumerate([*tables, *sorted(names - {*tables})])}

    def order(resource: StateResource) -> tuple[int, bool, str, str]:
        above: StateResource | None = resource
        while above is not None and above.name not in places:
            above = by_urn.get(above.parent)
        place = places[above.name] if above is not None else len(places)
        return place, resource.type != TABLE, resource.name, resource.type

    return [_record(resource) for resource in sorted(recorded, key=order)]


def is_live(resource: StateResource) -> bool:
    """Whether it is the record of something in AWS, not of a component or a provider."""
    return resource.custom and bool(resource.id) and not resource.type.startswith(PROVIDER_TYPES)


def word_of(resource: StateResource) -> str:
    """`table`, `alarm`: how people call its kind."""
    kind = KINDS.get(resource.type)
    return kind.word if kind else resource.type


def physical_name(resource: StateResource) -> str:
    """How AWS knows it; its id where it has no name of its own."""
    kind = KINDS.get(resource.type)
    return (kind.owner_name(resource.inputs) if kind else None) or resource.id


def _record(resource: StateResource) -> RecordDocument:
    return {
        "name": resource.name,
        "kind": word_of(resource),
        "type": resource.type,
        "physicalName": physical_name(resource),
        "id": resource.id,
        "urn": resource.urn,
        "protected": resource.protect,
        "toDelete": resource.to_delete,
        "unfinished": "; ".join(resource.unfinished),
    }
