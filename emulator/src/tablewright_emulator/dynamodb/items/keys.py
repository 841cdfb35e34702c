"""Keys of items: present, of the right type, not empty, not too long.

Source: Developer Guide, page Constraints.
"""

from __future__ import annotations

from typing import Any

from tablewright_emulator.dynamodb.items.partitions import Item, Place
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.values import (
    MAX_ITEM_BYTES,
    Attributes,
    check_attributes,
    invalid,
    value_size,
)
from tablewright_emulator.request import AwsFault

MAX_PARTITION_BYTES = 2048
MAX_SORT_BYTES = 1024


def check_key(table: Table, key: Any) -> tuple[Attributes, Place]:
    """Check the `Key` of a request against the table's; give it back with its place."""
    checked = check_attributes(key)
    if set(checked) != set(table.keys.names):
        raise AwsFault("ValidationException", "The provided key element does not match the schema")
    types = table.types
    for name, value in checked.items():
        if types[name] not in value:
            raise AwsFault(
                "ValidationException", "The provided key element does not match the schema"
            )
    _check_lengths(table, checked)
    return checked, table.keys.place(checked)


def check_item(table: Table, item: Any) -> tuple[Item, Place]:
    """Check the `Item` of a request; give it back with its place."""
    checked = check_attributes(item)
    types = table.types
    for name in table.keys.names:
        if name not in checked:
            raise invalid(f"Missing the key {name} in the item")
        if types[name] not in checked[name]:
            actual = next(iter(checked[name]))
            raise invalid(f"Type mismatch for key {name} expected: {types[name]} actual: {actual}")
    _check_lengths(table, checked)
    check_index_keys(table, checked)
    whole_item = Item.of(checked)
    check_size(table, whole_item, "Item size has exceeded the maximum allowed size")
    return whole_item, table.keys.place(checked)


def check_size(table: Table, item: Item, text: str) -> None:
    """Refuse an item that has, with its entries in local indexes, more than 400 KB."""
    home = table.keys.place(item.attributes)
    entries = [index.view.entry(item, home) for index in table.local_indexes.values()]
    if item.size + sum(entry.size for entry in entries if entry is not None) > MAX_ITEM_BYTES:
        raise AwsFault("ValidationException", text)


def check_index_keys(table: Table, attributes: Attributes) -> None:
    """What is a key of an index must be of its type and not empty, or not there."""
    types = table.types
    for index in table.all_indexes():
        if index.view is None:
            continue
        for name in index.view.keys.names:
            value = attributes.get(name)
            if value is None:
                continue
            if types[name] not in value:
                raise invalid(
                    f"Type mismatch for Index Key {name} Expected: {types[name]} Actual: "
                    f"{next(iter(value))} IndexName: {index.name}"
                )
            if value[types[name]] == "":
                kind = "binary" if types[name] == "B" else "string"
                raise AwsFault(
                    "ValidationException",
                    "One or more parameter values are not valid. A value specified for a secondary "
                    "index key is not supported. The AttributeValue for a key attribute cannot "
                    f"contain an empty {kind} value. IndexName: {index.name}, IndexKey: {name}",
                )


def _check_lengths(table: Table, attributes: Attributes) -> None:
    for name in table.keys.names:
        value = attributes[name]
        if next(iter(value.values())) == "":
            kind = "binary" if "B" in value else "string"
            raise AwsFault(
                "ValidationException",
                "One or more parameter values are not valid. The AttributeValue for a key "
                f"attribute cannot contain an empty {kind} value. Key: {name}",
            )
        size = value_size(value)
        if name in table.keys.partition and size > MAX_PARTITION_BYTES:
            raise invalid("Size of hashkey has exceeded the maximum size limit of2048 bytes")
        if name in table.keys.sort and size > MAX_SORT_BYTES:
            raise invalid(
                "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
            )
