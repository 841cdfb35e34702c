"""Names of variables: short, readable, each its own."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Iterator

from tablewright.components.program import Child, Component, Statement

TAKEN = frozenset(
    {
        *keyword.kwlist, "aws", "caller", "json", "pulumi", "tags",
        "arguments", "await", "case", "catch", "const", "debugger", "default", "delete", "do",
        "enum", "eval", "export", "extends", "function", "implements", "instanceof", "interface",
        "let", "new", "package", "private", "protected", "public", "static", "super", "switch",
        "this", "throw", "typeof", "undefined", "var", "void",
    }
)  # fmt: skip
"""Words that mean something else in one of the languages."""


def variables(
    statements: Iterable[Statement], spelled: Callable[[str], str] = str
) -> dict[str, str]:
    """A variable for each component and resource by key; `spelled` turns Python's spelling."""
    names: dict[str, str] = {}
    used = set(TAKEN)
    for key in _keys(statements):
        name = _free(spelled(_wished(key)), used)
        used.add(name)
        names[key] = name
    return names


def _keys(statements: Iterable[Statement]) -> Iterator[str]:
    for statement in statements:
        if isinstance(statement, Component):
            yield statement.key
        elif isinstance(statement, Child):
            yield statement.part.key


def _wished(key: str) -> str:
    what, _, name = key.partition(" ")
    plain = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").lower()
    if not plain or plain[0].isdigit():
        plain = f"{what}_{plain}"
    return plain if what == "table" else f"{plain}_{what}"


def _free(wished: str, used: set[str]) -> str:
    name, number = wished, 2
    while name in used:
        name, number = f"{wished}_{number}", number + 1
    return name
