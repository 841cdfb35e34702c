"""Rows of cells in aligned columns, as plain lines that nothing cuts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain

_GAP = "  "


def columns(
    headings: Sequence[str],
    rows: Callable[[], Iterable[Sequence[str]]],
    right: Collection[str] = (),
) -> Iterator[str]:
    """A line of headings, then one for each row.

    A column is as wide as its widest cell, however narrow the terminal is: a name that is cut can
    be neither copied nor searched for. No line ends in blanks. No more than a row is held at a
    time.

    Args:
        headings: of the columns.
        rows: begins the rows, as many cells each; asked twice, first for widths.
        right: headings of the columns whose cells stand at their right edge, such as sums.
    """
    widths = [*map(len, headings)]
    for row in rows():
        widths = [max(width, len(cell)) for width, cell in zip(widths, row, strict=True)]
    for row in chain([headings], rows()):
        yield _GAP.join(
            cell.rjust(width) if heading in right else cell.ljust(width)
            for heading, cell, width in zip(headings, row, widths, strict=True)
        ).rstrip()
