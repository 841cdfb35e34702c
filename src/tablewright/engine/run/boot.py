"""An engine that boots, while there may be nothing yet for it to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tablewright.engine.run.inbox import EngineEnded, Inbox
from tablewright.engine.run.process import EngineProcess

if TYPE_CHECKING:
    from tablewright.engine.run.service import EngineService


class EngineBoot:
    """The engine's process with the service that it asks; a context manager.

    The engine boots for a quarter of a second before it asks for its program, and then waits for
    `service.begin`. Entered again it stays as it is.

    Args:
        command: the engine and its arguments, without those of the language and the event log.
        environment: the engine's whole environment.
        folder: its working directory.
        runs_program: whether it will ask for one.

    Attributes:
        inbox: where events, questions and the engine's end go.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        folder: Path,
        *,
        runs_program: bool,
    ) -> None:
        self.inbox: Inbox = SimpleQueue()
        self._command, self._environment, self._folder = command, environment, folder
        self._runs_program = runs_program
        self._scope = ExitStack()
        self._service: EngineService | None = None
        self._process: EngineProcess | None = None

    def __enter__(self) -> Self:
        if self._process is None:
            # Imported here: a preview that is known to change nothing boots no engine.
            service = import_module("tablewright.engine.run.service").EngineService(self.inbox)
            self._service = self._scope.enter_context(service)
            command = (*self._command, *self._arguments())
            self._process = EngineProcess(command, self._folder, self._environment)
            self._scope.enter_context(self._process)
            self._process.tell_end(lambda status: self.inbox.put(EngineEnded(status)))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._scope.__exit__(kind, error, trace)

    @property
    def service(self) -> EngineService:
        """What the engine asks."""
        assert self._service is not None  # noqa: S101 - only used inside the context
        return self._service

    @property
    def process(self) -> EngineProcess:
        """The engine."""
        assert self._process is not None  # noqa: S101 - only used inside the context
        return self._process

    def abandon(self) -> None:
        """End it at once: it was given nothing to do."""
        self.process.kill()
        self._scope.close()

    def _arguments(self) -> tuple[str, ...]:
        address = self.service.address
        events = ("--event-log", f"tcp://{address}", "--exec-kind", "auto.inline")
        return (*events, f"--client={address}") if self._runs_program else events
