"""The operations on metrics: PutMetricData, GetMetricData, GetMetricStatistics, ListMetrics.

Sources: the API reference's page of each; texts are AWS's, as far as known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tablewright_emulator.clock import Clock
from tablewright_emulator.cloudwatch import paging
from tablewright_emulator.cloudwatch.alarms.operations import moment
from tablewright_emulator.cloudwatch.metrics.grid import Aggregate
from tablewright_emulator.cloudwatch.metrics.statistic import Statistic, parse_statistic
from tablewright_emulator.cloudwatch.metrics.store import NO_UNIT, Metric, MetricName, MetricStore
from tablewright_emulator.cloudwatch.queries.calculation import Calculation, Span
from tablewright_emulator.cloudwatch.queries.expression import ExpressionError
from tablewright_emulator.cloudwatch.queries.query import (
    Query,
    QueryError,
    check_period,
    name_of,
    parse_queries,
)
from tablewright_emulator.cloudwatch.queries.timeseries import TimeSeries
from tablewright_emulator.request import AwsFault, Handler, Request

MAX_DATUMS = 1_000
MAX_VALUES = 150
MAX_QUERIES = 500
MAX_DATAPOINTS = 100_800
MAX_STATISTICS_DATAPOINTS = 1_440
LISTED = 500
LISTED_SECONDS = 14 * 86_400
RECENT_SECONDS = 3 * 3_600
OLDEST_SECONDS = 14 * 86_400
NEWEST_SECONDS = 2 * 3_600
LARGEST = 2.0**360

Point = tuple[MetricName, float, Aggregate, str, bool]


class MetricOperations:
    """Operations over one store."""

    def __init__(self, store: MetricStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def handlers(self) -> dict[str, Handler]:
        """Operation name to function."""
        return {
            "PutMetricData": self.put_metric_data,
            "GetMetricData": self.get_metric_data,
            "GetMetricStatistics": self.get_metric_statistics,
            "ListMetrics": self.list_metrics,
        }

    def put_metric_data(self, request: Request) -> None:
        """Record data; the request is taken whole or not at all."""
        params = request.params
        namespace = _needed(params, "Namespace")
        if namespace.startswith("AWS/"):
            raise AwsFault(
                "InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid."
            )
        data = list(params.get("MetricData") or ())
        for entity in params.get("EntityMetricData") or ():
            data += entity.get("MetricData") or ()
        if not data:
            raise AwsFault("MissingParameter", "The parameter MetricData is required.")
        if len(data) > MAX_DATUMS:
            raise AwsFault(
                "InvalidParameterValue",
                f"The collection MetricData must not have a size greater than {MAX_DATUMS}.",
            )
        now = self._now()
        points = [
            _point(namespace, datum, f"MetricData.member.{number}", now)
            for number, datum in enumerate(data, 1)
        ]
        for name, at, aggregate, unit, fine in points:
            series = self._store.metric(request.account, request.region, name).series(unit)
            series.record(at, aggregate, high_resolution=fine)

    def get_metric_data(self, request: Request) -> dict[str, Any]:
        """Series by query, in pages of at most 100,800 points over all queries together."""
        params = request.params
        queries = _queries(params["MetricDataQueries"])
        calculation = Calculation(
            self._store, (request.account, request.region), queries, self._span(params)
        )
        size = min(params.get("MaxDatapoints") or MAX_DATAPOINTS, MAX_DATAPOINTS)
        ascending = params.get("ScanBy") == "TimestampAscending"
        page = _DataPage(
            paging.place(params), size, ascending=ascending, plain=request.protocol == "json"
        )
        for query in queries.values():
            if query.returned and page.wants(query.id):
                try:
                    page.put(query, calculation.answer(query.id))
                except ExpressionError as error:
                    text = f"Error in expression '{query.id}': {error}"
                    raise AwsFault("ValidationError", text) from error
        reply: dict[str, Any] = {"MetricDataResults": page.results, "Messages": []}
        if page.next is not None:
            reply["NextToken"] = paging.token(params, page.next)
        return reply

    def get_metric_statistics(self, request: Request) -> dict[str, Any]:
        """Several statistics of one metric."""
        params = request.params
        try:
            period = check_period(_needed(params, "Period"), "Period")
        except QueryError as error:
            raise AwsFault("InvalidParameterValue", str(error)) from error
        span = self._span(params, "InvalidParameterCombination")
        start, count = span.periods(period)
        _check_amount((span.end - span.start) / period)
        metric = self._store.find(request.account, request.region, name_of(params))
        statistics = _statistics(params)
        datapoints: list[dict[str, Any]] = []
        if metric is not None and count:
            window = metric.window(start, count, period, span.now, params.get("Unit"))
            unit = params.get("Unit") or next(iter(metric.units), NO_UNIT)
            columns = {statistic: window.values(statistic) for statistic in statistics}
            for place in np.nonzero(window.columns.count)[0].tolist():
                point = {"Timestamp": moment(start + place * period), "Unit": unit}
                datapoints.append(point | _values_at(columns, place))
        return {"Label": params["MetricName"], "Datapoints": datapoints}

    def list_metrics(self, request: Request) -> dict[str, Any]:
        """Metrics with data in the last two weeks; filters by subset of dimensions."""
        params = request.params
        recent = params.get("RecentlyActive") is not None
        since = self._now() - (RECENT_SECONDS if recent else LISTED_SECONDS)
        metrics = sorted(
            (
                metric.name
                for metric in self._store.metrics(request.account, request.region)
                if metric.active_since(since) and _listed(metric, params)
            ),
            key=lambda name: (name.namespace, name.name, name.dimensions),
        )
        shown, token = paging.page(params, metrics, LISTED, "InvalidParameterValue")
        reply: dict[str, Any] = {"Metrics": [_shown(name) for name in shown]}
        return reply | ({"NextToken": token} if token else {})

    def _span(self, params: Mapping[str, Any], code: str = "ValidationError") -> Span:
        start = _needed(params, "StartTime").timestamp()
        end = _needed(params, "EndTime").timestamp()
        if start >= end:
            text = "The parameter StartTime must be less than the parameter EndTime."
            raise AwsFault(code, text)
        now = self._now()
        return Span(math.floor(start), min(math.ceil(end), int(now) + NEWEST_SECONDS), now)

    def _now(self) -> float:
        return self._clock.now().timestamp()


class _DataPage:
    """The part of a GetMetricData answer that fits into one page.

    Args:
        place: `[id, points]` where the page before ended, None for the first page.
        room: points that still fit.
        plain: times as numbers, which JSON takes as they are; a hundred thousand datetimes cost.
    """

    def __init__(self, place: Any, room: int, *, ascending: bool, plain: bool) -> None:
        self._resume: tuple[str, int] | None = tuple(place) if place else None
        self._room = room
        self._ascending = ascending
        self._plain = plain
        self.results: list[dict[str, Any]] = []
        self.next: tuple[str, int] | None = None

    def wants(self, identity: str) -> bool:
        """Whether the query still has points for this page."""
        if self.next is not None:
            return False
        return self._resume is None or self._resume[0] == identity

    def put(self, query: Query, series: Sequence[TimeSeries]) -> None:
        """Take as many points of the query's series as fit."""
        done = self._resume[1] if self._resume else 0
        self._resume = None
        taken = 0
        for entry in series:
            times, values = self._points(entry)
            skipped = min(max(done - taken, 0), len(values))
            taken += len(values)
            if done and taken <= done:
                continue
            kept = slice(skipped, skipped + self._room)
            shown = len(values[kept])
            is_whole = skipped + shown == len(values)
            self.results.append(
                {
                    "Id": query.id,
                    "Label": entry.label,
                    "Timestamps": times[kept],
                    "Values": values[kept],
                    "StatusCode": "Complete" if is_whole else "PartialData",
                }
            )
            self._room -= shown
            if not is_whole:
                self.next = (query.id, taken - len(values) + skipped + shown)
                return

    def _points(self, series: TimeSeries) -> tuple[list[Any], list[float]]:
        present = np.nonzero(~np.isnan(series.values))[0]
        if not self._ascending:
            present = present[::-1]
        times = (series.start + present * series.period).tolist()
        values: list[float] = series.values[present].tolist()
        return times if self._plain else [moment(time) for time in times], values


