"""Whether a declared table means exactly what is live: the self-check of what `adopt` writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from tablewright.aws.tables import users_tags
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable
from tablewright.fleet.manifest_scaling import sayable_scaling
from tablewright.fleet.scaling import LiveScaling, LiveSchedule
from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.facets import FACETS
from tablewright.plan.facets.attached import INSIGHTS, WHOLE, insights_of
from tablewright.plan.scaling import Scaling, Schedule
from tablewright.plan.table import GlobalIndex, Table

from .alarms import is_as_declared
from .replication import Copies, live_global_table, missing
from .specification import usual_name

_STAYS = {facet.name for facet in FACETS if facet.default is None}
"""Left out of a manifest they stay as they are."""


def differences(
    declared: DeclaredTable, live: LiveTable, copies: Copies, alarms: Mapping[str, LiveAlarm]
) -> list[str]:
    """Facets in which they differ, by name; unread facets of the live table are passed over.

    Args:
        declared: what the written manifest declares.
        live: the table.
        copies: its replicas.
        alarms: those that were written down, by name.
    """
    return [
        *_facets(declared.table, live),
        *_insights(declared, live),
        *_attached(declared, live),
        *_replicas(declared, live, copies),
        *_alarms(declared, alarms),
    ]


def _facets(declared: Table, live: LiveTable) -> Iterator[str]:
    table = replace(live.table, tags=users_tags(live.table.tags or {}))
    for field in fields(Table):
        name = field.name
        if name in _STAYS or name in live.unread:
            continue
        if _comparable(getattr(declared, name)) != _comparable(getattr(table, name)):
            yield name


def _comparable(value: Any) -> Any:
    """Indexes have names and no order."""
    if isinstance(value, tuple):
        return {index.name: _index(index) for index in value}
    return value


def _index(index: Any) -> Any:
    return replace(index, warm_throughput=None) if isinstance(index, GlobalIndex) else index


def _insights(declared: DeclaredTable, live: LiveTable) -> Iterator[str]:
    declared_modes, live_modes = INSIGHTS.declared(declared), INSIGHTS.live(live)
    for index in {*declared_modes, *live_modes}:
        name = insights_of(index)
        if name not in live.unread and declared_modes.get(index) != live_modes.get(index):
            yield name


def _attached(declared: DeclaredTable, live: LiveTable) -> Iterator[str]:
    """Scaling, Kinesis and policies, as far as a manifest has words for them."""
    scaling = {_scaling(target) for target in sayable_scaling(live)}
    if "scaling" not in live.unread and set(declared.scaling) != scaling:
        yield "scaling"
    for part in WHOLE:
        if part.name not in live.unread and part.declared(declared) != part.live(live):
            yield part.name


def _scaling(live: LiveScaling) -> Scaling:
    bare = Scaling(
        direction=live.direction,
        minimum=live.minimum,
        maximum=live.maximum,
        index=live.index,
        target=None,
        schedules=tuple(_schedule(schedule) for schedule in live.schedules),
        suspended=live.suspended,
    )
    if not live.policies:
        return bare
    [policy] = live.policies
    return replace(
        bare,
        target=Decimal(str(policy.target)),
        scale_in_cooldown_seconds=policy.scale_in_cooldown_seconds or 0,
        scale_out_cooldown_seconds=policy.scale_out_cooldown_seconds or 0,
        disable_scale_in=policy.disable_scale_in,
        policy_name=None if policy.name == usual_name(live) else policy.name,
    )


def _schedule(live: LiveSchedule) -> Schedule:
    return Schedule(
        name=live.name,
        schedule=live.schedule,
        timezone=live.timezone,
        start=live.start.isoformat() if live.start else None,
        end=live.end.isoformat() if live.end else None,
        minimum=live.minimum,
        maximum=live.maximum,
    )


def _replicas(declared: DeclaredTable, live: LiveTable, copies: Copies) -> Iterator[str]:
    unread = missing(live, copies) or any(copy.unread for copy in copies.values())
    if not unread and declared.global_table != live_global_table(live, copies):
        yield "replicas"


def _alarms(declared: DeclaredTable, alarms: Mapping[str, LiveAlarm]) -> Iterator[str]:
    declared_alarms = {alarm.name: alarm for alarm in declared.alarms}
    for name in {*declared_alarms, *alarms}:
        if (
            name not in declared_alarms
            or name not in alarms
            or not is_as_declared(declared_alarms[name], alarms[name].alarm)
        ):
            yield f"alarm {name}"
