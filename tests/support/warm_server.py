"""Forks for each command it is asked for; see `warm_commands`. Runs as a script of its own.

Nothing but imports happens before a fork: no thread, no connection, no event loop.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

_ROOMS = ("declare", "deploy", "existing", "inputs", "other")
"""Of the commands: those that most tests run."""
_MEASURING = ("explain", "optimize", "report", "usage")
"""Commands that import NumPy, Numba, Arrow and DuckDB, which takes most of a second. A second
process forks for these: with all of that in it each fork would take half as long again."""
_OF_MEASURING = ("pyarrow.compute", "pandas", "pytz")
"""What these import while they run; Arrow does Pandas where it is there, as it is beside Spark."""
_SANDBOX = "tablewright.sandbox.__main__"
_OF_SANDBOXES = (
    _SANDBOX, "tablewright.provider.hosting.host", "tablewright_emulator.server",
    "tablewright.sandbox.answering",
)  # fmt: skip
"""What a sandbox's process imports, which takes a second; a third process forks for these."""
_MODULES = ("styled", "sandbox.sandbox", "sandbox.sandbox_command")
_LATE_MODULES = (
    "encodings.idna", "encodings.utf_8_sig", "rich._emoji_codes", "grpc._channel", "grpc._server",
    "grpc._interceptor", "grpc._simple_stubs", "grpc.experimental",
    "tablewright._pulumi_protocol.language_pb2", "grpc._utilities", "encodings.ascii",
    "importlib.readers", "tablewright.deploy.ownership.provider_calls",
)  # fmt: skip
"""What commands import while they run; none starts a thread."""
_SERVICES = (
    "dynamodb", "sts", "iam", "cloudwatch", "application-autoscaling", "kms", "ssm", "sns",
    "lambda", "kinesis", "dynamodbstreams", "resourcegroupstaggingapi", "cloudformation", "backup",
)  # fmt: skip
"""Of AWS: botocore's descriptions of them, which it parses for the first client of a process."""


def _import_rooms(*rooms: str) -> None:
    for room in map(importlib.import_module, (f"tablewright.cli.{name}" for name in rooms)):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)


