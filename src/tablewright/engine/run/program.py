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
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from inspect import isawaitable
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime import Settings, configure, resource, run_in_stack, set_all_config
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2_grpc, source_pb2
from pulumi.runtime.settings import ROOT, SETTINGS

from tablewright.engine.run.interception import Interception
from tablewright.engine.run.messages import CHANNEL_OPTIONS

Program = Callable[[], Any]
"""Declares resources; may be a coroutine function. Runs once per preview and once per update."""
_RUNS_HERE = contextvars.ContextVar("_RUNS_HERE", default=False)
_take_trace = resource._get_stack_trace  # noqa: SLF001 - the SDK has no switch for it


def _trace() -> source_pb2.StackTrace:
    return source_pb2.StackTrace() if _RUNS_HERE.get() else _take_trace()


resource._get_stack_trace = _trace  # noqa: SLF001 - for programs that run here alone


def run_program(program: Program, request: Any, interception: Interception) -> None:
    """Run `program` for the engine that sent the request, to the end of its registrations.

    Args:
        program: declares the resources.
        request: the engine's `RunRequest`.
        interception: what each registration meets.

    Raises:
        Exception: whatever the program raises, and `grpc.RpcError` or the SDK's own errors when
            the engine refuses a registration; what that was about comes in the engine's events.
    """
    contextvars.copy_context().run(_run, program, request, interception)


def _run(program: Program, request: Any, interception: Interception) -> None:
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
                monitor=_Monitor(monitor, interception),
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

    def __init__(self, channel: Any, interception: Interception) -> None:
        super().__init__(channel)
        send = self.RegisterResource

        def register(request: Any) -> Any:
            request.ClearField("stackTrace")
            request.ClearField("sourcePosition")
            interception.intercept(request)
            return send(request)

        self.RegisterResource = register
