"""What is recorded of a stack, in the form in which what is live is read. Pure.

So one set of rules (`checks`) tells in the same words what is recorded and what is live. A resource
is turned into AWS's own reply, from which the readers of `fleet` make their values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from tablewright.aws.reading import IndexReading, LiveReplica, TableReading
from tablewright.engine import StateResource
from tablewright.fleet.alarms import LiveAlarm, metric_alarm
from tablewright.fleet.live import LiveKinesisDestination, LiveTable
from tablewright.fleet.roles import LiveRole, document
from tablewright.fleet.scaling import LiveScaling, schedule, target, with_policy
from tablewright.fleet.stack import LiveStack
from tablewright.plan.declaration.declared import Insights
from tablewright.plan.owner import owner_of
from tablewright.plan.table import Recovery, Table
from tablewright.provider.autoscaling.spelling import in_api_names
from tablewright.provider.cloudwatch.alarm import MetricAlarm
from tablewright.provider.dynamodb.properties import table_from_outputs
from tablewright.resource_kinds import types

_ACTIVE = "ACTIVE"
Value = TypeVar("Value")


def recorded_stack(resources: Iterable[StateResource], live: LiveStack) -> LiveStack:
    """What a state holds, as if it had been read.

    Args:
        resources: of the state.
        live: the same stack as it is, of which the account and the region are taken.
    """
    state = _State([resource for resource in resources if resource.custom and resource.holds])
    home = live.region
    tables = dict(
        _known(
            state.of(types.TABLE), lambda resource: _table(resource, state, live.account_id, home)
        )
    )
    return replace(
        live,
        tables=tables,
        alarms=dict(_known(state.of(types.ALARM), lambda resource: _alarm(resource.outputs))),
        roles=dict(_known(state.of(types.ROLE), lambda resource: _role(resource, state))),
        replicas=dict(_replicas(state, tables)),
        dashboard=next((body for _, body in _known(state.of(types.DASHBOARD), _body)), None),
    )


def _known(
    resources: Iterable[StateResource], convert: Callable[[StateResource], Value]
) -> Iterator[tuple[str, Value]]:
    """What can be told of the resources, by id.

    A value that is kept secret, or that another program gave, tells nothing; then it counts as not
    recorded, and what is live is compared all the same.
    """
    for resource in resources:
        with suppress(KeyError, ValueError, TypeError, AttributeError):
            yield resource.id, convert(resource)


class _State:
    """The resources by their types."""

    def __init__(self, resources: Sequence[StateResource]) -> None:
        self._resources = resources

    def of(self, type_: str, **having: str) -> list[StateResource]:
        """Those of a type, in whose outputs these are found."""
        return [
            resource
            for resource in self._resources
            if resource.type == type_
            and all(resource.outputs.get(name) == value for name, value in having.items())
        ]


def _table(resource: StateResource, state: _State, account: str, region: str) -> LiveTable:
    outputs = resource.outputs
    reading = _reading(resource, state, region)
    destinations = state.of(types.KINESIS, tableName=resource.id)
    return LiveTable(
        reading=reading,
        region=region,
        account_id=account,
        stream_status="ENABLED" if reading.stream_arn else None,
        policy=_policy(state, str(outputs.get("arn"))),
        stream_policy=_policy(state, reading.stream_arn),
        kinesis=tuple(
            LiveKinesisDestination(
                destination.outputs["streamArn"],
                _ACTIVE,
                destination.outputs.get("approximateCreationDateTimePrecision"),
            )
            for destination in destinations
        ),
        scaling=tuple(_scaling(state, resource.id)),
    )


def _reading(resource: StateResource, state: _State, region: str) -> TableReading:
    outputs, table = resource.outputs, table_from_outputs(resource.outputs)
    key = (outputs.get("serverSideEncryption") or {}).get("kmsKeyArn") or None
    arn = str(outputs.get("arn") or "")
    members = outputs.get("replicas") or ()
    copies = [_replica_place(copy) for copy in state.of(types.REPLICA)]
    return TableReading(
        table=table,
        arn=arn,
        table_id="",
        status=_ACTIVE,
        stream_arn=outputs.get("streamArn") or None if outputs.get("streamEnabled") else None,
        encryption_key=key,
        encryption_key_state="Enabled" if key else None,
        insights=tuple(_insights(state, resource.id, region)),
        indexes={
            name: IndexReading(name, f"{arn}/index/{name}", _ACTIVE) for name in _index_names(table)
        },
        replicas=tuple(
            LiveReplica(other, _ACTIVE)
            for other in dict.fromkeys(
                (
                    *(member["regionName"] for member in members if member.get("regionName")),
                    *(other for name, other in copies if name == resource.id),
                )
            )
        ),
        strong=any(member.get("consistencyMode") == "STRONG" for member in members),
        owner=owner_of(table.tags or {}),
    )


def _index_names(table: Table) -> Iterator[str]:
    yield from table.index_names
    yield from (index.name for index in table.local_indexes or ())


def _insights(state: _State, table: str, region: str) -> Iterator[Insights]:
    for resource in state.of(types.INSIGHTS, tableName=table):
        if resource.outputs.get("region", region) == region:
            index = resource.outputs.get("indexName") or None
            yield Insights(index, resource.outputs.get("mode"))


def _policy(state: _State, arn: str | None) -> Mapping[str, Any] | None:
    policies = state.of(types.RESOURCE_POLICY, resourceArn=arn) if arn else []
    for policy in policies:
        with suppress(ValueError, KeyError):  # it may be kept secret
            return document(policy.outputs["policy"])
    return None


def _scaling(state: _State, table: str) -> Iterator[LiveScaling]:
    for resource in state.of(types.TARGET):
        outputs = resource.outputs
        scaling = target(
            {
                "ResourceId": outputs["resourceId"],
                "ScalableDimension": outputs["scalableDimension"],
                "MinCapacity": outputs["minCapacity"],
                "MaxCapacity": outputs["maxCapacity"],
                "SuspendedState": in_api_names(outputs.get("suspendedState") or {}),
            }
        )
        if scaling.table != table:
            continue
        place = {name: outputs[name] for name in ("resourceId", "scalableDimension")}
        for policy in state.of(types.SCALING_POLICY, **place):
            scaling = with_policy(scaling, in_api_names(_tracking(policy.outputs)))
        actions = state.of(types.SCHEDULE, **place)
        schedules = tuple(schedule(_action(action.outputs)) for action in actions)
        yield replace(scaling, schedules=schedules, tags=_tags(outputs))


def _tracking(outputs: Mapping[str, Any]) -> dict[str, Any]:
    configuration = outputs.get("targetTrackingScalingPolicyConfiguration") or {}
    return {
        "policyName": outputs["name"],
        "policyType": outputs["policyType"],
        "targetTrackingScalingPolicyConfiguration": dict(configuration),
    }


def _action(outputs: Mapping[str, Any]) -> dict[str, Any]:
    bounds = in_api_names(dict(outputs.get("scalableTargetAction") or {}))
    return {
        "ScheduledActionName": outputs["name"],
        "Schedule": outputs["schedule"],
        "Timezone": outputs.get("timezone"),
        "StartTime": outputs.get("startTime"),
        "EndTime": outputs.get("endTime"),
        "ScalableTargetAction": bounds,
    }


def _alarm(outputs: Mapping[str, Any]) -> LiveAlarm:
    reply = MetricAlarm().request(outputs)
    live = metric_alarm({"AlarmArn": outputs.get("arn", ""), **reply})
    return replace(live, alarm=replace(live.alarm, tags=_tags(outputs)))


def _role(resource: StateResource, state: _State) -> LiveRole:
    outputs = resource.outputs
    return LiveRole(
        name=resource.id,
        arn=str(outputs.get("arn") or ""),
        trust=document(outputs["assumeRolePolicy"]),
        description=outputs.get("description") or "",
        boundary=outputs.get("permissionsBoundary") or None,
        tags=_tags(outputs),
        inline={
            policy.outputs["name"]: document(policy.outputs["policy"])
            for policy in state.of(types.ROLE_POLICY, role=resource.id)
        },
        attached=tuple(
            attachment.outputs["policyArn"]
            for attachment in state.of(types.ATTACHMENT, role=resource.id)
        ),
    )


def _replicas(
    state: _State, tables: Mapping[str, LiveTable]
) -> Iterator[tuple[tuple[str, str], TableReading]]:
    """The copies that are resources of their own; what they take over is as in their table."""
    for resource in state.of(types.REPLICA):
        name, region = _replica_place(resource)
        if name in tables:
            home = tables[name].reading
            yield (
                (name, region),
                replace(
                    home,
                    arn=str(resource.outputs.get("arn") or ""),
                    table=_copied(home.table, resource.outputs),
                    insights=tuple(_insights(state, name, region)),
                    encryption_key=resource.outputs.get("kmsKeyArn") or None,
                    encryption_key_state="Enabled" if resource.outputs.get("kmsKeyArn") else None,
                ),
            )


def _replica_place(resource: StateResource) -> tuple[str, str]:
    """The table and the region of a copy; its ARN ends with the name of its table."""
    name = str(resource.outputs.get("globalTableArn") or "").rpartition("/")[2]
    return name, str(resource.outputs.get("region") or "")


def _copied(table: Table, outputs: Mapping[str, Any]) -> Table:
    return replace(
        table,
        deletion_protection=bool(outputs.get("deletionProtectionEnabled")),
        recovery=Recovery(35 if outputs.get("pointInTimeRecovery") else 0),
        table_class=outputs.get("tableClassOverride") or table.table_class,
        tags=_tags(outputs),
    )


def _tags(outputs: Mapping[str, Any]) -> dict[str, str]:
    return dict(outputs.get("tagsAll") or outputs.get("tags") or {})


def _body(resource: StateResource) -> Mapping[str, Any]:
    body: Mapping[str, Any] = json.loads(resource.outputs["dashboardBody"])
    return body
