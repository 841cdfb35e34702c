"""Who may ask what of the embedded AWS: no web page anything, and only who holds its secret itself.

A page in a browser on this machine reaches loopback as every program does. It is told by what its
browser adds and no page can leave out: `Origin` on whatever changes something or wants to read the
answer, `Sec-Fetch-Site` on the rest (Fetch Standard; Fetch Metadata Request Headers), and, when it
makes a name of its own lead to this machine (DNS rebinding), that name in `Host`.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Collection, Mapping

from tablewright.emulator.request import HttpRequest

_OWN_ENDINGS = (
    ".localhost", ".local", ".internal", ".lan", ".test", ".home.arpa",
    ".amazonaws.com", ".amazonaws.com.cn",
)  # fmt: skip
"""Names that lead nowhere by the public DNS, or under which nobody else can put a name."""


def refusal(http: HttpRequest, names: Collection[str] = ()) -> str | None:
    """Why a request is not served at all, whatever it asks for; None when it may pass.

    Args:
        http: the request.
        names: names by which others on the network know this machine.
    """
    if "origin" in http.headers or http.headers.get("sec-fetch-site", "none") != "none":
        return "A web page may not use a sandbox."
    host = http.headers.get("host", "")
    if not _is_own(host, names):
        return f"A sandbox is asked by an address or a local name, not as {host[:200]}."
    return None


def holds_secret(headers: Mapping[str, str], secret: str) -> bool:
    """Whether the request carries the secret, in `Authorization: Bearer SECRET`."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), secret.encode())
    return same and scheme.lower() == "bearer"


def _is_own(host: str, names: Collection[str]) -> bool:
    """Whether a Host header names this machine in a way that no page could have arranged."""
    name = host.rpartition(":")[0] if _has_port(host) else host
    name = name.strip("[]").rstrip(".").lower()
    if "." not in name and ":" not in name:  # also where none is given: browsers always give one
        return True
    if name in names or name.endswith(_OWN_ENDINGS):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdigit() and (host.count(":") == 1 or "]:" in host)
