"""Live alarms on a table in the words of a manifest.

An alarm on one series becomes an entry of `alarms.metrics`. One with metric math is tried as each
of the kinds that a manifest has a word for; what fits none is left as it is, and said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, count

from tablewright.aws.tables import users_tags
from tablewright.fleet.alarms import LiveAlarm, tables_watched
from tablewright.manifest.models import Alarms, Stack, Table
from tablewright.plan.declaration.alarms import (
    SERVICE_DEFAULT,
    declared_table_alarms,
    is_percentile,
)
from tablewright.plan.declaration.declared import Alarm, MetricStat
from tablewright.plan.number import number

from .specification import Specification

MANAGED_PREFIX = "TargetTracking-"
"""Alarms that Application Auto Scaling makes and deletes by itself."""
_MATH = (
    "systemErrors",
    "readUtilization",
    "writeUtilization",
    "readQuotaUtilization",
    "writeQuotaUtilization",
)
_LONGEST_KEY = 90


def watching(alarms: Iterable[LiveAlarm], table: str) -> list[LiveAlarm]:
    """The alarms on series of this table and of no other, without those of auto scaling."""
    return [
        live
        for live in alarms
        if not live.alarm.name.startswith(MANAGED_PREFIX) and tables_watched(live.alarm) == {table}
    ]


def alarm_specification(
    alarms: Iterable[LiveAlarm], stack: Stack, table: Table
) -> tuple[Specification, list[LiveAlarm]]:
    """`spec.alarms` for these alarms, and those that a manifest cannot say.

    Args:
        alarms: on this table.
        stack: the stack the table will belong to.
        table: the table under its name; what else it declares does not matter here.
    """
    spec, left_out = Specification(), []
    for live in alarms:
        way = next(_ways(live, spec, stack, table), None)
        if way is None:
            left_out.append(live)
            continue
        kind, settings = way
        if kind == "metrics":
            spec.setdefault(kind, []).append(settings)
        else:
            spec[kind] = settings
    return spec, left_out


def _ways(
    live: LiveAlarm, taken: Specification, stack: Stack, table: Table
) -> Iterator[tuple[str, Specification]]:
    """Kinds and settings that declare exactly this alarm."""
    if live.beyond or live.unread or not live.actions_enabled:
        return
    settings = _settings(live.alarm)
    if live.alarm.metric is not None:
        entry = {"key": _key(live.alarm.name, taken), **_series(live.alarm.metric), **settings}
        if _declares(live.alarm, {"metrics": [entry]}, stack, table):
            yield "metrics", entry
        return
    for kind in _MATH:
        entry = {"period": _period(live.alarm), **settings}
        if kind not in taken and _declares(live.alarm, {kind: entry}, stack, table):
            yield kind, entry


def unsayable(live: LiveAlarm) -> str:
    """Why no manifest can say an alarm, in words."""
    reasons = [*live.beyond]
    if not live.actions_enabled:
        reasons.append("its actions are switched off")
    if not reasons and live.alarm.queries:
        reasons.append("metric math of its own")
    return ", ".join(reasons) or "a setting that a manifest has no word for"


def _declares(alarm: Alarm, spec: Specification, stack: Stack, table: Table) -> bool:
    """Whether a table with these alarms declares this one, to the last field, and no other."""
    try:
        asked = table.spec.model_copy(update={"alarms": Alarms.model_validate(spec)})
        [declared] = declared_table_alarms(stack, table.model_copy(update={"spec": asked}))
    except ValueError:
        return False
    return is_as_declared(declared, alarm)


def is_as_declared(declared: Alarm, live: Alarm) -> bool:
    """Equal but for the logical name, which no alarm has in AWS, and the tag of its owner."""
    return declared == replace(live, key=declared.key, tags=users_tags(live.tags))


def _settings(alarm: Alarm) -> Specification:
    """What all kinds have in common; said in full, so that no default can differ."""
    spec: Specification = {
        "name": alarm.name,
        "description": alarm.description,
        "comparisonOperator": alarm.comparison_operator,
        "threshold": number(alarm.threshold),
        "evaluationPeriods": alarm.evaluation_periods,
        "treatMissingData": alarm.treat_missing_data or SERVICE_DEFAULT,
    }
    if alarm.datapoints_to_alarm is not None:
        spec["datapointsToAlarm"] = alarm.datapoints_to_alarm
    for name, actions in (
        ("alarmActions", alarm.alarm_actions),
        ("okActions", alarm.ok_actions),
        ("insufficientDataActions", alarm.insufficient_data_actions),
    ):
        if actions:
            spec[name] = list(actions)
    if alarm.metric and is_percentile(alarm.metric.stat):
        low = alarm.evaluate_low_sample_count_percentile
        spec["evaluateLowSampleCountPercentile"] = low or SERVICE_DEFAULT
    if tags := users_tags(alarm.tags):
        spec["tags"] = tags
    return spec


def _series(series: MetricStat) -> Specification:
    spec: Specification = {"metric": series.metric_name}
    if series.namespace != "AWS/DynamoDB":
        spec["namespace"] = series.namespace
    if set(series.dimensions) != {"TableName"}:
        spec["dimensions"] = dict(series.dimensions)
    return {**spec, "statistic": series.stat, "period": series.period_seconds}


def _period(alarm: Alarm) -> int:
    """Period of the series of some metric math; a manifest knows one for all of them."""
    periods = [query.metric.period_seconds for query in alarm.queries if query.metric]
    return min(periods, default=0)


def _key(name: str, taken: Specification) -> str:
    """A logical name for an alarm, in small letters, unlike those of the table's other alarms."""
    used = {entry["key"] for entry in taken.get("metrics", ())}
    used |= {kind.replace("_", "-") for kind in Alarms.model_fields}
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST_KEY] or "alarm"
    keys = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(key for key in keys if key not in used)
