"""Which state the data puts an alarm into: M out of N, missing data, too few samples.

Source: user guide, "Configuring how CloudWatch alarms treat missing data"; its two tables are the
tests of this module.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tablewright_emulator.cloudwatch.alarms.alarm import StateValue
from tablewright_emulator.cloudwatch.metrics.grid import Numbers
from tablewright_emulator.cloudwatch.metrics.statistic import Statistic

EXTRA_POINTS = 2  # data points looked at beyond the evaluation periods, as in the guide's tables

_COMPARE: Mapping[str, Callable[[Any, float], Any]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
WORDS: Mapping[str, str] = {
    "GreaterThanThreshold": "greater than",
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
_CERTAIN_SAMPLES = 10


@dataclass(frozen=True, slots=True)
class Criterion:
    """When an alarm is in ALARM: `needed` of `periods` points compare with the threshold."""

    comparison: str
    threshold: float
    periods: int
    needed: int
    treatment: str = "missing"

    @property
    def range(self) -> int:
        """How many points are looked at."""
        return self.periods + EXTRA_POINTS

    def breached_by(self, value: float) -> bool:
        """Whether one point is on the wrong side."""
        return bool(_COMPARE[self.comparison](value, self.threshold))

    def breached(self, values: Numbers) -> npt.NDArray[np.bool_]:
        """The same for many; a missing one (NaN) is on no side."""
        breaching: npt.NDArray[np.bool_] = _COMPARE[self.comparison](values, self.threshold)
        return breaching


@dataclass(frozen=True, slots=True)
class Decision:
    """A state and what it rests on.

    Args:
        state: None to keep the present one.
        points: the points evaluated as (age, value), newest first; the newest period has age 1.
        filled: how many missing points were treated as said.
    """

    state: StateValue | None
    points: tuple[tuple[int, float], ...]
    filled: int


def decide(criterion: Criterion, values: Sequence[float | None]) -> Decision:
    """The state for the points of the evaluation range, oldest first, None where one is missing."""
    ages = range(len(values), 0, -1)
    real = [(age, value) for age, value in zip(ages, values, strict=True) if value is not None]
    points = tuple(reversed(real[-criterion.periods :]))
    filled = criterion.periods - len(points)
    return Decision(_state(criterion, points, filled), points, filled)


def _state(
    criterion: Criterion, points: Sequence[tuple[int, float]], filled: int
) -> StateValue | None:
    real = sum(1 for _, value in points if criterion.breached_by(value))
    breaching = real + (filled if criterion.treatment == "breaching" else 0)
    if breaching >= criterion.needed:
        return "ALARM"
    certain = filled == 0 or criterion.treatment in {"breaching", "notBreaching"}
    if certain or real < len(points):
        return "OK"
    if criterion.treatment == "ignore":
        return None
    if not points:
        return "INSUFFICIENT_DATA"
    oldest_age = points[-1][0]  # all breach: premature unless the oldest is old enough
    return "ALARM" if oldest_age >= criterion.needed else None


def samples_needed(statistic: Statistic) -> float:
    """How many samples a percentile takes to mean anything ("low data samples")."""
    share = (statistic.high or 0.0) / 100
    rarer = 1 - share if share >= 0.5 else share  # noqa: PLR2004 - the median
    return _CERTAIN_SAMPLES / rarer if rarer > 0 else 0.0
