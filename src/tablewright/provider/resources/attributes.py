"""Properties that AWS keeps as attributes whose values are texts, as SNS and SQS do. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .shape import Input, Shape, ValueKind

Names = Mapping[str, str]
"""The SDK's inputs and the attributes that they stand for."""


def as_attributes(inputs: Mapping[str, Any], names: Names) -> dict[str, str]:
    """The attributes that inputs give; what is empty is left out."""
    return {
        member: to_text(inputs[name])
        for name, member in names.items()
        if inputs.get(name) not in (None, "")
    }


def changed_attributes(
    differing: Iterable[str], news: Mapping[str, Any], shape: Shape, names: Names
) -> dict[str, str]:
    """The attributes to set for inputs that differ; what is given no more becomes its default."""
    return {
        names[name]: to_text(news.get(name, shape[name].default))
        for name in sorted(differing)
        if name in names
    }


def from_attributes(attributes: Mapping[str, str], shape: Shape, names: Names) -> dict[str, Any]:
    """The properties in attributes."""
    return {
        name: from_text(shape[name], attributes[member])
        for name, member in names.items()
        if attributes.get(member)
    }


def to_text(value: Any) -> str:
    """A value as AWS writes it in an attribute."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def from_text(known: Input, value: str) -> Any:
    """The value that an attribute holds."""
    match known.kind:
        case ValueKind.FLAG:
            return value == "true"
        case ValueKind.WHOLE:
            return int(value)
        case _:
            return value
