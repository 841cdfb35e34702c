"""How a template names its own resources: functions in both notations, and who refers to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .template import Value

SUBSTITUTED = re.compile(r"\$\{([^{}]*)\}")
"""A variable in the text of `Fn::Sub`; one that begins with `!` is literal."""
_PLAIN_NAMES = ("Ref", "Condition")


def function_of(value: Value) -> tuple[str, Value] | None:
    """The function that a value calls, by its long name, with its argument; None for no call."""
    if value.tag.startswith("!"):
        name = value.tag[1:]
        bare = Value(
            value.start, value.end, value.line, value.content, plain=value.plain, flow=value.flow
        )
        return (name if name in _PLAIN_NAMES else f"Fn::{name}"), bare
    if isinstance(value.content, dict) and len(value.content) == 1:
        [(name, entry)] = value.content.items()
        if name == "Ref" or name.startswith("Fn::"):
            return name, entry.value
    return None


def attribute_parts(argument: Value) -> tuple[str, str] | None:
    """Resource and attribute that the argument of `Fn::GetAtt` names."""
    content = argument.content
    if isinstance(content, str):
        name, dot, attribute = content.partition(".")
        return (name, attribute) if dot else None
    if isinstance(content, list) and all(isinstance(item.content, str) for item in content):
        names = [str(item.content) for item in content]
        return (names[0], ".".join(names[1:])) if len(names) > 1 else None
    return None


def canonical(value: Value) -> Any:
    """What a value says, alike in YAML and JSON, with short tags and without."""
    called = function_of(value)
    if called is not None and value.tag:
        name, argument = called
        parts = attribute_parts(argument) if name == "Fn::GetAtt" else None
        return {name: [*parts] if parts else canonical(argument)}
    if isinstance(value.content, dict):
        return {name: canonical(entry.value) for name, entry in value.content.items()}
    if isinstance(value.content, list):
        return [canonical(item) for item in value.content]
    return value.content


@dataclass(frozen=True, slots=True)
class ResourceReference:
    """A place that names a resource.

    Args:
        target: logical id.
        attribute: of `Fn::GetAtt`; empty for `Ref`.
        value: the call: what a literal would stand in the place of.
        inside: it is a variable in the text of `Fn::Sub`, which begins and ends there.
    """

    target: str
    attribute: str
    value: Value
    inside: str = ""


def references(value: Value) -> Iterator[ResourceReference]:
    """All places in a value, at every depth, that name a parameter or resource."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        called = function_of(current)
        if called is not None:
            name, argument = called
            if name == "Ref" and isinstance(argument.content, str):
                yield ResourceReference(argument.content, "", current)
                continue
            if name == "Fn::GetAtt" and (parts := attribute_parts(argument)):
                yield ResourceReference(*parts, current)
                continue
            if name == "Fn::Sub":
                yield from _substituted(argument)
            waiting.append(argument)
            continue
        if isinstance(current.content, dict):
            waiting.extend(entry.value for entry in current.content.values())
        elif isinstance(current.content, list):
            waiting.extend(current.content)


def _substituted(argument: Value) -> Iterator[ResourceReference]:
    items = argument.content if isinstance(argument.content, list) else [argument]
    own = items[1].entries if len(items) > 1 else {}
    if not items or not isinstance(items[0].content, str):
        return
    for match in SUBSTITUTED.finditer(items[0].content):
        name = match[1]
        if not name.startswith("!") and name not in own:
            target, _, attribute = name.strip().partition(".")
            yield ResourceReference(target, attribute, items[0], inside=match[0])
