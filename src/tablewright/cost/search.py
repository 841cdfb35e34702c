"""The least capacity, fixed or autoscaled, that serves a demand within a throttling budget.

One dimension of a table or index at a time; the limit on decreases that reads and writes share is
judged afterwards, together. Fixed capacity is searched exactly: what is throttled in a minute can
only fall when capacity rises. Target tracking is searched over targets of 20 to 90 % in steps of 5
and a ladder of minimums, then by single steps around the best.
`SearchResult.floor_minutes` says what no setting at all can go below, searched or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .kernels import autoscale, tally, throttle, tracked
from .settings import CapacitySetting, fixed_at

LEAST_TARGET, MOST_TARGET = 20, 90
_TARGET_STEP = 5
_MINIMUMS = 16
_HEADROOM = 2
"""A maximum is twice what the highest minute asks for; it costs nothing while demand stays."""
_THOUSANDTHS = 1000
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be throttled.

    Args:
        per_million: units of demand, over all; besides, no minute loses more than 5 % of its own.
    """

    per_million: int = 1000

    def most_throttled(self, units: int) -> int:
        """Units that may be throttled of a demand."""
        return self.per_million * units // _MILLION

    def holds(self, outcome: Outcome) -> bool:
        """Whether an outcome is within it."""
        return not outcome.bad_minutes and outcome.throttled <= self.most_throttled(outcome.units)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a setting comes to over some minutes.

    Args:
        minutes: how many.
        units: demand.
        capacity_minutes: capacity held, in unit-minutes.
        throttled: units that were not served.
        bad_minutes: minutes that lost more than 5 % of their units.
    """

    minutes: int
    units: int
    capacity_minutes: int
    throttled: int
    bad_minutes: int

    def before(self, later: Outcome) -> Outcome:
        """What is left of it without its last minutes."""
        return Outcome(
            self.minutes - later.minutes,
            self.units - later.units,
            self.capacity_minutes - later.capacity_minutes,
            self.throttled - later.throttled,
            self.bad_minutes - later.bad_minutes,
        )


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best setting of a search.

    Args:
        setting: what to set.
        outcome: what it comes to over the minutes searched.
        floor_minutes: unit-minutes that no capacity, fixed or by target tracking up to 90 %, goes
            below within the budget.
    """

    setting: CapacitySetting
    outcome: Outcome
    floor_minutes: int

    @property
    def missed_share(self) -> float:
        """By how much of its cost a setting that was not tried could at most be cheaper."""
        held = self.outcome.capacity_minutes
        return max(0.0, (held - self.floor_minutes) / held)


