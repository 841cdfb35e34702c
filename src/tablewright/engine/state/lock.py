"""Who holds a stack: the engine's lock files in a folder backend, and whether they still live.

A run that was killed leaves its lock behind, and the engine then refuses every later one. A lock
names process, host and time, so on the same host we can tell the dead from the living.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from tablewright.engine.run.watchdog import GRACE_SECONDS
from tablewright.engine.state.backend import StackPlace
from tablewright.engine.state.begun import run_of_lock
from tablewright.engine.state.machine import machine_id
from tablewright.errors import StackLockedError
from tablewright.pulumi_values import ENGINE_OWNER_VARIABLE

_CLOCK_SLACK_SECONDS = 2.0
_POLL_SECONDS = 0.05
_WRITTEN_SECONDS = 1.0
"""A lock is a few hundred bytes: whoever writes it is done by then."""
_LARGEST_PID = 2**31 - 1
_MACHINE = "machine"
"""Member of our own locks beside the engine's."""


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock of a stack.

    Args:
        user: who started the run.
        host: on which machine.
        pid: as which process.
        since: when it took the lock.
        alive: whether that process still runs; None when it runs on another machine, or in another
            container of this host's name.
        path: the lock's file; None where the engine named it only.
    """

    user: str
    host: str
    pid: int
    since: datetime
    alive: bool | None
    path: Path | None = None

    def __str__(self) -> str:
        when = self.since.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        return f"{self.user}@{self.host} (process {self.pid}) since {when}"


def read_locks(place: StackPlace) -> tuple[Lock, ...]:
    """The locks of a stack, oldest first; none for a backend that is not a folder."""
    folder = place.lock_folder
    if folder is None or not folder.is_dir():
        return ()
    locks = (_read(path) for path in folder.glob("*.json"))
    judged = (_judged(place, lock) for lock in locks if lock)
    return tuple(sorted(judged, key=lambda lock: lock.since))


def clear_dead_locks(place: StackPlace, progress: Callable[[str], None]) -> None:
    """Remove locks whose process is gone, with a word for each.

    An engine whose own command was killed is on its way out: that is waited for.

    Raises:
        StackLockedError: a lock is alive, or lies with a machine whose processes we cannot see.
    """
    _wait_for_orphans(place, progress)
    _clear_broken_locks(place, progress)
    for lock in read_locks(place):
        if lock.alive is not False:
            raise locked(place, lock)
        if lock.path:
            _remove(lock.path)
        progress(f"removed the lock of a run that is gone: {lock}")


def remove_locks(place: StackPlace) -> tuple[Lock, ...]:
    """Remove all locks, the living ones too: for a person who knows better. Answers which."""
    locks = read_locks(place)
    for lock in locks:
        if lock.path:
            _remove(lock.path)
    return locks


def locked(place: StackPlace, lock: Lock) -> StackLockedError:
    """The refusal for a stack that `lock` holds."""
    if lock.alive is None:
        next_step = (
            f"wait until it has ended on {lock.host}; if it is gone for certain, delete "
            f"{lock.path or 'its lock with `pulumi cancel`'}"
        )
    else:
        next_step = f"wait until it has ended, or end it with `kill -INT {lock.pid}`"
    return StackLockedError(
        f"the stack {place.project}/{place.stack} is in use by {lock}",
        f"{next_step}; then run the same command again",
        user=lock.user,
        host=lock.host,
        pid=lock.pid,
        since=lock.since.isoformat(),
    )


@contextmanager
def hold(place: StackPlace) -> Iterator[None]:
    """Hold the stack's lock as the engine does, while its state is repaired as a file.

    Raises:
        StackLockedError: somebody else holds it.
    """
    folder = place.lock_folder
    if folder is None:
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{os.urandom(16).hex()}.json"
    content = {
        "pid": os.getpid(),
        "username": _user(),
        "hostname": socket.gethostname(),
        _MACHINE: machine_id(),
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }
    # Whole or not at all, and its draft where the engine does not take it for a lock.
    draft = folder.parent / f".{path.name}"
    draft.write_text(json.dumps(content))
    draft.replace(path)
    try:
        others = [lock for lock in read_locks(place) if lock.path != path]
        if others:
            raise locked(place, others[0])
        yield
    finally:
        _remove(path)


def process_lives(pid: int, since: datetime) -> bool:
    """Whether the process that took a lock at `since` still runs, and not one with its number."""
    try:
        process = psutil.Process(pid)
        born_before = process.create_time() <= since.timestamp() + _CLOCK_SLACK_SECONDS
        return born_before and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _wait_for_orphans(place: StackPlace, progress: Callable[[str], None]) -> None:
    deadline, notified = time.monotonic() + GRACE_SECONDS + 1, False
    while any(_is_orphan(lock) for lock in read_locks(place)) and time.monotonic() < deadline:
        if not notified:
            progress("the last run was killed; waiting until its engine has ended")
            notified = True
        time.sleep(_POLL_SECONDS)


def _is_orphan(lock: Lock) -> bool:
    """Whether the lock's engine lives and the command that started it does not."""
    if lock.alive is not True:
        return False
    try:
        owner = psutil.Process(lock.pid).environ().get(ENGINE_OWNER_VARIABLE, "")
    except psutil.Error:
        return False
    return owner.isdigit() and not process_lives(int(owner), lock.since)


