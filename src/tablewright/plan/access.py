"""From the roles a manifest asks for to roles with grants: what each set of actions allows.

Which part of a table an action can be granted on is AWS's word (Service Authorization Reference,
Actions, resources, and condition keys for Amazon DynamoDB): Query and Scan know index ARNs, the
stream actions know stream ARNs only, and the List actions know no resource at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tablewright.manifest.models import AccessRole, ActionSet, Stack, Table
from tablewright.manifest.models import Trust as TrustModel
from tablewright.manifest.naming import policy_name, role_name, table_name
from tablewright.manifest.tagging import effective_tags

from .declared import Grant, Role, Trust

LAMBDA = "lambda.amazonaws.com"

_READ = ("BatchGetItem", "DescribeTable", "GetItem", "Query", "Scan")
_WRITE = ("BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem")
_ADMIN = (
    "DescribeContinuousBackups",
    "DescribeContributorInsights",
    "DescribeKinesisStreamingDestination",
    "DescribeTable",
    "DescribeTimeToLive",
    "ListTagsOfResource",
    "TagResource",
    "UntagResource",
    "UpdateContinuousBackups",
    "UpdateContributorInsights",
    "UpdateTable",
    "UpdateTimeToLive",
)

ACTION_SETS: Mapping[ActionSet, tuple[Grant, ...]] = {
    "read": (Grant("Read", _READ, ("table", "indexes")),),
    "write": (Grant("Write", _WRITE, ("table",)),),
    "admin": (Grant("Admin", _ADMIN, ("table", "indexes")),),
    "stream": (
        Grant("ReadStream", ("DescribeStream", "GetRecords", "GetShardIterator"), ("stream",)),
        Grant("ListStreams", ("ListStreams",), ("any",)),
    ),
    "export": (
        Grant("Export", ("DescribeContinuousBackups", "ExportTableToPointInTime"), ("table",)),
        Grant("ListExports", ("ListExports",), ("any",)),
    ),
}
"""What each word allows. `admin` changes settings but cannot delete the table; who needs that says
`actions: [dynamodb:DeleteTable]`."""

_DESCRIPTIONS: Mapping[ActionSet, str] = {
    "read": "read items",
    "write": "write items",
    "admin": "change settings",
    "stream": "read the change stream",
    "export": "export to S3",
}


def declared_roles(stack: Stack, table: Table) -> Iterator[Role]:
    """The roles of a table, in order of declaration."""
    for role in table.spec.access:
        yield Role(
            key=f"{table.metadata.name}-{role.name}",
            name=role_name(stack, table, role),
            policy_name=policy_name(stack, table, role),
            description=role.description or _description(stack, table, role),
            trust=_trust(role.trust or table.spec.trust),
            grants=tuple(_grants(role)),
            managed_policies=role.managed_policies,
            permissions_boundary=role.permissions_boundary,
            tags=effective_tags(stack, table.spec.tags, role.tags),
        )


def _grants(role: AccessRole) -> Iterator[Grant]:
    conditions: dict[str, Any] = {
        operator: {key: list(values) for key, values in keys.items()}
        for operator, keys in role.conditions.items()
    }
    for word in role.grants:
        for grant in ACTION_SETS[word]:
            actions = tuple(f"dynamodb:{action}" for action in grant.actions)
            yield Grant(grant.sid, actions, grant.targets, conditions)
    if role.actions:
        yield Grant("Further", role.actions, ("table", "indexes"), conditions)


def _trust(trust: TrustModel) -> Trust:
    nobody = not trust.services and not trust.principals
    return Trust(
        services=(LAMBDA,) if nobody else trust.services,
        principals=trust.principals,
        source_account=trust.source_account,
        external_id=trust.external_id,
    )


def _description(stack: Stack, table: Table, role: AccessRole) -> str:
    may = [_DESCRIPTIONS[word] for word in role.grants] or ["use chosen actions"]
    return f"May {', '.join(may)}: DynamoDB table {table_name(stack, table)}"
