"""Keys of items: present, of the right type, not empty, not too long.

Source: Developer Guide, page Constraints.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tablewright_emulator.dynamodb.expressions.condition import Condition, paths_of
from tablewright_emulator.dynamodb.items.partitions import Item, KeySchema, Place
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.values import (
    MAX_ITEM_BYTES,
    Attributes,
    invalid,
    value_size,
)
from tablewright_emulator.request import AwsFault

MAX_PARTITION_BYTES = 2048
MAX_SORT_BYTES = 1024
_MOST_BYTES_A_LETTER = 4  # of UTF-8


NO_MATCH = "The provided key element does not match the schema"
NOT_VALID = "One or more parameter values are not valid. "  # opens what is said of empty keys
ITEM_TOO_LARGE = "Item size has exceeded the maximum allowed size"
_OTHER_TYPE = (
    "The update expression attempted to update the secondary index key to unsupported type"
)


def check_key(table: Table, key: Attributes, *, keys_only: bool = True) -> Place:
    """Check a key against the table's; give back its place.

    Args:
        table: whose key it has to be.
        key: of well formed values.
        keys_only: whether it may have no other attributes; an item of a batch has them.
    """
    types = table.types
    names = table.keys.names
    if keys_only and len(key) != len(names):
        raise AwsFault("ValidationException", NO_MATCH)
    for name in names:
        if name not in key or types[name] not in key[name]:
            raise AwsFault("ValidationException", NO_MATCH)
    _check_lengths(table, key)
    return table.keys.place(key)


def check_item(table: Table, item: Item) -> Place:
    """Check an item of well formed attributes; give back its place."""
    types, attributes = table.types, item.attributes
    for name in table.keys.names:
        if name not in attributes:
            raise invalid(f"Missing the key {name} in the item")
        if types[name] not in attributes[name]:
            actual = next(iter(attributes[name]))
            raise invalid(f"Type mismatch for key {name} expected: {types[name]} actual: {actual}")
    _check_lengths(table, attributes)
    check_index_keys(table, attributes)
    check_size(table, item, ITEM_TOO_LARGE)
    return table.keys.place(attributes)


def refuse_nested_keys(table: Table, *conditions: Condition | None) -> None:
    """Refuse a condition on what lies inside of a key attribute, which is a scalar."""
    if all(condition is None for condition in conditions):
        return
    nested = {
        str(path[0])
        for condition in conditions
        if condition is not None
        for path in paths_of(condition)
        if len(path) > 1
    }
    refuse_nested(table, nested)


def refuse_nested(table: Table, nested: Collection[str]) -> None:
    """Refuse key attributes among the first names of paths that lead further."""
    if not nested:
        return
    schemas = [index.key_schema for index in table.all_indexes()]
    of_indexes = [element["AttributeName"] for schema in schemas for element in schema]
    for what, names in (("Key", table.keys.names), ("IndexKey", of_indexes)):
        for name in names:
            if name in nested:
                raise AwsFault(
                    "ValidationException",
                    "Key attributes must be scalars; list random access '[]' and map lookup '.' "
                    f"are not allowed: {what}: {name}",
                )


def check_size(table: Table, item: Item, text: str) -> None:
    """Refuse an item that has, with its entries in local indexes, more than 400 KB."""
    size = item.size
    if table.local_indexes:
        home = table.keys.place(item.attributes)
        entries = [index.view.entry(item, home) for index in table.local_indexes.values()]
        size += sum(entry.size for entry in entries if entry is not None)
    if size > MAX_ITEM_BYTES:
        raise AwsFault("ValidationException", text)


def check_index_keys(table: Table, attributes: Attributes, *, updated: bool = False) -> None:
    """What is a key of an index must be of its type and not empty, or not there.

    Args:
        table: whose indexes.
        attributes: of an item.
        updated: whether an update computed them, of which AWS says it otherwise.
    """
    if not (table.indexes or table.local_indexes):
        return
    types = table.types
    for index in table.all_indexes():
        if index.view is None:
            continue
        for name in index.view.keys.names:
            value = attributes.get(name)
            if value is None:
                continue
            if types[name] not in value:
                if updated:
                    raise AwsFault("ValidationException", _OTHER_TYPE)
                raise index_key_mismatch(name, types[name], next(iter(value)), index.name)
            if value[types[name]] == "":
                raise _empty_index_key(types[name], index.name, name, updated=updated)
            _check_index_length(name, value, index.view.keys)


def index_key_mismatch(name: str, kind: str, actual: str, index: str) -> AwsFault:
    """What is said of a value that has another type than the key of an index."""
    return invalid(
        f"Type mismatch for Index Key {name} Expected: {kind} Actual: {actual} IndexName: {index}"
    )


def _empty_index_key(kind: str, index: str, name: str, *, updated: bool) -> AwsFault:
    what = "binary" if kind == "B" else "string"
    text = f"The AttributeValue for a key attribute cannot contain an empty {what} value."
    if updated:
        opening = (
            "The update expression attempted to update a secondary index key to a value that is "
            "not supported. "
        )
        return AwsFault("ValidationException", f"{NOT_VALID}{opening}{text}")
    opening = "A value specified for a secondary index key is not supported. "
    where = f" IndexName: {index}, IndexKey: {name}"
    return AwsFault("ValidationException", f"{NOT_VALID}{opening}{text}{where}")


def _check_index_length(name: str, value: Mapping[str, Any], keys: KeySchema) -> None:
    """Keys of indexes have the limits of the table's (DynamoDB Local)."""
    if name in keys.partition and value_size(value) > MAX_PARTITION_BYTES:
        raise invalid("Size of hashkey has exceeded the maximum size limit of2048 bytes")
    if name in keys.sort and value_size(value) > MAX_SORT_BYTES:
        raise invalid("Aggregated size of all range keys has exceeded the size limit of 1024 bytes")


def _check_lengths(table: Table, attributes: Attributes) -> None:
    keys = table.keys
    for name in keys.names:
        value = attributes[name]
        ((_, content),) = value.items()
        if content == "":
            kind = "binary" if "B" in value else "string"
            raise AwsFault(
                "ValidationException",
                f"{NOT_VALID}The AttributeValue for a key "
                f"attribute cannot contain an empty {kind} value. Key: {name}",
            )
        if len(content) * _MOST_BYTES_A_LETTER <= MAX_SORT_BYTES:
            continue
        size = value_size(value)
        if name in keys.partition and size > MAX_PARTITION_BYTES:
            raise invalid("Size of hashkey has exceeded the maximum size limit of2048 bytes")
        if name in keys.sort and size > MAX_SORT_BYTES:
            raise invalid(
                "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
            )
