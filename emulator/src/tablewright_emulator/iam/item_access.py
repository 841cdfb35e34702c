"""Condition keys about items: which keys lead, which attributes are touched, what is returned.

Source: DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tablewright_emulator.dynamodb.expressions.condition import (
    attributes,
    equalities,
    read_condition,
)
from tablewright_emulator.dynamodb.expressions.partiql import Statement
from tablewright_emulator.dynamodb.expressions.tokens import Placeholders
from tablewright_emulator.request import AwsFault

_NAME = re.compile(r"(?<![:\w.])(#[\w]+|[A-Za-z_][\w-]*)")
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
    named = tuple(dict.fromkeys(_attributes(params)))
    if named:
        keys["dynamodb:attributes"] = named
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
            yield _text(value)
    yield from (_text(value) for name, value in _fixed(params) if name == partition)
    condition = (params.get("KeyConditions") or {}).get(partition)
    if isinstance(condition, Mapping):
        for value in condition.get("AttributeValueList") or ():
            yield _text(value)


def _fixed(params: Params) -> Iterator[tuple[str, Any]]:
    """What a key condition fixes, read as DynamoDB reads it; one it refuses fixes nothing."""
    member = "KeyConditionExpression"
    if params.get(member) is not None:
        with suppress(AwsFault):
            placeholders = Placeholders.of(params, (member,)).checked()
            yield from equalities(read_condition(member, params[member], placeholders))


def access_of_statement(statement: Statement, table: TableKeys | None) -> Keys:
    """The same for a PartiQL statement; one that does not fix the partition scans all of them."""
    written = statement.item or {}
    named = [*written, *attributes(statement.condition)]
    named += [str(path[0]) for path in statement.paths or ()]
    named += [str(path[0]) for path in statement.update.paths] if statement.update else []
    keys: Keys = {"dynamodb:attributes": tuple(dict.fromkeys(named))} if named else {}
    leading: tuple[str, ...] = ()
    if table is not None:
        partition = table.of(statement.index)
        fixed = [*written.items(), *equalities(statement.condition)]
        leading = tuple(_text(value) for name, value in fixed if name == partition)
    if leading:
        keys["dynamodb:leadingkeys"] = leading
    if statement.kind == "SELECT":
        chosen = "ALL_ATTRIBUTES" if statement.paths is None else "SPECIFIC_ATTRIBUTES"
        keys["dynamodb:select"] = (chosen,)
        keys["dynamodb:fulltablescan"] = ("false" if leading else "true",)
    return keys


def _text(value: Mapping[str, Any]) -> str:
    return str(next(iter(value.values())))


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
