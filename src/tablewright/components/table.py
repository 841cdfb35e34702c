"""The component that makes one table and all declared with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi_aws as aws

import pulumi
from tablewright.components.access import AccessRoles
from tablewright.components.alarms import Alarms
from tablewright.components.arguments import StackArgs, TableArgs
from tablewright.components.declaration import declared_table
from tablewright.components.failure import ProgramError
from tablewright.components.instantiation import instantiate
from tablewright.components.names import TABLE_COMPONENT, short, table_key
from tablewright.components.rendering import table_parts
from tablewright.components.stack_context import StackContext
from tablewright.plan.declaration.declared import DeclaredTable


class Table(pulumi.ComponentResource):
    """One DynamoDB table and all that belongs to it.

    Children: `aws:dynamodb:Table` under the component's own name; Contributor Insights, scaling,
    Kinesis destination, resource policies and replicas as far as declared; the components `Alarms`
    and `AccessRoles` where any are.
    """

    table: aws.dynamodb.Table
    name: pulumi.Output[str]
    """Physical name."""

    arn: pulumi.Output[str]
    stream_arn: pulumi.Output[str] | None
    """ARN of the stream, if one is declared to be on."""

    role_arns: dict[str, pulumi.Output[str]]
    """ARN of each role, by its name within the table, such as `read`."""

    alarm_arns: dict[str, pulumi.Output[str]]
    """ARN of each alarm, by its name within the table, such as `user-errors`."""

    alarms: Alarms | None
    access: AccessRoles | None
    resources: dict[str, Any]
    """The table and what is part of it, by what it is: `table orders`, `insights orders`."""

    def __init__(
        self,
        name: str,
        args: TableArgs | DeclaredTable,
        stack: StackArgs | StackContext | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the table.

        Args:
            name: logical name; the physical one too, unless `table_name` says otherwise.
            args: the table, as arguments or as declared by a manifest.
            stack: what it shares with others: environment, tags, templates of names. Its own
                `tables` are not looked at.
            opts: a provider given here reaches all resources.

        Raises:
            ProgramError: the arguments are wrong.
        """
        declared, around = _declared(name, args, stack)
        protected = pulumi.ResourceOptions(protect=declared.protect or None)
        merged = pulumi.ResourceOptions.merge(protected, opts)
        super().__init__(TABLE_COMPONENT, name, None, merged)
        self.declared = declared
        self.resources = instantiate(table_parts(declared, around.place), self, around)
        self.table = self.resources[table_key(declared)]
        self.name, self.arn = self.table.name, self.table.arn
        # A stream that was switched off keeps its ARN for a day; it is not a stream of the table.
        stream = declared.table.stream
        self.stream_arn = self.table.stream_arn if stream and stream.view_type else None
        child = pulumi.ResourceOptions(parent=self)
        self.alarms = Alarms(name, declared.alarms, around, child) if declared.alarms else None
        self.access = (
            AccessRoles(name, declared.roles, self.arn, around, child) if declared.roles else None
        )
        self.role_arns = self._by_short_name(self.access.roles if self.access else {})
        self.alarm_arns = self._by_short_name(self.alarms.alarms if self.alarms else {})
        self.register_outputs(self.identity)

    @property
    def identity(self) -> dict[str, pulumi.Output[str]]:
        """Name, ARN and, of a stream that is on, stream ARN."""
        stream = {} if self.stream_arn is None else {"streamArn": self.stream_arn}
        return {"name": self.name, "arn": self.arn, **stream}

    def _by_short_name(self, resources: Mapping[str, Any]) -> dict[str, pulumi.Output[str]]:
        return {short(key, self.declared): resource.arn for key, resource in resources.items()}


def _declared(
    name: str, args: TableArgs | DeclaredTable, stack: StackArgs | StackContext | None
) -> tuple[DeclaredTable, StackContext]:
    if isinstance(args, DeclaredTable):
        return args, stack if isinstance(stack, StackContext) else StackContext()
    if isinstance(stack, StackArgs):
        return declared_table(name, args, stack)
    raise ProgramError(f"table {name}: its stack is not given", "give StackArgs(environment=...)")
