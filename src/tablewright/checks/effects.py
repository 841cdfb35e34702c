"""What a policy document does, taken apart so that its spelling does not matter.

Two documents do the same when they have the same effects: it makes no difference how actions and
resources are grouped into statements, in which order, under which ids, or in which case an action
is written. A wildcard stays one: `dynamodb:*` is an effect of its own that no list of actions has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from .verdict import Outcome, failed, passed

Document = Mapping[str, Any]
Condition = tuple[str, str, tuple[str, ...]]

_MOST_SHOWN = 4
AGAIN = "run `tablewright up PATH --refresh`"
"""The remedy for what is declared and missing. Without a refresh a run compares with its record."""
SET_BACK = f"{AGAIN} to set it back, or declare what lives"
BEYOND = "remove it by hand, or declare it: a run removes only what the stack made itself"
"""The remedy for what nobody declared and no run made: no resource of the stack stands for it."""
_ACCOUNT_ROOT = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):root")


@dataclass(frozen=True, slots=True, order=True)
class Effect:
    """One action on one resource by one principal, under conditions.

    `resource` is empty in a trust policy, `principal` in an identity policy. Inverted elements are
    marked: `not dynamodb:deletetable`.
    """

    effect: str
    action: str
    resource: str
    principal: str
    conditions: tuple[Condition, ...]

    def __str__(self) -> str:
        parts = [self.effect, self.action]
        if self.resource:
            parts.append(f"on {self.resource}")
        if self.principal:
            parts.append(f"to {self.principal}")
        for operator, key, values in self.conditions:
            parts.append(f"if {key} {operator} {', '.join(values)}")
        return " ".join(parts)


def effects(document: Document) -> frozenset[Effect]:
    """All that a document does."""
    statements = document.get("Statement") or ()
    if isinstance(statements, Mapping):
        statements = (statements,)
    return frozenset(effect for statement in statements for effect in _of(statement))


def principal(kind: str, name: str) -> str:
    """One principal; an account's root and its bare number are the same."""
    if match := _ACCOUNT_ROOT.fullmatch(name):
        name = match[1]
    return "*" if name == "*" else f"{kind} {name}"


def conditions(blocks: Mapping[str, Mapping[str, Any]]) -> tuple[Condition, ...]:
    """Conditions sorted, operators and keys in one case, values as a sorted list."""
    return tuple(
        sorted(
            (operator.lower(), key.lower(), tuple(sorted(map(str, _many(values)))))
            for operator, keys in blocks.items()
            for key, values in keys.items()
        )
    )


def _of(statement: Mapping[str, Any]) -> Iterator[Effect]:
    actions = _either(statement, "Action", str.lower)
    resources = _either(statement, "Resource", str) or ("",)
    principals = tuple(_principals(statement)) or ("",)
    held = conditions(statement.get("Condition") or {})
    for action, resource, who in product(actions, resources, principals):
        yield Effect(statement["Effect"], action, resource, who, held)


def _either(statement: Mapping[str, Any], element: str, normal: Any) -> tuple[str, ...]:
    positive = tuple(normal(each) for each in _many(statement.get(element)))
    negative = tuple(f"not {normal(each)}" for each in _many(statement.get(f"Not{element}")))
    return positive + negative


def _principals(statement: Mapping[str, Any]) -> Iterator[str]:
    for element, mark in (("Principal", ""), ("NotPrincipal", "not ")):
        said = statement.get(element)
        if isinstance(said, str):
            yield mark + principal("AWS", said)
        for kind, names in (said if isinstance(said, Mapping) else {}).items():
            for name in _many(names):
                yield mark + principal(kind, name)


def _many(value: Any) -> Iterable[Any]:
    """IAM lets a list of one be written without its brackets; booleans count as their words."""
    if value is None:
        return ()
    every = value if isinstance(value, list | tuple) else (value,)
    return tuple(str(each).lower() if isinstance(each, bool) else each for each in every)


def same_effects(
    fact: str, expected: frozenset[Effect], actual: frozenset[Effect], fix: str = SET_BACK
) -> Outcome:
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
    return failed(fact, shown(expected), "; ".join(parts), fix)


def shown(some: frozenset[Effect]) -> str:
    """The first few, in order; a report is read by people."""
    every = [str(effect) for effect in sorted(some)]
    more = len(every) - _MOST_SHOWN
    shown = "; ".join(every[:_MOST_SHOWN])
    return f"{shown}; and {more} more" if more > 0 else shown or "none"
