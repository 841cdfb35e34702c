"""Target tracking as arithmetic: when capacity changes and to what. Whole numbers only.

Utilisation is what was served over what the capacity of its minute could serve. Out: above the
target in 2 minutes in a row. In: below the target less 20 points in 15 minutes in a row. Every
comparison is strict. The new capacity is the last minute's units per second over the target,
rounded up. Sources: DynamoDB developer guide, "Managing throughput capacity automatically";
measured thresholds of live alarms.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

OUT_MINUTES = 2
IN_MINUTES = 15
IN_POINTS = 20
SECONDS = 60


def high_threshold(capacity: int, percent: float) -> float:
    """Units a minute above which the utilisation is over the target."""
    return float(capacity * SECONDS * Fraction(str(percent)) / 100)


def low_threshold(capacity: int, percent: float) -> float:
    """Units a minute below which the utilisation is under the target less 20 points."""
    return float(capacity * SECONDS * (Fraction(str(percent)) - IN_POINTS) / 100)


def wants_out(units: Sequence[float], capacity: int, percent: float) -> bool:
    """Whether the last minutes (units served in each, newest last) are a run of high ones."""
    limit = high_threshold(capacity, percent)
    return len(units) >= OUT_MINUTES and all(value > limit for value in units[-OUT_MINUTES:])


def wants_in(units: Sequence[float], capacity: int, percent: float) -> bool:
    """Whether they are a run of low ones."""
    limit = low_threshold(capacity, percent)
    return len(units) >= IN_MINUTES and all(value < limit for value in units[-IN_MINUTES:])


def tracked_capacity(units: float, percent: float) -> int:
    """Units per second at which `units` a minute are just on target, rounded up; at least 1."""
    exact = Fraction(units) * 100 / (SECONDS * Fraction(str(percent)))
    return max(1, -(-exact.numerator // exact.denominator))
