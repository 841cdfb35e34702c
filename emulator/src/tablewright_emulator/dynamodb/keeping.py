"""How tables are written and read: items once, however many places show them; indexes not at all.

What is long, and plain JSON, is among the shared values, which are read without looking for kinds.
What an index shows follows from the items, so it is built again when a table is read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tablewright_emulator.codec import ValueReader, ValueWriter, built, members, register
from tablewright_emulator.dynamodb.items.partitions import Item, Place
from tablewright_emulator.dynamodb.streams.stream import Stream
from tablewright_emulator.dynamodb.table import GlobalIndex, LocalIndex, Recovery, Table

_IMAGES = ("NewImage", "OldImage")
_AT = "ApproximateCreationDateTime"
_Row = tuple[str, int | None, int, int | None, int]
"""A change of an item: when, and the number and the bytes of what it was and became."""


def _table(table: Table, writer: ValueWriter) -> dict[str, Any]:
    return {
        **members(table, "shelf", "recovery", "known_types"),
        "items": writer.share([part for item in table.shelf for part in _item(item, writer)]),
        "views": [name for name, index in table.indexes.items() if index.view is not None],
        "recovery": {
            **members(table.recovery, "log"),
            "log": writer.share([_row(change, writer) for change in table.recovery.log]),
        },
    }


def _table_of(plain: dict[str, Any], reader: ValueReader) -> Table:
    views, recovery = plain.pop("views"), plain.pop("recovery")
    numbers, rows = reader.shared[plain.pop("items")], reader.shared[recovery.pop("log")]
    table: Table = built(Table, plain)
    places = {number: table.keys.place(reader.shared[number]) for number in numbers[::2]}
    table.shelf.fill(
        (places[number], Item(reader.shared[number], size), size)
        for number, size in zip(numbers[::2], numbers[1::2], strict=True)
    )
    table.recovery = built(Recovery, recovery)
    table.recovery.log = [_change(table, row, places, reader) for row in rows]
    for index in table.all_indexes():
        if isinstance(index, LocalIndex) or index.name in views:
            index.view = table.view(index.projection, index.key_schema)
            table.build(index.view)
    return table


def _item(item: Item, writer: ValueWriter) -> list[int]:
    return [writer.share(item.attributes), item.size]


def _item_of(plain: list[int], reader: ValueReader) -> Item:
    number, size = plain
    return Item(reader.shared[number], size)


def _row(change: tuple[datetime, Any, Item | None, Item | None], writer: ValueWriter) -> _Row:
    at, _, old, new = change
    return (
        at.isoformat(),
        None if old is None else writer.share(old.attributes),
        0 if old is None else old.size,
        None if new is None else writer.share(new.attributes),
        0 if new is None else new.size,
    )


def _change(table: Table, row: _Row, places: dict[int, Place], reader: ValueReader) -> Any:
    at, old, old_size, new, new_size = row
    shown = old if new is None else new
    assert shown is not None  # noqa: S101 - a change has one side at least
    return (
        datetime.fromisoformat(at),
        places.get(shown) or table.keys.place(reader.shared[shown]),
        None if old is None else Item(reader.shared[old], old_size),
        None if new is None else Item(reader.shared[new], new_size),
    )


def _stream(stream: Stream, writer: ValueWriter) -> dict[str, Any]:
    return {
        **members(stream, "records"),
        "records": writer.share([_record(record, writer) for record in stream.records]),
    }


def _record(record: dict[str, Any], writer: ValueWriter) -> dict[str, Any]:
    change = dict(record["dynamodb"])
    change[_AT] = change[_AT].isoformat()
    for image in _IMAGES:
        if image in change:
            change[image] = writer.share(change[image])
    return {**record, "dynamodb": change}


def _stream_of(plain: dict[str, Any], reader: ValueReader) -> Stream:
    records = reader.shared[plain["records"]]
    for record in records:
        change = record["dynamodb"]
        change[_AT] = datetime.fromisoformat(change[_AT])
        for image in _IMAGES:
            if image in change:
                change[image] = reader.shared[change[image]]
    stream: Stream = built(Stream, {**plain, "records": records})
    return stream


register("item", Item, _item, _item_of)
register("table", Table, _table, _table_of)
register("stream", Stream, _stream, _stream_of)
register(
    "global-index",
    GlobalIndex,
    lambda index, _: members(index, "view"),
    lambda plain, _: built(GlobalIndex, plain),
)
register(
    "local-index",
    LocalIndex,
    lambda index, _: members(index, "view"),
    lambda plain, _: built(LocalIndex, {**plain, "view": None}),
)
