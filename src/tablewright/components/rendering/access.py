"""Arguments of `aws.iam.Role`, and the texts of its policies."""

from __future__ import annotations

from typing import Any

from tablewright.plan.declared import Role, Trust
from tablewright.plan.policy import (
    document_text,
    partition_of,
    policy_document,
    trust_document,
)


def role_args(role: Role) -> dict[str, Any]:
    """All arguments but the tags and the trust policy, which needs the account."""
    boundary = role.permissions_boundary
    return {
        "name": role.name,
        "description": role.description,
        **({} if boundary is None else {"permissions_boundary": boundary}),
    }


def trust_policy(trust: Trust, account_id: str, caller_arn: str) -> str:
    """Who may assume the role, as JSON; the partition is that of the caller."""
    return document_text(trust_document(trust, account_id, partition_of(caller_arn)))


def inline_policy(role: Role, table_arn: str) -> str:
    """What the role may do with the table, as JSON. Streams by wildcard: see `policy_document`."""
    return document_text(policy_document(role.grants, table_arn))
