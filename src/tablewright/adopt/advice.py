"""What a live table does against good practice, each with the line that would fix it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tablewright.audit import alarm_rules, capacity_rules, protection_rules
from tablewright.audit.evidence import AuditedTable
from tablewright.audit.rule import AuditProblem
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable

RULES_WITHOUT_ALARMS = (
    protection_rules.recovery,
    protection_rules.deletion_protection,
    capacity_rules.scaled,
    protection_rules.tags,
)
RULES = (*RULES_WITHOUT_ALARMS, alarm_rules.reachable, alarm_rules.watched)
"""Rules of the audit that a manifest of an adopted table can answer."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to fix.

    Args:
        what: the fact and why it matters, one sentence.
        line: what to add to the table's `spec`; empty if no one line does it.
        below: which of its fields to add it to; empty for `spec` itself.
    """

    what: str
    line: str = ""
    below: str = ""

    def __str__(self) -> str:
        """All in one sentence."""
        where = f" below {self.below}" if self.below else ""
        return f"{self.what} (add{where} `{self.line}`)" if self.line else self.what


def advice(live: LiveTable, alarms: Sequence[LiveAlarm] | None) -> Iterator[Advice]:
    """Everything to fix about a table, what may lose data first; unread facts give no advice.

    Args:
        live: the table.
        alarms: those that watch it; None when they could not be read.
    """
    if live.reading.owner is not None:
        yield Advice(
            f"It belongs to the stack {live.reading.owner} already; a table has one owner. "
            f"Release it there before you deploy this: `tablewright release MANIFESTS --table "
            f"{live.name}`."
        )
    if live.reading.status != "ACTIVE":
        yield Advice(
            f"It is {live.reading.status}: what is written here may be on its way to something "
            "else. Adopt it again once it is ACTIVE."
        )
    known = () if alarms is None else tuple(alarms)
    for rule in RULES if alarms is not None else RULES_WITHOUT_ALARMS:
        for outcome in rule.check(AuditedTable(live, known)):
            if isinstance(outcome, AuditProblem):
                yield Advice(outcome.what, outcome.line, outcome.below)
