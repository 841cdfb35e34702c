"""The tables of one account in one region, and whatever outlives a table: backups, transfers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tablewright_emulator.codec import kept
from tablewright_emulator.dynamodb.items.partitions import Item
from tablewright_emulator.dynamodb.table import Table

MAX_TABLES = 2_500
MAX_CONCURRENT = 500


@kept("backup")
@dataclass
class Backup:
    """A backup: what the table was, and its items at that moment."""

    arn: str
    name: str
    table: Table
    items: list[Item]
    created: datetime
    ready: datetime
    size: int
    type: str = "USER"
    expires: datetime | None = None
    deleted: bool = False

    def status(self, now: datetime) -> str:
        """BackupStatus."""
        if self.deleted:
            return "DELETED"
        return "AVAILABLE" if now >= self.ready else "CREATING"


@kept("catalog")
@dataclass
class Catalog:
    """What one account has in one region."""

    account: str
    region: str
    tables: dict[str, Table] = field(default_factory=dict)
    backups: dict[str, Backup] = field(default_factory=dict)
    transfers: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, tuple[datetime, Any]] = field(default_factory=dict)

    def get(self, name: str, now: datetime) -> Table | None:
        """The table of that name as it is now."""
        table = self.tables.get(name)
        if table is None:
            return None
        table.settle(now)
        if table.deleted:
            del self.tables[name]
            return None
        return table

    def all(self, now: datetime) -> list[Table]:
        """All tables as they are now, by name."""
        candidates = (self.get(name, now) for name in sorted(self.tables))
        return [table for table in candidates if table is not None]

    def under_way(self, now: datetime) -> int:
        """How many tables are being created, updated or deleted."""
        busy = [name for name, table in self.tables.items() if table.pending]
        settled = (self.get(name, now) for name in busy)
        return sum(1 for table in settled if table is not None and table.status != "ACTIVE")
