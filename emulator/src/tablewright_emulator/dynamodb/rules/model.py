"""What the published model of the API says of a request, before any rule of DynamoDB's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from botocore.model import Shape

from tablewright_emulator import constraints
from tablewright_emulator.dynamodb.rules import keys, limits, naming, wire, wording
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
    checks = _checks(operation)
    if checks is None:
        return {}
    read: Params = checks.read(params)
    problems: list[str] = []
    if not checks.conforms(read) or not read.keys() >= checks.required:
        problems = _violations(checks.shape, operation, read)
    problems = naming.check_request(operation, read, problems)
    problems = limits.check_request(operation, read, problems)
    if problems:
        raise _refused(wording.worded(operation, read, problems))
    return read


class _Checks(NamedTuple):
    """Of one operation: who reads its input, and who tells whether nothing is wrong with it."""

    shape: Shape
    read: wire.Read
    conforms: Callable[[Params], bool]
    required: frozenset[str]


@cache
def _checks(operation: str) -> _Checks | None:
    """None where an operation takes nothing."""
    shape = constraints.operation_input("dynamodb", operation)
    if shape is None:
        return None
    conforms = constraints.conformer(shape, _ITEMS)
    return _Checks(shape, wire.reader(shape), conforms, frozenset(_REQUIRED.get(operation, ())))


def _violations(shape: Shape, operation: str, read: Params) -> list[str]:
    problems = constraints.violations(shape, read, opaque=_ITEMS)
    if operation in _WITH_OWN_RULES:
        problems = [text for text in problems if not _OWN_RULES.search(text)]
    if operation in naming.OF_TAGS:  # whose ARN is judged first, and by them
        return []
    if operation == "CreateTable" and problems:
        problems = [*keys.size_violations(read.get("KeySchema", ()), "keySchema"), *problems]
    return [
        *(
            f"Value null at '{name[0].lower()}{name[1:]}' failed to satisfy constraint: Member "
            "must not be null"
            for name in _REQUIRED.get(operation, ())
            if name not in read
        ),
        *problems,
    ]


def _refused(problems: list[str]) -> AwsFault:
    text = constraints.sentence(problems[:_MOST_REPORTED])
    for order, order_of_aws in _ENUM_ORDERS.items():
        text = text.replace(order, order_of_aws)
    return AwsFault("ValidationException", text)
