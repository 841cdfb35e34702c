"""The component that makes alarms."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi_aws as aws

import pulumi
from tablewright.components.arguments import AlarmsArgs, StackArgs
from tablewright.components.declaration import declared_alarms
from tablewright.components.failure import ProgramError
from tablewright.components.instantiation import instantiate
from tablewright.components.names import ALARMS_COMPONENT
from tablewright.components.rendering import alarm_part
from tablewright.components.stack_context import StackContext
from tablewright.plan.declaration.declared import Alarm


class Alarms(pulumi.ComponentResource):
    """CloudWatch alarms that belong together: those of one table, or those of a whole stack.

    Children: one `aws:cloudwatch:MetricAlarm` per alarm, under the name `Alarm.key`.
    """

    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    """The alarms, by `Alarm.key`."""

    arns: dict[str, pulumi.Output[str]]
    """Their ARNs, likewise."""

    def __init__(
        self,
        name: str,
        args: AlarmsArgs | Sequence[Alarm],
        stack: StackArgs | StackContext | None = None,
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
        super().__init__(ALARMS_COMPONENT, name, None, opts)
        made = instantiate((alarm_part(alarm, around.place) for alarm in alarms), self, around)
        self.alarms = {alarm.key: made[f"alarm {alarm.key}"] for alarm in alarms}
        self.arns = {key: alarm_resource.arn for key, alarm_resource in self.alarms.items()}
        self.register_outputs({"arns": self.arns})


def _declared(
    name: str,
    args: AlarmsArgs | Sequence[Alarm],
    stack: StackArgs | StackContext | None,
    table: str | None,
) -> tuple[Sequence[Alarm], StackContext]:
    if not isinstance(args, AlarmsArgs):
        return args, stack if isinstance(stack, StackContext) else StackContext()
    if isinstance(stack, StackArgs):
        return declared_alarms(name, args, stack, table)
    raise ProgramError(
        f"alarms {name}: their stack is not given", "give StackArgs(environment=...)"
    )
