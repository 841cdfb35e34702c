"""The calls that made what moto holds: its state, as a list that is run again to have it back.

moto's own objects are never written: they are some fifty thousand lines of somebody else's, which
change with every release. What is kept is what clients sent, with the moment, the seed of moto's
ids, and what moto was given from outside (`outside`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tablewright_emulator.codec import kept
from tablewright_emulator.moto_backend.outside import DRAWN, Outcome
from tablewright_emulator.request import HttpRequest, Protocol, Request

_NOT_NEEDED = ("accept", "amz-sdk-", "connection", "host", "user-agent", "x-amz-user-agent")
"""Headers, by how their names begin, from which moto takes nothing."""


@kept("moto-call")
@dataclass(slots=True)
class MotoCall:
    """A call that moto answered.

    Args:
        at: when, by the emulator's clock.
        seed: from which the ids followed that moto drew.
        outcomes: what it was given from outside.
    """

    at: datetime
    seed: str
    service: str
    operation: str
    account: str
    region: str
    access_key: str
    protocol: Protocol
    id: str
    http: HttpRequest
    outcomes: list[Outcome] = field(default_factory=list)

    @classmethod
    def of(cls, request: Request, at: datetime, seed: str) -> MotoCall:
        """A call that is about to be answered."""
        headers = {n: v for n, v in request.headers.items() if not n.startswith(_NOT_NEEDED)}
        http = replace(request.http, headers=headers)
        return cls(
            at, seed, request.service, request.operation, request.account, request.region,
            request.access_key, request.protocol, request.id, http,
        )  # fmt: skip

    def request(self) -> Request:
        """The request, as moto is given it."""
        return Request(
            self.service, self.operation, {}, self.account, self.region, self.access_key,
            self.protocol, self.http, self.id,
        )  # fmt: skip


class History:
    """All calls since moto was empty.

    `drew` is set when one drew something that running its request again would not give.
    """

    def __init__(self) -> None:
        self.calls: list[MotoCall] = []
        self.drew = False
        self._seed: str | None = None
        self._seeds = 0

    @contextmanager
    def seeded(self, seed: str) -> Iterator[None]:
        """While one request of a client is carried out: the seeds of its calls follow from one."""
        self._seed, self._seeds = seed, 0
        try:
            yield
        finally:
            self._seed = None

    def add(self, call: MotoCall) -> None:
        """A call that was answered."""
        self.calls.append(call)
        self.drew |= any(outcome[0] == DRAWN for outcome in call.outcomes)

    def next_seed(self) -> str:
        """The seed of the next call."""
        if self._seed is None:
            return uuid.uuid4().hex
        self._seeds += 1
        return f"{self._seed} {self._seeds}"


def is_outward(request: Request) -> bool:
    """Whether a call does something outside of moto and is not done twice: code that is run."""
    if request.service == "lambda":
        path: Any = request.http.path
        return request.http.method == "POST" and ("/invocations" in path or "/invoke-async" in path)
    return (request.service, request.operation) == ("batch", "SubmitJob")
