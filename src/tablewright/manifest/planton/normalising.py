"""The many spellings that Planton's reader takes, brought to one.

Its YAML goes through JSON to protobuf messages, which know two names for each field and several
forms of each value.

Accepted: field names in camelCase and snake_case; enums under their present and their former names
and by number; whole numbers in quotes; YAML 1.1's words for booleans; null for "not set", and for
enums the empty text and the name of member 0; `{value: TEXT}` for the text of what may also refer
to another resource, as later versions write a key's ARN.
"""

from __future__ import annotations

from decimal import Decimal

from pydantic.alias_generators import to_camel

from tablewright.errors import Problem
from tablewright.manifest.documents.node import Items, Mapping, Node, Scalar
from tablewright.manifest.messages.model_introspection import fields_of, is_list, model_in
from tablewright.manifest.models.base import Model
from tablewright.manifest.planton.models import ENUM_FIELDS, ENUM_NUMBERS, OLD_PREFIXES

_TRUE = frozenset({"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"})
_FALSE = frozenset({"n", "N", "no", "No", "NO", "off", "Off", "OFF"})
_MAY_REFER = frozenset({"kmsKeyArn"})
_LARGEST_INTEGER = 2**63 - 1


def normalised(root: Mapping, kind: type[Model]) -> tuple[Mapping, list[Problem]]:
    """The document in one spelling, each value at its old place; and fields given twice."""
    problems: list[Problem] = []
    return _mapping(root, kind, problems), problems


def _mapping(node: Mapping, model: type[Model], problems: list[Problem]) -> Mapping:
    result = Mapping(node.file, node.line, node.column, node.parent, node.key)
    fields = fields_of(model)
    for written, value in node.entries.items():
        name = to_camel(written) if to_camel(written) in fields else written
        if isinstance(value, Scalar) and value.is_null:
            continue
        if name in result.entries:
            message = f"`{name}` is given twice, in both of its spellings"
            problems.append(node.at_key(written, message, "remove one of the two"))
            continue
        result.key_places[name] = node.key_places[written]
        result.entries[name] = _value(value, name, model, problems)
    return result


def _value(node: Node, name: str, owner: type[Model], problems: list[Problem]) -> Node:
    field = fields_of(owner).get(name)
    model = model_in(field.annotation) if field else None
    if model and isinstance(node, Mapping):
        return _mapping(node, model, problems)
    if model and isinstance(node, Items) and field and is_list(field.annotation):
        items = [
            _mapping(item, model, problems) if isinstance(item, Mapping) else item
            for item in node.items
        ]
        return Items(node.file, node.line, node.column, node.parent, node.key, items)
    if name in _MAY_REFER and isinstance(node, Mapping) and {*node.entries} == {"value"}:
        node = node.entries["value"]
    if field and isinstance(node, Scalar) and not node.unresolved:
        return _scalar(node, name, owner, field.annotation)
    return node


def _scalar(node: Scalar, name: str, owner: type[Model], annotation: object) -> Scalar:
    enum = ENUM_FIELDS.get((owner.__name__, name))
    if enum:
        return _enum(node, enum)
    if name.endswith("CapacityUnits"):
        return _integer(node)
    if annotation is bool and node.plain and node.text in _TRUE | _FALSE:
        return _like(node, "true" if node.text in _TRUE else "false")
    return node


def _enum(node: Scalar, enum: str) -> Scalar:
    members, prefix = ENUM_NUMBERS[enum], OLD_PREFIXES[enum]
    value = node.value
    if isinstance(value, int) and not isinstance(value, bool):
        return _like(node, ("null", *members)[value]) if 0 <= value <= len(members) else node
    if node.text == "" or node.text.upper() == f"{prefix}UNSPECIFIED":
        return _like(node, "null")
    bare = node.text.removeprefix(prefix)
    if bare != node.text and enum == "projectionType" and bare == "KEYS_ONLY":
        bare = "KEYS_ONLY_PROJECTION"
    return _like(node, bare, plain=False) if bare in members else node


def _integer(node: Scalar) -> Scalar:
    """`5`, `"5"` and `5.0` are the same number; what does not fit into 64 bits is left alone."""
    value = Scalar(node.file, node.line, node.column, text=node.text).value
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value) if abs(value) <= _LARGEST_INTEGER else value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST_INTEGER:
        return _like(node, str(value))
    return node


def _like(node: Scalar, text: str, *, plain: bool = True) -> Scalar:
    return Scalar(node.file, node.line, node.column, node.parent, node.key, text=text, plain=plain)
