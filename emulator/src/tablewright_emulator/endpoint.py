"""What an endpoint of AWS says itself, of requests that no SDK sends, and of how one is signed.

    reply = greeting(http, signed_for)     # health, preflights of browsers, what is no operation
    check_signature(http)                  # the parts of it; whose it is, is another's business

Held to live AWS by dynalite's tests of connections; the health text is that of DynamoDB.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections import deque
from urllib.parse import parse_qs

from tablewright_emulator.request import AwsFault, HttpRequest, Reply

_HEALTH = b"healthy: dynamodb.us-east-1.amazonaws.com "
_NOTHING = b"<UnknownOperationException/>\n"
_JSON = ("application/json", "application/x-amz-json-1.0")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_MAX_REQUEST_BYTES = 16 * 1024 * 1024  # what is longer gets a status and no body
_ID_LENGTH = 52
_IDS_AT_ONCE = 128
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_ID_LETTERS = bytes(_LETTERS[byte % len(_LETTERS)] for byte in range(256))
_PREFLIGHT_SECONDS = 172_800
_SCOPE = re.compile("[, ]Credential=[^, ]*/")
_HEADER_PARTS = ("Credential", "Signature", "SignedHeaders")
_QUERY_PARTS = (
    "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date",
)  # fmt: skip


def new_request_id() -> str:
    """As DynamoDB gives them: 52 capitals and digits."""
    while True:
        try:
            return _ids.popleft()
        except IndexError:  # the kernel is asked for many at once
            letters = os.urandom(_ID_LENGTH * _IDS_AT_ONCE).translate(_ID_LETTERS).decode()
            ends = range(_ID_LENGTH, len(letters) + 1, _ID_LENGTH)
            _ids.extend(letters[end - _ID_LENGTH : end] for end in ends)


_ids: deque[str] = deque()


def content_type(http: HttpRequest) -> str:
    """The type of the body, without its parameters."""
    return http.headers.get("content-type", "").split(";")[0].strip()


def greeting(http: HttpRequest, signed_for: str) -> Reply | None:
    """What DynamoDB's endpoint answers by itself: no operation, or too long; None to any other.

    Args:
        http: the request.
        signed_for: the service it is signed for; empty where it is not signed.
    """
    if (
        signed_for not in {"", "dynamodb"}
        or http.path != "/"
        or "s3" in http.headers.get("host", "")
    ):
        return None
    if len(http.body) > _MAX_REQUEST_BYTES:
        return Reply(413, {"Transfer-Encoding": "chunked"}, b"", "413")
    if "x-amz-target" in http.headers and http.method == "POST":
        return None
    return _nameless(http)


def _nameless(http: HttpRequest) -> Reply | None:
    """The answer to what names no operation in its headers."""
    origin = "origin" in http.headers
    if http.method == "OPTIONS" and origin:
        return _preflight(http)
    if "x-amz-target" in http.headers or http.query or content_type(http) in _FORMS:
        return None
    if http.method == "GET":
        return _plain(200, _HEALTH)
    if http.method != "POST" or (http.body and content_type(http) not in _JSON):
        return _plain(404, _NOTHING)
    return _no_operation(http)


def _no_operation(http: HttpRequest) -> Reply:
    name = "UnknownOperationException"
    try:
        json.loads(http.body or b"{}")
    except (ValueError, RecursionError):
        name = "SerializationException"
    body = json.dumps({"__type": f"com.amazon.coral.service#{name}"}, separators=(",", ":"))
    reply = _plain(400, body.encode(), name)
    reply.headers["Content-Type"] = content_type(http) or _JSON[0]
    if "origin" in http.headers:
        reply.headers["Access-Control-Allow-Origin"] = "*"
    return reply


def _plain(status: int, body: bytes, error: str | None = None) -> Reply:
    headers = {"x-amzn-RequestId": new_request_id(), "x-amz-crc32": str(zlib.crc32(body))}
    return Reply(status, headers, body, error)


def _preflight(http: HttpRequest) -> Reply:
    """What a browser asks before it sends a page's request."""
    headers = {
        "x-amzn-RequestId": new_request_id(),
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
    }
    for asked, allowed in (("headers", "Headers"), ("method", "Methods")):
        value = http.headers.get(f"access-control-request-{asked}")
        if value:
            headers[f"Access-Control-Allow-{allowed}"] = value
    return Reply(200, headers, b"")


def check_signature(http: HttpRequest) -> None:
    """Refuse a request without a signature, or whose signature lacks a part.

    Raises:
        AwsFault: MissingAuthenticationTokenException, IncompleteSignatureException,
            InvalidSignatureException.
    """
    header = http.headers.get("authorization", "").strip()
    query = parse_qs(http.query, keep_blank_values=True) if http.query else {}
    presigned = "X-Amz-Algorithm" in query
    if header and presigned:
        raise AwsFault(
            "InvalidSignatureException",
            "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP "
            "header.",
        )
    if not presigned and not header.startswith("AWS4-"):
        raise AwsFault(
            "MissingAuthenticationTokenException", "Request is missing Authentication Token"
        )
    missing = _missing_of_query(query) if presigned else _missing_of_header(http, header)
    if missing:
        raise AwsFault("IncompleteSignatureException", missing)


def _missing_of_header(http: HttpRequest, header: str) -> str:
    """What a signature lacks; one that has a scope passes, as none is ever verified here."""
    if _SCOPE.search(header):
        return ""
    given = dict(part.partition("=")[::2] for part in re.split("[, ]", header)[1:] if part)
    text = "".join(
        f"Authorization header requires '{part}' parameter. "
        for part in _HEADER_PARTS
        if not given.get(part)
    )
    if "x-amz-date" not in http.headers and "date" not in http.headers:
        text += (
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
        )
    return text and f"{text}Authorization={header}"


def _missing_of_query(query: dict[str, list[str]]) -> str:
    if "/" in query.get("X-Amz-Credential", [""])[0]:
        return ""
    text = "".join(
        f"AWS query-string parameters must include '{part}'. "
        for part in _QUERY_PARTS
        if not query.get(part, [""])[0]
    )
    return text and f"{text}Re-examine the query-string parameters."
