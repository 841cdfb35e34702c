"""Rows of cells in aligned columns, as plain lines that nothing cuts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain

from .prose import wrapped

_GAP = "  "
_INDENT = "  "
_BETWEEN = "; "


def columns(
    headings: Sequence[str],
    rows: Callable[[], Iterable[Sequence[str]]],
    right: Collection[str] = (),
    width: int | None = None,
) -> Iterator[str]:
    """A line of headings, then one for each row.

    A column is as wide as its widest cell: a name that is cut can be neither copied nor searched
    for. Columns for which a terminal is too narrow stand below each row, `owner shop/dev; tags
    Team=a`, broken between words alone. No line ends in blanks. No more than a row is held at a
    time.

    Args:
        headings: of the columns.
        rows: begins the rows, as many cells each; asked twice, first for widths.
        right: headings of the columns whose cells stand at their right edge, such as sums.
        width: of the terminal; None for a file or a pipe, where a row is a line.
    """
    widths = [*map(len, headings)]
    for row in rows():
        widths = [max(wide, len(cell)) for wide, cell in zip(widths, row, strict=True)]
    shown = _fitting(widths, width)
    for row in chain([headings], rows()):
        yield _GAP.join(
            cell.rjust(wide) if heading in right else cell.ljust(wide)
            for heading, cell, wide in list(zip(headings, row, widths, strict=True))[:shown]
        ).rstrip()
        if row is not headings and (below := _below(headings[shown:], row[shown:])):
            yield from wrapped(f"{_INDENT}{below}", width, _INDENT).splitlines()


def _fitting(widths: Sequence[int], width: int | None) -> int:
    """How many columns stand beside each other: all, or as many as there is room for."""
    if width is None:
        return len(widths)
    used = -len(_GAP)
    for number, wide in enumerate(widths):
        used += len(_GAP) + wide
        if used > width:
            return max(number, 1)
    return len(widths)


def _below(headings: Sequence[str], cells: Sequence[str]) -> str:
    """The other cells with what they are; an empty one is not told."""
    return _BETWEEN.join(
        f"{heading} {cell}" for heading, cell in zip(headings, cells, strict=True) if cell
    )
