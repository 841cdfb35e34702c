"""What a run would delete, as its state describes it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tablewright.engine import Operation, ResourceChange, StateResource

_DELETING = frozenset({Operation.DELETE, Operation.REPLACE})


@dataclass(frozen=True, slots=True)
class Doomed:
    """A recorded resource that a run would delete."""

    type: str
    id: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def region(self) -> str | None:
        """Where it is; None is the stack's region."""
        return self.outputs.get("region") or self.inputs.get("region")


def of_state(resources: Iterable[StateResource]) -> tuple[Doomed, ...]:
    """All that is recorded."""
    return tuple(
        Doomed(each.type, each.id, each.inputs, each.outputs) for each in resources if each.id
    )


def doomed_by(changes: Iterable[ResourceChange]) -> tuple[Doomed, ...]:
    """What a preview deletes, or replaces."""
    return tuple(
        Doomed(change.type, change.id, change.old_inputs or {}, change.old_outputs or {})
        for change in changes
        if change.operation in _DELETING and change.id and not change.retained
    )
