"""Roles that may use a table, as arguments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import pulumi
from tablewright.components.arguments._document import Arguments, Shaped
from tablewright.manifest import models
from tablewright.manifest.models import ActionSet, Model

_ROLE = "arn:aws:iam::000000000000:role/{id}"
_POLICY = "arn:aws:iam::000000000000:policy/{id}"


@dataclass(frozen=True)
class Trust(Arguments):
    """Who may assume a role; Lambda, for this account, if neither kind of principal is given.

    Args:
        services: AWS services, `lambda.amazonaws.com`.
        principals: ARNs of users and roles, or account numbers.
        source_account: services only when they act for this account.
        external_id: what principals must name.
    """

    model: ClassVar[type[Model]] = models.Trust

    services: Sequence[str] = ()
    principals: Annotated[Sequence[pulumi.Input[str]], Shaped(_ROLE)] = ()
    source_account: bool = True
    external_id: pulumi.Input[str] | None = None


@dataclass(frozen=True)
class Role(Arguments):
    """A role with one inline policy that reaches one table alone.

    Args:
        name: unique within the table, such as `read`; part of its name and its policy's.
        grants: sets of actions: `read`, `write`, `admin`, `stream`, `export`.
        actions: further actions on the table and its indexes, `dynamodb:...`.
        actions_on_indexes: whether `actions` reach the indexes as well.
        conditions: IAM conditions on all of them: operator, key, values.
        trust: who may assume it; the table's if left out.
        managed_policies: ARNs of managed policies that are attached as well.
        permissions_boundary: ARN of a managed policy the role can never exceed.
        role_name, policy_name: templates of its names; the stack's if left out.
        description: written for you if left out, none if empty.
        tags: of this role alone.
    """

    model: ClassVar[type[Model]] = models.AccessRole

    name: str
    grants: Sequence[ActionSet] = ()
    actions: Sequence[str] = ()
    actions_on_indexes: bool = True
    conditions: Mapping[str, Mapping[str, Any]] | None = None
    trust: Trust | None = None
    managed_policies: Sequence[str] = ()
    permissions_boundary: Annotated[pulumi.Input[str] | None, Shaped(_POLICY)] = None
    role_name: str | None = None
    policy_name: str | None = None
    description: str | None = None
    tags: Mapping[str, pulumi.Input[str]] | None = None
