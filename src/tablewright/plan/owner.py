"""The tag that names the one stack a resource belongs to. Pure.

It is a declared tag like any other: sent with the call that creates a resource, shown in a preview,
compared by `verify`. So what a stack has made can be told from what only has the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

from tablewright.dynamodb_values import MOST_TAGS
from tablewright.plan.declaration.declared import Alarm, DeclaredStack, DeclaredTable, Role

from .replica import GlobalTable, Replica

OWNER_TAG: Final = "tablewright:stack"
"""The tag that names the stack."""

Tagged = TypeVar("Tagged", Alarm, Role, Replica)


def owned(declared: DeclaredStack, owner: str) -> DeclaredStack:
    """The stack with its owner's tag on all that carries tags, unless it does without.

    What is declared with as many tags as AWS allows stays without it.
    """
    if not declared.owner_tag:
        return declared
    return replace(
        declared,
        tables=tuple(_table(table, owner) for table in declared.tables),
        alarms=tuple(_tagged(alarm, owner) for alarm in declared.alarms),
        tags=_with(declared.tags, owner),
    )


def has_room(tags: Mapping[str, str]) -> bool:
    """Whether the owner's tag fits beside these."""
    return OWNER_TAG in tags or len(tags) < MOST_TAGS


def owner_of(tags: Mapping[str, str]) -> str | None:
    """The stack that something with these tags belongs to; None if they name none."""
    return tags.get(OWNER_TAG) or None


def _table(table: DeclaredTable, owner: str) -> DeclaredTable:
    tags = table.table.tags
    return replace(
        table,
        table=replace(table.table, tags=None if tags is None else _with(tags, owner)),
        tags=_with(table.tags, owner) if table.tags else table.tags,
        alarms=tuple(_tagged(alarm, owner) for alarm in table.alarms),
        roles=tuple(_tagged(role, owner) for role in table.roles),
        global_table=_replicated(table.global_table, owner),
    )


def _replicated(group: GlobalTable | None, owner: str) -> GlobalTable | None:
    if group is None:
        return None
    return replace(group, replicas=tuple(_tagged(replica, owner) for replica in group.replicas))


def _tagged(resource: Tagged, owner: str) -> Tagged:
    return replace(resource, tags=_with(resource.tags, owner))


def _with(tags: Mapping[str, str], owner: str) -> Mapping[str, str]:
    return dict(sorted({**tags, OWNER_TAG: owner}.items())) if has_room(tags) else tags
