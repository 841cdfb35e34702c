"""Outputs of a stack, for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tablewright.report.formats.number import number_of


def lines(outputs: Mapping[str, Any]) -> Iterator[str]:
    """A line per scalar, an indented block per list or map, in order of the names."""
    for name in sorted(outputs):
        yield from _lines(name, outputs[name], "")


MOST_LINES = 15
"""More of them push what a run has done off the screen."""


def brief(outputs: Mapping[str, Any]) -> list[str]:
    """The lines, if they are few; else one for each output, and of long ones how much they hold."""
    every = [*lines(outputs)]
    if len(every) <= MOST_LINES:
        return every
    return [f"{name}: {_amount(outputs[name])}" for name in sorted(outputs)]


def _amount(value: Any) -> str:
    if not isinstance(value, list | Mapping):
        return _text(value)
    count = number_of(_leaves(value), "value")
    return f"{count} of {number_of(len(value), 'table')}" if isinstance(value, Mapping) else count


def _leaves(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(map(_leaves, value.values()))
    return len(value) if isinstance(value, list) else 1


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
