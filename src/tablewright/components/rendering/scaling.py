"""Parts of Application Auto Scaling: targets, policies, scheduled actions.

What scales has a capacity that the declaration does not know, so its changes are ignored: by name
for the table, by position for an index, since a property's path knows no names. That holds for each
side by itself, and for what others have made to scale as well as for what is declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tablewright.components.names import scaling_name, table_key
from tablewright.components.rendering.resource_spec import (
    Joined,
    Reference,
    RenderContext,
    ResourceSpec,
    given,
)
from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.number import number
from tablewright.plan.scaling import Scaling, Schedule, Side
from tablewright.plan.table import Table

_NAMESPACE = "dynamodb"


def scaling_parts(declared: DeclaredTable, place: RenderContext) -> Iterator[ResourceSpec]:
    """Target, policy if there is one, and schedules of each side that scales."""
    for scaling in declared.scaling:
        target = _target(declared, scaling, place)
        yield target
        if scaling.target is not None:
            yield _policy(declared, scaling, scaling.target, target, place)
        for schedule in scaling.schedules:
            yield _schedule(declared, scaling, schedule, target, place)


def scaled_writes(declared: DeclaredTable) -> list[str]:
    """Keys of the parts that scale writes, without which a provisioned table gets no replica."""
    return [
        f"{'target' if scaling.target is None else 'scaling'} {scaling_name(declared, scaling)}"
        for scaling in declared.scaling
        if scaling.direction == "write"
    ]


def scaled_sides(declared: DeclaredTable, place: RenderContext) -> frozenset[Side]:
    """All that scales: what is declared to, and what others have made to."""
    return frozenset(scaling.side for scaling in declared.scaling) | place.existing.scaled_sides(
        declared.table.name
    )


def scaled_properties(declared: DeclaredTable, place: RenderContext) -> list[str]:
    """Paths of the capacities that scaling owns.

    None while the live table is on demand: it has no capacity yet, and the switch needs one. An
    index is left out if its position among all indexes differs from its live position, where the
    engine would give it the capacity of its neighbour; it is sent the capacity it has instead.
    """
    table, live = declared.table, place.existing.tables.get(declared.table.name)
    if table.billing_mode != "PROVISIONED":
        return []
    if live is not None and live.billing_mode != "PROVISIONED":
        return []
    positions = _positions(table)
    if live is not None:
        stayed = set(positions.items()) & set(_positions(live).items())
        positions = dict(stayed)
    paths = []
    for side in scaled_sides(declared, place):
        capacity = f"{side.direction}Capacity"
        if side.index is None:
            paths.append(capacity)
        elif side.index in positions:
            paths.append(f"globalSecondaryIndexes[{positions[side.index]}].{capacity}")
    return sorted(paths)


def resource_id(table: str, index: str | None) -> str:
    """What Application Auto Scaling calls a table or an index."""
    return f"table/{table}" if index is None else f"table/{table}/index/{index}"


def dimension(scaling: Scaling) -> str:
    """What it calls the side that scales."""
    kind = "table" if scaling.index is None else "index"
    return f"dynamodb:{kind}:{scaling.direction.capitalize()}CapacityUnits"


def policy_name(table: str, scaling: Scaling) -> str:
    """The declared name, or the one under which DynamoDB's own console keeps such a policy."""
    if scaling.policy_name is not None:
        return scaling.policy_name
    metric = _metric(scaling)
    return f"{metric}:{resource_id(table, scaling.index)}"


def _positions(table: Table) -> dict[str, int]:
    names = sorted(table.index_names)
    return {name: position for position, name in enumerate(names)}


def _metric(scaling: Scaling) -> str:
    return f"DynamoDB{scaling.direction.capitalize()}CapacityUtilization"


