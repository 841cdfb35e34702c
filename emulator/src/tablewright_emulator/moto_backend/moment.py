"""moto's present moment: that of the emulator that runs.

moto's modules take the function by name when they are loaded, so it has to be there before.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

from tablewright_emulator.clock import Clock


class _Current:
    """The clock of the emulator that runs; there is one per process."""

    clock = Clock()


def live_in(clock: Clock) -> None:
    """Let moto live in the time of a clock."""
    _Current.clock = clock
    install()


@cache
def install() -> None:
    """Put our function in the place of moto's; call it before any module of moto is loaded."""
    from moto.core import utils

    utils.utcnow = _utcnow


def seconds() -> float:
    """Now, in seconds since the epoch."""
    return _Current.clock.now().timestamp()


def _utcnow() -> datetime:
    """Now, naive, in UTC."""
    return _Current.clock.now().replace(tzinfo=None)
