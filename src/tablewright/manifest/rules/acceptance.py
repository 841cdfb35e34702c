"""Problems that are accepted are of rules that there are, and end on a day that there is."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Container, Iterator, Sequence
from datetime import date

from tablewright.errors import nearest_names
from tablewright.manifest.models import AcceptedProblem
from tablewright.manifest.models.acceptance import AUDIT_RULE_IDS
from tablewright.manifest.rules.finding import Finding, Rule, Subject

_OF_OURS = "TW"
_FORM = "write the year, the month and the day, as 2027-03-31"


def is_mistaken(rule: str, known: Container[str]) -> bool:
    """Whether an id is a slip; one that is not of our kind may be of rules that are not asked."""
    return rule not in known and rule.startswith(_OF_OURS)


def no_rule(rule: str, known: Collection[str]) -> tuple[str, str]:
    """That there is no rule of an id, and which is probably meant."""
    listing = "`tablewright audit --output json` names the rule of each problem"
    return f"there is no rule {rule}", nearest_names(rule, known, listing)


def no_day(text: str) -> tuple[str, str]:
    """That a day never comes, and which is probably meant."""
    message, parts = f"there is no day {text}", text.split("-")
    try:
        year, month = int(parts[0]), int(parts[1])
        last = date(year, month, monthrange(year, month)[1])
    except (IndexError, ValueError):
        return message, _FORM
    return message, f"the last day of that month is {last}"


def acceptances_hold(accepted: Sequence[AcceptedProblem]) -> Iterator[Finding]:
    """Each is of a rule that there is, until a day that comes."""
    for number, problem in enumerate(accepted):
        place = ("metadata", "auditExceptions", number)
        if is_mistaken(problem.rule, AUDIT_RULE_IDS):
            yield Finding((*place, "rule"), *no_rule(problem.rule, AUDIT_RULE_IDS))
        try:
            date.fromisoformat(problem.until)
        except ValueError:
            yield Finding((*place, "until"), *no_day(problem.until))


def _of_the_table(subject: Subject) -> Iterator[Finding]:
    yield from acceptances_hold(subject.table.metadata.audit_exceptions)


RULES: tuple[Rule, ...] = (_of_the_table,)
