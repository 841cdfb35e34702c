"""What a capacity comes to over some minutes, and how much of it may be throttled. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .kernels import tally

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

    def limits(self, units: Any, cut: int, most: float) -> Any:
        """Those of a run of both dimensions that is within it before and from `cut` on.

        Args:
            units: of each minute, two rows.
            cut: a minute.
            most: the cost above which the run is of no interest.
        """
        parts = (units[:, :cut].sum(axis=1), units[:, cut:].sum(axis=1))
        lost = [self.most_throttled(int(total)) for part in parts for total in part]
        return np.array([most, *lost, 0], float)


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


def tallied(units: Any, capacity: Any, throttled: Any, first: int) -> Outcome:
    """A run of one dimension as an outcome, from minute `first` on."""
    held, lost, bad = tally(units, capacity, throttled, first)
    demand = int(units[first:].sum())
    return Outcome(units.size - first, demand, int(held), int(lost), int(bad))
