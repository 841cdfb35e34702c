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
from tablewright.manifest.naming import policy_name, role_description, role_name, table_name
from tablewright.manifest.tagging import effective_tags
from tablewright.plan.partitions import dns_suffix, partition_of_region

from .declared import Grant, GrantTarget, Role, Trust

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

_KEY_TO_READ = ("kms:Decrypt", "kms:DescribeKey")
_KEY_TO_WRITE = ("kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")

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
        Grant("ReadExports", ("DescribeExport",), ("exports",)),
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
            description=_description(stack, table, role),
            trust=_trust(role.trust or table.spec.trust),
            grants=tuple(_grants(stack, table, role)),
            managed_policies=role.managed_policies,
            permissions_boundary=role.permissions_boundary,
            tags=effective_tags(stack, table.spec.tags, role.tags),
            adopt=role.adopt,
        )


def _grants(stack: Stack, table: Table, role: AccessRole) -> Iterator[Grant]:
    for word in role.grants:
        for grant in ACTION_SETS[word]:
            actions = tuple(f"dynamodb:{action}" for action in grant.actions)
            yield Grant(grant.sid, actions, grant.targets, _conditions(role, grant.targets))
    if role.actions:
        targets: tuple[GrantTarget, ...] = (
            ("table", "indexes") if role.actions_on_indexes else ("table",)
        )
        yield Grant("Further", role.actions, targets, _conditions(role, targets))
    yield from _use_of_the_key(stack, table, role)


def _conditions(role: AccessRole, targets: tuple[GrantTarget, ...]) -> dict[str, Any]:
    """The role's conditions; a List action knows no item, so what is about items cannot hold."""
    conditions: dict[str, Any] = {}
    for operator, keys in role.conditions.items():
        kept = {
            key: list(values)
            for key, values in keys.items()
            if targets != ("any",) or not key.lower().startswith("dynamodb:")
        }
        if kept:
            conditions[operator] = kept
    return conditions


def _use_of_the_key(stack: Stack, table: Table, role: AccessRole) -> Iterator[Grant]:
    """A customer key must be usable by whoever reads or writes, through DynamoDB and no other way.

    Source: Developer Guide, Encryption at rest: how it works (permissions of principals).
    """
    encryption = table.spec.encryption
    if encryption.type != "CUSTOMER" or encryption.kms_key_arn is None:
        return
    writes = "write" in role.grants or "admin" in role.grants or bool(role.actions)
    region = stack.spec.region
    suffix = dns_suffix(partition_of_region(region))
    yield Grant(
        "UseKey",
        (*_KEY_TO_READ, *(_KEY_TO_WRITE if writes else ())),
        (),
        {"StringEquals": {"kms:ViaService": [f"dynamodb.{region}.{suffix}"]}},
        (encryption.kms_key_arn,),
    )


def _trust(trust: TrustModel) -> Trust:
    nobody = not trust.services and not trust.principals
    return Trust(
        services=(LAMBDA,) if nobody else trust.services,
        principals=trust.principals,
        source_account=trust.source_account,
        external_id=trust.external_id,
    )


def _description(stack: Stack, table: Table, role: AccessRole) -> str:
    """The role's own, which may be empty, or one that says what it may do."""
    if (own := role_description(stack, table, role)) is not None:
        return own
    may = [_DESCRIPTIONS[word] for word in role.grants] or ["use chosen actions"]
    return f"May {', '.join(may)}: DynamoDB table {table_name(stack, table)}"
