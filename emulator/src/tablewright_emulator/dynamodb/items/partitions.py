"""Items of one table and the views its indexes give of them.

A `Shelf` keeps entries by partition and sorts each partition, so that a query reads one partition
and nothing else. A table has one shelf of items; every index has one of its own whose entries point
to items. All of it is plain data.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from tablewright_emulator.dynamodb.items.hashing import boundary, hash_of
from tablewright_emulator.dynamodb.values import Attributes, KeyValue, item_size, key_value

Partition: TypeAlias = tuple[KeyValue, ...]
SortKey: TypeAlias = tuple[KeyValue, ...]
Place: TypeAlias = tuple[Partition, SortKey]
Bounds: TypeAlias = tuple["SortKey | None", "SortKey | None"]


class Item(NamedTuple):
    """An item as stored: its attributes, never changed in place, and its bytes."""

    attributes: Attributes
    size: int

    @classmethod
    def of(cls, attributes: Attributes) -> Item:
        """An item with its size."""
        return cls(attributes, item_size(attributes))


@dataclass(frozen=True)
class KeySchema:
    """Names of the attributes of a key: of a table one and one, of a global index up to 4 and 4."""

    partition: tuple[str, ...]
    sort: tuple[str, ...] = ()

    @classmethod
    def of(cls, elements: Sequence[dict[str, str]]) -> KeySchema:
        """From the API's `KeySchema`."""
        names = {"HASH": [], "RANGE": []}  # type: dict[str, list[str]]
        for element in elements:
            names[element["KeyType"]].append(element["AttributeName"])
        return cls(tuple(names["HASH"]), tuple(names["RANGE"]))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All of them, partition first."""
        return self.partition + self.sort

    def place(self, attributes: Attributes) -> Place:
        """Where an item with these attributes stands.

        Raises:
            KeyError: a key attribute is missing.
        """
        partition, sort = self.partition, self.sort
        if len(partition) == len(sort) == 1:  # most tables
            return (key_value(attributes[partition[0]]),), (key_value(attributes[sort[0]]),)
        return (
            tuple([key_value(attributes[name]) for name in partition]),
            tuple([key_value(attributes[name]) for name in sort]),
        )

    def key_of(self, attributes: Attributes) -> Attributes:
        """The key attributes alone."""
        return {name: attributes[name] for name in self.names}


@dataclass
class Shelf:
    """Entries by partition, sorted within it, partitions in the order of their hashes."""

    partitions: dict[Partition, tuple[list[SortKey], dict[SortKey, Any]]] = field(
        default_factory=dict
    )
    order: list[tuple[bytes, Partition]] = field(default_factory=list)
    count: int = 0
    size: int = 0

    def get(self, place: Place) -> Any:
        """The entry at a place, or None."""
        partition = self.partitions.get(place[0])
        return partition[1].get(place[1]) if partition else None

    def put(self, place: Place, entry: Any, size: int, old_size: int) -> None:
        """Set the entry at a place; `old_size` are the bytes of the one it replaces."""
        partition, sort = place
        sorts_and_items = self.partitions.get(partition)
        if sorts_and_items is None:
            sorts_and_items = self.partitions[partition] = ([], {})
            insort(self.order, (hash_of(partition), partition), key=_digest)
        if sort not in sorts_and_items[1]:
            insort(sorts_and_items[0], sort)
            self.count += 1
        sorts_and_items[1][sort] = entry
        self.size += size - old_size

    def fill(self, entries: Iterable[tuple[Place, Any, int]]) -> None:
        """Set many entries with their places and bytes, none of which is there."""
        for (partition, sort), entry, size in entries:
            sorts_and_items = self.partitions.get(partition)
            if sorts_and_items is None:
                sorts_and_items = self.partitions[partition] = ([], {})
                self.order.append((hash_of(partition), partition))
            sorts_and_items[0].append(sort)
            sorts_and_items[1][sort] = entry
            self.count += 1
            self.size += size
        for keys, _ in self.partitions.values():
            keys.sort()
        self.order.sort(key=_digest)

    def remove(self, place: Place, size: int) -> None:
        """Take the entry at a place away; it must be there."""
        partition, sort = place
        keys, entries = self.partitions[partition]
        del entries[sort]
        del keys[bisect_left(keys, sort)]
        self.count -= 1
        self.size -= size
        if not keys:
            del self.partitions[partition]
            start = bisect_left(self.order, hash_of(partition), key=_digest)
            while self.order[start][1] != partition:
                start += 1
            del self.order[start]

    def read(
        self,
        partition: Partition,
        after: SortKey | None = None,
        bounds: Bounds = (None, None),
        *,
        forward: bool = True,
    ) -> Iterator[Any]:
        """Entries of one partition in order, within bounds and from behind `after` on."""
        keys, entries = self.partitions.get(partition, ([], {}))
        low, high = bounds
        start = 0 if low is None else bisect_left(keys, low)
        end = len(keys)
        if high is not None:
            end = bisect_right(keys, high, key=lambda key: key[: len(high)])
        if after is not None and forward:
            start = max(start, bisect_right(keys, after))
        elif after is not None:
            end = min(end, bisect_left(keys, after))
        positions = range(start, end) if forward else range(end - 1, start - 1, -1)
        return (entries[keys[position]] for position in positions)

    def scan(
        self, after: Place | None = None, segment: int = 0, total_segments: int = 1
    ) -> Iterator[Any]:
        """Entries of one segment of the whole shelf, from behind `after` on."""
        start = bisect_left(self.order, boundary(segment, total_segments), key=_digest)
        end = len(self.order)
        if segment + 1 < total_segments:
            end = bisect_left(self.order, boundary(segment + 1, total_segments), key=_digest)
        if after is not None:
            start = max(start, bisect_left(self.order, hash_of(after[0]), key=_digest))
        for position in range(start, end):
            partition = self.order[position][1]
            resumed = after is not None and partition == after[0]
            yield from self.read(partition, after[1] if resumed and after else None)

    def placed(self) -> Iterator[tuple[Place, Any]]:
        """All entries with their places, in no order."""
        for partition, (_, entries) in self.partitions.items():
            for sort, entry in entries.items():
                yield (partition, sort), entry

    def __iter__(self) -> Iterator[Any]:
        for _, partition in self.order:
            yield from self.read(partition)


def _digest(pair: tuple[bytes, Partition]) -> bytes:
    return pair[0]


class Entry(NamedTuple):
    """An item as an index shows it: the projected attributes, their bytes, the item's place."""

    attributes: Attributes
    size: int
    home: Place


