"""`aws.appautoscaling.ScheduledAction`: other bounds at set times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag, Live
from tablewright.provider.resources.shape import (
    InputFailure,
    Shape,
    block,
    moment,
    moment_of,
    text,
    whole,
    without_empties,
)

from .part_of_target import PartOfTarget
from .place import SERVICE, place_to_read
from .spelling import in_api_names, in_sdk_names

_TIMES: Final = {"startTime": "StartTime", "endTime": "EndTime"}


class ScheduledAction(PartOfTarget):
    """A scheduled action; its identifier is its name."""

    tok: ClassVar[str] = "aws:appautoscaling/scheduledAction:ScheduledAction"
    word: ClassVar[str] = "scheduled action"
    operations: ClassVar[tuple[str, str]] = ("PutScheduledAction", "DeleteScheduledAction")
    name_member: ClassVar[str] = "ScheduledActionName"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(longest=256)
    computed: ClassVar[tuple[str, ...]] = ("arn",)
    shape: ClassVar[Shape] = {
        "endTime": moment(),
        "name": text(replaces=True, longest=256),
        "region": text(replaces=True),
        "resourceId": text(required=True, replaces=True),
        "scalableDimension": text(required=True, replaces=True),
        "scalableTargetAction": block(
            {"maxCapacity": whole(at_least=0), "minCapacity": whole(at_least=0)}, required=True
        ),
        "schedule": text(required=True, longest=1600),
        "serviceNamespace": text(required=True, replaces=True),
        "startTime": moment(),
        "timezone": text(default="UTC"),
    }

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """A bound to set."""
        failures = super().check(inputs, old_inputs)
        action = inputs.get("scalableTargetAction")
        if action == {}:
            reason = "needs minCapacity, maxCapacity or both"
            failures.append(InputFailure("scalableTargetAction", reason))
        return failures

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Find the action among those of its target."""
        place, name = place_to_read(identifier, recorded)
        region = run.region_of(recorded)
        listed = run.call(
            SERVICE,
            region,
            "DescribeScheduledActions",
            ScheduledActionNames=[name],
            **place.members,
        ).get("ScheduledActions")
        if not listed:
            return None
        live = listed[0]
        outputs = {
            **place.outputs,
            "arn": live["ScheduledActionARN"],
            "name": live["ScheduledActionName"],
            "region": region,
            "scalableTargetAction": in_sdk_names(live.get("ScalableTargetAction") or {}),
            "schedule": live["Schedule"],
            "timezone": live.get("Timezone") or "UTC",
            **{name: _written(live[member]) for name, member in _TIMES.items() if live.get(member)},
        }
        return Live(live["ScheduledActionName"], outputs)

    def members(self, inputs: Bag) -> Mapping[str, Any]:
        """When, and to which bounds."""
        return without_empties(
            {
                "Schedule": inputs["schedule"],
                "Timezone": inputs.get("timezone"),
                "ScalableTargetAction": in_api_names(inputs["scalableTargetAction"]),
                **{member: moment_of(inputs.get(name)) for name, member in _TIMES.items()},
            }
        )


def _written(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
