"""The functions of metric math, by name. Source: user guide, "Functions supported"."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeAlias

import numpy as np

from tablewright_emulator.cloudwatch.metrics.grid import Numbers
from tablewright_emulator.cloudwatch.queries.expression import ExpressionError
from tablewright_emulator.cloudwatch.queries.timeseries import TimeSeries, Value, aligned, stacked

Argument: TypeAlias = Value | str
Formula: TypeAlias = Callable[[Sequence[Argument]], Value]

NOT_HERE = frozenset(
    {"ANOMALY_DETECTION_BAND", "DB_PERF_INSIGHTS", "INSIGHT_RULE_METRIC", "LAMBDA", "SERVICE_QUOTA"}
)


# --- one series at a time -----------------------------------------------------------------------


def _each(function: Callable[[TimeSeries], TimeSeries]) -> Formula:
    """A formula that takes one series, or an array of them one by one."""

    def formula(arguments: Sequence[Argument]) -> Value:
        (value,) = arguments
        if isinstance(value, list):
            return [function(member) for member in value]
        return function(_series(value))

    return formula


def _mapped(function: Callable[[Numbers], Numbers]) -> Formula:
    return _each(lambda series: series.mapped(function))


def _difference(series: TimeSeries) -> TimeSeries:
    return _over_points(series, lambda _, values: np.diff(values))


def _difference_of_times(series: TimeSeries) -> TimeSeries:
    return _over_points(series, lambda times, _: np.diff(times))


def _rate(series: TimeSeries) -> TimeSeries:
    return _over_points(series, lambda times, values: np.diff(values) / np.diff(times))


def _over_points(series: TimeSeries, function: Callable[[Numbers, Numbers], Numbers]) -> TimeSeries:
    """A function of consecutive points; gaps are skipped, the first point has no result."""
    row = series.row()
    present = ~np.isnan(row)
    values = np.full(row.size, np.nan)
    places = np.nonzero(present)[0]
    values[places[1:]] = function(series.times()[present], row[present])
    return replace(series, values=values)


def _running_sum(series: TimeSeries) -> TimeSeries:
    total = np.nancumsum(series.values, axis=-1)
    return replace(series, values=np.where(np.isnan(series.values), np.nan, total))


def _calendar(part: Callable[[datetime], float]) -> Formula:
    """A series without gaps of what the calendar says at each period's start, in UTC."""

    def read(series: TimeSeries) -> TimeSeries:
        moments = (datetime.fromtimestamp(time, UTC) for time in series.times())
        return replace(
            series, values=np.array([part(moment) for moment in moments], dtype=np.float64)
        )

    return _each(read)


# --- many into one ------------------------------------------------------------------------------


def _reducing(of_one: Callable[[Numbers], float], of_rows: Callable[[Numbers], Numbers]) -> Formula:
    """Of one series a scalar over its points; of an array a series over its members.

    A moment at which no member has a point has none in the result either.
    """

    def formula(arguments: Sequence[Argument]) -> Value:
        (value,) = arguments
        if isinstance(value, TimeSeries):
            points = value.row()[~np.isnan(value.row())]
            return float(of_one(points)) if points.size else math.nan
        members = _array(value)
        if not members:
            raise ExpressionError("The array of time series is empty")
        rows = stacked(members)
        empty = np.isnan(rows).all(axis=0)
        filled = rows[:, ~empty]
        values = np.full(rows.shape[1:], np.nan)
        values[~empty] = of_rows(filled)
        first = aligned(members)[0]
        return TimeSeries(first.start, first.period, values)

    return formula


def _count_points(arguments: Sequence[Argument]) -> Value:
    (value,) = arguments
    if isinstance(value, TimeSeries):
        return float(np.count_nonzero(~np.isnan(value.row())))
    members = aligned(_array(value))
    counts = np.count_nonzero(~np.isnan(stacked(members)), axis=0)
    return replace(members[0], values=counts.astype(np.float64), label="")


# --- arrays -------------------------------------------------------------------------------------

_MEASURES: Mapping[str, Callable[[Numbers], float]] = {
    "AVG": lambda points: float(np.mean(points)),
    "COUNT": lambda points: float(np.sum(points)),
    "MIN": lambda points: float(np.min(points)),
    "MAX": lambda points: float(np.max(points)),
    "SUM": lambda points: float(np.sum(points)),
}
_SORTED_BY = frozenset({"AVG", "MIN", "MAX", "SUM"})


def measure(series: TimeSeries, by: str) -> float:
    """The series as one number to sort by: its AVG, MIN, MAX or SUM; the least without points."""
    points = series.row()[~np.isnan(series.row())]
    return _MEASURES[by](points) if points.size else -math.inf


def _sort(arguments: Sequence[Argument]) -> Value:
    members, by, order, *limit = arguments
    if by not in _SORTED_BY or order not in {"ASC", "DESC"} or len(limit) > 1:
        raise ExpressionError("SORT needs an array, one of AVG, MIN, MAX and SUM, and ASC or DESC")
    ranked = sorted(
        _array(members), key=lambda member: measure(member, str(by)), reverse=order == "DESC"
    )
    return ranked[: _index(limit[0])] if limit else ranked


def _slice(arguments: Sequence[Argument]) -> Value:
    members, start, *end = arguments
    return _array(members)[_index(start) : _index(end[0]) if end else None]


def _end_of(place: int) -> Formula:
    def formula(arguments: Sequence[Argument]) -> Value:
        (members,) = arguments
        series = _array(members)
        if not series:
            raise ExpressionError("The array of time series is empty")
        return series[place]

    return formula


def _remove_empty(arguments: Sequence[Argument]) -> Value:
    (members,) = arguments
    return [member for member in _array(members) if not np.isnan(member.row()).all()]


