"""A live table in the words of a manifest. Pure.

Only what differs from a documented default is said, so that the result reads like a manifest that
a person wrote; the self-check in `adoption` proves that it means what is live.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tablewright.aws.tables import users_tags
from tablewright.dynamodb_values import AttributeType
from tablewright.fleet.live import LiveTable
from tablewright.fleet.manifest_scaling import sayable_scaling
from tablewright.fleet.scaling import LiveScaling, LiveSchedule
from tablewright.manifest.messages.model_introspection import fields_of
from tablewright.manifest.messages.vocabulary import UNREAD
from tablewright.manifest.models import TableSpec
from tablewright.plan.facets import ON_DEMAND_MAXIMUM, SETTINGS, TABLE_CLASS, Facet
from tablewright.plan.facets.attached import (
    INSIGHTS,
    KINESIS,
    RESOURCE_POLICY,
    STREAM_POLICY,
    WHOLE,
    Attached,
    insights_of,
)
from tablewright.plan.number import number
from tablewright.plan.table import (
    GlobalIndex,
    LocalIndex,
    OnDemandMaximum,
    Projection,
    Table,
    Throughput,
)

Specification = dict[str, Any]


def specification(live: LiveTable) -> Specification:
    """`spec` of the table, in the order in which people read it."""
    table, types = live.table, live.table.attributes
    spec: Specification = {"partitionKey": _attribute(table.key.partition[0], types)}
    if table.key.sort:
        spec["sortKey"] = _attribute(table.key.sort[0], types)
    spec["billingMode"] = table.billing_mode
    spec |= _capacity(live, None, table.throughput, table.on_demand_maximum)
    spec |= _facets([TABLE_CLASS], table)
    spec |= _indexes(live)
    spec |= _facets(sorted(SETTINGS, key=_position), table)
    spec |= _attached([KINESIS], live)
    spec |= _insights(live, None)
    spec |= _attached([RESOURCE_POLICY, STREAM_POLICY], live)
    if table.tags is None:
        spec["tableTags"] = UNREAD
    elif tags := users_tags(table.tags):
        spec["tableTags"] = tags
    return spec


def unread_paths(live: LiveTable) -> dict[str, str]:
    """Field paths of the specification that could not be read, with the reasons."""
    paths = {}
    for facet, reason in live.unread.items():
        index = facet.removeprefix("insights[").removesuffix("]")
        if facet in _PATHS:
            paths[_PATHS[facet]] = reason
        elif index != facet:
            paths[f"globalSecondaryIndexes[{index}].{INSIGHTS.path}"] = reason
    return paths


_PATHS: Mapping[str, str] = {
    **{facet.name: facet.path for facet in SETTINGS if not facet.is_described},
    "tags": "tableTags",
    **{part.name: part.path for part in (INSIGHTS, *WHOLE)},
    "scaling": "autoScaling",
}


def _attribute(name: str, types: Mapping[str, AttributeType]) -> Specification:
    return {"name": name, "type": types[name]}


def _attributes(names: Sequence[str], types: Mapping[str, AttributeType]) -> Any:
    """One attribute by itself, several as a list."""
    every = [_attribute(name, types) for name in names]
    return every[0] if len(every) == 1 else every


def _capacity(
    live: LiveTable,
    index: str | None,
    throughput: Throughput | None,
    maximum: OnDemandMaximum | None,
) -> Specification:
    """Capacity of the table or of an index, for the billing mode that it has."""
    if throughput is None:
        return {} if maximum is None else _facet(ON_DEMAND_MAXIMUM, maximum)
    spec: Specification = {
        "provisionedThroughput": {
            "readCapacityUnits": throughput.read,
            "writeCapacityUnits": throughput.write,
        }
    }
    scaling = [target for target in sayable_scaling(live) if target.index == index]
    if "scaling" in live.unread:
        spec["autoScaling"] = UNREAD
    elif scaling:
        spec["autoScaling"] = {target.direction: _scaling(target) for target in scaling}
    return spec


def _facets(facets: Sequence[Facet[Any]], table: Table) -> Specification:
    """What differs from a default, or could not be read."""
    spec: Specification = {}
    for facet in facets:
        spec |= _facet(facet, facet.of(table))
    return spec


def _facet(facet: Facet[Any], value: Any) -> Specification:
    if value is None:
        return {} if facet.is_described else {facet.path: UNREAD}
    return {} if value == facet.default else {facet.path: facet.manifest(value)}


def _position(facet: Facet[Any]) -> int:
    """Where the pages about a manifest have its field."""
    return [*fields_of(TableSpec)].index(facet.path)


def usual_name(scaling: LiveScaling) -> str:
    """What DynamoDB's console calls such a policy, and what is deployed."""
    resource, _ = scaling.place
    return f"DynamoDB{scaling.direction.capitalize()}CapacityUtilization:{resource}"


