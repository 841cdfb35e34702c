"""A preview as a comment on a pull request: the summary, what is refused, then a folded table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tablewright.deploy.explanation import Explanation
from tablewright.errors import TablewrightError
from tablewright.report.formats.markdown import bounded, escaped
from tablewright.report.formats.number import number_of
from tablewright.report.formats.price import rates_text

from .outline import Entry, Line, Section, outline
from .preview import further_summary, marks, moved, summary

NAMED = 12
"""So many tables or resources of a group are named, then their number."""
FOLDED_FROM = 30
"""From so many rows on they are folded."""
NOTES = 20
_HEADING = "| | resource | what happens | risk |\n|---|---|---|---|"
_MORE = "| | | and {} more lines: run the same preview with \\-\\-verbose | |"


def markdown(
    explanation: Explanation,
    title: str,
    notes: Sequence[str] = (),
    refused: TablewrightError | None = None,
) -> str:
    """The preview as Markdown, at most 60,000 characters whatever the stack.

    Args:
        explanation: of the preview.
        title: of the stack.
        notes: what a reader must know besides.
        refused: why `up` would refuse it, if it would.
    """
    head = [f"### {escaped(title)}", "", f"**{summary(explanation)}**", ""]
    if refused is not None:
        step = f" {escaped(refused.next_step)}" if refused.next_step else ""
        head = [f"### {escaped(title)}: *refused*", "", *head[2:]]
        head += [f"> **Refused**: {escaped(refused.message)}{step}", ""]
    tail = _tail(explanation, notes)
    if explanation.empty:
        return "\n".join([*head, *tail]).rstrip("\n") + "\n"
    rows = [row for section in outline(explanation) for row in _section(section)]
    head.append(_HEADING)
    if len(rows) > FOLDED_FROM:
        head[-1:] = [f"<details><summary>{number_of(len(rows), 'line')}</summary>", "", _HEADING]
        tail = ["", "</details>", *tail]
    return bounded("\n".join(head), rows, "\n".join(tail), _MORE) + "\n"


def _tail(explanation: Explanation, notes: Sequence[str]) -> list[str]:
    lines = [f"\n{line}" for line in further_summary(explanation, escaped)]
    lines += [f"\n> {escaped(note)}" for note in notes[:NOTES]]
    if len(notes) > NOTES:
        lines.append(f"\n> and {number_of(len(notes) - NOTES, 'note')} more")
    return lines


def _section(section: Section) -> Iterator[str]:
    for entry in section.entries:
        yield from _entry(entry, section.tables)


def _entry(entry: Entry, tables: Sequence[str]) -> Iterator[str]:
    change = entry.first
    mark = "~" if entry.is_shared else marks(change)
    because = f" because of {escaped(', '.join(change.causes))}" if change.causes else ""
    facts = f": {escaped('; '.join(change.facts))}" if change.facts and entry.name else ""
    what = "update" if entry.is_shared else " and ".join(change.actions)
    yield _row(
        f"`{mark}`",
        _subject(entry, tables),
        f"{what}{because}{escaped(moved(change))}{facts}",
        change.risk.value,
    )
    for line in entry.lines:
        yield _row("", "", _what(line), line.risk.value)
    if entry.rates:
        yield _row("", "", f"price: {rates_text(entry.rates)}", "")
    if change.gap:
        yield _row("", "", escaped(change.gap), "")


def _subject(entry: Entry, tables: Sequence[str]) -> str:
    change = entry.first
    if entry.is_shared:
        return f"{escaped(entry.subject)}: {_listed([shared.name for shared in entry.changes])}"
    if not entry.name:
        return f"{escaped(entry.subject)}: {_listed(tables)}"
    name = f"{change.kind} **{escaped(entry.name)}**"
    return name if len(entry.changes) == 1 else f"{name} of {_listed(tables)}"


def _listed(names: Sequence[str]) -> str:
    shown = [f"**{escaped(name)}**" for name in names[:NAMED]]
    more = len(names) - NAMED
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _what(line: Line) -> str:
    change = f": {escaped(line.before)} → {escaped(line.after)}" if line.before else ""
    after = f": {escaped(line.after)}" if line.after and not line.before else ""
    note = f"<br>{escaped(line.note)}" if line.note else ""
    wait = f"<br>waits for {escaped(line.wait)}" if line.wait else ""
    return f"{escaped(line.text)}{change or after}{note}{wait}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")
