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
from contextlib import ExitStack
from functools import cache
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
        reply, reply_end = socket.socketpair()
        for end in (*streams, reply):
            stack.enter_context(end)
        request = {"words": [*words], "folder": str(cwd), "environment": dict(env)}
        with ends[0], ends[1], reply_end:
            _server().send(request, [end.fileno() for end in (typed, *ends, reply_end)])
        answer = reply.makefile("r")
        stack.enter_context(answer)
        pid = int(answer.readline())
        texts = _read_all(streams, time.monotonic() + timeout)
        if texts is None:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired([*words], timeout)
        return subprocess.CompletedProcess([*words], int(answer.readline()), *texts)


class Sandbox:
    """The process of a sandbox, in place of that of `lifecycle.new_process`.

    One that is to end with whoever started it is not forked: it looks at its parent.
    """

    def __init__(self, arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        reply, reply_end = socket.socketpair()
        words = ["tablewright.sandbox.__main__", *arguments]
        request = {"words": words, "folder": str(Path.cwd()), "environment": dict(environment)}
        with reply_end, Path(os.devnull).open("rb") as nothing, log.open("wb") as written:
            ends = (nothing, written, written, reply_end)
            _server().send(request, [end.fileno() for end in ends])
        with reply:
            self._answer = reply.makefile("r")
        self.pid = int(self._answer.readline())
        self._status: int | None = None

    def poll(self) -> int | None:
        """Its exit status, once it has ended."""
        if self._status is None and select.select([self._answer], [], [], 0)[0]:
            self._status = int(self._answer.readline())
            self._answer.close()
        return self._status

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)


def new_sandbox(
    arguments: Sequence[str], log: Path, environment: Mapping[str, str]
) -> lifecycle.BackgroundProcess:
    """`lifecycle.new_process`, without the second in which each imports the same packages again."""
    if "--parent" in arguments or not is_possible({}):
        return NEW_PROCESS(arguments, log, environment)
    return Sandbox(arguments, log, environment)


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


@cache
def _server() -> _Server:
    return _Server()


def close() -> None:
    """End the process that forks, if there is one."""
    if _server.cache_info().currsize:
        _server().close()
        _server.cache_clear()
