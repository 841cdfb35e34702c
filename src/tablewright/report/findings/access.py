"""What each role may do, as a table of actions and of what they are allowed on."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tablewright.checks.access.actions import ACTIONS
from tablewright.checks.access.evaluation import Decision
from tablewright.checks.access.matrix import Cell, Matrix
from tablewright.checks.access.subjects import ANOTHER, COLUMNS, Column
from tablewright.report.formats.markdown import escaped
from tablewright.report.formats.number import number_of

_ALWAYS: tuple[Column, ...] = ("table", "index", "stream", ANOTHER)
_WORDS = {
    Decision.ALLOWED: ("yes", "green"),
    Decision.CONDITIONAL: ("if", "cyan"),
    Decision.DENIED: ("-", "dim"),
    Decision.UNREAD: ("?", "yellow"),
}


def render(matrix: Matrix, console: Console) -> None:
    """Print a role's matrix: the actions that it may do somewhere, or that differ."""
    rows = _rows(matrix)
    columns = _columns(rows)
    console.print(Text(f"access of role {matrix.role} ({matrix.table})", style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=1)
    table.add_column(width=max(map(len, rows), default=0))
    for _ in columns:
        table.add_column()
    table.add_row("", "", *(Text(column, style="dim") for column in columns))
    for action, cells in rows.items():
        table.add_row("", action, *(_styled(cells.get(column)) for column in columns))
    console.print(table)
    for line in (*_conditions(rows), _rest(rows, matrix)):
        console.print(Text(f"   {line}", style="dim"))


def markdown(matrix: Matrix) -> str:
    """The same as a table in Markdown."""
    rows = _rows(matrix)
    columns = _columns(rows)
    lines = [
        f"**access of role {escaped(matrix.role)} ({escaped(matrix.table)})**\n",
        f"| action | {' | '.join(columns)} |",
        f"|---|{'---|' * len(columns)}",
    ]
    for action, cells in rows.items():
        words = (escaped(_word(cells.get(column))) for column in columns)
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
    word = _WORDS[cell.actual.decision][0]
    return f"{word}, declared: {_WORDS[cell.declared.decision][0]}" if cell.differs else word


def _styled(cell: Cell | None) -> Text:
    if cell is None:
        return Text("")
    style = "bold red" if cell.differs else _WORDS[cell.actual.decision][1]
    return Text(_word(cell), style=style)


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
