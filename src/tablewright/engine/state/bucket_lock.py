"""The lock of a stack in a bucket: known from the engine's refusal, and removed with all others.

`pulumi cancel` removes whatever locks there are. So whoever removes the lock of a run that is gone
is alone on this machine while it does, and has just seen that lock; and what is gone is known from
what that run has left here (`begun`), for two containers may bear one name.
"""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, TypeVar

from tablewright.engine.state.backend import StackPlace
from tablewright.engine.state.begun import begun_folder, run_of_lock
from tablewright.engine.state.lock import process_lives
from tablewright.errors import StackLockedError

Answer = TypeVar("Answer")
_BOOTED: Final = timedelta(minutes=5)
"""Within which an engine has taken its lock, long since."""


def past_dead_lock(
    place: StackPlace, run: Callable[[], Answer], unlock: Callable[[int], object]
) -> Answer:
    """Run; where the lock of a run of this machine that is gone is in the way, remove it and go on.

    Args:
        place: the stack, in a bucket.
        run: runs the engine.
        unlock: removes all locks; told which process had the one that is in the way.

    Raises:
        StackLockedError: the lock is of a run that lives, or that nobody here knows.
    """
    try:
        return run()
    except StackLockedError as refusal:
        if not holder_is_gone(place, refusal):
            raise
        with _alone(place) as alone:
            if not alone:
                raise
            try:
                return run()
            except StackLockedError as again:
                if not holder_is_gone(place, again):
                    raise
                unlock(again.pid)
                return run()


def holder_is_gone(place: StackPlace, refusal: StackLockedError) -> bool:
    """Whether the run that a refusal names was begun on this machine and does not live any more."""
    if refusal.host != socket.gethostname() or not refusal.pid:
        return False
    since = datetime.fromisoformat(refusal.since)
    run = run_of_lock(place, since)
    if run is None or run.began is None or run.is_elsewhere or since - run.began > _BOOTED:
        return False
    return not (process_lives(refusal.pid, since) or process_lives(run.pid, run.began))


@contextmanager
def _alone(place: StackPlace) -> Iterator[bool]:
    """Whether no other process of this machine removes a lock of the stack."""
    with (begun_folder(place) / "alone").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
