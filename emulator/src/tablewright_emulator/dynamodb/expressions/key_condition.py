"""Key conditions: which partition a query reads, and which part of it.

Source: Developer Guide, pages Query.KeyConditionExpressions and
GSI.DesignPattern.MultiAttributeKeys: every partition attribute by equality, sort attributes from
left to right, only the last by range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tablewright_emulator.dynamodb.expressions.condition import (
    Both,
    Condition,
    Operand,
    Test,
    read_condition,
)
from tablewright_emulator.dynamodb.expressions.legacy import check_arguments
from tablewright_emulator.dynamodb.expressions.tokens import Placeholders
from tablewright_emulator.dynamodb.items.partitions import Bounds, KeySchema, Partition, SortKey
from tablewright_emulator.dynamodb.values import KeyValue, invalid, key_value
from tablewright_emulator.request import AwsFault

KeyTests: TypeAlias = dict[str, Test]
_MEMBER = "KeyConditionExpression"
_LEGACY = {
    "EQ": "=",
    "LE": "<=",
    "LT": "<",
    "GE": ">=",
    "GT": ">",
    "BEGINS_WITH": "begins_with",
    "BETWEEN": "BETWEEN",
}
_RANGES = {"=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"}


@dataclass(frozen=True)
class KeyCondition:
    """What a query asks of the key.

    Args:
        partition: the partition to read.
        equal: values of the leading sort attributes that are fixed.
        test: condition on the sort attribute after them; None when there is none.
    """

    partition: Partition
    equal: SortKey
    test: Test | None

    @property
    def bounds(self) -> Bounds:
        """Lowest and highest sort key (or beginning of one) that can match."""
        if self.test is None:
            return (self.equal, self.equal) if self.equal else (None, None)
        values = [key_value(operand.value or {}) for operand in self.test.operands[1:]]
        low, high = (*self.equal, values[0]), (*self.equal, values[-1])
        match self.test.operator:
            case "<" | "<=":
                return (self.equal or None), high
            case ">" | ">=":
                return low, (self.equal or None)
            case "begins_with":
                return low, (*self.equal, _end_of(values[0]))
            case _:
                return low, high

    def matches(self, attributes: Mapping[str, Any], sort: SortKey) -> bool:
        """Whether an entry of the partition is asked for."""
        if sort[: len(self.equal)] != self.equal:
            return False
        return self.test is None or self.test.holds(attributes)


def read_key_condition(params: Mapping[str, Any], placeholders: Placeholders) -> Condition | None:
    """Read `KeyConditionExpression`, as any condition; None where there is none.

    Raises:
        AwsFault: ValidationException.
    """
    if params.get(_MEMBER) is None:
        return None
    return read_condition(_MEMBER, params[_MEMBER], placeholders)


def key_tests(params: Mapping[str, Any], condition: Condition | None) -> KeyTests:
    """The tests that a condition, or the older `KeyConditions`, makes of attributes.

    AWS looks whether a condition can be one of keys after it has read all expressions.

    Raises:
        AwsFault: ValidationException.
    """
    if condition is None:
        return {name: _legacy(name, asked) for name, asked in params["KeyConditions"].items()}
    tests: dict[str, Test] = {}
    for name, test in map(_straightened, _tests(condition)):
        if name in tests:
            raise _fault("KeyConditionExpressions must only contain one condition per key")
        tests[name] = test
    return tests


def refuse_none(params: Mapping[str, Any]) -> None:
    """A query has a condition on the key."""
    if not params.get("KeyConditions") and params.get(_MEMBER) is None:
        raise AwsFault(
            "ValidationException",
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
            "request.",
        )


def _end_of(start: KeyValue) -> KeyValue:
    """A key behind everything that begins with `start`; keys have at most 1,024 bytes."""
    if isinstance(start, bytes):
        return start + b"\xff" * 1024
    return f"{start}\U0010ffff"


def _tests(condition: Condition) -> list[Test]:
    if isinstance(condition, Test):
        return [condition]
    if isinstance(condition, Both) and condition.operator == "AND":
        return [test for part in condition.parts for test in _tests(part)]
    operator = condition.operator if isinstance(condition, Both) else "NOT"
    raise _fault(f"Invalid operator used in KeyConditionExpression: {operator}")


def _legacy(name: str, asked: Mapping[str, Any]) -> Test:
    comparison = asked["ComparisonOperator"]
    values = check_arguments(comparison, asked)
    return Test(_LEGACY.get(comparison, comparison),
                (Operand((name,)), *(Operand(value=value) for value in values)))  # fmt: skip


def arrange(
    tests: KeyTests,
    keys: KeySchema,
    types: Mapping[str, str],
    check_start: Callable[[str], None] = lambda _: None,
) -> KeyCondition:
    """What the tests ask of a key.

    Args:
        tests: by the attributes they are of.
        keys: of what is read.
        types: of key attributes.
        check_start: refuses a start key by one of its attributes, which AWS looks at together
            with what is asked of the same attribute.

    Raises:
        AwsFault: ValidationException.
    """
    by_name = dict(tests)
    for number, name in enumerate(keys.names):
        check_start(name)
        if number == 0:
            _check_count(by_name, keys)
        if name in by_name:
            _check_types(by_name[name], types[name])
        elif name in keys.partition:
            raise _missed(name)
    partition = tuple(_equal_value(by_name.pop(name)) for name in keys.partition)
    equal: list[KeyValue] = []
    last = None
    for name in keys.sort:
        condition = by_name.pop(name, None)
        if condition is not None and condition.operator == "=":
            equal.append(key_value(condition.operands[1].value or {}))
            continue
        last = condition
        break
    if by_name:
        raise _gap(keys.sort[len(equal) :], by_name)
    return KeyCondition(partition, tuple(equal), last)


def _check_count(tests: KeyTests, keys: KeySchema) -> None:
    if len(tests) > len(keys.names):
        raise AwsFault(
            "ValidationException",
            f"The number of query conditions ({len(tests)}) exceeds the number of key attributes "
            f"defined in the schema ({len(keys.names)})",
        )


def _gap(sort: tuple[str, ...], left: KeyTests) -> AwsFault:
    """Conditions are left over: on no key, or on one behind another that is not fixed.

    Of keys of several attributes dynamodb-conformance has the text (multiAttributeGsiKey).
    """
    beyond = [name for name in sort if name in left]
    if not beyond:
        return _missed(sort[0]) if sort else _unsupported()
    open_ones = ", ".join(sort[: sort.index(beyond[-1])])
    return AwsFault(
        "ValidationException",
        f"RANGE key attributes {open_ones} must have equality conditions specified in the query "
        f"because a condition is present on key attribute {beyond[-1]}",
    )


def _missed(name: str) -> AwsFault:
    return AwsFault("ValidationException", f"Query condition missed key schema element: {name}")


def _unsupported() -> AwsFault:
    return AwsFault("ValidationException", "Query key condition not supported")


def _straightened(test: Test) -> tuple[str, Test]:
    """The key attribute a test speaks of, with the test written attribute first."""
    operands = test.operands
    if test.operator not in _RANGES:
        raise _fault(f"Invalid operator used in KeyConditionExpression: {test.operator}")
    first, others = operands[0], operands[1:]
    if test.operator in {"BETWEEN", "begins_with"} and (first.path is None or first.sized):
        raise _fault(
            f"Invalid condition in KeyConditionExpression: {test.operator} operator must have the "
            "key attribute as its first operand"
        )
    name = _name_among(operands)
    if first.path is None and len(others) == 1:
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(test.operator, test.operator)
        test = Test(turned, (others[0], first))
    return name, test


def _name_among(operands: tuple[Operand, ...]) -> str:
    """The one attribute that they speak of; AWS looks at one operand after the other."""
    name = ""
    for operand in operands:
        if operand.sized:
            raise _fault("KeyConditionExpressions cannot contain nested operations")
        if operand.path is None:
            continue
        if name:
            raise _fault(
                "Invalid condition in KeyConditionExpression: Multiple attribute names used in one "
                "condition"
            )
        if len(operand.path) > 1:
            raise _fault("KeyConditionExpressions cannot have conditions on nested attributes")
        name = str(operand.path[0])
    if not name:
        raise _fault("Invalid condition in KeyConditionExpression: No key attribute specified")
    return name


def _check_types(test: Test, kind: str) -> None:
    if test.operator not in _RANGES:
        raise AwsFault(
            "ValidationException", "Attempted conditional constraint is not an indexable operation"
        )
    for operand in test.operands[1:]:
        value = operand.value or {}
        if kind not in value:
            raise invalid("Condition parameter type does not match schema type")
        if value[kind] == "" and kind in {"S", "B"}:
            raise AwsFault(
                "ValidationException",
                "One or more parameter values are not valid. The AttributeValue for a key "
                "attribute cannot contain an empty string value. Key: "
                f"{(test.operands[0].path or ('',))[0]}",
            )


def _equal_value(test: Test) -> Any:
    if test.operator != "=":
        raise _unsupported()
    return key_value(test.operands[1].value or {})


def _fault(message: str) -> AwsFault:
    return AwsFault("ValidationException", f"Invalid {_MEMBER}: {message}")
