"""What a drill of recovery came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RestoreDrill:
    """One table, restored under another name.

    Args:
        problem: why it was not restored; empty when it was.
        unread: why it is not known whether it can be, or whether it is the same.
        seconds: how long the restore took.
        moment: to when it was restored.
        items: of the table; `approximate` is AWS's own count, some six hours old.
        restored_items: of the restored table, counted.
        sampled: items of the restored table that were looked up in the table.
        differing: how many of those are other ones there, or missing.
        written: write units that the table has consumed since `moment`; None when unread.
        left: name of the restored table, where it could not be removed.
    """

    problem: str = ""
    unread: str = ""
    seconds: float = 0.0
    moment: datetime | None = None
    items: int = 0
    restored_items: int = 0
    approximate: bool = False
    sampled: int = 0
    differing: int = 0
    written: float | None = None
    left: str = ""
