"""Which keys of a table are used most."""

from __future__ import annotations

from typing import TypedDict


class UsedKeyDocument(TypedDict):
    """One key."""

    key: list[str]
    """Values of its attributes."""
    count: float
    """Capacity units, or throttled requests, over the window."""
    share: float
    """What part of the total it is, 0 to 1."""
    peakPerMinute: float
    """The most of them in one minute."""


class KeyRankingDocument(TypedDict):
    """The keys used most of a table or an index."""

    index: str | None
    """Null for the table."""
    counts: str
    """`capacityUnits` or `throttledRequests`."""
    attributes: list[str]
    """Names of the key's attributes."""
    total: float
    """Over all keys."""
    differentKeys: int
    """How many there were, approximately."""
    keys: list[UsedKeyDocument]
    """The most used first."""


class HotKeysDocument(TypedDict):
    """What `hot-keys` read."""

    table: str
    """Its name."""
    region: str
    """Its region."""
    start: str
    """When the window begins."""
    end: str
    """When it ends."""
    rankings: list[KeyRankingDocument]
    """For the partition key and for both keys, of what was consumed and of what was throttled."""
    unread: dict[str, str]
    """What could not be read, with why."""
