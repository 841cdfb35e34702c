"""From a declared stack to the program that makes the same resources under the same names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tablewright.components.existing import NOTHING, Existing
from tablewright.components.names import (
    ACCESS_COMPONENT,
    ALARMS_COMPONENT,
    STACK_COMPONENT,
    TABLE_COMPONENT,
    short,
    stack_alarms_name,
    table_key,
)
from tablewright.components.program import (
    Child,
    Component,
    Heading,
    Named,
    Program,
    Statement,
)
from tablewright.components.rendering import (
    Reference,
    RenderContext,
    ResourceSpec,
    alarm_part,
    dashboard_part,
    role_parts,
    table_parts,
)
from tablewright.plan.declaration.declared import Alarm, DeclaredStack, DeclaredTable, Output
from tablewright.plan.partitions import partition_of_region


def transcript(stack: DeclaredStack, existing: Existing = NOTHING) -> Program:
    """The program of a stack; what `existing` names is imported instead of created."""
    return Program(
        name=stack.name,
        stack=stack.environment,
        region=stack.region,
        tags=dict(stack.tags),
        statements=tuple(_statements(stack, existing)),
        exports=dict(_exports(stack)),
        asks_for_caller=any(table.roles for table in stack.tables),
    )


def _statements(stack: DeclaredStack, existing: Existing) -> Iterator[Statement]:
    """Component after component, each before what stands under it."""
    place = RenderContext(stack.region, partition_of_region(stack.region), existing)
    root = f"stack {stack.name}"
    yield Component(root, STACK_COMPONENT, stack.name, outputs=dict(_standard_exports(stack)))
    for table in stack.tables:
        yield Heading(f"table {table.table.name}")
        yield from _table(table, root, place)
    if stack.alarms:
        yield Heading("alarms of the whole stack")
        yield from _alarms(stack_alarms_name(stack), stack.alarms, root, place)
    if stack.dashboard:
        yield Heading("dashboard")
        yield Child(dashboard_part(stack.name, stack.dashboard, place), root)


def _table(declared: DeclaredTable, root: str, place: RenderContext) -> Iterator[Statement]:
    key = f"component {declared.key}"
    yield Component(key, TABLE_COMPONENT, declared.key, root, declared.protect, _identity(declared))
    yield from _children(table_parts(declared, place), key)
    if declared.alarms:
        yield from _alarms(declared.key, declared.alarms, key, place)
    if declared.roles:
        access = f"access {declared.key}"
        arns = Named({role.key: Reference(f"role {role.key}", "arn") for role in declared.roles})
        yield Component(access, ACCESS_COMPONENT, declared.key, key, outputs={"arns": arns})
        for role in declared.roles:
            yield from _children(role_parts(role, table_key(declared), place), access)


def _alarms(
    name: str, alarms: tuple[Alarm, ...], parent: str, place: RenderContext
) -> Iterator[Statement]:
    key = f"alarms {name}"
    arns = Named({alarm.key: Reference(f"alarm {alarm.key}", "arn") for alarm in alarms})
    yield Component(key, ALARMS_COMPONENT, name, parent, outputs={"arns": arns})
    yield from _children((alarm_part(alarm, place) for alarm in alarms), key)


def _children(parts: Iterable[ResourceSpec], parent: str) -> Iterator[Child]:
    return (Child(part, parent) for part in parts)


def _exports(stack: DeclaredStack) -> Iterator[tuple[str, Any]]:
    yield from _standard_exports(stack)
    for output in stack.outputs:
        yield output.name, _own_export(stack, output)


def _standard_exports(stack: DeclaredStack) -> Iterator[tuple[str, Any]]:
    tables = stack.tables
    streaming = [table for table in tables if _streams(table)]
    yield "tableNames", [Reference(table_key(table), "name") for table in tables]
    yield "tableArns", [Reference(table_key(table), "arn") for table in tables]
    yield "streamArns", [Reference(table_key(table), "stream_arn") for table in streaming]
    yield "tables", Named({table.key: Named(_identity(table)) for table in tables})
    yield "roleArns", Named({table.key: Named(_role_arns(table)) for table in tables})
    alarms = {table.key: Named(_alarm_arns(table)) for table in tables}
    if stack.alarms:
        own = {alarm.key: Reference(f"alarm {alarm.key}", "arn") for alarm in stack.alarms}
        alarms[stack.name] = Named(own)
    yield "alarmArns", Named(alarms)


def _own_export(stack: DeclaredStack, output: Output) -> Any:
    if output.value == "region":
        return stack.region
    table = next(table for table in stack.tables if table.key == output.table)
    match output.value:
        case "roleArn" | "roleName":
            return Reference(f"role {output.role}", output.value[4:].lower())
        case "alarmArn":
            return Reference(f"alarm {output.alarm}", "arn")
        case "streamArn" | "streamLabel" if not _streams(table):
            return ""
    attribute = {
        "tableName": "name",
        "tableArn": "arn",
        "tableId": "id",
        "streamArn": "stream_arn",
        "streamLabel": "stream_label",
    }[output.value]
    return Reference(table_key(table), attribute)


def _identity(declared: DeclaredTable) -> dict[str, Reference]:
    key = table_key(declared)
    stream = {"streamArn": Reference(key, "stream_arn")} if _streams(declared) else {}
    return {"name": Reference(key, "name"), "arn": Reference(key, "arn"), **stream}


def _role_arns(declared: DeclaredTable) -> dict[str, Reference]:
    return {
        short(role.key, declared): Reference(f"role {role.key}", "arn") for role in declared.roles
    }


def _alarm_arns(declared: DeclaredTable) -> dict[str, Reference]:
    return {
        short(alarm.key, declared): Reference(f"alarm {alarm.key}", "arn")
        for alarm in declared.alarms
    }


def _streams(declared: DeclaredTable) -> bool:
    stream = declared.table.stream
    return stream is not None and stream.view_type is not None
