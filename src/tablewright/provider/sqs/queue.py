"""`aws.sqs.Queue`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from tablewright.errors import NotFoundError
from tablewright.provider.creation_id import with_creation_id
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.protocol.unknown import UNKNOWN
from tablewright.provider.resources.attributes import (
    as_attributes,
    changed_attributes,
    from_attributes,
)
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.shape import (
    InputFailure,
    Shape,
    document,
    flag,
    mapping,
    text,
    whole,
)

_SQS: Final = "sqs"
_FIFO: Final = ".fifo"
_ATTRIBUTES: Final[Mapping[str, str]] = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deduplicationScope": "DeduplicationScope",
    "delaySeconds": "DelaySeconds",
    "fifoQueue": "FifoQueue",
    "fifoThroughputLimit": "FifoThroughputLimit",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
_DEFAULTS: Final[Mapping[str, Any]] = {
    "contentBasedDeduplication": False,
    "fifoQueue": False,
    "kmsDataKeyReusePeriodSeconds": 300,
    "kmsMasterKeyId": "",
    "policy": "",
    "redriveAllowPolicy": "",
    "redrivePolicy": "",
    "sqsManagedSseEnabled": False,
}
"""What a queue has where SQS tells nothing."""


class Queue(ResourceType):
    """A queue; its identifier is its URL."""

    tok: ClassVar[str] = "aws:sqs/queue:Queue"
    word: ClassVar[str] = "queue"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(
        longest=80, prefix_property="namePrefix"
    )
    write_only: ClassVar[tuple[str, ...]] = ("namePrefix",)
    left_to_aws: ClassVar[tuple[str, ...]] = (
        "deduplicationScope",
        "fifoThroughputLimit",
        "maxMessageSize",
    )
    computed: ClassVar[tuple[str, ...]] = ("arn", "tagsAll", "url", *_ATTRIBUTES)
    secret_with: ClassVar[Mapping[str, str]] = {"arn": "name", "url": "name"}
    shape: ClassVar[Shape] = {
        "contentBasedDeduplication": flag(default=False),
        "deduplicationScope": text("messageGroup", "queue", keeps=True),
        "delaySeconds": whole(at_least=0, at_most=900, default=0),
        "fifoQueue": flag(replaces=True, default=False),
        "fifoThroughputLimit": text("perQueue", "perMessageGroupId", keeps=True),
        "kmsDataKeyReusePeriodSeconds": whole(at_least=60, at_most=86_400, default=300),
        "kmsMasterKeyId": text(),
        "maxMessageSize": whole(at_least=1024, at_most=1_048_576, keeps=True),
        "messageRetentionSeconds": whole(at_least=60, at_most=1_209_600, default=345_600),
        "name": text(replaces=True, longest=80),
        "namePrefix": text(replaces=True, keeps=True),
        "policy": document(),
        "receiveWaitTimeSeconds": whole(at_least=0, at_most=20, default=0),
        "redriveAllowPolicy": document(ordered=True),
        "redrivePolicy": document(ordered=True),
        "region": text(replaces=True),
        "sqsManagedSseEnabled": flag(keeps=True),
        "tags": mapping(),
        "visibilityTimeoutSeconds": whole(at_least=0, at_most=43_200, default=30),
    }

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """A FIFO queue says so in its name; one key encrypts."""
        failures = super().check(inputs, old_inputs)
        fifo, name = inputs.get("fifoQueue", False), inputs.get("name")
        if fifo is not UNKNOWN and isinstance(name, str) and fifo != name.endswith(_FIFO):
            reason = (
                f"must end in {_FIFO}" if fifo else f"must not end in {_FIFO} without fifoQueue"
            )
            failures.append(InputFailure("name", f"{reason}: {name}"))
        if inputs.get("sqsManagedSseEnabled") is True and inputs.get("kmsMasterKeyId"):
            reason = "cannot be true together with kmsMasterKeyId"
            failures.append(InputFailure("sqsManagedSseEnabled", reason))
        return failures

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Create the queue with all its attributes."""
        attributes = as_attributes(inputs, _ATTRIBUTES)
        if attributes.get("FifoQueue") == "false":  # SQS takes it by its absence only
            attributes.pop("FifoQueue")
            attributes.pop("ContentBasedDeduplication", None)
        reply = run.call(
            _SQS,
            run.region_of(inputs),
            "CreateQueue",
            # A name is free a minute after its queue was deleted (API reference).
            retry=("QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"),
            QueueName=inputs["name"],
            Attributes=attributes,
            tags=self.new_tags(run, inputs),
        )
        return str(reply["QueueUrl"])

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read attributes and tags."""
        region = run.region_of(recorded)
        try:
            reply = run.call(
                _SQS, region, "GetQueueAttributes", QueueUrl=identifier, AttributeNames=["All"]
            )
            listed = run.call(_SQS, region, "ListQueueTags", QueueUrl=identifier)
        except NotFoundError:
            return None
        attributes = reply["Attributes"]
        outputs = {
            **_DEFAULTS,
            **from_attributes(attributes, self.shape, _ATTRIBUTES),
            "arn": attributes["QueueArn"],
            "name": attributes["QueueArn"].rpartition(":")[2],
            "region": region,
            "url": identifier,
            **self.tag_outputs(run, listed.get("Tags") or {}, recorded),
        }
        return Live(identifier, with_creation_id(outputs, attributes.get("CreatedTimestamp")))

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Set the attributes that differ, then the tags."""
        url, region = recorded.identifier, live.outputs["region"]
        changed = changed_attributes(differing, recorded.news, self.shape, _ATTRIBUTES)
        if changed:
            run.call(_SQS, region, "SetQueueAttributes", QueueUrl=url, Attributes=changed)
        self.write_tags(run, recorded, live, url)

    def inputs_of(self, outputs: Bag, old_inputs: Bag | None) -> dict[str, Any]:
        """An import leaves out the encryption by SQS, which is its default beside no key."""
        inputs = super().inputs_of(outputs, old_inputs)
        if old_inputs is None and (
            inputs.get("kmsMasterKeyId") or inputs.get("sqsManagedSseEnabled")
        ):
            inputs.pop("sqsManagedSseEnabled", None)
        return inputs

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Delete the queue."""
        run.call(_SQS, run.region_of(recorded), "DeleteQueue", QueueUrl=identifier)
