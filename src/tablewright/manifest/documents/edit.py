r"""Editing a manifest's text in place: one field changes, every other character stays.

A value is replaced where it stands; a field that is not there yet is added behind its neighbours,
in their layout. Comments, quotes, blank lines and line ends are not touched. What cannot be edited
without touching anything else (a value shared through an alias) is refused, and so is what comes
from a variable: whoever sets it would set nothing any more.

>>> text = "metadata: {name: orders}\nspec:  # the table\n  recovery: {days: 7} # a week\n"
>>> print(set_field(text, "orders", "spec.recovery.days", 35), end="")
metadata: {name: orders}
spec:  # the table
  recovery: {days: 35} # a week
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml  # type: ignore[import-untyped]

from tablewright.errors import InputError
from tablewright.manifest.rendering import render

from .composing import compose
from .node import Node, Path, Scalar, dotted, plain_value
from .substitution import expand, has_variable

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PART = re.compile(r"\.?([^.\[\]]+)|\[([^\[\]]+)\]")
_SAFE = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./:+@-]*(?<!:)")
_INDENT = 2
_BLOCK_SCALARS = ("|", ">")


def set_field(
    text: str,
    name: str | int,
    path: str | Path,
    value: Any,
    environment: Mapping[str, str] | None = None,
    *,
    kind: str | None = None,
) -> str:
    """The text with one field of one document set.

    Args:
        text: a whole file.
        name: `metadata.name` of the document, its variables filled in; or its position among
            those of the file, where those of several stacks may have the name.
        path: `spec.globalSecondaryIndexes[by-user].projection.type`, items of a list by position
            or by their name; or the parts of such a path.
        value: plain data: text, numbers, booleans, null, lists, mappings.
        environment: for variables in the document's name.
        kind: of the document; None for the first of that name.

    Raises:
        InputError: there is no such document, or the field cannot be set by itself.
    """
    parts, position = path_parts(path), _position(text, name, kind, environment or {})
    root = _root(text, position)
    node, missing = _reach(root, parts)
    if not missing:
        _refuse_variables(node, parts)
    edit = _edit(text, root, parts, value)
    return _proved(text, edit.applied(text), position, parts, _Change(value))


def remove_field(
    text: str,
    name: str | int,
    path: str | Path,
    environment: Mapping[str, str] | None = None,
    *,
    kind: str | None = None,
) -> str:
    """The text without one field of one document; as it is if the field is not there.

    Raises:
        InputError: there is no such document, or the field cannot be removed by itself.
    """
    parts, document = path_parts(path), _position(text, name, kind, environment or {})
    holder, missing = _reach(_root(text, document), parts[:-1])
    if missing or not isinstance(holder, yaml.MappingNode):
        return text
    position = next((n for n, (key, _) in enumerate(holder.value) if key.value == parts[-1]), None)
    if position is None:
        return text
    _refuse_variables(holder.value[position][1], parts)
    edited = _removal(text, holder, position).applied(text)
    return _proved(text, edited, document, parts, _Change(removes=True))


@dataclass(frozen=True, slots=True)
class _Edit:
    """Characters from `start` to `end` are replaced."""

    start: int
    end: int
    replacement: str

    def applied(self, text: str) -> str:
        return text[: self.start] + self.replacement + text[self.end :]


def path_parts(path: str | Path) -> Path:
    """The parts of a path that is written as text."""
    if not isinstance(path, str):
        return tuple(path)
    parts = [match[1] or match[2] for match in _PART.finditer(path)]
    return tuple(int(part) if part.isdigit() else part for part in parts)


def _position(text: str, name: str | int, kind: str | None, environment: Mapping[str, str]) -> int:
    """Which document of the text is the one of that name."""
    composed = compose(text, "-")
    if composed.problems:
        raise InputError("The manifest is not valid YAML.", "run `tablewright validate FILE` on it")
    if isinstance(name, int) and name < len(composed.documents):
        return name
    for position, root in enumerate(composed.documents):
        document = plain_value(root)
        if _is_called(document, str(name), environment) and kind in {None, document.get("kind")}:
            return position
    raise InputError(f"There is no document called `{name}` in the manifest.", "check the name")


def root_of(
    text: str,
    file: str,
    name: str | int,
    environment: Mapping[str, str] | None = None,
    *,
    kind: str | None = None,
) -> Node:
    """The document of a name, or at a position, with the places of its values.

    Raises:
        InputError: there is no such document.
    """
    return compose(text, file).documents[_position(text, name, kind, environment or {})]


def _root(text: str, position: int) -> yaml.Node:
    roots = [root for root in yaml.compose_all(text, Loader=_Loader) if root is not None]
    return roots[position]


def _reach(root: yaml.Node | None, path: Sequence[str | int]) -> tuple[yaml.Node, Path]:
    """The value at a path, or the nearest above it with what is missing of the path."""
    here = root
    for depth, part in enumerate(path):
        below = _below(here, part)
        if below is None:
            return here, tuple(path[depth:])
        here = below
    return here, ()


def _below(node: yaml.Node | None, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode):
        if isinstance(part, int):
            return node.value[part] if part < len(node.value) else None
        named = ((item, _below(item, "name")) for item in node.value)
        return next((item for item, name in named if name is not None and name.value == part), None)
    return None


def _refuse_variables(node: yaml.Node, path: Path) -> None:
    """Refuse to write over a value in which variables stand.

    Raises:
        InputError: there are some.
    """
    if isinstance(node, yaml.ScalarNode):
        if has_variable(node.value):
            raise InputError(
                f"`{dotted(path)}` comes from a variable: `{node.value}`.", "set the variable"
            )
        return
    for child in node.value:
        for below in child if isinstance(child, tuple) else (child,):
            _refuse_variables(below, path)


def _edit(text: str, root: yaml.Node, path: Path, value: Any) -> _Edit:
    node, missing = _reach(root, path)
    if not missing:
        return _replacement(text, node, _column_of_key(root, path), value)
    empty = isinstance(node, yaml.ScalarNode) and not node.value and not node.style
    if empty and len(missing) < len(path):
        column = _column_of_key(root, path[: len(path) - len(missing)])
        return _replacement(text, node, column, _nested(missing, value))
    if not isinstance(node, yaml.MappingNode) or not all(isinstance(name, str) for name in missing):
        where = dotted(path[: len(path) - len(missing)])
        raise InputError(f"`{dotted(path)}` cannot be set: `{where}` has no place for it.")
    return _addition(text, node, str(missing[0]), _nested(missing[1:], value))


def _nested(path: Path, value: Any) -> Any:
    for part in reversed(path):
        value = {str(part): value}
    return value


def _column_of_key(root: yaml.Node, path: Path) -> int:
    """Column (from 0) at which the field of a path is indented."""
    holder, _ = _reach(root, path[:-1])
    if isinstance(holder, yaml.MappingNode):
        for key, _value in holder.value:
            if key.value == str(path[-1]):
                return int(key.start_mark.column)
    return int(holder.start_mark.column)


def _replacement(text: str, node: yaml.Node, column: int, value: Any) -> _Edit:
    start, end = node.start_mark.index, _end(text, node)
    in_line = _in_flow(text, node) or not _is_large(value)
    if in_line:
        gap = " " if start == end and text[start - 1 : start] not in (" ", "") else ""
        before = text[:start]
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            start = len(before.rstrip(" \t\r\n"))
            gap = " "
        return _Edit(start, end, gap + _inline(value))
    start = len(text[:start].rstrip(" \t\r\n"))
    return _Edit(start, end, _block(text, value, column + _INDENT))


def _addition(text: str, holder: yaml.MappingNode, key: str, value: Any) -> _Edit:
    if holder.flow_style:
        entry = f"{_inline(key)}: {_inline(value)}"
        if not holder.value:
            start, end = holder.start_mark.index, holder.end_mark.index
            return _Edit(start, end, f"{{{entry}}}")
        end = _end(text, holder.value[-1][1])
        return _Edit(end, end, f", {entry}")
    column = holder.value[0][0].start_mark.column
    end = _end(text, holder)
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    if text[line_end - 1 : line_end] == "\r":
        line_end -= 1
    head = f"{_newline(text)}{' ' * column}{_inline(key)}:"
    large = _is_large(value)
    body = _block(text, value, column + _INDENT) if large else f" {_inline(value)}"
    return _Edit(line_end, line_end, head + body)


def _removal(text: str, holder: yaml.MappingNode, position: int) -> _Edit:
    key, value = holder.value[position]
    start, end = key.start_mark.index, _end(text, value)
    if holder.flow_style:
        if position + 1 < len(holder.value):
            return _Edit(start, holder.value[position + 1][0].start_mark.index, "")
        before = holder.value[position - 1][1] if position else None
        return _Edit(_end(text, before) if before else start, end, "")
    if len(holder.value) == 1:
        raise InputError(
            f"`{key.value}` is the only field of its mapping.", "remove the whole mapping"
        )
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end + 1
    if text[line_start:start].strip():  # the first field of a list item stands behind its dash
        following = holder.value[position + 1][0].start_mark.index
        return _Edit(start, following, "")
    return _Edit(line_start, line_end, "")


def _end(text: str, node: yaml.Node) -> int:
    """Where a value's last character stands; comments and blank lines behind it do not count."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end = int(node.end_mark.index)
    if isinstance(node, yaml.ScalarNode) and node.style in _BLOCK_SCALARS:
        return len(text[:end].rstrip("\r\n"))
    return end


