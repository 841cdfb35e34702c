"""HTTP on a socket: connections kept alive, bodies whole or chunked, what is no request refused."""

from __future__ import annotations

import json
import logging
import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tablewright_emulator.request import HttpRequest, Reply

_MAX_LINE_BYTES = 8192
_MAX_HEADER_BYTES = 65_536
_MOST_HEADERS = 100
_VERSIONS = ("HTTP/1.1", "HTTP/1.0")
_BLANK_LINES = (b"\r\n", b"\n", b"")
_NO_LINGER = struct.pack("ii", 1, 0)
_log = logging.getLogger(__name__)


class Listener(ThreadingHTTPServer):
    """Listens on an address and gives every request to `answer`, each connection in a thread.

    Args:
        address: host and port; port 0 takes any free one.
        answer: answers a request; never raises.
        most_bytes: how long the body of a request may be, which is not in it yet.

    Raises:
        OSError: the address cannot be had.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(
        self,
        address: tuple[str, int],
        answer: Callable[[HttpRequest], Reply],
        most_bytes: Callable[[HttpRequest], int],
    ) -> None:
        self.answer = answer
        self.most_bytes = most_bytes
        self._open: set[socket.socket] = set()
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Connection)

    def server_bind(self) -> None:
        """Take the address; one of IPv6 leaves IPv4's alone."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        super().server_bind()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection."""
        self._open.add(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.discard(request)

    def shutdown(self) -> None:
        """Stop serving, at once: an ended socket wakes who waits for connections."""
        with suppress(OSError):  # some systems know no end of a socket that listens
            self.socket.shutdown(socket.SHUT_RDWR)
        super().shutdown()

    def server_close(self) -> None:
        """Stop listening, and end every connection."""
        super().server_close()
        for connection in list(self._open):  # kept-alive clients would hold their threads for ever
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nobody's business: clients come and go."""
        del request, client_address
        _log.debug("a client went away", exc_info=True)


class _Connection(BaseHTTPRequestHandler):
    """One client's connection, kept alive over many requests."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.1"  # also what is no request gets an answer with a status
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one segment
    timeout = 300
    server: Listener

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):  # every method is AWS's business, not the server's
            return self._serve
        raise AttributeError(name)

    def parse_request(self) -> bool:
        """Read a request line and its headers; whatever is unusual is left to the base class.

        That parses headers as those of mail, which took as long as all the rest of a request.
        """
        words = str(self.raw_requestline, "iso-8859-1").split()
        if len(words) != 3 or words[2] not in _VERSIONS:  # noqa: PLR2004 - of a request line
            return super().parse_request()
        self.requestline = " ".join(words)
        self.command, path, self.request_version = words
        self.path = f"/{path.lstrip('/')}" if path.startswith("//") else path
        self.close_connection = True
        headers = self._read_headers()
        if headers is None:
            return False
        self.headers = headers  # type: ignore[assignment]
        connection = headers.get("connection", "").lower()
        newest = self.request_version == self.protocol_version
        self.close_connection = connection == "close" or not (newest or connection == "keep-alive")
        if newest and headers.get("expect", "").lower() == "100-continue":
            return self.handle_expect_100()
        return True

    def _read_headers(self) -> dict[str, str] | None:
        """Headers by their names in lower case; None where they were refused."""
        headers: dict[str, str] = {}
        for _ in range(_MOST_HEADERS):
            line = self.rfile.readline(_MAX_HEADER_BYTES + 1)
            if len(line) > _MAX_HEADER_BYTES:
                self.send_error(431, "A header is too long.")
                return None
            if line in _BLANK_LINES:
                return headers
            name, colon, value = str(line, "iso-8859-1").partition(":")
            if not colon or name.strip() != name:
                self.send_error(400, "A header is none.")
                return None
            headers[name.lower()] = value.strip()
        self.send_error(431, "There are too many headers.")
        return None

    def _serve(self) -> None:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        http = HttpRequest(self.command, path, query, headers, b"")
        body = self._body(self.server.most_bytes(http))
        if body is not None:
            self._send(self.server.answer(replace(http, body=body)))

    def _body(self, most: int) -> bytes | None:
        """The whole body; None when it is not to be had and the client was told so."""
        encoding = self.headers.get("transfer-encoding", "identity").strip().lower()
        if encoding == "chunked":
            return self._chunks(most)
        if encoding != "identity":  # what follows could not be told from the next request
            self._refuse(400)
            return None
        try:
            length = int(self.headers.get("content-length") or 0)
        except ValueError:
            length = -1
        if not 0 <= length <= most:
            self._refuse(400 if length < 0 else 413)
            return None
        body = self.rfile.read(length)
        if len(body) < length:
            self._refuse(400)
            return None
        return body

    def _chunks(self, most: int) -> bytes | None:
        body = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(_MAX_LINE_BYTES).split(b";")[0], 16)
            except ValueError:
                size = -1
            if not 0 <= size <= most - len(body):
                self._refuse(400 if size < 0 else 413)
                return None
            body += self.rfile.read(size)
            rest = self.rfile.readline(_MAX_LINE_BYTES)
            while size == 0 and rest.strip():  # trailers
                rest = self.rfile.readline(_MAX_LINE_BYTES)
            if size == 0:
                return bytes(body)

    def _refuse(self, status: int) -> None:
        self.send_error(status, "The request body cannot be read.")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no request in the form of AWS's errors; the connection ends."""
        del explain
        self.close_connection = True
        document = {"__type": "SerializationException", "message": message or "Not a request."}
        headers = {"Content-Type": "application/x-amz-json-1.0", "Connection": "close"}
        self._send(Reply(code, headers, json.dumps(document).encode()))

    def _send(self, reply: Reply) -> None:
        if reply.fate in {"closed", "reset"}:
            self._hang_up(reset=reply.fate == "reset")
            return
        self.send_response(reply.status)
        names = {name.lower() for name in reply.headers}
        for name, value in reply.headers.items():
            if name.lower() not in {"content-length", "date", "server", "connection"}:
                self.send_header(name, value)
        is_head = getattr(self, "command", None) == "HEAD"  # none of a request that is none
        length = reply.headers.get("content-length") or reply.headers.get("Content-Length")
        self.send_header("Content-Length", length if is_head and length else str(len(reply.body)))
        if "connection" in names:
            self.send_header("Connection", "close")
        self.end_headers()
        body = reply.body
        if reply.fate == "half":
            body = body[: len(body) // 2]
            self.close_connection = True
        if not is_head:
            self.wfile.write(body)
        self.wfile.flush()

    def _hang_up(self, *, reset: bool) -> None:
        """End the connection without an answer; a reset says so to the client at once."""
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            os.close(self.connection.detach())

    def version_string(self) -> str:
        return "tablewright"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        _log.debug(format, *args)
