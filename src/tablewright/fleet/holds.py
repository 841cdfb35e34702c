"""What keeps a live table or role from being deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

from tablewright.aws.failures import translated
from tablewright.aws.session import Session


@dataclass(frozen=True, slots=True)
class Protection:
    """A table as far as its deletion goes.

    Args:
        arn: of the table.
        protected: whether deletion protection is on.
        replicas: the other regions that hold it.
    """

    arn: str
    protected: bool
    replicas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that hangs on a role: IAM deletes the role only without it.

    Args:
        role: name of the role.
        kind: what it is.
        name: of the inline policy or instance profile, or ARN of the managed policy.
    """

    role: str
    kind: Literal["inline", "attached", "profile"]
    name: str

    @property
    def id(self) -> str:
        """As the engine identifies it."""
        return f"{self.role}{'/' if self.kind == 'attached' else ':'}{self.name}"

    @property
    def is_policy(self) -> bool:
        """Whether it is a policy, which a role can be told to give up."""
        return self.kind != "profile"

    @property
    def words(self) -> str:
        """What the role has."""
        kinds = {"inline": "inline policy", "attached": "managed policy"}
        if self.kind == "profile":
            return f"is in the instance profile {self.name}"
        return f"has the {kinds[self.kind]} {self.name}, which this stack did not give it"

    @property
    def release(self) -> str:
        """The AWS command that removes it."""
        match self.kind:
            case "inline":
                verb, option = "delete-role-policy", "--policy-name"
            case "attached":
                verb, option = "detach-role-policy", "--policy-arn"
            case _:
                verb, option = "remove-role-from-instance-profile", "--instance-profile-name"
        return f"aws iam {verb} --role-name {self.role} {option} {self.name}"


def read_protection(session: Session, name: str, region: str) -> Protection:
    """What stands in the way of a table's deletion.

    Raises:
        NotFoundError: there is no such table.
    """
    with translated(f"read table {name}"):
        table = session.client("dynamodb", region).describe_table(TableName=name)["Table"]
    replicas = [replica["RegionName"] for replica in table.get("Replicas") or ()]
    return Protection(
        arn=table["TableArn"],
        protected=bool(table.get("DeletionProtectionEnabled")),
        replicas=tuple(sorted({*replicas} - {region})),
    )


def read_policy(session: Session, arn: str, region: str | None) -> Mapping[str, Any]:
    """The resource policy of a table.

    Raises:
        NotFoundError: it has none.
    """
    with translated(f"read the resource policy of {arn}"):
        reply = session.client("dynamodb", region).get_resource_policy(ResourceArn=arn)
    document: Mapping[str, Any] = json.loads(reply["Policy"])
    return document


def holds_on(session: Session, role: str) -> tuple[Hold, ...]:
    """All that hangs on a role.

    Raises:
        NotFoundError: there is no such role.
    """
    return tuple(_holds(session.client("iam"), role))


def _holds(client: Any, role: str) -> Iterator[Hold]:
    def listed(operation: str, member: str) -> Iterator[Any]:
        with translated(f"read what hangs on role {role}"):
            for page in client.get_paginator(operation).paginate(RoleName=role):
                yield from page[member]

    for name in listed("list_role_policies", "PolicyNames"):
        yield Hold(role, "inline", name)
    for policy in listed("list_attached_role_policies", "AttachedPolicies"):
        yield Hold(role, "attached", policy["PolicyArn"])
    for profile in listed("list_instance_profiles_for_role", "InstanceProfiles"):
        yield Hold(role, "profile", profile["InstanceProfileName"])


def denies(policy: Mapping[str, Any], action: str, account_id: str) -> bool:
    """Whether a policy denies an action to everybody of an account, under no condition."""
    statements = policy["Statement"]
    every = [statements] if isinstance(statements, Mapping) else statements
    return any(_denies(statement, action, account_id) for statement in every)


def _denies(statement: Mapping[str, Any], action: str, account_id: str) -> bool:
    principal = statement.get("Principal")
    named = principal.get("AWS", ()) if isinstance(principal, Mapping) else principal
    return (
        statement["Effect"] == "Deny"
        and not statement.get("Condition")
        and any(
            fnmatchcase(action.lower(), text.lower()) for text in _texts(statement.get("Action"))
        )
        and any(text in {"*", account_id} or _is_root(text, account_id) for text in _texts(named))
    )


def _is_root(principal: str, account_id: str) -> bool:
    return principal.endswith(f":iam::{account_id}:root")


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
