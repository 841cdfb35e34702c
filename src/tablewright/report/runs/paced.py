"""Counts that change quickly, as lines for a pipe or a log: one every so often, and the last."""

from __future__ import annotations

import time
from collections.abc import Callable

from .progress import PULSE_SECONDS


class PacedCounts:
    """Tells of counts, `1,200 items copied`, where a line for each would drown the rest.

    Args:
        say: prints a line.
        clock: in seconds.
    """

    def __init__(
        self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say, self._clock = say, clock
        self._said_at = clock()
        self._counted, self._pending = "", ""

    def __call__(self, text: str) -> None:
        """Take a count; what comes after a count of something else is the last of that."""
        counted = text.partition(" ")[2]
        if counted != self._counted:
            self.finish()
        self._counted, self._pending = counted, text
        if self._clock() - self._said_at >= PULSE_SECONDS:
            self.finish()

    def finish(self) -> None:
        """Tell the last count, if it was not told."""
        if self._pending:
            self._say(self._pending)
            self._pending = ""
            self._said_at = self._clock()
