"""What passes through the gateway: a request, its reply, its fault, and what it used.

An engine is a function of a `Request`. A handler of one operation returns the operation's output as
a plain dict (the gateway writes it in the caller's protocol), or a finished `Reply`, or raises
`AwsFault`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias, runtime_checkable
from typing import Protocol as Interface

from tablewright_emulator.codec import kept

DEFAULT_ACCOUNT = "123456789012"
_READING = (
    "Get", "List", "Describe", "Head", "BatchGet", "Query", "Scan", "TransactGet", "Receive",
    "Simulate", "Test", "Search", "Lookup", "Select", "Check", "Estimate", "Validate", "Generate",
    "Decrypt", "Encrypt", "Sign", "Verify", "Filter",
)  # fmt: skip
Protocol: TypeAlias = Literal["json", "query", "cbor", "rest", "internal"]
Cause: TypeAlias = Literal[
    "ProvisionedThroughput", "KeyRangeThroughput", "MaxOnDemandThroughput", "AccountLimit"
]


@kept("http")
@dataclass(slots=True, unsafe_hash=True)  # a frozen one takes three times as long to make
class HttpRequest:
    """An HTTP request as it came over the wire; header names in lower case. Never changed."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


_NO_HTTP = HttpRequest("POST", "/", "", {}, b"")


@dataclass(slots=True)
class Usage:
    """What one request used of one table, or of one of its global indexes.

    Args:
        table: name of the table.
        index: name of the global index; None for the table itself (local indexes count to it).
        read_units: consumed read capacity units.
        write_units: consumed write capacity units.
        throttled_reads: item reads refused.
        throttled_writes: item writes refused.
        cause: why they were refused.
    """

    table: str
    index: str | None = None
    read_units: float = 0.0
    write_units: float = 0.0
    throttled_reads: int = 0
    throttled_writes: int = 0
    cause: Cause = "ProvisionedThroughput"


@dataclass(slots=True)
class Traffic:
    """What a data-plane request did; filled while it is answered, read by the metric store.

    Args:
        tables: tables the request named.
        usages: capacity used and refused, one per table or global index.
        returned_items: items returned by Query, Scan, ExecuteStatement; None elsewhere.
        failed_conditions: table to number of failed conditional writes.
        transaction_conflicts: table to number of conflicting items.
        stream_label: the stream read by GetRecords.
        returned_records: records returned by GetRecords.
        returned_bytes: bytes returned by GetRecords.
        expired_items: table to number of items TTL deleted; the operation is `TimeToLive` then.
    """

    tables: list[str] = field(default_factory=list)
    usages: list[Usage] = field(default_factory=list)
    returned_items: int | None = None
    failed_conditions: dict[str, int] = field(default_factory=dict)
    transaction_conflicts: dict[str, int] = field(default_factory=dict)
    stream_label: str | None = None
    returned_records: int | None = None
    returned_bytes: int | None = None
    expired_items: dict[str, int] = field(default_factory=dict)


def new_uuid() -> str:
    """A UUID of version 4."""
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


@dataclass(slots=True)
class Request:
    """One call of one operation.

    Args:
        service: botocore's name of the service: dynamodb, cloudwatch, application-autoscaling, …
        operation: name of the operation, as in the API.
        params: the input as a dict in the API's member names. Timestamps are aware datetimes in
            every protocol; blobs are base64 text in JSON and bytes elsewhere.
        account: twelve digits.
        region: region the request was signed for.
        access_key: key it was signed with.
        protocol: how the reply has to be written.
        http: the request on the wire; for an internal call a synthetic one.
        id: the request's id, as in the reply's headers.
        traffic: what it did, filled by the handler.
        fault: what was ordered to happen to its answer.
    """

    service: str
    operation: str
    params: dict[str, Any]
    account: str
    region: str
    access_key: str = ""
    protocol: Protocol = "internal"
    http: HttpRequest = _NO_HTTP
    id: str = field(default_factory=new_uuid)
    traffic: Traffic = field(default_factory=Traffic)
    fault: object = None

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers on the wire, names in lower case."""
        return self.http.headers


@dataclass(slots=True)
class Reply:
    """An HTTP reply.

    Args:
        error: the code of AWS's error, None when it succeeded.
        fate: what happens to it on the way: it is sent, half of its body is, the connection closes
            without it, or is reset.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    error: str | None = None
    fate: Literal["sent", "half", "closed", "reset"] = "sent"

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class AwsFault(Exception):  # noqa: N818 - AWS's word
    """An error AWS would answer.

    Args:
        code: AWS's error code: ValidationException, ResourceNotFoundException, …
        message: AWS's text.
        status: HTTP status; 400 but for the few that AWS answers otherwise.
        fields: further members of the error, e.g. `{"CancellationReasons": [...]}`.
    """

    def __init__(
        self, code: str, message: str, status: int = 400, fields: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.fields = dict(fields or {})


class ConnectionLost(Exception):  # noqa: N818 - an event, ordered
    """The connection is reset instead of an answer; nothing was done."""


Handler: TypeAlias = Callable[[Request], "dict[str, Any] | Reply | None"]
Engine: TypeAlias = Callable[[Request], Reply]


class Served(NamedTuple):
    """A request that was answered, for those who count: metrics, journal, insights.

    Args:
        request: with `traffic` filled.
        reply: status and AWS's error code, if any.
        seconds: how long the answer took, in real time.
        at: when it was answered, in the clock's time.
    """

    request: Request
    reply: Reply
    seconds: float
    at: datetime


Observer: TypeAlias = Callable[[Served], None]


@runtime_checkable
class Service(Interface):
    """A part of the embedded AWS with a state of its own.

    Its constructor takes the gateway and registers handlers, gates and observers there.
    """

    def reset(self) -> None:
        """Forget everything."""


@runtime_checkable
class Kept(Interface):
    """A service whose state is kept in snapshots and over restarts."""

    name: str

    def dump(self) -> Any:
        """The whole state, of values that can be pickled; called under the gateway's lock."""

    def load(self, state: Any) -> None:
        """Take over a state that `dump` gave."""

    def resume(self) -> None:
        """Put timers on the clock again, after a state was loaded and brought up to date."""


def changes_something(request: Request) -> bool:
    """Whether a request is one that changes something."""
    if request.protocol == "rest":
        return request.http.method not in {"GET", "HEAD", "OPTIONS"}
    return not request.operation.startswith(_READING)


def unknown_operation(request: Request) -> AwsFault:
    """What AWS answers to an operation it does not know."""
    if request.protocol == "query":
        return AwsFault("InvalidAction", f"Could not find operation {request.operation}")
    return AwsFault(
        "UnknownOperationException", f"The operation {request.operation} is not supported here."
    )
