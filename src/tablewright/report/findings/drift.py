"""Drift for people, as Markdown, as annotations of a workflow, and as JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.text import Text

from tablewright.deploy.drift.drifted import WORDS, Author, Drifted, DriftKind, DriftReport
from tablewright.documents.drift import AuthorDocument, DriftDocument, DriftedDocument
from tablewright.errors import Problem
from tablewright.report.formats import markdown as md
from tablewright.report.formats import workflow
from tablewright.report.formats.number import number_of
from tablewright.report.formats.rows import TreeGuide, print_rows

_STYLES = {DriftKind.UNREAD: "yellow", DriftKind.NOT_APPLIED: "cyan"}
_VERDICTS = {0: "none", 3: "drift", 4: "unknown"}
_NOTHING = "-"


def render(report: DriftReport, console: Console) -> None:
    """Print a tree: the resources, of each the fields with what is declared, recorded and live."""
    for title, fields in _by_resource(report).items():
        console.print(Text(title, style="bold"))
        for number, field in enumerate(fields, 1):
            last = number == len(fields)
            guide = TreeGuide("└── " if last else "├── ", "    " if last else "│   ")
            print_rows(console, _branch(field), guide)
    if report.unrecorded:
        some = number_of(len(report.unrecorded), "field")
        console.print(f"{some} as declared and not recorded yet; the next run records that.")
    console.print(Text(summary(report), style="bold"))


def _branch(field: Drifted) -> Iterator[tuple[Text, Text]]:
    style = _STYLES.get(field.kind, "bold red")
    yield Text(field.fact), Text(WORDS[field.kind], style=style)
    for column, value in columns_of(field):
        yield Text(f"  {column}", style="dim"), Text(value)
    if field.kind not in {DriftKind.UNREAD, DriftKind.NOT_APPLIED}:
        yield Text("  by", style="dim"), Text(by_whom(field.author))
    if field.fix:
        yield Text("  →", style="dim"), Text(field.fix)


def columns_of(field: Drifted) -> Iterator[tuple[str, str]]:
    """The three values of a field, each with its name."""
    shorter = dict(field.shorter)

    def shown(value: str | None) -> str:
        return _NOTHING if value is None else shorter.get(value, value)

    unread = field.kind is DriftKind.UNREAD
    yield "declared", shown(field.declared)
    yield "recorded", shown(field.recorded)
    yield "live", f"unread: {field.reason}" if unread else shown(field.live)


def by_whom(author: Author | None) -> str:
    """Who made a change, and when."""
    return "not known" if author is None else f"{author.name}, {author.when:%F %T %Z}".rstrip()


def _by_resource(report: DriftReport) -> dict[str, list[Drifted]]:
    grouped: dict[str, list[Drifted]] = defaultdict(list)
    for field in report.fields:
        grouped[field.title].append(field)
    return grouped


def summary(report: DriftReport) -> str:
    """One line with the counts."""
    parts = [
        f"{number} {WORDS[DriftKind(kind)]}" for kind, number in report.counts.items() if number
    ]
    compared = number_of(report.compared, "field")
    if not parts:
        return f"No drift: {compared} compared."
    return f"{', '.join(parts)}; {compared} compared."


def markdown(report: DriftReport) -> str:
    """A heading, a table of the fields, and the summary, for an issue or a pull request."""
    head = f"### Drift of {md.escaped(report.stack)}\n"
    if not report.fields:
        return f"{head}\n{summary(report)}"
    head += (
        "\n| resource | field | drift | declared | recorded | live | by |\n"
        "|---|---|---|---|---|---|---|"
    )
    rows = (
        "| "
        + " | ".join(
            md.escaped(cell)
            for cell in (
                field.title,
                field.fact,
                WORDS[field.kind],
                *(value for _, value in columns_of(field)),
                by_whom(field.author) if field.author else "",
            )
        )
        + " |"
        for field in report.fields
    )
    return md.bounded(head, rows, f"\n{summary(report)}", "\n{} more fields differ.")


def as_annotations(
    report: DriftReport, place: Callable[[Drifted], Problem | None] = lambda _: None
) -> Iterator[str]:
    """A line for each field: an error where it differs, a warning where it is unread.

    Args:
        report: of a stack.
        place: where in a manifest a field is declared.
    """
    for field in report.fields:
        values = ", ".join(f"{column} {value}" for column, value in columns_of(field))
        by = f", by {by_whom(field.author)}" if field.author else ""
        level = "warning" if field.kind is DriftKind.UNREAD else "error"
        message = f"{field.fact} is {WORDS[field.kind]}: {values}{by}"
        yield workflow.annotation(level, message, field.fix, place(field), title=field.title)
    yield workflow.annotation("notice", summary(report), title=f"drift of {report.stack}")


def as_json(report: DriftReport) -> DriftDocument:
    """The report as plain JSON values."""
    return {
        "stack": report.stack,
        "region": report.region,
        "accountId": report.account_id,
        "fields": [field_json(field) for field in report.fields],
        "compared": report.compared,
        "unrecorded": list(report.unrecorded),
        "counts": report.counts,
        "verdict": _VERDICTS[report.exit_status],
    }


def field_json(field: Drifted) -> DriftedDocument:
    """One field as plain JSON values."""
    return {
        "rule": field.rule,
        "kind": field.resource,
        "subject": field.subject,
        "fact": field.fact,
        "drift": field.kind.value,
        "declared": field.declared,
        "recorded": field.recorded,
        "live": field.live,
        "reason": field.reason,
        "fix": field.fix,
        "author": None if field.author is None else _author_json(field.author),
    }


def _author_json(author: Author) -> AuthorDocument:
    return {"name": author.name, "when": author.when.isoformat(), "call": author.call}
