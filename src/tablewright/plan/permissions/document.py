"""Permissions as an IAM policy document, each said once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tablewright.plan.policy import VERSION

from .permission import Condition, Permission


def document(permissions: Iterable[Permission]) -> dict[str, Any]:
    """The policy that allows exactly this; actions on the same resources share a statement."""
    resources: dict[tuple[str, str, Condition], set[str]] = defaultdict(set)
    for permission in permissions:
        key = permission.sid, permission.action, permission.condition
        resources[key].add(permission.resource)
    actions: dict[tuple[str, Condition, tuple[str, ...]], list[str]] = defaultdict(list)
    for (sid, action, condition), named in resources.items():
        actions[sid, condition, tuple(sorted(named))].append(action)
    numbers: dict[str, int] = defaultdict(int)
    statements = []
    for (sid, condition, on), allowed in actions.items():
        numbers[sid] += 1
        number = numbers[sid]
        statements.append({
            "Sid": sid if number == 1 else f"{sid}{number}",
            "Effect": "Allow",
            "Action": sorted(allowed),
            "Resource": list(on),
            **({"Condition": _condition(condition)} if condition else {}),
        })  # fmt: skip
    return {"Version": VERSION, "Statement": statements}


def _condition(condition: Condition) -> dict[str, dict[str, str]]:
    block: dict[str, dict[str, str]] = defaultdict(dict)
    for operator, key, value in condition:
        block[operator][key] = value
    return dict(block)
