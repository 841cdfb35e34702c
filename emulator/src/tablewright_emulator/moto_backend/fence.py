"""moto's own DynamoDB, CloudWatch and autoscaling are out of reach for its other services.

What one of them made there would be a second, hidden world: created without an error, and not to
be found by any client. Who asks is known by the request that is being answered; code that runs in
the background has none and is refused as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from tablewright_emulator.request import AwsFault

OURS = frozenset(
    {
        "application-autoscaling",
        "cloudwatch",
        "dynamodb",
        "dynamodb_v20111205",
        "dynamodbstreams",
    }
)
"""moto's names of the services that are ours, or ours in front of moto's."""

STATE = "state"
"""Who asks while moto's state is written or read."""

ALLOWED: Mapping[str, frozenset[str]] = {
    "cloudwatch": frozenset({"cloudwatch"}),  # what ours does not know is moto's to answer
    "application-autoscaling": frozenset({"application-autoscaling"}),  # likewise
    "resourcegroupstaggingapi": OURS,  # sees our tables and alarms there, see dynamodb/tagging
    "ec2": OURS,  # lists the services that have endpoints
    "lambda": frozenset({"dynamodb", "dynamodbstreams"}),  # looks for a source, and finds none
    STATE: OURS,
}
"""Who may reach which of moto's own copies, and why that makes nothing there."""

_asking: ContextVar[str | None] = ContextVar("asking", default=None)


@contextmanager
def asking(service: str) -> Iterator[None]:
    """While moto answers a request to this service."""
    token = _asking.set(service)
    try:
        yield
    finally:
        _asking.reset(token)


@cache
def install() -> None:
    """Put the fence up, once per process: before moto answers anything."""
    from moto.core.base_backend import BackendDict

    reach = BackendDict.__getitem__

    def guarded(backends: Any, account: str) -> Any:
        check(backends.service_name)
        return reach(backends, account)

    BackendDict.__getitem__ = guarded


def check(service: str) -> None:
    """Refuse to reach moto's copy of a service of ours from another one.

    Raises:
        AwsFault: who asks is not among `ALLOWED`.
    """
    asker = _asking.get()
    if service in OURS and service not in ALLOWED.get(asker or "", frozenset()):
        raise AwsFault(
            "ValidationException",
            f"{asker or 'a background task'} of this emulator cannot use {service}: what it made "
            "there would be seen by nobody",
        )
