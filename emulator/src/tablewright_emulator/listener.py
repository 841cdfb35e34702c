"""HTTP on a socket: connections kept alive, bodies whole or chunked, what is no request refused."""

from __future__ import annotations

import logging
import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from socketserver import ThreadingTCPServer
from typing import Any

from tablewright_emulator.http_message import (
    Head,
    Refusal,
    checked_length,
    end_of_head,
    head_of,
    length_of,
    written,
)
from tablewright_emulator.request import HttpRequest, Reply

_MAX_LINE_BYTES = 8192
_READ_BYTES = 65_536
_NO_LINGER = struct.pack("ii", 1, 0)
_PATIENCE = struct.pack("ll", 300, 0)  # seconds in which a client has to go on
_log = logging.getLogger(__name__)


class Listener(ThreadingTCPServer):
    """Listens on an address and gives every request to `answer`, each connection in a thread.

    Args:
        address: host and port; port 0 takes any free one.
        answer: answers a request; never raises.
        most_bytes: how long the body of a request may be.

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
        most_bytes: Callable[[Head], int],
    ) -> None:
        self.answer = answer
        self.most_bytes = most_bytes
        self._open: set[socket.socket] = set()
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, None)  # type: ignore[arg-type] # finish_request needs none

    def server_bind(self) -> None:
        """Take the address; one of IPv6 leaves IPv4's alone."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        super().server_bind()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection."""
        del client_address
        self._open.add(request)
        try:
            _Connection(request, self).serve()
        finally:
            self._open.discard(request)

    def shutdown(self) -> None:
        """Stop serving, at once: an ended socket wakes who waits for connections."""
        with suppress(OSError):  # some systems know no end of a socket that listens
            self.socket.shutdown(socket.SHUT_RDWR)
        super().shutdown()

    def server_close(self) -> None:
        """Stop listening and end what is open, so that no thread waits for clients."""
        super().server_close()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nobody's business: clients come and go."""
        del request, client_address
        _log.debug("a client went away", exc_info=True)


class _Connection:
    """One client's connection, kept alive over many requests."""

    def __init__(self, client: socket.socket, server: Listener) -> None:
        self._client = client
        self._server = server
        self._unread = b""
        self._lasting = True
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The kernel's time-outs: those of Python ask before each reading whether there is anything.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _PATIENCE)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _PATIENCE)

    def serve(self) -> None:
        """Answer requests until either side ends the connection."""
        method = ""
        while self._lasting:
            try:
                head = self._head()
                if head is None:
                    return
                method = head.method
                reply = self._server.answer(self._request(head))
            except Refusal as refusal:
                reply = refusal.reply()
            except ConnectionError:
                return
            self._send(reply, method)

    def _head(self) -> Head | None:
        """The head of the next request; None when the client has ended the connection."""
        data = self._unread.lstrip(b"\r\n")
        while (end := end_of_head(data)) is None:
            part = self._client.recv(_READ_BYTES)
            if not part:
                if data:
                    head_of(data.rstrip(b"\r\n"))  # refuses what is no request
                return None
            data = (data + part).lstrip(b"\r\n") if not data else data + part
        self._unread = data[end[1] :]
        head = head_of(data[: end[0]])
        self._lasting = head.lasting
        return head

    def _request(self, head: Head) -> HttpRequest:
        """The whole request of a head.

        Raises:
            Refusal: its body is not to be had.
        """
        method, path, query, headers, _ = head
        most = self._server.most_bytes(head)
        length = length_of(headers, most)
        if "expect" in headers and headers["expect"].lower() == "100-continue":
            self._client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self._chunks(most) if length is None else self._exactly(length) if length else b""
        return HttpRequest(method, path, query, headers, body)

    def _exactly(self, length: int) -> bytes:
        data = self._unread
        if len(data) < length:
            parts, missing = [data], length - len(data)
            while missing > 0:
                part = self._client.recv(max(_READ_BYTES, min(missing, 1 << 20)))
                if not part:
                    raise _unreadable()
                parts.append(part)
                missing -= len(part)
            data = b"".join(parts)
        self._unread = data[length:]
        return data[:length]

    def _line(self) -> bytes:
        """The next line, without its end."""
        while (end := self._unread.find(b"\n", 0, _MAX_LINE_BYTES)) < 0:
            part = self._client.recv(_READ_BYTES)
            if not part or len(self._unread) >= _MAX_LINE_BYTES:
                raise _unreadable()
            self._unread += part
        line, self._unread = self._unread[:end], self._unread[end + 1 :]
        return line.rstrip(b"\r")

    def _chunks(self, most: int) -> bytes:
        body = bytearray()
        while size := self._chunk_size():
            checked_length(size, most - len(body))
            body += self._exactly(size)
            self._line()
        while self._line():  # trailers
            pass
        return bytes(body)

    def _chunk_size(self) -> int:
        try:
            size = int(self._line().split(b";")[0], 16)
        except ValueError:
            size = -1
        if size < 0:
            raise _unreadable()
        return size

    def _send(self, reply: Reply, method: str) -> None:
        if reply.fate in {"closed", "reset"}:
            self._hang_up(reset=reply.fate == "reset")
            return
        data = written(reply, method)
        if reply.fate == "half":
            data = data[: len(data) - len(reply.body) + len(reply.body) // 2]
            self._lasting = False
        elif reply.headers.get("Connection") or reply.headers.get("connection"):
            self._lasting = False
        self._client.sendall(data)

    def _hang_up(self, *, reset: bool) -> None:
        """End the connection without an answer; a reset says so to the client at once."""
        self._lasting = False
        if reset:
            self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            os.close(self._client.detach())


def _unreadable() -> Refusal:
    return Refusal(400, "The request body cannot be read.")
