"""Rules over live tables, declared by us or not: what puts items, money or access at risk.

    evidence = read_evidence(sessions, discovery, 30, now, actions)   # asks AWS, changes nothing
    report = audit(evidence, rules, exceptions, today=today)          # pure
    report.exit_status                                                # 0 / 3 / 4

`rule` says what a rule is, the `*_rules` modules declare them and `rules` lists them all. What is
here by name is for rules of one's own.
"""

from __future__ import annotations

from tablewright.fleet.reading import Unread

from .evidence import Activity, AuditedRegion, AuditedTable
from .rule import AuditProblem, AuditRule, Severity, audit_rule

__all__ = [
    "Activity",
    "AuditProblem",
    "AuditRule",
    "AuditedRegion",
    "AuditedTable",
    "Severity",
    "Unread",
    "audit_rule",
]
