"""Ends the engine and all it started should the command that started it be killed.

Run as a script of its own, without site-packages, so that it starts in some ten milliseconds:

    python -I -S watchdog.py

On standard input it is told the engine's process id in one line; then it waits for the end of that
input. An end after the line `done` means that the run ended by itself. Any other end means that the
command is gone: the engine is interrupted, so that it finishes the step under way and records it,
and after some seconds whatever is left of its session is killed.
"""

import os
import signal
import sys
import time

GRACE_SECONDS = 20.0
POLL_SECONDS = 0.05


def session_members(leader: int) -> list[int]:
    """Living processes of the session that `leader` leads, itself included."""
    members = []
    for pid in _all_processes():
        try:
            if os.getsid(pid) == leader and not _is_zombie(pid):
                members.append(pid)
        except (ProcessLookupError, PermissionError):
            continue
    return members


def end_session(leader: int, grace_seconds: float) -> None:
    """Interrupt the leader, give it time, and kill what is left of its session."""
    deadline = time.monotonic() + grace_seconds
    signal_process(leader, signal.SIGINT)
    while leader in session_members(leader) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    kill_session(leader)


def kill_session(leader: int) -> None:
    """Kill every process of the session at once."""
    for _ in range(3):  # a process may fork while we look
        members = session_members(leader)
        if not members:
            return
        for pid in members:
            signal_process(pid, signal.SIGKILL)
        time.sleep(POLL_SECONDS / 10)


def signal_process(pid: int, number: int) -> None:
    """Send a signal to a process that may be gone already."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _all_processes() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    except FileNotFoundError:  # not Linux
        listing = os.popen("ps -A -o pid=").read()  # noqa: S605, S607 - no shell words in it
        return [int(word) for word in listing.split()]


def _is_zombie(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - pathlib is slow to import
            return file.read().rpartition(b")")[2].split()[0] == b"Z"
    except FileNotFoundError:
        return False


def main() -> None:
    """Wait for the end of the command's pipe, then tidy up if it did not say goodbye."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    first = sys.stdin.readline().strip()
    rest = sys.stdin.read()
    if first.isdigit() and "done" not in rest:
        end_session(int(first), GRACE_SECONDS)


if __name__ == "__main__":
    main()
