"""A document as it was written: values with their places, before anything is understood.

The tree keeps what models cannot: file, line and column of each value, the text of each scalar and
whether it was quoted. Defaults are merged on this level, so that a mistake points at the line that
causes it, be it in the table or in the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tablewright.errors import Problem
from tablewright.manifest.models.base import FromVariable

Path = tuple[str | int, ...]
"""Field path in the names of the document: `("spec", "globalSecondaryIndexes", 0, "name")`."""

LONGEST_NAME = 260
"""Of a field or a tag in a path that is shown; no name that is right is longer."""

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,30})")
_DECIMAL = re.compile(
    r"[-+]?(\.[0-9]{1,30}|(0|[1-9][0-9]{0,30})(\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,3})?"
)
_MAYBE_NUMBER = frozenset("+-.0123456789")


@dataclass(slots=True, eq=False)
class Node:
    """A value with its place; `parent` and `key` say how it is reached from the document."""

    file: str | None
    line: int
    column: int
    parent: Mapping | Items | None = field(default=None, repr=False)
    key: str | int = ""

    @property
    def path(self) -> Path:
        """How the value is reached where it was written."""
        parts: list[str | int] = []
        node: Node = self
        while node.parent is not None:
            parts.append(node.key)
            node = node.parent
        return tuple(reversed(parts))

    def problem(self, message: str, fix: str = "", *further: str | int) -> Problem:
        """A mistake at this value, or at the field `further` that it lacks."""
        line, column = self.place
        path = dotted((*self.path, *further))
        return Problem(message, fix, file=self.file, line=line, column=column, path=path)

    @property
    def place(self) -> tuple[int, int]:
        """Line and column where people look for it: a list or mapping at its key."""
        if isinstance(self.parent, Mapping) and not isinstance(self, Scalar):
            return self.parent.key_places.get(str(self.key), (self.line, self.column))
        return self.line, self.column


@dataclass(slots=True, eq=False)
class Scalar(Node):
    """A leaf.

    Args:
        text: what stands there, without quotes.
        plain: it was written without quotes, so its text may mean a number or a boolean.
        from_variable: environment variables were filled in.
        unresolved: one of them is missing, which is reported already.
    """

    text: str = ""
    plain: bool = True
    from_variable: bool = False
    unresolved: bool = False

    @property
    def is_null(self) -> bool:
        """Whether it says nothing: empty, `~` or `null`."""
        return self.plain and not self.from_variable and self.text in _NULL

    @property
    def value(self) -> Any:
        """None, a boolean, an int, a Decimal or text, by the rules of YAML 1.2 and JSON.

        `N`, `Y`, `yes` and `on` are text, and so is a number with leading zeros. What came out of a
        variable is whatever its field needs.
        """
        text = self.text
        if self.from_variable:
            return FromVariable(text)
        if not self.plain:
            return text
        if text[:1] in _MAYBE_NUMBER:
            if _INTEGER.fullmatch(text):
                return int(text)
            if _DECIMAL.fullmatch(text):
                return Decimal(text)
        return None if text in _NULL else _BOOLEAN.get(text, text)


@dataclass(slots=True, eq=False)
class Items(Node):
    """A list."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Mapping(Node):
    """A mapping; its keys are text, `key_places` holds line and column of each.

    `position` is that of a document among those of its file.
    """

    entries: dict[str, Node] = field(default_factory=dict)
    key_places: dict[str, tuple[int, int]] = field(default_factory=dict)
    position: int = 0

    def at_key(self, key: str, message: str, fix: str = "") -> Problem:
        """A mistake at one of the mapping's own keys."""
        line, column = self.key_places.get(key, (self.line, self.column))
        path = dotted((*self.path, key))
        file = self.entries[key].file if key in self.entries else self.file
        return Problem(message, fix, file=file, line=line, column=column, path=path)


def child(node: Node, part: str | int) -> Node | None:
    """What lies at one step of a path below a value, if there is anything."""
    if isinstance(node, Mapping):
        return node.entries.get(str(part))
    if isinstance(node, Items) and isinstance(part, int) and 0 <= part < len(node.items):
        return node.items[part]
    return None


def find(root: Node, path: Sequence[str | int]) -> tuple[Node, Path]:
    """The value at `path`, or its nearest ancestor with the rest of the path that is not there."""
    node = root
    for depth, part in enumerate(path):
        below = child(node, part)
        if below is None and isinstance(part, int) and not isinstance(node, Items):
            below = node  # one value where a list may stand
        if below is None:
            return node, tuple(path[depth:])
        node = below
    return node, ()


def dotted(path: Sequence[str | int]) -> str:
    """A path as people write it: `spec.globalSecondaryIndexes[0].projection.type`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if len(part) <= LONGEST_NAME else f"{part[:LONGEST_NAME]}..."
            text += f".{name}" if text else name
    return text


def plain_value(
    node: Node,
    text_fields: frozenset[str] = frozenset(),
    *,
    text: bool = False,
    with_nulls: bool = True,
) -> Any:
    """The value as Python data.

    Args:
        node: the value.
        text_fields: fields below which each scalar stays as it was written.
        text: this is below such a field.
        with_nulls: keep fields that say nothing; items of a list always stay in their places.
    """
    if isinstance(node, Scalar):
        return node.text if text and not node.is_null else node.value
    if isinstance(node, Items):
        return [
            plain_value(item, text_fields, text=text, with_nulls=with_nulls) for item in node.items
        ]
    if isinstance(node, Mapping):
        return {
            key: plain_value(
                value, text_fields, text=text or key in text_fields, with_nulls=with_nulls
            )
            for key, value in node.entries.items()
            if with_nulls or not (isinstance(value, Scalar) and value.is_null)
        }
    return None


def walk(node: Node) -> Iterator[Node]:
    """The value and all below it; what an alias names is visited each time."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if isinstance(current, Mapping):
            waiting.extend(reversed(current.entries.values()))
        elif isinstance(current, Items):
            waiting.extend(reversed(current.items))
