"""Replicas: refused honestly for the time being."""

from __future__ import annotations

from typing import Any

from tablewright.emulator.dynamodb.items import Item, Place
from tablewright.emulator.dynamodb.lifecycle import refuse_unsupported
from tablewright.emulator.dynamodb.service import DynamoDb
from tablewright.emulator.dynamodb.table import Table


def check(world: DynamoDb, table: Table, params: dict[str, Any]) -> None:
    """Refuse replicas."""
    del world, table
    refuse_unsupported(params, ("ReplicaUpdates",))


def begin(world: DynamoDb, table: Table, params: dict[str, Any]) -> None:
    """Nothing is begun."""
    del world, table, params


def replicate(world: DynamoDb, table: Table, place: Place, item: Item | None) -> None:
    """Nothing is replicated."""
    del world, table, place, item