def _in_flow(text: str, node: yaml.Node) -> bool:
    """Whether a value stands inside brackets, where only brackets may follow."""
    line_start = text.rfind("\n", 0, node.start_mark.index) + 1
    return bool(re.search(r"[{\[]", text[line_start : node.start_mark.index]))


def _is_large(value: Any) -> bool:
    """Whether a value deserves lines of its own."""
    if isinstance(value, Mapping):
        return len(value) > 2 or any(_is_large(element) for element in value.values())  # noqa: PLR2004
    if isinstance(value, list | tuple):
        return any(isinstance(element, Mapping) for element in value)
    return False


def _inline(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, Mapping):
        fields = (f"{_text(str(key))}: {_inline(below)}" for key, below in value.items())
        return "{" + ", ".join(fields) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return _text(value) if isinstance(value, str) else str(value)


def _text(text: str) -> str:
    """Text without quotes where that is safe, also inside brackets."""
    escaped = _escaped(text)
    plain = _SAFE.fullmatch(escaped) and Scalar(None, 1, 1, text=escaped).value == escaped
    return escaped if plain else json.dumps(escaped, ensure_ascii=False)


def _escaped(text: str) -> str:
    return text.replace("${", "$${")


def _block(text: str, value: Any, column: int) -> str:
    """A value in lines of its own, each indented."""
    newline = _newline(text)
    lines = render([{"x": value}]).rstrip("\n").splitlines()[1:]
    return "".join(f"{newline}{' ' * (column - _INDENT)}{line}" for line in lines)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _proved(before: str, after: str, document: int, path: Path, change: _Change) -> str:
    """The edited text, after reading it back: this field changed as wanted, and no other."""
    expected = [plain_value(root) for root in compose(before, "-").documents]
    change.apply(expected[document], path)
    read_back = compose(after, "-")
    if read_back.problems or [plain_value(root) for root in read_back.documents] != expected:
        raise InputError(
            f"`{dotted(path)}` cannot be changed by itself: its value is shared or written in an "
            "unusual way.",
            "change it by hand",
        )
    return after


