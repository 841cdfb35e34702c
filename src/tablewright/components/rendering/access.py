"""Parts of a role: the role, its one inline policy, the managed policies attached to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tablewright.components.names import attachment_name
from tablewright.components.rendering.reference import with_references
from tablewright.components.rendering.resource_spec import (
    CALLER,
    JsonDocument,
    Reference,
    RenderContext,
    ResourceSpec,
)
from tablewright.plan.declaration.declared import Role
from tablewright.plan.policy import policy_document, settled_trust, trust_document

_TABLE_ARN = "\0table\0"
_ACCOUNT = "\0account\0"


def role_args(role: Role) -> dict[str, Any]:
    """Arguments of the role, without its tags and its trust policy."""
    boundary = role.permissions_boundary
    return {
        "name": role.name,
        "description": role.description,
        **({} if boundary is None else {"permissions_boundary": boundary}),
    }


def role_parts(role: Role, table: str, place: RenderContext) -> Iterator[ResourceSpec]:
    """The parts of one role; `table` is the key of the table it may use."""
    existing = place.existing
    trust = trust_document(role.trust, _ACCOUNT, place.partition)
    key = f"role {role.key}"
    yield ResourceSpec(
        key=key,
        kind="iam.Role",
        name=role.key,
        arguments={
            **role_args(role),
            "assume_role_policy": JsonDocument(
                with_references(trust, {_ACCOUNT: Reference(CALLER, "account_id")}),
                partial(settled_trust, partition=place.partition),
            ),
        },
        tags=role.tags,
        subject=f"role {role.name}",
        import_id=existing.import_id("iam.Role", role.name),
    )
    policy = policy_document(role.grants, _TABLE_ARN)
    yield ResourceSpec(
        key=f"policy {role.key}",
        kind="iam.RolePolicy",
        name=role.key,
        arguments={
            "name": role.policy_name,
            "role": Reference(key, "name"),
            "policy": JsonDocument(with_references(policy, {_TABLE_ARN: Reference(table, "arn")})),
        },
        subject=f"policy {role.policy_name}",
        import_id=existing.import_id("iam.RolePolicy", role.name, role.policy_name),
    )
    for number, policy_arn in enumerate(role.managed_policies, start=1):
        yield ResourceSpec(
            key=f"attachment {role.key} {number}",
            kind="iam.RolePolicyAttachment",
            name=attachment_name(role, policy_arn),
            arguments={"role": Reference(key, "name"), "policy_arn": policy_arn},
            subject=f"policy {policy_arn} of role {role.name}",
            import_id=existing.import_id("iam.RolePolicyAttachment", role.name, policy_arn),
        )
