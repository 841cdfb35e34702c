"""An embedded AWS in this process is asked without a socket.

A sandbox's process holds the provider and the embedded AWS that it calls. Over loopback a third of
a call's processor time was two changes of threads and HTTP, written and read twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from botocore.exceptions import ConnectionClosedError


class DirectCall(NamedTuple):
    """A request of HTTP; names of headers in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class DirectReply(NamedTuple):
    """A reply of HTTP.

    Args:
        status: of HTTP.
        headers: their `Content-Length` is that of the whole body.
        body: as much of it as came.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def stream(self) -> Iterator[bytes]:
        """The body, as botocore reads one."""
        yield self.body


Ask = Callable[[DirectCall], DirectReply | None]
"""None: the connection ended without an answer."""

_answering: Final[dict[str, Ask]] = {}


@contextmanager
def answering(endpoint: str, ask: Ask) -> Iterator[None]:
    """While calls of this process to an endpoint, `scheme://host:port`, go to `ask`."""
    _answering[endpoint] = ask
    try:
        yield
    finally:
        del _answering[endpoint]


class HereOrThere:
    """botocore's HTTP session, with what is in this process asked directly."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def send(self, request: Any) -> Any:
        """Send a request to where its URL leads.

        Raises:
            ConnectionClosedError: the connection ended without an answer.
        """
        scheme, host, path, query, _ = urlsplit(request.url)
        ask = _answering.get(f"{scheme}://{host}")
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        if ask is None or not isinstance(body, bytes | bytearray):  # a file, in parts
            return self._session.send(request)
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        headers.setdefault("host", host)
        from botocore.awsrequest import AWSResponse  # noqa: PLC0415 - loads urllib3

        answer = ask(DirectCall(request.method, path or "/", query, headers, bytes(body)))
        if answer is None:
            raise ConnectionClosedError(endpoint_url=request.url)
        return AWSResponse(request.url, answer.status, answer.headers, answer)

    def close(self) -> None:
        """Close its connections."""
        self._session.close()


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("iso-8859-1")
