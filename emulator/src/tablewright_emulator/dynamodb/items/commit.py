"""The one place where an item changes: table and indexes, stream, recovery log, replicas."""

from __future__ import annotations

from typing import NamedTuple

from tablewright_emulator.dynamodb.control_plane import replicas
from tablewright_emulator.dynamodb.items.partitions import Item, Place
from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.dynamodb.streams import destinations
from tablewright_emulator.dynamodb.table import Table

TTL_IDENTITY = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}


class Change(NamedTuple):
    """One item before and after; None where there is none."""

    table: Table
    place: Place
    old: Item | None
    new: Item | None


def commit(world: DynamoDb, change: Change, identity: dict[str, str] | None = None) -> None:
    """Make a change that was checked and paid for."""
    table, old, new = change.table, change.old, change.new
    table.write(change.place, old, new)
    if not (table.recovery.enabled or table.stream or table.destinations or table.replicas):
        return  # nobody is told
    if (old.attributes if old else None) == (new.attributes if new else None):
        return
    now = world.now()
    if table.recovery.enabled:
        table.recovery.log.append((now, change.place, old, new))
    shown = new or old
    assert shown is not None  # noqa: S101 - equal before and after was sorted out above
    key = table.keys.key_of(shown.attributes)
    images = (old.attributes if old else None, new.attributes if new else None)
    if table.stream is not None:
        table.stream.add(now, key, *images, identity)
    if table.destinations:
        destinations.deliver(world, table, key, images)
    if table.replicas:
        replicas.replicate(world, table, change.place, new)
