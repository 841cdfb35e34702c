"""Conditions: read into a tree, evaluated on an item.

tree = read_condition("ConditionExpression", "size(a) > :n AND NOT b = c", placeholders)
tree.holds(item_attributes)
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from tablewright_emulator.dynamodb.expressions.paths import Path, lookup, read_path, shown
from tablewright_emulator.dynamodb.expressions.tokens import Placeholders, Reader
from tablewright_emulator.dynamodb.values import value_size

Value: TypeAlias = "dict[str, Any]"
Attributes: TypeAlias = Mapping[str, Any]
_COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
_ORDERED = {"S", "N", "B"}
TYPES = frozenset({"S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL"})
_OPERANDS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
}


@dataclass(frozen=True)
class Operand:
    """A path, the size of what is at a path, or a value: one of `path` and `value` is set."""

    path: Path | None = None
    value: Value | None = None
    sized: bool = False

    def of(self, item: Attributes) -> Value | None:
        """What it is on an item; None when there is nothing."""
        value = self.value if self.path is None else lookup(item, self.path)
        if not self.sized or value is None:
            return value
        size = size_of(value)
        return None if size is None else {"N": str(size)}

    @property
    def text(self) -> str:
        """As DynamoDB's texts show it."""
        return shown(self.path) if self.path is not None else f"AttributeValue: {self.value}"


@dataclass(frozen=True)
class Test:
    """A comparison, BETWEEN, IN or a function: an operator over operands."""

    operator: str
    operands: tuple[Operand, ...]

    def holds(self, item: Attributes) -> bool:
        """Whether it is true of an item."""
        return _TESTS[self.operator](*(operand.of(item) for operand in self.operands))


@dataclass(frozen=True)
class Both:
    """All or any of several conditions."""

    operator: str
    parts: tuple[Condition, ...]

    def holds(self, item: Attributes) -> bool:
        """Whether it is true of an item."""
        decide = all if self.operator == "AND" else any
        return decide(part.holds(item) for part in self.parts)


@dataclass(frozen=True)
class Not:
    """The contrary of a condition."""

    part: Condition

    def holds(self, item: Attributes) -> bool:
        """Whether it is true of an item."""
        return not self.part.holds(item)


Condition: TypeAlias = "Test | Both | Not"


def equalities(condition: Condition | None) -> Iterator[tuple[str, Value]]:
    """Top-level attributes that a condition, or each part of an AND, fixes to a value."""
    if isinstance(condition, Both) and condition.operator == "AND":
        for part in condition.parts:
            yield from equalities(part)
    if isinstance(condition, Test) and condition.operator == "=":
        for left, other in (condition.operands, condition.operands[::-1]):
            if left.path is None or len(left.path) > 1 or left.sized or other.value is None:
                continue
            yield str(left.path[0]), other.value


def attributes(condition: Condition | None) -> Iterator[str]:
    """Top-level attributes that a condition speaks of."""
    if isinstance(condition, Both):
        for part in condition.parts:
            yield from attributes(part)
    elif isinstance(condition, Not):
        yield from attributes(condition.part)
    elif condition is not None:
        yield from (
            str(operand.path[0]) for operand in condition.operands if operand.path is not None
        )


def read_condition(member: str, text: Any, placeholders: Placeholders) -> Condition:
    """Read a condition, filter or key condition expression."""
    reader = Reader(member, text, placeholders)
    condition = _any(reader)
    reader.end()
    return condition


def _any(reader: Reader) -> Condition:
    return _joined(reader, "OR", _all)


def _all(reader: Reader) -> Condition:
    return _joined(reader, "AND", _negated)


def _joined(reader: Reader, word: str, below: Callable[[Reader], Condition]) -> Condition:
    parts = [below(reader)]
    while reader.keyword(word):
        reader.deeper()
        parts.append(below(reader))
    return parts[0] if len(parts) == 1 else Both(word, tuple(parts))


def _negated(reader: Reader) -> Condition:
    if reader.keyword("NOT"):
        reader.deeper()
        return Not(_negated(reader))
    return _single(reader)


