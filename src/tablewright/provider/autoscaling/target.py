"""`aws.appautoscaling.Target`: what may scale, and between which bounds."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from tablewright.provider.configuration import Configuration
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.difference import Change
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.shape import (
    InputFailure,
    Shape,
    block,
    flag,
    mapping,
    text,
    whole,
    without_empties,
)
from tablewright.provider.resources.tags import own_tags, wanted_tags

from .place import BUSY, PATIENCE_SECONDS, SERVICE, place_of, place_to_read
from .spelling import in_api_names, in_sdk_names

_REGISTERED: Final = ("maxCapacity", "minCapacity", "roleArn", "suspendedState")
"""What a target is registered with."""


class ScalableTarget(ResourceType):
    """A scalable target; its identifier is the resource it scales."""

    tok: ClassVar[str] = "aws:appautoscaling/target:Target"
    word: ClassVar[str] = "scalable target"
    computed: ClassVar[tuple[str, ...]] = ("arn", "roleArn", "suspendedState", "tagsAll")
    shape: ClassVar[Shape] = {
        "maxCapacity": whole(required=True, at_least=0),
        "minCapacity": whole(required=True, at_least=0),
        "region": text(replaces=True),
        "resourceId": text(required=True, replaces=True),
        "roleArn": text(keeps=True),
        "scalableDimension": text(required=True, replaces=True),
        "serviceNamespace": text(required=True, replaces=True),
        "suspendedState": block(
            {
                "dynamicScalingInSuspended": flag(default=False),
                "dynamicScalingOutSuspended": flag(default=False),
                "scheduledScalingSuspended": flag(default=False),
            },
            keeps=True,
        ),
        "tags": mapping(),
    }

    def subject(self, identifier: str, bag: Bag) -> str:
        """Return what it belongs to."""
        dimension = bag.get("scalableDimension")
        return f"{self.word} {bag.get('resourceId', identifier)} ({dimension})"

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """The bounds must leave room between them."""
        failures = super().check(inputs, old_inputs)
        least, most = inputs.get("minCapacity"), inputs.get("maxCapacity")
        if isinstance(least, int) and isinstance(most, int) and least > most:
            failures.append(
                InputFailure("minCapacity", f"is {least}, more than maxCapacity {most}")
            )
        return failures

    def diff(self, recorded: Recorded, configuration: Configuration) -> list[Change]:
        """DynamoDB scales by its service-linked role, whichever is given (API reference)."""
        changes = super().diff(recorded, configuration)
        linked = "/aws-service-role/" in str(recorded.outputs.get("roleArn"))
        return [change for change in changes if not (linked and change.path == "roleArn")]

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Register the target."""
        tags = wanted_tags(run.configuration, {"tags": {}, **inputs}, {}, {})
        self._register(run, inputs, Tags=tags)
        return str(inputs["resourceId"])

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Find the target among those of its resource."""
        place, _ = place_to_read(identifier, recorded)
        region = run.region_of(recorded)
        listed = run.call(
            SERVICE,
            region,
            "DescribeScalableTargets",
            ServiceNamespace=place.namespace,
            ResourceIds=[place.resource],
            ScalableDimension=place.dimension,
        ).get("ScalableTargets")
        if not listed:
            return None
        live = listed[0]
        arn = live.get("ScalableTargetARN", "")
        live_tags = self._tags(run, region, arn)
        outputs = {
            **place.outputs,
            "arn": arn,
            "maxCapacity": live["MaxCapacity"],
            "minCapacity": live["MinCapacity"],
            "region": region,
            "roleArn": live.get("RoleARN", ""),
            "suspendedState": in_sdk_names(live.get("SuspendedState") or {}),
            "tags": own_tags(run.configuration, live_tags, recorded.get("tags")),
            "tagsAll": live_tags,
        }
        return Live(place.resource, outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Register again with what has changed, which is all that was shown; then the tags.

        AWS leaves what is not said as it is (API reference, RegisterScalableTarget): bounds that a
        schedule has set, a suspension made by hand.
        """
        del differing
        if news := _changed(recorded, live.outputs):
            self._register(run, {**recorded.news, **dict.fromkeys(_REGISTERED), **news})
        self.write_tags(run, recorded, live, live.outputs["arn"])

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Take the target off; its policies go with it."""
        place, _ = place_to_read(identifier, recorded)
        run.call(
            SERVICE,
            run.region_of(recorded),
            "DeregisterScalableTarget",
            retry=BUSY,
            **place.members,
        )

    def _register(self, run: OperationContext, inputs: Bag, **more: Any) -> None:
        request = {
            "MinCapacity": inputs.get("minCapacity"),
            "MaxCapacity": inputs.get("maxCapacity"),
            "RoleARN": inputs.get("roleArn"),
            "SuspendedState": in_api_names(inputs.get("suspendedState")),
            **more,
        }
        run.call(
            SERVICE,
            run.region_of(inputs),
            "RegisterScalableTarget",
            retry=(*BUSY, "ValidationException: Unable to assume IAM role"),
            patience_seconds=PATIENCE_SECONDS,
            **place_of(inputs).members,
            **without_empties(request),
        )

    def _tags(self, run: OperationContext, region: str, arn: str) -> dict[str, str]:
        if not arn:
            return {}
        reply = run.call(SERVICE, region, "ListTagsForResource", ResourceARN=arn)
        return dict(reply.get("Tags") or {})


def _changed(recorded: Recorded, live: Bag) -> dict[str, Any]:
    """What the program gives otherwise than it is recorded; of a suspension, the rest as it is."""
    old, new = recorded.outputs, recorded.news
    changed = {
        name: new[name]
        for name in _REGISTERED
        if name not in recorded.ignored and new.get(name) not in (None, old.get(name))
    }
    if "suspendedState" in changed:
        was = old.get("suspendedState") or {}
        given = changed["suspendedState"].items()
        others = {name: is_on for name, is_on in given if is_on != was.get(name, False)}
        changed["suspendedState"] = {**(live.get("suspendedState") or {}), **others}
    return changed
