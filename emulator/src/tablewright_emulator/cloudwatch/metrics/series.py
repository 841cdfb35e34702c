"""A series: data as it came, and what a service reports by itself while nothing happens.

Statistics are read through a `Window`: consecutive periods that start at a multiple of the
resolution, each with its aggregates.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tablewright_emulator.cloudwatch.metrics.grid import Aggregate, Columns, Grid, Numbers
from tablewright_emulator.cloudwatch.metrics.statistic import Statistic
from tablewright_emulator.codec import register

MINUTE = 60
HIGH_RESOLUTION_SECONDS = 3 * 3_600
_MOST_WAITING = 256


class Baseline:
    """What a service reports in every period without data of its own, as steps over time.

    An idle table reports 0 consumed units each minute, a provisioned one its capacity every five
    (DynamoDB developer guide, metrics-dimensions). Such points are not stored but known.

    Args:
        every_minutes: how often a point is reported.
    """

    def __init__(self, every_minutes: int) -> None:
        self.every = every_minutes
        self.starts: list[int] = []
        self.steps: list[float] = []  # NaN: nothing is reported

    def set(self, minute: int, value: float | None) -> bool:
        """Report `value` from `minute` on, None for nothing; whether that changes anything."""
        new = float("nan") if value is None else float(value)
        while self.starts and self.starts[-1] >= minute:
            self.starts.pop()
            self.steps.pop()
        last = self.steps[-1] if self.steps else float("nan")
        if new == last or (math.isnan(new) and math.isnan(last)):
            return False
        self.starts.append(minute)
        self.steps.append(new)
        return True

    @property
    def reporting(self) -> bool:
        """Whether a value is reported at present."""
        return bool(self.steps) and not math.isnan(self.steps[-1])

    def values(self, start: int, size: int) -> Numbers:
        """Points reported in `size` minutes from `start` on; NaN where none is."""
        result = np.full(size, np.nan)
        bounds = [*self.starts, start + size][1:]
        for begin, end, value in zip(self.starts, bounds, self.steps, strict=True):
            first, last = max(begin, start) - start, min(end, start + size) - start
            if first < last:
                result[first:last] = value
        if self.every > 1:
            result[np.arange(start, start + size) % self.every != 0] = np.nan
        return result


@dataclass(slots=True)
class Changes:
    """How often anything changed that can be read of a metric."""

    count: int = 0


class Series:
    """Data of one metric in one unit.

    Args:
        changes: where changes are counted, one for all series of a metric.
    """

    def __init__(self, changes: Changes | None = None) -> None:
        self._minutes = Grid(MINUTE)
        self._minute = 0  # of the values that are not in the grid yet
        self._values: dict[float, float] = {}  # with how many there are of each
        self.seconds: Grid | None = None
        self.baseline: Baseline | None = None
        self.changes = changes or Changes()
        self.newest = 0.0  # when data last came for, seconds since the epoch

    def record(self, at: float, data: Aggregate, *, high_resolution: bool = False) -> None:
        """Add data for a moment, in seconds since the epoch."""
        self.minutes.add(int(at // MINUTE), data)
        if high_resolution:
            if self.seconds is None:
                self.seconds = Grid(1)
            self.seconds.add(int(at), data)
            self.seconds.forget_before(int(at) - HIGH_RESOLUTION_SECONDS)
        self.newest = max(self.newest, at)
        self.changes.count += 1

    @property
    def minutes(self) -> Grid:
        """Minute by minute what came."""
        if self._values:
            self._minutes.add(self._minute, Aggregate.of_values(self._values))
            self._values = {}
        return self._minutes

    @minutes.setter
    def minutes(self, minutes: Grid) -> None:
        self._minutes = minutes

    def add(self, at: float, value: float) -> None:
        """Add one value for a moment; those of a minute are put into the grid together."""
        minute, values = int(at // MINUTE), self._values
        if values and (minute != self._minute or len(values) >= _MOST_WAITING):
            self._minutes.add(self._minute, Aggregate.of_values(values))
            values = self._values = {}
        self._minute = minute
        values[value] = values.get(value, 0.0) + 1.0
        self.newest = max(self.newest, at)
        self.changes.count += 1

    def report(self, minute: int, value: float | None, every_minutes: int) -> None:
        """Report a baseline from `minute` on; None ends it."""
        if self.baseline is None:
            self.baseline = Baseline(every_minutes)
        if self.baseline.reporting:
            self.newest = max(self.newest, float((minute - 1) * MINUTE))
        if self.baseline.set(minute, value):
            self.changes.count += 1

    def active_since(self, moment: float) -> bool:
        """Whether there is data after the moment, or a baseline reports."""
        reports = self.baseline is not None and self.baseline.reporting
        return self.newest >= moment or reports

    def columns(self, start: int, periods: int, period: int, now: float) -> Columns:
        """Aggregates of `periods` periods of `period` seconds from `start` on."""
        if period < MINUTE:
            return self._seconds(start, periods * period).gathered(period)
        slots = periods * period // MINUTE
        columns = self.minutes.columns(start // MINUTE, slots)
        if self.baseline is not None:
            self._overlay(columns, start // MINUTE, slots, int(now // MINUTE))
        return columns.gathered(period // MINUTE)

    def _seconds(self, start: int, size: int) -> Columns:
        """Second by second; what came by the minute stands at the minute's first second."""
        if self.seconds is not None:
            return self.seconds.columns(start, size)
        columns = Columns.empty(size)
        first = -(-start // MINUTE)
        minutes = self.minutes.columns(first, -(-(start + size) // MINUTE) - first)
        places = slice(first * MINUTE - start, None, MINUTE)
        columns.total[places], columns.count[places] = minutes.total, minutes.count
        columns.low[places], columns.high[places] = minutes.low, minutes.high
        return columns

    def _overlay(self, columns: Columns, start: int, slots: int, present: int) -> None:
        """Put the baseline where no data is; the minute that still runs has none yet."""
        assert self.baseline is not None  # noqa: S101 - the caller looked
        values = self.baseline.values(start, slots)
        values[max(0, present - start) :] = np.nan
        put = ~np.isnan(values) & (columns.count == 0)
        columns.total[put] = columns.low[put] = columns.high[put] = values[put]
        columns.count[put] = 1.0

    def points(self, start: int, end: int, now: float) -> Iterator[Aggregate]:
        """The data of every minute from `start` to `end` (seconds) that has any."""
        first, last = start // MINUTE, -(-end // MINUTE)
        columns = self.columns(start, last - first, MINUTE, now)
        for place in np.nonzero(columns.count)[0].tolist():
            aggregate = self.minutes.get(first + place)
            yield aggregate if aggregate is not None else Aggregate.of(float(columns.total[place]))


def _series(plain: dict[str, Any], _: Any) -> Series:
    series = Series()
    series.minutes, series.seconds = plain["minutes"], plain["seconds"]
    series.baseline, series.newest = plain["baseline"], plain["newest"]
    return series


def _baseline(plain: dict[str, Any], _: Any) -> Baseline:
    baseline = Baseline(plain["every"])
    baseline.starts, baseline.steps = plain["starts"], plain["steps"]
    return baseline


register(
    "series",
    Series,
    lambda series, _: {
        "minutes": series.minutes,
        "seconds": series.seconds,
        "baseline": series.baseline,
        "newest": series.newest,
    },
    _series,
)
register(
    "baseline",
    Baseline,
    lambda baseline, _: {
        "every": baseline.every,
        "starts": baseline.starts,
        "steps": baseline.steps,
    },
    _baseline,
)


@dataclass(frozen=True, slots=True)
class Window:
    """Periods of a metric, all of its units together, ready for any statistic.

    Args:
        start: of the first period, seconds since the epoch.
        period: seconds.
        columns: aggregates per period.
        series: where the values behind the aggregates are.
        now: present, for baselines.
    """

    start: int
    period: int
    columns: Columns
    series: Sequence[Series]
    now: float

    def values(self, statistic: Statistic) -> Numbers:
        """The statistic per period; NaN where there is no data, or not the kind it needs."""
        if statistic.needs_spread:
            return self._from_spreads(statistic)
        columns = self.columns
        missing = columns.count == 0
        match statistic.kind:
            case "SampleCount":
                values = columns.count
            case "Sum":
                values = columns.total
            case "Average":
                values = columns.total / np.where(missing, 1.0, columns.count)
            case "Minimum":
                values = columns.low
            case _:
                values = columns.high
        return np.where(missing, np.nan, values)

    def _from_spreads(self, statistic: Statistic) -> Numbers:
        values = np.full(self.columns.count.size, np.nan)
        for place in np.nonzero(self.columns.count)[0].tolist():
            if self.columns.low[place] >= 0:  # "not available when any value is negative"
                spread = self._spread(place)
                values[place] = np.nan if spread is None else statistic.of(spread)
        return values

    def _spread(self, place: int) -> dict[float, float] | None:
        """Values with counts of one period; None when some came as aggregates only."""
        start = self.start + place * self.period
        merged: dict[float, float] = {}
        for data in self._data(start, start + self.period):
            spread = data.values()
            if spread is None:
                return None
            for value, count in spread.items():
                merged[value] = merged.get(value, 0.0) + count
        return merged

    def _data(self, start: int, end: int) -> Iterator[Aggregate]:
        for series in self.series:
            if self.period >= MINUTE:
                yield from series.points(start, end, self.now)
            elif series.seconds is not None:
                candidates = (series.seconds.get(second) for second in range(start, end))
                yield from (data for data in candidates if data is not None)
