"""The component that makes a whole stack: tables, what belongs to each, alarms of all."""

from __future__ import annotations

from typing import Any

import pulumi
from tablewright.components.alarms import Alarms
from tablewright.components.arguments import StackArgs
from tablewright.components.declaration import declared_stack
from tablewright.components.existing import NOTHING, Existing
from tablewright.components.instantiation import instantiate
from tablewright.components.names import STACK_COMPONENT, stack_alarms_name
from tablewright.components.rendering import dashboard_part
from tablewright.components.stack_context import StackContext
from tablewright.components.table import Table
from tablewright.plan.declaration.declared import DeclaredStack, Output
from tablewright.plan.partitions import partition_of_region


class TableStack(pulumi.ComponentResource):
    """Tables that are deployed together.

    Children: one `Table` component per table under `DeclaredTable.key`, an `Alarms` component for
    alarms of no one table, and a dashboard if one is declared.
    """

    tables: dict[str, Table]
    alarms: Alarms | None
    standard_outputs: dict[str, pulumi.Input[Any]]
    """`tableNames`, `tableArns`, `streamArns` (of streams that are on) as lists in order of
    declaration; `tables`, `roleArns`, `alarmArns` as maps by table."""

    def __init__(
        self,
        name: str,
        args: StackArgs | DeclaredStack,
        opts: pulumi.ResourceOptions | None = None,
        around: StackContext | None = None,
    ) -> None:
        """Make the stack.

        Args:
            name: logical name; also `{stack}` in names.
            args: the stack, as arguments or as declared by a manifest.
            opts: a provider given here reaches all resources.
            around: what a declared stack does not say of itself; see `from_declared`.

        Raises:
            ProgramError: the arguments are wrong.
        """
        if isinstance(args, StackArgs):
            declared, around = declared_stack(name, args)
        else:
            declared, around = args, around or _of(args)
        super().__init__(STACK_COMPONENT, name, None, opts)
        self.declared = declared
        child = pulumi.ResourceOptions(parent=self)
        self.tables = {
            table.key: Table(table.key, table, around, child) for table in declared.tables
        }
        self.alarms = (
            Alarms(stack_alarms_name(declared), declared.alarms, around, child)
            if declared.alarms
            else None
        )
        if declared.dashboard:
            instantiate(
                [dashboard_part(declared.name, declared.dashboard, around.place)], self, around
            )
        self.standard_outputs = self._standard_outputs()
        self.register_outputs(self.standard_outputs)

    @classmethod
    def from_declared(
        cls,
        declared: DeclaredStack,
        existing: Existing = NOTHING,
        opts: pulumi.ResourceOptions | None = None,
    ) -> TableStack:
        """The stack of a manifest; what `existing` names is imported instead of created.

        Which tags are mandatory is the manifest's business and was checked with it.
        """
        around = _of(declared, mandatory_tags=(), existing=existing)
        return cls(declared.name, declared, opts, around)

    def export(self) -> None:
        """Make the standard outputs, and those the stack names itself, outputs of the program."""
        own = {output.name: self._own_output(output) for output in self.declared.outputs}
        for name, value in {**self.standard_outputs, **own}.items():
            pulumi.export(name, value)

    def _standard_outputs(self) -> dict[str, pulumi.Input[Any]]:
        tables = list(self.tables.values())
        alarms = {key: table.alarm_arns for key, table in self.tables.items()}
        if self.alarms:
            alarms[self.declared.name] = self.alarms.arns
        return {
            "tableNames": [table.name for table in tables],
            "tableArns": [table.arn for table in tables],
            "streamArns": [table.stream_arn for table in tables if table.stream_arn is not None],
            "tables": {key: table.identity for key, table in self.tables.items()},
            "roleArns": {key: table.role_arns for key, table in self.tables.items()},
            "alarmArns": alarms,
        }

    def _own_output(self, output: Output) -> pulumi.Input[Any]:
        if output.value == "region":
            return self.declared.region
        table = self.tables[output.table or ""]
        match output.value:
            case "roleArn" | "roleName":
                roles = table.access.roles if table.access else {}
                role = roles[output.role or ""]
                return role.arn if output.value == "roleArn" else role.name
            case "alarmArn":
                alarms = table.alarms.alarms if table.alarms else {}
                return alarms[output.alarm or ""].arn
            case _:
                return _of_table(table, output.value)


def _of(declared: DeclaredStack, **more: Any) -> StackContext:
    partition = partition_of_region(declared.region)
    return StackContext(region=declared.region, partition=partition, **more)


def _of_table(table: Table, value: str) -> pulumi.Input[Any]:
    """A value of one table; of a stream that is off, the empty text."""
    streams = table.stream_arn is not None
    known: dict[str, pulumi.Input[Any]] = {
        "tableName": table.name,
        "tableArn": table.arn,
        "tableId": table.table.id,
        "streamArn": table.table.stream_arn if streams else "",
        "streamLabel": table.table.stream_label if streams else "",
    }
    return known[value]
