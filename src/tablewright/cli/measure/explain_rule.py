"""`tablewright explain TW221`: what a rule of `verify` or `audit` asks, and why."""

from __future__ import annotations

from tablewright.audit.rule import AuditRule
from tablewright.audit.rules import AUDIT_RULES
from tablewright.checks.rule import Rule
from tablewright.checks.rules import RULES
from tablewright.documents.explanation import ExplanationDocument
from tablewright.errors import UsageError, nearest_names


def explained(id_: str) -> ExplanationDocument:
    """What a rule asks and why, and what it needs.

    Raises:
        UsageError: there is no such rule.
    """
    known: dict[str, Rule | AuditRule] = {rule.id: rule for rule in RULES}
    known |= {rule.id: rule for rule in AUDIT_RULES}
    rule = known.get(id_)
    if rule is None:
        raise UsageError(f"there is no rule {id_}", nearest_names(id_, known))
    return {
        "code": rule.id,
        "title": rule.title,
        "happened": rule.why,
        "remedy": _audit(rule) if isinstance(rule, AuditRule) else _verify(rule),
        "fields": [],
    }


def _audit(rule: AuditRule) -> str:
    others = f" Also asked by: {'; '.join(rule.references)}." if rule.references else ""
    return (
        f"A rule of `tablewright audit`, of severity {rule.severity}; the problem tells how to fix "
        f"it. {_needs(rule.iam)} To accept a problem, write `auditExceptions: [{{rule: {rule.id}, "
        f"reason: WHY, until: 2027-03-31}}]` below `metadata` of the table.{others}"
    )


def _verify(rule: Rule) -> str:
    return (
        f"A rule of `tablewright verify`, asked of every {rule.kind}; what differs is told with "
        f"how to set it back. {_needs(rule.iam)}"
    )


def _needs(actions: tuple[str, ...]) -> str:
    return f"Needs {', '.join(actions)}." if actions else "Needs no permission."
