"""Lines of our own code per concern: without blank lines, comments and docstrings."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .timing import ROOT

EMULATOR = ROOT / "emulator" / "src" / "tablewright_emulator"
CONCERNS = {
    "the gateway: HTTP, protocols, routing, moto underneath": (
        "server.py", "gateway.py", "protocol.py", "request.py", "moto_backend",
    ),
    "requests refused by the API's model and by DynamoDB's rules": (
        "constraints.py", "dynamodb/rules",
    ),
    "DynamoDB: expressions and PartiQL's grammar": ("dynamodb/expressions",),
    "DynamoDB: items, reads, writes, capacity, streams": (
        "dynamodb/items", "dynamodb/streams", "dynamodb/values.py",
    ),
    "DynamoDB: control plane": ("dynamodb",),
    "CloudWatch: metrics, math, alarms": ("cloudwatch", "table_reporter.py"),
    "Application Auto Scaling": ("autoscaling",),
    "IAM that decides": ("iam",),
    "prices": ("pricing.py",),
    "state, clock, faults, journal, paths of our own": ("",),
}  # fmt: skip
_NO_CODE = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENCODING, tokenize.ENDMARKER,
}  # fmt: skip


def code_lines(source: str) -> int:
    """Lines that hold code."""
    docstrings = set(_docstrings(ast.parse(source)))
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NO_CODE and token.start not in docstrings:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines)


def _docstrings(tree: ast.AST) -> Iterator[tuple[int, int]]:
    """Where docstrings begin."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.lineno, value.col_offset


def concern_of(path: Path) -> str:
    """The first concern that names a module or a package it is in."""
    name = path.relative_to(EMULATOR).as_posix()
    return next(
        concern
        for concern, places in CONCERNS.items()
        if any(name == place or name.startswith(f"{place}/") or not place for place in places)
    )


def table() -> Iterator[str]:
    """Rows of Markdown, one per concern, and their sum."""
    counted: Counter[str] = Counter()
    for path in EMULATOR.rglob("*.py"):
        counted[concern_of(path)] += code_lines(path.read_text("utf-8"))
    yield "| concern | lines |"
    yield "|---|---|"
    yield from (f"| {concern} | {counted[concern]:,} |" for concern in CONCERNS)
    yield f"| all | {counted.total():,} |"
