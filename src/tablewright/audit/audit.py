"""Every rule asked of every table, with what is accepted taken into account. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from tablewright.documents.audit import AuditDocument, AuditFindingDocument
from tablewright.fleet.discovery import UnreadPart, unread_as_json
from tablewright.fleet.reading import Unread

from .evidence import AuditedTable
from .exceptions import AuditException
from .rule import AuditRule, Severity

Outcome = Literal["failed", "accepted", "unknown"]


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """A problem of a table, or a rule whose answer about it is unknown.

    Args:
        outcome: `accepted` is a problem that an exception covers.
        what: the problem; of what is unknown, why it is.
        fix: what to do about it.
        note: the reason of the exception that covers it, or that one has expired.
    """

    rule: str
    severity: Severity
    account: str
    region: str
    table: str
    outcome: Outcome
    what: str
    fix: str = ""
    line: str = ""
    below: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was found.

    Args:
        findings: the worst first, then by account, region and table.
        tables: how many were looked at.
        rules: that were asked.
        unread: what could not be looked at at all.
        fail_on: from which severity on a problem fails the audit.
        days: over how many days use was looked at.
    """

    findings: tuple[AuditFinding, ...]
    tables: int
    rules: tuple[AuditRule, ...]
    unread: tuple[UnreadPart, ...] = ()
    fail_on: Severity = Severity.LOW
    days: int = 0

    def of(self, outcome: Outcome) -> tuple[AuditFinding, ...]:
        """The findings with an outcome."""
        return tuple(finding for finding in self.findings if finding.outcome == outcome)

    @property
    def counts(self) -> dict[str, int]:
        """Problems that are not accepted, by severity."""
        counted = Counter(finding.severity for finding in self.of("failed"))
        return {severity.value: counted[severity] for severity in reversed(Severity)}

    @property
    def exit_status(self) -> int:
        """3 where a problem is bad enough, else 4 where something is unknown, else 0."""
        if any(finding.severity.rank >= self.fail_on.rank for finding in self.of("failed")):
            return 3
        return 4 if self.unread or self.of("unknown") else 0

    def to_json(self) -> AuditDocument:
        """The report as plain JSON values."""
        return {
            "tables": self.tables,
            "days": self.days,
            "rules": [rule.id for rule in self.rules],
            "counts": self.counts,
            "failOn": self.fail_on.value,
            "findings": [_as_json(finding) for finding in self.findings],
            "unread": [unread_as_json(part) for part in self.unread],
        }


def _as_json(finding: AuditFinding) -> AuditFindingDocument:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "account": finding.account,
        "region": finding.region,
        "table": finding.table,
        "outcome": finding.outcome,
        "what": finding.what,
        "fix": finding.fix,
        "line": finding.line,
        "below": finding.below,
        "note": finding.note,
    }


def audit(
    tables: Sequence[AuditedTable],
    rules: Iterable[AuditRule],
    exceptions: Sequence[AuditException] = (),
    *,
    today: date,
    unread: tuple[UnreadPart, ...] = (),
    fail_on: Severity = Severity.LOW,
    days: int = 0,
) -> AuditReport:
    """Ask every rule of every table.

    A rule that fails itself is an unknown answer about that table; the others are asked all the
    same.
    """
    asked = tuple(rules)
    findings = [finding for table in tables for rule in asked for finding in _asked(rule, table)]
    findings = [_accepted(finding, exceptions, today) for finding in findings]
    findings.sort(
        key=lambda finding: (
            -finding.severity.rank,
            finding.account,
            finding.region,
            finding.table,
            finding.rule,
        )
    )
    return AuditReport(tuple(findings), len(tables), asked, unread, fail_on, days)


def _asked(rule: AuditRule, table: AuditedTable) -> Iterator[AuditFinding]:
    live = table.live
    try:
        outcomes = list(rule.check(table))
    except Exception as error:  # noqa: BLE001 - a rule of somebody's own may raise anything
        outcomes = [Unread(f"the rule failed: {type(error).__name__}: {error}")]
    for outcome in dict.fromkeys(outcomes):
        place = (rule.id, rule.severity, live.account_id, live.region, live.name)
        if isinstance(outcome, Unread):
            fix = f"allow {', '.join(rule.iam)}, then run the same command again"
            yield AuditFinding(*place, "unknown", outcome.reason, fix)
        else:
            yield AuditFinding(
                *place, "failed", outcome.what, outcome.fix, outcome.line, outcome.below
            )


def _accepted(
    finding: AuditFinding, exceptions: Sequence[AuditException], today: date
) -> AuditFinding:
    """The finding, as an accepted one where an exception that is in force covers it."""
    place = (finding.rule, finding.account, finding.region, finding.table)
    covering = [exception for exception in exceptions if exception.covers(*place)]
    if finding.outcome != "failed" or not covering:
        return finding
    latest = max(covering, key=lambda exception: exception.until)
    if latest.until < today:
        return _noted(finding, "failed", f"its exception expired on {latest.until}")
    return _noted(finding, "accepted", f"accepted until {latest.until}: {latest.reason}")


def _noted(finding: AuditFinding, outcome: Outcome, note: str) -> AuditFinding:
    return replace(finding, outcome=outcome, note=note)
