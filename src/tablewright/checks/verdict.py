"""What a rule says: the verdict on one fact, with what was expected and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from tablewright.documents.fleet import FindingDocument, VerificationDocument

from .access.matrix import Matrix

Kind = Literal["table", "replica", "alarm", "role", "dashboard", "stack"]


class Verdict(StrEnum):
    """Three values: a fact that could not be read neither passes nor fails."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


EXIT_STATUS: Mapping[Verdict, int] = {Verdict.PASSED: 0, Verdict.FAILED: 3, Verdict.UNKNOWN: 4}


@dataclass(frozen=True, slots=True)
class ValueDifference:
    """Two values without what they have in common, for people.

    Args:
        expected: of what was declared.
        actual: of what is live.
    """

    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class FactOutcome:
    """The verdict on one fact.

    Args:
        fact: what is proved, in a few words: `billing mode`.
        expected: what was declared.
        actual: what is live; for an unknown fact, why it could not be read.
        fix: what to do about it; empty when it passed.
        difference: of long values that have much in common.
    """

    verdict: Verdict
    fact: str
    expected: str
    actual: str
    fix: str = ""
    difference: ValueDifference | None = None


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """An outcome with the rule that came to it and the resource it is about."""

    rule: str
    kind: Kind
    subject: str
    fact: str
    verdict: Verdict
    expected: str
    actual: str
    fix: str = ""
    difference: ValueDifference | None = None

    def to_json(self) -> FindingDocument:
        """The finding as plain JSON values."""
        return {
            "rule": self.rule,
            "kind": self.kind,
            "subject": self.subject,
            "fact": self.fact,
            "verdict": self.verdict.value,
            "expected": self.expected,
            "actual": self.actual,
            "fix": self.fix,
        }


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """All that was proved about a stack; `findings` in the order of its declaration.

    `access` has the matrix of each role, None when it was not asked for.
    """

    stack: str
    environment: str
    region: str
    account_id: str
    findings: tuple[CheckFinding, ...]
    access: tuple[Matrix, ...] | None = None

    @property
    def failed(self) -> tuple[CheckFinding, ...]:
        """What differs."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.FAILED)

    @property
    def unknown(self) -> tuple[CheckFinding, ...]:
        """What could not be read."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.UNKNOWN)

    @property
    def verdict(self) -> Verdict:
        """Failed if anything failed, else unknown if anything is, else passed."""
        if self.failed:
            return Verdict.FAILED
        return Verdict.UNKNOWN if self.unknown else Verdict.PASSED

    @property
    def exit_status(self) -> int:
        """0 all passed, 3 something differs, 4 nothing differs but something is unknown."""
        return EXIT_STATUS[self.verdict]

    @property
    def counts(self) -> dict[str, int]:
        """How many facts passed, failed, and are unknown."""
        counted = Counter(finding.verdict for finding in self.findings)
        return {verdict.value: counted[verdict] for verdict in Verdict}

    def to_json(self) -> VerificationDocument:
        """The report as plain JSON values."""
        return {
            "stack": self.stack,
            "environment": self.environment,
            "region": self.region,
            "accountId": self.account_id,
            "findings": [finding.to_json() for finding in self.findings],
            "verdict": self.verdict.value,
            "counts": self.counts,
            "access": None if self.access is None else [role.to_json() for role in self.access],
        }


def passed(fact: str, expected: str, actual: str | None = None) -> FactOutcome:
    """It is as declared."""
    return FactOutcome(Verdict.PASSED, fact, expected, expected if actual is None else actual)


def failed(
    fact: str, expected: str, actual: str, fix: str, difference: ValueDifference | None = None
) -> FactOutcome:
    """It differs."""
    return FactOutcome(Verdict.FAILED, fact, expected, actual, fix, difference)


def unknown(fact: str, expected: str, reason: str) -> FactOutcome:
    """It could not be read."""
    return FactOutcome(
        Verdict.UNKNOWN, fact, expected, reason, "allow the call, then run the same command again"
    )


def compared(
    fact: str,
    expected: str,
    actual: str | None,
    reason: str | None,
    fix: str,
    difference: ValueDifference | None = None,
) -> FactOutcome:
    """Passed when both read the same; unknown when there is a `reason` why it was not read."""
    if reason is not None or actual is None:
        return unknown(fact, expected, reason or "not read")
    if expected == actual:
        return passed(fact, expected)
    return failed(fact, expected, actual, fix, difference)
