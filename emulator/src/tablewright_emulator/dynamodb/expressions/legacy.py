"""Requests as they were written before expressions: Expected, AttributeUpdates, filters.

Source: Developer Guide, pages LegacyConditionalParameters.*. They become the same conditions and
updates that expressions are read into.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablewright_emulator.dynamodb.expressions.condition import Both, Condition, Not, Operand, Test
from tablewright_emulator.dynamodb.expressions.terms import Literal, Values
from tablewright_emulator.dynamodb.expressions.update import Action, Update
from tablewright_emulator.dynamodb.values import check_value, invalid, key_value
from tablewright_emulator.request import AwsFault

_OPERATORS = {
    "EQ": "=", "NE": "<>", "LE": "<=", "LT": "<", "GE": ">=", "GT": ">", "IN": "IN",
    "BETWEEN": "BETWEEN", "BEGINS_WITH": "begins_with", "CONTAINS": "contains",
    "NOT_CONTAINS": "contains", "NULL": "attribute_not_exists", "NOT_NULL": "attribute_exists",
}  # fmt: skip
_ARGUMENTS = {"BETWEEN": 2, "NULL": 0, "NOT_NULL": 0, "IN": None}
_SETS = ("SS", "NS", "BS")
_SCALARS = frozenset({"S", "N", "B"})
_TYPES = {
    "LE": _SCALARS, "LT": _SCALARS, "GE": _SCALARS, "GT": _SCALARS, "IN": _SCALARS,
    "BETWEEN": _SCALARS, "CONTAINS": _SCALARS, "NOT_CONTAINS": _SCALARS,
    "BEGINS_WITH": frozenset({"S", "B"}),
}  # fmt: skip


def refuse_mixture(params: Mapping[str, Any], old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Expressions and what they replaced do not go together."""
    given_new = [member for member in new if member in params]
    given_old = [member for member in old if member in params] if given_new else []
    if given_old:
        raise AwsFault(
            "ValidationException",
            "Can not use both expression and non-expression parameters in the same request: "
            f"Non-expression parameters: {{{', '.join(given_old)}}} Expression parameters: "
            f"{{{', '.join(given_new)}}}",
        )


def read_filters(filters: Mapping[str, Any], operator: str | None) -> Condition | None:
    """The condition that `QueryFilter` or `ScanFilter` stands for."""
    return _joined(tuple(_compared(name, asked) for name, asked in filters.items()), operator)


def read_expected(filters: Mapping[str, Any], operator: str | None) -> Condition | None:
    """The condition that `Expected` stands for."""
    return _joined(tuple(_expected(name, asked) for name, asked in filters.items()), operator)


def _joined(parts: tuple[Condition, ...], operator: str | None) -> Condition | None:
    """All conditions as one; an operator needs two of them (ExtendDB, pull 213: asked of AWS)."""
    if operator is not None and len(parts) < 2:  # noqa: PLR2004 - one on either side
        raise AwsFault(
            "ValidationException",
            "ConditionalOperator can only be used when Filter or Expected has two or more elements"
            if parts
            else "ConditionalOperator cannot be used without Filter or Expected",
        )
    return Both(operator or "AND", parts) if parts else None


def _expected(name: str, asked: Mapping[str, Any]) -> Condition:
    """One attribute; what goes with what is as dynalite's tests, held to AWS, have it."""
    comparison, exists = asked.get("ComparisonOperator"), asked.get("Exists")
    if "AttributeValueList" in asked and "Value" in asked:
        raise invalid(f"Value and AttributeValueList cannot be used together for Attribute: {name}")
    if comparison is not None:
        if exists is not None:
            raise invalid(
                f"Exists and ComparisonOperator cannot be used together for Attribute: {name}"
            )
        given = "AttributeValueList" in asked or "Value" in asked
        if not given and comparison not in {"NULL", "NOT_NULL"}:
            raise invalid(
                "Value or AttributeValueList must be used with ComparisonOperator: "
                f"{comparison} for Attribute: {name}"
            )
        return _compared(name, asked)
    if "AttributeValueList" in asked:
        raise invalid(
            f"AttributeValueList can only be used with a ComparisonOperator for Attribute: {name}"
        )
    path = Operand((name,))
    if exists is False:
        if "Value" in asked:
            raise invalid(f"Value cannot be used when Exists is false for Attribute: {name}")
        return Test("attribute_not_exists", (path,))
    if "Value" not in asked:
        shown = "null" if exists is None else "true"
        raise invalid(f"Value must be provided when Exists is {shown} for Attribute: {name}")
    return Test("=", (path, Operand(value=check_value(asked["Value"]))))


def _compared(name: str, asked: Mapping[str, Any]) -> Condition:
    comparison = asked["ComparisonOperator"]
    values = check_arguments(comparison, asked)
    path = Operand((name,))
    test = Test(_OPERATORS[comparison], (path, *(Operand(value=value) for value in values)))
    if comparison == "NOT_CONTAINS":
        return Both("AND", (Test("attribute_exists", (path,)), Not(test)))
    return test


def check_arguments(comparison: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The values that an operator of before expressions compares with.

    Raises:
        AwsFault: their number, types or order are not the operator's.
    """
    given = asked.get("AttributeValueList")
    listed = given if given is not None else [asked["Value"]] if "Value" in asked else []
    values = [check_value(value) for value in listed]
    wanted = _ARGUMENTS.get(comparison, 1)
    if (wanted is not None and len(values) != wanted) or (wanted is None and not values):
        raise invalid(f"Invalid number of argument(s) for the {comparison} ComparisonOperator")
    kinds = [next(iter(value)) for value in values]
    if len(set(kinds)) > 1:
        raise invalid("AttributeValues inside AttributeValueList must be of same type")
    for kind in kinds:
        if kind not in _TYPES.get(comparison, {kind}):
            raise invalid(
                f"ComparisonOperator {comparison} is not valid for {kind} AttributeValue type"
            )
    if comparison == "BETWEEN" and key_value(values[0]) > key_value(values[1]):  # type: ignore[operator]
        raise AwsFault(
            "ValidationException",
            "The BETWEEN condition was provided a range where the lower bound is greater than the "
            "upper bound",
        )
    return values


def read_attribute_updates(updates: Mapping[str, Any]) -> Update:
    """The update that `AttributeUpdates` stands for."""
    values: dict[str, dict[str, Any]] = {}
    actions = []
    for name, asked in updates.items():
        if "Value" in asked:
            values[name] = check_value(asked["Value"])
        actions.append(_action(name, asked.get("Action", "PUT"), values.get(name)))
    return Update(tuple(actions), values, mismatch="Type mismatch for attribute to update")


def _action(name: str, kind: str, value: dict[str, Any] | None) -> Action:
    """What is done to one attribute, with the value of its name."""
    if value is None:
        if kind != "DELETE":
            raise invalid("Only DELETE action is allowed when no attribute value is specified")
        return Action("REMOVE", (name,))
    what = next(iter(value))
    if kind == "PUT":
        return Action("SET", (name,), term=Literal(name, what))
    if kind == "DELETE" and what not in _SETS:
        raise invalid(f"DELETE action with value is not supported for the type {what}")
    if kind == "ADD" and what not in {*_SETS, "N", "L"}:
        raise invalid(f"ADD action is not supported for the type {what}")
    if what == "L":
        return Action("SET", (name,), term=_appended(name))
    return Action(kind, (name,), operand=name)


def _appended(name: str) -> Any:
    def term(item: Mapping[str, Any], values: Values) -> dict[str, Any]:
        return {"L": [*item.get(name, {}).get("L", []), *values[name]["L"]]}

    return term
