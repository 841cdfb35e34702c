"""What an audit found, for people: at a terminal, as Markdown, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from tablewright.audit.audit import AuditFinding, AuditReport, Outcome
from tablewright.audit.rule import Severity
from tablewright.report.formats.markdown import bounded, escaped
from tablewright.report.formats.number import number_of
from tablewright.report.formats.rows import print_rows

STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}
MARK_WIDTH = len(Severity.CRITICAL.value)
MOST_TABLES = 8
"""That share a problem, after which the rest is counted."""


def render(report: AuditReport, console: Console, *, every: bool = False) -> None:
    """Print the problems, the worst first, equal ones of several tables together.

    Args:
        report: what was found.
        console: where to.
        every: each table by name, and what is accepted as well.
    """
    place = _place(report.findings)
    outcomes: tuple[Outcome, ...] = ("failed", "unknown", "accepted")
    for outcome in outcomes if every else outcomes[:2]:
        for group in _grouped(report.of(outcome)):
            _print(group, console, every=every, place=place)
    for part in report.unread:
        console.print(Text(f"unread: {part}"))
    for problem in report.broken:
        console.print(Text(f"rule not asked: {problem.place}: {problem.message}"))
    console.print(Text(summary(report), style="bold"))


def _place(findings: Sequence[AuditFinding]) -> str:
    """How a table's place is told: as far as it is not that of all the others."""
    if len({finding.account for finding in findings}) > 1:
        return " ({0.region}, {0.account})"
    return " ({0.region})" if len({finding.region for finding in findings}) > 1 else ""


def _grouped(findings: Sequence[AuditFinding]) -> Iterator[list[AuditFinding]]:
    """Findings with the same words together, rule by rule, the worst first."""
    groups: dict[tuple[str, ...], list[AuditFinding]] = {}
    for finding in sorted(findings, key=_by_rule):
        key = (finding.rule, finding.what, finding.fix, finding.note)
        groups.setdefault(key, []).append(finding)
    yield from groups.values()


def _by_rule(finding: AuditFinding) -> tuple[int, str]:
    return -finding.severity.rank, finding.rule


def _print(group: Sequence[AuditFinding], console: Console, *, every: bool, place: str) -> None:
    """The problem, the tables that have it, the fix."""
    first = group[0]
    failed = first.outcome == "failed"
    mark = first.severity.value if failed else first.outcome
    style = STYLES[first.severity] if failed else "dim"
    below = [Text(_tables(group, every=every, place=place), style="bold")]
    below += [Text(first.note, style="dim")] if first.note else []
    below += [Text(f"→ {first.fix}")] if first.fix else []
    rows = [(Text(mark.ljust(MARK_WIDTH), style=style), first.rule, Text(first.what))]
    print_rows(console, [*rows, *((Text(""), "", text) for text in below)])


def _tables(group: Sequence[AuditFinding], *, every: bool, place: str) -> str:
    names = [f"{finding.table}{place.format(finding)}" for finding in group]
    more = len(names) - MOST_TABLES
    if every or more <= 1:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_TABLES])} and {more} more"


def summary(report: AuditReport) -> str:
    """One line: how many problems of which severity, in how many tables."""
    counts = [f"{number} {severity}" for severity, number in report.counts.items() if number]
    parts = [", ".join(counts) if counts else "no problems"]
    if accepted := len(report.of("accepted")):
        parts.append(f"{accepted} accepted")
    if unknown := len(report.of("unknown")):
        parts.append(f"{unknown} unknown")
    if report.unread:
        parts.append(f"{len(report.unread)} unread")
    if report.broken:
        parts.append(f"{number_of(len(report.broken), 'rule')} not asked")
    asked = f"{number_of(report.tables, 'table')}, {number_of(len(report.rules), 'rule')}"
    return f"{asked}: {'; '.join(parts)}."


def markdown(report: AuditReport) -> str:
    """A table of all findings, the worst first; short enough for a comment whatever the fleet."""
    head = (
        f"**{escaped(summary(report))}**\n\n"
        "| severity | rule | table | region | account | problem | fix |\n"
        "|---|---|---|---|---|---|---|"
    )
    rows = [
        f"| {' | '.join(map(escaped, _row(finding)))} |"
        for finding in sorted(report.findings, key=_by_outcome)
    ]
    lost = [f"unread: {part}" for part in report.unread]
    lost += [f"rule not asked: {rule.place}: {rule.message}" for rule in report.broken]
    unread = "\n".join(f"- {escaped(line)}" for line in lost)
    more = "| | | | | | {} more | |"
    return bounded(head, rows, f"\n{unread}" if unread else "", more)


def _by_outcome(finding: AuditFinding) -> tuple[int, int, str]:
    return ("failed", "unknown", "accepted").index(finding.outcome), *_by_rule(finding)


def _row(finding: AuditFinding) -> tuple[str, ...]:
    return (
        finding.severity.value if finding.outcome == "failed" else finding.outcome,
        finding.rule,
        finding.table,
        finding.region,
        finding.account,
        " ".join(part for part in (finding.what, finding.note) if part),
        finding.fix,
    )


def as_csv(report: AuditReport) -> str:
    """A row per finding; a cell that a spreadsheet would take for a formula begins with a quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    heading = (
        "severity",
        "rule",
        "account",
        "region",
        "table",
        "outcome",
        "problem",
        "fix",
        "note",
    )
    writer.writerow(heading)
    for finding in report.findings:
        row = (
            finding.severity.value,
            finding.rule,
            finding.account,
            finding.region,
            finding.table,
            finding.outcome,
            finding.what,
            finding.fix,
            finding.note,
        )
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t" else cell for cell in row])
    return out.getvalue().rstrip("\n")
