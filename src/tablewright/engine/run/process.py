"""The engine as a process of its own session: started, interrupted, and never outliving its run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tablewright.engine.run import watchdog

_WATCHDOG_WAIT_SECONDS = 5


class EngineProcess:
    """One run of the `pulumi` executable; a context manager.

    In a session of its own the terminal's Ctrl-C does not reach it: we decide what it gets. When
    the run ends, for whatever reason, everything left in that session is killed, the engine itself
    after it had time to record what it was doing; a watchdog does the same should this process
    itself be killed.

    Args:
        command: executable and arguments.
        folder: where it runs; its output is kept there in a file.
        environment: its whole environment.
    """

    def __init__(
        self, command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self._command = command
        self._folder = folder
        self._environment = environment
        self._output = folder / "output"
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", watchdog.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._tell(f"{self.pid}\n")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:  # in the middle of a run: let it record what it is doing
            watchdog.end_session(self.pid, watchdog.GRACE_SECONDS)
        self.kill()
        self._tell("done\n")
        if self._watchdog and self._watchdog.stdin:
            with suppress(OSError):
                self._watchdog.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self._watchdog.wait(_WATCHDOG_WAIT_SECONDS)

    @property
    def pid(self) -> int:
        """The engine's process id, also that of its session."""
        assert self._process is not None  # noqa: S101 - only used inside the context
        return self._process.pid

    @property
    def output(self) -> str:
        """All it has printed so far."""
        return self._output.read_text("utf-8", "replace")

    def tell_end(self, tell: Callable[[int], None]) -> None:
        """Call `tell` from a thread with the exit status, negative for a signal, once it ended."""
        process = self._process
        assert process is not None  # noqa: S101 - only used inside the context
        threading.Thread(target=lambda: tell(process.wait()), daemon=True).start()

    def interrupt(self) -> None:
        """Ask it to finish the steps under way and stop; asked again, it drops them."""
        assert self._process is not None  # noqa: S101 - only used inside the context
        self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End it and everything it started, at once."""
        watchdog.kill_session(self.pid)
        if self._process:
            self._process.wait()

    def _tell(self, text: str) -> None:
        if self._watchdog and self._watchdog.stdin:
            with suppress(OSError):  # somebody killed the watchdog
                os.write(self._watchdog.stdin.fileno(), text.encode())
