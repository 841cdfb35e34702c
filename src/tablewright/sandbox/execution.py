"""Running somebody's command against a sandbox."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
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
        _handling({signal.SIGINT: _leave_to_the_command}),
        subprocess.Popen([program, *command[1:]], env=environment) as process,
        _handling(dict.fromkeys(SIGNALS, lambda number, _: os.kill(process.pid, number))),
    ):
        status = process.wait()
    return status if status >= 0 else 128 - status


def _leave_to_the_command(_number: int, _frame: object) -> None:
    """A Ctrl-C is the command's to answer.

    `KeyboardInterrupt` could come where the command's status is read but not yet kept, and
    `subprocess` takes a status that is lost for 0.
    """


@contextmanager
def _handling(handlers: Mapping[signal.Signals, Callable[[int, object], None]]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
