"""Outputs of a stack, for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def lines(outputs: Mapping[str, Any]) -> Iterator[str]:
    """A line per scalar, an indented block per list or map, in order of the names."""
    for name in sorted(outputs):
        yield from _lines(name, outputs[name], "")


def _lines(name: str, value: Any, indent: str) -> Iterator[str]:
    match value:
        case list() if value:
            yield f"{indent}{name}:"
            yield from (f"{indent}  - {_text(element)}" for element in value)
        case Mapping() if value:
            yield f"{indent}{name}:"
            for key in value:
                yield from _lines(key, value[key], f"{indent}  ")
        case _:
            yield f"{indent}{name}: {_text(value)}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
