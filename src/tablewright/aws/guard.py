"""The guard on every client: a call made for one target never leaves for another.

It is a hook that botocore runs with the request signed and complete, before a socket is opened; it
raises, and nothing is sent. That also covers redirects, account endpoints and whatever a
configuration file may have put in the way.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from tablewright.errors import WrongTargetError


def host_of(url: str) -> str | None:
    """The host that a URL names; None where it names none, or is not a URL."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def is_loopback(host: str | None) -> bool:
    """Whether `host` is this machine: 127.0.0.0/8, ::1 or the name `localhost`."""
    if not host:
        return False
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def before_send(kind: Literal["sandbox", "aws"]) -> Callable[..., None]:
    """The botocore `before-send` handler for clients of one kind of target."""

    def check(request: Any, **_: Any) -> None:
        host = host_of(request.url) or ""
        if kind == "sandbox" and not is_loopback(host):
            raise WrongTargetError(
                f"a call for the sandbox was about to go to {host}; nothing was sent",
                "report this; use --target aws if AWS is what you want",
            )
        if kind == "aws" and is_loopback(host):
            raise WrongTargetError(
                f"a call for AWS was about to go to {host} on this machine; nothing was sent",
                "unset AWS_ENDPOINT_URL and its like, or use --target sandbox",
            )

    return check
