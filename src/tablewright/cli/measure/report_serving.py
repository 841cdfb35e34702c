"""A report that is kept open: served to this machine alone, and made again and again."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tablewright.cli import console
from tablewright.errors import TablewrightError, UsageError
from tablewright.report.page.writing import page

LOOPBACK = "127.0.0.1"
_TIMES = frozenset({"when"})


class ServedPage:
    """The newest page, and a tag that changes with what it says."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._body, self._tag = b"", ""

    def take(self, document: Mapping[str, Any]) -> bool:
        """Serve this from now on; answers whether it says anything new."""
        tag = f'"{hashlib.sha256(_timeless(document).encode()).hexdigest()[:32]}"'
        if tag == self._tag:
            return False
        body = page(document).encode("utf-8", "replace")
        with self._lock:
            self._body, self._tag = body, tag
        return True

    @property
    def current(self) -> tuple[bytes, str]:
        """Its bytes and their tag."""
        with self._lock:
            return self._body, self._tag


def _timeless(document: Mapping[str, Any]) -> str:
    """All that a page says but for when it was asked."""
    sources = [{**source, "when": None} for source in document["sources"]]
    kept = {name: value for name, value in document.items() if name not in _TIMES}
    return json.dumps({**kept, "sources": sources}, sort_keys=True)


def serve(make: Callable[[], Mapping[str, Any]], port: int, seconds: float) -> None:
    """Serve the report until Ctrl-C.

    Args:
        make: reads all of it again.
        port: of 127.0.0.1; 0 takes a free one.
        seconds: between two readings.

    Raises:
        TablewrightError: it could not be made the first time.
        UsageError: the port is taken.
    """
    shown = ServedPage()
    shown.take(make())
    try:
        server = ThreadingHTTPServer((LOOPBACK, port), handler(shown))
    except OSError as error:
        raise UsageError(
            f"port {port} of {LOOPBACK} cannot be had: {error.strerror}",
            "leave out --port, which takes a free one",
        ) from error
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        console.data(f"http://{LOOPBACK}:{server.server_port}/")
        console.say(f"open it in a browser of this machine; looked at again every {seconds:g} s")
        try:
            _keep_fresh(shown, make, seconds)
        except KeyboardInterrupt:
            console.say("no longer served")
        finally:
            server.shutdown()


def _keep_fresh(shown: ServedPage, make: Callable[[], Mapping[str, Any]], seconds: float) -> None:
    """Read it again until the process is interrupted; while that fails, the last one stays."""
    problem = ""
    pause = threading.Event()
    while not pause.wait(seconds):
        try:
            shown.take(make())
            problem = ""
        except TablewrightError as error:
            if error.message != problem:
                console.say(f"the last report stays: {error.message}")
            problem = error.message


def handler(shown: ServedPage) -> type[BaseHTTPRequestHandler]:
    """What answers requests for a page."""

    class PageHandler(BaseHTTPRequestHandler):
        """Answers with the one page, to who asks this machine by its own name."""

        server_version, sys_version = "tablewright", ""

        def do_GET(self) -> None:
            """The page."""
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            """Its tag."""
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            host = self.headers.get("Host", "").rpartition(":")[0]
            if host not in {LOOPBACK, "localhost"}:  # a name that leads here is somebody else's
                self.send_error(HTTPStatus.FORBIDDEN)
                return
            if self.path != "/":
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            body, tag = shown.current
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", tag)
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("X-Frame-Options", "DENY")
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing of requests."""

    return PageHandler
