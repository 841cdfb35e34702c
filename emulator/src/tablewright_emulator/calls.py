"""What clients asked of the embedded AWS: counts per operation, and the last requests.

What its services ask of each other (autoscaling of tables, alarms of topics) is not counted. Counts
cover everything since the start or the last reset; of the requests the newest are kept, with
their parameters cut short where they are long.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, deque
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from tablewright_emulator.request import Served

_KEPT = 1000
_LONGEST_TEXT = 200
_SMALL_BODY_BYTES = 2048  # kept as it is until somebody looks
_MOST_MEMBERS = 50


class Calls:
    """An observer of the gateway that counts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Begin again."""
        with self._lock:
            self._counts: Counter[tuple[str, str]] = Counter()
            self._errors: Counter[tuple[str, str, str]] = Counter()
            self._last: deque[tuple[Any, ...]] = deque(maxlen=_KEPT)

    def __call__(self, served: Served) -> None:
        """Count a request."""
        request, error = served.request, served.reply.error
        if request.protocol == "internal":
            return
        params: Any = request.params or _path(served)
        if len(request.http.body) > _SMALL_BODY_BYTES:
            params = _shortened(params)
        elif request.params and request.protocol == "json":
            params = request.http.body  # one object instead of dozens that go out of the cache
        operation = request.operation or request.http.method
        with self._lock:
            self._counts[request.service, operation] += 1
            if error is not None:
                self._errors[request.service, operation, error] += 1
            self._last.append((
                served.at, request.service, operation, request.account, request.region, error,
                served.seconds, params, request.id,
            ))  # fmt: skip

    def summary(self, last: int = 0) -> dict[str, Any]:
        """Counts, errors, and the last requests, newest first.

        Args:
            last: how many requests; at most 1,000 are kept.
        """
        with self._lock:
            newest = list(islice(reversed(self._last), last))
            return {
                "total": sum(self._counts.values()),
                "counts": _nested(self._counts),
                "errors": _nested(self._errors),
                "last": [_told(*call) for call in newest],
            }

    @property
    def total(self) -> int:
        """All requests."""
        with self._lock:
            return sum(self._counts.values())


def _told(
    at: datetime,
    service: str,
    operation: str,
    account: str,
    region: str,
    error: str | None,
    seconds: float,
    params: Any,
    request_id: str,
) -> dict[str, Any]:
    """One request, as it is shown."""
    return {
        "at": at.isoformat(),
        "service": service,
        "operation": operation,
        "account": account,
        "region": region,
        "error": error,
        "milliseconds": round(seconds * 1000, 3),
        "params": _shortened(json.loads(params) if isinstance(params, bytes) else params),
        "requestId": request_id,
    }


def _nested(counts: Mapping[Any, int]) -> dict[str, Any]:
    """`{service: {operation: count}}`, or one level deeper for errors."""
    result: dict[str, Any] = {}
    for key, count in sorted(counts.items()):
        branch = result
        for part in key[:-1]:
            branch = branch.setdefault(part, {})
        branch[key[-1]] = count
    return result


def _path(served: Served) -> dict[str, Any]:
    http = served.request.http
    return {"path": http.path} if http.path not in {"", "/"} else {}


def _shortened(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _shortened(item) for key, item in list(value.items())[:_MOST_MEMBERS]}
    if isinstance(value, list | tuple):
        return [_shortened(item) for item in value[:_MOST_MEMBERS]]
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else f"{value[:_LONGEST_TEXT]}…"
    return value if isinstance(value, int | float | bool | None) else str(value)[:_LONGEST_TEXT]
