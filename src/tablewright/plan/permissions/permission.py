"""One thing that a caller may do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Condition = tuple[tuple[str, str, str], ...]
"""Operator, key and value of each line of a condition."""


@dataclass(frozen=True, slots=True)
class Permission:
    """An action on a resource.

    Args:
        sid: of the statement that it belongs to.
        action: with its service's prefix, `dynamodb:DescribeTable`.
        resource: an ARN, or `*` where AWS knows no resource for the action.
        condition: what must be true of the call.
    """

    sid: str
    action: str
    resource: str
    condition: Condition = ()


def permissions(
    sid: str, actions: str, *resources: str, condition: Condition = ()
) -> Iterator[Permission]:
    """Every action on every resource; `actions` are words, a service's prefix before the first."""
    service, _, names = actions.partition(":")
    for name in names.split():
        for resource in resources:
            yield Permission(sid, f"{service}:{name}", resource, condition)
