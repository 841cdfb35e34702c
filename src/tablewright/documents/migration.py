"""What a copy into a table of another key has come to."""

from __future__ import annotations

from typing import TypedDict


class LeftOutDocument(TypedDict):
    """An item that is not in the new table."""

    key: str
    """Its key in the old table, as JSON."""
    reason: str
    """Why it cannot be there."""


class MigrationDocument(TypedDict):
    """What `migrate` has copied and compared."""

    old: str
    """The table that is copied."""
    new: str
    """The table with the other key."""
    oldItemsCompared: int
    """Items of the old table that were looked up in the new one."""
    newItemsCompared: int
    """Items of the new table that were looked up in the old one."""
    leftOut: list[LeftOutDocument]
    """Items that lack the new key, or share it with another item."""
    differing: list[str]
    """Old keys, as JSON, of items that are missing in the new table or differ there."""
    onlyInNew: list[str]
    """New keys, as JSON, of items that the old table does not have."""
    finished: bool
    """`--finish` found both tables equal, and the stream is not followed any more."""
