"""Commands without the half second in which each imports the same packages again.

`warm_server` has imported what commands import, and forks for each of them. What is forked is a
process of its own in every other respect: its folder, environment, streams, exit status and end of
the interpreter are a command's.
"""

from __future__ import annotations

import json
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from functools import cache
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import IO

from tablewright.sandbox import lifecycle

NEW_PROCESS = lifecycle.new_process
"""With an interpreter of its own, as users have it."""
_SERVER = Path(__file__).with_name("warm_server.py")
_READ_AT_THE_START = ("PYTHON", "LC_", "LANG", "TZ", "COVERAGE")
"""Beginnings of variables that the interpreter reads before any code of ours."""
_WITHOUT_THREADS = {
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""For the process that forks: NumPy and Arrow start threads when they are imported."""


def is_possible(variables: Mapping[str, str]) -> bool:
    """Whether a command with these variables besides the tests' own can be forked.

    Where lines are counted each command has its own interpreter, as a user's has.
    """
    measured = any(name.startswith("COVERAGE") for name in os.environ)
    return not measured and not any(name.startswith(_READ_AT_THE_START) for name in variables)


def run(
    words: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdin: str, timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end and to that of its streams, like `subprocess.run`.

    Args:
        words: the command; the first is its name.
        cwd: its folder.
        env: its whole environment.
        stdin: what is typed.
        timeout: in seconds.

    Raises:
        subprocess.TimeoutExpired: it took longer; it was killed.
    """
    with ExitStack() as stack:
        typed = stack.enter_context(tempfile.TemporaryFile())
        typed.write(stdin.encode())
        typed.seek(0)
        streams, ends = zip(*(_pipe() for _ in range(2)), strict=True)
        for end in streams:
            stack.enter_context(end)
        with ends[0], ends[1]:
            process = Process(words, cwd, env, (typed.fileno(), *(end.fileno() for end in ends)))
        stack.callback(process.close)
        texts = _read_all(streams, time.monotonic() + timeout)
        if texts is None:
            process.kill()
            raise subprocess.TimeoutExpired([*words], timeout)
        return subprocess.CompletedProcess([*words], process.wait(), *texts)


class Process:
    """A process that was forked for words, as far as tests look at it like at a `Popen`.

    Args:
        words: the command; the first is its name.
        folder: its working directory.
        environment: its whole environment.
        streams: its input, output and error output.
        leads: it has a session of its own, and the terminal that is its input, if one is.
    """

    def __init__(
        self,
        words: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        streams: Sequence[int],
        *,
        leads: bool = False,
    ) -> None:
        self.args = [*words]
        request = {
            "words": self.args,
            "folder": str(folder),
            "environment": dict(environment),
            "leads": leads,
        }
        reply, reply_end = socket.socketpair()
        with reply_end:
            _server().send(request, [*streams, reply_end.fileno()])
        with reply:
            self._answer = reply.makefile("r")
        self.pid = int(self._answer.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status, once it has ended."""
        return self._status(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, once it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not, after so many seconds.
        """
        status = self._status(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Hear no more of it."""
        self._answer.close()

    def _status(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._answer], [], [], timeout)[0]:
            self.returncode = int(self._answer.readline())
            self.close()
        return self.returncode


class ForkedCommand(Process):
    """A command that is looked at while it works, in place of `Popen`.

    Its packages are imported before it begins: what is struck on its way there has an interpreter
    of its own (`Terminal.start`).
    """

    def __init__(self, words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        (out, out_end), (err, err_end) = (_pipe() for _ in range(2))
        with out_end, err_end, Path(os.devnull).open("rb") as nothing:
            ends = [end.fileno() for end in (nothing, out_end, err_end)]
            super().__init__(words, folder, environment, ends, leads=True)
        self.stdout = TextIOWrapper(BufferedReader(out), "utf-8")
        self.stderr = TextIOWrapper(BufferedReader(err), "utf-8")

    def communicate(self, timeout: float = 60) -> tuple[str, str]:
        """What it has still to say, once it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not, after so many seconds.
        """
        deadline = time.monotonic() + timeout
        with self.stdout, self.stderr, ThreadPoolExecutor(2) as pool:
            reads = [pool.submit(stream.read) for stream in (self.stdout, self.stderr)]
            _, late = wait(reads, timeout)
            if late:
                self.kill()
                raise subprocess.TimeoutExpired(self.args, timeout)
            out, err = (text.result() for text in reads)
        self.wait(max(deadline - time.monotonic(), 1))
        return out, err


def at_terminal(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], terminal: int
) -> Process | subprocess.Popen[bytes]:
    """A command whose terminal this is: Ctrl-C there reaches it."""
    if is_possible({}):
        return Process(words, folder, environment, [terminal] * 3, leads=True)
    return subprocess.Popen(
        [*words],
        cwd=folder,
        env=environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        preexec_fn=_lead,  # noqa: PLW1509 - no thread of ours has a lock then
    )


def _lead() -> None:
    os.setsid()
    os.close(os.open(os.ttyname(0), os.O_RDWR))


def _sandbox(arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> Process:
    words = ["tablewright.sandbox.__main__", *arguments]
    with Path(os.devnull).open("rb") as nothing, log.open("wb") as written:
        ends = [end.fileno() for end in (nothing, written, written)]
        return Process(words, Path.cwd(), environment, ends, leads=True)


def new_sandbox(
    arguments: Sequence[str], log: Path, environment: Mapping[str, str]
) -> lifecycle.BackgroundProcess:
    """`lifecycle.new_process`, without the second in which each imports the same packages again.

    One that is to end with whoever started it is not forked: it looks at its parent.
    """
    if "--parent" in arguments or not is_possible({}):
        return NEW_PROCESS(arguments, log, environment)
    return _sandbox(arguments, log, environment)


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    out, end = os.pipe()
    return os.fdopen(out, "rb", buffering=0), os.fdopen(end, "wb", buffering=0)


def _read_all(streams: Sequence[IO[bytes]], deadline: float) -> list[str] | None:
    """What comes out of each until its end; None if that takes too long."""
    texts = {stream.fileno(): bytearray() for stream in streams}
    with selectors.DefaultSelector() as selector:
        for fileno in texts:
            selector.register(fileno, selectors.EVENT_READ)
        while selector.get_map() and (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                texts[key.fd] += (part := os.read(key.fd, 1 << 16))
                if not part:
                    selector.unregister(key.fd)
        late = bool(selector.get_map())
    return None if late else [text.decode() for text in texts.values()]


class _Server:
    """The process that forks; one for all tests of a worker, until it ends."""

    def __init__(self) -> None:
        self._socket, server_end = socket.socketpair()
        self._lock = threading.Lock()
        with server_end:
            self._process = subprocess.Popen(
                [sys.executable, _SERVER, str(server_end.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, **_WITHOUT_THREADS},
                pass_fds=[server_end.fileno()],
            )

    def send(self, request: Mapping[str, object], descriptors: Sequence[int]) -> None:
        """Ask for a command; its input, output, error output and where to tell its end."""
        body = json.dumps(request).encode()
        with self._lock:
            socket.send_fds(self._socket, [len(body).to_bytes(8, "big")], descriptors)
            self._socket.sendall(body)

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.wait()


_STARTING = threading.Lock()
"""Two threads that run the first commands have one process, too."""


def _server() -> _Server:
    with _STARTING:
        return _started()


@cache
def _started() -> _Server:
    return _Server()


def close() -> None:
    """End the process that forks, if there is one."""
    if _started.cache_info().currsize:
        _started().close()
        _started.cache_clear()
