"""Who may ask what of the embedded AWS: no web page anything, and only who holds its secret itself.

A page in a browser on this machine reaches loopback as every program does. It is told by what its
browser adds and no page can leave out: `Origin` on whatever changes something or wants to read the
answer, `Sec-Fetch-Site` on the rest (Fetch Standard; Fetch Metadata Request Headers), and, when it
makes a name of its own lead to this machine (DNS rebinding), that name in `Host`. Browsers without
`Sec-Fetch-Site` can still be made to send a GET, so none changes anything by its address alone.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qs

from tablewright_emulator.request import HttpRequest

_OWN_NAMES = {
    "", "localhost", "host.docker.internal", "gateway.docker.internal", "host.containers.internal",
}  # fmt: skip
_OWN_ENDINGS = (".localhost", ".amazonaws.com", ".amazonaws.com.cn")
"""Names under which nobody else can put one."""
_NEAR_ENDINGS = (".local", ".internal", ".lan", ".test", ".home.arpa")
"""Names that a neighbour in the network can give himself, but nobody beyond it."""
_READING = ("Get", "List", "Describe")


def refusal(http: HttpRequest, exposed: str | None = None) -> str | None:
    """Why a request is not served at all, whatever it asks for; None when it may pass.

    Args:
        http: the request.
        exposed: the address beyond loopback by which the network around may call, if it may.
    """
    if "origin" in http.headers or http.headers.get("sec-fetch-site", "none") != "none":
        return "A web page may not use a sandbox."
    host = http.headers.get("host", "")
    if not _is_own(host, exposed):
        return f"A sandbox is asked by an address or a local name, not as {host[:200]}."
    if http.method == "GET" and "authorization" not in http.headers:
        action = parse_qs(http.query).get("Action", [""])[0]
        if action and not action.startswith(_READING):
            return f"{action[:100]} is not carried out by an address alone: send it as a POST."
    return None


def holds_secret(headers: Mapping[str, str], secret: str) -> bool:
    """Whether the request carries the secret, in `Authorization: Bearer SECRET`."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), secret.encode())
    return same and scheme.lower() == "bearer"


@lru_cache(256)
def _is_own(host: str, exposed: str | None) -> bool:
    """Whether a Host header names this machine in a way that no page could have arranged."""
    name = host.rpartition(":")[0] if _has_port(host) else host
    name = name.strip("[]").rstrip(".").lower()
    if name in _OWN_NAMES or name.endswith(_OWN_ENDINGS):
        return True
    if exposed is not None and (
        name == exposed.lower() or "." not in name or name.endswith(_NEAR_ENDINGS)
    ):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdigit() and (host.count(":") == 1 or "]:" in host)
