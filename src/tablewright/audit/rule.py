"""What a rule of the audit is: one declaration with its severity, its reason and its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import CodeType

from tablewright.fleet.reading import Unread

from .evidence import AuditedTable


class Severity(StrEnum):
    """How bad it is; in order, the least first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for the least."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class AuditProblem:
    """Something to fix.

    Args:
        what: the fact and why it matters, one sentence.
        line: what to add to the table's `spec`; empty where no one line fixes it.
        below: which of its fields to add it to; empty for `spec` itself.
        remedy: what to do where no line does it.
    """

    what: str
    line: str = ""
    below: str = ""
    remedy: str = ""

    @property
    def fix(self) -> str:
        """The line to write with its place, or else what to do."""
        if not self.line:
            return self.remedy
        where = f" below {self.below}" if self.below else ""
        return f"add{where} `{self.line}`"

    def __str__(self) -> str:
        """All in one sentence."""
        return f"{self.what} ({self.fix})" if self.line else f"{self.what} {self.remedy}".rstrip()


Check = Callable[[AuditedTable], Iterable[AuditProblem | Unread]]


@dataclass(frozen=True, slots=True)
class AuditRule:
    """One rule. A table that its check yields nothing about passes.

    Args:
        id: stable, `TW201`; never means anything else later.
        title: what is right, as a sentence without its full stop.
        severity: of its problems.
        why: a paragraph for its page.
        iam: actions without which its answer is unknown.
        references: ids of the rules of others that ask the same, `Security Hub DynamoDB.2`.
        check: called with a table and all that is known of it; yields what is wrong, and `Unread`
            where the answer is unknown.
        file, line: where its function stands.
    """

    id: str
    title: str
    severity: Severity
    why: str
    iam: tuple[str, ...]
    references: tuple[str, ...]
    check: Check
    file: str = ""
    line: int = 0


def audit_rule(
    id_: str,
    title: str,
    severity: Severity,
    iam: tuple[str, ...] = ("dynamodb:DescribeTable",),
    references: tuple[str, ...] = (),
) -> Callable[[Check], AuditRule]:
    """Make a function a rule; its docstring says why it matters."""

    def decorate(check: Check) -> AuditRule:
        why = " ".join((check.__doc__ or "").split())
        code: CodeType | None = getattr(check, "__code__", None)
        file, line = (code.co_filename, code.co_firstlineno) if code else ("", 0)
        return AuditRule(id_, title, severity, why, iam, references, check, file, line)

    return decorate
