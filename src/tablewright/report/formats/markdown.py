"""Markdown for a comment on a pull request: escaped, and never longer than GitHub takes. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final

MAX_LENGTH: Final = 60_000
"""Characters of a comment. GitHub refuses more than 65,536; a pipeline may add some of its own."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]#+!|~$])")
_REFERENCE = re.compile(r"(@|#(?=\d))")
"""What GitHub makes a mention or a link of, whatever is escaped."""
_NOTHING_WIDE = "\N{ZERO WIDTH SPACE}"
_CUT: Final = 500
"""Characters of one text."""


def escaped(text: str) -> str:
    """A text that reads as it is, in one line and one cell of a table.

    No HTML, no formatting, no mention of a user or of an issue.
    """
    readable = (sign for sign in text if sign.isprintable() or sign.isspace())
    line = " ".join("".join(readable).split())
    line = line if len(line) <= _CUT else f"{line[: _CUT - 1]}…"
    unlinked = _REFERENCE.sub(rf"\1{_NOTHING_WIDE}", line)
    return _SPECIAL.sub(r"\\\1", html.escape(unlinked, quote=False))


def bounded(head: str, rows: Iterable[str], tail: str, more: str) -> str:
    """Head, as many rows as there is room for, and tail, at most `MAX_LENGTH` characters.

    Args:
        head: what stands before the rows, with their heading.
        rows: a line each.
        tail: what stands after them.
        more: what stands in place of the rows that are left out; `{}` is their number.
    """
    lines = list(rows)
    room = MAX_LENGTH - len(head) - len(tail) - len(more) - 20
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    left = len(lines) - len(kept)
    cut = [more.format(left)] if left else []
    return "\n".join([head, *kept, *cut, tail])
