"""Capacity that binds: what a minute leaves unused serves the next ones, up to 300 seconds' worth.

The rule of the capacity model: capacity C serves 60·C units in a UTC minute; what a minute leaves
goes to a bucket of at most 300·C that starts empty and is cut when C falls. A unit that finds
neither is refused. A request larger than a minute's capacity is served by a minute that served
nothing else, which leaves a debt. Units are kept in halves (an eventually consistent read is half a
unit), so that everything is an integer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tablewright_emulator.codec import kept

BURST_SECONDS = 300
_SECONDS = 60


@kept("bucket")
@dataclass
class Bucket:
    """Reads or writes of one table or index."""

    minute: int = -1
    capacity: int = 0
    used_halves: int = 0
    saved_halves: int = 0

    def offers(self, units: float, capacity: int, now: datetime) -> bool:
        """Whether `units` can be served at `capacity` units per second."""
        self._roll(capacity, int(now.timestamp()) // _SECONDS)
        minute, wanted = 2 * _SECONDS * capacity, round(2 * units)
        if self.used_halves + wanted <= minute + self.saved_halves:
            return True
        return wanted > minute and self.used_halves == 0 and self.saved_halves >= 0

    def take(self, units: float) -> None:
        """Use what `offers` said is there."""
        self.used_halves += round(2 * units)

    def _roll(self, capacity: int, minute: int) -> None:
        passed = minute - self.minute
        if self.minute < 0:
            self.minute, self.capacity = minute, capacity
        elif passed > 0:
            left = 2 * _SECONDS * self.capacity - self.used_halves
            idle = 2 * _SECONDS * self.capacity * (passed - 1)
            full = 2 * BURST_SECONDS * self.capacity
            self.saved_halves = min(full, self.saved_halves + left + idle)
            self.minute, self.used_halves = minute, 0
        if capacity != self.capacity:
            self.capacity = capacity
            self.saved_halves = min(self.saved_halves, 2 * BURST_SECONDS * capacity)
