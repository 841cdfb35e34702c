"""Live IAM roles as values, with what they may do."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from urllib.parse import unquote

from tablewright.aws.failures import translated
from tablewright.aws.session import Session

from .reading import Unread, try_read

Document = Mapping[str, Any]
Value = TypeVar("Value")
USUAL_SESSION_SECONDS = 3600
"""Of a role that was given no other (IAM API reference, CreateRole)."""


@dataclass(frozen=True, slots=True)
class LiveRole:
    """One live role; a facet that is None could not be read, `unread` says why.

    Args:
        trust: its trust policy.
        inline: inline policies by name.
        attached: ARNs of managed policies.
        boundary: ARN of its permissions boundary, None when it has none.
        path: in which it is.
        session_seconds: how long a session of it lasts at most.
        unread: why a facet is missing, by its name.
    """

    name: str
    arn: str
    trust: Document
    description: str = ""
    boundary: str | None = None
    path: str = "/"
    session_seconds: int = USUAL_SESSION_SECONDS
    tags: Mapping[str, str] = field(default_factory=dict)
    inline: Mapping[str, Document] | None = None
    attached: tuple[str, ...] | None = None
    unread: Mapping[str, str] = field(default_factory=dict)


def read_role(session: Session, name: str) -> LiveRole:
    """One role with all its policies.

    Raises:
        NotFoundError: there is no such role.
        AccessDeniedError: `GetRole` itself is refused.
    """
    client = session.client("iam")
    with translated(f"read role {name}"):
        role = client.get_role(RoleName=name)["Role"]
    unread: dict[str, str] = {}
    return LiveRole(
        name=name,
        arn=role["Arn"],
        trust=document(role["AssumeRolePolicyDocument"]),
        description=role.get("Description", ""),
        boundary=(role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn"),
        path=role.get("Path", "/"),
        session_seconds=role.get("MaxSessionDuration", USUAL_SESSION_SECONDS),
        tags={tag["Key"]: tag["Value"] for tag in role.get("Tags") or ()},
        inline=_noting(unread, "inline", partial(_inline, client, name)),
        attached=_noting(unread, "attached", partial(_attached, client, name)),
        unread=unread,
    )


def document(text: str | Document) -> Document:
    """A policy document as a value; IAM sends it URL-encoded, botocore decodes most of them."""
    if not isinstance(text, str):
        return text
    value: Document = json.loads(unquote(text) if text.lstrip().startswith("%") else text)
    return value


def _inline(client: Any, role: str) -> dict[str, Document]:
    with translated(f"read the inline policies of role {role}"):
        pages = client.get_paginator("list_role_policies").paginate(RoleName=role)
        names = [name for page in pages for name in page["PolicyNames"]]
        return {
            name: document(client.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
            for name in names
        }


def _attached(client: Any, role: str) -> tuple[str, ...]:
    with translated(f"read the policies attached to role {role}"):
        pages = client.get_paginator("list_attached_role_policies").paginate(RoleName=role)
        return tuple(policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"])


def _noting(unread: dict[str, str], facet: str, read: Callable[[], Value]) -> Value | None:
    answer = try_read(read)
    if isinstance(answer, Unread):
        unread[facet] = answer.reason
        return None
    return answer
