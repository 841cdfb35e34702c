"""What a run would delete, as its state describes it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tablewright.engine import Operation, ResourceChange, StateResource, Unrecorded

_DELETING = frozenset({Operation.DELETE, Operation.REPLACE})


@dataclass(frozen=True, slots=True)
class Deletion:
    """A recorded resource that a run would delete."""

    type: str
    id: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def region(self) -> str | None:
        """Where it is; None is the stack's region."""
        return region_of(self.inputs, self.outputs)


def region_of(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> str | None:
    """Where something recorded is; None is the stack's region."""
    return outputs.get("region") or inputs.get("region")


def deletions_from_state(resources: Iterable[StateResource]) -> tuple[Deletion, ...]:
    """All that is recorded, but for what its program keeps in AWS."""
    return tuple(
        Deletion(resource.type, resource.id, resource.inputs, resource.outputs)
        for resource in resources
        if resource.id and not resource.retained
    )


def deletions_of_begun(begun: Iterable[Unrecorded], ids: Mapping[str, str]) -> tuple[Deletion, ...]:
    """What a killed run has made, by the ids under which it would have been recorded."""
    return tuple(
        Deletion(resource.type, ids[resource.urn], resource.inputs)
        for resource in begun
        if resource.urn in ids
    )


def deletions_of_changes(changes: Iterable[ResourceChange]) -> tuple[Deletion, ...]:
    """What a preview deletes, or replaces."""
    return tuple(
        Deletion(change.type, change.id, change.old_inputs or {}, change.old_outputs or {})
        for change in changes
        if change.operation in _DELETING and change.id and not change.retained
    )