# --- gaps and choices ---------------------------------------------------------------------------


def _fill(arguments: Sequence[Argument]) -> Value:
    target, filler = arguments
    if isinstance(target, list):
        return [_filled(member, filler) for member in target]
    return _filled(_series(target), filler)


def _filled(series: TimeSeries, filler: Argument) -> TimeSeries:
    gaps = np.isnan(series.values)
    if filler == "REPEAT":
        last = np.maximum.accumulate(np.where(gaps, -1, np.arange(series.size)), axis=-1)
        repeated = np.take_along_axis(series.values, np.maximum(last, 0), axis=-1)
        return replace(series, values=np.where(last < 0, np.nan, repeated))
    if filler == "LINEAR":
        row = series.row()
        if gaps.all():
            return series
        places = np.arange(row.size)
        values = np.interp(places, places[~gaps], row[~gaps], left=np.nan, right=np.nan)
        return replace(series, values=values)
    if isinstance(filler, TimeSeries):
        own, other = aligned([series, filler])
        return replace(own, values=np.where(np.isnan(own.values), other.values, own.values))
    return replace(series, values=np.where(gaps, _scalar(filler), series.values))


def _if(arguments: Sequence[Argument]) -> Value:
    condition, *branches = arguments
    if len(branches) not in {1, 2} or any(isinstance(branch, list | str) for branch in branches):
        raise ExpressionError("IF needs a condition and one or two series or scalars")
    if isinstance(condition, TimeSeries):
        return _chosen(condition, branches)
    place = 0 if _scalar(condition) else 1
    chosen = branches[place] if place < len(branches) else math.nan
    shape = next((branch for branch in branches if isinstance(branch, TimeSeries)), None)
    if shape is None or isinstance(chosen, TimeSeries):
        return chosen if isinstance(chosen, TimeSeries) else _scalar(chosen)
    return replace(shape, values=np.full(shape.values.shape, _scalar(chosen)))


def _chosen(condition: TimeSeries, branches: Sequence[Argument]) -> TimeSeries:
    """Point by point; a branch without a point is 0, but dropped where a scalar was the other."""
    series = [branch for branch in branches if isinstance(branch, TimeSeries)]
    grid = aligned([condition, *series])
    condition, rest = grid[0], iter(grid[1:])
    drop_gaps = not isinstance(branches[0], TimeSeries)
    columns: list[Numbers] = []
    for branch in branches:
        if isinstance(branch, TimeSeries):
            values = next(rest).values
            columns.append(values if drop_gaps else np.nan_to_num(values))
        else:
            columns.append(np.full(condition.size, _scalar(branch)))
    if len(columns) == 1:
        columns.append(np.full(condition.size, np.nan))
    values = np.where(condition.values != 0, columns[0], columns[1])
    return replace(condition, values=np.where(np.isnan(condition.values), np.nan, values))


def _period(arguments: Sequence[Argument]) -> Value:
    (value,) = arguments
    return float(_series(value).period)


def _metric_count(arguments: Sequence[Argument]) -> Value:
    (value,) = arguments
    return float(len(_array(value)))


# --- arguments ----------------------------------------------------------------------------------


def _series(value: Argument) -> TimeSeries:
    if isinstance(value, TimeSeries):
        return value
    raise ExpressionError("A time series is needed")


def _array(value: Argument) -> list[TimeSeries]:
    if isinstance(value, list):
        return value
    raise ExpressionError("An array of time series is needed")


def _scalar(value: Argument) -> float:
    if isinstance(value, float):
        return value
    raise ExpressionError("A scalar is needed")


def _index(value: Argument) -> int:
    number = _scalar(value)
    if not number.is_integer() or number < 0:
        raise ExpressionError("A whole number is needed")
    return int(number)


FORMULAS: Mapping[str, Formula] = {
    "ABS": _mapped(np.abs),
    "AVG": _reducing(
        lambda points: float(np.mean(points)),
        lambda rows: np.nansum(rows, axis=0) / rows.shape[0],  # a missing value counts as 0
    ),
    "CEIL": _mapped(np.ceil),
    "DATAPOINT_COUNT": _count_points,
    "DATE": _calendar(lambda moment: moment.day),
    "DAY": _calendar(lambda moment: moment.isoweekday()),
    "DIFF": _each(_difference),
    "DIFF_TIME": _each(_difference_of_times),
    "EPOCH": _calendar(lambda moment: moment.timestamp()),
    "FILL": _fill,
    "FIRST": _end_of(0),
    "FLOOR": _mapped(np.floor),
    "HOUR": _calendar(lambda moment: moment.hour),
    "IF": _if,
    "LAST": _end_of(-1),
    "LOG": _mapped(np.log),
    "LOG10": _mapped(np.log10),
    "MAX": _reducing(lambda points: float(np.max(points)), lambda rows: np.nanmax(rows, axis=0)),
    "METRIC_COUNT": _metric_count,
    "MIN": _reducing(lambda points: float(np.min(points)), lambda rows: np.nanmin(rows, axis=0)),
    "MINUTE": _calendar(lambda moment: moment.minute),
    "MONTH": _calendar(lambda moment: moment.month),
    "PERIOD": _period,
    "RATE": _each(_rate),
    "REMOVE_EMPTY": _remove_empty,
    "RUNNING_SUM": _each(_running_sum),
    "SLICE": _slice,
    "SORT": _sort,
    "STDDEV": _reducing(lambda points: float(np.std(points)), lambda rows: np.nanstd(rows, axis=0)),
    "SUM": _reducing(math.fsum, lambda rows: np.nansum(rows, axis=0)),
    "YEAR": _calendar(lambda moment: moment.year),
}
