"""Keys and indexes of Kubernetes' dialects in our words; values stay the nodes they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tablewright.manifest.documents.node import Node, Scalar

from .fields import Fields, Findings

Spec = dict[str, Any]
"""A specification in our words, whose leaves are nodes."""
Types = Mapping[str, Scalar]
"""Types of attributes by name."""


def types_of(definitions: Iterable[Fields], name: str, kind: str) -> dict[str, Scalar]:
    """What the attributes are.

    Args:
        definitions: the list of attributes.
        name: the field of an attribute's name.
        kind: the field of its type.
    """
    types: dict[str, Scalar] = {}
    for definition in definitions:
        attribute, given = definition.needed(name), definition.needed(kind)
        if attribute is not None and given is not None:
            types[attribute.text] = given
    return types


def attribute(name: Scalar, types: Types, findings: Findings) -> Spec:
    """One attribute of a key."""
    kind = types.get(name.text)
    if kind is None:
        message = f"the key attribute `{name.text}` is not among the attribute definitions"
        findings.problems.append(name.problem(message, "define it with its type"))
        return {"name": name}
    return {"name": name, "type": kind}


def schema_key(
    elements: Iterable[Fields], types: Types, findings: Findings
) -> tuple[list[Spec], list[Spec]]:
    """Both halves of a key that is written as a key schema."""
    halves: dict[str, list[Spec]] = {"HASH": [], "RANGE": []}
    for element in elements:
        name, kind = element.needed("attributeName"), element.needed("keyType")
        if name is None or kind is None:
            continue
        if kind.text not in halves:
            message = f"`keyType` is neither HASH nor RANGE: `{kind.text[:40]}`"
            findings.problems.append(kind.problem(message, "write HASH or RANGE"))
            continue
        halves[kind.text].append(attribute(name, types, findings))
    return halves["HASH"], halves["RANGE"]


def put(spec: Spec, **values: object) -> None:
    """Put in what says something; names are ours."""
    spec.update({name: value for name, value in values.items() if value not in (None, {}, [])})


def one(half: list[Spec], near: Fields, what: str) -> Spec | None:
    """The only attribute of half a key of a table."""
    if len(half) > 1:
        near.findings.problems.append(
            near.node.problem(f"the key has more than one {what} attribute", "leave one")
        )
    return half[0] if half else None


def half(attributes: list[Spec]) -> Any:
    """Half a key of an index: one attribute, or several."""
    return attributes[0] if len(attributes) == 1 else attributes


def throughput(read: Node | None, write: Node | None, billing: str) -> Spec | None:
    """A capacity; zeros are as good as nothing on demand."""
    units = {"readCapacityUnits": read, "writeCapacityUnits": write}
    given = {name: node for name, node in units.items() if node is not None}
    zero = all(isinstance(node, Scalar) and node.value == 0 for node in given.values())
    return None if not given or (zero and billing == "PAY_PER_REQUEST") else given