@dataclass
class IndexView:
    """The shelf of one index, kept in step with the items of its table."""

    keys: KeySchema
    home_keys: KeySchema
    types: dict[str, str]
    projection: str
    included: frozenset[str]
    shelf: Shelf = field(default_factory=Shelf)

    def entry(self, item: Item | None, home: Place) -> Entry | None:
        """What the index shows of an item; None when the item has not all of its keys."""
        if item is None or not all(
            item.attributes.get(name, {}).get(self.types[name]) for name in self.keys.names
        ):
            return None
        if self.projection == "ALL":
            return Entry(item.attributes, item.size, home)
        attributes = {n: v for n, v in item.attributes.items() if n in self.shown}
        return Entry(attributes, item_size(attributes), home)

    @cached_property
    def shown(self) -> frozenset[str]:
        """Names of the projected attributes, where not all of them are."""
        return frozenset({*self.keys.names, *self.home_keys.names, *self.included})

    def unprojected(self, paths: Iterable[Sequence[str | int]]) -> list[str]:
        """Names of attributes that the paths ask for and the index does not have."""
        names = dict.fromkeys(str(path[0]) for path in paths)
        return [name for name in names if self.projection != "ALL" and name not in self.shown]

    def place(self, entry: Entry) -> Place:
        """Where an entry stands: by the index's key, then by the table's, or the hash of that."""
        partition, sort = self.keys.place(entry.attributes)
        home, home_sort = entry.home
        if self.keys.partition == self.home_keys.partition:  # most often a local index
            return partition, (*sort, *home_sort)
        return partition, (*sort, hash_of((*home, *home_sort)))

    def apply(self, old: Entry | None, new: Entry | None) -> None:
        """Replace what the index shows of one item."""
        if old is not None and (new is None or self.place(old) != self.place(new)):
            self.shelf.remove(self.place(old), old.size)
            old = None
        if new is not None:
            self.shelf.put(self.place(new), new, new.size, old.size if old else 0)

    def written_sizes(self, old: Entry | None, new: Entry | None) -> list[int]:
        """Bytes of each write one change of an item costs the index: none, one, or two."""
        if old is None or new is None:
            return [entry.size for entry in (old, new) if entry is not None]
        if self.place(old) != self.place(new):
            return [old.size, new.size]
        return [] if old.attributes == new.attributes else [max(old.size, new.size)]
