"""What the published model of the API says of a request, before any rule of DynamoDB's own."""

from __future__ import annotations

import re
from typing import Any

from botocore.model import Shape

from tablewright.emulator import constraints
from tablewright.emulator.request import AwsFault

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
_SCALARS = frozenset({"string", "integer", "long", "double", "boolean"})


def check(operation: str, params: dict[str, Any]) -> None:
    """Check types, required members, sizes and patterns of a control-plane request.

    Raises:
        AwsFault: SerializationException or ValidationException.
    """
    shape = constraints.operation_input("dynamodb", operation)
    if shape is None:
        return
    _refuse_mistyped(shape, params)
    found = constraints.violations(shape, params)
    if operation in _WITH_OWN_RULES:
        found = [text for text in found if not _judged_elsewhere(text)]
    _refuse(found)


def check_outline(operation: str, params: dict[str, Any]) -> None:
    """Check the members around the items of a data-plane request; the items have their own checks.

    Raises:
        AwsFault: SerializationException or ValidationException.
    """
    shape = constraints.operation_input("dynamodb", operation)
    if shape is None:
        return
    found = [
        f"Value null at '{_path(name)}' failed to satisfy constraint: Member must not be null"
        for name in shape.required_members
        if params.get(name) is None
    ]
    for name, member in shape.members.items():
        value = params.get(name)
        if value is None:
            continue
        if member.type_name in _SCALARS:
            _refuse_mistyped(member, value)
            found += constraints.violations(member, value, _path(name))
        else:
            _refuse_wrong_container(member, value)
    _refuse(found)


def _refuse_wrong_container(shape: Shape, value: Any) -> None:
    expected = list if shape.type_name == "list" else dict
    if not isinstance(value, expected):
        raise AwsFault("SerializationException", "Unexpected value type in payload")


def _refuse_mistyped(shape: Shape, value: Any) -> None:
    place = constraints.mistyped(shape, value)
    if place is None:
        return
    for word in [] if place == "request" else place.split("."):
        shape, value = _inside(shape, value, word)
    kind = _WIRE_NAMES.get(type(value), "START_OBJECT")
    if value is True:
        kind = "TRUE_VALUE"
    wanted = {"string": "String", "integer": "Integer", "long": "Long", "boolean": "Boolean"}
    if shape.type_name in wanted and not isinstance(value, dict | list):
        text = f"{kind} cannot be converted to {wanted[shape.type_name]}"
    else:
        text = "Unexpected value type in payload"
    raise AwsFault("SerializationException", text)


_WIRE_NAMES = {str: "STRING_VALUE", bool: "FALSE_VALUE", int: "NUMBER_VALUE", float: "NUMBER_VALUE"}


def _inside(shape: Shape, value: Any, word: str) -> tuple[Shape, Any]:
    """One step along a path in the notation of AWS's messages."""
    if shape.type_name == "structure":
        name = word[0].upper() + word[1:]
        return shape.members[name], value[name]
    if shape.type_name == "list" and word.isdigit():
        return shape, value[int(word) - 1]
    if shape.type_name == "list":
        return shape.member, value
    return (shape, value) if word == "member" else (shape.value, value.get(word))


def _refuse(found: list[str]) -> None:
    if found:
        text = constraints.sentence(found)
        for ours, theirs in _ENUM_ORDER.items():
            text = text.replace(ours, theirs)
        raise AwsFault("ValidationException", text)


def _judged_elsewhere(text: str) -> bool:
    match = _PLACE.search(text)
    return match is not None and match[1] in _OWN_RULES


def _path(name: str) -> str:
    return name[0].lower() + name[1:]
