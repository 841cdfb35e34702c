"""Problems that are accepted end on a day that there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from tablewright.manifest.models import AcceptedProblem
from tablewright.manifest.rules.finding import Finding, Rule, Subject


def days_exist(accepted: Sequence[AcceptedProblem]) -> Iterator[Finding]:
    """A day such as 30 February would never come."""
    for number, problem in enumerate(accepted):
        try:
            date.fromisoformat(problem.until)
        except ValueError:
            yield Finding(
                ("metadata", "auditExceptions", number, "until"),
                f"there is no day {problem.until}",
                "write it as 2027-03-31",
            )


def _of_the_table(subject: Subject) -> Iterator[Finding]:
    yield from days_exist(subject.table.metadata.audit_exceptions)


RULES: tuple[Rule, ...] = (_of_the_table,)
