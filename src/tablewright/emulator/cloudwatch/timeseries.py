"""Time series and what metric math does with two of them.

Source: user guide, "Math expressions with metrics": between two series a missing value is 0 where
the other has one, a scalar leaves gaps alone, and what cannot be computed is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from tablewright.emulator.cloudwatch.expression import ExpressionError
from tablewright.emulator.cloudwatch.grid import Numbers


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """Values at `start`, `start + period` and so on, seconds since the epoch; NaN is a gap."""

    start: int
    period: int
    values: Numbers
    label: str = ""

    @property
    def end(self) -> int:
        """The first moment after the last period."""
        return self.start + self.period * self.values.size

    def times(self) -> Numbers:
        """The start of every period."""
        return self.start + self.period * np.arange(self.values.size, dtype=np.float64)

    def mapped(self, function: Callable[[Numbers], Numbers]) -> TimeSeries:
        """The function of every value; results that are no finite numbers are dropped."""
        with np.errstate(all="ignore"):
            values = function(self.values)
        return replace(self, values=np.where(np.isfinite(values), values, np.nan))


Value: TypeAlias = float | TimeSeries | list[TimeSeries]

_OPERATIONS: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
    "<": lambda a, b: (a < b).astype(np.float64),
    ">": lambda a, b: (a > b).astype(np.float64),
    "<=": lambda a, b: (a <= b).astype(np.float64),
    ">=": lambda a, b: (a >= b).astype(np.float64),
    "==": lambda a, b: (a == b).astype(np.float64),
    "!=": lambda a, b: (a != b).astype(np.float64),
    "AND": lambda a, b: ((a != 0) & (b != 0)).astype(np.float64),
    "OR": lambda a, b: ((a != 0) | (b != 0)).astype(np.float64),
}


def apply(operator: str, left: Value, right: Value) -> Value:
    """`left operator right`; an array of series is taken one by one.

    Raises:
        ExpressionError: for two arrays, which have no meaning together.
    """
    if isinstance(left, list):
        if isinstance(right, list):
            raise ExpressionError(f"Unsupported operand types for {operator}: two arrays")
        return [replace(_of_two(operator, each, right), label=each.label) for each in left]
    if isinstance(right, list):
        return [replace(_of_two(operator, left, each), label=each.label) for each in right]
    if isinstance(left, TimeSeries) or isinstance(right, TimeSeries):
        return _of_two(operator, left, right)
    with np.errstate(all="ignore"):
        return float(_OPERATIONS[operator](np.array(left), np.array(right)))


def _of_two(operator: str, left: float | TimeSeries, right: float | TimeSeries) -> TimeSeries:
    """At least one of the two is a series."""
    operation = _OPERATIONS[operator]
    if isinstance(left, TimeSeries):
        if isinstance(right, TimeSeries):
            return _of_series(operation, left, right)
        scalar = np.array(right)
        return _keeping_gaps(left, lambda values: operation(values, scalar))
    assert isinstance(right, TimeSeries)  # noqa: S101 - see above
    scalar = np.array(left)
    return _keeping_gaps(right, lambda values: operation(scalar, values))


def _keeping_gaps(series: TimeSeries, function: Callable[[Numbers], Numbers]) -> TimeSeries:
    gaps = np.isnan(series.values)
    return series.mapped(lambda values: np.where(gaps, np.nan, function(values)))


def _of_series(
    operation: Callable[[Numbers, Numbers], Numbers], left: TimeSeries, right: TimeSeries
) -> TimeSeries:
    left, right = aligned([left, right])
    gaps = np.isnan(left.values) & np.isnan(right.values)
    second = np.nan_to_num(right.values)
    return left.mapped(
        lambda values: np.where(gaps, np.nan, operation(np.nan_to_num(values), second))
    )


def aligned(series: Sequence[TimeSeries]) -> list[TimeSeries]:
    """The same series over one common range and period, gaps where one has no point."""
    first = series[0]
    shape = (first.start, first.period, first.values.size)
    if all((each.start, each.period, each.values.size) == shape for each in series):
        return list(series)
    start = min(each.start for each in series)
    period = math.gcd(*(each.period for each in series), *(each.start - start for each in series))
    size = max((each.end - start) // period for each in series)
    return [_stretched(each, start, period, size) for each in series]


def _stretched(series: TimeSeries, start: int, period: int, size: int) -> TimeSeries:
    values = np.full(size, np.nan)
    first, stride = (series.start - start) // period, series.period // period
    values[first : first + stride * series.values.size : stride] = series.values
    return TimeSeries(start, period, values, series.label)


def stacked(series: Sequence[TimeSeries]) -> Numbers:
    """Aligned series as the rows of one table."""
    return np.vstack([each.values for each in aligned(series)])
