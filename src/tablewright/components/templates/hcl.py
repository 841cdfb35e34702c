"""HashiCorp's configuration language, laid out as `terraform fmt` lays it out. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_WIDTH = 90


@dataclass(frozen=True, slots=True)
class Expression:
    """Text that stands as it is: a reference."""

    text: str


@dataclass(frozen=True, slots=True)
class Interpolated:
    """A text in which references stand."""

    parts: tuple[str | Expression, ...]


@dataclass(frozen=True, slots=True)
class Called:
    """A function of one argument."""

    function: str
    argument: Any


@dataclass(frozen=True, slots=True)
class HclBlock:
    """A block: its type and labels, and what stands in it, blocks last."""

    head: str
    attributes: Sequence[tuple[str, Any]]
    blocks: Sequence[HclBlock] = ()


Lines: TypeAlias = list[str]


def block_text(block: HclBlock) -> str:
    """A block at the outermost level, with a line end."""
    return "\n".join(_block(block)) + "\n"


def _block(block: HclBlock) -> Lines:
    body = _assignments(block.attributes)
    for inner in block.blocks:
        body += [*([""] if body else []), *_block(inner)]
    if not body:
        return [f"{block.head} {{", "}"]
    return [f"{block.head} {{", *_indented(body), "}"]


def _assignments(entries: Sequence[tuple[str, Any]]) -> Lines:
    """`name = value` lines; neighbours of one line each have their signs in one column."""
    lines: Lines = []
    row: list[tuple[str, str]] = []
    for name, value in entries:
        first, *rest = _value(value)
        if not rest:
            row.append((name, first))
            continue
        lines += [*_aligned(row), f"{name} = {first}", *rest]
        row = []
    return lines + _aligned(row)


def _aligned(row: Sequence[tuple[str, str]]) -> Lines:
    width = max((len(name) for name, _ in row), default=0)
    return [f"{name.ljust(width)} = {value}" for name, value in row]


def _value(value: Any) -> Lines:
    match value:
        case Called(function, argument):
            return _around(f"{function}(", _value(argument), ")")
        case Mapping():
            entries = [(_key(name), item) for name, item in value.items()]
            return ["{", *_indented(_assignments(entries)), "}"] if entries else ["{}"]
        case list() | tuple():
            return _list([_value(item) for item in value])
        case _:
            return [_scalar(value)]


def _scalar(value: Any) -> str:
    match value:
        case Expression(text):
            return text
        case Interpolated(parts):
            return '"' + "".join(map(_part, parts)) + '"'
        case str():
            return quoted(value)
        case _:
            return json.dumps(value)


def _around(before: str, lines: Lines, after: str) -> Lines:
    lines = [before + lines[0], *lines[1:]]
    return [*lines[:-1], lines[-1] + after]


def _list(items: Sequence[Lines]) -> Lines:
    if all(len(lines) == 1 for lines in items):
        short = f"[{', '.join(lines[0] for lines in items)}]"
        if len(short) <= _WIDTH:
            return [short]
    closed = [line for lines in items for line in _around("", lines, ",")]
    return ["[", *_indented(closed), "]"]


def _part(part: str | Expression) -> str:
    return f"${{{part.text}}}" if isinstance(part, Expression) else quoted(part)[1:-1]


def _key(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else quoted(name)


def quoted(text: str) -> str:
    """A text as a literal, in which nothing is evaluated."""
    escaped = json.dumps(text, ensure_ascii=False)
    escaped = re.sub(r"\\([bf])", lambda match: f"\\u00{ord(_CONTROL[match[1]]):02x}", escaped)
    return escaped.replace("${", "$${").replace("%{", "%%{")


_CONTROL = {"b": "\b", "f": "\f"}


def _indented(lines: Lines) -> Lines:
    return [f"  {line}" if line else line for line in lines]
