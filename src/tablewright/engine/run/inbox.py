"""What reaches a run from outside: events, a question, an interruption, the engine's end.

All of it goes through one queue, so that the thread that wants the run is the only one that acts.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any


@dataclass(frozen=True, slots=True)
class PhaseBegan:
    """The engine opened a new stream of events: its preview, or the update itself."""


@dataclass(frozen=True, slots=True)
class EventCame:
    """One event of the phase that began last; `line` is the JSON it came as."""

    event: dict[str, Any]
    line: str


@dataclass(frozen=True, slots=True)
class PermissionAsked:
    """The preview is over and the engine waits for leave to begin the update."""

    answer: Future[bool]


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Ctrl-C, SIGTERM, or a call that means the same."""


@dataclass(frozen=True, slots=True)
class EngineEnded:
    """The engine's process is gone; the status is negative for a signal."""

    status: int


Message = PhaseBegan | EventCame | PermissionAsked | Interrupted | EngineEnded
Inbox = SimpleQueue[Message]
"""Its `put` may be called from threads and from signal handlers."""