class Demand:
    """Units asked for in each minute of one dimension, with what settings make of them.

    Args:
        units: int64, one a minute.
        start_minute: of the first, counted from a midnight of UTC.
    """

    def __init__(self, units: Any, start_minute: int = 0) -> None:
        self.units = np.ascontiguousarray(units, np.int64).reshape(1, -1)
        self.start_minute = start_minute
        self._capacity = np.empty_like(self.units)
        self._throttled = np.empty_like(self.units)
        self._decreases = np.empty(2 * self.units.size, np.int64)

    @cached_property
    def total(self) -> int:
        """Units of all minutes."""
        return int(self.units.sum())

    @cached_property
    def peak(self) -> int:
        """The capacity that the highest minute needs."""
        return max(1, -(-int(self.units.max()) // 60))

    def fixed(self, capacity: int) -> Outcome:
        """What a fixed capacity comes to."""
        self._capacity[0].fill(capacity)
        throttle(self.units[0], self._capacity[0], self._throttled[0])
        return tallied(self.units[0], self._capacity[0], self._throttled[0], 0)

    def scaled(self, setting: CapacitySetting, budget: Budget, most_held: int) -> Outcome | None:
        """What target tracking comes to.

        Returns:
            None if it breaks the budget, or holds more than `most_held` unit-minutes.
        """
        row = policy_row(setting, int(self.units[0, 0]))
        limits = np.array([most_held, budget.most_throttled(self.total), 0], np.int64)
        count = autoscale(
            self.units,
            np.array([row], np.int64),
            self.start_minute,
            self._capacity,
            self._throttled,
            self._decreases,
            limits,
        )
        if count < 0:
            return None
        return tallied(self.units[0], self._capacity[0], self._throttled[0], 0)

    def least_fixed(self, budget: Budget) -> int:
        """The least fixed capacity within the budget."""
        low, high = 1, self.peak
        while low < high:
            middle = (low + high) // 2
            if budget.holds(self.fixed(middle)):
                high = middle
            else:
                low = middle + 1
        return low

    def headroom(self, target_percent: int) -> int:
        """The maximum that leaves room above the highest minute."""
        return -(-self.peak * 100 // target_percent) * _HEADROOM

    def floor_minutes(self, budget: Budget, least_fixed: int) -> int:
        """Unit-minutes that no setting within the budget holds less than.

        After two minutes above its target, target tracking raises the capacity to what the second
        needs; a decrease leaves what its minute needs. So each minute holds what the lesser of the
        two before it needs at 90 %, as long as the maximum leaves room. Fixed capacity holds its
        least all the time.
        """
        units = self.units[0]
        need = int(np.minimum(units[:-2], units[1:-1]).sum())
        served = need - 2 * budget.most_throttled(self.total)
        tracking = served * 100 // (60 * MOST_TARGET)
        return max(int(units.size), min(tracking, least_fixed * int(units.size)))


def policy_row(setting: CapacitySetting, first_units: int) -> tuple[int, int, int, int, int]:
    """A setting as the kernel takes it: target, minimum, maximum, initial capacity, delay."""
    if setting.target_percent is None:
        target = MOST_TARGET * _THOUSANDTHS
        return target, setting.minimum, setting.minimum, setting.minimum, 1
    target = setting.target_percent * _THOUSANDTHS
    start = int(tracked(first_units, target, setting.minimum, setting.maximum))
    return target, setting.minimum, setting.maximum, start, 1


def tallied(units: Any, capacity: Any, throttled: Any, first: int) -> Outcome:
    """A run of one dimension as an outcome, from minute `first` on."""
    held, lost, bad = tally(units, capacity, throttled, first)
    demand = int(units[first:].sum())
    return Outcome(units.size - first, demand, int(held), int(lost), int(bad))


def cheapest(demand: Demand, budget: Budget) -> SearchResult:
    """The setting that holds the least capacity within the budget."""
    least = demand.least_fixed(budget)
    best, outcome = fixed_at(least), demand.fixed(least)
    tried: set[CapacitySetting] = set()
    for rung in (_grid, _around):
        for setting in rung(demand, best):
            if setting in tried or setting.minimum * outcome.minutes >= outcome.capacity_minutes:
                continue
            tried.add(setting)
            better = demand.scaled(setting, budget, outcome.capacity_minutes - 1)
            if better is not None:
                best, outcome = setting, better
    floor = min(outcome.capacity_minutes, demand.floor_minutes(budget, least))
    return SearchResult(best, outcome, floor)


def _grid(demand: Demand, fixed: CapacitySetting) -> Iterator[CapacitySetting]:
    """Targets in steps, and minimums on a ladder up to the fixed capacity, the highest first."""
    ladder = np.geomspace(1, fixed.minimum, _MINIMUMS)
    minimums = sorted({round(float(step)) for step in ladder}, reverse=True)
    for target in range(MOST_TARGET, LEAST_TARGET - 1, -_TARGET_STEP):
        for minimum in minimums:
            yield CapacitySetting(minimum, max(minimum, demand.headroom(target)), target)


def _around(demand: Demand, best: CapacitySetting) -> Iterator[CapacitySetting]:
    """Single steps of the target, and of the minimum as far as the ladder's next rungs."""
    if best.target_percent is None:
        return
    lowest = max(LEAST_TARGET, best.target_percent - _TARGET_STEP + 1)
    highest = min(MOST_TARGET, best.target_percent + _TARGET_STEP - 1)
    minimums = sorted({max(1, round(best.minimum * share / 20)) for share in range(14, 23)})
    for target in range(highest, lowest - 1, -1):
        for minimum in minimums:
            yield CapacitySetting(minimum, max(minimum, demand.headroom(target)), target)