def _import_all() -> None:
    _import_rooms(*_ROOMS)
    for name in _MODULES:
        importlib.import_module(f"tablewright.cli.{name}")
    importlib.import_module("tablewright.engine.run.registrar")
    importlib.import_module("tablewright.components.preloading").preload()
    for name in _LATE_MODULES:
        importlib.import_module(name)
    session = importlib.import_module("tablewright.aws.connection").open_session(
        None, environment={"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    )
    for name in _SERVICES:
        session.create_client(name, region_name="eu-west-1", endpoint_url="http://127.0.0.1:1")
    for model in _models(importlib.import_module("pydantic").BaseModel):
        model.model_rebuild()


def _import_what_measures() -> None:
    _import_rooms("measure")
    for name in _OF_MEASURING:
        with suppress(ImportError):
            importlib.import_module(name)
    compiler = importlib.import_module("numba.core.registry").cpu_target
    compiler.typing_context.refresh()  # which it does for the first loop that it compiles or loads
    compiler.target_context.refresh()


def _import_what_sandboxes_do() -> None:
    for name in _OF_SANDBOXES:
        importlib.import_module(name)
    moto = importlib.import_module("tablewright_emulator.moto_backend")
    for module in pkgutil.iter_modules(moto.__path__, f"{moto.__name__}."):
        importlib.import_module(module.name)


def _group(words: Sequence[str]) -> str:
    """Which process forks for it: that with what such a command imports."""
    if words[0] == _SANDBOX or [*words[1:3]] == ["sandbox", "start"]:
        return "sandboxes"
    return "measuring" if words[1:2] and words[1] in _MEASURING else ""


def _models(model: Any) -> Iterator[Any]:
    """Those of the manifest are built when they are first used, which takes a tenth of a second."""
    for derived in model.__subclasses__():
        yield derived
        yield from _models(derived)


def _requests(asked: socket.socket) -> Any:
    """Each request and its descriptors, until the tests are over."""
    while True:
        head, descriptors, _, _ = socket.recv_fds(asked, 8, 4)
        if not head:
            return
        with asked.makefile("rb", buffering=0) as stream:
            body = b""
            while len(body) < int.from_bytes(head, "big"):
                body += stream.read(int.from_bytes(head, "big") - len(body)) or b""
        yield json.loads(body), descriptors


_IMPORTS = {"measuring": _import_what_measures, "sandboxes": _import_what_sandboxes_do}


def _is_command(asked: socket.socket, served: str = "") -> Mapping[str, Any] | None:
    """Serve; in a process that was forked for a command, answer what it is to do."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    others: dict[str, socket.socket] = {}
    for request, descriptors in _requests(asked):
        group = _group(request["words"])
        if group != served:
            if group not in others:
                end, its_end = socket.socketpair()
                if os.fork() == 0:
                    open_ends = (asked, end, *others.values())
                    _close_all(*(socket_end.detach() for socket_end in open_ends), *descriptors)
                    _IMPORTS[group]()
                    _keep()
                    return _is_command(its_end, group)
                its_end.close()
                others[group] = end
            _pass_on(others[group], request, descriptors)
        elif os.fork() == 0:
            _close_all(*(end.detach() for end in (asked, *others.values())))
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return request | {"descriptors": descriptors}
        _close_all(*descriptors)
    return None


def _close_all(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _pass_on(second: socket.socket, request: Mapping[str, Any], descriptors: list[int]) -> None:
    body = json.dumps(request).encode()
    socket.send_fds(second, [len(body).to_bytes(8, "big")], descriptors)
    second.sendall(body)


def _keep() -> None:
    """What is there by now stays; no fork looks at it."""
    gc.collect()
    gc.freeze()


def _wait_for(pid: int, report: int, others: list[int]) -> None:
    """Tell how a command's process ended; it has told its number itself."""
    _close_all(*others)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with suppress(BrokenPipeError):  # a sandbox outlives the tests that started it
        os.write(report, f"{status}\n".encode())
    os._exit(0)


def _take_terminal() -> None:
    """The terminal that is its input, if there is one, is its own: Ctrl-C there reaches it."""
    if os.isatty(0):
        os.close(os.open(os.ttyname(0), os.O_RDWR))


def _take_name() -> None:
    """By which tests know a command from the engine and from the process that forked it."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(Path(sys.argv[0]).name, "utf-8")


def _become(request: Mapping[str, Any], streams: list[int]) -> None:
    """What a process that was started for a command would be."""
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    # What they were is known of the old ones: whether they can be wound back, for instance.
    sys.stdout = open(1, "w", encoding=sys.stdout.encoding, closefd=False)  # noqa: SIM115
    sys.stderr = open(  # noqa: SIM115
        2, "w", 1, encoding=sys.stderr.encoding, errors="backslashreplace", closefd=False
    )
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = list(request["words"])
    tempfile.tempdir = None


class _Sandbox:
    """Forked before a command that may start one: from then on the command has threads."""

    def __init__(self) -> None:
        order, self._order = os.pipe()
        self.pid = os.fork()
        self._status: int | None = None
        if self.pid == 0:
            os.close(self._order)
            with os.fdopen(order) as ordered:
                wanted = ordered.read()
            if not wanted:
                os._exit(0)
            self._become(**json.loads(wanted))
        os.close(order)

    @staticmethod
    def _become(arguments: list[str], log: str, environment: dict[str, str]) -> NoReturn:
        os.setsid()
        streams = [os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_TRUNC)]
        words = [_SANDBOX, *arguments]
        request = {"words": words, "folder": os.curdir, "environment": environment}
        _become(request, [*streams, os.dup(streams[1])])
        _run()

    def start(
        self, arguments: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> _Sandbox:
        """In place of `lifecycle.new_process`."""
        log.touch()
        wanted = {"arguments": arguments, "log": str(log), "environment": dict(environment)}
        with os.fdopen(self._order, "w") as order:
            json.dump(wanted, order)
        return self

    def poll(self) -> int | None:
        """Its exit status, once it has ended."""
        if self._status is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if ended else None
        return self._status

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)


def _main_of(words: Sequence[str]) -> Callable[[], Any]:
    if words[0] == _SANDBOX:
        return importlib.import_module(_SANDBOX).main
    if _group(words) == "sandboxes":
        importlib.import_module("tablewright.sandbox.lifecycle").new_process = _Sandbox().start
    return importlib.import_module("tablewright.cli").main


def _run() -> NoReturn:
    """The command, and what an interpreter does at its end but for the freeing of all it has."""
    status = 1
    try:
        status = _main_of(sys.argv)() or 0
    except SystemExit as end:
        status = int(end.code or 0)
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except OSError:
        status = 120  # as the interpreter says it
    sys.stderr.flush()
    os._exit(status)


def main() -> None:
    """Serve, and be each command."""
    asked = socket.socket(fileno=int(sys.argv[1]))
    _import_all()
    _keep()
    request = _is_command(asked)
    if request is None:
        return
    *streams, report = request["descriptors"]
    if pid := os.fork():
        _wait_for(pid, report, streams)
    if request["leads"]:
        os.setsid()
    os.write(report, f"{os.getpid()}\n".encode())
    os.close(report)
    _become(request, streams)
    if request["leads"]:
        _take_terminal()
        _take_name()
    _run()


if __name__ == "__main__":
    main()
