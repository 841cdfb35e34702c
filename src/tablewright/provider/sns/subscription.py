"""`aws.sns.TopicSubscription`: who hears of what a topic is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from tablewright.errors import NotFoundError, RefusedError, TablewrightError
from tablewright.provider.operation_context import OperationContext, refused_with
from tablewright.provider.resources.attributes import (
    as_attributes,
    changed_attributes,
    from_attributes,
)
from tablewright.provider.resources.import_ids import region_in
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.shape import InputFailure, Shape, document, flag, text, whole

_SNS: Final = "sns"
_PROTOCOLS: Final = (
    "application",
    "email",
    "email-json",
    "firehose",
    "http",
    "https",
    "lambda",
    "sms",
    "sqs",
)
_ATTRIBUTES: Final[Mapping[str, str]] = {
    "deliveryPolicy": "DeliveryPolicy",
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
    "replayPolicy": "ReplayPolicy",
    "subscriptionRoleArn": "SubscriptionRoleArn",
}


_CONFIRMED_WITHIN_MINUTES = 1


class TopicSubscription(ResourceType):
    """A subscription; its identifier is its ARN."""

    tok: ClassVar[str] = "aws:sns/topicSubscription:TopicSubscription"
    word: ClassVar[str] = "subscription"
    write_only: ClassVar[tuple[str, ...]] = ("confirmationTimeoutInMinutes", "endpointAutoConfirms")
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "confirmationWasAuthenticated",
        "filterPolicyScope",
        "ownerId",
        "pendingConfirmation",
    )
    shape: ClassVar[Shape] = {
        "confirmationTimeoutInMinutes": whole(at_least=0, keeps=True),
        "deliveryPolicy": document(ordered=True),
        "endpoint": text(required=True, replaces=True),
        "endpointAutoConfirms": flag(default=False, keeps=True),
        "filterPolicy": document(ordered=True),
        "filterPolicyScope": text("MessageAttributes", "MessageBody", keeps=True),
        "protocol": text(*_PROTOCOLS, required=True, replaces=True),
        "rawMessageDelivery": flag(default=False),
        "redrivePolicy": document(ordered=True),
        "region": text(replaces=True),
        "replayPolicy": document(ordered=True),
        "subscriptionRoleArn": text(),
        "topic": text(required=True, replaces=True),
    }

    def subject(self, identifier: str, bag: Bag) -> str:
        """Return of whom it is, and to what."""
        topic = str(bag.get("topic", identifier)).rpartition(":")[2]
        return f"{self.word} of {bag.get('endpoint', 'an endpoint')} to topic {topic}"

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """Firehose needs a role."""
        failures = super().check(inputs, old_inputs)
        if inputs.get("protocol") == "firehose" and inputs.get("subscriptionRoleArn") is None:
            reason = "is required for the protocol firehose"
            failures.append(InputFailure("subscriptionRoleArn", reason))
        return failures

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Subscribe; an endpoint that confirms by itself is waited for.

        Raises:
            RefusedError: it is subscribed already; AWS would answer with that subscription.
        """
        region = run.region_of(inputs)
        if arn := self.find(run, inputs):
            raise RefusedError(
                f"{run.subject} exists already: {arn}",
                f'take it over: `import_="{arn}"` in the options of the resource',
            )
        reply = run.call(
            _SNS,
            region,
            "Subscribe",
            TopicArn=inputs["topic"],
            Protocol=inputs["protocol"],
            Endpoint=inputs["endpoint"],
            Attributes=as_attributes(inputs, _ATTRIBUTES),
            ReturnSubscriptionArn=True,
        )
        arn = str(reply["SubscriptionArn"])
        run.record(arn)
        if inputs.get("endpointAutoConfirms"):
            minutes = inputs.get("confirmationTimeoutInMinutes") or _CONFIRMED_WITHIN_MINUTES
            run.wait(lambda: _is_confirmed(run, region, arn), "the endpoint confirms", 60 * minutes)
        return arn

    def find(self, run: OperationContext, inputs: Bag) -> str | None:
        """An endpoint has one of a topic by each protocol, with an ARN once it is confirmed."""
        region, topic = run.region_of(inputs), inputs.get("topic")
        wanted = (inputs.get("protocol"), inputs.get("endpoint"))
        if not all(isinstance(value, str) for value in (topic, *wanted)):
            return None
        try:
            listed = run.pages(
                _SNS, region, "ListSubscriptionsByTopic", "Subscriptions", TopicArn=topic
            )
        except NotFoundError:
            return None
        arns = (
            str(entry["SubscriptionArn"])
            for entry in listed
            if (entry["Protocol"], entry["Endpoint"]) == wanted
        )
        return next((arn for arn in arns if arn.startswith("arn:")), None)

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the subscription's attributes."""
        region = run.region_of(recorded, {"region": region_in(identifier)})
        try:
            reply = run.call(_SNS, region, "GetSubscriptionAttributes", SubscriptionArn=identifier)
        except NotFoundError:
            return None
        attributes = reply["Attributes"]
        outputs = {
            "rawMessageDelivery": False,
            **from_attributes(attributes, self.shape, _ATTRIBUTES),
            "arn": identifier,
            "confirmationWasAuthenticated": _is(attributes, "ConfirmationWasAuthenticated"),
            "endpoint": attributes["Endpoint"],
            "ownerId": attributes.get("Owner", ""),
            "pendingConfirmation": _is(attributes, "PendingConfirmation"),
            "protocol": attributes["Protocol"],
            "region": region,
            "topic": attributes["TopicArn"],
        }
        return Live(identifier, outputs)

    def inputs_of(self, outputs: Bag, old_inputs: Bag | None) -> dict[str, Any]:
        """The scope is a filter's own, and attributes are where it looks by itself."""
        inputs = super().inputs_of(outputs, old_inputs)
        if old_inputs is None and inputs.get("filterPolicyScope") == "MessageAttributes":
            inputs.pop("filterPolicyScope")
        return inputs

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Set the attributes that differ; the scope of a filter before the filter."""
        changed = changed_attributes(differing, recorded.news, self.shape, _ATTRIBUTES)
        for name, value in sorted(
            changed.items(), key=lambda attribute: attribute[0] == "FilterPolicy"
        ):
            run.call(
                _SNS,
                live.outputs["region"],
                "SetSubscriptionAttributes",
                SubscriptionArn=recorded.identifier,
                AttributeName=name,
                AttributeValue=value,
            )

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Unsubscribe; what nobody confirmed cannot be, and ends by itself after two days."""
        try:
            run.call(_SNS, run.region_of(recorded), "Unsubscribe", SubscriptionArn=identifier)
        except TablewrightError as error:
            pending = recorded.get("pendingConfirmation")
            if not (pending and refused_with(error, "InvalidParameter")):
                raise


def _is_confirmed(run: OperationContext, region: str, arn: str) -> bool | None:
    reply = run.call(_SNS, region, "GetSubscriptionAttributes", SubscriptionArn=arn)
    return None if _is(reply["Attributes"], "PendingConfirmation") else True


def _is(attributes: Mapping[str, str], name: str) -> bool:
    return attributes.get(name) == "true"
