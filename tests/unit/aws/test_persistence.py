"""Clients of both kinds against a server on loopback that fails in every way a network can."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tablewright.aws import persistence
from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.errors import AwsError, EndpointError
from tablewright.provider.clients import LISTENER, Clients
from tablewright.provider.configuration import Configuration

REGION = "eu-west-1"
REPLY = json.dumps({"TableNames": ["orders"]}).encode()


class FailingServer(ThreadingHTTPServer):
    """Fails as many requests as it was told to, each in the same way, and counts them."""

    def __init__(self) -> None:
        self.kind, self.left, self.seen = "", 0, 0
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: FailingServer

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen += 1
        kind = self.server.kind if self.server.left else ""
        self.server.left -= bool(kind)
        getattr(self, f"_{kind or 'answer'}")()

    def _answer(self, status: int = 200, body: bytes = REPLY, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def _half(self) -> None:
        self._answer(body=REPLY[: len(REPLY) // 2], length=len(REPLY))

    def _nothing(self) -> None:
        self._answer(body=b"", length=len(REPLY))

    def _no_length(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(REPLY[:-1])

    def _half_chunk(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"%x\r\n" % len(REPLY) + REPLY[:5])

    def _reset(self) -> None:
        lingering = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)
        self.connection.close()
        self.close_connection = True

    def _closed(self) -> None:
        self.close_connection = True

    def _error(self) -> None:
        self._answer(500, b'{"__type": "InternalServerError", "message": "no"}')

    def _unavailable(self) -> None:
        self._answer(503, b"<html>no</html>")

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""

    def finish(self) -> None:
        if not self.wfile.closed and self.connection.fileno() >= 0:
            super().finish()


KINDS = ("half", "nothing", "no_length", "half_chunk", "reset", "closed", "error", "unavailable")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FailingServer]:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    with FailingServer() as failing:
        thread = Thread(target=failing.serve_forever, daemon=True)
        thread.start()
        yield failing
        failing.shutdown()
        thread.join()


@pytest.fixture(params=["session", "provider"])
def client(request: pytest.FixtureRequest, server: FailingServer) -> Iterator[Any]:
    """DynamoDB's client as the tool makes it for its own reads, and as its provider does."""
    url = f"http://127.0.0.1:{server.server_port}"
    if request.param == "session":
        made = Session(Target.sandbox(url), REGION).client("dynamodb")
    else:
        environment = {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
        clients = Clients(Configuration({"region": REGION}), environment)
        made = clients("dynamodb", REGION)
    yield made
    made.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_that_fails_on_the_way_is_sent_again_until_its_reply_is_whole(
    kind: str, server: FailingServer, client: Any
) -> None:
    server.kind, server.left = kind, persistence.ATTEMPTS - 1
    assert client.list_tables()["TableNames"] == ["orders"]
    assert server.seen == persistence.ATTEMPTS


def test_retries_do_not_run_out(server: FailingServer, client: Any) -> None:
    for _ in range(60):  # three times what botocore's own budget pays for
        server.kind, server.left = "error", 2
        assert client.list_tables()["TableNames"] == ["orders"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_that_stays_bad_is_told_in_a_sentence(
    kind: str, server: FailingServer, client: Any
) -> None:
    server.kind, server.left = kind, 1000
    with pytest.raises(AwsError) as caught, translated("list the tables"):
        client.list_tables()
    assert caught.value.message.startswith("could not list the tables: ")
    assert "\n" not in caught.value.message
    assert "run the same command again" in caught.value.next_step
    assert server.seen == persistence.ATTEMPTS


def test_nobody_there_is_told_apart_from_a_bad_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    client = Session(Target.sandbox("http://127.0.0.1:1"), REGION).client("dynamodb")
    with pytest.raises(EndpointError, match="nothing answers at"), translated("list"):
        client.list_tables()


def test_waiting_is_told_from_the_third_attempt_on(server: FailingServer) -> None:
    told: list[str] = []
    url = f"http://127.0.0.1:{server.server_port}"
    client = Session(Target.sandbox(url), REGION, tell=told.append).client("dynamodb")
    server.kind, server.left = "half", 4
    client.list_tables()
    assert told == 2 * ["waiting for AWS: ListTables is sent again (its reply was cut off)"]


def test_each_request_of_an_engine_hears_of_its_own_calls(
    server: FailingServer, client: Any, request: pytest.FixtureRequest
) -> None:
    told: list[str] = []
    listen: Callable[[str], None] = told.append
    LISTENER.set(listen)
    server.kind, server.left = "error", 3
    client.list_tables()
    is_provider = request.node.callspec.params["client"] == "provider"
    assert bool(told) is is_provider


def test_how_often_a_call_was_sent_again_is_known(server: FailingServer, client: Any) -> None:
    server.kind, server.left = "half", 3
    assert client.list_tables()["ResponseMetadata"]["RetryAttempts"] == 3
