"""What a state records, for people and machines. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tablewright.documents.state import RecordDocument
from tablewright.engine import StateResource
from tablewright.resource_kinds import KINDS

PROVIDER = "pulumi:providers:"


def listed(resources: Iterable[StateResource]) -> list[RecordDocument]:
    """Every recorded resource that is in AWS, in the engine's order."""
    return [_record(resource) for resource in resources if is_live(resource)]


def is_live(resource: StateResource) -> bool:
    """Whether it is the record of something in AWS, not of a component or a provider."""
    return resource.custom and bool(resource.id) and not resource.type.startswith(PROVIDER)


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
