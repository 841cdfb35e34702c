"""A metric alarm made ready for evaluation: its data points at a moment, and when to look again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from tablewright.emulator.cloudwatch.alarm import Alarm
from tablewright.emulator.cloudwatch.alarm_request import DAY_SECONDS, alarm_period, returned_query
from tablewright.emulator.cloudwatch.calculation import Calculation, Span
from tablewright.emulator.cloudwatch.decision import Criterion, enough_samples
from tablewright.emulator.cloudwatch.expression import functions
from tablewright.emulator.cloudwatch.grid import Aggregate
from tablewright.emulator.cloudwatch.metric_store import Metric, MetricStore
from tablewright.emulator.cloudwatch.query import MetricStat, Query, name_of, parse_queries
from tablewright.emulator.cloudwatch.series import MINUTE
from tablewright.emulator.cloudwatch.statistic import Statistic, parse_statistic
from tablewright.emulator.cloudwatch.table_metrics import NAMESPACE as TABLES
from tablewright.emulator.cloudwatch.timeseries import TimeSeries

HOUR = 3_600
_MANY_MINUTES = 120  # beyond this a window is read column by column
_RESTLESS = frozenset({"MINUTE", "HOUR", "DAY", "DATE", "MONTH", "YEAR", "EPOCH"})

Points: TypeAlias = list[float | None]


class Watch:
    """What one definition of an alarm watches.

    Args:
        always_ignore: take missing data of AWS/DynamoDB as `ignore` even if the alarm says
            otherwise; two pages of AWS contradict each other about that.
    """

    def __init__(self, alarm: Alarm, store: MetricStore, *, always_ignore: bool = False) -> None:
        definition = alarm.definition
        self.alarm = alarm
        self.definition = definition
        self.period = alarm_period(definition)
        self._store = store
        self._queries, self._watched = _queries_of(definition)
        stats = [query.stat for query in self._queries.values() if query.stat is not None]
        self.criterion = _criterion(definition, stats, always_ignore=always_ignore)
        self.window_seconds = self.criterion.range * self.period
        self._inputs = [
            _Input(
                query.id, query.stat, store.metric(alarm.account, alarm.region, query.stat.metric)
            )
            for query in self._queries.values()
            if query.stat is not None
        ]
        self._restless = any(_is_restless(query) for query in self._queries.values())
        self._seen: tuple[object, ...] = ()
        self._seen_at = 0.0
        self._read: dict[str, Points] = {}
        self._result: Points = []
        self.samples: dict[int, float] = {}

    @property
    def single(self) -> MetricStat | None:
        """The one metric, unless it is math."""
        return self._queries[self._watched].stat if len(self._queries) == 1 else None

    @property
    def statistic(self) -> str | None:
        """Name of the statistic of a single metric."""
        return self.single.statistic.name if self.single else None

    def end(self, now: float) -> int:
        """The end of the newest period at `now`; alarms over more than a day look by the hour."""
        total = self.period * self.criterion.periods
        step = HOUR if total > DAY_SECONDS else min(MINUTE, self.period)
        return int(now // step) * step

    def settled(self, now: float) -> bool:
        """Whether nothing can have changed since it was looked at last.

        So it is when no metric has changed for longer than the window, none holds data inside it,
        and the state is the one left.
        """
        seen = (self.alarm.state, *(each.metric.version for each in self._inputs))
        if seen != self._seen:
            self._seen, self._seen_at = seen, now
            return False
        if self._restless or now - self._seen_at <= self.window_seconds + self.period:
            return False
        since = now - self.window_seconds - self.period
        return not any(_has_data(each.metric, since) for each in self._inputs)

    def points(self, now: float) -> Points:
        """The points of the evaluation range, oldest first.

        Raises:
            ExpressionError: when math over the metrics cannot be computed.
        """
        end = self.end(now)
        read = {each.id: each.points(self.window_seconds, end, now) for each in self._inputs}
        if self.single is not None:
            return self._single_points(*read[self._watched])
        values = {identity: points for identity, (points, _) in read.items()}
        if self._restless or not self._result or values != self._read:
            self._read, self._result = values, self._calculated(values, end, now)
        return self._result

    def _single_points(self, points: Points, samples: Sequence[float]) -> Points:
        self.samples = dict(zip(range(len(samples), 0, -1), samples, strict=True))
        stat = self._inputs[0].stat
        if not (stat.statistic.is_percentile and _ignores_low_samples(self.definition)):
            return points
        return [
            point if enough_samples(stat.statistic, size) else None
            for point, size in zip(points, samples, strict=True)
        ]

    def _calculated(self, values: Mapping[str, Points], end: int, now: float) -> Points:
        alarm = self.alarm
        calculation = Calculation(
            self._store,
            (alarm.account, alarm.region),
            self._queries,
            Span(end - self.window_seconds, end, now, sliding=True),
            {each.id: _as_series(values[each.id], each.stat, end) for each in self._inputs},
        )
        found = calculation.answer(self._watched)
        return _latest(found[0], self.criterion.range, self.period, end) if found else []


@dataclass(frozen=True, slots=True)
class _Input:
    """A metric an alarm reads."""

    id: str
    stat: MetricStat
    metric: Metric

    def points(self, seconds: int, end: int, now: float) -> tuple[Points, list[float]]:
        """Its points over the window, oldest first, and how many samples each rests on."""
        stat = self.stat
        count = seconds // stat.period
        if stat.period < MINUTE or seconds > _MANY_MINUTES * MINUTE:
            start = end - count * stat.period
            window = self.metric.window(start, count, stat.period, now, stat.unit)
            values = window.values(stat.statistic).tolist()
            points = [None if math.isnan(value) else value for value in values]
            return points, window.columns.count.tolist()
        data = self.metric.recent(end, count, stat.period, now, stat.unit)
        points = [None if each is None else _value(stat.statistic, each) for each in data]
        return points, [0.0 if each is None else each.count for each in data]


def _value(statistic: Statistic, data: Aggregate) -> float | None:
    if not statistic.needs_spread:
        return statistic.of_aggregate(data.total, data.count, data.low, data.high)
    spread = data.values()
    return None if spread is None or data.low < 0 else statistic.of(spread)


def _as_series(points: Points, stat: MetricStat, end: int) -> TimeSeries:
    values = np.array([math.nan if point is None else point for point in points])
    return TimeSeries(end - len(points) * stat.period, stat.period, values, stat.metric.name)


def _queries_of(definition: Mapping[str, Any]) -> tuple[dict[str, Query], str]:
    """The queries of an alarm, and the id of the one it watches."""
    if definition.get("Metrics") is not None:
        queries = parse_queries(definition["Metrics"])
        return queries, str(returned_query(definition["Metrics"])["Id"])
    name = definition.get("Statistic") or definition["ExtendedStatistic"]
    statistic = parse_statistic(name)
    assert isinstance(statistic, Statistic)  # noqa: S101 - checked when it was put
    period = int(definition["Period"])
    stat = MetricStat(name_of(definition), statistic, period, definition.get("Unit"))
    return {"m1": Query("m1", stat, period=period)}, "m1"


def _criterion(
    definition: Mapping[str, Any], stats: list[MetricStat], *, always_ignore: bool
) -> Criterion:
    of_tables = any(stat.metric.namespace == TABLES for stat in stats)
    treatment = definition.get("TreatMissingData")
    if _ignores_low_samples(definition) or (of_tables and (always_ignore or treatment is None)):
        treatment = "ignore"
    periods = int(definition["EvaluationPeriods"])
    return Criterion(
        definition["ComparisonOperator"],
        float(definition["Threshold"]),
        periods,
        int(definition.get("DatapointsToAlarm") or periods),
        treatment or "missing",
    )


def _ignores_low_samples(definition: Mapping[str, Any]) -> bool:
    return definition.get("EvaluateLowSampleCountPercentile") == "ignore"


def _is_restless(query: Query) -> bool:
    """Whether a query's result changes with time alone, or with metrics not known yet."""
    if query.insight is not None:
        return True
    return query.expression is not None and bool(functions(query.expression) & _RESTLESS)


def _has_data(metric: Metric, since: float) -> bool:
    return any(series.newest >= since for series in metric.units.values())


def _latest(series: TimeSeries, count: int, period: int, end: int) -> Points:
    """The last `count` periods of a result; one of finer periods is read at the alarm's own."""
    by_time = dict(zip(series.times().tolist(), series.values.tolist(), strict=True))
    times = (end - age * period for age in range(count, 0, -1))
    values = (by_time.get(time, math.nan) for time in times)
    return [None if math.isnan(value) else value for value in values]