def _is_called(document: Any, name: str, environment: Mapping[str, str]) -> bool:
    metadata = document.get("metadata") if isinstance(document, dict) else None
    given = metadata.get("name") if isinstance(metadata, dict) else None
    return isinstance(given, str) and _expanded(given, environment) == name


def _expanded(text: str, environment: Mapping[str, str]) -> str:
    return expand(text, environment, lambda _message, _fix: None)


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of plain data: a value is set, or a field removed."""

    value: Any = None
    removes: bool = False

    def apply(self, document: Any, path: Path) -> None:
        """Make the change in a document, with whatever is missing in between."""
        here = document
        for position, part in enumerate(path[:-1]):
            below = self._below(here, part)
            if below is None:
                below = here[path[position]] = {}
            here = below
        last = path[-1]
        if self.removes:
            here.pop(last, None)
        elif isinstance(here, list):
            here[self._position(here, last)] = _as_read(self.value)
        else:
            here[str(last)] = _as_read(self.value)

    def _below(self, here: Any, part: str | int) -> Any:
        if isinstance(here, list):
            return here[self._position(here, part)]
        return here.get(str(part))

    def _position(self, items: list[Any], part: str | int) -> int:
        if isinstance(part, int):
            return part
        return next(n for n, item in enumerate(items) if item.get("name") == part)


def _as_read(value: Any) -> Any:
    """A value as reading yields it: lists for tuples, `$${` for `${`."""
    if isinstance(value, Mapping):
        return {_escaped(str(key)): _as_read(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [_as_read(item) for item in value]
    return _escaped(value) if isinstance(value, str) else value
