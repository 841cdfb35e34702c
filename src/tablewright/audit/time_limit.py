"""How long a rule of one's own may take for one table: an endless loop ends, the rest goes on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 10.0
_AGAIN_SECONDS = 1.0


class TimeLimitReached(BaseException):
    """It took longer than it may; no `Exception`, or a rule that catches those would go on."""


@contextmanager
def time_limit() -> Iterator[None]:
    """End the block after `SECONDS`, and again each second where that is swallowed.

    Where a signal cannot end it, in another thread and on Windows, there is no limit.

    Raises:
        TimeLimitReached: it took longer.
    """
    if not hasattr(signal, "setitimer") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def end(_: int, frame: FrameType | None) -> None:
        del frame
        raise TimeLimitReached(f"it took longer than {SECONDS:g} seconds")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, SECONDS, _AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
