"""Run a Pulumi program of this process for one of the engine's `Run` requests.

Two things are different from the SDK's own way. Debug remarks, of which the SDK makes six a
resource and each a round trip, stay here: they were a third of the time of a large preview. And no
stack trace goes along with a resource: the engine would write it, with the paths of this machine,
into the state, where it was four fifths of the bytes. Nor is one taken: that was a quarter of the
time of declaring a resource.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from inspect import isawaitable
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime import Settings, configure, resource, run_in_stack, set_all_config
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2_grpc, source_pb2
from pulumi.runtime.settings import ROOT, SETTINGS

from tablewright.engine.changes import plain
from tablewright.engine.run.imports import Imports
from tablewright.engine.run.messages import CHANNEL_OPTIONS
from tablewright.engine.run.moves import Moves, Registration
from tablewright.engine.run.tagging import Tagging

Program = Callable[[], Any]
"""Declares resources; may be a coroutine function. Runs once per preview and once per update."""
_RUNS_HERE = contextvars.ContextVar("_RUNS_HERE", default=False)
_take_trace = resource._get_stack_trace  # noqa: SLF001 - the SDK has no switch for it


def _trace() -> source_pb2.StackTrace:
    return source_pb2.StackTrace() if _RUNS_HERE.get() else _take_trace()


resource._get_stack_trace = _trace  # noqa: SLF001 - for programs that run here alone


def run_program(
    program: Program, request: Any, imports: Imports, moves: Moves, tagging: Tagging
) -> None:
    """Run `program` for the engine that sent the request, to the end of its registrations.

    Args:
        program: declares the resources.
        request: the engine's `RunRequest`.
        imports: what is imported instead of created, and what never is.
        moves: meets each registration, and knows what is recorded under another URN.
        tagging: the tags that each registration gets.

    Raises:
        Exception: whatever the program raises, and `grpc.RpcError` or the SDK's own errors when
            the engine refuses a registration; what that was about comes in the engine's events.
    """
    contextvars.copy_context().run(_run, program, request, imports, moves, tagging)


def _run(program: Program, request: Any, imports: Imports, moves: Moves, tagging: Tagging) -> None:
    moves.begin(for_real=not request.dryRun)
    ROOT.set(None)
    _RUNS_HERE.set(True)
    with (
        grpc.insecure_channel(request.monitor_address, options=CHANNEL_OPTIONS) as monitor,
        grpc.insecure_channel(request.args[0], options=CHANNEL_OPTIONS) as engine,
    ):
        configure(
            Settings(
                project=request.project,
                stack=request.stack,
                organization=request.organization or "organization",
                root_directory=request.info.root_directory,
                monitor=_Monitor(monitor, imports, moves, tagging, request),
                engine=_Engine(engine),
                parallel=request.parallel,
                dry_run=request.dryRun,
            )
        )
        set_all_config(dict(request.config), list(request.configSecretKeys))
        _run_loop(program, workers=max(request.parallel, 1) * 4)


def _run_loop(program: Program, workers: int) -> None:
    """Run the program in an event loop of its own that leaves nothing behind and says nothing."""
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda _loop, _context: None)  # of futures nobody awaits any more
    executor = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="pulumi-program")
    loop.set_default_executor(executor)
    try:
        loop.run_until_complete(run_in_stack(lambda: _to_the_end(program)))
    finally:
        loop.run_until_complete(_drop(asyncio.all_tasks(loop)))
        executor.shutdown(wait=False, cancel_futures=True)
        loop.close()


async def _to_the_end(program: Program) -> None:
    """Run the program and wait for its outputs, all at once while nothing fails.

    The SDK waits for the first of them and then looks at all the others again, which for a thousand
    resources took as long as everything else. What fails is left to it.
    """
    result = program()
    if isawaitable(result):
        await result
    while pending := [output for output in SETTINGS.outputs if not output.done()]:
        done, _ = await asyncio.wait(pending, return_when=asyncio.FIRST_EXCEPTION)
        if any(output.cancelled() or output.exception() for output in done):
            return


async def _drop(tasks: Collection[asyncio.Task[Any]]) -> None:
    """End what a program that failed has left waiting."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class _Engine(engine_pb2_grpc.EngineStub):
    """The engine's log without debug remarks."""

    def __init__(self, channel: Any) -> None:
        super().__init__(channel)
        send = self.Log

        def log(request: Any) -> Any:
            return empty_pb2.Empty() if request.severity == engine_pb2.DEBUG else send(request)

        self.Log = log


class _Monitor(resource_pb2_grpc.ResourceMonitorStub):
    """Registrations without stack traces, as imports or with an alias where that is right."""

    def __init__(
        self, channel: Any, imports: Imports, moves: Moves, tagging: Tagging, run: Any
    ) -> None:
        super().__init__(channel)
        send = self.RegisterResource

        def register(request: Any) -> Any:
            request.ClearField("stackTrace")
            request.ClearField("sourcePosition")
            if request.custom:
                tagging.add_to(request.type, request.object)
            urn = _urn(request, run)
            met = _registration(request, urn)
            if former := moves.meet(met):
                request.aliases.add(urn=former)
                request.importId = ""  # what is recorded is there already
            elif request.custom:
                request.importId = imports.id_for(
                    moves.begun_as(met), request.type, request.importId
                )
            return send(request)

        self.RegisterResource = register


def _registration(request: Any, urn: str) -> Registration:
    inputs = _Inputs(request.object.fields)
    return Registration(urn, request.type, inputs, request.parent, request.provider)


class _Inputs(Mapping[str, Any]):
    """Inputs as plain values, each read from its message when it is asked for."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def __getitem__(self, key: str) -> Any:
        if key not in self._fields:
            raise KeyError(key)
        return plain(json_format.MessageToDict(self._fields[key]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


def _urn(request: Any, run: Any) -> str:
    """The URN that the engine will give to a registration (its types chain through parents)."""
    chain = request.type
    if request.parent and (types := request.parent.split("::", 3)[2]) != "pulumi:pulumi:Stack":
        chain = f"{types}${chain}"
    return f"urn:pulumi:{run.stack}::{run.project}::{chain}::{request.name}"
