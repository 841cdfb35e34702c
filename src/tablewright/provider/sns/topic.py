"""`aws.sns.Topic`: where alarms tell of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from tablewright.errors import NotFoundError
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.protocol.unknown import UNKNOWN
from tablewright.provider.resources.attributes import (
    as_attributes,
    changed_attributes,
    from_attributes,
)
from tablewright.provider.resources.import_ids import region_in
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
from tablewright.provider.resources.tags import as_list, as_map

_SNS: Final = "sns"
_FIFO: Final = ".fifo"
_SENDERS: Final = {
    "application": "Application",
    "firehose": "Firehose",
    "http": "HTTP",
    "lambda": "Lambda",
    "sqs": "SQS",
}
_FEEDBACK: Final[Shape] = {
    f"{sender}{what}": kind
    for sender in _SENDERS
    for what, kind in {
        "FailureFeedbackRoleArn": text(),
        "SuccessFeedbackRoleArn": text(),
        "SuccessFeedbackSampleRate": whole(at_least=0, at_most=100),
    }.items()
}
_ATTRIBUTES: Final[Mapping[str, str]] = {
    "archivePolicy": "ArchivePolicy",
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "fifoThroughputScope": "FifoThroughputScope",
    "fifoTopic": "FifoTopic",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maximumMessageSize": "MaximumMessageSize",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
    **{
        f"{sender}{what}": f"{word}{what}"
        for sender, word in _SENDERS.items()
        for what in (
            "FailureFeedbackRoleArn",
            "SuccessFeedbackRoleArn",
            "SuccessFeedbackSampleRate",
        )
    },
}
"""The SDK's inputs and the attributes of a topic they stand for."""


class Topic(ResourceType):
    """A topic; its identifier is its ARN."""

    tok: ClassVar[str] = "aws:sns/topic:Topic"
    word: ClassVar[str] = "topic"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(
        longest=251, prefix_property="namePrefix"
    )
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "beginningArchiveTime",
        "owner",
        "policy",
        "tagsAll",
    )
    write_only: ClassVar[tuple[str, ...]] = ("namePrefix",)
    left_to_aws: ClassVar[tuple[str, ...]] = ("policy", "signatureVersion", "tracingConfig")
    secret_with: ClassVar[Mapping[str, str]] = {"arn": "name"}
    shape: ClassVar[Shape] = {
        **_FEEDBACK,
        "archivePolicy": document(ordered=True),
        "contentBasedDeduplication": flag(default=False),
        "deliveryPolicy": document(ordered=True),
        "displayName": text(longest=100),
        "fifoThroughputScope": text("Topic", "MessageGroup", keeps=True),
        "fifoTopic": flag(default=False, replaces=True),
        "kmsMasterKeyId": text(),
        "maximumMessageSize": whole(at_least=1024, keeps=True),
        "name": text(replaces=True, longest=256),
        "namePrefix": text(replaces=True, keeps=True),
        "policy": document(keeps=True),
        "region": text(replaces=True),
        "signatureVersion": whole(at_least=1, at_most=2, keeps=True),
        "tags": mapping(),
        "tracingConfig": text("Active", "PassThrough", keeps=True),
    }

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """A FIFO topic says so in its name."""
        failures = super().check(inputs, old_inputs)
        fifo, name = inputs.get("fifoTopic", False), inputs.get("name")
        if fifo is UNKNOWN or not isinstance(name, str):
            return failures
        if fifo and not name.endswith(_FIFO):
            failures.append(
                InputFailure("name", f"must end in {_FIFO} with fifoTopic: true: {name}")
            )
        if not fifo and name.endswith(_FIFO):
            failures.append(
                InputFailure("fifoTopic", f"must be true for a name in {_FIFO}: {name}")
            )
        return failures

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Create the topic with all its attributes."""
        reply = run.call(
            _SNS,
            run.region_of(inputs),
            "CreateTopic",
            Name=inputs["name"],
            Attributes=_attributes(inputs),
            Tags=as_list(self.new_tags(run, inputs)),
        )
        return str(reply["TopicArn"])

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read attributes and tags."""
        region = run.region_of(recorded, {"region": region_in(identifier)})
        try:
            reply = run.call(_SNS, region, "GetTopicAttributes", TopicArn=identifier)
            listed = run.call(_SNS, region, "ListTagsForResource", ResourceArn=identifier)
        except NotFoundError:
            return None
        live_tags, attributes = as_map(listed.get("Tags")), reply["Attributes"]
        outputs = from_attributes(attributes, self.shape, _ATTRIBUTES) | {
            "arn": identifier,
            "beginningArchiveTime": attributes.get("BeginningArchiveTime", ""),
            "name": identifier.rpartition(":")[2],
            "owner": attributes.get("Owner", ""),
            "region": region,
            **self.tag_outputs(run, live_tags, recorded),
        }
        return Live(identifier, {"fifoTopic": False, "contentBasedDeduplication": False} | outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Set each attribute that differs; what is no longer given becomes empty."""
        arn, region = recorded.identifier, live.outputs["region"]
        changed = changed_attributes(differing, recorded.news, self.shape, _ATTRIBUTES)
        for name, value in changed.items():
            run.call(
                _SNS,
                region,
                "SetTopicAttributes",
                TopicArn=arn,
                AttributeName=name,
                AttributeValue=value,
            )
        self.write_tags(run, recorded, live, arn)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Delete the topic; SNS says nothing about one that is not there."""
        run.call(_SNS, run.region_of(recorded), "DeleteTopic", TopicArn=identifier)


def _attributes(inputs: Bag) -> dict[str, str]:
    """CreateTopic takes a standard topic's FifoTopic only by its absence."""
    attributes = as_attributes(inputs, _ATTRIBUTES)
    if attributes.get("FifoTopic") == "false":
        for member in ("FifoTopic", "ContentBasedDeduplication"):
            attributes.pop(member, None)
    return attributes
