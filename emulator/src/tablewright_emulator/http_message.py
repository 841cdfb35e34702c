"""HTTP/1.1 without a socket: the head of a request from bytes, a reply to bytes.

What is unusual but unambiguous is read (lines that end in a line feed alone, blank lines before a
request); what could be read in two ways is refused.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from email.utils import formatdate
from functools import cache, lru_cache
from http import HTTPStatus
from typing import NamedTuple

from tablewright_emulator.request import Reply

MAX_LINE_BYTES = 65_536
MAX_HEAD_BYTES = 262_144
_MOST_HEADERS = 100
_MOST_KNOWN_LINES = 512
_BLANK_LINE = re.compile(rb"\n\r?\n")
_VERSION = re.compile(r"HTTP/(\d)\.\d")
_OURS = frozenset({"content-length", "date", "server", "connection"})
_SERVER = "tablewright"


class Refusal(Exception):  # noqa: N818 - what is answered
    """What is no request, with the status it is answered.

    Args:
        status: of HTTP.
        text: why.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text

    def reply(self) -> Reply:
        """In the form of AWS's errors; the connection ends."""
        document = {"__type": "SerializationException", "message": self.text}
        headers = {"Content-Type": "application/x-amz-json-1.0", "Connection": "close"}
        return Reply(self.status, headers, json.dumps(document).encode())


class Head(NamedTuple):
    """A request line and the headers, by their names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    lasting: bool
    """Whether the client will send more on this connection."""


def end_of_head(data: bytes) -> tuple[int, int] | None:
    """Where the head of a request ends and what follows begins; None while it is not all there.

    Raises:
        Refusal: it is longer than a head can be.
    """
    end = data.find(b"\r\n\r\n")
    if end >= 0:
        return end, end + 4
    if match := _BLANK_LINE.search(data):
        return match.start(), match.end()
    if len(data) > MAX_LINE_BYTES and b"\n" not in data:
        raise Refusal(HTTPStatus.REQUEST_URI_TOO_LONG, "The request line is too long.")
    if len(data) > MAX_HEAD_BYTES:
        raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too long.")
    return None


def head_of(block: bytes) -> Head:
    """The head in the bytes before the blank line.

    Raises:
        Refusal: it is none.
    """
    first, *lines = str(block, "iso-8859-1").replace("\r\n", "\n").split("\n")
    if len(first) > MAX_LINE_BYTES:
        raise Refusal(HTTPStatus.REQUEST_URI_TOO_LONG, "The request line is too long.")
    words = first.split()
    if len(words) != 3:  # noqa: PLR2004 - of a request line
        raise Refusal(HTTPStatus.BAD_REQUEST, "Not a request.")
    method, target, version = words
    newest = version == "HTTP/1.1"
    if not newest:
        _check_version(version)
    headers = _headers_of(lines)
    connection = headers.get("connection")
    lasting = newest
    if connection is not None:
        options = {option.strip() for option in connection.lower().split(",")}
        lasting = "close" not in options and (newest or "keep-alive" in options)
    if target.startswith("//"):
        target = f"/{target.lstrip('/')}"
    path, _, query = target.partition("?")
    return Head(method, path, query, headers, lasting)


def _check_version(version: str) -> None:
    match = _VERSION.fullmatch(version)
    if match is None or match[1] == "0":
        raise Refusal(HTTPStatus.BAD_REQUEST, "Not a request.")
    if match[1] != "1":
        raise Refusal(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, f"{version} is not spoken here.")


def _headers_of(lines: list[str]) -> dict[str, str]:
    if len(lines) > _MOST_HEADERS:
        text = "There are too many headers."
        raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, text)
    known = _known_lines.get
    return dict([known(line) or _read_line(line) for line in lines])


_known_lines: dict[str, tuple[str, str]] = {}
"""Headers that came before, as they are read: a client sends most of them with each request."""


def _read_line(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or name.strip() != name:
        raise Refusal(HTTPStatus.BAD_REQUEST, "A header is none.")
    if len(line) > MAX_LINE_BYTES:
        text = "A header is too long."
        raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, text)
    if len(_known_lines) >= _MOST_KNOWN_LINES:
        _known_lines.clear()
    header = _known_lines[line] = name.lower(), value.strip()
    return header


def length_of(headers: Mapping[str, str], most: int) -> int | None:
    """Bytes of the body; None where it comes in chunks.

    Raises:
        Refusal: nobody could tell it, or it is longer than `most`.
    """
    encoding = headers.get("transfer-encoding")
    if encoding is not None and (encoding := encoding.lower()) != "identity":
        if encoding != "chunked":  # what follows could not be told from the next request
            raise Refusal(HTTPStatus.BAD_REQUEST, "The request body cannot be read.")
        return None
    text = headers.get("content-length") or "0"
    if not (text.isascii() and text.isdigit()):
        raise Refusal(HTTPStatus.BAD_REQUEST, "The request body cannot be read.")
    return checked_length(int(text), most)


def checked_length(length: int, most: int) -> int:
    """A length that is not longer than `most`.

    Raises:
        Refusal: it is.
    """
    if length > most:
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request body is too large.")
    return length


def written(reply: Reply, method: str) -> bytes:
    """A reply as it goes over the wire, to a request of a method."""
    lines = [_status_line(reply.status), f"Server: {_SERVER}", f"Date: {_date(int(time.time()))}"]
    is_head = method == "HEAD"
    length = str(len(reply.body))
    for name, value in reply.headers.items():
        lower = _lower(name)
        if lower not in _OURS:
            lines.append(f"{name}: {value}")
        elif lower == "content-length" and is_head:
            length = value
        elif lower == "connection":
            lines.append("Connection: close")
    body = reply.body
    if "Transfer-Encoding" in reply.headers:
        body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"
    else:
        lines.append(f"Content-Length: {length}")
    head = "\r\n".join(lines).encode("iso-8859-1", "replace") + b"\r\n\r\n"
    return head if is_head else head + body


_lower = lru_cache(1024)(str.lower)


@cache
def _status_line(status: int) -> str:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}"


_dates: dict[int, str] = {}


def _date(second: int) -> str:
    """As HTTP writes a moment; made once a second."""
    text = _dates.get(second)
    if text is None:
        _dates.clear()
        text = _dates[second] = formatdate(second, usegmt=True)
    return text
