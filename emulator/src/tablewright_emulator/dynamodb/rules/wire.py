"""The types of a request's members, before anything else is looked at: SerializationException.

    read = reader(operation_input("dynamodb", "PutItem"))
    params = read(document)

AWS reads JSON into Java's classes and tells of the first value that does not fit, in Java's words.
The texts were held to live AWS by dynalite's tests; those of dynoxide are the same.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, TypeAlias

from botocore.model import Shape

from tablewright_emulator.constraints import MAX_INTEGER, MAX_LONG
from tablewright_emulator.request import AwsFault

Read: TypeAlias = Callable[[Any], Any]

_PACKAGE = "com.amazonaws.dynamodb.v20120810."
_JAVA = {
    "string": "java.lang.String", "boolean": "java.lang.Boolean", "integer": "java.lang.Integer",
    "long": "java.lang.Long", "double": "java.lang.Double", "timestamp": "java.util.Date",
    "blob": "java.nio.ByteBuffer",
}  # fmt: skip
_LIMITS = {"integer": MAX_INTEGER, "long": MAX_LONG}
_TRUE, _FALSE = {"TRUE", "1", "YES"}, {"FALSE", "0", "NO"}
_NOT_A_CLASS = (
    "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
    "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and "
    "java.lang.Class are in module java.base of loader 'bootstrap')"
)
_MISPLACED = "Start of structure or map found where not expected"


def fault(text: str) -> AwsFault:
    """What AWS answers to a value of a wrong type."""
    return AwsFault("SerializationException", text)


_READERS: dict[tuple[str, str], Read] = {}


def reader(shape: Shape, inside: str = "structure") -> Read:
    """Reads values of a shape: without what the model does not know, and without null members.

    Args:
        shape: of botocore's model of DynamoDB.
        inside: what the value is a member of: structure, list or map. The texts differ by it.
    """
    key = (shape.name, inside)
    if key not in _READERS:
        _READERS[key] = _new_reader(shape, inside)
    return _READERS[key]


def _new_reader(shape: Shape, inside: str) -> Read:
    kind: str = shape.type_name
    if kind == "structure":
        return _structure(shape, inside)
    if kind in {"list", "map"}:
        return _collection(shape, inside)
    return {"string": _string, "boolean": _boolean, "blob": _blob}.get(kind) or _other(kind)


def _structure(shape: Shape, inside: str) -> Read:
    name = _java_name(shape)
    scalar = "Unexpected value type in payload"
    if inside == "structure":
        scalar = "Unexpected field type"
    members: dict[str, Read] = {}

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            listed = isinstance(value, list)
            raise fault(f"Unrecognized collection type class {name}" if listed else scalar)
        if not members:  # only now, as a structure may have itself as a member
            members.update({key: reader(member) for key, member in shape.members.items()})
        if len(value) == 1:
            ((key, member),) = value.items()
            if type(member) is str and members.get(key) is _string:
                return value  # as it is: a text or a number of an item
        return {
            key: members[key](member)
            for key, member in value.items()
            if member is not None and key in members
        }

    return read


def _collection(shape: Shape, inside: str) -> Read:
    """A list or map; one inside of another has no class of its own that a scalar could miss."""
    listed = shape.type_name == "list"
    scalar = "Unexpected field type" if inside == "structure" else _NOT_A_CLASS
    element: list[Read] = []

    def read(value: Any) -> Any:
        if not isinstance(value, list | dict):
            raise fault(scalar)
        if not isinstance(value, list if listed else dict):
            raise fault(_MISPLACED if listed else f"Unrecognized collection type {name}")
        if not element:
            element.append(reader(shape.member if listed else shape.value, shape.type_name))
        inner = element[0]
        if of_values and _has_texts_alone(value):
            return value  # as it is: most items
        if isinstance(value, list):
            return [None if item is None else inner(item) for item in value]
        return {key: None if item is None else inner(item) for key, item in value.items()}

    name = _java_name(shape)
    of_values = not listed and shape.value.name == "AttributeValue"
    return read


def _has_texts_alone(item: Any) -> bool:
    """Whether a map holds nothing but texts and numbers, each with its type."""
    for value in item.values():
        if type(value) is not dict or len(value) != 1:
            return False
        ((kind, text),) = value.items()
        if type(text) is not str or (kind != "S" and kind != "N"):  # noqa: PLR1714 - a third
            return False
    return True


def _java_name(shape: Shape) -> str:
    """Of a type, as Java shows it."""
    if shape.type_name == "map":
        return f"java.util.Map<java.lang.String, {_java_name(shape.value)}>"
    if shape.type_name == "list":
        return f"java.util.List<{_java_name(shape.member)}>"
    java: str = _JAVA.get(shape.type_name, _PACKAGE + shape.name)
    return java


def _refuse(value: Any, kind: str) -> AwsFault:
    """A scalar of another class, or no scalar."""
    java = _JAVA[kind]
    if isinstance(value, list):
        return fault(f"Unrecognized collection type class {java}")
    if isinstance(value, dict):
        return fault(_MISPLACED)
    if isinstance(value, bool):
        kind_read = f"{str(value).upper()}_VALUE"
    elif isinstance(value, str):
        kind_read = "STRING_VALUE"
    else:
        kind_read = "NUMBER_VALUE" if value % 1 == 0 else "DECIMAL_VALUE"
    return fault(f"{kind_read} cannot be converted to {java.rpartition('.')[2]}")


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise _refuse(value, "string")


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise _refuse(value, "boolean")
    if value.upper() in _TRUE | _FALSE:
        return value.upper() in _TRUE
    raise fault("Unexpected token received from parser")


def _blob(value: Any) -> str:
    if isinstance(value, bytes):  # of an internal call
        return base64.b64encode(value).decode()
    if not isinstance(value, str):
        if isinstance(value, list | dict):
            raise _refuse(value, "blob")
        raise fault("only base-64-encoded strings are convertible to bytes")
    if len(value) % 4:
        raise fault(
            f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(value)}"
        )
    try:
        decoded = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        decoded = None
    if decoded is None or base64.b64encode(decoded).decode() != value:
        raise fault("Invalid last non-pad Base64 character dectected")
    return value


def _other(kind: str) -> Read:
    """Numbers and times; a number with a fraction is cut to a whole one."""
    limit = _LIMITS.get(kind)

    def read(value: Any) -> Any:
        if kind == "timestamp" and not isinstance(value, bool | list | dict):
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _refuse(value, kind)
        if limit is None:
            return value
        if abs(value) > limit:
            raise _refuse(value, kind)
        return int(value // 1)

    return read
