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
DAY_HOURS, DAY_MINUTES = 24, 1440
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


NO_LIMITS = np.full(6, np.inf)
"""For runs that go to the end."""
FREE = np.zeros(2)
"""Weights where cost is of no interest."""


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
def served_of(asked: int, full: int, most_saved: int, saved: int) -> Any:
    """Units served in a minute, and what is saved after it."""
    there = full + saved
    served = min(asked, there)
    return served, min(most_saved, there - served)


@compiled
def marks(held: int, target: int) -> Any:
    """Of a capacity: what it serves a minute and saves; above and below what its alarms count."""
    full = 60 * held
    above = full * target // WHOLE
    below = -(-full * (target - MARGIN) // WHOLE)
    return full, BURST_SECONDS * held, above, below


@compiled
def raised(minute: int, floors: Any, least: Any, held: Any, due: Any, coming: Any) -> None:
    """Bounds of another hour: a higher one holds at once."""
    for side in range(2):
        if floors[side] > least[side]:
            if due[side] >= minute:
                coming[side] = max(coming[side], floors[side])
            elif held[side] < floors[side]:
                due[side], coming[side] = minute, floors[side]
        least[side] = floors[side]


@compiled
def autoscale(  # noqa: C901, PLR0912, PLR0915 - one pass, its state in registers: twice as fast
    units: Any,
    policies: Any,
    floors: Any,
    start_minute: int,
    capacity: Any,
    throttled: Any,
    decreases: Any,
    weights: Any,
    limits: Any,
    cut: int,
) -> Any:
    """Simulate the reads and writes of one table or index.

    Args:
        units: two rows, reads and writes.
        policies: a row each: target, maximum, initial capacity, delay in minutes.
        floors: a row each: the least capacity by hour of the day; a higher one holds at once.
        start_minute: of the first minute, counted from a midnight of UTC.
        capacity: filled, as many rows: capacity of each minute.
        throttled: filled, as many rows: units throttled in each minute.
        decreases: filled with the minutes in which a lower capacity starts, in order of decision.
        weights: what a unit of capacity costs a minute, of each row.
        limits: the cost, counted from `cut` on; throttled units of each row before `cut`, and from
            `cut` on; minutes in which more than one unit in `WORST_MINUTE` is throttled. Above one
            of them the run is given up.
        cut: a minute.

    Returns:
        How many decreases there were, -1 for a run that was given up, and the cost from `cut` on.
    """
    minutes = units.shape[1]
    start_minute %= DAY_MINUTES
    held, due, coming = policies[:, 2].copy(), np.zeros(2, np.int64), policies[:, 2].copy()
    hour, hour_end = start_minute // 60, 60 - start_minute % 60
    least = floors[:, hour].copy()
    days = (start_minute + minutes + policies[:, 3].max()) // DAY_MINUTES + 1
    today, last, count = np.zeros(days, np.int64), np.int64(-WAIT_MINUTES - 1), 0
    # Counted above the least that can be held, so that what cannot end within it ends early.
    base = weights[0] * floors[0].min() + weights[1] * floors[1].min()
    spent, most, first_lost, rate = 0.0, np.inf, 1, 0.0
    read_lost, write_lost, bad = 0, 0, 0
    read_saved, read_high, read_low = 0, 0, 0
    write_saved, write_high, write_low = 0, 0, 0
    read_full, read_most, read_above, read_below = marks(held[0], policies[0, 0])
    write_full, write_most, write_above, write_below = marks(held[1], policies[1, 0])
    read_held, write_held, event = held[0], held[1], 0
    for minute in range(minutes):
        if minute == event:
            if minute == hour_end:
                hour, hour_end = (hour + 1) % 24, hour_end + 60
                raised(minute, floors[:, hour], least, held, due, coming)
            if minute == cut:
                spent, most = 0.0, limits[0] - base * (minutes - cut)
                first_lost, read_lost, write_lost = 3, 0, 0
            if due[0] == minute:
                held[0], read_high, read_low = coming[0], 0, 0
                read_full, read_most, read_above, read_below = marks(held[0], policies[0, 0])
                read_saved = min(read_saved, read_most)
            if due[1] == minute:
                held[1], write_high, write_low = coming[1], 0, 0
                write_full, write_most, write_above, write_below = marks(held[1], policies[1, 0])
                write_saved = min(write_saved, write_most)
            read_held, write_held = held[0], held[1]
            rate = weights[0] * read_held + weights[1] * write_held - base
            event = hour_end if minute >= cut else min(hour_end, cut)
            event = min(event, due[0]) if due[0] > minute else event
            event = min(event, due[1]) if due[1] > minute else event
        read, write = units[0, minute], units[1, minute]
        reads, read_saved = served_of(read, read_full, read_most, read_saved)
        writes, write_saved = served_of(write, write_full, write_most, write_saved)
        capacity[0, minute], capacity[1, minute] = read_held, write_held
        throttled[0, minute], throttled[1, minute] = read - reads, write - writes
        spent += rate
        if reads < read or writes < write:
            read_lost += read - reads
            write_lost += write - writes
            if (read - reads) * WORST_MINUTE > read or (write - writes) * WORST_MINUTE > write:
                bad += 1
            if read_lost > limits[first_lost] or write_lost > limits[first_lost + 1]:
                return -1, spent
            if bad > limits[5]:
                return -1, spent
        if spent > most:
            return -1, spent
        read_high = read_high + 1 if reads > read_above else 0
        write_high = write_high + 1 if writes > write_above else 0
        read_low = read_low + 1 if reads < read_below else 0
        write_low = write_low + 1 if writes < write_below else 0
        high, low = max(read_high, write_high), max(read_low, write_low)
        if high < HIGH_MINUTES and low < LOW_MINUTES:
            continue
        for side in range(2):
            served = reads if side == 0 else writes
            high, low = (read_high, read_low) if side == 0 else (write_high, write_low)
            if due[side] > minute or (high < HIGH_MINUTES and low < LOW_MINUTES):
                continue
            # At the end of an hour, the bounds of the next one hold already.
            ends = minute + 1 == hour_end
            bound = floors[side, (hour + 1) % 24] if ends else least[side]
            wanted = tracked(served, policies[side, 0], bound, policies[side, 1])
            effect = minute + policies[side, 3]
            if high >= HIGH_MINUTES and wanted > held[side]:
                due[side], coming[side] = effect, wanted
            elif low >= LOW_MINUTES and wanted < held[side]:
                day = (start_minute + effect) // DAY_MINUTES
                waited = effect - last >= WAIT_MINUTES and today[day] < DECREASES_A_DAY
                if not (today[day] < FREE_DECREASES or waited):
                    continue
                today[day] += 1
                last, decreases[count], count = effect, effect, count + 1
                due[side], coming[side] = effect, wanted
            else:
                continue
            event = min(event, effect)
    return count, spent + base * (minutes - cut)


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
