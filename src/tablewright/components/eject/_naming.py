"""Names of variables: short, readable, each its own."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable

from tablewright.components.eject._program import Component, Heading, Resource, Statement

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
    found: dict[str, str] = {}
    used = set(TAKEN)
    for statement in statements:
        if not isinstance(statement, Heading):
            name = _free(spelled(_wished(statement)), used)
            used.add(name)
            found[statement.key] = name
    return found


def camel(name: str) -> str:
    """`stream_arn` as `streamArn`."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _wished(statement: Component | Resource) -> str:
    what, _, name = statement.key.partition(" ")
    plain = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").lower()
    if not plain or plain[0].isdigit():
        plain = f"{what}_{plain}"
    return plain if what == "table" else f"{plain}_{what}"


def _free(wished: str, used: set[str]) -> str:
    name, number = wished, 2
    while name in used:
        name, number = f"{wished}_{number}", number + 1
    return name
