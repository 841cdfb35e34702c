"""The verdict on a policy, and the words for what it does."""

from __future__ import annotations

from tablewright.plan.effects import Effect

from .verdict import FactOutcome, ValueDifference, failed, passed

_MOST_SHOWN = 4
AGAIN = "run `tablewright up PATH --refresh`"
"""The remedy for what is declared and missing. Without a refresh a run compares with its record."""
FIRST = "deploy it with `tablewright up PATH`"
"""The same for a stack that was never deployed: there is no record that could be out of date."""
SET_BACK = f"{AGAIN} to set it back, or declare the live value"
DECLARED_ALONE = "what is declared, and nothing else"
"""What is expected, where what was found says what is missing and what is too much."""
BEYOND = "remove it by hand, or declare it: a run removes only what the stack made itself"
"""The remedy for what nobody declared and no run made: no resource of the stack stands for it."""


def remedy(fix: str, *, deployed: bool) -> str:
    """What to do about a finding, for a stack that was deployed or never was."""
    return fix if deployed else fix.replace(AGAIN, FIRST)


def same_effects(
    fact: str, expected: frozenset[Effect], actual: frozenset[Effect], fix: str = SET_BACK
) -> FactOutcome:
    """The verdict on a policy that must do exactly what is expected, nothing less and no more."""
    missing, extra = expected - actual, actual - expected
    if not missing and not extra:
        several = len(expected) > 1
        return passed(
            fact, shown(expected), f"exactly these {len(expected)}" if several else shown(expected)
        )
    parts = []
    if extra:
        parts.append(f"also: {shown(extra)}")
    if missing:
        parts.append(f"lacks: {shown(missing)}")
    differing = "; ".join(parts)
    return failed(fact, shown(expected), differing, fix, ValueDifference(DECLARED_ALONE, differing))


def shown(some: frozenset[Effect]) -> str:
    """The first few, in order; a report is read by people."""
    every = [str(effect) for effect in sorted(some)]
    more = len(every) - _MOST_SHOWN
    shown = "; ".join(every[:_MOST_SHOWN])
    return f"{shown}; and {more} more" if more > 0 else shown or "none"
