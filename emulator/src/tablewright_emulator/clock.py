"""The time the embedded AWS lives in: real unless frozen, set or advanced.

Statuses, limits, metrics, alarms and autoscaling all ask one `Clock` and leave their future
with it:

    clock = Clock()
    clock.after(60, evaluate)      # in a minute of this clock's time
    clock.advance(3600)            # an hour passes now; `evaluate` runs with now() at its minute
    clock.freeze()                 # nothing passes by itself until resume()
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_log = logging.getLogger(__name__)


@dataclass(order=True)
class Timer:
    """A callback and the moment it is due; `cancel()` takes it back."""

    due: datetime
    _sequence: int
    _callback: Callable[[], None] = field(compare=False)
    _cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Never run it; harmless when it ran already."""
        self._cancelled = True

    def run(self) -> None:
        """Run the callback unless cancelled; what it raises is logged, time goes on."""
        if self._cancelled:
            return
        try:
            self._callback()
        except Exception:  # noqa: BLE001 - the border of a thread that must not die
            _log.exception("a timer of the embedded AWS failed")


class Clock:
    """Time of one embedded AWS. Safe for many threads.

    `rewound` is called when it was set backwards: timers wait for moments of that future then, and
    whoever left them may want others.

    Args:
        frozen_at: start frozen at this moment (aware); None follows the machine's clock.
    """

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._offset = timedelta()
        self._frozen_at = frozen_at.astimezone(UTC) if frozen_at else None
        self._timers: list[Timer] = []
        self._sequence = itertools.count()
        self._changed = threading.Condition(threading.RLock())
        self._running = threading.RLock()  # callbacks run one at a time
        self._waiter: threading.Thread | None = None
        self._closed = False
        self._muted = False
        self._pinned = threading.local()
        self.rewound: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        pinned: datetime | None = getattr(self._pinned, "at", None)
        if pinned is not None:
            return pinned
        frozen = self._frozen_at
        if frozen is not None:
            return frozen
        return datetime.now(UTC) + self._offset if self._offset else datetime.now(UTC)

    @property
    def frozen(self) -> bool:
        """Whether time passes only by `advance` and `set`."""
        return self._frozen_at is not None

    def after(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` once this clock is `seconds` further."""
        timer = Timer(self.now() + timedelta(seconds=seconds), next(self._sequence), callback)
        with self._changed:
            if self._muted:
                return timer
            heapq.heappush(self._timers, timer)
            self._wake()
        return timer

    def freeze(self, at: datetime | None = None) -> None:
        """Stop time, now or at the moment given."""
        if at is not None:
            self.set(at)
        with self._changed:
            self._frozen_at = at.astimezone(UTC) if at is not None else self.now()
            self._wake()

    def resume(self) -> None:
        """Let time pass again, from where it stands."""
        with self._changed:
            if self._frozen_at is not None:
                self._offset = self._frozen_at - datetime.now(UTC)
                self._frozen_at = None
            self._wake()

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once; everything due on the way runs at its own moment, in order.

        Raises:
            ValueError: when `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError("time does not run backwards; use set")
        self._move(self.now() + timedelta(seconds=seconds))

    def set(self, moment: datetime) -> None:
        """Go to `moment` (aware). Forwards as `advance`; backwards nothing runs or is undone."""
        self._move(moment.astimezone(UTC))

    def due(self) -> int:
        """Run what is due now and say how many callbacks that were."""
        with self._running:
            return self._run_until(self.now())

    def clear(self) -> None:
        """Forget every timer."""
        with self._changed:
            self._timers.clear()

    @contextmanager
    def pinned(self, at: datetime) -> Iterator[None]:
        """Meanwhile it is always the same moment for this thread."""
        before = getattr(self._pinned, "at", None)
        self._pinned.at = at
        try:
            yield
        finally:
            self._pinned.at = before

    @contextmanager
    def muted(self) -> Iterator[None]:
        """Meanwhile no timer is taken; for running again what has run before."""
        self._muted = True
        try:
            yield
        finally:
            self._muted = False

    @property
    def setting(self) -> tuple[float, datetime | None]:
        """Seconds by which it is ahead of the machine's clock, and where it is frozen."""
        return self._offset.total_seconds(), self._frozen_at

    @setting.setter
    def setting(self, setting: tuple[float, datetime | None]) -> None:
        with self._changed:
            self._offset, self._frozen_at = timedelta(seconds=setting[0]), setting[1]
            self._wake()

    def close(self) -> None:
        """Forget every timer and end the thread that waits for them."""
        with self._changed:
            self._closed = True
            self._timers.clear()
            self._changed.notify_all()
            waiter = self._waiter
        if waiter is not None and waiter is not threading.current_thread():
            waiter.join(timeout=5)

    def _move(self, target: datetime) -> None:
        with self._running:
            was_frozen = self._frozen_at is not None
            start = self.now()
            if target >= start:
                self._frozen_at = start
                self._run_until(target, moving=True)
            with self._changed:
                self._offset = target - datetime.now(UTC)
                self._frozen_at = target if was_frozen else None
                self._wake()
        if target < start:
            self.rewound()

    def _wake(self) -> None:
        """Have the waiting thread look again; there is one only where time passes by itself."""
        needed = bool(self._timers) and not self.frozen and not self._closed
        if self._waiter is None and needed:
            self._waiter = threading.Thread(target=self._wait, name="emulator-clock", daemon=True)
            self._waiter.start()
        self._changed.notify_all()

    def _run_until(self, target: datetime, *, moving: bool = False) -> int:
        count = 0
        while (timer := self._pop(target)) is not None:
            if moving:
                self._frozen_at = max(timer.due, self.now())
            timer.run()
            count += 1
        return count

    def _pop(self, target: datetime) -> Timer | None:
        with self._changed:
            if self._timers and self._timers[0].due <= target:
                return heapq.heappop(self._timers)
            return None

    def _wait(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                if self.frozen or not self._timers:
                    self._changed.wait()
                    continue
                wait = (self._timers[0].due - self.now()).total_seconds()
                if wait > 0:
                    self._changed.wait(min(wait, 3600))
                    continue
            self.due()
