"""Keys: schemas of tables and indexes, and the attributes they need defined.

Sources: Developer Guide, pages Constraints and ServiceQuotas; texts of AWS, by dynalite's tests and
dynamodb-conformance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tablewright_emulator.constraints import operation_input, shown
from tablewright_emulator.dynamodb.values import invalid
from tablewright_emulator.request import AwsFault

MAX_INDEX_KEY_ATTRIBUTES = 4
_MAX_NAME_BYTES = 255
_MAX_KEYS = 2
Schema = Sequence[dict[str, str]]


def check_definitions(definitions: Any) -> dict[str, str]:
    """Check `AttributeDefinitions`; give back name to type."""
    types: dict[str, str] = {}
    for definition in definitions:
        name = definition["AttributeName"]
        if name in types:
            raise _refused("Cannot have two attributes with the same name")
        types[name] = definition["AttributeType"]
    return types


def check_attribute_name(name: str) -> None:
    """Refuse a projected attribute whose name is too long or empty."""
    if not 1 <= len(name.encode()) <= _MAX_NAME_BYTES:
        raise _refused(
            "Names of key attributes and attributes projected into an index must be between 1 and "
            "255 characters, inclusive"
        )


def check_size(schema: Schema, place: str) -> None:
    """Refuse more than a hash and a range key for a table or a local index."""
    for text in size_violations(schema, place):
        raise _refused(f"1 validation error detected: {text}")


def size_violations(schema: Schema, place: str) -> list[str]:
    """What is said of more keys than a hash and a range key; the published model allows them."""
    if len(schema) <= _MAX_KEYS:
        return []
    shape = operation_input("dynamodb", "CreateTable")
    assert shape is not None  # noqa: S101 - it takes something
    what = shown(shape.members["KeySchema"], schema)
    rule = "Member must have length less than or equal to 2"
    return [f"Value '{what}' at '{place}' failed to satisfy constraint: {rule}"]


def check_schema(schema: Schema, *, global_index: bool = False) -> None:
    """Check the order and the names of a key schema, of a global index where it is one."""
    kinds = [element["KeyType"] for element in schema]
    names = [element["AttributeName"] for element in schema]
    if global_index and (len(kinds) > _MAX_KEYS or kinds.count("HASH") > 1):
        _check_several(kinds, names)
        return
    if len(set(names)) < len(names):
        raise _refused(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name"
        )
    for number, (kind, wanted) in enumerate(zip(kinds, ("HASH", "RANGE"), strict=False)):
        if kind != wanted:
            what = ("first", "second")[number]
            raise _refused(
                f"Invalid KeySchema: The {what} KeySchemaElement is not a {wanted} key type"
            )


def _check_several(kinds: list[str], names: list[str]) -> None:
    """A global index has up to four of either kind."""
    for kind in ("HASH", "RANGE"):
        if kinds.count(kind) > MAX_INDEX_KEY_ATTRIBUTES:
            raise invalid(
                f"The KeySchema exceeds the maximum allowed number of {kind} key attributes"
            )
    if kinds != sorted(kinds, key=lambda kind: kind != "HASH"):
        raise _refused(
            "Invalid key order. Hash Key must be specified first in key schema, Range Key must be "
            "specifed second"
        )
    if kinds.count("HASH") == 0:
        raise _refused("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if len(set(names)) < len(names):
        raise _refused("Two keys can not have the same name")


def check_used(types: dict[str, str], table: Schema, indexes: Sequence[Schema]) -> None:
    """Every definition is used."""
    used = dict.fromkeys(
        element["AttributeName"] for schema in (table, *indexes) for element in schema
    )
    if len(types) > len(used):
        if not indexes:
            raise invalid(
                "Number of attributes in KeySchema does not exactly match number of attributes "
                "defined in AttributeDefinitions"
            )
        raise invalid(
            f"Some AttributeDefinitions are not used. AttributeDefinitions: {_listed(types)}, "
            f"keys used: {_listed(used)}"
        )


def check_defined(types: dict[str, str], schema: Schema) -> None:
    """Every key attribute is defined."""
    names = [element["AttributeName"] for element in schema]
    if any(name not in types for name in names):
        raise invalid(
            "Some index key attributes are not defined in AttributeDefinitions. Keys: "
            f"{_listed(names)}, AttributeDefinitions: {_listed(types)}"
        )


def check_enough(types: dict[str, str], table: Schema) -> None:
    """A table's key has not more attributes than are defined."""
    if len(table) > len(types):
        raise _refused("Invalid KeySchema: Some index key attribute have no definition")


def _listed(names: Any) -> str:
    return f"[{', '.join(names)}]"


def _refused(message: str) -> AwsFault:
    return AwsFault("ValidationException", message)
