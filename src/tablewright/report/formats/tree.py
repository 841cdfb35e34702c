"""A tree whose lines are broken between words alone, like `rows`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text

from .rows import NO_GUIDE, TreeGuide, print_rows

Cells = Sequence[Text | str]


@dataclass(slots=True)
class Branch:
    """A line of a tree, and what hangs on it.

    Args:
        cells: of the line; the last is broken where it is too long.
        below: the branches on it.
    """

    cells: Cells
    below: list[Branch] = field(default_factory=list)

    def add(self, *cells: Text | str) -> Branch:
        """Another branch on it."""
        self.below.append(Branch(cells))
        return self.below[-1]

    def print(self, console: Console, guide: TreeGuide = NO_GUIDE) -> None:
        """Print the tree below a guide, which is none for the whole of it."""
        print_rows(console, [self.cells], guide)
        for branch in self.below:
            first, others = ("└── ", "    ") if branch is self.below[-1] else ("├── ", "│   ")
            branch.print(console, TreeGuide(guide.others + first, guide.others + others))
