"""The engine's side of registrations: takes what a program registers, and answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from types import SimpleNamespace
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import (
    engine_pb2_grpc,
    provider_pb2,
    resource_pb2,
    resource_pb2_grpc,
)

from tablewright.engine.run.imports import Imports
from tablewright.engine.run.interception import Interception
from tablewright.engine.run.moves import Moves
from tablewright.engine.run.tagging import Tagging

ACCOUNT = "123456789012"
PROJECT, STACK = "analytics", "dev"


class ResourceMonitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Remembers requests by URN.

    Args:
        dry_run: answers as in a preview of creations: no ids, nothing but inputs.
        refused: type tokens whose registrations fail, as the engine says it.
        reported: type tokens whose registrations fail, as the engine reports it of a step.
        code: of a refusal.
    """

    def __init__(
        self,
        *,
        dry_run: bool = False,
        refused: Any = (),
        reported: Any = (),
        code: grpc.StatusCode = grpc.StatusCode.UNKNOWN,
    ) -> None:
        self._dry_run, self._refused, self._reported = dry_run, refused, reported
        self._code = code
        self._lock = Lock()
        self.registered: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}
        self.calls: list[Any] = []
        self.order: list[str] = []

    def SupportsFeature(self, request: Any, _context: Any) -> Any:  # noqa: N802
        return resource_pb2.SupportsFeatureResponse(hasSupport=True)

    def GetDeploymentInfo(self, _request: Any, context: Any) -> Any:  # noqa: N802
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "older than that")

    def SignalAndWaitForShutdown(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    def Invoke(self, request: Any, _context: Any) -> Any:  # noqa: N802
        self.calls.append(request)
        answer = provider_pb2.InvokeResponse()
        known = {"accountId": ACCOUNT, "arn": "arn:aws:sts", "id": ACCOUNT, "userId": "AIDA"}
        getattr(answer, "return").update(known)
        return answer

    def RegisterResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        if request.type in self._refused:
            context.abort(self._code, "resource monitor shut down")
        chain = request.type
        if request.parent and not request.parent.split("::")[2].endswith("pulumi:pulumi:Stack"):
            chain = f"{request.parent.split('::')[2]}${chain}"
        urn = f"urn:pulumi:{STACK}::{PROJECT}::{chain}::{request.name}"
        with self._lock:
            assert urn not in self.registered
            self.registered[urn] = request
            self.order.append(urn)
        answer = resource_pb2.RegisterResourceResponse(urn=urn, object=request.object)
        if request.type in self._reported:
            answer.result = resource_pb2.Result.FAIL
        if request.custom and not self._dry_run:
            answer.id = request.name
            for name in ("arn", "streamArn", "streamLabel"):
                answer.object.fields[name].string_value = f"{name} of {urn}"
        return answer

    def RegisterResourceOutputs(self, request: Any, _context: Any) -> Any:  # noqa: N802
        self.outputs[request.urn] = request.outputs
        return empty_pb2.Empty()


class _Log(engine_pb2_grpc.EngineServicer):
    def Log(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()


@contextmanager
def serving(monitor: ResourceMonitor) -> Iterator[SimpleNamespace]:
    """A `RunRequest` of an engine whose monitor this is."""
    server = grpc.server(ThreadPoolExecutor(32))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(_Log(), server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield SimpleNamespace(
            project=PROJECT,
            stack=STACK,
            organization="organization",
            monitor_address=address,
            args=[address],
            info=SimpleNamespace(root_directory="/"),
            parallel=16,
            dryRun=monitor._dry_run,
            config={},
            configSecretKeys=[],
        )
    finally:
        server.stop(None).wait()


def registered(
    monitor: ResourceMonitor, run: Callable[[Any, Interception], None]
) -> ResourceMonitor:
    """Run something that registers resources, and return what the monitor was told."""
    moves = Moves()
    moves.begin(for_real=False)
    interception = Interception(Imports(), moves, Tagging(), STACK, PROJECT)
    with serving(monitor) as request:
        run(request, interception)
    return monitor
