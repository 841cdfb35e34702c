"""Faults on order: an AWS, or a network, that fails now and then, so that clients can be tried.

faults.add(Fault(operation="PutItem", table="orders", times=3))      # three HTTP 500
faults.add(Fault(service="*", code="ThrottlingException", status=400, rate=0.1))
faults.add(Fault(kind="lost-answer", operation="CreateTable", times=1))

Which requests a rate strikes follows from the seed and from how many calls of the operation went
before, not from what other operations do meanwhile: a run repeated meets the same faults.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias, get_args

from tablewright_emulator.errors import UsageError
from tablewright_emulator.request import AwsFault, ConnectionLost, Reply, Request

Kind: TypeAlias = Literal["error", "late-error", "lost-answer", "half-body", "reset", "delay"]
"""How a call fails.

- `error`: AWS answers `code` with `status`; nothing was done.
- `late-error`: the same, but the call was carried out.
- `lost-answer`: the call is carried out and the connection closes without an answer.
- `half-body`: the call is carried out and half of the answer's bytes come.
- `reset`: the connection is reset before anything was done.
- `delay`: the call is carried out after `seconds`.
"""
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_SECONDS = 600
_TEXTS = {"InternalServerError": "Internal server error"}


@dataclass(slots=True)
class Fault:
    """What fails, how, and how often.

    Args:
        service: botocore's name of the service, `*` for every one.
        operation: name of an operation, `*` for every one.
        table: only requests that name this table; None for all.
        kind: how the call fails.
        code: AWS's error code, of errors.
        status: HTTP status, of errors; 500 counts as a system error.
        times: how often it strikes; None for as long as it is there.
        skip: how many calls of an operation pass before the first can be struck.
        rate: share of the calls it strikes, 0 to 1.
        seconds: how long a delay is, in real time.
        seed: which calls of a rate are struck.
        struck: how often it has struck.
    """

    service: str = "dynamodb"
    operation: str = "*"
    table: str | None = None
    kind: Kind = "error"
    code: str = "InternalServerError"
    status: int = 500
    times: int | None = None
    skip: int = 0
    rate: float = 1.0
    seconds: float = 0.0
    seed: int = 0
    struck: int = 0
    _seen: Counter[tuple[str, str]] = field(default_factory=Counter, repr=False, compare=False)

    def is_due(self, request: Request) -> bool:
        """Whether it strikes this call, which it concerns; counts the call."""
        operation = (request.service, request.operation)
        number = self._seen[operation]
        self._seen[operation] += 1
        dice = random.Random(f"{self.seed}/{'/'.join(operation)}/{number}")  # noqa: S311 - no secret
        return number >= self.skip and dice.random() < self.rate

    @property
    def error(self) -> AwsFault:
        """AWS's error."""
        return AwsFault(
            self.code, _TEXTS.get(self.code, "A fault that was asked for."), self.status
        )

    def shown(self) -> dict[str, Any]:
        """Its members, as `fault_of` takes them, and how often it has struck."""
        return {name: getattr(self, name) for name in (*_MEMBERS, "struck")}


_NUMBER = (int, float)
_MEMBERS: Mapping[str, tuple[type, ...]] = {
    "service": (str,), "operation": (str,), "table": (str,), "kind": (str,), "code": (str,),
    "status": (int,), "times": (int,), "skip": (int,), "rate": _NUMBER, "seconds": _NUMBER,
    "seed": (int,),
}  # fmt: skip


def fault_of(params: Mapping[str, Any]) -> Fault:
    """A fault from the members of a JSON object.

    Raises:
        UsageError: for a member that is unknown or of a wrong kind.
    """
    for name, value in params.items():
        if name not in _MEMBERS:
            raise UsageError(f"a fault has no {name}; it has {', '.join(_MEMBERS)}")
        if isinstance(value, bool) or not isinstance(value, _MEMBERS[name]):
            raise UsageError(f"{name} has a wrong type")
    fault = Fault(**params)
    if fault.kind not in KINDS:
        raise UsageError(f"kind is one of {', '.join(KINDS)}")
    if fault.status not in range(400, 600) or not 0 <= fault.rate <= 1:
        raise UsageError("status is from 400 to 599, rate from 0 to 1")
    if fault.times is not None and fault.times < 1:
        raise UsageError("times is at least 1")
    if fault.skip < 0 or not 0 <= fault.seconds <= MOST_SECONDS:
        raise UsageError(f"skip is at least 0, seconds are from 0 to {MOST_SECONDS}")
    if (fault.kind == "delay") != (fault.seconds > 0):
        raise UsageError("a delay has seconds, and nothing else has")
    return fault


class Faults:
    """The faults that are on: `strike` is a gate of the gateway, `spoil` one of its finishers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.active: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let it strike from now on."""
        with self._lock:
            self.active.append(fault)

    def clear(self) -> None:
        """Let everything work again."""
        with self._lock:
            self.active.clear()

    def strike(self, request: Request) -> None:
        """Fail or delay the request if a fault is due for it, or note what is due for its answer.

        Raises:
            AwsFault: the fault's code and status.
            ConnectionLost: the connection is to be reset.
        """
        if not self.active:
            return
        tables = _tables_of(request.params)
        fault = self._due(request, tables)
        if fault is None:
            return
        if fault.kind == "error":
            request.traffic.tables = tables
            raise fault.error
        if fault.kind == "reset":
            raise ConnectionLost
        if fault.kind == "delay":
            time.sleep(fault.seconds)
        else:
            request.fault = fault

    def spoil(self, request: Request, reply: Reply) -> Reply:
        """The reply as it goes out after what `strike` noted.

        Raises:
            AwsFault: the fault's code and status.
        """
        fault = request.fault
        if not isinstance(fault, Fault):
            return reply
        if fault.kind == "late-error":
            raise fault.error
        return replace(reply, fate="half" if fault.kind == "half-body" else "closed")

    def _due(self, request: Request, tables: list[str]) -> Fault | None:
        with self._lock:
            for fault in self.active:
                if _concerns(fault, request, tables) and fault.is_due(request):
                    fault.struck += 1
                    if fault.times is not None:
                        fault.times -= 1
                    self.active = [fault for fault in self.active if fault.times != 0]
                    return fault
        return None


def _concerns(fault: Fault, request: Request, tables: list[str]) -> bool:
    return (
        fault.service in {"*", request.service}
        and fault.operation in {"*", request.operation}
        and (fault.table is None or fault.table in tables)
    )


def _tables_of(params: Any) -> list[str]:
    """Names of the tables a request speaks of, wherever in it they stand."""
    if isinstance(params, list):
        return [name for element in params for name in _tables_of(element)]
    if not isinstance(params, dict):
        return []
    names = [str(params["TableName"])] if isinstance(params.get("TableName"), str) else []
    if isinstance(params.get("RequestItems"), dict):
        names += params["RequestItems"]
    nested = params.get("TransactItems")
    if isinstance(nested, list):
        names += [name for element in nested if isinstance(element, dict) for name in _tables_of(
            list(element.values()))]  # fmt: skip
    return [name.rpartition("/")[2] for name in dict.fromkeys(names)]
