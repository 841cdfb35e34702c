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
from tablewright_emulator.dynamodb.expressions.tokens import Placeholders, Reader, Token

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
    reader.test += 1
    token = reader.peek()
    is_call = token.kind == "word" and reader.peek(1).text == "("
    if is_call and not _is_compared(reader):
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


def _is_operand(reader: Reader) -> bool:
    """Whether the parentheses that come next are around an operand: something compares it."""
    return _compares(reader.peek(reader.closing() + 1))


def _is_compared(reader: Reader) -> bool:
    """Whether something compares what the call gives that comes next."""
    return _compares(reader.peek(reader.closing(1) + 1))


def _compares(token: Token) -> bool:
    if token.kind == "word":
        return token.text.upper() in {"BETWEEN", "IN"}
    return token.kind == "sign" and token.text in _COMPARISONS


def _report_misplaced(reader: Reader, function: str) -> None:
    reader.report(
        "misplaced",
        f"The function is not allowed to be used this way in an expression; function: {function}",
    )


def _test(reader: Reader, operator: str, first: Operand, *others: Operand) -> Test:
    """A test; one that compares a path with itself is reported."""
    if first.path is not None and not first.sized and first in others:
        reader.report(
            "same",
            "The first operand must be distinct from the remaining operands for this operator or "
            f"function; operator: {operator}, first operand: {first.text}",
        )
    return Test(operator, (first, *others))


def _between(reader: Reader, left: Operand, low: Operand, high: Operand) -> Condition:
    _check_ordered(reader, "BETWEEN", left, low, high)
    if low.value and high.value and kind_of(low.value) == kind_of(high.value):
        if kind_of(low.value) in ORDERED and plain(high.value) < plain(low.value):
            reader.report(
                "type",
                "The BETWEEN operator requires upper bound to be greater than or equal to lower "
                f"bound; lower bound operand: {braced(low.value)}, upper bound operand: "
                f"{braced(high.value)}",
            )
    elif low.value and high.value:
        reader.report(
            "type",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound "
            f"operand: {braced(low.value)}, upper bound operand: {braced(high.value)}",
        )
    return _test(reader, "BETWEEN", left, low, high)


def _check_ordered(reader: Reader, operator: str, *operands: Operand) -> None:
    if operator in {"=", "<>"}:
        return
    for operand in operands:
        if operand.type not in ORDERED and operand.type is not None:
            _report_type(reader, operator, operand.type)


def _function(reader: Reader) -> Condition:
    """A function by itself, which all but `size` can be."""
    name = reader.next().text
    operands = _operands(reader)
    if name == "size":
        _report_misplaced(reader, name)
    elif name not in _OPERANDS:
        reader.report("function", f"Invalid function name; function: {name}")
    elif len(operands) != _OPERANDS[name]:
        _report_count(reader, name, len(operands))
    else:
        _check_function(reader, name, operands)
    return _test(reader, name, *operands)


def _report_count(reader: Reader, name: str, count: int) -> None:
    reader.report(
        "count",
        "Incorrect number of operands for operator or function; operator or function: "
        f"{name}, number of operands: {count}",
    )


def _check_function(reader: Reader, name: str, operands: tuple[Operand, ...]) -> None:
    """What a function takes: a path, or types that are known before any item is."""
    first, last = operands[0], operands[-1]
    if name in {"attribute_exists", "attribute_not_exists"} and (not first.path or first.sized):
        reader.report(
            "type",
            f"Operator or function requires a document path; operator or function: {name}",
        )
    if name == "begins_with":
        for operand in operands:
            if operand.type not in {None, "S", "B"}:
                _report_type(reader, name, operand.type)
    if name == "attribute_type":
        if last.type != "S":
            _report_type(reader, name, last.type or "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
        elif last.value is not None and last.value["S"] not in TYPES:
            reader.report(
                "type",
                "Invalid attribute type name found; type: "
                f"{last.value['S']}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}",
            )


def _report_type(reader: Reader, name: str, kind: str | None) -> None:
    reader.report(
        "type",
        "Incorrect operand type for operator or function; operator or function: "
        f"{name}, operand type: {kind}",
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
    if token.kind == "sign" and token.text == "(":
        reader.next()
        inside = _operand(reader)
        reader.expect(")")
        return inside
    if token.kind == "word" and reader.peek(1).text == "(":
        return _called(reader)
    return Operand(read_path(reader))


def _called(reader: Reader) -> Operand:
    """What a function gives, which is of use only of `size`."""
    name = reader.next().text
    operands = _operands(reader)
    first = operands[0]
    if name != "size":
        if name in _OPERANDS:
            _report_misplaced(reader, name)
        else:
            reader.report("function", f"Invalid function name; function: {name}")
    elif len(operands) != 1:
        _report_count(reader, name, len(operands))
    elif first.type in {"N", "BOOL", "NULL"}:
        _report_type(reader, name, first.type)
    return Operand(first.path, first.value, sized=True)
