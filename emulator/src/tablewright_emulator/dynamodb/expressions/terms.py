"""Terms of an update expression: what computes the value that SET assigns.

Each is called with an item and with the values that came with the request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any, TypeAlias

from tablewright_emulator.dynamodb.expressions.paths import Path, lookup
from tablewright_emulator.dynamodb.values import canonical_number
from tablewright_emulator.request import AwsFault

Value: TypeAlias = "dict[str, Any]"
Values: TypeAlias = Mapping[str, Value]
Term: TypeAlias = Callable[[Mapping[str, Any], Values], Value]
"""Computes a value from an item, and from the values that came with the request."""
MISMATCH = "An operand in the update expression has an incorrect data type"
_EXACT = Context(prec=300)  # from 1E125 to 1E-130, and a carry


@dataclass(frozen=True, slots=True)
class Literal:
    """The term of a value that stands in the request.

    Args:
        name: of the value.
        kind: its type.
    """

    name: str
    kind: str

    def __call__(self, item: Mapping[str, Any], values: Values) -> Value:
        """The value, whatever the item."""
        del item
        return values[self.name]


@dataclass(frozen=True, slots=True)
class Attribute:
    """The term of what is at a path."""

    path: Path

    def __call__(self, item: Mapping[str, Any], values: Values) -> Value:
        """The value there.

        Raises:
            AwsFault: there is none.
        """
        del values
        value = lookup(item, self.path)
        if value is None:
            raise _fault(
                "The provided expression refers to an attribute that does not exist in the item"
            )
        return value


@dataclass(frozen=True, slots=True)
class Sum:
    """One term and another, or less another."""

    sign: str
    left: Term
    right: Term

    def __call__(self, item: Mapping[str, Any], values: Values) -> Value:
        """The sum or the difference."""
        left, right = self.left(item, values), self.right(item, values)
        if "N" not in left or "N" not in right:
            raise _fault(MISMATCH)
        return added(left["N"], right["N"], -1 if self.sign == "-" else 1)


@dataclass(frozen=True, slots=True)
class IfNotExists:
    """What is at a path, or else a term."""

    path: Path
    otherwise: Term

    def __call__(self, item: Mapping[str, Any], values: Values) -> Value:
        """The value there, or that of the term."""
        there = lookup(item, self.path)
        return self.otherwise(item, values) if there is None else there


@dataclass(frozen=True, slots=True)
class ListAppend:
    """A list and another behind it."""

    first: Term
    second: Term

    def __call__(self, item: Mapping[str, Any], values: Values) -> Value:
        """Both lists in one."""
        first, second = self.first(item, values), self.second(item, values)
        if "L" not in first or "L" not in second:
            raise _fault(MISMATCH)
        return {"L": [*first["L"], *second["L"]]}


def added(left: str, other: str, factor: int) -> Value:
    """A number and another, or less another."""
    join = _EXACT.subtract if factor < 0 else _EXACT.add
    total = join(Decimal(left), Decimal(other))
    return {"N": canonical_number(format(total, "f"))}


def _fault(message: str) -> AwsFault:
    return AwsFault("ValidationException", message)
