"""The component that makes alarms."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from tablewright.components.arguments import AlarmsArgs, StackArgs
from tablewright.components.declaration import declared_alarms
from tablewright.components.failure import ProgramError
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
        args: AlarmsArgs | Sequence[Alarm],
        stack: StackArgs | Surroundings | None = None,
        opts: pulumi.ResourceOptions | None = None,
        *,
        table: str | None = None,
    ) -> None:
        """Make the alarms.

        Args:
            name: logical name.
            args: the alarms of a table, or declared ones.
            stack: environment, tags and templates of names.
            opts: a provider given here reaches all resources.
            table: physical name of the table they watch, which is made elsewhere; `name` if left
                out.

        Raises:
            ProgramError: the arguments are wrong.
        """
        alarms, around = _declared(name, args, stack, table)
        super().__init__("tablewright:index:Alarms", name, None, opts)
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


def _declared(
    name: str,
    args: AlarmsArgs | Sequence[Alarm],
    stack: StackArgs | Surroundings | None,
    table: str | None,
) -> tuple[Sequence[Alarm], Surroundings]:
    if not isinstance(args, AlarmsArgs):
        return args, stack if isinstance(stack, Surroundings) else Surroundings()
    if isinstance(stack, StackArgs):
        return declared_alarms(name, args, stack, table)
    raise ProgramError(
        f"alarms {name}: their stack is not given", "give StackArgs(environment=...)"
    )
