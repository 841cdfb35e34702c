"""What the engine asks of us while it runs: to run the program, and to take its events.

The engine runs no program itself: it asks a language runtime at the address given with `--client`.
It sends what it does to the address given with `--event-log tcp://`, one stream for a preview and
one for an update, and each ends before anything of the next begins. Both are this service.

It is there before the engine starts, and imports nothing of Pulumi until the engine wants the
program to be run, so that those imports can happen while the engine boots.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from types import TracebackType
from typing import Any, Self

from tablewright.engine.run.events import tells_nothing
from tablewright.engine.run.inbox import EventCame, Inbox, PermissionAsked, PhaseBegan
from tablewright.engine.run.interception import Interception
from tablewright.engine.run.messages import SERVER_OPTIONS, only_text
from tablewright.engine.run.resource_tree import PlainProgram, ResourceTree
from tablewright.engine.run.vetting import VettedProgram, pass_all
from tablewright.engine.run.work import Work
from tablewright.pulumi_protocol import messages

_LANGUAGE = "pulumirpc.LanguageRuntime"
_EVENTS = "pulumirpc.Events"
_WORKERS = 6
_STOP_SECONDS = 1.0
"""A program that hangs must not hold its command longer."""
_EMPTY = b""
"""Any message of the protocol with nothing in it."""


class EngineService:
    """Serves one run of the engine; a context manager.

    Args:
        inbox: where events and questions go.

    Attributes:
        address: host and port, once it serves.
        error: what the program raised, if it did.
    """

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._work = Work()
        self._question: Future[bool] | None = None
        self._begun = Event()
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="engine-service")
        self._tree: Future[ResourceTree] | None = None
        self._server: Any = None
        self.error: BaseException | None = None
        self.address = ""

    def __enter__(self) -> Self:
        import grpc  # noqa: PLC0415 - 40 ms that `--help` need not pay

        answer = grpc.unary_unary_rpc_method_handler
        language = {name: answer(_nothing) for name in _UNINTERESTING} | {"Run": answer(self._run)}
        events = {"StreamEvents": grpc.stream_unary_rpc_method_handler(self._take)}
        self._server = grpc.server(self._pool, options=SERVER_OPTIONS)
        self._server.add_generic_rpc_handlers(
            (
                grpc.method_handlers_generic_handler(_LANGUAGE, language),
                grpc.method_handlers_generic_handler(_EVENTS, events),
            )
        )
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._begun.set()
        if self._question and not self._question.done():
            self._question.set_result(False)
        self._server.stop(None).wait(_STOP_SECONDS)

    def begin(self, work: Work) -> None:
        """Let the engine have its program, after all that is slow to import is imported.

        Two threads that import the same packages at once see them half made where they import
        each other in a circle, as the modules of Pulumi's AWS SDK do.

        What plain programs declare is found out from now on, while the engine boots: for a first
        preview that is a look at the account. An update declares what its preview has.
        """
        self._work = work
        if isinstance(work.program, PlainProgram):
            self._tree = self._pool.submit(work.program.tree)
        self._begun.set()

    def _take(self, stream: Iterator[bytes], _context: Any) -> bytes:
        """One phase of events. A broken stream is a killed engine, which its end will tell."""
        import grpc  # noqa: PLC0415 - as above

        self._inbox.put(PhaseBegan())
        try:
            for message in stream:
                line = only_text(message)
                if not tells_nothing(line):
                    self._inbox.put(EventCame(json.loads(line), line))
        except grpc.RpcError:
            pass
        return _EMPTY

    def _run(self, request_bytes: bytes, _context: Any) -> bytes:
        """Run the program; a failure is kept here and the engine only told to stop."""
        self._begun.wait()
        language_pb2 = messages("language_pb2")
        stop = bytes(language_pb2.RunResponse(bail=True).SerializeToString())
        request = language_pb2.RunRequest.FromString(request_bytes)
        if self._work.asks and not request.dryRun and not self._may_begin():
            return stop
        try:
            self._declare(request)
        except BaseException as error:  # noqa: BLE001 - the border to a program; raised by the run
            self.error = error
            return stop
        return _EMPTY

    def _declare(self, request: Any) -> None:
        """Register what the program declares, each registration met by what this run knows."""
        work = self._work
        work.moves.begin(for_real=not request.dryRun)
        vet = work.program.vet if isinstance(work.program, VettedProgram) else pass_all
        interception = Interception(
            work.imports, work.moves, work.tagging, request.stack, request.project, vet
        )
        if self._tree:
            from tablewright.engine.run.registrar import register_tree  # noqa: PLC0415 - see above

            register_tree(self._tree.result(), request, interception)
        elif callable(work.program):
            from tablewright.engine.run.program import run_program  # noqa: PLC0415 - likewise

            run_program(work.program, request, interception)

    def _may_begin(self) -> bool:
        self._question = Future()
        self._inbox.put(PermissionAsked(self._question))
        return self._question.result()


_UNINTERESTING = (
    "About",
    "Cancel",
    "GetPluginInfo",
    "GetProgramDependencies",
    "GetRequiredPackages",
    "GetRequiredPlugins",
    "Handshake",
)
"""Questions about tools and packages of the language, to which there is nothing to say here."""


def _nothing(_request: bytes, _context: Any) -> bytes:
    return _EMPTY
