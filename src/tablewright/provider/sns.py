"""`aws.sns.Topic`: where alarms tell of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from tablewright.errors import NotFoundError

from .calls import Run
from .naming import Naming
from .resource import READ_FIRST, Bag, Live, Recorded, ResourceType
from .shape import Failure, Input, Kind, Shape, document, flag, mapping, text, whole
from .tags import as_list, as_map, own_tags, tag_change, wanted_tags
from .wire import UNKNOWN

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
    naming: ClassVar[Naming | None] = Naming(longest=251, prefix_property="namePrefix")
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "beginningArchiveTime",
        "owner",
        "policy",
        "tagsAll",
    )
    write_only: ClassVar[tuple[str, ...]] = ("namePrefix",)
    secret_with: ClassVar[Mapping[str, str]] = {"tagsAll": "tags", "arn": "name"}
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

    def check(self, inputs: Bag, old_inputs: Bag) -> list[Failure]:
        """A FIFO topic says so in its name."""
        failures = super().check(inputs, old_inputs)
        fifo, name = inputs.get("fifoTopic", False), inputs.get("name")
        if fifo is UNKNOWN or not isinstance(name, str):
            return failures
        if fifo and not name.endswith(_FIFO):
            failures.append(Failure("name", f"must end in {_FIFO} with fifoTopic: true: {name}"))
        if not fifo and name.endswith(_FIFO):
            failures.append(Failure("fifoTopic", f"must be true for a name in {_FIFO}: {name}"))
        return failures

    def create(self, run: Run, inputs: Bag) -> str:
        """Create the topic with all its attributes."""
        tags = wanted_tags(run.configuration, {"tags": {}, **inputs}, {}, {})
        reply = run.call(
            _SNS,
            run.region_of(inputs),
            "CreateTopic",
            Name=inputs["name"],
            Attributes=_attributes(inputs),
            Tags=as_list(tags),
        )
        return str(reply["TopicArn"])

    def read(self, run: Run, identifier: str, recorded: Bag) -> Live | None:
        """Read attributes and tags."""
        named = {"region": identifier.split(":")[3] if identifier.count(":") > 3 else None}  # noqa: PLR2004
        region = run.region_of(recorded, named)
        try:
            reply = run.call(_SNS, region, "GetTopicAttributes", TopicArn=identifier)
            listed = run.call(_SNS, region, "ListTagsForResource", ResourceArn=identifier)
        except NotFoundError:
            return None
        live_tags, attributes = as_map(listed.get("Tags")), reply["Attributes"]
        outputs = {
            name: _from_text(self.shape[name], attributes[member])
            for name, member in _ATTRIBUTES.items()
            if attributes.get(member)
        } | {
            "arn": identifier,
            "beginningArchiveTime": attributes.get("BeginningArchiveTime", ""),
            "name": identifier.rpartition(":")[2],
            "owner": attributes.get("Owner", ""),
            "region": region,
            "tags": own_tags(run.configuration, live_tags, recorded.get("tags")),
            "tagsAll": live_tags,
        }
        return Live(identifier, {"fifoTopic": False, "contentBasedDeduplication": False} | outputs)

    def inputs_of(self, outputs: Bag, old_inputs: Bag | None) -> dict[str, Any]:
        """An import leaves out what SNS fills in by itself."""
        found = super().inputs_of(outputs, old_inputs)
        if old_inputs is None:
            for name in ("policy", "signatureVersion", "tracingConfig"):
                found.pop(name, None)
        return found

    def update(self, run: Run, recorded: Recorded) -> None:
        """Set each attribute that differs; what is no longer given becomes empty."""
        arn, region = recorded.identifier, run.region_of(recorded.outputs, recorded.news)
        live = self.read(run, arn, {**recorded.outputs, **recorded.news, "region": region})
        if live is None:
            message = f"{run.subject} does not exist any more"
            raise NotFoundError(message, READ_FIRST)
        run.record(arn)
        paths = {change.top for change in self.diff(_against(recorded, live), run.configuration)}
        for name in sorted(paths & _ATTRIBUTES.keys()):
            value = _to_text(recorded.news.get(name, self.shape[name].default))
            run.call(
                _SNS,
                region,
                "SetTopicAttributes",
                TopicArn=arn,
                AttributeName=_ATTRIBUTES[name],
                AttributeValue=value,
            )
        live_tags = live.outputs["tagsAll"]
        wanted = wanted_tags(run.configuration, recorded.news, recorded.old_inputs, live_tags)
        change = tag_change(live_tags, wanted)
        if change.put:
            run.call(_SNS, region, "TagResource", ResourceArn=arn, Tags=as_list(change.put))
        if change.removed:
            keys = list(change.removed)
            run.call(_SNS, region, "UntagResource", ResourceArn=arn, TagKeys=keys)

    def delete(self, run: Run, identifier: str, recorded: Bag) -> None:
        """Delete the topic; SNS says nothing about one that is not there."""
        try:
            run.call(_SNS, run.region_of(recorded), "DeleteTopic", TopicArn=identifier)
        except NotFoundError:
            return


def _against(recorded: Recorded, live: Live) -> Recorded:
    return Recorded(recorded.identifier, live.outputs, recorded.old_inputs, recorded.news)


def _attributes(inputs: Bag) -> dict[str, str]:
    """CreateTopic takes a standard topic's FifoTopic only by its absence."""
    found = {
        member: _to_text(inputs[name])
        for name, member in _ATTRIBUTES.items()
        if inputs.get(name) not in (None, "")
    }
    if found.get("FifoTopic") == "false":
        for member in ("FifoTopic", "ContentBasedDeduplication"):
            found.pop(member, None)
    return found


def _to_text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _from_text(known: Input, value: str) -> Any:
    match known.kind:
        case Kind.FLAG:
            return value == "true"
        case Kind.WHOLE:
            return int(value)
        case _:
            return value