def _single(reader: Reader) -> Condition:
    reader.deeper()
    if reader.sign("("):
        inner = _any(reader)
        reader.expect(")")
        return inner
    token = reader.peek()
    if token.kind == "word" and reader.peek(1).text == "(" and token.text != "size":
        return _function(reader)
    left = _operand(reader)
    if reader.keyword("BETWEEN"):
        low = _operand(reader)
        if not reader.keyword("AND"):
            raise reader.syntax()
        return _between(reader, left, low, _operand(reader))
    if reader.keyword("IN"):
        return _test(reader, "IN", left, *_operands(reader))
    operator = reader.sign(*_COMPARISONS)
    if operator is None:
        raise reader.syntax()
    right = _operand(reader)
    _check_ordered(reader, operator, left, right)
    return _test(reader, operator, left, right)


def _test(reader: Reader, operator: str, first: Operand, *others: Operand) -> Test:
    """A test, unless it compares a path with itself."""
    if first.path is not None and not first.sized and first in others:
        raise reader.fault(
            "The first operand must be distinct from the remaining operands for this operator or "
            f"function; operator: {operator}, first operand: {first.text}"
        )
    return Test(operator, (first, *others))


def _between(reader: Reader, left: Operand, low: Operand, high: Operand) -> Condition:
    _check_ordered(reader, "BETWEEN", left, low, high)
    if low.value and high.value and _kind(low.value) == _kind(high.value):
        if _plain(high.value) < _plain(low.value):
            raise reader.fault(
                "The BETWEEN operator requires upper bound to be greater than or equal to lower "
                f"bound; lower bound operand: {_braced(low.value)}, upper bound operand: "
                f"{_braced(high.value)}"
            )
    elif low.value and high.value:
        raise reader.fault(
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound "
            f"operand: {_braced(low.value)}, upper bound operand: {_braced(high.value)}"
        )
    return _test(reader, "BETWEEN", left, low, high)


def _check_ordered(reader: Reader, operator: str, *operands: Operand) -> None:
    if operator in {"=", "<>"}:
        return
    for operand in operands:
        if operand.value is not None and _kind(operand.value) not in _ORDERED:
            raise reader.fault(
                "Incorrect operand type for operator or function; operator or function: "
                f"{operator}, operand type: {_kind(operand.value)}"
            )


def _function(reader: Reader) -> Condition:
    name = reader.next().text
    if name not in _OPERANDS:
        raise reader.fault(f"Invalid function name; function: {name}")
    operands = _operands(reader)
    if len(operands) != _OPERANDS[name]:
        raise reader.fault(
            "Incorrect number of operands for operator or function; operator or function: "
            f"{name}, number of operands: {len(operands)}"
        )
    _check_function(reader, name, operands)
    return _test(reader, name, *operands)


def _check_function(reader: Reader, name: str, operands: tuple[Operand, ...]) -> None:
    first = operands[0]
    if name.startswith("attribute_") and first.path is None:
        raise reader.fault(
            f"Operator or function requires a document path; operator or function: {name}"
        )
    last = operands[-1].value
    if name == "begins_with" and last is not None and _kind(last) not in {"S", "B"}:
        raise reader.fault(
            "Incorrect operand type for operator or function; operator or function: begins_with, "
            f"operand type: {_kind(last)}"
        )
    if name == "attribute_type" and last is not None and last.get("S") not in TYPES:
        if "S" not in last:
            raise reader.fault(
                "Incorrect operand type for operator or function; operator or function: "
                f"attribute_type, operand type: {_kind(last)}"
            )
        raise reader.fault(
            "Invalid attribute type name found; type: "
            f"{last['S']}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
        )


def _operands(reader: Reader) -> tuple[Operand, ...]:
    reader.expect("(")
    operands = [_operand(reader)]
    while reader.sign(","):
        operands.append(_operand(reader))
    reader.expect(")")
    return tuple(operands)


