"""Requests as they were written before expressions: Expected, AttributeUpdates, filters.

Source: Developer Guide, pages LegacyConditionalParameters.*. They become the same conditions and
updates that expressions are read into.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablewright_emulator.dynamodb.expressions.condition import Both, Condition, Not, Operand, Test
from tablewright_emulator.dynamodb.expressions.update import Action, Literal, Update
from tablewright_emulator.dynamodb.values import check_value, invalid
from tablewright_emulator.request import AwsFault

_OPERATORS = {
    "EQ": "=", "NE": "<>", "LE": "<=", "LT": "<", "GE": ">=", "GT": ">", "IN": "IN",
    "BETWEEN": "BETWEEN", "BEGINS_WITH": "begins_with", "CONTAINS": "contains",
    "NOT_CONTAINS": "contains", "NULL": "attribute_not_exists", "NOT_NULL": "attribute_exists",
}  # fmt: skip
_ARGUMENTS = {"BETWEEN": 2, "NULL": 0, "NOT_NULL": 0, "IN": None}


def refuse_mixture(params: Mapping[str, Any], old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Expressions and what they replaced do not go together."""
    given_old = [member for member in old if params.get(member) is not None]
    given_new = [member for member in new if params.get(member) is not None]
    if given_old and given_new:
        raise AwsFault(
            "ValidationException",
            "Can not use both expression and non-expression parameters in the same request: "
            f"Non-expression parameters: {{{', '.join(given_old)}}} Expression parameters: "
            f"{{{', '.join(given_new)}}}",
        )


def read_filters(filters: Mapping[str, Any], operator: str) -> Condition | None:
    """The condition that `Expected`, `QueryFilter` or `ScanFilter` stands for."""
    parts = tuple(_filter(name, asked) for name, asked in filters.items())
    return Both(operator, parts) if parts else None


def _filter(name: str, asked: Mapping[str, Any]) -> Condition:
    path = Operand((name,))
    comparison = asked.get("ComparisonOperator")
    if comparison is None:
        if asked.get("Exists") is False:
            return Test("attribute_not_exists", (path,))
        if "Value" not in asked:
            raise invalid("Value must be provided when Exists is true for Attribute: " + name)
        return Test("=", (path, Operand(value=check_value(asked["Value"]))))
    operator = _OPERATORS.get(comparison)
    if operator is None:
        raise invalid(f"Unsupported operator: {comparison}")
    given = asked.get("AttributeValueList")
    values = given if given is not None else [asked["Value"]] if "Value" in asked else []
    wanted = _ARGUMENTS.get(comparison, 1)
    if (wanted is not None and len(values) != wanted) or (wanted is None and not values):
        raise invalid(f"Invalid number of argument(s) for the {comparison} ComparisonOperator")
    operands = tuple(Operand(value=check_value(value)) for value in values)
    test = Test(operator, (path, *operands))
    if comparison == "NOT_CONTAINS":
        return Both("AND", (Test("attribute_exists", (path,)), Not(test)))
    return test


def read_attribute_updates(updates: Mapping[str, Any]) -> Update:
    """The update that `AttributeUpdates` stands for."""
    actions = []
    for name, asked in updates.items():
        kind = asked.get("Action", "PUT")
        value = check_value(asked["Value"]) if "Value" in asked else None
        if kind == "DELETE" and value is None:
            actions.append(Action("REMOVE", (name,)))
        elif value is None:
            raise invalid("Only DELETE action is allowed when no attribute value is specified")
        elif kind == "PUT":
            actions.append(Action("SET", (name,), term=Literal(value)))
        elif kind == "ADD" and "L" in value:
            actions.append(Action("SET", (name,), term=_appended(name, value)))
        elif kind in {"ADD", "DELETE"}:
            actions.append(Action(kind, (name,), value=value))
        else:
            raise invalid(f"Unsupported action: {kind}")
    return Update(tuple(actions))


def _appended(name: str, value: dict[str, Any]) -> Any:
    def term(item: Mapping[str, Any]) -> dict[str, Any]:
        return {"L": [*item.get(name, {}).get("L", []), *value["L"]]}

    return term
