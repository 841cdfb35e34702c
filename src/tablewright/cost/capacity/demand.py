"""Demand of a table and its indexes, cut to the minutes on which a decision can rest. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from tablewright.cost.decisions.settings import DIMENSIONS, CapacitySetting, Dimension
from tablewright.usage.history import ResourceHistory, TableHistory
from tablewright.usage.metrics import CONSUMED_READ, CONSUMED_WRITE, DAY_MINUTES

from .kernels import FREE, NO_LIMITS, autoscale, tracked
from .outcome import Outcome, tallied

CONSUMED = {"read": CONSUMED_READ.column, "write": CONSUMED_WRITE.column}
_JUDGED_PER_CENT = 30
_HEADROOM = 2
"""A maximum is twice what the highest minute asks for; it costs nothing while demand stays."""
_THOUSANDTHS = 1000
WEEK_DAYS = 7
WEEK_MINUTES = WEEK_DAYS * DAY_MINUTES
_EVEN, _ALIKE = 0.1, 0.7
_ANY_TARGET = 90_000
"""Of a capacity whose least is its most."""


@dataclass(frozen=True, slots=True)
class DemandWindow:
    """The minutes of a history that a decision rests on.

    Args:
        first_day: of the history; its midnight is minute 0.
        first, last: first minute, and the one after the last.
        cut: the first minute of the newer part, counted from `first`.
        missing: minutes in it of which the use of the table or of one of its indexes is not known.
    """

    first_day: date
    first: int
    last: int
    cut: int
    missing: int

    @property
    def minutes(self) -> int:
        """Its length."""
        return self.last - self.first

    @property
    def days(self) -> float:
        """Its length in days."""
        return self.minutes / DAY_MINUTES

    @property
    def chosen_on(self) -> tuple[date, date]:
        """First and last day of the older part."""
        return self._day(self.first), self._day(self.first + self.cut - 1)

    @property
    def judged_on(self) -> tuple[date, date]:
        """First and last day of the newer part."""
        return self._day(self.first + self.cut), self._day(self.last - 1)

    def _day(self, minute: int) -> date:
        return self.first_day + timedelta(days=minute // DAY_MINUTES)


class ResourceDemand:
    """Reads and writes of one table or index over a window, with what settings make of them.

    Args:
        name: of the index; empty for the table.
        units: of each minute, a row of reads and one of writes.
        start_minute: of the first minute, counted from a midnight of UTC.
    """

    def __init__(self, name: str, units: Any, start_minute: int = 0) -> None:
        self.name = name
        self.units = np.ascontiguousarray(units, np.int64)
        self.start_minute = start_minute
        self._capacity = np.empty_like(self.units)
        self._throttled = np.empty_like(self.units)
        self._decreases = np.empty(2 * self.units.shape[1], np.int64)

    @property
    def minutes(self) -> int:
        """How many."""
        return int(self.units.shape[1])

    @cached_property
    def peaks(self) -> Mapping[Dimension, int]:
        """The capacity that the highest minute of each dimension needs."""
        highest = self.units.max(axis=1)
        return {
            side: max(1, -(-int(units) // 60))
            for side, units in zip(DIMENSIONS, highest, strict=True)
        }

    def headroom(self, side: Dimension, target_percent: int) -> int:
        """The maximum that leaves room above the highest minute."""
        return -(-self.peaks[side] * 100 // target_percent) * _HEADROOM

    def until(self, minute: int) -> ResourceDemand:
        """The minutes before this one."""
        return ResourceDemand(self.name, self.units[:, :minute], self.start_minute)

    def since(self, minute: int) -> ResourceDemand:
        """This minute and those after it."""
        start = (self.start_minute + minute) % DAY_MINUTES
        return ResourceDemand(self.name, self.units[:, minute:], start)

    def total(self, side: Dimension, first: int = 0) -> int:
        """Units from minute `first` on."""
        return int(self.units[DIMENSIONS.index(side), first:].sum())

    def outcomes(
        self, settings: Mapping[Dimension, CapacitySetting], first: int = 0
    ) -> dict[Dimension, Outcome]:
        """What settings of both dimensions come to together, from minute `first` on."""
        capacity, throttled = self.run(settings)
        return {
            side: tallied(self.units[row], capacity[row], throttled[row], first)
            for row, side in enumerate(DIMENSIONS)
        }

    def run(self, settings: Mapping[Dimension, CapacitySetting]) -> tuple[Any, Any]:
        """Capacity held and units throttled in each minute, a row for each dimension."""
        self.cost(settings, FREE, NO_LIMITS)
        return self._capacity.copy(), self._throttled.copy()

    def cost(
        self,
        settings: Mapping[Dimension, CapacitySetting],
        weights: Any,
        limits: Any,
        cut: int = 0,
    ) -> float | None:
        """What settings of both dimensions cost from a minute on; None above one of the limits.

        Args:
            settings: of reads and of writes.
            weights: what a unit of capacity costs a minute.
            limits: as `kernels.autoscale` takes them.
            cut: from which minute on the cost counts.
        """
        floors = np.array([settings[side].floors for side in DIMENSIONS], np.int64)
        hour = self.start_minute % DAY_MINUTES // 60
        policies = np.array(
            [
                _policy(settings[side], int(floors[row, hour]), int(self.units[row, 0]))
                for row, side in enumerate(DIMENSIONS)
            ],
            np.int64,
        )
        count, cost = autoscale(
            self.units,
            policies,
            floors,
            self.start_minute,
            self._capacity,
            self._throttled,
            self._decreases,
            weights,
            limits,
            cut,
        )
        return None if count < 0 else float(cost)


def _policy(setting: CapacitySetting, least: int, first_units: int) -> tuple[int, int, int, int]:
    """A setting as the kernel takes it: target, maximum, initial capacity, delay."""
    if setting.target_percent is None:
        return _ANY_TARGET, setting.minimum, setting.minimum, 1
    target = setting.target_percent * _THOUSANDTHS
    return target, setting.maximum, int(tracked(first_units, target, least, setting.maximum)), 1


def window_of(history: TableHistory) -> DemandWindow | None:
    """The minutes for which the table and each of its indexes that is used were measured.

    Returns:
        None if nothing was measured of the table.
    """
    spans = [span for resource in history.resources if (span := resource.measured)[1]]
    if not history.table.measured[1]:
        return None
    first, last = max(span[0] for span in spans), min(span[1] for span in spans)
    if first >= last:
        return None
    holes = np.zeros(last - first, bool)
    for resource in history.resources:
        if resource.measured[1]:
            for column in CONSUMED.values():
                holes |= resource.unknown(column)[first:last]
    cut = _cut(first, last)
    if any(map(weekly, _daily_units(history, first, last))):
        # Of a demand with a shape of weeks, whole weeks judge.
        cut = last - first - max(1, (last - first - cut) // WEEK_MINUTES) * WEEK_MINUTES
    return DemandWindow(history.table.first_day, first, last, cut, int(holes.sum()))


def _cut(first: int, last: int) -> int:
    """Where the newer part starts: its last third, from a midnight on where that can be."""
    length = last - first
    cut = length * (100 - _JUDGED_PER_CENT) // 100
    midnight = -(-(first + cut) // DAY_MINUTES) * DAY_MINUTES - first
    return midnight if midnight < length else cut


def _daily_units(history: TableHistory, first: int, last: int) -> Iterator[Any]:
    """Units of each whole day from a minute on, of each resource and dimension."""
    days = (last - first) // DAY_MINUTES
    for resource in history.resources:
        for column in CONSUMED.values():
            values = resource.minutes[column][first : first + days * DAY_MINUTES]
            yield np.nansum(values.reshape(days, DAY_MINUTES), axis=1, dtype=float)


def weekly(totals: Any) -> bool:
    """Whether the days of a week have a shape: besides a growth, a day is like that a week before.

    Args:
        totals: units of each day; fewer than two weeks have no such shape.
    """
    if totals.size < 2 * WEEK_DAYS:
        return False
    days = np.arange(totals.size)
    shape = totals - np.polyval(np.polyfit(days, totals, 1), days)
    if shape.std() <= _EVEN * totals.mean():
        return False
    return bool(np.corrcoef(shape[WEEK_DAYS:], shape[:-WEEK_DAYS])[0, 1] > _ALIKE)


def demands_of(history: TableHistory, window: DemandWindow) -> tuple[ResourceDemand, ...]:
    """Whole units of each minute: a part of a unit is a unit, a minute without a datapoint 0."""
    return tuple(
        ResourceDemand(
            resource.resource.index,
            np.stack([_units(resource, CONSUMED[side], window) for side in DIMENSIONS]),
            window.first % DAY_MINUTES,
        )
        for resource in history.resources
    )


def _units(resource: ResourceHistory, column: str, window: DemandWindow) -> Any:
    values = resource.minutes[column][window.first : window.last]
    return np.ceil(np.nan_to_num(values, nan=0.0)).astype(np.int64)
