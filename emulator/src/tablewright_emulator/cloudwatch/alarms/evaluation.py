"""A metric alarm made ready for evaluation: the states its data asks for, moment by moment.

As long as no data comes in, what an alarm will see is known beforehand. So it is worked out for a
stretch of moments at once, which doubles as long as nothing comes in between.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tablewright_emulator.cloudwatch.alarms.alarm import Alarm, StateValue
from tablewright_emulator.cloudwatch.alarms.decision import Criterion, Decision, decide
from tablewright_emulator.cloudwatch.alarms.metric_window import Ends, MetricWindow
from tablewright_emulator.cloudwatch.alarms.request import DAY_SECONDS, alarm_period, returned_query
from tablewright_emulator.cloudwatch.metrics.grid import Numbers
from tablewright_emulator.cloudwatch.metrics.series import MINUTE
from tablewright_emulator.cloudwatch.metrics.statistic import Statistic, parse_statistic
from tablewright_emulator.cloudwatch.metrics.store import MetricStore
from tablewright_emulator.cloudwatch.metrics.table_metrics import NAMESPACE as TABLES
from tablewright_emulator.cloudwatch.queries.calculation import Calculation, Span
from tablewright_emulator.cloudwatch.queries.query import MetricStat, Query, name_of, parse_queries
from tablewright_emulator.cloudwatch.queries.timeseries import ManyRowsError, TimeSeries

HOUR = 3_600
_MOST_ROWS = 240
_MOST_POINTS = 4_096  # kept of one stretch
_MISSING, _GOOD, _BREACHING = 0, 1, 2

States: TypeAlias = list[StateValue | None]


class AlarmEvaluation:
    """The evaluation of one definition of an alarm.

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
        alone = len(self._queries) == 1
        certain = alone and _ignores_low_samples(definition)
        self._inputs = [
            MetricWindow(
                query.id, query.stat, store.metric(*alarm.place, query.stat.metric), certain
            )
            for query in self._queries.values()
            if query.stat is not None
        ]
        self._single = self._inputs[0] if alone and self._inputs else None
        self._seconds = self.criterion.range * self.period
        total = self.period * self.criterion.periods
        self._step = HOUR if total > DAY_SECONDS else min(MINUTE, self.period)
        self._rows_at_most = max(1, min(_MOST_ROWS, _MOST_POINTS // self.criterion.range))
        # A Metrics Insights query reads metrics of which nobody knows yet.
        self._lasting = all(query.insight is None for query in self._queries.values())
        self._changes = [source.metric.changes for source in self._inputs]
        self._seen: Sequence[int] = ()
        self._ends = Ends(0, self._step, 0)
        self._points = np.empty((0, 0))
        self._states: States = []

    @property
    def statistic(self) -> str | None:
        """Name of the statistic of a single metric, None for math."""
        return self._single.stat.statistic.name if self._single else None

    def end(self, now: float) -> int:
        """The end of the newest period at `now`; alarms over more than a day look by the hour."""
        return int(now // self._step) * self._step

    def state(self, now: float) -> StateValue | None:
        """The state its data asks for, None to keep the present one.

        Raises:
            ExpressionError: when math over the metrics cannot be computed.
        """
        row = self._row(now)
        return self._states[row]

    def decision(self, now: float) -> Decision:
        """The same with the points it rests on.

        Raises:
            ExpressionError: as `state`.
        """
        row = self._row(now)
        return decide(self.criterion, _as_list(self._points[row]))

    def samples(self, now: float) -> dict[int, float] | None:
        """How many samples are behind each point of a single metric, by age; None for math."""
        return self._single.samples(self.end(now), self._seconds) if self._single else None

    def _row(self, now: float) -> int:
        """The row of the present moment, in a stretch that is still true."""
        place = (self.end(now) - self._ends.first) // self._step
        changes = [column.count for column in self._changes]
        unchanged = self._lasting and changes == self._seen
        if unchanged and 0 <= place < len(self._states):
            return place
        follows = unchanged and place == len(self._states)
        self._seen, self._states = changes, []
        self._look_ahead(Ends(self.end(now), self._step, 2 * self._ends.count if follows else 1))
        return 0

    def _look_ahead(self, ends: Ends) -> None:
        self._ends = Ends(ends.first, ends.step, min(ends.count, self._rows_at_most))
        try:
            self._points = self._read(self._ends)
        except ManyRowsError:
            self._rows_at_most = 1
            self._ends = Ends(ends.first, ends.step, 1)
            self._points = self._read(self._ends)
        self._states = _states(self.criterion, self._points)

    def _read(self, ends: Ends) -> Numbers:
        """The points of the evaluation range at each end, a row each, oldest first."""
        rows = {source.id: source.rows(ends, self._seconds) for source in self._inputs}
        if self._single is not None:
            return rows[self._watched]
        is_single = ends.count == 1
        known = {
            source.id: _as_series(
                rows[source.id][0] if is_single else rows[source.id], source.stat, ends.first
            )
            for source in self._inputs
        }
        span = Span(ends.first - self._seconds, ends.first, ends.first, sliding=True)
        calculation = Calculation(self._store, self.alarm.place, self._queries, span, known)
        results = calculation.answer(self._watched)
        if not results:
            return np.full((ends.count, 0), np.nan)
        latest = _latest(results[0], self.criterion.range, self.period, ends.first)
        return np.broadcast_to(latest, (ends.count, latest.shape[-1]))


def _states(criterion: Criterion, rows: Numbers) -> States:
    """The state every row asks for; rows that breach in the same places are decided once."""
    breaching = np.where(criterion.breached(rows), _BREACHING, _GOOD)
    codes: npt.NDArray[np.uint8] = np.where(np.isnan(rows), _MISSING, breaching).astype(np.uint8)
    known: dict[bytes, StateValue | None] = {}
    states: States = []
    for row, pattern in enumerate(map(bytes, codes)):
        if pattern not in known:
            known[pattern] = decide(criterion, _as_list(rows[row])).state
        states.append(known[pattern])
    return states


def _as_list(row: Numbers) -> list[float | None]:
    return [None if math.isnan(value) else value for value in row.tolist()]


def _as_series(values: Numbers, stat: MetricStat, end: int) -> TimeSeries:
    start = end - values.shape[-1] * stat.period
    return TimeSeries(start, stat.period, values, stat.metric.name)


def _latest(series: TimeSeries, count: int, period: int, end: int) -> Numbers:
    """The last `count` periods of a result; one of finer periods is read at the alarm's own."""
    values = np.full((*series.values.shape[:-1], count), np.nan)
    starts = end - period * np.arange(count, 0, -1)
    places, rests = np.divmod(starts - series.start, series.period)
    there = (rests == 0) & (places >= 0) & (places < series.size)
    values[..., there] = series.values[..., places[there]]
    return values


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
