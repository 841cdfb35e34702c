"""What an audit found, for other programs: JUnit for CI, SARIF 2.1.0 for code scanning."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import defaultdict
from typing import Any

from tablewright import __version__
from tablewright.audit.audit import AuditFinding, AuditReport
from tablewright.audit.rule import AuditRule, Severity
from tablewright.report.formats.xml_text import xml_text

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {
    Severity.LOW: "note",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}
SCORES = {
    Severity.LOW: "3.0",
    Severity.MEDIUM: "5.5",
    Severity.HIGH: "8.0",
    Severity.CRITICAL: "9.5",
}
"""`security-severity`, by which GitHub sorts (its documentation on SARIF support)."""


def junit(report: AuditReport) -> str:
    """A suite per table, a case per rule that failed or is unknown, and one for what passed."""
    root = ET.Element("testsuites", name="audit")
    by_table: dict[str, list[AuditFinding]] = defaultdict(list)
    for finding in report.findings:
        by_table[f"{finding.table} in {finding.region} of {finding.account}"].append(finding)
    for name, findings in sorted(by_table.items()):
        suite = ET.SubElement(root, "testsuite", name=xml_text(name), tests=str(len(findings)))
        for outcome, attribute in (
            ("failed", "failures"),
            ("unknown", "errors"),
            ("accepted", "skipped"),
        ):
            number = sum(finding.outcome == outcome for finding in findings)
            suite.set(attribute, str(number))
        for finding in findings:
            _case(suite, finding)
    lost = [f"unread: {part}" for part in report.unread]
    lost += [f"rule not asked: {problem}" for problem in report.broken]
    if lost:
        count = str(len(lost))
        suite = ET.SubElement(root, "testsuite", name="not looked at", tests=count, errors=count)
        for text in lost:
            case = ET.SubElement(suite, "testcase", classname="audit", name=xml_text(text))
            ET.SubElement(case, "error", message=xml_text(text))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _case(suite: ET.Element, finding: AuditFinding) -> None:
    case = ET.SubElement(suite, "testcase", classname=finding.rule, name=xml_text(finding.what))
    kind = {"failed": "failure", "unknown": "error", "accepted": "skipped"}[finding.outcome]
    message = finding.note or f"{finding.severity.value}: {finding.what}"
    ET.SubElement(case, kind, message=xml_text(message)).text = xml_text(finding.fix)


def sarif(report: AuditReport) -> dict[str, Any]:
    """The report as SARIF; what is accepted is there as suppressed.

    A live table has no file: its ARN is the logical location, and its name stands for one, since
    GitHub shows only results that have a physical location.
    """
    order = {rule.id: number for number, rule in enumerate(report.rules)}
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "tablewright",
                        "version": __version__,
                        "rules": [_rule(rule) for rule in report.rules],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {"level": "warning", "message": {"text": f"unread: {part}"}}
                            for part in report.unread
                        ]
                        + [
                            {"level": "error", "message": {"text": str(problem)}}
                            for problem in report.broken
                        ],
                    }
                ],
                "results": [_result(finding, order) for finding in report.findings],
            }
        ],
    }


def _rule(rule: AuditRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "security-severity": SCORES[rule.severity],
            "tags": ["dynamodb", *rule.references],
        },
    }


def _result(finding: AuditFinding, order: dict[str, int]) -> dict[str, Any]:
    place = f"{finding.account}/{finding.region}/{finding.table}"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": order[finding.rule],
        "kind": "open" if finding.outcome == "unknown" else "fail",
        "level": "none" if finding.outcome == "unknown" else LEVELS[finding.severity],
        "message": {"text": " ".join(filter(None, (finding.what, finding.note, finding.fix)))},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": place}},
                "logicalLocations": [
                    {"name": finding.table, "fullyQualifiedName": place, "kind": "resource"}
                ],
            }
        ],
        "partialFingerprints": {"tableRule/v1": f"{place}/{finding.rule}/{finding.below}"},
    }
    if finding.outcome == "accepted":
        result["suppressions"] = [{"kind": "external", "justification": finding.note}]
    return result
