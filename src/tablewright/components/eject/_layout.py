"""Text that breaks where a line grows too long, each item on a line of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

WIDTH = 100
_STEP = 4


@dataclass(frozen=True)
class Bracketed:
    """Items between brackets: on one line where they fit, else one per line, comma at the end."""

    opening: str
    items: Sequence[Layout]
    closing: str
    space: str = ""


@dataclass(frozen=True)
class Prefixed:
    """Something after a text, such as the value of a key."""

    prefix: str
    rest: Layout


Layout: TypeAlias = str | Bracketed | Prefixed


def laid_out(layout: Layout, indent: int = 0, *, used: int = 0) -> str:
    """The text, of lines no longer than `WIDTH` where that can be had.

    Args:
        layout: what to write.
        indent: blanks before each further line.
        used: columns of the first line that are taken, before and after it.
    """
    match layout:
        case str():
            return layout
        case Prefixed(prefix, rest):
            return prefix + laid_out(rest, indent, used=used + len(prefix))
        case Bracketed(opening, items, closing):
            flat = _flat(layout)
            if not items or (len(flat) + indent + used <= WIDTH and "\n" not in flat):
                return flat
            inner = indent + _STEP
            lines = [f"{' ' * inner}{laid_out(item, inner, used=1)},\n" for item in items]
            return f"{opening}\n{''.join(lines)}{' ' * indent}{closing}"


def _flat(layout: Layout) -> str:
    match layout:
        case str():
            return layout
        case Prefixed(prefix, rest):
            return prefix + _flat(rest)
        case Bracketed(opening, items, closing, space):
            inner = ", ".join(map(_flat, items))
            return f"{opening}{space}{inner}{space}{closing}" if inner else opening + closing
