"""The roles of a state whose policies name tables, and what of it is theirs. Pure.

The types are those of Terraform's AWS provider; a test holds them to the provider's schema.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from .state import StateInstance, texts

ROLE_TYPES: Final[Mapping[str, str]] = {
    "aws_iam_role": "name",
    "aws_iam_role_policies_exclusive": "role_name",
    "aws_iam_role_policy": "role",
    "aws_iam_role_policy_attachment": "role",
    "aws_iam_role_policy_attachments_exclusive": "role_name",
}
"""What a role consists of, and the attribute that names it."""
SHARED: Final = "aws_iam_policy_attachment"
"""Attaches a policy to roles, users and groups, and detaches it from all others."""
_TABLE: Final = re.compile(r":table/([A-Za-z0-9_.-]+)")


def role_of(instance: StateInstance) -> str | None:
    """The role that an instance is, or is a part of."""
    name = instance.attributes.get(ROLE_TYPES.get(instance.type, ""))
    return name if isinstance(name, str) else None


def roles_about(instances: Iterable[StateInstance], tables: Collection[str]) -> dict[str, str]:
    """Roles of a state whose policies name one of the tables, and why one stays; empty if not."""
    about, managed, shared = set[str](), set[str](), set[str]()
    for instance in instances:
        if instance.type == SHARED:
            roles = instance.attributes.get("roles")
            shared |= {str(name) for name in roles} if isinstance(roles, list) else set()
        role = role_of(instance)
        if role is None:
            continue
        if instance.type == "aws_iam_role":
            managed.add(role)
        named = {match for text in texts(instance.attributes) for match in _TABLE.findall(text)}
        about |= {role} if named & {*tables} else set()
    why = f"a {SHARED} manages what is attached to it and to others"
    return {name: why if name in shared else "" for name in sorted(about & managed)}
