"""When each step of a run began and ended, for those who look back; the newest runs are kept.

The journal of a run goes when it ends well; this stays, beside it, and has times and names alone. A
line is written as a step begins or ends, so that a run under way can be watched.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from tablewright.engine.run.events import Progress, StepFailed, StepFinished, StepStarted
from tablewright.engine.state.backend import StackPlace

KEPT_RUNS = 20
_SUFFIX = ".jsonl"
_BEGAN, _ENDED, _FAILED = "began", "ended", "failed"


@dataclass(frozen=True, slots=True)
class LoggedStep:
    """A step of a run.

    Args:
        name, type: of the resource.
        operation: what was done to it.
        began_seconds, ended_seconds: after the run's start; it has no end where the run was cut
            off, or goes on.
        failed: it was refused.
    """

    name: str
    type: str
    operation: str
    began_seconds: float
    ended_seconds: float | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """A run over a stack; without an end it goes on, or was killed."""

    verb: str
    start: datetime
    steps: tuple[LoggedStep, ...]
    end: datetime | None = None
    failed: bool = False


@contextmanager
def logged(
    journal: Path | None, verb: str, observe: Callable[[Progress], None]
) -> Iterator[Callable[[Progress], None]]:
    """An observer that also logs; a run without a step leaves nothing, nor does a full disk.

    Args:
        journal: of the run; None for one that changes nothing, or whose state is in no folder.
        verb: what is run.
        observe: told of everything.
    """
    if journal is None:
        yield observe
        return
    log = _Log(journal.parent.parent / "runs", verb)

    def both(progress: Progress) -> None:
        log.take(progress)
        observe(progress)

    try:
        yield both
    except BaseException:
        log.close(failed=True)
        raise
    log.close(failed=False)


def runs_of(place: StackPlace) -> tuple[LoggedRun, ...]:
    """The runs that are kept, the newest first; none where the state is not in a folder."""
    folder = _folder(place)
    paths = sorted(folder.glob(f"*{_SUFFIX}"), reverse=True) if folder else []
    return tuple(run for path in paths if (run := _read(path)) is not None)


def _folder(place: StackPlace) -> Path | None:
    return place.own_folder / "runs" if place.own_folder else None


class _Log:
    """The file of one run, made with its first step."""

    def __init__(self, folder: Path, verb: str) -> None:
        self._folder, self._verb = folder, verb
        self._start, self._clock = datetime.now(UTC), time.monotonic()
        self._file: TextIO | None = None

    def take(self, progress: Progress) -> None:
        match progress:
            case StepStarted(planning=False):
                self._write(_BEGAN, progress)
            case StepFinished(planning=False):
                self._write(_ENDED, progress)
            case StepFailed():
                self._write(_FAILED, progress)

    def _write(self, what: str, step: StepStarted | StepFinished | StepFailed) -> None:
        with suppress(OSError):
            self._line(
                {
                    "at": round(time.monotonic() - self._clock, 3),
                    "what": what,
                    "urn": step.urn,
                    "name": step.name,
                    "type": step.type,
                    "operation": step.operation.value,
                }
            )

    def _line(self, line: dict[str, Any]) -> None:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            name = f"{self._start:%Y%m%dT%H%M%S.%f}-{os.getpid()}{_SUFFIX}"
            self._file = (self._folder / name).open("w", encoding="utf-8", buffering=1)
            self._line({"verb": self._verb, "start": self._start.isoformat()})
        self._file.write(json.dumps(line) + "\n")

    def close(self, *, failed: bool) -> None:
        if self._file is None:
            return
        with suppress(OSError):
            self._line({"end": datetime.now(UTC).isoformat(), "failed": failed})
        with suppress(OSError):
            self._file.close()
        for old in sorted(self._folder.glob(f"*{_SUFFIX}"), reverse=True)[KEPT_RUNS:]:
            old.unlink(missing_ok=True)


def _read(path: Path) -> LoggedRun | None:
    """A run as far as it was written; what is no line of one is passed over."""
    lines = []
    for line in path.read_text("utf-8", "replace").splitlines():
        with suppress(ValueError):
            lines.append(json.loads(line))
    if not lines or "start" not in lines[0]:
        return None
    steps: dict[tuple[str, str], LoggedStep] = {}
    for line in lines:
        if "what" in line:
            key = line["urn"], line["operation"]
            began = steps[key].began_seconds if key in steps else line["at"]
            over = line["what"] != _BEGAN
            steps[key] = LoggedStep(
                line["name"],
                line["type"],
                line["operation"],
                began,
                line["at"] if over else None,
                line["what"] == _FAILED,
            )
    last = lines[-1]
    end = datetime.fromisoformat(last["end"]) if "end" in last else None
    return LoggedRun(
        lines[0]["verb"],
        datetime.fromisoformat(lines[0]["start"]),
        tuple(steps.values()),
        end,
        bool(last.get("failed")),
    )
