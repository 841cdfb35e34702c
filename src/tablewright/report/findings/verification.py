"""What `verify` proved, for people and as JUnit for CI."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from tablewright.checks.verdict import CheckFinding, Verdict, VerifyReport
from tablewright.report.formats.markdown import MAX_LENGTH, bounded, escaped
from tablewright.report.formats.rows import print_rows
from tablewright.report.formats.xml_text import xml_text

from . import access

MARKS = {
    Verdict.PASSED: ("✓", "green"),
    Verdict.FAILED: ("✗", "bold red"),
    Verdict.UNKNOWN: ("?", "yellow"),
}
MAX_CELL_LENGTH = 70
_FACTS_NAMED = 2
ACCESS_RULE = "TW139"
"""Its facts are the columns of the matrix of a role."""


def render(report: VerifyReport, console: Console, *, everything: bool = True) -> None:
    """Print what was proved, resource by resource; without `everything` only what did not pass."""
    for resource, findings in by_resource(report).items():
        shown = [row for row in findings if _is_shown(row, report, everything=everything)]
        if not shown:
            continue
        console.print(Text(resource, style="bold"))
        marks = (MARKS[finding.verdict] for finding in shown)
        rows = [
            (Text(f"  {mark}", style=style), Text(finding.fact), _told(finding))
            for (mark, style), finding in zip(marks, shown, strict=True)
        ]
        print_rows(console, rows)
    for matrix in report.access or ():
        access.render(matrix, console)
    console.print(Text(summary(report), style="bold"))


def _is_shown(finding: CheckFinding, report: VerifyReport, *, everything: bool) -> bool:
    """Whether it is worth a line; what a role may do as declared stands in its matrix."""
    in_matrix = bool(report.access) and finding.rule == ACCESS_RULE
    return finding.verdict is not Verdict.PASSED or (everything and not in_matrix)


def render_brief(report: VerifyReport, console: Console) -> None:
    """Print a line per resource whose facts all passed, and all of what did not."""
    grouped = by_resource(report)
    rows = [
        (Text(f"  ✓ {len(findings):>2}", style="green"), resource, _first_facts(findings))
        for resource, findings in grouped.items()
        if all(finding.verdict is Verdict.PASSED for finding in findings)
    ]
    print_rows(console, rows)
    render(report, console, everything=False)


def _first_facts(findings: Sequence[CheckFinding]) -> str:
    """`table, key and 16 more`."""
    more = len(findings) - _FACTS_NAMED
    named = ", ".join(finding.fact for finding in findings[:_FACTS_NAMED])
    return named + (f" and {more} more" if more > 0 else "")


def by_resource(report: VerifyReport) -> dict[str, list[CheckFinding]]:
    """Findings by the resource they are about, `table events`, in their order."""
    grouped: dict[str, list[CheckFinding]] = defaultdict(list)
    for finding in report.findings:
        grouped[f"{finding.kind} {finding.subject}"].append(finding)
    return dict(grouped)


def _told(finding: CheckFinding) -> Text:
    if finding.verdict is Verdict.PASSED:
        return Text(_short(finding.actual))
    style = MARKS[finding.verdict][1]
    failed = finding.verdict is Verdict.FAILED
    expected, actual = _values(finding)
    text = Text.assemble("found: " if failed else "", (actual, style))
    if failed:
        text.append(f"\nexpected: {expected}", style="dim")
    if finding.fix:
        text.append(f"\n→ {finding.fix}")
    return text


def _values(finding: CheckFinding) -> tuple[str, str]:
    """What was expected and what was found, without what both have in common."""
    difference = finding.difference
    if difference is None or finding.verdict is not Verdict.FAILED:
        return finding.expected, finding.actual
    return difference.expected, difference.actual


def _short(text: str) -> str:
    return text if len(text) <= MAX_CELL_LENGTH else text[: MAX_CELL_LENGTH - 1] + "…"


def summary(report: VerifyReport) -> str:
    """One line with the verdict and the counts."""
    counts = report.counts
    facts = sum(counts.values())
    match report.verdict:
        case Verdict.PASSED:
            return f"Verified: all {facts} checks match the declaration."
        case Verdict.FAILED:
            return f"{counts['failed']} of {facts} checks differ from the declaration" + (
                f", {counts['unknown']} are unknown." if counts["unknown"] else "."
            )
        case _:
            return (
                f"{counts['unknown']} of {facts} checks could not be read; none was seen to differ."
            )


def markdown(report: VerifyReport, *, everything: bool = True) -> str:
    """A table of the findings, then what each role may do; short enough for a comment."""
    head = (
        f"**{escaped(summary(report))}**\n\n"
        "| | resource | fact | declared | live | fix |\n|---|---|---|---|---|---|"
    )
    rows = [
        f"| {MARKS[finding.verdict][0]} | {' | '.join(map(escaped, _cells(finding)))} |"
        for finding in report.findings
        if everything or finding.verdict is not Verdict.PASSED
    ]
    matrices = "\n\n".join(access.markdown(matrix) for matrix in report.access or ())
    tail = f"\n{matrices}" if len(matrices) <= MAX_LENGTH // 2 else ""
    return bounded(head, rows, tail, "| | {} more | | | | |")


def _cells(finding: CheckFinding) -> tuple[str, ...]:
    resource = f"{finding.kind} {finding.subject}"
    return resource, finding.fact, *_values(finding), finding.fix


def junit(reports: Sequence[VerifyReport]) -> str:
    """The reports as JUnit XML: a suite per resource, a case per fact."""
    stacks = [f"{report.stack}/{report.environment}" for report in reports]
    root = ET.Element("testsuites", name=xml_text(", ".join(stacks)))
    suites = [
        (name if len(stacks) == 1 else f"{stack}: {name}", findings)
        for stack, report in zip(stacks, reports, strict=True)
        for name, findings in by_resource(report).items()
    ]
    for name, findings in suites:
        suite = ET.SubElement(root, "testsuite", name=xml_text(name), tests=str(len(findings)))
        for verdict, attribute in ((Verdict.FAILED, "failures"), (Verdict.UNKNOWN, "errors")):
            suite.set(attribute, str(sum(f.verdict is verdict for f in findings)))
        for finding in findings:
            _case(suite, finding)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _case(suite: ET.Element, finding: CheckFinding) -> None:
    case = ET.SubElement(suite, "testcase", classname=finding.rule, name=xml_text(finding.fact))
    if finding.verdict is Verdict.PASSED:
        return
    kind = "failure" if finding.verdict is Verdict.FAILED else "error"
    message = f"declared {finding.expected}, found {finding.actual}"
    ET.SubElement(case, kind, message=xml_text(message)).text = xml_text(finding.fix)
