"""CloudFormation's intrinsic functions (template reference, "Intrinsic functions"). Pure."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Protocol

from .references import SUBSTITUTED, attribute_parts
from .surroundings import Resolved, Unknown
from .template import TemplateEntry, Value


class ValueResolver(Protocol):
    """Resolves values of one template."""

    @property
    def exports(self) -> Mapping[str, str] | None:
        """What other stacks export; None where that is not read."""

    def section(self, name: str) -> dict[str, TemplateEntry]:
        """The entries of a section of the template."""

    def resolved(self, value: Value, path: str) -> Resolved:
        """What a value comes to; `NO_VALUE` for what is not there."""

    def condition(self, name: str, path: str, line: int) -> bool | Unknown:
        """Whether a condition holds."""

    def reference(self, name: str, path: str, line: int) -> Resolved:
        """What `Ref` answers."""

    def attribute(self, name: str, attribute: str, path: str, line: int) -> Resolved:
        """What `Fn::GetAtt` answers."""

    def unknown(self, line: int, path: str, why: str, fix: str = "") -> Unknown:
        """What cannot be known, at its place."""


Function = Callable[[ValueResolver, Value, str], Resolved]


def _if(resolver: ValueResolver, argument: Value, path: str) -> Resolved:
    items = _items(argument, 3)
    if items is None:
        return resolver.unknown(argument.line, path, "Fn::If takes a condition and two values")
    holds = resolver.condition(str(items[0].content), path, argument.line)
    if isinstance(holds, Unknown):
        return holds
    return resolver.resolved(items[1 if holds else 2], path)


def _join(resolver: ValueResolver, argument: Value, path: str) -> Resolved:
    items = _items(argument, 2)
    if items is None:
        return resolver.unknown(argument.line, path, "Fn::Join takes a delimiter and a list")
    parts = resolver.resolved(items[1], path)
    if isinstance(parts, Unknown):
        return parts
    given = parts if isinstance(parts, list) else [None]
    if unknown := next((part for part in given if isinstance(part, Unknown)), None):
        return unknown
    if not all(isinstance(part, str) for part in given):
        return resolver.unknown(argument.line, path, "Fn::Join takes texts")
    return str(items[0].content).join(str(part) for part in given)


def _select(resolver: ValueResolver, argument: Value, path: str) -> Resolved:
    items = _items(argument, 2)
    index = resolver.resolved(items[0], path) if items else ""
    choices = resolver.resolved(items[1], path) if items else []
    for part in (index, choices):
        if isinstance(part, Unknown):
            return part
    if isinstance(choices, list) and str(index).isdecimal() and int(index) < len(choices):
        return choices[int(index)]
    return resolver.unknown(argument.line, path, "Fn::Select takes what is not there")


def _split(resolver: ValueResolver, argument: Value, path: str) -> Resolved:
    items = _items(argument, 2)
    text = resolver.resolved(items[1], path) if items else None
    if isinstance(text, Unknown):
        return text
    if not items or not isinstance(text, str) or not items[0].content:
        return resolver.unknown(argument.line, path, "Fn::Split takes a delimiter and a text")
    return text.split(str(items[0].content))


def _find_in_map(resolver: ValueResolver, argument: Value, path: str) -> Resolved:
    items = argument.content if isinstance(argument.content, list) else []
    keys = [resolver.resolved(item, path) for item in items[:3]]
    if unknown := next((key for key in keys if isinstance(key, Unknown)), None):
        return unknown
    if len(keys) == 3 and all(isinstance(key, str) for key in keys):  # noqa: PLR2004
        entries = resolver.section("Mappings")
        for key in keys[:-1]:
            entries = entries[key].value.entries if key in entries else {}
        if keys[-1] in entries:
            return resolver.resolved(entries[keys[-1]].value, path)
    if len(items) > 3 and "DefaultValue" in items[3].entries:  # noqa: PLR2004
        return resolver.resolved(items[3].entries["DefaultValue"].value, path)
    where = ".".join(str(key) for key in keys)
    return resolver.unknown(argument.line, path, f"no mapping has {where}")


def _sub(resolver: ValueResolver, argument: Value, path: str) -> Resolved:
    items = argument.content if isinstance(argument.content, list) else [argument]
    given = items[1].entries if len(items) > 1 else {}
    if not items or not isinstance(items[0].content, str):
        return resolver.unknown(argument.line, path, "Fn::Sub takes a text")
    parts, last = list[str](), 0
    for match in SUBSTITUTED.finditer(items[0].content):
        parts.append(items[0].content[last : match.start()])
        last = match.end()
        name = match[1]
        if name.startswith("!"):
            parts.append("${" + name[1:] + "}")
            continue
        part = (
            resolver.resolved(given[name].value, path)
            if name in given
            else _named(resolver, name.strip(), argument.line, path)
        )
        if isinstance(part, Unknown):
            return part
        if not isinstance(part, str):
            return resolver.unknown(argument.line, path, f"{name} is no text")
        parts.append(part)
    return "".join([*parts, items[0].content[last:]])


def _named(resolver: ValueResolver, name: str, line: int, path: str) -> Resolved:
    resource, _, attribute = name.partition(".")
    if attribute:
        return resolver.attribute(resource, attribute, path, line)
    return resolver.reference(name, path, line)


def _get_att(resolver: ValueResolver, argument: Value, path: str) -> Resolved:
    parts = attribute_parts(argument)
    if parts is None:
        return resolver.unknown(argument.line, path, "Fn::GetAtt takes a resource and a name")
    return resolver.attribute(*parts, path, argument.line)


def _import(resolver: ValueResolver, argument: Value, path: str) -> Resolved:
    name = resolver.resolved(argument, path)
    if isinstance(name, Unknown):
        return name
    exports = resolver.exports
    if exports is not None and isinstance(name, str) and name in exports:
        return exports[name]
    return resolver.unknown(argument.line, path, f"{name} is exported by another stack")


def _base64(resolver: ValueResolver, argument: Value, path: str) -> Resolved:
    text = resolver.resolved(argument, path)
    return base64.b64encode(text.encode()).decode() if isinstance(text, str) else text


def _cidr(resolver: ValueResolver, argument: Value, path: str) -> Resolved:
    """The first blocks of a size within a block; the size is in bits that they leave to hosts."""
    items = _items(argument, 3)
    parts = [resolver.resolved(item, path) for item in items or ()]
    if unknown := next((part for part in parts if isinstance(part, Unknown)), None):
        return unknown
    try:
        network = ipaddress.ip_network(str(parts[0]))
        count, bits = int(parts[1]), int(parts[2])
        blocks = network.subnets(new_prefix=network.max_prefixlen - bits)
        answer = [str(block) for block in islice(blocks, min(count, _MOST_BLOCKS))]
    except (IndexError, TypeError, ValueError):
        answer, count = [], 1
    if not answer or len(answer) != count:
        what = "Fn::Cidr takes a block, a count and the bits of hosts, of which that many fit in it"
        return resolver.unknown(argument.line, path, what)
    return answer


_MOST_BLOCKS = 256
"""Of one call (template reference, "Fn::Cidr")."""


def _length(resolver: ValueResolver, argument: Value, path: str) -> Resolved:
    items = resolver.resolved(argument, path)
    return str(len(items)) if isinstance(items, list) else items


def _items(argument: Value, count: int) -> Sequence[Value] | None:
    content = argument.content
    return content if isinstance(content, list) and len(content) == count else None


FUNCTIONS: Mapping[str, Function] = {
    "Ref": lambda resolver, argument, path: resolver.reference(
        str(argument.content), path, argument.line
    ),
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _import,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
}
UNRESOLVED = {
    "Fn::Transform": "Fn::Transform is a macro, whose result only CloudFormation knows",
    "Fn::GetAZs": "Fn::GetAZs answers what the account has",
}
