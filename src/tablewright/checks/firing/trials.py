"""Which ways there are to make an alarm fire: a level for each series that it watches. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Literal

from tablewright.checks.alarm_sense import SPARSE
from tablewright.checks.metrics import NAMESPACE
from tablewright.plan.declaration.declared import Alarm, MetricStat

Level = Literal["high", "low", "none"]

_ENORMOUS = 1e9
_PERCENTILE = re.compile(r"p(\d+(?:\.\d+)?)", re.IGNORECASE)
MOST_SAMPLES = 10_000
"""Of one series in one period."""

ERRORS = frozenset(
    {"ConditionalCheckFailedRequests", "SystemErrors", "ThrottledRequests", "UserErrors"}
)
"""Metrics that have a datapoint only when a request fails, of the value 1; these are made to."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A level for each series; `none` is without data."""

    levels: tuple[tuple[MetricStat, Level], ...]


def series_of(alarm: Alarm) -> tuple[MetricStat, ...]:
    """All series that an alarm watches."""
    if alarm.metric is not None:
        return (alarm.metric,)
    return tuple(query.metric for query in alarm.queries if query.metric is not None)


def trials(alarm: Alarm) -> Iterator[Trial]:
    """All series high; each alone, the others low, then without data; all low; no data at all.

    The likeliest first: which of them makes a formula fire is for the formula to say.
    """
    series = series_of(alarm)
    count = len(series)
    kinds = [_all("high", count)]
    others: tuple[Level, ...] = ("low", "none") if count > 1 else ()
    for other in others:
        kinds += [
            (*_all(other, chosen), "high", *_all(other, count - chosen - 1))
            for chosen in range(count)
        ]
    quiet = [_all("low", count), _all("none", count)]
    for levels in (*quiet, *kinds) if _wants_more(alarm) else (*kinds, *quiet):
        yield Trial(tuple(zip(series, levels, strict=True)))


def good(alarm: Alarm) -> Trial:
    """All is well again: data where a metric has some while nothing fails."""
    level: Level = "high" if _wants_more(alarm) else "low"
    return Trial(
        tuple(
            (series, level)
            for series in series_of(alarm)
            if series.namespace != NAMESPACE or series.metric_name not in SPARSE
        )
    )


def _wants_more(alarm: Alarm) -> bool:
    return alarm.comparison_operator.startswith("LessThan")


def _all(level: Level, count: int) -> tuple[Level, ...]:
    return (level,) * count


def period_of(alarm: Alarm) -> int:
    """Seconds of the alarm's period: the longest of its series."""
    return max((series.period_seconds for series in series_of(alarm)), default=60)


def errors_for(alarm: Alarm) -> int:
    """How many errors in a period exceed the threshold of an alarm that counts them."""
    return max(1, int(alarm.threshold) + 1)


def value_of(level: Level, alarm: Alarm) -> float:
    """A datapoint beyond the threshold, far beyond it in a formula, or below any that is likely."""
    threshold = float(alarm.threshold)
    if level == "low":
        return min(0.0, threshold - 1)
    return 2 * abs(threshold) + 1 if alarm.metric else _ENORMOUS * max(1.0, abs(threshold))


def samples_of(series: MetricStat) -> int:
    """How many samples a percentile needs before CloudWatch takes it seriously; else one.

    Source: CloudWatch User Guide, percentile-based alarms and low data samples: 10/(1-p) above the
    median, 10/p below.
    """
    matched = _PERCENTILE.fullmatch(series.stat)
    if matched is None:
        return 1
    share = float(matched[1]) / 100
    tail = min(share, 1 - share)
    return min(MOST_SAMPLES, ceil(10 / tail)) if tail > 0 else 1
