"""The component that makes alarms."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from tablewright.components.rendering import alarm_args
from tablewright.components.surroundings import Surroundings, child_of
from tablewright.plan.declared import Alarm


class Alarms(pulumi.ComponentResource):
    """CloudWatch alarms that belong together: those of one table, or those of a whole stack.

    Children: one `aws:cloudwatch:MetricAlarm` per alarm, under the name `Alarm.key`.
    """

    arns: pulumi.Output[dict[str, str]]
    """ARN of each alarm, by `Alarm.key`."""

    def __init__(
        self,
        name: str,
        alarms: Sequence[Alarm],
        around: Surroundings | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tablewright:index:Alarms", name, None, opts)
        around = around or Surroundings()
        self.alarms = {alarm.key: self._alarm(alarm, around) for alarm in alarms}
        self.arns = pulumi.Output.from_input({key: it.arn for key, it in self.alarms.items()})
        self.register_outputs({"arns": self.arns})

    def _alarm(self, alarm: Alarm, around: Surroundings) -> aws.cloudwatch.MetricAlarm:
        return aws.cloudwatch.MetricAlarm(
            alarm.key,
            **around.late.fill(alarm_args(alarm)),
            **around.placed,
            tags=around.tagged(f"alarm {alarm.name}", alarm.tags),
            opts=child_of(self, around.existing.alarm_id(alarm.name)),
        )
