"""Every rule asked of every table, with what is accepted taken into account. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from tablewright.documents.audit import AuditDocument, AuditFindingDocument
from tablewright.documents.fleet import ReadDocument
from tablewright.errors import Problem
from tablewright.fleet.discovery import UnreadPart, unread_as_json
from tablewright.fleet.reading import Unread

from .evidence import AuditedTable
from .exceptions import AuditException
from .own_rules import is_answer, is_own, place_of
from .rule import AuditRule, Severity
from .time_limit import TimeLimitReached, time_limit

Outcome = Literal["failed", "accepted", "unknown"]
_CORRECT = "correct the rule there"


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
        broken: rules of one's own that could not be read.
        read: when each region was read.
    """

    findings: tuple[AuditFinding, ...]
    tables: int
    rules: tuple[AuditRule, ...]
    unread: tuple[UnreadPart, ...] = ()
    fail_on: Severity = Severity.LOW
    days: int = 0
    broken: tuple[Problem, ...] = ()
    read: tuple[ReadDocument, ...] = ()

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
        return 4 if self.unread or self.broken or self.of("unknown") else 0

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
            "brokenRules": [
                {"file": rule.file or "", "line": rule.line or 0, "reason": rule.message}
                for rule in self.broken
            ],
            "read": list(self.read),
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
    broken: tuple[Problem, ...] = (),
) -> AuditReport:
    """Ask every rule of every table.

    A rule that fails itself is an unknown answer about that table, told with the line at which it
    failed; the others are asked all the same.
    """
    asked, endless = tuple(rules), set[str]()
    findings = [
        finding
        for table in tables
        for rule in asked
        for finding in (
            [_not_asked(rule, table)] if rule.id in endless else _asked(rule, table, endless)
        )
    ]
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
    return AuditReport(tuple(findings), len(tables), asked, unread, fail_on, days, broken)


def _place(rule: AuditRule, table: AuditedTable) -> tuple[str, Severity, str, str, str]:
    live = table.live
    return rule.id, rule.severity, live.account_id, live.region, live.name


def _not_asked(rule: AuditRule, table: AuditedTable) -> AuditFinding:
    what = "the rule was not asked, as it did not come to an end for another table"
    return AuditFinding(*_place(rule, table), "unknown", what, _CORRECT)


def _asked(rule: AuditRule, table: AuditedTable, endless: set[str]) -> Iterator[AuditFinding]:
    """What a rule says of a table; one that does not come to an end is added to `endless`."""
    place = _place(rule, table)
    try:
        with time_limit() if is_own(rule) else nullcontext():
            answers: list[object] = list(rule.check(table))
    except (Exception, SystemExit, TimeLimitReached) as error:  # noqa: BLE001 - anything may be raised
        if isinstance(error, TimeLimitReached):
            endless.add(rule.id)
        failure = f"{place_of(error, rule.file)}: {type(error).__name__}: {error}"
        yield AuditFinding(*place, "unknown", f"the rule failed at {failure}", _CORRECT)
        return
    sound = [answer for answer in answers if is_answer(answer)]
    for answer in dict.fromkeys(sound):
        if isinstance(answer, Unread):
            fix = f"allow {', '.join(rule.iam)}, then run the same command again"
            yield AuditFinding(*place, "unknown", answer.reason, fix)
        else:
            yield AuditFinding(*place, "failed", answer.what, answer.fix, answer.line, answer.below)
    for wrong in answers:
        if not is_answer(wrong):
            failure = f"{rule.file}:{rule.line}: it answers {wrong!r}, which is no AuditProblem"
            yield AuditFinding(*place, "unknown", f"the rule failed at {failure}", _CORRECT)


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
        return _noted(
            finding, "failed", f"its exception at {latest.place} expired on {latest.until}"
        )
    return _noted(finding, "accepted", f"accepted until {latest.until}: {latest.reason}")


def _noted(finding: AuditFinding, outcome: Outcome, note: str) -> AuditFinding:
    return replace(finding, outcome=outcome, note=note)
