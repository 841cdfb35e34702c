"""`aws.iam.Group`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Final

from tablewright.errors import NotFoundError
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag, Live, Recorded
from tablewright.provider.resources.shape import Shape, text, without_empties

from .renamed import RenamedInPlace, moved
from .role import BUSY, IAM, PATIENCE_SECONDS

_MEMBERS: Final = {"name": "GroupName", "path": "Path"}


class IamGroup(RenamedInPlace):
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

    def read_named(self, run: OperationContext, name: str, recorded: Bag) -> Live | None:
        """Read the group of a name."""
        del recorded
        try:
            reply = run.call(IAM, run.default_region, "GetGroup", GroupName=name, MaxItems=1)
        except NotFoundError:
            return None
        group = reply["Group"]
        outputs = {
            "arn": group["Arn"],
            "name": group["GroupName"],
            "path": group.get("Path", "/"),
            "uniqueId": group["GroupId"],
        }
        return Live(group["GroupName"], outputs)

    def born(self, run: OperationContext, live: Live) -> datetime | None:
        """Its description says when it was made."""
        name = live.identifier
        reply = run.call(IAM, run.default_region, "GetGroup", GroupName=name, MaxItems=1)
        born: datetime = reply["Group"]["CreateDate"]
        return born

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Rename or move."""
        place = moved(recorded, differing)
        request: dict[str, Any] = {f"New{_MEMBERS[name]}": value for name, value in place.items()}
        run.call(IAM, run.default_region, "UpdateGroup", GroupName=live.identifier, **request)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Delete the group."""
        live = self.read(run, identifier, recorded)
        if live is None:
            return
        run.call(
            IAM,
            run.default_region,
            "DeleteGroup",
            # Policies and members that go beside the group may still count for a moment.
            retry={*BUSY, "DeleteConflict"},
            patience_seconds=PATIENCE_SECONDS,
            GroupName=live.identifier,
        )