def _scaling(scaling: LiveScaling) -> Specification:
    spec: Specification = {
        "minCapacity": scaling.minimum,
        "maxCapacity": scaling.maximum,
    }
    spec |= _tracking(scaling)
    if scaling.schedules:
        spec["schedules"] = [_schedule(schedule) for schedule in scaling.schedules]
    suspended = {
        "dynamicScalingInSuspended": scaling.suspended.scale_in,
        "dynamicScalingOutSuspended": scaling.suspended.scale_out,
        "scheduledScalingSuspended": scaling.suspended.scheduled,
    }
    if any(suspended.values()):
        spec["suspendedState"] = {name: True for name, is_on in suspended.items() if is_on}
    return spec


def _tracking(scaling: LiveScaling) -> Specification:
    """How the capacity follows its use, if it does."""
    if not scaling.policies:
        return {"targetTracking": False}
    [policy] = scaling.policies
    spec: Specification = {"targetUtilization": number(Decimal(str(policy.target)))}
    if policy.name != usual_name(scaling):
        spec["policyName"] = policy.name
    if policy.scale_in_cooldown_seconds:
        spec["scaleInCooldown"] = policy.scale_in_cooldown_seconds
    if policy.scale_out_cooldown_seconds:
        spec["scaleOutCooldown"] = policy.scale_out_cooldown_seconds
    if policy.disable_scale_in:
        spec["disableScaleIn"] = True
    return spec


def _schedule(schedule: LiveSchedule) -> Specification:
    spec = {
        "name": schedule.name,
        "schedule": schedule.schedule,
        "timezone": schedule.timezone,
        "startTime": schedule.start and schedule.start.isoformat(),
        "endTime": schedule.end and schedule.end.isoformat(),
        "minCapacity": schedule.minimum,
        "maxCapacity": schedule.maximum,
    }
    return {name: value for name, value in spec.items() if value is not None}


def _indexes(live: LiveTable) -> Specification:
    spec: Specification = {}
    if live.table.global_indexes:
        spec["globalSecondaryIndexes"] = [
            _global_index(live, index) for index in live.table.global_indexes
        ]
    if live.table.local_indexes:
        spec["localSecondaryIndexes"] = [
            _local_index(live, index) for index in live.table.local_indexes
        ]
    return spec


def _global_index(live: LiveTable, index: GlobalIndex) -> Specification:
    types = live.table.attributes
    spec: Specification = {
        "name": index.name,
        "partitionKey": _attributes(index.key.partition, types),
    }
    if index.key.sort:
        spec["sortKey"] = _attributes(index.key.sort, types)
    spec["projection"] = _projection(index.projection)
    spec |= _capacity(live, index.name, index.throughput, index.on_demand_maximum)
    return spec | _insights(live, index.name)


def _local_index(live: LiveTable, index: LocalIndex) -> Specification:
    return {
        "name": index.name,
        "sortKey": _attribute(index.key.sort[0], live.table.attributes),
        "projection": _projection(index.projection),
    }


def _projection(projection: Projection) -> Specification:
    spec: Specification = {"type": projection.type}
    if projection.non_key_attributes:
        spec["nonKeyAttributes"] = sorted(projection.non_key_attributes)
    return spec


def _attached(parts: Sequence[Attached], live: LiveTable) -> Specification:
    """What is attached to it, and is a resource of its own."""
    spec: Specification = {}
    for part in parts:
        value = part.live(live)
        if part.name in live.unread:
            spec[part.path] = UNREAD
        elif value is not None:
            spec[part.path] = part.manifest(value)
    return spec


def _insights(live: LiveTable, index: str | None) -> Specification:
    modes = INSIGHTS.live(live)
    if insights_of(index) in live.unread:
        return {INSIGHTS.path: UNREAD}
    return {INSIGHTS.path: INSIGHTS.manifest(modes[index])} if index in modes else {}
