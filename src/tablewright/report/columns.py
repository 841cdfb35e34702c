"""Rows of cells in aligned columns, as plain lines that nothing cuts. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

_GAP = "  "


def columns(
    headings: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[str] = ()
) -> list[str]:
    """A line of headings, then one for each row.

    A column is as wide as its widest cell, however narrow the terminal is: a name that is cut can
    be neither copied nor searched for. No line ends in blanks.

    Args:
        headings: of the columns.
        rows: as many cells each.
        right: headings of the columns whose cells stand at their right edge, such as sums.
    """
    table = [headings, *rows]
    widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
    return [
        _GAP.join(
            cell.rjust(width) if heading in right else cell.ljust(width)
            for heading, cell, width in zip(headings, row, widths, strict=True)
        ).rstrip()
        for row in table
    ]
