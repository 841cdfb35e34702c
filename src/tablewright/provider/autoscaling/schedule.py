"""`aws.appautoscaling.ScheduledAction`: other bounds at set times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar, Final

from tablewright.errors import NotFoundError
from tablewright.provider.naming import ResourceNaming
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.shape import (
    InputFailure,
    Shape,
    block,
    moment,
    moment_of,
    text,
    whole,
    without_empties,
)

from .place import BUSY, PATIENCE_SECONDS, SERVICE, place_of, place_to_read
from .spelling import in_api_names, in_sdk_names

_TIMES: Final = {"startTime": "StartTime", "endTime": "EndTime"}


class ScheduledAction(ResourceType):
    """A scheduled action; its identifier is its name."""

    tok: ClassVar[str] = "aws:appautoscaling/scheduledAction:ScheduledAction"
    word: ClassVar[str] = "scheduled action"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(longest=256)
    computed: ClassVar[tuple[str, ...]] = ("arn",)
    secret_with: ClassVar[Mapping[str, str]] = {}
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

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Write the action."""
        self._put(run, inputs)
        return str(inputs["name"])

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

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Write the action again."""
        del differing
        self._put(run, recorded.wanted(live.outputs))

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Remove the action; one whose target is gone went with it."""
        place, name = place_to_read(identifier, recorded)
        try:
            run.call(
                SERVICE,
                run.region_of(recorded),
                "DeleteScheduledAction",
                retry=BUSY,
                ScheduledActionName=name,
                **place.members,
            )
        except NotFoundError:
            return

    def _put(self, run: OperationContext, inputs: Bag) -> None:
        request = {
            "ScheduledActionName": inputs["name"],
            "Schedule": inputs["schedule"],
            "Timezone": inputs.get("timezone"),
            "ScalableTargetAction": in_api_names(inputs["scalableTargetAction"]),
            **{member: moment_of(inputs.get(name)) for name, member in _TIMES.items()},
        }
        run.call(
            SERVICE,
            run.region_of(inputs),
            "PutScheduledAction",
            retry=(*BUSY, "ObjectNotFoundException"),
            patience_seconds=PATIENCE_SECONDS,
            **place_of(inputs).members,
            **without_empties(request),
        )


def _written(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
