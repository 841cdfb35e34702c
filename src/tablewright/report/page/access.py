"""Who may do what with a table: roles tried on every action, grants, resource policies. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tablewright.checks.access.evaluation import Decision
from tablewright.checks.access.matrix import Matrix
from tablewright.checks.access.subjects import COLUMNS
from tablewright.fleet.live import LiveTable
from tablewright.plan.declaration.declared import DeclaredStack, Role

KINDS = ("read", "write", "settings", "stream", "export", "key", "other")
"""Kinds of actions, as the columns of a cell."""
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("read", ("Get", "BatchGet", "Query", "Scan", "PartiQLSelect", "ConditionCheck")),
    ("write", ("Put", "BatchWrite", "DeleteItem", "UpdateItem", "PartiQL")),
    ("stream", ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams")),
    ("export", ("Export", "DescribeExport", "ListExports")),
    ("settings", ("Update", "Describe", "Tag", "Untag", "List", "Create", "Delete", "Restore")),
)


def kind_of(action: str) -> str:
    """Which kind of action it is: `dynamodb:GetItem` reads."""
    service, _, name = action.partition(":")
    if service.lower() == "kms":
        return "key"
    if service.lower() not in {"dynamodb", "*"}:
        return "other"
    exact = ("stream", "export", "read", "write", "settings")
    words = dict(_WORDS)
    return next((kind for kind in exact if name.startswith(words[kind])), "other")


def role_access(matrix: Matrix) -> dict[str, Any]:
    """What a role may do by what it was tried on: freely, under conditions, or not as declared."""
    cells = {}
    for column in COLUMNS:
        tried = matrix.of(column)
        by_decision = {
            decision: [cell.action for cell in tried if cell.actual.decision is decision]
            for decision in Decision
        }
        cells[column] = [
            by_decision[Decision.ALLOWED],
            by_decision[Decision.CONDITIONAL],
            [cell.action for cell in tried if cell.differs],
            len(by_decision[Decision.UNREAD]),
        ]
    return {
        "who": matrix.role,
        "table": matrix.table,
        "simulator": matrix.simulator,
        "cells": cells,
    }


def declared_access(stack: DeclaredStack) -> Iterator[dict[str, Any]]:
    """A row for each role that the manifests declare."""
    for table in stack.tables:
        for role in table.roles:
            yield {
                "who": role.name,
                "table": table.table.name,
                "origin": "declared",
                "trust": _trust(role),
                "allows": _by_kind(action for grant in role.grants for action in grant.actions),
                "limits": _limits(role),
            }


def _trust(role: Role) -> str:
    return ", ".join((*role.trust.services, *role.trust.principals))


def _limits(role: Role) -> list[str]:
    """What else decides what the role may do, in words."""
    conditions = sorted(
        {
            f"only if {key} {operator}"
            for grant in role.grants
            for operator, keys in grant.conditions.items()
            for key in keys
        }
    )
    managed = [f"managed policy {arn}" for arn in role.managed_policies]
    boundary = [f"boundary {role.permissions_boundary}"] if role.permissions_boundary else []
    return [*conditions, *managed, *boundary]


def policy_access(tables: Iterable[LiveTable]) -> Iterator[dict[str, Any]]:
    """A row for each statement of a live table's resource policy."""
    for table in tables:
        for statement in _listed((table.policy or {}).get("Statement")):
            actions = [*_texts(statement.get("Action")), *_texts(statement.get("NotAction"))]
            denied = statement.get("Effect") == "Deny"
            yield {
                "who": ", ".join(_principals(statement)) or "(nobody named)",
                "table": table.name,
                "origin": "resource policy",
                "trust": "",
                "allows": {} if denied else _by_kind(actions),
                "limits": [
                    *([f"denies {', '.join(actions)}"] if denied else []),
                    *(["all actions but these"] if "NotAction" in statement else []),
                    *(["under conditions"] if statement.get("Condition") else []),
                ],
            }


def _principals(statement: Mapping[str, Any]) -> list[str]:
    principal = statement.get("Principal", {})
    if isinstance(principal, str):
        return ["anybody" if principal == "*" else principal]
    return [name for names in principal.values() for name in _texts(names)]


def _by_kind(actions: Iterable[str]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for action in actions:
        shown = action.removeprefix("dynamodb:")
        for kind in KINDS[:-1] if shown == "*" else (kind_of(action),):
            kinds.setdefault(kind, []).append(shown)
    return {kind: sorted(set(kinds[kind])) for kind in KINDS if kind in kinds}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _texts(value: Any) -> list[str]:
    return [str(text) for text in _listed(value)]
