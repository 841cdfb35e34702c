"""Values that are known only at deployment, carried through code that works on plain values.

A program may give an output of another resource where a manifest has text: a key's ARN, a tag, a
topic. Names, defaults and rules are worked out on plain values long before that output has a
value. So it is held here, and a placeholder travels in its stead; where arguments of a resource are
made, the placeholder gives way to the output.

>>> late = OutputPlaceholders()
>>> late.hold("plain text stays what it is", "{id}")
'plain text stays what it is'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

import pulumi

T = TypeVar("T")


class OutputPlaceholders:
    """The outputs of one program, by placeholder.

    Args:
        region: where things are that have to be in one region.
    """

    def __init__(self, region: str = "us-east-1") -> None:
        self._region = region
        self._held: dict[str, pulumi.Input[str]] = {}

    def elsewhere(self, region: str) -> OutputPlaceholders:
        """The same outputs, for things of another region."""
        other = OutputPlaceholders(region)
        other._held = self._held
        return other

    def hold(self, value: pulumi.Input[str], shape: str) -> str:
        """`value` itself if it is text, else a placeholder of the given shape.

        Args:
            value: text or an output.
            shape: a text that satisfies whatever rule holds for the place, such as
                `arn:aws:kms:{region}:000000000000:key/{id}`; `{id}` is unique.
        """
        if isinstance(value, str):
            return value
        placeholder = shape.format(id=f"late-{len(self._held)}", region=self._region)
        self._held[placeholder] = value
        return placeholder

    def fill(self, value: T) -> T:
        """`value` with outputs in place of their placeholders; for arguments of a resource."""
        return _substituted(value, self._held) if self._held else value


def _substituted(value: T, known: Mapping[str, Any]) -> T:
    return cast("T", _substitute(value, known))


def _substitute(value: Any, known: Mapping[str, Any]) -> Any:
    match value:
        case str():
            return known.get(value, value)
        case Mapping():
            return {key: _substitute(item, known) for key, item in value.items()}
        case list():
            return [_substitute(item, known) for item in value]
        case tuple():
            return tuple(_substitute(item, known) for item in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            changes = {
                field.name: _substitute(getattr(value, field.name), known)
                for field in fields(value)
            }
            return replace(value, **changes)
        case _:
            return value
