"""What each role may do, as a table of actions and of what they are allowed on."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from tablewright.checks.access.actions import ACTIONS
from tablewright.checks.access.evaluation import Decision
from tablewright.checks.access.matrix import Cell, Matrix
from tablewright.checks.access.subjects import ANOTHER, COLUMNS, Column
from tablewright.report.formats.columns import columns
from tablewright.report.formats.markdown import escaped
from tablewright.report.formats.number import number_of
from tablewright.report.formats.prose import width_of, wrapped

_ALWAYS: tuple[Column, ...] = ("table", "index", "stream", ANOTHER)
_WORDS = {
    Decision.ALLOWED: "yes",
    Decision.CONDITIONAL: "if",
    Decision.DENIED: "-",
    Decision.UNREAD: "?",
}
_DECLARED = ", declared: "
"""In the word of a cell that differs."""
_INDENT = "   "


def render(matrix: Matrix, console: Console) -> None:
    """Print a role's matrix: the actions that it may do somewhere, or that differ."""
    rows = _rows(matrix)
    shown = _columns(rows)
    width = width_of(console)
    title = Text(f"access of role {matrix.role} ({matrix.table})", style="bold")
    console.print(title, soft_wrap=True)
    cells = [(action, *(_word(of.get(column)) for column in shown)) for action, of in rows.items()]
    narrower = None if width is None else width - len(_INDENT)
    for line in columns(("action", *shown), lambda: cells, width=narrower):
        style = "bold red" if _DECLARED in line else ""
        console.print(Text(f"{_INDENT}{line}", style=style), soft_wrap=True)
    for line in (*_conditions(rows), _rest(rows, matrix)):
        text = wrapped(f"{_INDENT}{line}", width, f"{_INDENT}  ")
        console.print(Text(text, style="dim"), soft_wrap=True)


def markdown(matrix: Matrix) -> str:
    """The same as a table in Markdown."""
    rows = _rows(matrix)
    shown = _columns(rows)
    lines = [
        f"**access of role {escaped(matrix.role)} ({escaped(matrix.table)})**\n",
        f"| action | {' | '.join(shown)} |",
        f"|---|{'---|' * len(shown)}",
    ]
    for action, cells in rows.items():
        words = (escaped(_word(cells.get(column))) for column in shown)
        lines.append(f"| {action} | {' | '.join(words)} |")
    lines += ["", *(f"- {escaped(line)}" for line in _conditions(rows))]
    return "\n".join([*lines, escaped(_rest(rows, matrix))])


def _rows(matrix: Matrix) -> dict[str, dict[Column, Cell]]:
    """By action and column, without actions that are denied everywhere as they should be."""
    rows: dict[str, dict[Column, Cell]] = {action: {} for action in ACTIONS}
    for column in COLUMNS:
        for cell in matrix.of(column):
            rows[cell.action][column] = cell
    return {action: cells for action, cells in rows.items() if any(map(_tells, cells.values()))}


def _tells(cell: Cell) -> bool:
    return cell.differs or cell.actual.decision is not Decision.DENIED


def _columns(rows: dict[str, dict[Column, Cell]]) -> list[Column]:
    telling = {column for cells in rows.values() for column, cell in cells.items() if _tells(cell)}
    return [column for column in COLUMNS if column in _ALWAYS or column in telling]


def _word(cell: Cell | None) -> str:
    if cell is None:
        return ""
    word = _WORDS[cell.actual.decision]
    return f"{word}{_DECLARED}{_WORDS[cell.declared.decision]}" if cell.differs else word


def _conditions(rows: dict[str, dict[Column, Cell]]) -> Iterator[str]:
    """What stands behind each `if`, once."""
    every = {
        condition
        for cells in rows.values()
        for cell in cells.values()
        for condition in cell.actual.conditions
    }
    yield from sorted(every)


def _rest(rows: dict[str, dict[Column, Cell]], matrix: Matrix) -> str:
    left = number_of(len(ACTIONS) - len(rows), "further action")
    return f"{left}: denied everywhere; IAM's policy simulator: {matrix.simulator}"
