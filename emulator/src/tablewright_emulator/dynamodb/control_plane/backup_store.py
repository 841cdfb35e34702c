"""Backups as they are kept: taken from a table as it stands."""

from __future__ import annotations

from copy import copy
from datetime import timedelta

from tablewright_emulator.dynamodb.catalog import Backup
from tablewright_emulator.dynamodb.items.partitions import Shelf
from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.dynamodb.table import Table

SYSTEM_BACKUP_LIFE = timedelta(days=35)


def take(world: DynamoDb, table: Table, name: str, kind: str = "USER") -> Backup:
    """Take a backup of a table."""
    now = world.now()
    number = f"{int(now.timestamp() * 1000):014}-{world.gateway.new_id()[:8]}"
    backup = Backup(
        arn=f"{table.arn}/backup/{number}",
        name=name,
        table=frozen(table),
        items=list(table.shelf),
        created=now,
        ready=world.after(world.durations.backup),
        size=table.shelf.size,
        type=kind,
        expires=now + SYSTEM_BACKUP_LIFE if kind == "SYSTEM" else None,
    )
    world.catalog(table.account, table.region).backups[backup.arn] = backup
    return backup


def keep_system_backup(world: DynamoDb, table: Table) -> None:
    """What AWS keeps for 35 days of a deleted table that had recovery on.

    Source: Developer Guide, page PointInTimeRecovery_Howitworks.
    """
    take(world, table, f"{table.name}$DeletedTableBackup", "SYSTEM")


def frozen(table: Table) -> Table:
    """The table's settings, without its items and whatever changes."""
    kept = copy(table)
    kept.shelf, kept.pending, kept.recovery = Shelf(), [], type(table.recovery)()
    kept.indexes = {name: copy(index) for name, index in table.indexes.items()}
    kept.local_indexes = {name: copy(index) for name, index in table.local_indexes.items()}
    kept.stream, kept.old_streams = copy(table.stream), []
    if kept.stream is not None:
        kept.stream.records = []
    return kept
