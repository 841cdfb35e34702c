"""In which fields what is declared, recorded and live differ."""

from __future__ import annotations

from typing import TypedDict


class AuthorDocument(TypedDict):
    """Who made a change, as CloudTrail tells."""

    name: str
    """A user, or a role with its session."""
    when: str
    """The time of the call, ISO 8601."""
    call: str
    """AWS's operation."""


class DriftedDocument(TypedDict):
    """One field of one resource."""

    rule: str
    """The rule that compared it (`tablewright explain RULE`); empty for a resource as a whole."""
    kind: str
    """`table`, `replica`, `alarm`, `role`, `dashboard`, ..."""
    subject: str
    """Which one."""
    fact: str
    """The field: `billing mode`."""
    drift: str
    """`changed-outside`, `not-applied`, `deleted-outside`, `made-again` or `unread`."""
    declared: str | None
    """In the manifest; null where it says nothing."""
    recorded: str | None
    """In the state; null where nothing is recorded."""
    live: str | None
    """In AWS; null where there is nothing, or it could not be read."""
    reason: str
    """Why it is unread; else empty."""
    fix: str
    """What to do about it."""
    author: AuthorDocument | None
    """Who made the last change of it; null where that is not known."""


class DriftDocument(TypedDict):
    """What `drift` found."""

    stack: str
    """`STACK/ENVIRONMENT`."""
    region: str
    """Its region."""
    accountId: str
    """The account that was read."""
    fields: list[DriftedDocument]
    """Every field that differs or is unread."""
    compared: int
    """How many fields were compared."""
    unrecorded: list[str]
    """Fields that are live as declared and recorded otherwise: no drift."""
    counts: dict[str, int]
    """How many fields are of each kind of drift."""
    verdict: str
    """`drift`, else `unknown` if anything is unread, else `none`."""


class DriftEventDocument(TypedDict):
    """What `drift --watch --output json` prints in a line of its own for each event."""

    when: str
    """When it was seen, ISO 8601."""
    stack: str
    """`STACK/ENVIRONMENT`."""
    event: str
    """`drifted`, `ended`, `unread` or `read`."""
    field: DriftedDocument | None
    """Which field; null where it is the whole stack."""
    text: str
    """The same in words."""
