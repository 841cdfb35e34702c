"""`aws.dynamodb.ResourcePolicy`: who may use a table or a stream, said on the thing itself."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from tablewright.errors import NotFoundError
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.import_ids import region_in
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.shape import Shape, document, flag, text

from .execution import DYNAMODB

_BUSY: Final = ("ResourceInUseException",)
_SEEN_AFTER_SECONDS: Final = 15.0
"""A policy is eventually consistent: it may not be seen at once (API reference)."""


class ResourcePolicy(ResourceType):
    """A resource policy; its identifier is the ARN of what it guards."""

    tok: ClassVar[str] = "aws:dynamodb/resourcePolicy:ResourcePolicy"
    word: ClassVar[str] = "resource policy"
    computed: ClassVar[tuple[str, ...]] = ("revisionId",)
    write_only: ClassVar[tuple[str, ...]] = ("confirmRemoveSelfResourceAccess",)
    shape: ClassVar[Shape] = {
        "confirmRemoveSelfResourceAccess": flag(default=False),
        "policy": document(required=True),
        "region": text(replaces=True),
        "resourceArn": text(required=True, replaces=True),
    }

    def subject(self, identifier: str, bag: Bag) -> str:
        """Return what it belongs to."""
        return f"{self.word} of {bag.get('resourceArn', identifier)}"

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Write the policy, and wait until it is seen."""
        arn = str(inputs["resourceArn"])
        self._put(run, inputs)
        run.record(arn)
        return arn

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the policy."""
        region = run.region_of(recorded, {"region": region_in(identifier)})
        just_written = run.made is not None
        try:
            reply = run.call(
                DYNAMODB,
                region,
                "GetResourcePolicy",
                retry=("PolicyNotFoundException",) if just_written else (),
                patience_seconds=_SEEN_AFTER_SECONDS,
                ResourceArn=identifier,
            )
        except NotFoundError:
            return None
        outputs = {
            "confirmRemoveSelfResourceAccess": False,
            "policy": reply["Policy"],
            "region": region,
            "resourceArn": identifier,
            "revisionId": reply["RevisionId"],
        }
        return Live(identifier, outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Write the policy again."""
        del live, differing
        self._put(run, recorded.news)

    def unsettled(self, recorded: Recorded, changes: Any) -> tuple[str, ...]:
        """Every writing makes a revision."""
        del recorded, changes
        return ("revisionId",)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Remove the policy; one whose table is gone went with it."""
        region = run.region_of(recorded)
        run.call(DYNAMODB, region, "DeleteResourcePolicy", retry=_BUSY, ResourceArn=identifier)

    def _put(self, run: OperationContext, inputs: Bag) -> None:
        run.call(
            DYNAMODB,
            run.region_of(inputs),
            "PutResourcePolicy",
            retry=_BUSY,
            ResourceArn=inputs["resourceArn"],
            Policy=inputs["policy"],
            ConfirmRemoveSelfResourceAccess=bool(inputs.get("confirmRemoveSelfResourceAccess")),
        )
