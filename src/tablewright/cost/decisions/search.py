"""The cheapest capacity of a table or index, fixed or autoscaled, within a throttling budget.

Reads and writes are searched together, for they share the decreases that a day allows. Fixed
capacity is exact: what is throttled in a minute can only fall when capacity rises. Target tracking
is searched over targets of 20 to 90 % and a ladder of minimums, one dimension after the other until
nothing is gained, then by single steps around the best. `SearchResult.floor_cost` says what no
setting at all can go below, searched or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tablewright.cost.capacity.demand import ResourceDemand
from tablewright.cost.capacity.kernels import throttle
from tablewright.cost.capacity.outcome import Budget, tallied

from .settings import DIMENSIONS, CapacitySetting, Dimension, fixed_at

LEAST_TARGET, MOST_TARGET = 20, 90
_TARGETS = (90, 75, 60, 45, 30)
_MINIMUMS = 10
_STEPS = ((1.4, 8), (1.18, 4), (1.08, 2), (1.03, 1))
"""By what the minimum is multiplied and the target changed around the best, the widest first."""
_ROUNDS = 2
_SLACK = 1.02
"""For what the capacity at the cut may change."""

Settings = Mapping[Dimension, CapacitySetting]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best settings of a search.

    Args:
        settings: of reads and of writes.
        cost: what they come to, in the unit of the weights.
        floor_cost: what no capacity, fixed or by target tracking up to 90 %, goes below within the
            budget.
    """

    settings: Settings
    cost: float
    floor_cost: float


