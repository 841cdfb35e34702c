"""Time series and what metric math does with two of them.

The last axis of a series' values is time. Alarms look at many windows of one series at once: then
each row is one window, all of the same shape, and what is computed holds for every row.

Source: user guide, "Math expressions with metrics": between two series a missing value is 0 where
the other has one, a scalar leaves gaps alone, and what cannot be computed is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from tablewright_emulator.cloudwatch.metrics.grid import Numbers
from tablewright_emulator.cloudwatch.queries.expression import ExpressionError


class ManyRowsError(Exception):
    """What was asked of many windows at once can only be computed for one at a time."""


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """Values at `start`, `start + period` and so on, seconds since the epoch; NaN is a gap.

    With several rows `start` is that of the first.
    """

    start: int
    period: int
    values: Numbers
    label: str = ""

    @property
    def end(self) -> int:
        """The first moment after the last period."""
        return self.start + self.period * self.size

    @property
    def size(self) -> int:
        """How many periods there are."""
        return int(self.values.shape[-1])

    def row(self) -> Numbers:
        """The values, for what depends on more than one of them.

        Raises:
            ManyRowsError: there are several rows.
        """
        if self.values.ndim > 1:
            raise ManyRowsError
        return self.values

    def times(self) -> Numbers:
        """The start of every period.

        Raises:
            ManyRowsError: there are several rows, each with times of its own.
        """
        return self.start + self.period * np.arange(self.row().size, dtype=np.float64)

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
        return [replace(_of_two(operator, entry, right), label=entry.label) for entry in left]
    if isinstance(right, list):
        return [replace(_of_two(operator, left, entry), label=entry.label) for entry in right]
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
    shape = (first.start, first.period, first.size)
    if all((entry.start, entry.period, entry.size) == shape for entry in series):
        return list(series)
    start = min(entry.start for entry in series)
    period = math.gcd(
        *(entry.period for entry in series), *(entry.start - start for entry in series)
    )
    size = max((entry.end - start) // period for entry in series)
    return [_stretched(entry, start, period, size) for entry in series]


def _stretched(series: TimeSeries, start: int, period: int, size: int) -> TimeSeries:
    values = np.full((*series.values.shape[:-1], size), np.nan)
    first, stride = (series.start - start) // period, series.period // period
    values[..., first : first + stride * series.size : stride] = series.values
    return TimeSeries(start, period, values, series.label)


def stacked(series: Sequence[TimeSeries]) -> Numbers:
    """Aligned series along a new first axis."""
    return np.stack(np.broadcast_arrays(*(entry.values for entry in aligned(series))))
