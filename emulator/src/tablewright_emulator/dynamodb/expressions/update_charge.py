"""What UpdateItem charges for an expression, against the 400 KB that an item may have.

Not only the item has to fit, what the expression writes has to as well, and each clause and
operand costs something besides. That holds of UpdateItem with an UpdateExpression alone:
`AttributeUpdates`, transactions and PartiQL look at the item only. Source: dynamodb-conformance,
itemSizeBySurface, measured to the byte in October 2026; 22 of 33 regions do so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablewright_emulator.dynamodb.expressions.paths import Path, lookup
from tablewright_emulator.dynamodb.expressions.terms import (
    Attribute,
    IfNotExists,
    ListAppend,
    Literal,
    Sum,
    Values,
)
from tablewright_emulator.dynamodb.expressions.update import Action, Update
from tablewright_emulator.dynamodb.values import value_size

_UPDATE = 3
_CLAUSES = {"SET": 19, "ADD": 19, "REMOVE": 1, "DELETE": 1}
_SUMS = {"+": 34, "-": 37}
_IF_NOT_EXISTS, _LIST_APPEND = 39, 37
_OPERAND, _OPERAND_PART, _TARGET_PART = 1, 14, 4


def charge(update: Update, attributes: Mapping[str, Any]) -> int:
    """Bytes that an update of an item is charged.

    Args:
        update: what it does.
        attributes: of the item before it, as a set pays for new members alone.
    """
    return _UPDATE + sum(_action(action, update.values, attributes) for action in update.actions)


def _action(action: Action, values: Values, attributes: Mapping[str, Any]) -> int:
    first, *rest = action.path
    size = _CLAUSES[action.kind] + _bytes(first)
    size += sum(_TARGET_PART + _bytes(part) for part in rest)
    if action.kind == "SET":
        size += _term(action.term, values)
    elif action.kind == "ADD":
        size += value_size(_new_members(values[action.operand], lookup(attributes, action.path)))
    return size


def _term(term: object, values: Values) -> int:
    match term:
        case Literal(name=name):
            return value_size(values[name])
        case Attribute(path=path):
            return _operand(path)
        case Sum(sign=sign, left=left, right=right):
            return _SUMS[sign] + _term(left, values) + _term(right, values)
        case IfNotExists(path=path, otherwise=otherwise):
            return _IF_NOT_EXISTS + _operand(path) + _term(otherwise, values)
        case ListAppend(first=first, second=second):
            return _LIST_APPEND + _term(first, values) + _term(second, values)
    return 0


def _operand(path: Path) -> int:
    return _OPERAND + sum(_OPERAND_PART + _bytes(part) for part in path)


def _new_members(value: dict[str, Any], there: dict[str, Any] | None) -> dict[str, Any]:
    ((kind, content),) = value.items()
    if kind == "N" or there is None:
        return value
    return {kind: [member for member in content if member not in there.get(kind, ())]}


def _bytes(part: str | int) -> int:
    """Of a name, or of the digits of a position."""
    return len(str(part).encode())
