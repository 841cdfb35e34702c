"""Roles that may use a table."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from tablewright.manifest.models.base import Flag, Many, Model, OneOrMany, Tags, Template, Text

ActionSet = Literal["read", "write", "admin", "stream", "export"]
Condition = dict[str, dict[str, OneOrMany[Text]]]


class Trust(Model):
    """Who may assume a role. Lambda, for this account, if neither kind of principal is given."""

    services: Many[
        Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$")]
    ] = Field(default=(), description="AWS services, e.g. `lambda.amazonaws.com`.")
    principals: Many[
        Annotated[str, StringConstraints(pattern=r"^(\d{12}|arn:aws[a-z-]*:(iam|sts)::\d{12}:.+)$")]
    ] = Field(default=(), description="ARNs of users and roles, or account numbers.")
    source_account: Flag = Field(
        default=True,
        description="Services only when they act for this account (condition aws:SourceAccount).",
    )
    external_id: (
        Annotated[str, StringConstraints(min_length=2, max_length=1224, pattern=r"^[\w+=,.@:/-]*$")]
        | None
    ) = Field(default=None, description="Principals must name this id (condition sts:ExternalId).")


class AccessRole(Model):
    """A role with one inline policy that reaches this table alone."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=50)] = Field(
        description="Unique within the table; `{access}` in names."
    )
    grants: Many[ActionSet] = Field(
        default=(),
        description="Sets of actions: `read`, `write`, `admin` (change settings, never delete), "
        "`stream` (read the change stream), `export` (to S3).",
    )
    actions: Many[Annotated[str, StringConstraints(pattern=r"^dynamodb:[A-Za-z]+\*?$")]] = Field(
        default=(), description="Further actions on the table and its indexes, `dynamodb:...`."
    )
    actions_on_indexes: Flag = Field(
        default=True,
        description="Whether `actions` reach the indexes as well; `false`: the table alone.",
    )
    conditions: Condition = Field(
        default_factory=dict,
        description="IAM conditions on all of the above: operator, then key, then values.",
    )
    role_name: Template | None = Field(
        default=None, description="Name of the role; the stack's `naming.role` if left out."
    )
    policy_name: Template | None = Field(
        default=None, description="Name of its policy; the stack's `naming.policy` if left out."
    )
    description: (
        Annotated[str, StringConstraints(max_length=1000, pattern=r"^[\t\n\r -~\u00a1-\u00ff]*$")]
        | None
    ) = Field(
        default=None, description="Shown with the role; written for you if left out, none if empty."
    )
    trust: Trust | None = Field(
        default=None, description="Who may assume it; the table's `trust` if left out."
    )
    managed_policies: Many[str] = Field(
        default=(), description="ARNs of managed policies attached as well."
    )
    permissions_boundary: str | None = Field(
        default=None, description="ARN of a managed policy the role can never exceed."
    )
    tags: Tags = Field(default_factory=dict, description="Tags of this role alone.")
    adopt: Flag = Field(
        default=False,
        description="Take over a role of that name that exists. Those of a table that is adopted "
        "come with it as far as their policies name it.",
    )


def _from_word(value: Any) -> Any:
    """Read the bare word `read` as a role of that name with that set of actions."""
    return {"name": value, "grants": [value]} if isinstance(value, str) else value


Access = Annotated[
    AccessRole, BeforeValidator(_from_word, json_schema_input_type=ActionSet | AccessRole)
]
"""A role, or the bare name of a set of actions."""
