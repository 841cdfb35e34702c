"""Faults on order: an AWS that fails now and then, so that clients and alarms can be tried.

faults.add(Fault(operation="PutItem", table="orders", times=3))      # three HTTP 500
faults.add(Fault(operation="*", code="ThrottlingException", status=400, rate=0.1))
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tablewright.emulator.request import AwsFault, Request
from tablewright.errors import UsageError

_TEXTS = {"InternalServerError": "Internal server error"}


@dataclass(slots=True)
class Fault:
    """What fails, how, and how often.

    Args:
        operation: name of an operation, `*` for every one.
        table: only requests that name this table; None for all.
        code: AWS's error code.
        status: HTTP status; 500 counts as a system error.
        times: how often it strikes; None for as long as it is there.
        rate: share of the requests it strikes, 0 to 1.
    """

    service: str = "dynamodb"
    operation: str = "*"
    table: str | None = None
    code: str = "InternalServerError"
    status: int = 500
    times: int | None = None
    rate: float = 1.0


def fault_of(params: Mapping[str, Any]) -> Fault:
    """A fault from the members of a JSON object.

    Raises:
        UsageError: for a member that is unknown or of a wrong kind.
    """
    kinds: Mapping[str, tuple[type, ...]] = {
        "service": (str,), "operation": (str,), "table": (str,), "code": (str,),
        "status": (int,), "times": (int,), "rate": (int, float),
    }  # fmt: skip
    for name, value in params.items():
        if name not in kinds:
            raise UsageError(f"a fault has no {name}; it has {', '.join(kinds)}")
        if isinstance(value, bool) or not isinstance(value, kinds[name]):
            raise UsageError(f"{name} has a wrong type")
    fault = Fault(**params)
    if fault.status not in range(400, 600) or not 0 <= fault.rate <= 1:
        raise UsageError("status is from 400 to 599, rate from 0 to 1")
    if fault.times is not None and fault.times < 1:
        raise UsageError("times is at least 1")
    return fault


class Faults:
    """The faults that are on; hang `strike` among the door's gates."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311 - nothing here is secret
        self.active: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let it strike from now on."""
        self.active.append(fault)

    def clear(self) -> None:
        """Let everything work again; the dice start anew."""
        self.active.clear()
        self._random.seed(self._seed)

    def strike(self, request: Request) -> None:
        """Fail the request if a fault is due for it.

        Raises:
            AwsFault: the fault's code and status.
        """
        for fault in self.active:
            tables = _tables_of(request.params)
            if _concerns(fault, request, tables) and self._random.random() < fault.rate:
                if fault.times is not None:
                    fault.times -= 1
                self.active = [each for each in self.active if each.times != 0]
                request.traffic.tables = tables
                text = _TEXTS.get(fault.code, "A fault that was asked for.")
                raise AwsFault(fault.code, text, fault.status)


def _concerns(fault: Fault, request: Request, tables: list[str]) -> bool:
    return (
        request.service == fault.service
        and fault.operation in {"*", request.operation}
        and (fault.table is None or fault.table in tables)
    )


def _tables_of(params: Any) -> list[str]:
    """Names of the tables a request speaks of, wherever in it they stand."""
    if isinstance(params, list):
        return [name for each in params for name in _tables_of(each)]
    if not isinstance(params, dict):
        return []
    found = [str(params["TableName"])] if isinstance(params.get("TableName"), str) else []
    if isinstance(params.get("RequestItems"), dict):
        found += params["RequestItems"]
    nested = params.get("TransactItems")
    if isinstance(nested, list):
        found += [name for each in nested if isinstance(each, dict) for name in _tables_of(
            list(each.values()))]  # fmt: skip
    return [name.rpartition("/")[2] for name in dict.fromkeys(found)]
