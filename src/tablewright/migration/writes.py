"""What a change in the old table makes of the new one. Pure.

A stream has the changes of each item in their order. Each is applied to whatever an earlier one, or
the copy, has left, so that a change may be applied again and a killed run may begin further back:
after the last change of an item the new table has what the old one has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .items import Item, KeySchema, are_equal


@dataclass(frozen=True, slots=True)
class Put:
    """The item as it is now."""

    item: Item


@dataclass(frozen=True, slots=True)
class Remove:
    """What the item was under the new key; `item` is its last state."""

    item: Item


@dataclass(frozen=True, slots=True)
class Lack:
    """The item cannot stand under the new key."""

    item: Item
    reason: str


Write = Put | Remove | Lack


def copied(item: Item, new: KeySchema) -> Write:
    """What a scanned item becomes."""
    reason = new.lacks(item)
    return Lack(item, reason) if reason else Put(item)


def replayed(record: Mapping[str, Any], new: KeySchema) -> Iterator[Write]:
    """The writes of a stream's record with both images.

    An item that gets another key under the new schema is removed from under the former one first.
    """
    before, after = record["dynamodb"].get("OldImage"), record["dynamodb"].get("NewImage")
    if before and not new.lacks(before):
        moved = not after or bool(new.lacks(after))
        if moved or not are_equal(new.of(before), new.of(after)):
            yield Remove(before)
    if after:
        yield copied(after, new)


def record_key(record: Mapping[str, Any]) -> Item:
    """The item's key in the old table."""
    key: Item = record["dynamodb"]["Keys"]
    return key