def _clear_broken_locks(place: StackPlace, progress: Callable[[str], None]) -> None:
    """Remove locks that say nothing: their run was killed, or its disk was full, as it began.

    Raises:
        StackLockedError: an engine of this machine is at work on the stack.
    """
    broken = _broken_locks(place)
    deadline = time.monotonic() + _WRITTEN_SECONDS
    while broken and time.monotonic() < deadline:  # somebody may be writing it
        time.sleep(_POLL_SECONDS)
        broken = _broken_locks(place)
    for path in broken:
        if pid := _engine_at_work(place):
            raise StackLockedError(
                f"the stack {place.project}/{place.stack} is in use by process {pid}, and its lock "
                f"{path} is damaged",
                f"wait until it has ended, or end it with `kill -INT {pid}`; then run the same "
                "command again",
                pid=pid,
            )
        _remove(path)
        progress(f"removed a lock that was cut off, of a run that is gone: {path.name}")


def _broken_locks(place: StackPlace) -> list[Path]:
    folder = place.lock_folder
    if folder is None or not folder.is_dir():
        return []
    return [path for path in folder.glob("*.json") if _read(path) is None]


def _engine_at_work(place: StackPlace) -> int | None:
    """The process of an engine that works on the stack on this machine, if there is one."""
    for process in psutil.process_iter(["cmdline"]):
        if place.full_name in (process.info["cmdline"] or ()):
            with suppress(psutil.Error):
                if process.environ().get("PULUMI_BACKEND_URL", "") in {"", place.backend.url}:
                    return int(process.pid)
    return None


def _judged(place: StackPlace, lock: Lock) -> Lock:
    """The lock, if its host is this one by name alone: of its process nothing is known then."""
    slack = timedelta(seconds=_CLOCK_SLACK_SECONDS)
    run = run_of_lock(place, lock.since, slack) if lock.alive is not None else None
    return replace(lock, alive=None) if run and run.is_elsewhere else lock


def _read(path: Path) -> Lock | None:
    """A lock's file; None if it went away, is still being written, or is no lock."""
    try:
        if not path.is_file():
            return None
        content = json.loads(path.read_text("utf-8"))
        since = datetime.fromisoformat(content["timestamp"])
        host, pid, user = content["hostname"], content["pid"], content.get("username")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not (isinstance(host, str) and isinstance(pid, int) and 0 < pid <= _LARGEST_PID):
        return None
    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    is_here = host == socket.gethostname() and content.get(_MACHINE) in {None, machine_id()}
    alive = process_lives(pid, since) if is_here else None
    return Lock(str(user or "somebody"), host, pid, since, alive, path)


def _remove(path: Path) -> None:
    if path.is_dir():
        path.rmdir()
        return
    path.unlink(missing_ok=True)
    with suppress(OSError):  # the folder backend keeps attributes of each file beside it
        path.with_name(f"{path.name}.attrs").unlink()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in some containers
        return str(os.getuid())
