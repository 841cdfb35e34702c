"""Manifests from URLs: whole, in time, over http and https only, or not at all."""

from __future__ import annotations

import zlib
from http.client import HTTPException, HTTPMessage, IncompleteRead
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from tablewright.errors import Problem
from tablewright.transfer import shortfall, within

from . import limits
from .limits import DOWNLOAD, reason_of, too_large, too_slow

CHUNK = 64 * 1024
_HTTP_OK = 200
_GZIP = 16 + zlib.MAX_WBITS


def fetch(url: str) -> bytes | Problem:
    """The document at a URL, or what is wrong with it."""
    try:
        if not urlsplit(url).hostname:
            return Problem("the URL names no host", "write https://HOST/PATH", url)
        return within(limits.TRANSFER_SECONDS, lambda: _download(url))
    except (OSError, HTTPException, ValueError) as error:
        return _failure(url, error.reason if type(error) is URLError else error)


def _failure(url: str, error: object) -> Problem:
    """Why a URL could not be read, in words."""
    match error:
        case HTTPError():
            error.close()
            reason = " ".join(str(error.reason).split())
            fix = "check the URL and whether it needs a login"
            return Problem(f"the server answered {error.code} {reason}", fix, url)
        case IncompleteRead():
            return _cut_off(url, "the connection ended before the document did")
        case TimeoutError():
            return too_slow(url)
        case UnicodeError():
            fix = "write them as %-escapes, and a host's as `xn--`"
            return Problem("holds characters that a URL cannot have", fix, url)
    return Problem(f"cannot be fetched: {reason_of(error)}", "check the URL", url)


def _download(url: str) -> bytes | Problem:
    accepted = "application/yaml, application/json, text/plain"
    request = Request(url, headers={"Accept": accepted})  # noqa: S310 - http and https only
    with _opener().open(request, timeout=limits.TRANSFER_SECONDS) as response:
        if response.headers.get_content_type() == "text/html":
            message = "the URL leads to a web page, not to a manifest"
            return Problem(message, "use the link to the raw file", url)
        if response.status != _HTTP_OK:
            message = f"the server answered {response.status} {response.reason}, not the document"
            return Problem(message, DOWNLOAD, url)
        data = _body(response)
    if data is None:
        return too_large(url)
    if missing := shortfall(response.headers, len(data)):
        return _cut_off(url, missing)
    return _unpacked(url, data, response.headers.get("Content-Encoding", "identity").lower())


def _body(response: IO[bytes]) -> bytes | None:
    """All that comes; None once it is too much."""
    chunks: list[bytes] = []
    size = 0
    while chunk := response.read(CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > limits.LARGEST_SOURCE_BYTES:
            return None
    return b"".join(chunks)


def _unpacked(url: str, data: bytes, encoding: str) -> bytes | Problem:
    """The document as it was before a server compressed it, though it was not asked to."""
    if encoding in ("", "identity"):
        return data
    if encoding not in ("gzip", "x-gzip"):
        return Problem(f"came encoded as {encoding}, which is not read here", DOWNLOAD, url)
    unpacking = zlib.decompressobj(_GZIP)
    try:
        content = unpacking.decompress(data, limits.LARGEST_SOURCE_BYTES + 1)
    except zlib.error:
        return Problem("came as gzip and cannot be unpacked", DOWNLOAD, url)
    if len(content) > limits.LARGEST_SOURCE_BYTES:
        return too_large(url)
    return content if unpacking.eof else _cut_off(url, "what came is not the whole gzip")


def _cut_off(url: str, why: str) -> Problem:
    return Problem(f"may have been cut off: {why}", DOWNLOAD, url)


class _HttpOnlyRedirects(HTTPRedirectHandler):
    """Redirects stay on http and https, and never leave https for http."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        scheme = urlsplit(newurl).scheme
        if scheme != "https" and (scheme != "http" or req.type == "https"):
            raise URLError(f"it redirects to {scheme or 'nowhere'}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> OpenerDirector:
    return build_opener(ProxyHandler, HTTPHandler, HTTPSHandler, _HttpOnlyRedirects)
