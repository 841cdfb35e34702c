"""Running somebody's command against a sandbox."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from tablewright.errors import UsageError

SIGNALS = (signal.SIGTERM, signal.SIGHUP)
"""Passed on to the command; Ctrl-C reaches it from the terminal by itself."""


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command with our own input and output; answers its exit status, 128+N for signal N.

    Raises:
        UsageError: there is no such command.
    """
    program = shutil.which(command[0], path=environment.get("PATH"))
    if program is None:
        raise UsageError(f"there is no command {command[0]} on PATH", "check its name")
    with (
        subprocess.Popen([program, *command[1:]], env=environment) as process,
        _passing_on(process),
    ):
        status = _wait(process)
    return status if status >= 0 else 128 - status


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Until the command itself ends: a Ctrl-C is its to answer, not ours."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


@contextmanager
def _passing_on(process: subprocess.Popen[bytes]) -> Iterator[None]:
    def pass_on(number: int, _: object) -> None:
        os.kill(process.pid, number)

    before = {number: signal.signal(number, pass_on) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
