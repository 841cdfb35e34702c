"""The texts of the source, every message among them, with `{}` for what is filled in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "tablewright"
_COMMAND = re.compile(r"`?\btablewright ((?:sandbox |pulumi |usage |prices )?[a-z]+)\b([^`;,]*)")
_OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")


@dataclass(frozen=True, order=True)
class Text:
    """One text.

    Args:
        file: relative to the package.
        line: where it begins.
        text: with `{}` in the place of what is filled in, white space made one blank.
    """

    file: str
    line: int
    text: str


def texts() -> Iterator[Text]:
    """All texts of the package but docstrings, comments, and the help of commands."""
    for path in sorted(SOURCE.rglob("*.py")):
        nodes = [*ast.walk(ast.parse(path.read_text("utf-8")))]
        apart = {id(node) for parent in nodes for node in _no_message(parent)}
        for node in nodes:
            if _is_text(node) and id(node) not in apart:
                apart |= {id(child) for child in ast.walk(node)}
                yield Text(str(path.relative_to(SOURCE)), node.lineno, _joined(node))


def commands(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The commands of ours that a text names: what is done, and the options it gives."""
    for verb, rest in _COMMAND.findall(text):
        yield verb, tuple(_OPTION.findall(rest))


def options(text: str) -> tuple[str, ...]:
    """All long options that a text speaks of."""
    return tuple(_OPTION.findall(text))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _joined(node: ast.AST) -> str:
    match node:
        case ast.JoinedStr(values):
            joined = "".join(_joined(part) for part in values)
        case ast.Constant(str() as text):
            joined = text
        case _:
            joined = "{}"
    return " ".join(joined.split()) if not isinstance(node, ast.Constant) else joined


def _no_message(node: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, texts that stand alone after a constant, and the examples of a command."""
    if isinstance(node, ast.Expr) and _is_text(node.value):
        yield node.value
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg in {"epilog", "help"}:
                yield from ast.walk(keyword.value)
