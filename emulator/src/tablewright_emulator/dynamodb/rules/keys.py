"""Keys: schemas of tables and indexes, and the attributes they need defined.

Sources: Developer Guide, pages Constraints and ServiceQuotas; texts of DynamoDB Local.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tablewright_emulator.dynamodb.values import invalid
from tablewright_emulator.request import AwsFault

MAX_INDEX_KEY_ATTRIBUTES = 4
_MAX_NAME_BYTES = 255
_TYPES = ("B", "N", "S")
_MISSING = "No Attribute Schema Defined"
Schema = Sequence[dict[str, str]]


def check_definitions(definitions: Any) -> dict[str, str]:
    """Check `AttributeDefinitions`; give back name to type."""
    if not definitions:
        raise _refused(_MISSING)
    types: dict[str, str] = {}
    for definition in definitions:
        name, kind = definition.get("AttributeName") or "", definition.get("AttributeType")
        if kind not in _TYPES:
            raise _refused("Member must satisfy enum value set: [B, N, S]")
        check_attribute_name(name)
        if name in types:
            raise _refused("Cannot have two attributes with the same name")
        types[name] = kind
    return types


def check_attribute_name(name: str) -> None:
    """Refuse a key attribute or projected attribute whose name is too long or empty."""
    if not 1 <= len(name.encode()) <= _MAX_NAME_BYTES:
        raise _refused(
            "Names of key attributes and attributes projected into an index must be between 1 and "
            "255 characters, inclusive"
        )


def check_schema(schema: Any, *, global_index: bool = False) -> None:
    """Check the key schema of a table or local index, or of a global index."""
    if not schema:
        raise _refused(
            "No defined key schema.  A key schema containing at least a hash key must be defined "
            "for all tables"
        )
    kinds = [element.get("KeyType") for element in schema]
    names = [element.get("AttributeName") or "" for element in schema]
    most = MAX_INDEX_KEY_ATTRIBUTES if global_index else 1
    if global_index and kinds.count("HASH") > most:
        raise invalid("The KeySchema exceeds the maximum allowed number of HASH key attributes")
    if global_index and kinds.count("RANGE") > most:
        raise invalid("The KeySchema exceeds the maximum allowed number of RANGE key attributes")
    if len(schema) > 2 * most:
        raise _refused(
            "Key Schema too big.  Key Schema must at most consist of the hash and range key of a "
            "table"
        )
    if kinds.count("HASH") == 0:
        raise _refused(
            "No Hash Key specified in schema.  All Dynamo DB tables must have exactly one hash key"
        )
    if kinds != sorted(kinds, key=lambda kind: kind != "HASH"):
        raise _refused(
            "Invalid key order. Hash Key must be specified first in key schema, Range Key must be "
            "specifed second"
        )
    if kinds.count("HASH") > most:
        raise _refused(
            "Too many hash keys specified.  All Dynamo DB tables must have exactly one hash key"
        )
    if len(set(names)) < len(names):
        raise _refused("Two keys can not have the same name")
    if kinds.count("RANGE") > most or kinds.count("HASH") + kinds.count("RANGE") < len(kinds):
        raise _refused("Invalid KeySchema: Some index key attribute have no definition")
    for name in names:
        check_attribute_name(name)


def check_used(types: dict[str, str], table: Schema, indexes: Sequence[Schema]) -> None:
    """Every key attribute is defined and every definition is used."""
    check_defined(types, table, indexes)
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


def check_defined(types: dict[str, str], table: Schema, indexes: Sequence[Schema]) -> None:
    """Every key attribute is defined: first those of the table, then those of its indexes."""
    for schemas in ([table], indexes):
        names = [element["AttributeName"] for schema in schemas for element in schema]
        if undefined := [name for name in names if name not in types]:
            raise invalid(
                "Some index key attributes are not defined in AttributeDefinitions. Keys: "
                f"{_listed(dict.fromkeys(undefined))}, AttributeDefinitions: {_listed(types)}"
            )


def _listed(names: Any) -> str:
    return f"[{', '.join(names)}]"


def _refused(message: str) -> AwsFault:
    return AwsFault("ValidationException", message)
