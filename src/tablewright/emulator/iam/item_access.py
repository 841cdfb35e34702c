"""Condition keys about items: which keys lead, which attributes are touched, what is returned.

Source: DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_NAME = re.compile(r"(?<![:\w.])(#[\w]+|[A-Za-z_][\w-]*)")
_EQUALS = re.compile(r"(#\w+|[A-Za-z_][\w.-]*)\s*=\s*(:\w+)")
_WORDS = frozenset(
    {
        "SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN", "IF_NOT_EXISTS",
        "LIST_APPEND", "ATTRIBUTE_EXISTS", "ATTRIBUTE_NOT_EXISTS", "ATTRIBUTE_TYPE", "BEGINS_WITH",
        "CONTAINS", "SIZE",
    }
)  # fmt: skip
_EXPRESSIONS = (
    "ProjectionExpression",
    "UpdateExpression",
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
)
_OLD_STYLE = (
    "AttributesToGet",
    "AttributeUpdates",
    "Expected",
    "QueryFilter",
    "ScanFilter",
    "KeyConditions",
)
_READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem"})
_PLAIN = ("Select", "ReturnValues", "ReturnConsumedCapacity")

Params = Mapping[str, Any]
Keys = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class TableKeys:
    """Partition key of a table and of each of its indexes."""

    partition: str
    indexes: Mapping[str, str]

    def of(self, index: object) -> str:
        """The partition key a request for the index (or the table) is led by."""
        return self.indexes.get(index, self.partition) if isinstance(index, str) else self.partition


def access_of(operation: str, params: Params, table: TableKeys | None) -> Keys:
    """The keys, names in lower case; empty for operations without items."""
    keys: Keys = {
        f"dynamodb:{name.lower()}": (params[name],)
        for name in _PLAIN
        if isinstance(params.get(name), str)
    }
    if operation == "Scan":
        keys["dynamodb:fulltablescan"] = ("true",)
    if operation in _READS and "dynamodb:select" not in keys:
        chosen = params.get("ProjectionExpression") or params.get("AttributesToGet")
        keys["dynamodb:select"] = ("SPECIFIC_ATTRIBUTES" if chosen else "ALL_ATTRIBUTES",)
    attributes = tuple(dict.fromkeys(_attributes(params)))
    if attributes:
        keys["dynamodb:attributes"] = attributes
    if table is not None:
        leading = tuple(_leading(params, table.of(params.get("IndexName"))))
        if leading:
            keys["dynamodb:leadingkeys"] = leading
    return keys


def _leading(params: Params, partition: str) -> Iterator[str]:
    """Values of the partition key that a request names."""
    for holder in _items(params):
        value = holder.get(partition)
        if isinstance(value, Mapping) and value:
            yield str(next(iter(value.values())))
    names = params.get("ExpressionAttributeNames") or {}
    values = params.get("ExpressionAttributeValues") or {}
    expression = params.get("KeyConditionExpression")
    if isinstance(expression, str):
        for match in _EQUALS.finditer(expression):
            value = values.get(match[2])
            if names.get(match[1], match[1]) == partition and isinstance(value, Mapping) and value:
                yield str(next(iter(value.values())))
    condition = (params.get("KeyConditions") or {}).get(partition)
    if isinstance(condition, Mapping):
        for value in condition.get("AttributeValueList") or ():
            yield str(next(iter(value.values())))


def _items(params: Params) -> Iterator[Mapping[str, Any]]:
    """Keys and items in a request: of one operation, or of one table's part of a batch."""
    for member in ("Key", "Item"):
        if isinstance(params.get(member), Mapping):
            yield params[member]
    batch = params.get("Batch")
    if isinstance(batch, Mapping):
        yield from (key for key in batch.get("Keys") or () if isinstance(key, Mapping))
    for write in batch if isinstance(batch, list) else ():
        for part in write.values() if isinstance(write, Mapping) else ():
            if isinstance(part, Mapping):
                yield from _items(part)


def _attributes(params: Params) -> Iterator[str]:
    """Top-level attributes a request names."""
    batch = params.get("Batch")
    holders = [params, batch] if isinstance(batch, Mapping) else [params]
    for item in _items(params):
        yield from item
    for holder in holders:
        names = holder.get("ExpressionAttributeNames") or {}
        for member in _EXPRESSIONS:
            if isinstance(holder.get(member), str):
                yield from _named(holder[member], names)
        for member in ("AttributesToGet",):
            yield from (str(name) for name in holder.get(member) or ())
        for member in (
            "AttributeUpdates",
            "Expected",
            "QueryFilter",
            "ScanFilter",
            "KeyConditions",
        ):
            yield from holder.get(member) or {}


def _named(expression: str, names: Mapping[str, str]) -> Iterator[str]:
    for match in _NAME.finditer(expression):
        if match[1].upper() not in _WORDS:
            yield names.get(match[1], match[1])
