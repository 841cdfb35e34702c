"""From a declared stack to the program that makes the same resources under the same names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tablewright.components.eject._program import (
    CALLER,
    Component,
    Document,
    FreeMap,
    Heading,
    Joined,
    Program,
    Reference,
    Resource,
    Statement,
)
from tablewright.components.names import (
    attachment_name,
    insights_name,
    short,
    stack_alarms_name,
)
from tablewright.components.rendering import alarm_args, insights_args, role_args, table_args
from tablewright.plan.declared import Alarm, DeclaredStack, DeclaredTable, Insights, Output, Role
from tablewright.plan.policy import policy_document, trust_document

_FREE_MAPS = frozenset({"dimensions", "tags"})
_TABLE_ARN = "\0table\0"
_ACCOUNT = "\0account\0"
_TIMEOUTS = {"create": "60m", "update": "24h", "delete": "60m"}


def transcript(stack: DeclaredStack) -> Program:
    """The program of a stack."""
    return Program(
        name=stack.name,
        stack=stack.environment,
        region=stack.region,
        tags=FreeMap(dict(stack.tags)),
        statements=tuple(_Transcriber(stack).statements()),
        exports=dict(_exports(stack)),
        asks_for_caller=any(table.roles for table in stack.tables),
    )


class _Transcriber:
    """Writes down resource after resource, parents first."""

    def __init__(self, stack: DeclaredStack) -> None:
        self._stack = stack
        self._root = f"stack {stack.name}"

    def statements(self) -> Iterator[Statement]:
        yield Component(self._root, "tablewright:index:TableStack", self._stack.name)
        for table in self._stack.tables:
            yield Heading(f"table {table.table.name}")
            yield from self._table(table)
        if self._stack.alarms:
            yield Heading("alarms of the whole stack")
            yield from self._alarms(stack_alarms_name(self._stack), self._stack.alarms, self._root)

    def _table(self, declared: DeclaredTable) -> Iterator[Statement]:
        component = f"component {declared.key}"
        protected = {"protect": True} if declared.protect else {}
        yield Component(component, "tablewright:index:Table", declared.key, self._root, protected)
        yield Resource(
            key=_table_key(declared),
            kind="dynamodb.Table",
            name=declared.key,
            arguments=self._placed(table_args(declared), declared.table.tags or {}),
            parent=component,
            options={"custom_timeouts": _TIMEOUTS, "delete_before_replace": True},
        )
        for insights in declared.insights:
            yield self._insights(declared, insights, component)
        if declared.alarms:
            yield from self._alarms(declared.key, declared.alarms, component)
        if declared.roles:
            yield from self._access(declared, component)

    def _insights(self, declared: DeclaredTable, insights: Insights, component: str) -> Resource:
        name = insights_name(declared, insights)
        table = Reference(_table_key(declared), "name")
        return Resource(
            key=f"insights {name}",
            kind="dynamodb.ContributorInsights",
            name=name,
            arguments=self._placed({"table_name": table, **insights_args(insights)}),
            parent=component,
        )

    def _alarms(self, name: str, alarms: tuple[Alarm, ...], parent: str) -> Iterator[Statement]:
        component = f"alarms {name}"
        yield Component(component, "tablewright:index:Alarms", name, parent)
        for alarm in alarms:
            yield Resource(
                key=_alarm_key(alarm),
                kind="cloudwatch.MetricAlarm",
                name=alarm.key,
                arguments=self._placed(alarm_args(alarm), alarm.tags),
                parent=component,
            )

    def _access(self, declared: DeclaredTable, parent: str) -> Iterator[Statement]:
        component = f"access {declared.key}"
        yield Component(component, "tablewright:index:AccessRoles", declared.key, parent)
        for role in declared.roles:
            yield from self._role(declared, role, component)

    def _role(self, declared: DeclaredTable, role: Role, parent: str) -> Iterator[Resource]:
        account = Reference(CALLER, "account_id")
        trust = trust_document(role.trust, _ACCOUNT, _partition(self._stack.region))
        yield Resource(
            key=_role_key(role),
            kind="iam.Role",
            name=role.key,
            arguments={
                **role_args(role),
                "assume_role_policy": Document(_with_outputs(trust, {_ACCOUNT: account})),
                "tags": FreeMap(dict(role.tags)),
            },
            parent=parent,
        )
        arn = Reference(_table_key(declared), "arn")
        policy = policy_document(role.grants, _TABLE_ARN)
        name = Reference(_role_key(role), "name")
        yield Resource(
            key=f"policy {role.key}",
            kind="iam.RolePolicy",
            name=role.key,
            arguments={
                "name": role.policy_name,
                "role": name,
                "policy": Document(_with_outputs(policy, {_TABLE_ARN: arn})),
            },
            parent=parent,
        )
        for number, policy_arn in enumerate(role.managed_policies, start=1):
            yield Resource(
                key=f"attachment {role.key} {number}",
                kind="iam.RolePolicyAttachment",
                name=attachment_name(role, policy_arn),
                arguments={"role": name, "policy_arn": policy_arn},
                parent=parent,
            )

    def _placed(
        self, arguments: Mapping[str, Any], tags: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        tagged = {} if tags is None else {"tags": FreeMap(dict(tags))}
        return {**_marked(arguments), "region": self._stack.region, **tagged}


def _exports(stack: DeclaredStack) -> Iterator[tuple[str, Any]]:
    tables = stack.tables
    streaming = [table for table in tables if _streams(table)]
    yield "tableNames", [Reference(_table_key(table), "name") for table in tables]
    yield "tableArns", [Reference(_table_key(table), "arn") for table in tables]
    yield "streamArns", [Reference(_table_key(table), "stream_arn") for table in streaming]
    yield "tables", FreeMap({table.key: FreeMap(_identity(table)) for table in tables})
    yield "roleArns", FreeMap({table.key: FreeMap(_role_arns(table)) for table in tables})
    alarms = {table.key: FreeMap(_alarm_arns(table)) for table in tables}
    if stack.alarms:
        own = {alarm.key: Reference(_alarm_key(alarm), "arn") for alarm in stack.alarms}
        alarms[stack.name] = FreeMap(own)
    yield "alarmArns", FreeMap(alarms)
    for output in stack.outputs:
        yield output.name, _own_export(stack, output)


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
    return Reference(_table_key(table), attribute)


def _identity(declared: DeclaredTable) -> dict[str, Reference]:
    key = _table_key(declared)
    stream = {"streamArn": Reference(key, "stream_arn")} if _streams(declared) else {}
    return {"name": Reference(key, "name"), "arn": Reference(key, "arn"), **stream}


def _role_arns(declared: DeclaredTable) -> dict[str, Reference]:
    return {short(it.key, declared): Reference(_role_key(it), "arn") for it in declared.roles}


def _alarm_arns(declared: DeclaredTable) -> dict[str, Reference]:
    return {short(it.key, declared): Reference(_alarm_key(it), "arn") for it in declared.alarms}


def _streams(declared: DeclaredTable) -> bool:
    stream = declared.table.stream
    return stream is not None and stream.view_type is not None


def _table_key(declared: DeclaredTable) -> str:
    return f"table {declared.key}"


def _role_key(role: Role) -> str:
    return f"role {role.key}"


def _alarm_key(alarm: Alarm) -> str:
    return f"alarm {alarm.key}"


def _partition(region: str) -> str:
    """The partition of a region, by its name (AWS General Reference, Amazon Resource Names)."""
    partitions = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    return next((it for start, it in partitions.items() if region.startswith(start)), "aws")


def _marked(value: Any) -> Any:
    """Arguments with the user's own mappings told apart from blocks of properties."""
    if isinstance(value, Mapping):
        return {
            key: FreeMap(dict(item)) if key in _FREE_MAPS else _marked(item)
            for key, item in value.items()
        }
    return [_marked(item) for item in value] if isinstance(value, list) else value


def _with_outputs(value: Any, outputs: Mapping[str, Reference]) -> Any:
    """A document with references where their tokens stand in its texts."""
    match value:
        case Mapping():
            return {key: _with_outputs(item, outputs) for key, item in value.items()}
        case list():
            return [_with_outputs(item, outputs) for item in value]
        case str():
            return _split(value, outputs)
        case _:
            return value


def _split(text: str, outputs: Mapping[str, Reference]) -> str | Reference | Joined:
    for token, reference in outputs.items():
        before, found, after = text.partition(token)
        if found:
            parts = tuple(part for part in (before, reference, after) if part)
            return reference if len(parts) == 1 else Joined(parts)
    return text
