"""A resident server of provider instances, and the tiny executable that asks it for one.

The engine starts one `pulumi-resource-aws` per provider instance. Importing gRPC and botocore each
time would cost most of a second, so the executable is a few lines over a socket: it asks the host
named by TABLEWRIGHT_PROVIDER_HOST for a port, prints it, and lives as long as its engine. It is
answered when it knows the token in that variable, which other users of this machine do not. An
instance is a gRPC server of its own, with the environment of its own engine, and ends when the
connection that asked for it closes.

    with ProviderHost() as host:
        environment["TABLEWRIGHT_PROVIDER_HOST"] = host.variable
        install_plugin(pulumi_home / "plugins" / "resource-aws-v7.51.1")
"""

from __future__ import annotations

import hmac
import json
import logging
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Final, Self

import grpc

from tablewright.provider.clients import ClientPool, can_act_for
from tablewright.provider.protocol.server import ProviderInstance
from tablewright.provider.resources.holders import Holders
from tablewright.pulumi_protocol import provider_pb2_grpc

from .plugin import PLUGIN_DIRECTORY, VARIABLE, install_plugin

__all__ = ["PLUGIN_DIRECTORY", "VARIABLE", "ProviderHost", "install_plugin", "serve_instance"]

_LOG = logging.getLogger(__name__)
_REQUEST_LIMIT_BYTES: Final = 1 << 20
_REQUEST_SECONDS: Final = 30
_MESSAGE_LIMIT_BYTES: Final = 400 << 20
"""Pulumi's own limit for one message."""
_WORKERS: Final = 64
"""Requests of one engine served at once; threads are made only when they are needed."""


class ProviderHost:
    """Serves provider instances to executables on this machine.

    Args:
        address: host and port to listen on; port 0 takes a free one. Loopback only.
    """

    def __init__(self, address: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self._wanted = address
        self._listener: socket.socket | None = None
        self._lock = Lock()
        self._connections: set[socket.socket] = set()
        self._pool = ClientPool()
        self._runs: dict[str, tuple[Holders, int]] = {}
        self.token = secrets.token_urlsafe(24)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens; only while it runs."""
        if self._listener is None:
            message = "the provider host is not running"
            raise RuntimeError(message)
        host, port = self._listener.getsockname()[:2]
        return str(host), int(port)

    @property
    def variable(self) -> str:
        """The value of TABLEWRIGHT_PROVIDER_HOST for engines that shall use this host."""
        host, port = self.address
        return f"{self.token}@{host}:{port}"

    def start(self) -> None:
        """Listen, in threads of its own."""
        self._listener = socket.create_server(self._wanted, backlog=64)
        Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self) -> None:
        """End all instances and stop listening."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # closed by stop()
            with self._lock:
                self._connections.add(connection)
            Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        """One instance: from its request to the end of its connection."""
        try:
            with connection, connection.makefile("rb") as reader:
                connection.settimeout(_REQUEST_SECONDS)
                request = _request(reader.readline(_REQUEST_LIMIT_BYTES), self.token)
                connection.settimeout(None)
                if request is None or not can_act_for(request[0]):
                    connection.sendall(b'{"error": "this host cannot act for that environment"}\n')
                    return
                environment, engine = request
                with self._holders_of(engine) as holders:
                    server, port, instance = serve_instance(self._pool, environment, holders)
                    connection.sendall(json.dumps({"port": port}).encode() + b"\n")
                    while connection.recv(4096):
                        pass  # nothing more is said; the end of the connection is the message
                    instance.close()
                    server.stop(grace=None)
        except OSError:
            return  # the other side is gone
        finally:
            with self._lock:
                self._connections.discard(connection)

    @contextmanager
    def _holders_of(self, engine: str) -> Iterator[Holders]:
        """Those that all instances of an engine share, from its first to the end of its last.

        Args:
            engine: its address; empty if it told none, which shares with nobody.
        """
        if not engine:
            yield Holders()
            return
        with self._lock:
            holders, users = self._runs.get(engine, (Holders(), 0))
            self._runs[engine] = (holders, users + 1)
        try:
            yield holders
        finally:
            with self._lock:
                holders, users = self._runs.pop(engine)
                if users > 1:
                    self._runs[engine] = (holders, users - 1)


def _request(line: bytes, token: str) -> tuple[dict[str, str], str] | None:
    """Environment and address of an engine whose request knows the token; None of any other."""
    try:
        request = json.loads(line)
        environment, engine = request["environment"], str(request.get("engine") or "")
        given = str(request["token"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    is_known = hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())
    if not is_known or not isinstance(environment, dict):
        return None
    return {str(name): str(value) for name, value in environment.items()}, engine


def serve_instance(
    pool: ClientPool, environment: Mapping[str, str], holders: Holders | None = None
) -> tuple[grpc.Server, int, ProviderInstance]:
    """Start the gRPC server of one instance on a free port of loopback."""
    instance = ProviderInstance(pool, environment, holders)
    server = grpc.server(
        ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="provider"),
        interceptors=(_Border(),),
        options=(
            ("grpc.max_receive_message_length", _MESSAGE_LIMIT_BYTES),
            ("grpc.max_send_message_length", _MESSAGE_LIMIT_BYTES),
            ("grpc.so_reuseport", 0),
        ),
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(instance, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port, instance


class _Border(grpc.ServerInterceptor):  # type: ignore[misc] # grpc has no types
    """Keeps what nobody foresaw from reaching people as a traceback."""

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        handler = continuation(details)
        if handler is None or handler.unary_unary is None:
            return handler
        inner, method = handler.unary_unary, details.method.rpartition("/")[2]

        def guarded(request: Any, context: Any) -> Any:
            try:
                return inner(request, context)
            except Exception as error:
                if context.code() is not None:
                    raise  # context.abort's own way out
                _LOG.exception("defect in %s", method)
                text = (
                    f"a defect of tablewright's provider in {method}: {error!r}; please report it"
                )
                context.abort(grpc.StatusCode.INTERNAL, text)

        return grpc.unary_unary_rpc_method_handler(
            guarded, handler.request_deserializer, handler.response_serializer
        )
