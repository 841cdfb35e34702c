"""`tablewright drift --watch`: a look at every interval, and a small server that tells of them.

The looks are made by a thread, so that a signal ends the command whatever a look waits for. Signals
are handled on purpose: a container's first process ignores those that it does not handle.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import FrameType

from tablewright.cli import console
from tablewright.cli.failing import error_of
from tablewright.deploy.drift.drifted import DriftReport
from tablewright.deploy.drift.watching import DriftEvent, Watched
from tablewright.errors import InputError, TablewrightError
from tablewright.report.findings import drift_watch as told

from .drift_server import HttpAnswer, serving

PATIENCE_SECONDS = 5.0
"""For how long an end waits for the look that is under way."""
STALLED_AFTER = 3
"""Intervals without the end of a look, after which `/healthz` says that something is wrong."""
LONGEST_LOOK = timedelta(minutes=15)


class DriftWatch:
    """The looks of one stack.

    Args:
        look: one look; raises where it fails.
        every: how long to wait between two looks.
        tell: takes each event.
        stack: what the stack is called.
    """

    def __init__(
        self,
        look: Callable[[], DriftReport],
        every: timedelta,
        tell: Callable[[DriftEvent], None],
        stack: str,
    ) -> None:
        self._look, self._every, self._tell, self._stack = look, every, tell, stack
        self._watched = Watched()
        self._begun = datetime.now(UTC)
        self.ends = threading.Event()
        self.failure: BaseException | None = None

    def run(self) -> None:
        """Look until the end; a mistake in what was given ends it at the first look."""
        while not self.ends.is_set():
            try:
                self._once()
            except BaseException as failure:  # noqa: BLE001 - the thread that waits raises it
                self.failure = failure
                self.ends.set()
                return
            self.ends.wait(self._every.total_seconds())

    def _once(self) -> None:
        start = time.monotonic()
        try:
            report = self._look()
        except (TablewrightError, OSError) as failure:
            if isinstance(failure, InputError) and not self._watched.last_look:
                raise
            reason = error_of(failure).message
            self._watched, events = self._watched.could_not_look(reason, *_ended(start))
        else:
            self._watched, events = self._watched.looked(report, *_ended(start))
        for event in events:
            self._tell(event)

    def answers(self) -> Mapping[str, Callable[[], HttpAnswer]]:
        """What is served, by path."""
        return {"/healthz": self._health, "/metrics": self._metrics}

    def _health(self) -> HttpAnswer:
        since = self._watched.last_look or self._begun
        stalled = datetime.now(UTC) - since > STALLED_AFTER * self._every + LONGEST_LOOK
        document = told.health(self._watched, stalled=stalled)
        return HttpAnswer(503 if stalled else 200, "application/json", json.dumps(document))

    def _metrics(self) -> HttpAnswer:
        text = told.metrics(self._watched, self._stack)
        return HttpAnswer(200, "text/plain; version=0.0.4; charset=utf-8", text)


def watch(
    look: Callable[[], DriftReport],
    stack: str,
    every: timedelta,
    listen: tuple[str, int],
    output_format: str,
) -> int:
    """Look and serve until SIGTERM or SIGINT.

    Args:
        look: one look; raises where it fails.
        stack: what the stack is called.
        every: how long to wait between two looks.
        listen: the address to serve at.
        output_format: `text`, or `json` for a document a line.

    Raises:
        InputError: what was given is wrong, or the address cannot be served at.
    """

    def tell(event: DriftEvent) -> None:
        if output_format == "json":
            console.data(json.dumps(told.as_json(event, stack)))
        else:
            console.data(told.line(event, stack))
        sys.stdout.flush()

    watched = DriftWatch(look, every, tell, stack)
    with serving(listen, watched.answers()) as address, _ended_by_signals(watched.ends):
        console.say(f"watching {stack} every {_words(every)}; {address}/healthz, {address}/metrics")
        thread = threading.Thread(target=watched.run, daemon=True)
        thread.start()
        while not watched.ends.wait(1.0):  # a wait without end hears no signal on every platform
            pass
        thread.join(PATIENCE_SECONDS)
    if watched.failure is not None:
        raise watched.failure
    console.say("ended")
    if thread.is_alive():  # a look that waits for AWS changes nothing: nothing is lost with it
        sys.stderr.flush()
        os._exit(0)
    return 0


@contextmanager
def _ended_by_signals(ends: threading.Event) -> Iterator[None]:
    def end(_number: int, _frame: FrameType | None) -> None:
        ends.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ended(start: float) -> tuple[datetime, float]:
    return datetime.now(UTC), time.monotonic() - start


def _words(every: timedelta) -> str:
    seconds = every.total_seconds()
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"  # noqa: PLR2004
