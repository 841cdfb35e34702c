"""Words for the person who waits or reads, through the engine's own log."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from typing import Any

import grpc

from tablewright.pulumi_protocol import engine_pb2, engine_pb2_grpc

_TIMEOUT_SECONDS = 5


class EngineLog:
    """Speaks to one engine.

    Args:
        address: of the engine, host and port; empty for an engine that told none.
    """

    def __init__(self, address: str = "") -> None:
        self._address = address
        self._lock = Lock()
        self._channel: Any = None

    def say(self, urn: str, text: str, *, ephemeral: bool = True) -> None:
        """Show a text beside a resource. An engine that does not listen is no error.

        Args:
            urn: of the resource.
            text: what is said.
            ephemeral: whether it is shown while it holds only, and not kept with the run.
        """
        if not self._address:
            return
        with self._lock:
            if self._channel is None:
                self._channel = grpc.insecure_channel(self._address)
        request = engine_pb2.LogRequest(
            severity=engine_pb2.INFO, message=text, urn=urn, ephemeral=ephemeral
        )
        with suppress(grpc.RpcError):
            engine_pb2_grpc.EngineStub(self._channel).Log(request, timeout=_TIMEOUT_SECONDS)

    def close(self) -> None:
        """Hang up."""
        if self._channel is not None:
            self._channel.close()
