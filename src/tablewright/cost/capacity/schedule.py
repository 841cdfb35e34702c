"""Scheduled scaling: a least capacity for the busy hours of a day and another for the rest. Pure.

Tried where the hour of the day explains most of a demand. The busy hours are those above a share of
the way from the quietest to the busiest hour, from one hour before them on, so that capacity is
there when they come. What is tried is bounded: three shares, three levels each by day and by night,
two targets, for each dimension once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from tablewright.cost.decisions.search import MOST_TARGET, Search, Settings
from tablewright.cost.decisions.settings import DIMENSIONS, CapacitySetting, Dimension

from .demand import ResourceDemand

_SEASON_SHARE = 0.5
_SHARES = (0.2, 0.4, 0.6)
_BY_DAY = (1, 1.5, 2.5)
_BY_NIGHT = (0.02, 0.2, 0.5)
_GAIN = 0.98
"""A schedule is something more to look after: it has to save 2 %."""


def scheduled(search: Search, unscheduled: Settings) -> Settings | None:
    """The cheapest settings with a schedule for one dimension or both; None where none pays.

    Args:
        search: of a table or index.
        unscheduled: the best settings that it found without schedules.
    """
    cost = search.cost(unscheduled)
    best, most = unscheduled, cost * _GAIN if cost is not None else np.inf
    for side in DIMENSIONS:
        profile = day_profile(search.demand, side)
        if profile is None:
            continue
        level = unscheduled[side].minimum
        least = search.least_fixed(side)
        for setting in _schedules(search.demand, side, profile, level, least):
            better = search.below({**best, side: setting}, most)
            if better is not None:
                best, most = {**best, side: setting}, better
    return None if best == unscheduled else best


def day_profile(demand: ResourceDemand, side: Dimension) -> Any:
    """Units of each hour of the day on average; None where it explains little of the demand."""
    units = demand.units[DIMENSIONS.index(side)]
    hour = (demand.start_minute + np.arange(units.size)) // 60
    hours = np.bincount(hour - hour[0], units)
    of_day = (hour[0] + np.arange(hours.size)) % 24
    profile = np.bincount(of_day, hours, 24) / np.maximum(np.bincount(of_day, minlength=24), 1)
    rest = float(((hours - profile[of_day]) ** 2).sum())
    total = float(((hours - hours.mean()) ** 2).sum())
    return profile if total and 1 - rest / total > _SEASON_SHARE else None


def _schedules(
    demand: ResourceDemand, side: Dimension, profile: Any, level: int, least_fixed: int
) -> Iterator[CapacitySetting]:
    for first, last in _busy(profile):
        for target in (MOST_TARGET, 70):
            most = demand.headroom(side, target)
            for share in _BY_DAY:
                by_day = min(max(2, round(level * share)), least_fixed)
                for night in _BY_NIGHT:
                    by_night = max(1, round(by_day * night))
                    steps = tuple(sorted(((first, by_day), (last, by_night))))
                    yield CapacitySetting(by_day, max(by_day, most), target, steps)
        # All that the busy hours need is held in them, and tracking does the rest.
        setting = CapacitySetting(least_fixed, max(least_fixed, most), MOST_TARGET)
        yield replace(setting, schedule=tuple(sorted(((first, least_fixed), (last, 1)))))


def _busy(profile: Any) -> list[tuple[int, int]]:
    """The longest stretches of busy hours: the hour before the first, and the one after."""
    low, high = float(profile.min()), float(profile.max())
    stretches = []
    for share in _SHARES:
        busy = profile > low + share * (high - low)
        starts = [hour for hour in range(24) if busy[hour] and not busy[hour - 1]]
        lengths = {start: _length(busy, start) for start in starts}
        start = max(starts, key=lambda hour: lengths[hour])
        if lengths[start] < 23:  # noqa: PLR2004 - else there is no night
            stretches.append(((start - 1) % 24, (start + lengths[start]) % 24))
    return list(dict.fromkeys(stretches))


def _length(busy: Any, start: int) -> int:
    return next(length for length in range(1, 25) if not busy[(start + length) % 24])
