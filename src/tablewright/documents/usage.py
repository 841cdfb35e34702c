"""What the commands over measured use print."""

from __future__ import annotations

from typing import TypedDict

from .fleet import UnreadDocument


class CollectionDocument(TypedDict):
    """What `usage collect` has stored."""

    store: str
    """Folder of the store."""
    tables: int
    """How many tables were found."""
    days: int
    """How many days of tables and indexes were stored."""
    metrics: int
    """How many metrics were asked for."""
    calls: int
    """In how many calls."""
    datapoints: int
    """How many values came."""
    usd: str
    """What CloudWatch charges for them; money is text, so that no cent is rounded."""
    unread: list[UnreadDocument]
    """What could not be found or read."""
    missing: list[str]
    """Tables that were asked for and are nowhere."""
    unreadUse: dict[str, str]
    """Why the use of a table could not be read, by its name."""
