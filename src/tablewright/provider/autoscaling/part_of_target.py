"""What a scalable target has several of: written whole by one call, told apart by a name."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType

from .place import BUSY, PATIENCE_SECONDS, SERVICE, place_of, place_to_read


class PartOfTarget(ResourceType):
    """A scaling policy or a scheduled action; its identifier is its name."""

    operations: ClassVar[tuple[str, str]]
    """The one that writes it and the one that removes it."""
    name_member: ClassVar[str]
    """Its name in their requests."""

    @abstractmethod
    def members(self, inputs: Bag) -> Mapping[str, Any]:
        """What the request that writes it says besides its name and its target."""

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Write it."""
        self._write(run, inputs)
        return str(inputs["name"])

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Write it again."""
        del differing
        self._write(run, recorded.wanted(live.outputs))

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Remove it; one whose target is gone went with it."""
        place, name = place_to_read(identifier, recorded)
        _, operation = self.operations
        named: dict[str, Any] = {self.name_member: name}
        run.call(SERVICE, run.region_of(recorded), operation, retry=BUSY, **named, **place.members)

    def _write(self, run: OperationContext, inputs: Bag) -> None:
        operation, _ = self.operations
        run.call(
            SERVICE,
            run.region_of(inputs),
            operation,
            retry=(*BUSY, "ObjectNotFoundException"),
            patience_seconds=PATIENCE_SECONDS,
            **{self.name_member: inputs["name"]},
            **place_of(inputs).members,
            **self.members(inputs),
        )
