"""Conditions: read into a tree, evaluated on an item.

tree = read_condition("ConditionExpression", "size(a) > :n AND NOT b = c", placeholders)
tree.holds(item_attributes)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tablewright_emulator.dynamodb.expressions.comparison import (
    ORDERED,
    TESTS,
    Value,
    braced,
    kind_of,
    plain,
    size_of,
)
from tablewright_emulator.dynamodb.expressions.paths import Path, lookup, read_path, shown
from tablewright_emulator.dynamodb.expressions.tokens import Placeholders, Reader
from tablewright_emulator.request import AwsFault

Attributes: TypeAlias = Mapping[str, Any]
_COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
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
    def type(self) -> str | None:
        """Its type, as far as it is known without an item."""
        if self.sized:
            return "N"
        return None if self.value is None else kind_of(self.value)

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
        return TESTS[self.operator](*(operand.of(item) for operand in self.operands))


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
    return (str(path[0]) for path in paths_of(condition))


def paths_of(condition: Condition | None) -> Iterator[Path]:
    """All paths that a condition speaks of."""
    if isinstance(condition, Both):
        for part in condition.parts:
            yield from paths_of(part)
    elif isinstance(condition, Not):
        yield from paths_of(condition.part)
    elif condition is not None:
        yield from (operand.path for operand in condition.operands if operand.path is not None)


def read_condition(member: str, text: Any, placeholders: Placeholders) -> Condition:
    """Read a condition, filter or key condition expression."""
    reader = Reader(member, text, placeholders)
    reader.refuse_redundant_parentheses()
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
    if reader.peek().text == "(" and not _is_operand(reader):
        reader.expect("(")
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
    if operator is None and left.sized:
        raise _misplaced(reader, "size")
    if operator is None:
        raise reader.syntax()
    right = _operand(reader)
    _check_ordered(reader, operator, left, right)
    return _test(reader, operator, left, right)


def _is_operand(reader: Reader) -> bool:
    """Whether the parentheses that come next are around an operand: something compares it."""
    after = reader.peek(reader.closing() + 1)
    if after.kind == "word":
        return after.text.upper() in {"BETWEEN", "IN"}
    return after.kind == "sign" and after.text in _COMPARISONS


def _misplaced(reader: Reader, function: str) -> AwsFault:
    return reader.fault(
        f"The function is not allowed to be used this way in an expression; function: {function}"
    )


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
    if low.value and high.value and kind_of(low.value) == kind_of(high.value):
        if plain(high.value) < plain(low.value):
            raise reader.fault(
                "The BETWEEN operator requires upper bound to be greater than or equal to lower "
                f"bound; lower bound operand: {braced(low.value)}, upper bound operand: "
                f"{braced(high.value)}"
            )
    elif low.value and high.value:
        raise reader.fault(
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound "
            f"operand: {braced(low.value)}, upper bound operand: {braced(high.value)}"
        )
    return _test(reader, "BETWEEN", left, low, high)


def _check_ordered(reader: Reader, operator: str, *operands: Operand) -> None:
    if operator in {"=", "<>"}:
        return
    for operand in operands:
        if operand.value is not None and kind_of(operand.value) not in ORDERED:
            raise _wrong_type(reader, operator, kind_of(operand.value))


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
    """What a function takes: a path, or types that are known before any item is."""
    first, last = operands[0], operands[-1]
    if name in {"attribute_exists", "attribute_not_exists"} and (not first.path or first.sized):
        raise reader.fault(
            f"Operator or function requires a document path; operator or function: {name}"
        )
    if name == "begins_with":
        for operand in operands:
            if operand.type not in {None, "S", "B"}:
                raise _wrong_type(reader, name, operand.type)
    if name == "attribute_type":
        if last.type != "S":
            raise _wrong_type(reader, name, last.type or "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
        if last.value is not None and last.value["S"] not in TYPES:
            raise reader.fault(
                "Invalid attribute type name found; type: "
                f"{last.value['S']}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
            )


def _wrong_type(reader: Reader, name: str, kind: str | None) -> AwsFault:
    return reader.fault(
        "Incorrect operand type for operator or function; operator or function: "
        f"{name}, operand type: {kind}"
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
        if inner[0].type in {"N", "BOOL", "NULL"}:
            raise _wrong_type(reader, "size", inner[0].type)
        return Operand(inner[0].path, inner[0].value, sized=True)
    if token.kind == "sign" and token.text == "(":
        reader.next()
        inside = _operand(reader)
        reader.expect(")")
        return inside
    if token.kind == "word" and reader.peek(1).text == "(":
        raise _misplaced(reader, token.text)
    return Operand(read_path(reader))
