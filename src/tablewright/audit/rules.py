"""All rules of the audit."""

from __future__ import annotations

from . import (
    access_rules,
    alarm_rules,
    capacity_rules,
    protection_rules,
    quota_rules,
    replica_rules,
    use_rules,
)
from .rule import AuditRule

AUDIT_RULES: tuple[AuditRule, ...] = (
    *protection_rules.RULES,
    *capacity_rules.RULES,
    *use_rules.RULES,
    *alarm_rules.RULES,
    *access_rules.RULES,
    *replica_rules.RULES,
    *quota_rules.RULES,
)
"""By id."""