def _queries(asked: Sequence[Mapping[str, Any]]) -> dict[str, Query]:
    if len(asked) > MAX_QUERIES:
        raise AwsFault(
            "ValidationError",
            f"The collection MetricDataQueries must not have a size greater than {MAX_QUERIES}.",
        )
    try:
        queries = parse_queries(asked)
    except QueryError as error:
        raise AwsFault("ValidationError", str(error)) from error
    if not any(query.returned for query in queries.values()):
        raise AwsFault("ValidationError", "At least one of the MetricDataQueries must return data.")
    if sum(1 for query in queries.values() if query.insight) > 1:
        raise AwsFault("ValidationError", "Only one Metrics Insights query is allowed per request.")
    return queries


def _point(namespace: str, datum: Mapping[str, Any], place: str, now: float) -> Point:
    """One datum checked and read."""
    name = _needed(datum, "MetricName", place)
    dimensions = [dimension["Name"] for dimension in datum.get("Dimensions") or ()]
    if len(set(dimensions)) != len(dimensions):
        raise AwsFault(
            "InvalidParameterValue", f"The parameter {place}.Dimensions names a dimension twice."
        )
    at = datum["Timestamp"].timestamp() if datum.get("Timestamp") else now
    if at < now - OLDEST_SECONDS:
        raise AwsFault(
            "InvalidParameterValue",
            f"The parameter {place}.Timestamp must specify a time no more than two weeks in the "
            "past.",
        )
    if at > now + NEWEST_SECONDS:
        raise AwsFault(
            "InvalidParameterValue",
            f"The parameter {place}.Timestamp must specify a time no more than two hours in the "
            "future.",
        )
    resolution = datum.get("StorageResolution") or 60
    if resolution not in {1, 60}:
        raise AwsFault(
            "InvalidParameterValue", f"The parameter {place}.StorageResolution must be 1 or 60."
        )
    metric = name_of({**datum, "Namespace": namespace, "MetricName": name})
    return metric, at, _aggregate(datum, place), datum.get("Unit") or NO_UNIT, resolution == 1