def _target(declared: DeclaredTable, scaling: Scaling, place: RenderContext) -> ResourceSpec:
    name = scaling_name(declared, scaling)
    table = declared.table.name
    resource, side = resource_id(table, scaling.index), dimension(scaling)
    live_table = Reference(table_key(declared), "name")
    index = () if scaling.index is None else (f"/index/{scaling.index}",)
    return ResourceSpec(
        key=f"target {name}",
        kind="appautoscaling.Target",
        name=name,
        arguments={
            "service_namespace": _NAMESPACE,
            "resource_id": Joined(("table/", live_table, *index)),
            "scalable_dimension": side,
            "min_capacity": scaling.minimum,
            "max_capacity": scaling.maximum,
            "suspended_state": {
                "dynamic_scaling_in_suspended": scaling.suspended.scale_in,
                "dynamic_scaling_out_suspended": scaling.suspended.scale_out,
                "scheduled_scaling_suspended": scaling.suspended.scheduled,
            },
            **place.arguments,
        },
        tags=declared.tags or None,
        subject=f"scaling of {scaling.direction}s of {resource}",
        import_id=place.existing.import_id("appautoscaling.Target", _NAMESPACE, resource, side),
        ignored=list(_kept_of_target(declared, scaling, place)),
    )


def _kept_of_target(
    declared: DeclaredTable, scaling: Scaling, place: RenderContext
) -> Iterator[str]:
    """The bounds that a schedule has set; and, where no tags are declared, those made by hand."""
    live = place.existing.scalable.get((declared.table.name, scaling.side))
    low, high = scaling.bounds_of_schedules(live) if live else (False, False)
    if low:
        yield "minCapacity"
    if high:
        yield "maxCapacity"
    if not declared.tags:
        yield "tags"


def _policy(
    declared: DeclaredTable,
    scaling: Scaling,
    aim: Decimal,
    target: ResourceSpec,
    place: RenderContext,
) -> ResourceSpec:
    table = declared.table.name
    name = policy_name(table, scaling)
    return ResourceSpec(
        key=f"scaling {target.name}",
        kind="appautoscaling.Policy",
        name=target.name,
        arguments={
            "name": name,
            "policy_type": "TargetTrackingScaling",
            **_of(target),
            "target_tracking_scaling_policy_configuration": {
                "predefined_metric_specification": {"predefined_metric_type": _metric(scaling)},
                "target_value": number(aim),
                "scale_in_cooldown": scaling.scale_in_cooldown_seconds,
                "scale_out_cooldown": scaling.scale_out_cooldown_seconds,
                "disable_scale_in": scaling.disable_scale_in,
            },
            **place.arguments,
        },
        subject=f"scaling policy {name}",
        import_id=place.existing.import_id(
            "appautoscaling.Policy",
            _NAMESPACE,
            resource_id(table, scaling.index),
            dimension(scaling),
            name,
        ),
    )


def _schedule(
    declared: DeclaredTable,
    scaling: Scaling,
    schedule: Schedule,
    target: ResourceSpec,
    place: RenderContext,
) -> ResourceSpec:
    resource = resource_id(declared.table.name, scaling.index)
    side = dimension(scaling)
    return ResourceSpec(
        key=f"schedule {target.name} {schedule.name}",
        kind="appautoscaling.ScheduledAction",
        name=f"{target.name}-{schedule.name}",
        arguments={
            "name": schedule.name,
            **_of(target),
            "schedule": schedule.schedule,
            "timezone": schedule.timezone,
            **given(start_time=schedule.start, end_time=schedule.end),
            "scalable_target_action": given(
                min_capacity=schedule.minimum, max_capacity=schedule.maximum
            ),
            **place.arguments,
        },
        subject=f"schedule {schedule.name} of table {declared.table.name}",
        import_id=place.existing.import_id(
            "appautoscaling.ScheduledAction", _NAMESPACE, resource, side, schedule.name
        ),
    )


def _of(target: ResourceSpec) -> dict[str, Any]:
    names = ("service_namespace", "resource_id", "scalable_dimension")
    return {name: Reference(target.key, name) for name in names}
