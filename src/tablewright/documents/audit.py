"""What an audit found."""

from __future__ import annotations

from typing import TypedDict

from .fleet import ReadDocument, UnreadDocument


class AuditFindingDocument(TypedDict):
    """A problem of a table, or a rule whose answer about it is unknown."""

    rule: str
    """The rule, as `tablewright explain RULE` tells of it: `TW221`."""
    severity: str
    """`low`, `medium`, `high` or `critical`."""
    account: str
    """The table's account."""
    region: str
    """Its region."""
    table: str
    """Its name."""
    outcome: str
    """`failed`; `accepted`, where an exception covers it; `unknown`."""
    what: str
    """The problem; of what is unknown, why it is."""
    fix: str
    """What to do about it."""
    line: str
    """The line of a manifest that fixes it; empty where no one line does."""
    below: str
    """The field of the table's `spec` to add the line to; empty for `spec` itself."""
    note: str
    """The reason of the exception that covers it, or that one has expired."""


class BrokenRuleDocument(TypedDict):
    """A rule of one's own that could not be read."""

    file: str
    """In which file."""
    line: int
    """At which line of it; 0 where it has none."""
    reason: str
    """What is wrong."""


class AuditDocument(TypedDict):
    """What `audit` found."""

    tables: int
    """How many were looked at."""
    days: int
    """Over how many days their use was looked at."""
    rules: list[str]
    """Ids of the rules that were asked."""
    counts: dict[str, int]
    """Problems that no exception covers, by severity."""
    failOn: str
    """From which severity on a problem fails the audit."""
    findings: list[AuditFindingDocument]
    """The worst first."""
    unread: list[UnreadDocument]
    """What could not be looked at at all."""
    brokenRules: list[BrokenRuleDocument]
    """Rules of `--rules` that could not be read, and were not asked."""
    read: list[ReadDocument]
    """When each region was read."""
