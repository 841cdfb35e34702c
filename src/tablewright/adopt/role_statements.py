"""The statements of a role's policy as `grants`, `actions` and `conditions`. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tablewright.plan.declaration.access import ACTION_SETS
from tablewright.plan.declaration.declared import GrantTarget
from tablewright.plan.effects import texts

from .specification import Specification

_SERVICE = "dynamodb:"
_KEY = "kms:"
"""Actions that a manifest grants by itself, where the table's key is a customer's."""


class NotSayable(Exception):  # noqa: N818 - no failure of anybody
    """Why no manifest can say what is live."""


@dataclass(frozen=True, slots=True)
class _Allowed:
    """An action on a part of a table, with the place that allows it."""

    action: str
    target: GrantTarget
    path: str


def statements_of(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The statements of a policy, which may be one without a list."""
    given = document.get("Statement")
    every = given if isinstance(given, list) else [given]
    return [statement for statement in every if isinstance(statement, Mapping)]


def permissions(document: Mapping[str, Any], policy: str, table: str) -> Specification:
    """What a role of a manifest says to allow the same on a table.

    Args:
        document: the policy.
        policy: its name, for what is told.
        table: ARN of the table.

    Raises:
        NotSayable: a statement allows what cannot be said, which is told by its place.
    """
    allowed, held = dict[tuple[str, GrantTarget], _Allowed](), None
    for place, statement in enumerate(statements_of(document)):
        path = f"{policy}.Statement[{place}]"
        conditions = _conditions(statement)
        for grant in _allowed(statement, path, table):
            allowed.setdefault((grant.action.lower(), grant.target), grant)
            if held is None and grant.target != "any":
                held = conditions
            if grant.target != "any" and conditions != held:
                raise NotSayable(f"{path}: its conditions are not those of the other statements")
    words, rest = _in_words(allowed)
    spec: Specification = {"grants": words} if words else {}
    spec |= _further(rest, allowed)
    return spec | ({"conditions": held} if held else {})


def _allowed(statement: Mapping[str, Any], path: str, table: str) -> Iterator[_Allowed]:
    if statement.get("Effect") != "Allow" or {"NotAction", "NotResource"} & statement.keys():
        raise NotSayable(f"{path}: it denies, or says what it is not about")
    for action in texts(statement.get("Action")):
        prefix, _, name = action.partition(":")
        if f"{prefix.lower()}:" == _KEY:
            continue
        if f"{prefix.lower()}:" != _SERVICE:
            raise NotSayable(f"{path}: {action} is of another service")
        for resource in texts(statement.get("Resource")):
            yield _Allowed(name, _target(resource, path, table), path)


def _target(resource: str, path: str, table: str) -> GrantTarget:
    targets: Mapping[str, GrantTarget] = {
        "*": "any",
        table: "table",
        f"{table}/index/*": "indexes",
        f"{table}/stream/*": "stream",
        f"{table}/export/*": "exports",
    }
    if resource not in targets:
        raise NotSayable(f"{path}: {resource} is not the table, its indexes or its streams")
    return targets[resource]


def _in_words(
    allowed: Mapping[tuple[str, GrantTarget], _Allowed],
) -> tuple[list[str], list[_Allowed]]:
    """Sets of actions that are there whole, and what is in none of these."""
    words, covered = list[str](), set[tuple[str, GrantTarget]]()
    for word, grants in ACTION_SETS.items():
        needed: set[tuple[str, GrantTarget]] = {
            (action.lower(), target)
            for grant in grants
            for action in grant.actions
            for target in grant.targets
        }
        if needed <= allowed.keys():
            words.append(word)
            covered |= needed
    return words, [permitted for key, permitted in allowed.items() if key not in covered]


def _further(
    rest: list[_Allowed], allowed: Mapping[tuple[str, GrantTarget], _Allowed]
) -> Specification:
    """Actions in no set: all of them on the table alone, or all on its indexes too."""
    places: tuple[GrantTarget, ...] = ("table", "indexes")
    on: dict[str, set[GrantTarget]] = {}
    for grant in rest:
        on[grant.action] = {place for place in places if (grant.action.lower(), place) in allowed}
        if grant.target not in {"table", "indexes"}:
            name = f"{_SERVICE}{grant.action}"
            raise NotSayable(f"{grant.path}: {name} is only part of a set of actions")
    both, alone = {"table", "indexes"}, {"table"}
    wanted = both if any(targets == both for targets in on.values()) else alone
    for grant in rest:
        if on[grant.action] != wanted:
            where = "the table alone" if on[grant.action] == alone else "the indexes alone"
            raise NotSayable(f"{grant.path}: {_SERVICE}{grant.action} is allowed on {where}")
    if not on:
        return {}
    spec: Specification = {"actions": [f"{_SERVICE}{action}" for action in on]}
    return spec if wanted == both else {**spec, "actionsOnIndexes": False}


def _conditions(statement: Mapping[str, Any]) -> Specification:
    given = statement.get("Condition") or {}
    return {
        operator: {key: texts(values) for key, values in keys.items()}
        for operator, keys in given.items()
    }
