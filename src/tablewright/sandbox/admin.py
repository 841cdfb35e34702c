"""Talking to the sandbox itself, not to the AWS in it: the paths under `/_tablewright/`."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tablewright.errors import SandboxError, UsageError

from .instance import Instance

TIMEOUT_SECONDS = 60
HTTP_OK, HTTP_BAD_REQUEST = 200, 400


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
    # http.client knows no proxies: what is on loopback is asked on loopback.
    address = urlsplit(instance.endpoint)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=seconds)
    try:
        payload = json.dumps(body) if body is not None else None
        connection.request(
            method, f"/_tablewright/{path}", payload, {"Content-Type": "application/json"}
        )
        reply = connection.getresponse()
        text = reply.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        raise SandboxError(
            f"the sandbox {instance.name} does not answer: {error}",
            "stop it and start it again: tablewright sandbox stop",
        ) from error
    finally:
        connection.close()
    try:
        answer = json.loads(text or "{}")
    except ValueError:
        answer = {"message": text}
    if reply.status == HTTP_BAD_REQUEST:
        raise UsageError(
            f"the sandbox refuses: {answer.get('message', text)}",
            "see its options: tablewright sandbox --help",
        )
    if reply.status != HTTP_OK:
        raise SandboxError(f"the sandbox fails: {answer.get('message', text)}")
    return dict(answer)
