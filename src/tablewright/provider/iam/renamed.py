"""What IAM renames and moves in place: users and groups."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType


class RenamedInPlace(ResourceType):
    """A user or a group; its identifier is the name it was made with.

    Names pass from one to another: what has another unique id than the recorded one is not it.
    """

    @abstractmethod
    def read_named(self, run: OperationContext, name: str, recorded: Bag) -> Live | None:
        """What has a name."""

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read it by the name that is recorded, or by the one it was made with."""
        return self._first(run, recorded, recorded.get("name"), identifier)

    def standing(self, run: OperationContext, recorded: Recorded) -> Live:
        """Look under the old name first, then under the new one that a stopped run gave it."""
        bag = {**recorded.outputs, **recorded.news}
        live = self._first(run, bag, recorded.outputs.get("name"))
        if live is None:
            return super().standing(run, recorded)
        run.record(recorded.identifier)
        return live

    def unsettled(self, recorded: Recorded, changes: Any) -> tuple[str, ...]:
        """The ARN holds path and name."""
        del recorded
        return ("arn",) if {change.path for change in changes} & {"name", "path"} else ()

    def _first(self, run: OperationContext, recorded: Bag, *names: Any) -> Live | None:
        known = recorded.get("uniqueId")
        for name in dict.fromkeys(name for name in names if isinstance(name, str)):
            live = self.read_named(run, name, recorded)
            if live is not None and known in (None, live.outputs["uniqueId"]):
                return live
        return None


def moved(recorded: Recorded, differing: set[str]) -> dict[str, str]:
    """The new name and the new path of what is renamed or moved, as the SDK has them."""
    wanted = {"name": recorded.news["name"], "path": recorded.news.get("path") or "/"}
    return {name: value for name, value in wanted.items() if name in differing}
