"""Problems that are known and accepted, each with a reason and an end.

Of one table they stand in its manifest, of a whole fleet in the file of `--baseline`:

exceptions:
- {rule: TW203, table: scratch-*, reason: rebuilt every night, until: 2027-03-31}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import Field

from tablewright.errors import Problem
from tablewright.manifest.documents.node import Node, find
from tablewright.manifest.documents.settings_document import stated_in, text_of
from tablewright.manifest.models.acceptance import AcceptedProblem, Pattern
from tablewright.manifest.models.base import Many, Model
from tablewright.manifest.rules.acceptance import is_mistaken, no_day, no_rule

_MISTAKE = "does not state exceptions"
_NEXT_STEP = (
    "write it as `exceptions: [{rule: TW203, table: scratch-*, reason: rebuilt every night, "
    "until: 2027-03-31}]`"
)
ANY = "*"


class _Exception(AcceptedProblem):
    """A problem of some tables that is accepted."""

    table: Pattern = Field(description="Name of the table; `*` stands for any characters.")
    account: Pattern = Field(default=ANY, description="Its account.")
    region: Pattern = Field(default=ANY, description="Its region.")


class _File(Model):
    exceptions: Many[_Exception] = Field(description="What is accepted.")


@dataclass(frozen=True, slots=True)
class AuditException:
    """An accepted problem.

    Args:
        rule: id.
        table, account, region: patterns, of which `*` is any.
        reason: why it is accepted.
        until: the last day on which it is.
        place: where it stands, for people.
    """

    rule: str
    table: str
    reason: str
    until: date
    account: str = ANY
    region: str = ANY
    place: str = ""

    def covers(self, rule: str, account: str, region: str, table: str) -> bool:
        """Whether it is about that problem, in force or expired."""
        return self.rule == rule and all(
            fnmatchcase(value, pattern)
            for value, pattern in (
                (table, self.table),
                (account, self.account),
                (region, self.region),
            )
        )


def read_exceptions(file: Path, rules: Iterable[str]) -> tuple[AuditException, ...]:
    """The exceptions that a file states.

    Args:
        file: which.
        rules: ids that there are.

    Raises:
        InputError: it cannot be read.
        ManifestError: it says what it cannot; each mistake with its line.
    """
    return exceptions_in(text_of(file, _MISTAKE, _NEXT_STEP), str(file), rules)


def exceptions_in(text: str, file: str, rules: Iterable[str]) -> tuple[AuditException, ...]:
    """The exceptions that a text states, YAML or JSON.

    Raises:
        ManifestError: it says what it cannot; each mistake with its line.
    """
    ids = frozenset(rules)
    lines: list[int] = []

    def contradictions(root: Node, stated: _File) -> Iterator[Problem]:
        for number, entry in enumerate(stated.exceptions):
            node, _ = find(root, ("exceptions", number))
            lines.append(node.line)
            if is_mistaken(entry.rule, ids):
                yield _at(root, number, "rule", *no_rule(entry.rule, ids))
            try:
                date.fromisoformat(entry.until)
            except ValueError:
                yield _at(root, number, "until", *no_day(entry.until))

    stated = stated_in(text, file, _File, _MISTAKE, _NEXT_STEP, contradictions)
    return tuple(
        AuditException(
            rule=entry.rule,
            table=entry.table,
            reason=entry.reason,
            until=date.fromisoformat(entry.until),
            account=entry.account,
            region=entry.region,
            place=f"{file}:{line}",
        )
        for entry, line in zip(stated.exceptions, lines, strict=True)
    )


def _at(root: Node, number: int, field: str, message: str, fix: str) -> Problem:
    node, _ = find(root, ("exceptions", number, field))
    return node.problem(message, fix)


def endings(exceptions: Iterable[AuditException], today: date) -> tuple[str, ...]:
    """What to say of those that are in force no more; one of a stack stands for all its tables."""
    return tuple(
        dict.fromkeys(
            f"{exception.place}: the exception for {exception.rule} expired on {exception.until}; "
            "remove it, or fix the problem"
            for exception in exceptions
            if exception.until < today
        )
    )
