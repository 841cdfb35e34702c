"""Queries answered: metrics read from the store, expressions computed over them, each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tablewright_emulator.cloudwatch.metrics.grid import Columns
from tablewright_emulator.cloudwatch.metrics.series import Window
from tablewright_emulator.cloudwatch.metrics.statistic import Statistic, parse_statistic
from tablewright_emulator.cloudwatch.metrics.store import Metric, MetricStore
from tablewright_emulator.cloudwatch.queries.expression import (
    Array,
    Call,
    Chain,
    ExpressionError,
    Keyword,
    Negative,
    Node,
    Number,
    Reference,
    Text,
)
from tablewright_emulator.cloudwatch.queries.formulas import FORMULAS, Argument, measure
from tablewright_emulator.cloudwatch.queries.insights import STATISTICS, Insight
from tablewright_emulator.cloudwatch.queries.query import MetricStat, Query
from tablewright_emulator.cloudwatch.queries.search import parse_search
from tablewright_emulator.cloudwatch.queries.timeseries import TimeSeries, Value, apply

DEFAULT_PERIOD = 300
SEARCH_SECONDS = 14 * 86_400  # "metrics that have reported data within the past two weeks"
_FINEST = ((3 * 3_600, 1), (15 * 86_400, 60), (63 * 86_400, 300), (455 * 86_400, 3_600))


@dataclass(frozen=True, slots=True)
class Span:
    """The time asked for, in whole seconds since the epoch; `end` is exclusive.

    Args:
        sliding: periods end at `end`, as an alarm looks at them; else they start at multiples.
        now: present; nothing beyond it is known to a service's own reports.
    """

    start: int
    end: int
    now: float
    sliding: bool = False

    def periods(self, period: int) -> tuple[int, int]:
        """Start of the first period and how many there are, within what is still kept.

        Data stays at 1 s for 3 hours, 60 s for 15 days, 300 s for 63 days, 3,600 s for 455 days
        (GetMetricData); a period that is no multiple of the finest kept one finds nothing.
        """
        kept = next(age for age, finest in reversed(_FINEST) if period % finest == 0)
        start = max(self.start, int(self.now) - kept)
        if self.sliding:
            count = max(0, (self.end - start) // period)
            return self.end - count * period, count
        first = start // period * period
        return first, max(0, -(-(self.end - first) // period))


class Calculation:
    """Answers the queries of one request; a query that nobody needs is not computed.

    Args:
        place: account and region.
        queries: by id, references checked.
        known: what is read already, by id.
    """

    def __init__(
        self,
        store: MetricStore,
        place: tuple[str, str],
        queries: Mapping[str, Query],
        span: Span,
        known: Mapping[str, Value] | None = None,
    ) -> None:
        self._store = store
        self._place = place
        self._queries = queries
        self._span = span
        self._known: dict[str, Value] = dict(known or {})

    def answer(self, identity: str) -> list[TimeSeries]:
        """The series a query returns, labelled.

        Raises:
            ExpressionError: when it returns no series, or cannot be computed.
        """
        value = self._value(identity)
        query = self._queries[identity]
        if isinstance(value, float):
            raise ExpressionError("The expression returns a scalar, not a time series")
        if isinstance(value, TimeSeries):
            return [replace(value, label=query.label or value.label or identity)]
        prefix = f"{query.label} " if query.label else ""
        return [replace(series, label=f"{prefix}{series.label}") for series in value]

    def _value(self, identity: str) -> Value:
        if identity not in self._known:
            self._known[identity] = self._compute(self._queries[identity])
        return self._known[identity]

    def _compute(self, query: Query) -> Value:
        if query.stat is not None:
            return replace(self._of_stat(query.stat), label=query.label or query.stat.metric.name)
        if query.insight is not None:
            return self._insight(query.insight, query.period or DEFAULT_PERIOD)
        assert query.expression is not None  # noqa: S101 - one of the three is there
        value = self._eval(query.expression, query)
        return replace(value, label="") if isinstance(value, TimeSeries) else value

    def _of_stat(self, stat: MetricStat) -> TimeSeries:
        start, count = self._span.periods(stat.period)
        metric = self._store.find(*self._place, stat.metric)
        if metric is None or count == 0:
            return TimeSeries(start, stat.period, np.full(count, np.nan))
        window = metric.window(start, count, stat.period, self._span.now, stat.unit)
        return TimeSeries(start, stat.period, window.values(stat.statistic))

    def _eval(self, node: Node, query: Query) -> Value:
        match node:
            case Number(value):
                return value
            case Reference(identity):
                return self._value(identity)
            case Negative(operand):
                return apply("-", 0.0, self._eval(operand, query))
            case Chain(first, rest):
                return self._chain(first, rest, query)
            case Array(items):
                return [entry for item in items for entry in _listed(self._eval(item, query))]
            case Call(function, arguments):
                return self._call(function, arguments, query)
            case Keyword(word) | Text(word):
                raise ExpressionError(f"Unexpected '{word}'")

    def _chain(self, first: Node, rest: Sequence[tuple[str, Node]], query: Query) -> Value:
        value = self._eval(first, query)
        for operator, operand in rest:
            value = apply(operator, value, self._eval(operand, query))
        return value

    def _call(self, function: str, arguments: Sequence[Node], query: Query) -> Value:
        if function == "METRICS":
            return self._metrics(arguments)
        if function == "SEARCH":
            return self._search(arguments, query)
        values = [self._argument(argument, query) for argument in arguments]
        try:
            if function == "TIME_SERIES":
                (value,) = values
                return self._constant(value)
            return FORMULAS[function](values)
        except ValueError as error:
            if isinstance(error, ExpressionError):
                raise
            raise ExpressionError(f"Wrong number of arguments for {function}") from error

    def _argument(self, node: Node, query: Query) -> Argument:
        return node.word if isinstance(node, Keyword) else self._eval(node, query)

    def _metrics(self, arguments: Sequence[Node]) -> list[TimeSeries]:
        part = ""
        if arguments:
            if len(arguments) != 1 or not isinstance(arguments[0], Text):
                raise ExpressionError("METRICS takes no argument or a string")
            part = arguments[0].value
        chosen = [q for q in self._queries.values() if q.stat is not None and part in q.id]
        return [entry for query in chosen for entry in _listed(self._value(query.id))]

    def _constant(self, value: Argument) -> TimeSeries:
        if not isinstance(value, float):
            raise ExpressionError("TIME_SERIES needs a scalar")
        periods = [q.period for q in self._queries.values() if q.period is not None]
        period = min(periods, default=DEFAULT_PERIOD)
        start, count = self._span.periods(period)
        return TimeSeries(start, period, np.full(count, value if np.isfinite(value) else np.nan))

    def _search(self, arguments: Sequence[Node], query: Query) -> list[TimeSeries]:
        match arguments:
            case [Text(text), Text(name)]:
                period = query.period or DEFAULT_PERIOD
            case [Text(text), Text(name), Number(seconds)] if seconds >= 1:
                period = int(seconds)
            case _:
                raise ExpressionError("SEARCH needs a search, a statistic and perhaps a period")
        search, statistic = parse_search(text), parse_statistic(name)
        if statistic is None:
            raise ExpressionError(f"Unknown statistic {name}")
        metrics = [metric for metric in self._recent() if search.matches(metric.name)]
        names = {metric.name.name for metric in metrics}
        return [
            self._series(metric, statistic, period, _label(metric, one_name=len(names) == 1))
            for metric in metrics
        ]

    def _recent(self) -> Iterable[Metric]:
        since = self._span.now - SEARCH_SECONDS
        metrics = self._store.metrics(*self._place)
        recent = [metric for metric in metrics if metric.active_since(since)]
        return sorted(recent, key=lambda m: (m.name.namespace, m.name.dimensions, m.name.name))

    def _series(self, metric: Metric, statistic: Statistic, period: int, label: str) -> TimeSeries:
        start, count = self._span.periods(period)
        window = metric.window(start, count, period, self._span.now)
        return TimeSeries(start, period, window.values(statistic), label)

    def _insight(self, insight: Insight, period: int) -> Value:
        groups: dict[tuple[str, ...], list[Metric]] = {}
        for metric in self._recent():
            if insight.matches(metric.name):
                groups.setdefault(insight.group(metric.name), []).append(metric)
        series = [
            self._together(insight.function, metrics, period, " ".join(group) or insight.metric)
            for group, metrics in groups.items()
        ]
        if insight.order is not None:
            function, descending = insight.order
            series.sort(key=lambda member: measure(member, function), reverse=descending)
        series = series[: insight.limit]
        if insight.group_by:
            return series
        start, count = self._span.periods(period)
        return series[0] if series else TimeSeries(start, period, np.full(count, np.nan))

    def _together(
        self, function: str, metrics: Sequence[Metric], period: int, label: str
    ) -> TimeSeries:
        start, count = self._span.periods(period)
        columns = Columns.empty(count)
        for metric in metrics:
            columns = columns.joined(metric.window(start, count, period, self._span.now).columns)
        statistic = parse_statistic(STATISTICS[function])
        assert statistic is not None  # noqa: S101 - they are all plain ones
        window = Window(start, period, columns, (), self._span.now)
        return TimeSeries(start, period, window.values(statistic), label)


def _listed(value: Value) -> list[TimeSeries]:
    if isinstance(value, float):
        raise ExpressionError("An array holds time series, not scalars")
    return [value] if isinstance(value, TimeSeries) else value


def _label(metric: Metric, *, one_name: bool) -> str:
    values = " ".join(value for _, value in metric.name.dimensions)
    return values if one_name and values else f"{values} {metric.name.name}".strip()
