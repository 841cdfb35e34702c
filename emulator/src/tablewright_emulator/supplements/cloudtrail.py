"""CloudTrail's event history: who changed which table, alarm, dashboard or role, and when.

LookupEvents alone, by the name of a resource (API reference): management events that change
something, newest first. They are kept since the start or the last reset, the newest 10,000.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from tablewright_emulator import protocol
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.iam.principal import principal_of
from tablewright_emulator.request import AwsFault, Handler, Request, Served

_KEPT = 10_000
_MOST = 50
_SERVICES = frozenset({"dynamodb", "cloudwatch", "application-autoscaling", "iam"})
_READING = ("Get", "List", "Describe", "Query", "Scan", "Batch", "Transact", "Execute", "Simulate")
_DATA = frozenset({"PutItem", "UpdateItem", "DeleteItem", "PutMetricData", "SetAlarmState"})
_NAMES = ("TableName", "RoleName", "AlarmName", "DashboardName", "ResourceId", "ResourceArn")
_LISTS = ("AlarmNames", "DashboardNames")


class _Event(NamedTuple):
    at: datetime
    service: str
    operation: str
    account: str
    region: str
    names: tuple[str, ...]
    access_key: str
    id: str


class Trail:
    """What was changed: an observer of the gateway, and the handler that tells of it."""

    def __init__(self, gateway: Gateway) -> None:
        self._lock = threading.Lock()
        self._events: deque[_Event] = deque(maxlen=_KEPT)
        gateway.observers.append(self._served)

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """The operation."""
        return {"LookupEvents": self._lookup}

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._events.clear()

    def _served(self, served: Served) -> None:
        request = served.request
        if request.service not in _SERVICES or request.protocol == "internal":
            return
        if served.reply.error is not None or not _changes(request.operation):
            return
        if names := tuple(_named(_params(request))):
            with self._lock:
                self._events.append(_Event(
                    served.at, request.service, request.operation, request.account,
                    "us-east-1" if request.service == "iam" else request.region, names,
                    request.access_key, request.id,
                ))  # fmt: skip

    def _lookup(self, request: Request) -> dict[str, Any]:
        wanted = {
            attribute["AttributeKey"]: attribute["AttributeValue"]
            for attribute in request.params.get("LookupAttributes") or ()
        }
        if wanted.keys() - {"ResourceName", "EventName"}:
            reason = "Only ResourceName and EventName can be looked up here."
            raise AwsFault("InvalidLookupAttributesException", reason, 400)
        most = int(request.params.get("MaxResults") or _MOST)
        with self._lock:
            events = [event for event in reversed(self._events) if _is_of(event, request, wanted)]
        return {"Events": [_told(event) for event in events[:most]]}


def _changes(operation: str) -> bool:
    return not operation.startswith(_READING) and operation not in _DATA


def _params(request: Request) -> Mapping[str, Any]:
    """The parameters; those that the engine underneath has read for itself, as on the wire."""
    if request.params or request.protocol != "query":
        return request.params
    return protocol.form_of(request.http)


def _named(params: Mapping[str, Any]) -> Iterator[str]:
    """The names of the resources of a request: the name, and the ARN that it came as."""
    for member in (*_NAMES, "ResourceARN"):
        if isinstance(value := params.get(member), str):
            yield value
            path = value.rpartition(":")[2].split("/")
            yield path[1] if path[0] == "table" and len(path) > 1 else path[-1]
    for member in _LISTS:
        yield from params.get(member) or ()


def _is_of(event: _Event, request: Request, wanted: Mapping[str, str]) -> bool:
    return (
        (event.account, event.region) == (request.account, request.region)
        and wanted.get("ResourceName", event.names[0]) in event.names
        and wanted.get("EventName", event.operation) == event.operation
    )


def _told(event: _Event) -> dict[str, Any]:
    arn = principal_of(event.access_key, event.account, event.region, {}).caller.arn
    return {
        "EventId": event.id,
        "EventName": event.operation,
        "ReadOnly": "false",
        "EventTime": event.at,
        "EventSource": f"{event.service}.amazonaws.com",
        "Username": arn.rpartition("/")[2].rpartition(":")[2],
        "Resources": [{"ResourceName": name} for name in dict.fromkeys(event.names)],
        "CloudTrailEvent": json.dumps({"userIdentity": {"arn": arn}, "readOnly": False}),
    }