def _aggregate(datum: Mapping[str, Any], place: str) -> Aggregate:
    kinds = [kind for kind in ("Value", "Values", "StatisticValues") if datum.get(kind) is not None]
    if not kinds:
        raise AwsFault("MissingParameter", f"The parameter {place}.Value is required.")
    if len(kinds) > 1:
        raise AwsFault(
            "InvalidParameterCombination",
            f"The parameters {place}.{kinds[0]} and {place}.{kinds[1]} are mutually exclusive "
            "and you have specified both.",
        )
    if kinds == ["Value"]:
        return Aggregate.of(_number(datum["Value"], f"{place}.Value"))
    if kinds == ["Values"]:
        return Aggregate.of_values(_spread(datum, place))
    given = datum["StatisticValues"]
    total, count, low, high = (
        _number(_needed(given, member, f"{place}.StatisticValues"), f"{place}.{member}")
        for member in ("Sum", "SampleCount", "Minimum", "Maximum")
    )
    if count <= 0 or low > high:
        raise AwsFault(
            "InvalidParameterValue", f"The parameter {place}.StatisticValues contradicts itself."
        )
    return Aggregate(total, count, low, high)


def _spread(datum: Mapping[str, Any], place: str) -> dict[float, float]:
    values = datum["Values"]
    counts = datum.get("Counts") or [1.0] * len(values)
    if not values or len(values) > MAX_VALUES:
        raise AwsFault(
            "InvalidParameterValue",
            f"The collection {place}.Values must have a size from 1 to {MAX_VALUES}.",
        )
    if len(counts) != len(values):
        raise AwsFault(
            "InvalidParameterValue",
            f"The parameters {place}.Values and {place}.Counts must be of the same size.",
        )
    spread: dict[float, float] = {}
    for value, count in zip(values, counts, strict=True):
        if _number(count, f"{place}.Counts") <= 0:
            raise AwsFault("InvalidParameterValue", f"The parameter {place}.Counts is invalid.")
        key = _number(value, f"{place}.Values")
        spread[key] = spread.get(key, 0.0) + float(count)
    return spread


def _number(value: float, place: str) -> float:
    if not math.isfinite(value) or abs(value) > LARGEST:
        text = f"The value {value} for parameter {place} is invalid."
        raise AwsFault("InvalidParameterValue", text)
    return float(value)


def _needed(holder: Mapping[str, Any], member: str, place: str = "") -> Any:
    value = holder.get(member)
    if value is None:
        path = f"{place}.{member}" if place else member
        raise AwsFault("MissingParameter", f"The parameter {path} is required.")
    return value


def _statistics(params: Mapping[str, Any]) -> list[Statistic]:
    plain, extended = params.get("Statistics"), params.get("ExtendedStatistics")
    if not plain and not extended:
        raise AwsFault(
            "InvalidParameterCombination",
            "Must specify either Statistics or ExtendedStatistics.",
        )
    statistics = []
    for name in [*(plain or ()), *(extended or ())]:
        statistic = parse_statistic(name)
        if statistic is None:
            text = f"The value {name} for parameter ExtendedStatistics.member.1 is not supported."
            raise AwsFault("InvalidParameterValue", text)
        statistics.append(statistic)
    return statistics


def _check_amount(asked: float) -> None:
    if math.ceil(asked) > MAX_STATISTICS_DATAPOINTS:
        raise AwsFault(
            "InvalidParameterCombination",
            f"You have requested up to {math.ceil(asked):,} datapoints, which exceeds the limit of "
            f"{MAX_STATISTICS_DATAPOINTS:,}. You may reduce the datapoints requested by increasing "
            "Period, or decreasing the time range.",
        )


def _values_at(columns: Mapping[Statistic, Any], place: int) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    extended: dict[str, float] = {}
    for statistic, values in columns.items():
        value = float(values[place])
        if statistic.needs_spread:
            if math.isfinite(value):
                extended[statistic.name] = value
        else:
            shown[statistic.name] = value
    return shown | ({"ExtendedStatistics": extended} if extended else {})


def _listed(metric: Metric, params: Mapping[str, Any]) -> bool:
    name = metric.name
    wanted, dimensions = params.get("Dimensions") or (), dict(name.dimensions)
    return (
        params.get("Namespace") in {None, name.namespace}
        and params.get("MetricName") in {None, name.name}
        and all(
            dimension["Name"] in dimensions
            and dimension.get("Value") in {None, dimensions[dimension["Name"]]}
            for dimension in wanted
        )
    )


def _shown(name: MetricName) -> dict[str, Any]:
    dimensions = [{"Name": key, "Value": value} for key, value in name.dimensions]
    return {"Namespace": name.namespace, "MetricName": name.name, "Dimensions": dimensions}
