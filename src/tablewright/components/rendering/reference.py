"""References put where tokens stand in documents that were made without them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablewright.components.rendering.resource_spec import Joined, Reference


def with_references(value: Any, references: Mapping[str, Reference]) -> Any:
    """A document with references where their tokens stand in its texts."""
    match value:
        case Mapping():
            return {key: with_references(item, references) for key, item in value.items()}
        case list():
            return [with_references(item, references) for item in value]
        case str():
            return _split(value, references)
        case _:
            return value


def _split(text: str, references: Mapping[str, Reference]) -> str | Reference | Joined:
    for token, reference in references.items():
        before, separator, after = text.partition(token)
        if separator:
            parts = tuple(part for part in (before, reference, after) if part)
            return reference if len(parts) == 1 else Joined(parts)
    return text
