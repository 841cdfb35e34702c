"""A run while it goes on: one line per finished step, and what is under way at the bottom."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from tablewright.deploy.explanation import kind_of
from tablewright.engine import (
    Diagnostic,
    Notice,
    Progress,
    StepFailed,
    StepFinished,
    StepStarted,
    StepWaits,
)

DONE = {
    "create": "created",
    "import": "imported",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "refresh": "read",
    "read": "read",
    "forget": "forgotten",
    "keep": "kept",
}
"""Past tense of the engine's operations."""
FOUND = {"same": "read", "update": "differs", "delete": "gone"}
"""What a refresh says of a resource, which changes none."""
UNDER_WAY_SHOWN = 3
_STOPPED = "stopped while waiting"
"""Our provider's words for a step that Ctrl-C ended."""
PULSE_SECONDS = 30.0
"""How often a pipe or a log is told what is under way; CI ends jobs that say nothing."""
SLOW_SECONDS = 1.0
"""Steps that took less are shown without their time."""


@contextmanager
def shown(
    console: Console, *, only_reads: bool = False, planning: bool = False
) -> Iterator[Callable[[Progress], None]]:
    """A progress function that prints to `console` while the block runs.

    In a terminal a line shows at once what is under way; elsewhere one is printed every 30 seconds.

    Args:
        console: where to.
        only_reads: the run is a refresh.
        planning: the run is a preview, whose steps are no news by themselves.
    """
    board = Board(console, FOUND if only_reads else DONE, planning=planning)
    if not console.is_terminal:
        with _pulsing(board):
            yield board.plain
        return
    with Live(console=console, transient=True, refresh_per_second=10, get_renderable=board.status):
        yield board.lively


@contextmanager
def _pulsing(board: Board) -> Iterator[None]:
    over = threading.Event()

    def pulse() -> None:
        while not over.wait(PULSE_SECONDS):
            board.pulse()

    thread = threading.Thread(target=pulse, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Board:
    """Who is at work."""

    def __init__(
        self, console: Console, verbs: Mapping[str, str], *, planning: bool = False
    ) -> None:
        self._planning = planning
        self._console = console
        self._verbs = verbs
        self._under_way: dict[str, str] = {}
        self._started = time.monotonic()
        self._spinner = Spinner("dots")

    def plain(self, event: Progress) -> None:
        """For pipes and logs: a line per finished step."""
        self._note(event)
        if not self._planning:
            self._print(event)

    def pulse(self) -> None:
        """For pipes and logs: what is under way now."""
        self._console.print(Text(f"  working   {self._at_work()}"), soft_wrap=True)

    def _print(self, event: Progress) -> None:
        match event:
            case StepFinished(planning=False) | StepFailed() if not _hidden(event.type):
                self._console.print(self._line(event), soft_wrap=True)
            case StepWaits():
                self._console.print(_waiting(event), soft_wrap=True)
            case Notice(message=message):
                self._console.print(Text(message), soft_wrap=True)
            case Diagnostic(severity="warning", message=message):
                self._console.print(Text(f"warning: {message}", style="yellow"), soft_wrap=True)

    def lively(self, event: Progress) -> None:
        """For terminals: the same lines above a line of what is under way."""
        if isinstance(event, StepWaits):
            self._note(event)
        else:
            self.plain(event)

    def _note(self, event: Progress) -> None:
        match event:
            case StepStarted() if not _hidden(event.type):
                self._under_way[event.urn] = f"{kind_of(event.type)} {event.name}"
            case StepWaits():
                self._under_way[event.urn] = _what(event)
            case StepFinished() | StepFailed():
                self._under_way.pop(event.urn, None)

    def status(self) -> Spinner:
        """What is under way now."""
        self._spinner.update(text=Text(self._at_work()))
        return self._spinner

    def _at_work(self) -> str:
        names = list(self._under_way.values())
        more = len(names) - UNDER_WAY_SHOWN
        text = ", ".join(names[:UNDER_WAY_SHOWN]) + (f" and {more} more" if more > 0 else "")
        seconds = time.monotonic() - self._started
        return f"{seconds:4.0f} s  {text or 'looking'}"

    def _line(self, event: StepFinished | StepFailed) -> Text:
        what = f"{kind_of(event.type)} {event.name}"
        if isinstance(event, StepFailed):
            stopped = _STOPPED in event.message
            return Text.assemble(("  stopped   " if stopped else "  failed    ", "bold red"), what)
        verb = self._verbs.get(event.operation.value, event.operation.value)
        seconds = f"  {event.seconds:.1f} s" if event.seconds >= SLOW_SECONDS else ""
        return Text.assemble((f"  {verb:<10}", "green"), what, (seconds, "dim"))


def _hidden(type_: str) -> bool:
    """Components and the stack itself are nobody's news."""
    return type_.startswith(("pulumi:", "tablewright:"))


def _waiting(event: StepWaits) -> Text:
    return Text.assemble(("  waiting   ", "yellow"), _what(event))


def _what(event: StepWaits) -> str:
    return f"{kind_of(event.type)} {event.name}: {event.message.removeprefix('waiting: ')}"
