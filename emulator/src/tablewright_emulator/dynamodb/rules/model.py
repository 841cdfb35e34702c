"""What the published model of the API says of a request, before any rule of DynamoDB's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

from botocore.model import Shape

from tablewright_emulator import constraints
from tablewright_emulator.dynamodb.rules import limits, naming, wire
from tablewright_emulator.request import AwsFault

Params: TypeAlias = dict[str, Any]

# What DynamoDB's own rules judge, by the last word of the path and the beginning of the constraint.
_OWN_RULES = re.compile(
    r"tableName' failed|nonKeyAttributes' failed.* less than|streamEnabled' failed"
    r"|max(Read|Write)RequestUnits' failed|attributeDefinitions' failed.* length"
)
_WITH_OWN_RULES = frozenset({"CreateTable", "ImportTable", "UpdateTable"})
# What AWS requires and its published model does not (dynalite's tests).
_REQUIRED = {"CreateTable": ("AttributeDefinitions", "KeySchema")}
# AWS's order of an enum's members where it is not the model's (dynalite's tests).
_ENUM_ORDERS = {
    "[S, N, B]": "[B, N, S]",
    "[NONE, ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATED_NEW]":
        "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
    "[ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES, SPECIFIC_ATTRIBUTES, COUNT]":
        "[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]",
    "[AND, OR]": "[OR, AND]",
    "[EQ, NE, IN, LE, LT, GE, GT, BETWEEN, NOT_NULL, NULL, CONTAINS, NOT_CONTAINS, BEGINS_WITH]":
        "[IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, "
        "CONTAINS]",
    "[ALL, KEYS_ONLY, INCLUDE]": "[ALL, INCLUDE, KEYS_ONLY]",
}  # fmt: skip
_MOST_REPORTED = 10
_ITEMS = frozenset({"AttributeValue"})  # no constraints inside, and checks of their own


def check(operation: str, params: Params) -> Params:
    """Check types, required members, sizes and patterns of a request.

    What the model does not know is left out of the answer, and so are nulls.

    Raises:
        AwsFault: SerializationException or ValidationException.
    """
    shape = constraints.operation_input("dynamodb", operation)
    if shape is None:
        return {}
    read: Params = wire.reader(shape)(params)
    problems = [] if _conforms(operation, read) else _violations(shape, operation, read)
    problems = naming.check_request(operation, read, problems)
    problems = limits.check_request(operation, read, problems)
    if problems:
        raise _refused(operation, problems)
    return read


@cache
def _conformer(operation: str) -> Callable[[Params], bool]:
    shape = constraints.operation_input("dynamodb", operation)
    assert shape is not None  # noqa: S101 - who asks has looked
    return constraints.conformer(shape, _ITEMS)


def _conforms(operation: str, read: Params) -> bool:
    """Whether nothing is wrong by the model, as of nearly all requests."""
    required = _REQUIRED.get(operation, ())
    return _conformer(operation)(read) and all(name in read for name in required)


def _violations(shape: Shape, operation: str, read: Params) -> list[str]:
    problems = constraints.violations(shape, read, opaque=_ITEMS)
    if operation in _WITH_OWN_RULES:
        problems = [text for text in problems if not _OWN_RULES.search(text)]
    return [
        *(
            f"Value null at '{name[0].lower()}{name[1:]}' failed to satisfy constraint: Member "
            "must not be null"
            for name in _REQUIRED.get(operation, ())
            if name not in read
        ),
        *problems,
    ]


def _refused(operation: str, problems: list[str]) -> AwsFault:
    if operation == "UpdateItem":  # stops there since June 2026 (captures of dynamodb-conformance)
        problems = [text for text in problems if "'returnValues'" in text] or problems
    text = constraints.sentence(problems[:_MOST_REPORTED])
    for order, order_of_aws in _ENUM_ORDERS.items():
        text = text.replace(order, order_of_aws)
    return AwsFault("ValidationException", text)
