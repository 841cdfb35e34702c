"""A small HTTP server for what is asked of a watch: it answers GET of a few paths, and no more."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tablewright.errors import UsageError

_SECONDS = 10
"""After which a client that says nothing is given up."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status, media type and body."""

    status: int
    type: str
    body: str


@contextmanager
def serving(
    listen: tuple[str, int], answers: Mapping[str, Callable[[], HttpAnswer]]
) -> Iterator[str]:
    """Serve for the life of the block; yields the URL.

    Args:
        listen: host and port; port 0 is any that is free.
        answers: by path.

    Raises:
        UsageError: nothing can listen there.
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = _SECONDS

        def do_GET(self) -> None:
            answer = answers.get(self.path.partition("?")[0], _nothing)()
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Probes come every few seconds: none is told of."""

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in listen[0] else socket.AF_INET
        daemon_threads = True

    try:
        server = Server(listen, Handler)
    except OSError as error:
        raise UsageError(
            f"nothing can listen at {listen[0]}:{listen[1]}: {error.strerror or error}",
            "give another address: --listen 127.0.0.1:0 takes any free port",
        ) from error
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    host = f"[{listen[0]}]" if ":" in listen[0] else listen[0]
    try:
        yield f"http://{host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _nothing() -> HttpAnswer:
    return HttpAnswer(404, "text/plain; charset=utf-8", "there is /healthz and /metrics\n")
