"""What the commands about the embedded AWS print."""

from __future__ import annotations

from typing import Any, TypedDict


class SandboxDocument(TypedDict):
    """A sandbox that was started."""

    name: str
    """Its name."""
    pid: int
    """Its process."""
    endpoint: str
    """Its URL, for every service."""


class ListedSandboxDocument(TypedDict):
    """A sandbox of this user."""

    name: str
    """Its name."""
    running: bool
    """It runs."""
    endpoint: str | None
    """Its URL, for every service; null where it does not run."""
    data: str | None
    """The folder it is kept in; null is in memory."""


class ClockDocument(TypedDict):
    """The time of a sandbox."""

    now: str
    """RFC 3339."""
    frozen: bool
    """It stands still."""
    aheadSeconds: float
    """How far it is ahead of this machine's."""


class SandboxChangeDocument(TypedDict):
    """What was done to a sandbox as a whole."""

    name: str
    """Its name."""
    changed: bool
    """It is another than before: stopped, reset or loaded. False where it did not run."""
    file: str | None
    """The snapshot that was written or loaded; null where it is about none."""
    bytes: int | None
    """Its size, where it was written."""


class SandboxStatusDocument(SandboxDocument):
    """Where a sandbox listens and what is in it."""

    data: str | None
    """The folder it is kept in; null is in memory."""
    status: str
    """`running`."""
    startedAt: str | None
    """RFC 3339."""
    damaged: list[str]
    """Files that could not be read; the exit status is 4 then."""
    world: str
    """Names what it holds; another after each reset."""
    tables: int
    """How many."""
    items: int
    """How many, in all tables."""
    calls: int
    """How many requests it has had."""
    throttling: bool
    """Requests above a table's capacity are refused."""
    limits: bool
    """AWS's quotas are kept."""
    durations: str
    """How long changes take: a preset, or `configured`."""
    iam: bool
    """IAM policies are enforced."""
    clock: ClockDocument
    """Its time."""


class SeededDocument(TypedDict):
    """A table that was filled."""

    name: str
    """Its name."""
    items: int
    """How many it holds."""
    made: bool
    """It was made just now."""


class CallDocument(TypedDict):
    """One request."""

    at: str
    """When, RFC 3339."""
    service: str
    """`dynamodb`."""
    operation: str
    """`DescribeTable`."""
    account: str
    """Of which account."""
    region: str
    """Its region."""
    error: str | None
    """The error's code; null where there was none."""
    milliseconds: float
    """How long it took."""
    params: dict[str, Any]
    """What was sent, shortened."""
    requestId: str
    """As in the answer's headers."""


class CallsDocument(TypedDict):
    """What was asked of a sandbox."""

    total: int
    """All requests."""
    counts: dict[str, dict[str, int]]
    """By service and operation."""
    errors: dict[str, dict[str, dict[str, int]]]
    """By service, operation and code."""
    last: list[CallDocument]
    """The newest first."""


class OrderedFaultDocument(TypedDict):
    """A fault that is on."""

    service: str
    """Of which service, `*` for all."""
    operation: str
    """Of which operation, `*` for all."""
    table: str | None
    """Only requests that name this table; null is all."""
    kind: str
    """`error`, `reset`, ..."""
    code: str
    """The error's code."""
    status: int
    """Its HTTP status."""
    times: int | None
    """How often it strikes; null is always."""
    skip: int
    """How many calls it lets pass first."""
    rate: float
    """Which share of the calls it strikes."""
    seconds: float
    """Of a delay."""
    seed: int
    """Of its chance."""
    struck: int
    """How often it has."""


class FaultsDocument(TypedDict):
    """The faults that are on."""

    faults: list[OrderedFaultDocument]
    """Each."""
