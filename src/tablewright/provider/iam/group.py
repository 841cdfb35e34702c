"""`aws.iam.Group`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from tablewright.errors import NotFoundError
from tablewright.provider.naming import ResourceNaming
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.shape import Shape, text, without_empties

from .role import BUSY, IAM, PATIENCE_SECONDS


class IamGroup(ResourceType):
    """A group; its identifier is the name it was made with. IAM renames and moves in place."""

    tok: ClassVar[str] = "aws:iam/group:Group"
    word: ClassVar[str] = "group"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(longest=128)
    computed: ClassVar[tuple[str, ...]] = ("arn", "uniqueId")
    secret_with: ClassVar[Mapping[str, str]] = {"arn": "name"}
    shape: ClassVar[Shape] = {
        "name": text(longest=128),
        "path": text(longest=512, default="/"),
    }

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Create the group."""
        request = {"GroupName": inputs["name"], "Path": inputs.get("path")}
        run.call(IAM, run.default_region, "CreateGroup", retry=BUSY, **without_empties(request))
        return str(inputs["name"])

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the group by the name that is recorded."""
        for name in dict.fromkeys((recorded.get("name") or identifier, identifier)):
            try:
                reply = run.call(IAM, run.default_region, "GetGroup", GroupName=name, MaxItems=1)
            except NotFoundError:
                continue
            group = reply["Group"]
            outputs = {
                "arn": group["Arn"],
                "name": group["GroupName"],
                "path": group.get("Path", "/"),
                "uniqueId": group["GroupId"],
            }
            return Live(group["GroupName"], outputs)
        return None

    def born(self, run: OperationContext, live: Live) -> datetime | None:
        """Its description says when it was made."""
        name = live.identifier
        reply = run.call(IAM, run.default_region, "GetGroup", GroupName=name, MaxItems=1)
        born: datetime = reply["Group"]["CreateDate"]
        return born

    def update(self, run: OperationContext, recorded: Recorded) -> None:
        """Rename or move."""
        old = str(recorded.outputs.get("name") or recorded.identifier)
        live = self.read(run, old, {"name": old}) or self.standing(run, recorded)
        run.record(recorded.identifier)
        moved = {"NewGroupName": recorded.news["name"], "NewPath": recorded.news.get("path") or "/"}
        run.call(IAM, run.default_region, "UpdateGroup", GroupName=live.identifier, **moved)

    def unsettled(self, recorded: Recorded, changes: Any) -> tuple[str, ...]:
        """The ARN holds path and name."""
        del recorded, changes
        return ("arn",)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Delete the group."""
        try:
            run.call(
                IAM,
                run.default_region,
                "DeleteGroup",
                # Policies and members that go beside the group may still count for a moment.
                retry={*BUSY, "DeleteConflict"},
                patience_seconds=PATIENCE_SECONDS,
                GroupName=recorded.get("name") or identifier,
            )
        except NotFoundError:
            return