class Search:
    """The settings of one table or index within a budget.

    Args:
        demand: of it.
        budget: kept before `cut` and from it on, each dimension by itself.
        weights: what a unit of read and of write capacity costs a minute.
        cut: from which minute on the cost counts.
    """

    def __init__(
        self, demand: ResourceDemand, budget: Budget, weights: tuple[float, float], cut: int = 0
    ) -> None:
        self.demand = demand
        self.budget = budget
        self.weights = np.array(weights)
        self.cut = cut
        self.minutes = demand.minutes - cut
        self._limits = budget.limits(demand.units, cut, np.inf)
        self._throttled = np.empty(demand.minutes, np.int64)

    def cost(self, settings: Settings, most: float = np.inf) -> float | None:
        """What settings come to; None if they break the budget, or cost more than `most`."""
        self._limits[0] = most
        return self.demand.cost(settings, self.weights, self._limits, self.cut)

    def least_fixed(self, side: Dimension) -> int:
        """The least fixed capacity of one dimension within the budget."""
        low, high = 1, self.demand.peaks[side]
        while low < high:
            middle = (low + high) // 2
            if self._holds(side, middle):
                high = middle
            else:
                low = middle + 1
        return low

    def _holds(self, side: Dimension, capacity: int) -> bool:
        units = self.demand.units[DIMENSIONS.index(side)]
        held = np.full(units.size, capacity)
        throttle(units, held, self._throttled)
        newer = tallied(units, held, self._throttled, self.cut)
        older = tallied(units, held, self._throttled, 0).before(newer)
        return self.budget.holds(older) and self.budget.holds(newer)

    def cheapest(self, start: Settings | None = None) -> SearchResult:
        """The cheapest settings that were found.

        Args:
            start: where to begin besides the least fixed capacity.
        """
        fixed = {side: fixed_at(self.least_fixed(side)) for side in DIMENSIONS}
        floor = sum(self._floor(side, fixed[side].minimum) for side in DIMENSIONS)
        best: Settings = fixed
        cost = self.cost(fixed) or np.inf
        if start is not None and (begun := self.below(start, cost)) is not None:
            best, cost = start, begun
        for _ in range(_ROUNDS):
            before = cost
            for side in self._by_weight(fixed):
                for setting in _grid(self.demand, side, fixed[side]):
                    better = self.below({**best, side: setting}, cost)
                    if better is not None:
                        best, cost = {**best, side: setting}, better
                best, cost = self._around(side, best, cost)
            if cost == before:
                break
        return SearchResult(best, cost, min(floor, cost))

    def _around(self, side: Dimension, best: Settings, cost: float) -> tuple[Settings, float]:
        """Steps of the minimum and of the target, each for as long as it gains."""
        for factor, points in _STEPS:
            gained = True
            while gained:
                gained = False
                for setting in _beside(self.demand, side, best[side], factor, points):
                    better = self.below({**best, side: setting}, cost)
                    if better is not None:
                        best, cost, gained = {**best, side: setting}, better, True
                        break
        return best, cost

    def _by_weight(self, fixed: Settings) -> list[Dimension]:
        """The dimension whose fixed capacity costs most comes first."""
        usd = dict(zip(DIMENSIONS, self.weights, strict=True))
        return sorted(DIMENSIONS, key=lambda side: -usd[side] * fixed[side].minimum)

    def below(self, settings: Settings, most: float) -> float | None:
        """The cost, if it is below; what cannot be is not tried."""
        if sum(self._least_cost(side, settings[side]) for side in DIMENSIONS) >= most:
            return None
        if self.cut and self._newer.cost(settings, most * _SLACK) is None:
            return None
        cost = self.cost(settings, most)
        return None if cost is None or cost >= most else cost

    @cached_property
    def _newer(self) -> Search:
        """The same from the cut on, as if it began there: quick to tell what is not worth a run."""
        demand = self.demand.since(self.cut)
        return Search(demand, self.budget, (self.weights[0], self.weights[1]))

    def _least_cost(self, side: Dimension, setting: CapacitySetting) -> float:
        """The cost of a dimension that a setting within the budget does not go below.

        After two minutes above its target, target tracking raises the capacity to what the second
        needs; a decrease leaves what its minute needs. So each minute holds what the lesser of the
        two before it needs at the target, as long as the maximum leaves room.
        """
        held = min(setting.floors) * self.minutes
        if setting.target_percent is not None:
            held = max(held, self._needed[side] * 100 // (60 * setting.target_percent))
        return float(self.weights[DIMENSIONS.index(side)]) * held

    @cached_property
    def _needed(self) -> Mapping[Dimension, int]:
        """Units that tracked capacity serves at its target at least, of those within the budget."""
        units = self.demand.units[:, self.cut :]
        lesser = np.minimum(units[:, :-2], units[:, 1:-1]).sum(axis=1)
        return {
            side: int(lesser[row]) - 2 * self.budget.most_throttled(int(units[row].sum()))
            for row, side in enumerate(DIMENSIONS)
        }

    def _floor(self, side: Dimension, least_fixed: int) -> float:
        """The cost of a dimension that no setting within the budget goes below."""
        tracking = self._least_cost(side, CapacitySetting(1, 1, MOST_TARGET))
        return min(tracking, self._least_cost(side, fixed_at(least_fixed)))


def _grid(
    demand: ResourceDemand, side: Dimension, fixed: CapacitySetting
) -> Iterator[CapacitySetting]:
    """Fixed; targets in steps, and minimums on a ladder up to the fixed capacity, highest first."""
    yield fixed
    ladder = np.geomspace(1, fixed.minimum, _MINIMUMS)
    minimums = sorted({round(float(step)) for step in ladder}, reverse=True)
    for target in _TARGETS:
        for minimum in minimums:
            yield _tracking(demand, side, minimum, target)


def _beside(
    demand: ResourceDemand, side: Dimension, best: CapacitySetting, factor: float, points: int
) -> Iterator[CapacitySetting]:
    """One step of the minimum, of the target or of both; none from fixed capacity."""
    if best.target_percent is None:
        return
    lower = max(1, int(best.minimum / factor))
    higher = math.ceil(best.minimum * factor)
    for minimum in (lower, best.minimum, higher):
        for step in (points, 0, -points):
            target = min(MOST_TARGET, max(LEAST_TARGET, best.target_percent + step))
            setting = _tracking(demand, side, minimum, target)
            if setting != best:
                yield setting


def _tracking(
    demand: ResourceDemand, side: Dimension, minimum: int, target: int
) -> CapacitySetting:
    return CapacitySetting(minimum, max(minimum, demand.headroom(side, target)), target)


__all__ = ["Budget", "Search", "SearchResult", "Settings"]
