"""What metric and composite alarms have in common: each is written as a whole, and tagged apart."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.parts import unrecorded_parts
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.tags import as_list, as_map, own_tags, wanted_tags

CLOUDWATCH: Final = "cloudwatch"


class AnyAlarm(ResourceType):
    """An alarm of either kind; its identifier is its name."""

    said_whole: ClassVar[bool] = True
    computed: ClassVar[tuple[str, ...]] = ("arn", "tagsAll")
    parts: ClassVar[Mapping[str, str]] = {
        "alarmActions": "",
        "insufficientDataActions": "",
        "okActions": "",
    }
    kind: ClassVar[str]
    """AWS's word, `MetricAlarm`."""

    @abstractmethod
    def request(self, inputs: Bag) -> dict[str, Any]:
        """The request that writes the alarm; what is left out is AWS's default."""

    @abstractmethod
    def outputs_of(self, alarm: Mapping[str, Any]) -> dict[str, Any]:
        """DescribeAlarms' reply as the SDK's properties, without what it does not say."""

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Write the alarm with its tags."""
        request = self.request(inputs)
        tags = wanted_tags(run.configuration, {"tags": {}, **inputs}, {}, {})
        if tags:
            request["Tags"] = as_list(tags)
        run.call(CLOUDWATCH, run.region_of(inputs), f"Put{self.kind}", **request)
        return str(request["AlarmName"])

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the alarm and its tags."""
        region = run.region_of(recorded)
        listed = run.call(
            CLOUDWATCH,
            region,
            "DescribeAlarms",
            AlarmNames=[identifier],
            AlarmTypes=[self.kind],
        ).get(f"{self.kind}s")
        if not listed:
            return None
        arn = listed[0]["AlarmArn"]
        reply = run.call(CLOUDWATCH, region, "ListTagsForResource", ResourceARN=arn)
        live_tags = as_map(reply.get("Tags"))
        outputs = {
            **self.outputs_of(listed[0]),
            "arn": arn,
            "region": region,
            "tags": own_tags(run.configuration, live_tags, recorded.get("tags")),
            "tagsAll": live_tags,
        }
        return Live(identifier, outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Write the alarm again, then its tags, which that leaves alone."""
        region = live.outputs["region"]
        if differing - {"tags"}:
            wanted = dict(recorded.wanted(live.outputs))
            for name, added in unrecorded_parts(self, live.outputs, recorded.outputs, wanted):
                wanted[name] = [*(wanted.get(name) or ()), *added]
            request = self.request(wanted)
            run.call(CLOUDWATCH, region, f"Put{self.kind}", **request)
        self.write_tags(run, recorded, live, live.outputs["arn"])

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Delete the alarm; CloudWatch says nothing about one that is not there."""
        run.call(CLOUDWATCH, run.region_of(recorded), "DeleteAlarms", AlarmNames=[identifier])
