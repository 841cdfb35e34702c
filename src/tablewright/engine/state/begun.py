"""Which runs were begun and have not ended well: files that name process, time and machine.

Of a stack in a folder these are journals beside its state (`recovery`); of one in a bucket they say
nothing more, and lie with the user: what a lock in a bucket belongs to is known by them alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tablewright.engine.state.backend import StackPlace
from tablewright.engine.state.machine import machine_id

SUFFIX: Final = ".events"
_NO_SLACK: Final = timedelta()


@dataclass(frozen=True, slots=True)
class BegunRun:
    """A run as the name of its file tells it.

    Args:
        pid: of its command; 0 once that has ended.
        began: when; None if the name is none of ours.
        machine: on which machine, see `machine_id`; empty if that is not known.
    """

    pid: int
    began: datetime | None
    machine: str

    @classmethod
    def of(cls, path: Path) -> BegunRun:
        """What a file's name says."""
        pid, _, rest = path.name.removesuffix(SUFFIX).partition("-")
        began, _, machine = rest.partition("-")
        try:
            return cls(int(pid), datetime.fromtimestamp(float(began), UTC), machine)
        except ValueError:
            return cls(0, None, "")

    @property
    def is_elsewhere(self) -> bool:
        """Whether its process cannot be looked for here."""
        return self.machine not in {"", machine_id()}


def begun_folder(place: StackPlace) -> Path:
    """Where the files of a stack's runs lie."""
    return place.beside("journals", f"runs/{place.digest}")


def new_file(place: StackPlace) -> Path:
    """The empty file of a run of this process that begins now."""
    folder = begun_folder(place)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{os.getpid()}-{time.time():.3f}-{machine_id()}{SUFFIX}"
    path.touch()
    return path


@contextmanager
def noted(place: StackPlace) -> Iterator[None]:
    """While the block runs, and afterwards if this process is killed, its run is known here.

    Once a run has ended well nothing is left of those that were killed before.
    """
    path = new_file(place)
    before = [other for other in path.parent.glob(f"*{SUFFIX}") if other != path]
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    for file in (path, *(other for other in before if not BegunRun.of(other).is_elsewhere)):
        file.unlink(missing_ok=True)


def run_of_lock(
    place: StackPlace, since: datetime, slack: timedelta = _NO_SLACK
) -> BegunRun | None:
    """The run that took a lock at that time, if it is known here: the last one begun before.

    Args:
        place: the stack.
        since: when the lock was taken.
        slack: by how much clocks may differ.
    """
    runs = (BegunRun.of(path) for path in begun_folder(place).glob(f"*{SUFFIX}"))
    before = {
        run.began: run for run in runs if run.pid and run.began and run.began <= since + slack
    }
    return before[max(before)] if before else None
