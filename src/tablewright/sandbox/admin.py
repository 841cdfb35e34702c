"""Talking to the sandbox itself, not to the AWS in it: the paths under `/_tablewright/`."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tablewright.errors import SandboxError, UsageError

from .instance import Instance, stop_command

TIMEOUT_SECONDS = 60
HTTP_OK, HTTP_BAD_REQUEST = 200, 400
BYTES = "application/octet-stream"


def ask(
    instance: Instance,
    method: str,
    path: str,
    body: Mapping[str, Any] | None = None,
    *,
    seconds: float = TIMEOUT_SECONDS,
) -> dict[str, Any]:
    """Send one request to `/_tablewright/PATH`; answers its JSON, for which it waits so long.

    Raises:
        UsageError: it refuses what was asked.
        SandboxError: it does not answer, or cannot.
    """
    payload = json.dumps(body).encode() if body is not None else None
    return _document(_send(instance, method, path, payload, "application/json", seconds))


def fetch_state(instance: Instance) -> bytes:
    """All that the embedded AWS holds, sealed.

    Raises:
        SandboxError: it does not answer, or cannot.
    """
    return _send(instance, "GET", "snapshot", None, "application/json", TIMEOUT_SECONDS)


def send_state(instance: Instance, state: bytes) -> dict[str, Any]:
    """Let the embedded AWS take over what `fetch_state` gave; answers its status.

    Raises:
        UsageError: it refuses the state.
        SandboxError: it does not answer, or cannot.
    """
    return _document(_send(instance, "POST", "load", state, BYTES, TIMEOUT_SECONDS))


def _send(
    instance: Instance, method: str, path: str, body: bytes | None, kind: str, seconds: float
) -> bytes:
    # http.client knows no proxies: what is on loopback is asked on loopback.
    address = urlsplit(instance.endpoint)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=seconds)
    headers = {"Content-Type": kind, "Authorization": f"Bearer {instance.secret}"}
    try:
        connection.request(method, f"/_tablewright/{path}", body, headers)
        reply = connection.getresponse()
        answer = reply.read()
    except (OSError, http.client.HTTPException) as error:
        raise SandboxError(
            f"the sandbox {instance.name} does not answer: {error}",
            f"end it, and it is started again when needed: {stop_command(instance.name)}",
        ) from error
    finally:
        connection.close()
    if reply.status == HTTP_BAD_REQUEST:
        raise UsageError(
            f"the sandbox refuses: {_message(answer)}",
            "see its options: tablewright sandbox --help",
        )
    if reply.status != HTTP_OK:
        raise SandboxError(f"the sandbox fails: {_message(answer)}")
    return answer


def _message(answer: bytes) -> str:
    try:
        return str(_document(answer)["message"])
    except (ValueError, KeyError, TypeError):
        return answer.decode("utf-8", "replace")


def _document(answer: bytes) -> dict[str, Any]:
    return dict(json.loads(answer or b"{}"))
