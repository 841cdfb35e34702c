"""Comparing values of items: what each operator and function of a condition says of them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from tablewright_emulator.dynamodb.values import value_size

Value: TypeAlias = "dict[str, Any]"
ORDERED = frozenset({"S", "N", "B"})


def kind_of(value: Value) -> str:
    """Its type."""
    return next(iter(value))


_PLAIN: dict[str, Callable[[Any], Any]] = {
    "N": Decimal,
    "B": base64.b64decode,
    "NS": lambda numbers: {Decimal(number) for number in numbers},
    "SS": set,
    "BS": set,
    "L": lambda items: [(kind_of(item), plain(item)) for item in items],
    "M": lambda items: {name: (kind_of(item), plain(item)) for name, item in items.items()},
}


def plain(value: Value) -> Any:
    """A value as something Python compares as DynamoDB does."""
    kind, content = next(iter(value.items()))
    convert = _PLAIN.get(kind)
    return content if convert is None else convert(content)


def equal(left: Value | None, other: Value | None) -> bool:
    """Whether two values are there, of one type, and equal."""
    if left is None or other is None or kind_of(left) != kind_of(other):
        return False
    return bool(plain(left) == plain(other))


def _compare(check: Callable[[Any, Any], bool]) -> Callable[..., bool]:
    def compare(left: Value | None, other: Value | None) -> bool:
        if left is None or other is None or kind_of(left) != kind_of(other):
            return False
        return kind_of(left) in ORDERED and check(plain(left), plain(other))

    return compare


def _within(value: Value | None, low: Value | None, high: Value | None) -> bool:
    return TESTS[">="](value, low) and TESTS["<="](value, high)


def begins_with(value: Value | None, start: Value | None) -> bool:
    """Whether a text or binary value begins with another."""
    if value is None or start is None or kind_of(value) != kind_of(start):
        return False
    return kind_of(value) in {"S", "B"} and bool(plain(value).startswith(plain(start)))


def contains(value: Value | None, part: Value | None) -> bool:
    """Whether a text has a part, or a set or list an element."""
    if value is None or part is None:
        return False
    kind = kind_of(value)
    if kind in {"S", "B"}:
        return kind == kind_of(part) and plain(part) in plain(value)
    if kind == "L":
        return any(equal(item, part) for item in value["L"])
    if kind in {"SS", "NS", "BS"}:
        return kind[0] == kind_of(part) and any(
            equal({kind[0]: item}, part) for item in value[kind]
        )
    return False


def size_of(value: Value) -> int | None:
    """What the function `size` says: UTF-16 units, bytes or elements; None for other types."""
    kind, content = next(iter(value.items()))
    if kind == "S":
        return len(content) if content.isascii() else len(content.encode("utf-16-le")) // 2
    if kind == "B":
        return value_size(value)
    return len(content) if kind in {"SS", "NS", "BS", "L", "M"} else None


def braced(value: Value) -> str:
    """As DynamoDB's texts show it."""
    kind, content = next(iter(value.items()))
    return f"AttributeValue: {{{kind}:{content}}}"


TESTS: dict[str, Callable[..., bool]] = {
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
