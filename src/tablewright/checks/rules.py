"""All rules."""

from __future__ import annotations

from . import (
    alarm_rules,
    attached_rules,
    dashboard_rules,
    drill_rules,
    index_rules,
    replica_rules,
    role_rules,
    table_rules,
)
from .rule import Rule

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *table_rules.RULES,
            *index_rules.RULES,
            *attached_rules.RULES,
            *alarm_rules.RULES,
            *role_rules.RULES,
            *replica_rules.RULES,
            *dashboard_rules.RULES,
            *drill_rules.RULES,
        ),
        key=lambda rule: rule.id,
    )
)
"""By id."""
