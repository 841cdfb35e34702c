"""The capacity model in loops that numba compiles: one pass over the minutes, in whole numbers.

All arrays are int64 and hold units per minute, or capacity units; targets are in thousandths of a
per cent. `tests/support/capacity_twin.py` is the same, slow and plain. `tablewright[optimize]`
brings numba; without it the same loops run as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

Loop = TypeVar("Loop", bound=Callable[..., Any])

BURST_SECONDS = 300
"""Unused capacity is kept for five minutes (Developer Guide, Burst capacity)."""
HIGH_MINUTES, LOW_MINUTES = 2, 15
MARGIN = 20_000
"""Scale-in begins 20 percentage points below the target."""
WHOLE = 100_000
"""100 %, in thousandths of a per cent."""
FREE_DECREASES, DECREASES_A_DAY, WAIT_MINUTES = 4, 27, 60
DAY_MINUTES = 1440
WORST_MINUTE = 20
"""No minute may lose more than one unit in so many: 5 %."""


def compiled(loop: Loop) -> Loop:
    """A loop as numba compiles it; as it is where there is no numba."""
    try:
        from numba import njit  # noqa: PLC0415 - may be missing
    except ImportError:
        return loop
    machine_code: Loop = njit(cache=True)(loop)
    return machine_code


NO_LIMITS = np.full(3, np.iinfo(np.int64).max)
"""For runs that go to the end."""


@compiled
def throttle(units: Any, capacity: Any, throttled: Any) -> Any:
    """Fill `throttled`, per minute, for a given capacity of each minute; the sum is returned."""
    saved = np.int64(0)
    total = np.int64(0)
    for minute in range(units.size):
        held = capacity[minute]
        saved = min(saved, BURST_SECONDS * held)
        there = 60 * held + saved
        served = min(units[minute], there)
        saved = min(BURST_SECONDS * held, there - served)
        throttled[minute] = units[minute] - served
        total += throttled[minute]
    return total


@compiled
def tracked(served: int, target: int, minimum: int, maximum: int) -> int:
    """The capacity that target tracking wants for what a minute served."""
    wanted = -((-served * WHOLE) // (60 * target))
    return min(max(wanted, minimum), maximum)


@compiled
def autoscale(
    units: Any,
    policies: Any,
    start_minute: int,
    capacity: Any,
    throttled: Any,
    decreases: Any,
    limits: Any,
) -> int:
    """Simulate the reads and writes of one table or index; how many decreases is returned.

    Args:
        units: two rows, reads and writes; or one row, where the other never decreases.
        policies: a row each: target, minimum, maximum, initial capacity, delay in minutes.
        start_minute: of the first minute, counted from a midnight of UTC.
        capacity: filled, as many rows: capacity of each minute.
        throttled: filled, as many rows: units throttled in each minute.
        decreases: filled with the minutes in which a lower capacity starts, in order of decision.
        limits: capacity in unit-minutes and throttled units, over all rows, and minutes in which
            more than one unit in `WORST_MINUTE` is throttled; above one of them the run is given
            up, and -1 returned.
    """
    sides, minutes = units.shape
    held = policies[:, 3].copy()
    saved = np.zeros(sides, np.int64)
    high, low = np.zeros(sides, np.int64), np.zeros(sides, np.int64)
    due = np.full(sides, -1, np.int64)
    coming = np.zeros(sides, np.int64)
    longest = policies[:, 4].max()
    today = np.zeros((start_minute % DAY_MINUTES + minutes + longest) // DAY_MINUTES + 1, np.int64)
    last, count = np.int64(-WAIT_MINUTES - 1), 0
    over, under = np.zeros(sides, np.int64), np.zeros(sides, np.int64)
    all_held, all_lost, bad = np.int64(0), np.int64(0), np.int64(0)
    for side in range(sides):
        over[side] = 60 * held[side] * policies[side, 0]
        under[side] = 60 * held[side] * (policies[side, 0] - MARGIN)
    for minute in range(minutes):
        for side in range(sides):
            if due[side] == minute:
                held[side] = coming[side]
                saved[side] = min(saved[side], BURST_SECONDS * held[side])
                high[side] = low[side] = 0
                over[side] = 60 * held[side] * policies[side, 0]
                under[side] = 60 * held[side] * (policies[side, 0] - MARGIN)
            there = 60 * held[side] + saved[side]
            served = min(units[side, minute], there)
            saved[side] = min(BURST_SECONDS * held[side], there - served)
            capacity[side, minute] = held[side]
            lost = units[side, minute] - served
            throttled[side, minute] = lost
            all_held += held[side]
            all_lost += lost
            if lost * WORST_MINUTE > units[side, minute]:
                bad += 1
            if all_held > limits[0] or all_lost > limits[1] or bad > limits[2]:
                return -1
            load = served * WHOLE
            high[side] = high[side] + 1 if load > over[side] else 0
            low[side] = low[side] + 1 if load < under[side] else 0
            if due[side] > minute or (high[side] < HIGH_MINUTES and low[side] < LOW_MINUTES):
                continue
            target, least, most = policies[side, 0], policies[side, 1], policies[side, 2]
            wanted = tracked(served, target, least, most)
            effect = minute + policies[side, 4]
            if high[side] >= HIGH_MINUTES and wanted > held[side]:
                due[side], coming[side] = effect, wanted
            elif low[side] >= LOW_MINUTES and wanted < held[side]:
                day = (start_minute % DAY_MINUTES + effect) // DAY_MINUTES
                waited = effect - last >= WAIT_MINUTES and today[day] < DECREASES_A_DAY
                if today[day] < FREE_DECREASES or waited:
                    today[day] += 1
                    last = effect
                    decreases[count] = effect
                    count += 1
                    due[side], coming[side] = effect, wanted
    return count


@compiled
def tally(units: Any, capacity: Any, throttled: Any, first: int) -> Any:
    """What a run comes to from minute `first` on.

    Returns:
        Three numbers: capacity held, in unit-minutes; units throttled; minutes in which more than
        one unit in twenty was.
    """
    held, lost, bad = np.int64(0), np.int64(0), np.int64(0)
    for minute in range(first, units.size):
        held += capacity[minute]
        lost += throttled[minute]
        if throttled[minute] * WORST_MINUTE > units[minute]:
            bad += 1
    return held, lost, bad