def _operand(reader: Reader) -> Operand:
    token = reader.peek()
    if token.kind == "value":
        reader.next()
        return Operand(value=reader.value(token))
    if token.text == "size" and reader.peek(1).text == "(":
        reader.next()
        inner = _operands(reader)
        if len(inner) != 1:
            raise reader.fault(
                "Incorrect number of operands for operator or function; operator or function: "
                f"size, number of operands: {len(inner)}"
            )
        return Operand(inner[0].path, inner[0].value, sized=True)
    if token.kind == "sign" and token.text == "(":
        reader.next()
        inside = _operand(reader)
        reader.expect(")")
        return inside
    if token.kind == "word" and reader.peek(1).text == "(":
        raise reader.fault(
            f"The function is not allowed to be used this way in an expression; "
            f"function: {token.text}"
        )
    return Operand(read_path(reader))


# --- evaluation ---------------------------------------------------------------------------------


def _kind(value: Value) -> str:
    return next(iter(value))


_PLAIN: dict[str, Callable[[Any], Any]] = {
    "N": Decimal,
    "B": base64.b64decode,
    "NS": lambda numbers: {Decimal(number) for number in numbers},
    "SS": set,
    "BS": set,
    "L": lambda items: [(_kind(item), _plain(item)) for item in items],
    "M": lambda items: {name: (_kind(item), _plain(item)) for name, item in items.items()},
}


def _plain(value: Value) -> Any:
    """A value as something Python compares as DynamoDB does."""
    kind, content = next(iter(value.items()))
    convert = _PLAIN.get(kind)
    return content if convert is None else convert(content)


def equal(left: Value | None, other: Value | None) -> bool:
    """Whether two values are there, of one type, and equal."""
    if left is None or other is None or _kind(left) != _kind(other):
        return False
    return bool(_plain(left) == _plain(other))


def _compare(check: Callable[[Any, Any], bool]) -> Callable[..., bool]:
    def compare(left: Value | None, other: Value | None) -> bool:
        if left is None or other is None or _kind(left) != _kind(other):
            return False
        return _kind(left) in _ORDERED and check(_plain(left), _plain(other))

    return compare


def _within(value: Value | None, low: Value | None, high: Value | None) -> bool:
    return _TESTS[">="](value, low) and _TESTS["<="](value, high)


def begins_with(value: Value | None, start: Value | None) -> bool:
    """Whether a text or binary value begins with another."""
    if value is None or start is None or _kind(value) != _kind(start):
        return False
    return _kind(value) in {"S", "B"} and bool(_plain(value).startswith(_plain(start)))


def contains(value: Value | None, part: Value | None) -> bool:
    """Whether a text has a part, or a set or list an element."""
    if value is None or part is None:
        return False
    kind = _kind(value)
    if kind in {"S", "B"}:
        return kind == _kind(part) and _plain(part) in _plain(value)
    if kind == "L":
        return any(equal(item, part) for item in value["L"])
    if kind in {"SS", "NS", "BS"}:
        return kind[0] == _kind(part) and any(equal({kind[0]: item}, part) for item in value[kind])
    return False


def size_of(value: Value) -> int | None:
    """What the function `size` says: characters, bytes or elements; None for other types."""
    kind, content = next(iter(value.items()))
    if kind == "S":
        return len(content.encode())
    if kind == "B":
        return value_size(value)
    return len(content) if kind in {"SS", "NS", "BS", "L", "M"} else None


def _braced(value: Value) -> str:
    kind, content = next(iter(value.items()))
    return f"AttributeValue: {{{kind}:{content}}}"


_TESTS: dict[str, Callable[..., bool]] = {
    "=": equal,
    "<>": lambda left, other: not equal(left, other),
    "<": _compare(lambda left, other: left < other),
    "<=": _compare(lambda left, other: left <= other),
    ">": _compare(lambda left, other: left > other),
    ">=": _compare(lambda left, other: left >= other),
    "BETWEEN": _within,
    "IN": lambda value, *others: any(equal(value, other) for other in others),
    "attribute_exists": lambda value: value is not None,
    "attribute_not_exists": lambda value: value is None,
    "attribute_type": lambda value, kind: (
        value is not None and kind is not None and kind.get("S") in value
    ),
    "begins_with": begins_with,
    "contains": contains,
}
