"""DynamoDB's own rules, and those of the AWS services around it: what no single field shows.

Each rule is a function from a table in its stack to findings; a module holds the rules of one
concern. `table_findings` and `stack_findings` run them all.
"""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.manifest.rules import (
    acceptance,
    access,
    alarms,
    capacity,
    environments,
    indexes,
    keys,
    names,
    origin,
    placeholders,
    policies,
    protection,
    replication,
    streams,
    tags,
)
from tablewright.manifest.rules.finding import Finding, Rule, Subject
from tablewright.manifest.rules.outline import Outline, outline_of
from tablewright.manifest.rules.stack import Placed, stack_findings

__all__ = [
    "RULES",
    "Finding",
    "Outline",
    "Placed",
    "Rule",
    "Subject",
    "outline_of",
    "stack_findings",
    "table_findings",
]

RULES: tuple[Rule, ...] = (
    *names.RULES,
    *placeholders.RULES,
    *keys.RULES,
    *indexes.RULES,
    *capacity.RULES,
    *protection.RULES,
    *streams.RULES,
    *policies.RULES,
    *tags.RULES,
    *environments.RULES,
    *alarms.RULES,
    *access.RULES,
    *replication.RULES,
    *origin.RULES,
    *acceptance.RULES,
)


def table_findings(subject: Subject) -> Iterator[Finding]:
    """Everything the rules say of one table."""
    for rule in RULES:
        yield from rule(subject)
