"""Ctrl-C and SIGTERM while the engine works: put into the run's inbox; never a traceback."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

from tablewright.engine.run.inbox import Inbox, Interrupted

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruptions:
    """Replaces the handlers of SIGINT and SIGTERM while a run is under way; a context manager.

    Outside the main thread Python handles no signals, and this does nothing.

    Args:
        inbox: told of each.
    """

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """With the handlers that were there before, as a question at the terminal needs them."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        try:
            yield
        finally:
            for number in self._before:
                signal.signal(number, self._hear)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self._inbox.put(Interrupted())
