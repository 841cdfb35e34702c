"""A preview as a tree: by table, then what is the same for several, then the summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.console import Console
from rich.text import Text

from tablewright.deploy.explanation import Explanation
from tablewright.plan.changes.step import Risk
from tablewright.report.formats.number import number_of
from tablewright.report.formats.price import rates_text, usd
from tablewright.report.formats.rows import print_rows
from tablewright.report.formats.tree import Branch

from .outline import Entry, Line, Section, outline
from .preview import further_summary, marks, moved, summary

COLOURS = {
    "move": "cyan",
    "create": "green",
    "import": "cyan",
    "update": "yellow",
    "replace": "red",
    "delete": "red",
}
RISK_COLOURS = {
    "move": "cyan",
    Risk.IN_PLACE: "green",
    Risk.LIMITED: "yellow",
    Risk.SLOW: "yellow",
    Risk.REPLACES: "bold red",
    Risk.DELETES: "bold red",
    Risk.IMPOSSIBLE: "bold red",
}
_QUIET = ("create",)
"""What the mark alone says."""
SHARED_NAMES = 6
"""So many resources with one change in common are named."""


def render(
    explanation: Explanation, title: str, console: Console, *, verbose: bool = False
) -> None:
    """Print the preview of one stack for a person: a tree by table, then the summary.

    Args:
        explanation: of the preview.
        title: of the stack.
        console: where to.
        verbose: every resource with all its lines and notes; else what is equal is told once.
    """
    tree = Branch([Text(title, style="bold")])
    branches = _Branches(None if verbose else set())
    for section in outline(explanation, verbose=verbose):
        branches.add_section(tree, section)
    tree.print(console)
    closing = [Text(summary(explanation), style="bold"), *map(Text, further_summary(explanation))]
    print_rows(console, ([text] for text in closing))


class _Branches:
    """Entries of an outline as branches of a tree.

    Args:
        known: notes that were printed already, which are not printed again; None: all are.
    """

    def __init__(self, known: set[str] | None) -> None:
        self._told = known

    def add_section(self, tree: Branch, section: Section) -> None:
        """What happens to a table, and below it to what stands around it."""
        of_table = [entry for entry in section.entries if entry.is_of_tables]
        if of_table:
            branch = self.add_entry(tree, of_table[0], section.tables)
        else:
            branch = tree.add(_heading(section.tables)) if section.tables else tree
        for entry in section.entries:
            if entry not in of_table[:1]:
                self.add_entry(branch, entry)

    def add_entry(self, branch: Branch, entry: Entry, tables: Sequence[str] = ()) -> Branch:
        """One resource, or several to which the same happens, with all lines."""
        node = branch.add(_head(entry, tables))
        for line in _joined(entry.lines):
            node.add(*_row(line, self._note(line)))
        if entry.rates and not _fits_in_the_head(entry):
            node.add(*_cells("price", "cyan", Text(_price(entry))))
        if entry.first.gap:
            node.add(Text(entry.first.gap, style="yellow"))
        return node

    def _note(self, line: Line) -> str:
        if self._told is None:
            return line.note
        is_known = line.note in self._told
        self._told.add(line.note)
        return "" if is_known else line.note


def _heading(tables: Sequence[str]) -> Text:
    if len(tables) == 1:
        return Text.assemble("table ", (tables[0], "bold"))
    return Text.assemble(f"each of {number_of(len(tables), 'table')}: ", (_listed(tables), "bold"))


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _head(entry: Entry, tables: Sequence[str]) -> Text:
    change = entry.first
    colour = COLOURS.get(change.actions[-1], "white")
    if entry.is_shared:
        names = (
            [change.name for change in entry.changes] if len(entry.changes) <= SHARED_NAMES else []
        )
        named = f": {_listed(names)}" if names else ""
        return Text.assemble(("~   ", COLOURS["update"]), entry.subject, (named, "bold"))
    subject = (f"{change.kind} ", (entry.name, "bold"))
    if not entry.name:
        subject = (f"{entry.subject}: ", (_listed(tables), "bold"))
    return Text.assemble(
        (f"{marks(change):<4}", colour),
        *subject,
        ("" if change.actions == _QUIET else f"  {' and '.join(change.actions)}", colour),
        (f" (because of {', '.join(change.causes)})" if change.causes else "", "red"),
        (moved(change), "dim"),
        (f"  {'; '.join(change.facts)}" if change.facts else "", "dim"),
        (f"  {_price(entry)}" if _fits_in_the_head(entry) else "", "cyan"),
    )


def _fits_in_the_head(entry: Entry) -> bool:
    return bool(entry.rates) and not entry.lines


def _price(entry: Entry) -> str:
    """What is charged by each resource; a line about one alone need not name the charge."""
    apiece = " each" if len(entry.changes) > 1 else ""
    alone = [rate for rate in entry.rates if rate.before_usd is None]
    if _fits_in_the_head(entry) and len(alone) == len(entry.rates) == 1:
        return f"{usd(alone[0].after_usd or Decimal(0))} {alone[0].rate.per}{apiece}"
    return rates_text(entry.rates) + apiece


def _joined(lines: Sequence[Line]) -> Iterator[Line]:
    """Tags in one line: what is set, what is removed, whose it is."""
    tags = [line.text for line in lines if line.tag]
    if tags:
        ordered = sorted(tags, key=lambda text: (text.startswith("remove "), "owned by" in text))
        yield Line(Risk.IN_PLACE, f"tag{'s' if len(tags) > 1 else ''}: {', '.join(ordered)}")
    yield from (line for line in lines if not line.tag)


def _row(line: Line, note: str) -> tuple[Text, Text]:
    values = f"  {line.before} → {line.after}".replace("   →", "  →") if line.after else ""
    waits = f"  waits: {line.wait}" if line.wait else ""
    further = f"\n{note}" if note else ""
    text = Text.assemble(line.text, (values, "cyan"), (waits, "dim"), (further, "dim"))
    return _cells(line.risk.value, RISK_COLOURS[line.risk], text)


def _cells(word: str, style: str, text: Text) -> tuple[Text, Text]:
    mark = Text(word, style=style)
    mark.pad_right(max(len(risk.value) for risk in Risk) - len(mark))
    return mark, text
