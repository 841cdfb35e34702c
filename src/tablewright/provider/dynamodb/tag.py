"""`aws.dynamodb.Tag`: one tag of a table that is somebody else's."""

from __future__ import annotations

from typing import ClassVar

from tablewright.errors import NotFoundError
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.import_ids import region_in
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.shape import Shape, text
from tablewright.provider.resources.tags import as_map

from .execution import DYNAMODB

_BUSY = ("ResourceInUseException",)


class Tag(ResourceType):
    """A tag; its identifier is `arn,key`."""

    tok: ClassVar[str] = "aws:dynamodb/tag:Tag"
    word: ClassVar[str] = "tag"
    shape: ClassVar[Shape] = {
        "key": text(required=True, replaces=True, longest=128),
        "region": text(replaces=True),
        "resourceArn": text(required=True, replaces=True),
        "value": text(required=True, longest=256),
    }

    def subject(self, identifier: str, bag: Bag) -> str:
        """Return what it belongs to."""
        return f"{self.word} {bag.get('key')} of {bag.get('resourceArn', identifier)}"

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Set the tag."""
        self._put(run, inputs)
        return f"{inputs['resourceArn']},{inputs['key']}"

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Find the tag among those of the resource."""
        arn, _, key = identifier.partition(",")
        region = run.region_of(recorded, {"region": region_in(arn)})
        try:
            listed = run.pages(DYNAMODB, region, "ListTagsOfResource", "Tags", ResourceArn=arn)
        except NotFoundError:
            return None
        tags = as_map(listed)
        if key not in tags:
            return None
        outputs = {"key": key, "region": region, "resourceArn": arn, "value": tags[key]}
        return Live(identifier, outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Set the other value."""
        del live, differing
        self._put(run, recorded.news)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Remove the tag."""
        arn, _, key = identifier.partition(",")
        run.call(
            DYNAMODB,
            run.region_of(recorded),
            "UntagResource",
            retry=_BUSY,
            ResourceArn=arn,
            TagKeys=[key],
        )

    def _put(self, run: OperationContext, inputs: Bag) -> None:
        run.call(
            DYNAMODB,
            run.region_of(inputs),
            "TagResource",
            retry=_BUSY,
            ResourceArn=inputs["resourceArn"],
            Tags=[{"Key": inputs["key"], "Value": inputs["value"]}],
        )
