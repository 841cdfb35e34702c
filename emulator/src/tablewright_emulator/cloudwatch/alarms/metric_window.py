"""A metric an alarm reads: its points in one window of time, or in many windows at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tablewright_emulator.cloudwatch.alarms.decision import samples_needed
from tablewright_emulator.cloudwatch.metrics.grid import Numbers
from tablewright_emulator.cloudwatch.metrics.series import Window
from tablewright_emulator.cloudwatch.metrics.store import Metric
from tablewright_emulator.cloudwatch.queries.query import MetricStat


@dataclass(frozen=True, slots=True)
class Ends:
    """When windows end: at `first`, `first + step` and so on, seconds since the epoch."""

    first: int
    step: int
    count: int

    @property
    def last(self) -> int:
        """The end of the last window."""
        return self.first + self.step * (self.count - 1)


@dataclass(frozen=True, slots=True)
class MetricWindow:
    """A metric with its statistic, under the id of its query.

    Args:
        certain: points that rest on too few samples for the percentile are none.
    """

    id: str
    stat: MetricStat
    metric: Metric
    certain: bool = False

    def rows(self, ends: Ends, seconds: int) -> Numbers:
        """Its points in windows of so many seconds, a row each, oldest first; NaN is none.

        Periods that start at the same multiple are read together: windows that end a minute apart
        share all periods of a minute, and every fifth shares those of five.
        """
        period, size = self.stat.period, seconds // self.stat.period
        phases = period // math.gcd(period, ends.step)
        skipped = phases * ends.step // period
        rows = np.empty((ends.count, size))
        for phase in range(min(phases, ends.count)):
            of_phase = rows[phase::phases]
            end = ends.first + phase * ends.step
            periods = size + (len(of_phase) - 1) * skipped
            values = self._values(self._window(end - size * period, periods, ends.last))
            of_phase[:] = sliding_window_view(values, size)[::skipped]
        return rows

    def samples(self, end: int, seconds: int) -> dict[int, float]:
        """How many samples are behind each point of one window, by its age in periods."""
        size = seconds // self.stat.period
        window = self._window(end - size * self.stat.period, size, end)
        return dict(zip(range(size, 0, -1), window.columns.count.tolist(), strict=True))

    def _window(self, start: int, periods: int, now: int) -> Window:
        return self.metric.window(start, periods, self.stat.period, now, self.stat.unit)

    def _values(self, window: Window) -> Numbers:
        values = window.values(self.stat.statistic)
        if self.certain and self.stat.statistic.is_percentile:
            enough = window.columns.count >= samples_needed(self.stat.statistic)
            values = np.where(enough, values, np.nan)
        return values
