"""What the published model of the API says of a request, before any rule of DynamoDB's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from botocore.model import Shape

from tablewright_emulator import constraints
from tablewright_emulator.request import AwsFault

Params: TypeAlias = dict[str, Any]
Check: TypeAlias = Callable[[str, Params], Params]

# What DynamoDB's own rules judge, with texts of their own, by the last word of the path.
_OWN_RULES = frozenset({
    "attributeDefinitions", "attributeName", "indexName", "keySchema", "maxReadRequestUnits",
    "maxWriteRequestUnits", "member", "nonKeyAttributes", "projection", "projectionType",
    "provisionedThroughput", "readCapacityUnits", "streamEnabled", "tableName",
    "writeCapacityUnits",
})  # fmt: skip
_WITH_OWN_RULES = frozenset({"CreateTable", "ImportTable", "UpdateTable"})
_PLACE = re.compile(r" at '(?:[^']*\.)?(\w*)' failed")
_ENUM_ORDER = {"[S, N, B]": "[B, N, S]"}
# Items have checks of their own, and so has how many of them a request may have.
_OWN_TYPES = frozenset({"AttributeValue"})
_COUNTED = re.compile(r"Value '[\[{]")


def check(operation: str, params: Params) -> Params:
    """Check types, required members, sizes and patterns of a control-plane request.

    What the model does not know is left out of the answer.

    Raises:
        AwsFault: SerializationException or ValidationException.
    """
    shape = constraints.operation_input("dynamodb", operation)
    if shape is None:
        return {}
    _refuse_mistyped(shape, params)
    problems = constraints.violations(shape, params)
    if operation in _WITH_OWN_RULES:
        problems = [text for text in problems if not _judged_elsewhere(text)]
    _refuse(problems)
    return _known(shape, params)


def check_outline(operation: str, params: Params) -> Params:
    """Check the members around the items of a data-plane request; the items have their own checks.

    What the model does not know is left out of the answer.

    Raises:
        AwsFault: SerializationException or ValidationException.
    """
    shape = constraints.operation_input("dynamodb", operation)
    if shape is None:
        return {}
    _refuse_mistyped(shape, params, _OWN_TYPES)
    problems = constraints.violations(shape, params, opaque=_OWN_TYPES)
    _refuse([text for text in problems if not _COUNTED.match(text)])
    return _known(shape, params)


def _known(shape: Shape, params: Params) -> Params:
    known: Params = constraints.known(shape, params, _OWN_TYPES)
    return known


def _refuse_mistyped(shape: Shape, params: Any, opaque: frozenset[str] = frozenset()) -> None:
    wrong = constraints.mistyped(shape, params, opaque=opaque)
    if wrong is None:
        return
    kind = "TRUE_VALUE" if wrong.value is True else _WIRE_NAMES.get(type(wrong.value))
    wanted = _JAVA_NAMES.get(wrong.shape.type_name)
    text = "Unexpected value type in payload"
    if kind is not None and wanted is not None:
        text = f"{kind} cannot be converted to {wanted}"
    raise AwsFault("SerializationException", text)


_WIRE_NAMES = {str: "STRING_VALUE", bool: "FALSE_VALUE", int: "NUMBER_VALUE", float: "NUMBER_VALUE"}
_JAVA_NAMES = {"string": "String", "integer": "Integer", "long": "Long", "boolean": "Boolean"}


def _refuse(problems: list[str]) -> None:
    if problems:
        text = constraints.sentence(problems)
        for written, spelled in _ENUM_ORDER.items():
            text = text.replace(written, spelled)
        raise AwsFault("ValidationException", text)


def _judged_elsewhere(text: str) -> bool:
    match = _PLACE.search(text)
    return match is not None and match[1] in _OWN_RULES
