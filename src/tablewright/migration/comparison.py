"""Whether both tables have the same items: every item of each is looked for in the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .items import Item, KeySchema, are_equal, identity, is_sampled, key_of_identity

_MOST_KEYS = 100
"""Of one BatchGetItem, as AWS has it."""


@dataclass
class ItemComparison:
    """What was comparison.

    Args:
        old_items: looked at in the old table.
        new_items: the same in the new one.
        missing: identities of old keys whose item is not in the new table, or is another one there.
        extra: what only the new table has: identities of old keys by those of new keys.
    """

    old_items: int = 0
    new_items: int = 0
    missing: list[str] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def is_equal(self) -> bool:
        """No difference was comparison."""
        return not (self.missing or self.extra)


@dataclass(frozen=True)
class KeyedTable:
    """A table and its key schema."""

    table: str
    key: KeySchema


def scan(client: Any, table: str, start: Item | None = None) -> Iterator[dict[str, Any]]:
    """Pages of a table, read consistently, from a key on."""
    following: dict[str, Any] = {"ExclusiveStartKey": start} if start else {}
    while True:
        page = client.scan(TableName=table, ConsistentRead=True, **following)
        yield page
        if not page.get("LastEvaluatedKey"):
            return
        following = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def compare(
    client: Any,
    old: KeyedTable,
    new: KeyedTable,
    fraction: float = 1.0,
    tell: Callable[[int], None] = lambda _: None,
) -> ItemComparison:
    """Look each item of one table up in the other one; consistent reads.

    Args:
        client: of `dynamodb`.
        old: the table that is copied.
        new: the copy.
        fraction: of the items, by the hash of their old key.
        tell: told how many items were looked at.
    """
    result = ItemComparison()
    for item, copy in _pairs(client, old, new, old.key, fraction):
        result.old_items += 1
        if not are_equal(item, copy):
            result.missing.append(identity(old.key.of(item)))
        tell(result.old_items)
    for item, original in _pairs(client, new, old, old.key, fraction):
        result.new_items += 1
        if _is_elsewhere(item, original, new):
            result.extra[identity(new.key.of(item))] = identity(old.key.of(item))
        tell(result.old_items + result.new_items)
    return result


def settled(
    client: Any, old: KeyedTable, new: KeyedTable, comparison: ItemComparison
) -> ItemComparison:
    """The same comparison with the items that differed looked at again."""
    still = ItemComparison(comparison.old_items, comparison.new_items)
    for name in comparison.missing:
        item = _get(client, old.table, key_of_identity(name))
        if item is None:
            continue  # deleted meanwhile
        copy = None if new.key.lacks(item) else _get(client, new.table, new.key.of(item))
        if not are_equal(item, copy):
            still.missing.append(name)
    for key, name in comparison.extra.items():
        item = _get(client, new.table, key_of_identity(key))
        original = _get(client, old.table, key_of_identity(name))
        if item is not None and _is_elsewhere(item, original, new):
            still.extra[key] = name
    return still


def _is_elsewhere(item: Item, original: Item | None, new: KeyedTable) -> bool:
    """Whether an item of the new table is none of the old one's, or stands under a former key."""
    if original is None or new.key.lacks(original):
        return True
    return not are_equal(new.key.of(item), new.key.of(original))


def _pairs(
    client: Any, side: KeyedTable, other: KeyedTable, sampled_by: KeySchema, fraction: float
) -> Iterator[tuple[Item, Item | None]]:
    for page in scan(client, side.table):
        items = [
            item
            for item in page["Items"]
            if fraction >= 1 or is_sampled(sampled_by.of(item), fraction)
        ]
        for place in range(0, len(items), _MOST_KEYS):
            batch = items[place : place + _MOST_KEYS]
            known = _lookup(client, other, [item for item in batch if not other.key.lacks(item)])
            for item in batch:
                key = "" if other.key.lacks(item) else identity(other.key.of(item))
                yield item, known.get(key)


def _lookup(client: Any, side: KeyedTable, items: Sequence[Item]) -> dict[str, Item]:
    keys = {identity(side.key.of(item)): side.key.of(item) for item in items}
    wanted = {side.table: {"Keys": [*keys.values()], "ConsistentRead": True}} if keys else {}
    known: dict[str, Item] = {}
    while wanted:
        reply = client.batch_get_item(RequestItems=wanted)
        for item in reply["Responses"].get(side.table, ()):
            known[identity(side.key.of(item))] = item
        wanted = reply.get("UnprocessedKeys") or {}
    return known


def _get(client: Any, table: str, key: Item) -> Item | None:
    item: Item | None = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return item
