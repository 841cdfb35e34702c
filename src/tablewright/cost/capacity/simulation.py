"""What a table would have done under a demand: capacity and throttling, minute by minute.

    from tablewright.cost import AutoscalingPolicy, simulate_autoscaled, simulate_provisioned

    policy = AutoscalingPolicy(target_percent=70, minimum=5, maximum=500)
    run = simulate_autoscaled(reads, writes, policy, policy)
    run.read_capacity        # per minute
    run.read_throttled       # units, per minute
    capacity_hours(run.read_capacity)

A series holds the units consumed in each minute of UTC, without gaps. Demand within a minute is
even over its seconds and over the keys, so what is throttled here is a lower bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from tablewright.errors import InputError

from .kernels import DAY_HOURS, DAY_MINUTES, FREE, NO_LIMITS, WHOLE, autoscale, throttle, tracked

Series = Any
"""A sequence or array of whole numbers, none of them negative."""

_LARGEST = 2**40
"""Units in one minute above which the products of the kernels could leave 64 bits."""


_NUMBERS = (int, float, Decimal, Fraction, np.integer, np.floating)


class SeriesError(InputError, ValueError):
    """A series or a policy that cannot be simulated."""


@dataclass(frozen=True, slots=True)
class AutoscalingPolicy:
    """Target tracking of one dimension.

    Args:
        target_percent: utilisation aimed at, 20 to 90, to a thousandth of a per cent.
        minimum: least capacity, in capacity units.
        maximum: highest capacity.
        initial: capacity of the first minute; None for what the first minute asks for.
        delay_minutes: from the end of the minute that decides to the minute in which the new
            capacity holds; 1 is the next minute.

    Raises:
        SeriesError: a value is out of range.
    """

    target_percent: int | Decimal | float
    minimum: int
    maximum: int
    initial: int | None = None
    delay_minutes: int = 1

    def __post_init__(self) -> None:
        target = self.target_percent
        if not (isinstance(target, _NUMBERS) and 20 <= target <= 90):  # noqa: PLR2004 - AWS's
            raise SeriesError(
                f"the target utilisation is {target} %",
                "give a target from 20 to 90 per cent",
            )
        for name in ("minimum", "maximum", "initial", "delay_minutes"):
            value = getattr(self, name)
            if value is not None or name != "initial":
                object.__setattr__(self, name, _whole(value, f"the policy's {name}"))
        if self.minimum > self.maximum:
            raise SeriesError(
                f"capacity scales from {self.minimum} to {self.maximum}",
                "give a maximum that is not below the minimum",
            )

    @property
    def target(self) -> int:
        """The target in thousandths of a per cent."""
        return round(Fraction(self.target_percent) * WHOLE / 100)

    def start(self, first_units: int) -> int:
        """Capacity of the first minute."""
        if self.initial is not None:
            return self.initial
        return int(tracked(first_units, self.target, self.minimum, self.maximum))


@dataclass(frozen=True, slots=True, eq=False)
class AutoscaledRun:
    """What autoscaling made of a demand.

    Args:
        read_capacity: capacity units held in each minute.
        write_capacity: likewise.
        read_throttled: units throttled in each minute.
        write_throttled: likewise.
        decreases: minutes, counted from the first, in which a lower capacity starts.
    """

    read_capacity: Any
    write_capacity: Any
    read_throttled: Any
    write_throttled: Any
    decreases: Any


def simulate_autoscaled(
    read: Series,
    write: Series,
    read_policy: AutoscalingPolicy,
    write_policy: AutoscalingPolicy,
    start_minute: int = 0,
) -> AutoscaledRun:
    """Simulate target tracking of a table, or of an index, which has its own.

    Args:
        read: read units consumed in each minute.
        write: write units, of the same minutes.
        read_policy: of reads.
        write_policy: of writes.
        start_minute: of the first minute, counted from a midnight of UTC: decreases are counted by
            day.

    Raises:
        SeriesError: the series differ in length, or hold what is not a whole number of units.
    """
    reads, writes = series(read, "read"), series(write, "write")
    if reads.size != writes.size:
        raise SeriesError(
            f"there are {reads.size} minutes of reads and {writes.size} of writes",
            "give both for the same minutes",
        )
    first_minute = _whole(start_minute, "start_minute", least=0)
    units = np.stack((reads, writes))
    policies = np.array(
        [
            (
                policy.target,
                policy.maximum,
                policy.start(int(first)),
                min(policy.delay_minutes, reads.size),  # what comes later never holds
            )
            for policy, first in zip((read_policy, write_policy), units[:, 0], strict=True)
        ],
        np.int64,
    )
    least = np.array([[read_policy.minimum], [write_policy.minimum]], np.int64)
    capacity, throttled = np.empty_like(units), np.empty_like(units)
    decreases = np.empty(2 * units.shape[1], np.int64)
    count, _ = autoscale(
        units,
        policies,
        np.repeat(least, DAY_HOURS, axis=1),
        first_minute,
        capacity,
        throttled,
        decreases,
        FREE,
        NO_LIMITS,
        0,
    )
    return AutoscaledRun(
        read_capacity=capacity[0],
        write_capacity=capacity[1],
        read_throttled=throttled[0],
        write_throttled=throttled[1],
        decreases=decreases[:count].copy(),
    )


def simulate_provisioned(units: Series, capacity: Series) -> Any:
    """The units throttled in each minute by a fixed capacity, or by one that is given per minute.

    Args:
        units: consumed in each minute.
        capacity: capacity units, one number or one for each minute.

    Raises:
        SeriesError: the series differ in length, or hold what is not a whole number.
    """
    demand = series(units, "units")
    if np.ndim(capacity) == 0:
        capacity = np.full(demand.size, capacity)
    held = series(capacity, "capacity")
    if held.size != demand.size:
        raise SeriesError(
            f"there are {demand.size} minutes of demand and {held.size} of capacity",
            "give both for the same minutes, or one number",
        )
    throttled = np.empty_like(demand)
    throttle(demand, held, throttled)
    return throttled


def capacity_hours(
    capacity: Series, bill: Literal["minute", "hour"] = "minute", start_minute: int = 0
) -> Fraction:
    """Capacity-unit hours that are charged for a capacity of each minute.

    Args:
        capacity: capacity units held in each minute.
        bill: `minute` for pro rata by the minute; `hour` for each clock hour at its highest
            capacity, a part of an hour counted whole, which is the upper bound.
        start_minute: of the first minute, counted from the start of a clock hour.

    Raises:
        SeriesError: it holds what is not a whole number, or `bill` is something else.
    """
    held = series(capacity, "capacity")
    if bill == "minute":
        return Fraction(int(held.sum()), 60)
    if bill != "hour":
        raise SeriesError(f"capacity is billed by {bill!r}", "give minute or hour")
    first = 60 - _whole(start_minute, "start_minute", least=0) % 60
    edges = np.concatenate(([0], np.arange(first, held.size, 60)))
    return Fraction(int(np.maximum.reduceat(held, edges).sum()))


def series(values: Series, name: str) -> Any:
    """A series as an array of int64.

    Raises:
        SeriesError: it is empty, has several dimensions, or a value is negative, fractional, not a
            number or too large.
    """
    try:
        array = np.asarray(values)
    except ValueError:  # lists of different lengths
        array = np.empty(0)
    if array.ndim != 1 or array.size == 0:
        raise SeriesError(f"{name} is not a series of minutes", "give one number for each minute")
    if array.dtype.kind == "f":
        if not (np.isfinite(array).all() and (array == np.floor(array)).all()):
            raise SeriesError(
                f"{name} has minutes that are not whole numbers of units",
                "round units up, and fill minutes without a datapoint with 0",
            )
    elif array.dtype.kind not in "iu" and not all(isinstance(value, int) for value in array):
        raise SeriesError(f"{name} has what is not a number", "give whole numbers")
    if array.min() < 0 or array.max() > _LARGEST:
        place = int(np.argmax((array < 0) | (array > _LARGEST)))
        raise SeriesError(
            f"{name} has {array[place]} in minute {place}", f"give 0 to {_LARGEST} for each minute"
        )
    return np.ascontiguousarray(array, np.int64)


def _whole(value: Any, name: str, least: int = 1) -> int:
    """A whole number that a kernel can take.

    Raises:
        SeriesError: it is none, or out of range.
    """
    if isinstance(value, _NUMBERS) and least <= value <= _LARGEST and value == int(value):
        return int(value)
    raise SeriesError(f"{name} is {value!r}", f"give a whole number from {least} to {_LARGEST}")


__all__ = [
    "DAY_MINUTES",
    "AutoscaledRun",
    "AutoscalingPolicy",
    "SeriesError",
    "capacity_hours",
    "series",
    "simulate_autoscaled",
    "simulate_provisioned",
]
