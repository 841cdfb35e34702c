"""Rows whose last cell is long: it is broken between words alone, so no ARN is in two lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from .prose import broken

_GAP = 2
_NARROWEST = 20


@dataclass(frozen=True, slots=True)
class TreeGuide:
    """What stands before rows, as before a branch of a tree.

    Args:
        first: before the first line.
        others: before the others.
    """

    first: str = ""
    others: str = ""


NO_GUIDE = TreeGuide()


def print_rows(
    console: Console, rows: Iterable[Sequence[Text | str]], guide: TreeGuide = NO_GUIDE
) -> None:
    """Print rows in aligned columns; the last cell has the room that is left, in several lines.

    Args:
        console: where to; a pipe is so wide that a paragraph is a line.
        rows: as many cells each; the last may have several paragraphs.
        guide: stands before the lines.
    """
    cells = [[Text.assemble(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*(row[:-1] for row in cells), strict=True)]
    offset = len(guide.first) + sum(widths) + _GAP * len(widths)
    room = max(console.width - offset, _NARROWEST)
    before = guide.first
    for row in cells:
        head = Text()
        for cell, width in zip(row, widths, strict=False):
            cell.pad_right(width + _GAP - len(cell))
            head.append_text(cell)
        for line in _lines(row[-1], room):
            text = Text.assemble((before, "dim"), head, line)
            text.rstrip()
            console.print(text, soft_wrap=True)
            before, head = guide.others, Text(" " * (offset - len(guide.first)))


def _lines(text: Text, room: int) -> Iterator[Text]:
    for paragraph in text.split("\n", allow_blank=True):
        if len(paragraph) <= room:
            yield paragraph
            continue
        end = 0
        for line in broken(paragraph.plain, room):
            start = paragraph.plain.index(line, end)
            end = start + len(line)
            yield paragraph[start:end]
