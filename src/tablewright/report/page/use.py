"""How a table was used, as the page draws it. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from tablewright.usage.history import ResourceHistory, TableHistory
from tablewright.usage.metrics import (
    CONSUMED_READ,
    CONSUMED_WRITE,
    DAY_MINUTES,
    PROVISIONED_READ,
    PROVISIONED_WRITE,
    THROTTLED_READ,
    THROTTLED_WRITE,
)

from .packing import events, packed, runs

STEPS = (1, 5, 15, 60, 120, 240)
"""Minutes that one point of a chart may stand for; each divides a day."""
_MOST_CHARACTERS = 4_500_000
_CHARACTERS_A_POINT = 4
_RESOURCES_A_TABLE = 1.5
_HOURS, _WEEKDAYS, _HOUR_MINUTES, _SECONDS = 24, 7, 60, 60
_SIDES = (
    ("read", CONSUMED_READ, PROVISIONED_READ, THROTTLED_READ),
    ("write", CONSUMED_WRITE, PROVISIONED_WRITE, THROTTLED_WRITE),
)


def step_minutes(tables: int, days: int) -> int:
    """The finest step at which the series of so many tables leave the page small enough."""
    for step in STEPS:
        points = tables * _RESOURCES_A_TABLE * days * DAY_MINUTES / step
        if points * _CHARACTERS_A_POINT <= _MOST_CHARACTERS:
            return step
    return STEPS[-1]


def table_use(history: TableHistory, step: int) -> dict[str, Any]:
    """The use of a table and its global indexes.

    Args:
        history: what was measured.
        step: minutes that a point stands for.
    """
    first, last = history.table.span
    start, end = first // DAY_MINUTES, -(-last // DAY_MINUTES)
    midnight = datetime.combine(history.table.first_day, datetime.min.time(), UTC)
    return {
        "start": int(midnight.timestamp()) + start * DAY_MINUTES * _SECONDS,
        "step": step * _SECONDS,
        "period": history.table.period_seconds,
        "mode": history.table.settings.billing_mode,
        "missing": int(np.isnan(history.table.minutes[CONSUMED_READ.column][first:last]).sum()),
        "minutes": last - first,
        "resources": [
            _resource(resource, slice(start * DAY_MINUTES, end * DAY_MINUTES), step)
            for resource in history.resources
        ],
        "week": _week(history.table),
    }


def _resource(history: ResourceHistory, window: slice, step: int) -> dict[str, Any]:
    sides: dict[str, Any] = {}
    for name, consumed, provisioned, throttled in _SIDES:
        units = history.minutes[consumed.column][window] / _SECONDS
        held = history.minutes[provisioned.column][window]
        causes = {metric.name: history.minutes[metric.column][window] for metric in throttled}
        lost = np.sum([np.nan_to_num(values) for values in causes.values()], axis=0)
        sides[name] = {
            "peak": packed(_highest(units, step)),
            "mean": _mean(units),
            "held": [] if np.isnan(held).all() else runs(_filled(_highest(held, step))),
            "throttled": events(lost.reshape(-1, step).sum(axis=1)),
            "causes": _causes(causes),
            "inUse": _in_use(units, held),
        }
    return {"index": history.resource.index, **sides}


def _highest(values: Any, step: int) -> Any:
    """The highest of each `step` minutes; NaN only where none of them has a datapoint."""
    return np.fmax.reduce(values.reshape(-1, step), axis=1)


def _filled(values: Any) -> Any:
    """A level holds until the next datapoint, which AWS publishes every five minutes."""
    places = np.where(np.isnan(values), 0, np.arange(values.size))
    return values[np.maximum.accumulate(places)]


def _mean(units: Any) -> float | None:
    return None if np.isnan(units).all() else float(f"{np.nanmean(units):.6g}")


def _in_use(units: Any, held: Any) -> float | None:
    """The share of what was provisioned that was consumed; None where nothing was."""
    level = _filled(held)
    known = ~np.isnan(units) & ~np.isnan(level) & (level > 0)
    return float(f"{units[known].sum() / level[known].sum():.4g}") if known.any() else None


def _causes(causes: dict[str, Any]) -> dict[str, int]:
    sums = {name: round(float(np.nansum(values))) for name, values in causes.items()}
    return {name: count for name, count in sums.items() if count}


def _week(history: ResourceHistory) -> dict[str, Any]:
    """Mean units a second by weekday (Monday first) and hour of UTC."""
    weekday = history.first_day.weekday()
    return {
        name: packed(_by_hour(history.minutes[consumed.column] / _SECONDS, weekday))
        for name, consumed, _, _ in _SIDES
    }


def _by_hour(units: Any, weekday: int) -> Any:
    hours = units.reshape(-1, _HOUR_MINUTES)
    known = ~np.isnan(hours)
    places = (np.arange(len(hours)) + weekday * _HOURS) % (_WEEKDAYS * _HOURS)
    sums = np.bincount(places, np.nan_to_num(hours).sum(axis=1), _WEEKDAYS * _HOURS)
    counts = np.bincount(places, known.sum(axis=1), _WEEKDAYS * _HOURS)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
