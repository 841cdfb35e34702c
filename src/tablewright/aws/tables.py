"""From what DynamoDB's Describe calls answer to the plain value of a table. Pure.

Each function takes one reply, or the part of it that it names; `plan.facets` has those of single
settings. All follow the API reference (amazondynamodb, API_TableDescription and the pages it links
to): members that are absent mean what AWS means by leaving them out, never "unread"; who could not
make the call does not call the function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tablewright.dynamodb_values import AttributeType, BillingMode, InsightsMode
from tablewright.plan.facets import CAPACITY, FACETS
from tablewright.plan.owner import OWNER_TAG
from tablewright.plan.table import GlobalIndex, Key, LocalIndex, Projection, Table, Throughput
from tablewright.stack_id import RESERVED_TAGS

Reply = Mapping[str, Any]
_ON = frozenset({"ENABLED", "ENABLING"})
CLOUDFORMATION_TAG = "aws:cloudformation:stack-name"
"""Set by CloudFormation itself; it stays on what a stack let go of."""


def table(description: Reply, **apart: Any) -> Table:
    """The table that `DescribeTable` describes.

    Args:
        description: `DescribeTable`'s member `Table`.
        apart: by name, the facets that take calls of their own, and the tags; None when unread.
    """
    mode = billing_mode(description)
    described = {facet.name: facet.read(description) for facet in FACETS if facet.is_described}
    return Table(
        name=description["TableName"],
        key=key(description["KeySchema"]),
        attributes=attributes(description),
        billing_mode=mode,
        throughput=throughput(description, mode),
        global_indexes=tuple(
            global_index(index, mode) for index in description.get("GlobalSecondaryIndexes") or ()
        ),
        local_indexes=tuple(
            local_index(index) for index in description.get("LocalSecondaryIndexes") or ()
        ),
        **described,
        **apart,
    )


def key(schema: Sequence[Reply]) -> Key:
    """The key of a `KeySchema`; attributes keep their order within partition and sort."""
    return Key(
        partition=tuple(part["AttributeName"] for part in schema if part["KeyType"] == "HASH"),
        sort=tuple(part["AttributeName"] for part in schema if part["KeyType"] == "RANGE"),
    )


def attributes(description: Reply) -> dict[str, AttributeType]:
    """Types by name of all key attributes."""
    return {
        attribute["AttributeName"]: attribute["AttributeType"]
        for attribute in description.get("AttributeDefinitions") or ()
    }


def billing_mode(description: Reply) -> BillingMode:
    """A table that never was on demand has no summary: it is provisioned."""
    summary = description.get("BillingModeSummary") or {}
    mode: BillingMode = summary.get("BillingMode", "PROVISIONED")
    return mode


def throughput(description: Reply, mode: BillingMode) -> Throughput | None:
    """Provisioned capacity of a table or an index; on demand there is none (AWS answers 0/0)."""
    if mode == "PAY_PER_REQUEST":
        return None
    provisioned = description["ProvisionedThroughput"]
    return Throughput(
        read=int(provisioned["ReadCapacityUnits"]), write=int(provisioned["WriteCapacityUnits"])
    )


def global_index(description: Reply, mode: BillingMode) -> GlobalIndex:
    """One of `GlobalSecondaryIndexes`, whatever its status."""
    return GlobalIndex(
        name=description["IndexName"],
        key=key(description["KeySchema"]),
        projection=projection(description),
        throughput=throughput(description, mode),
        **{facet.name: facet.read(description) for facet in CAPACITY},
    )


def local_index(description: Reply) -> LocalIndex:
    """One of `LocalSecondaryIndexes`."""
    return LocalIndex(
        name=description["IndexName"],
        key=key(description["KeySchema"]),
        projection=projection(description),
    )


def projection(description: Reply) -> Projection:
    """What an index carries."""
    projected = description["Projection"]
    return Projection(
        type=projected["ProjectionType"],
        non_key_attributes=frozenset(projected.get("NonKeyAttributes") or ()),
    )


def tags(replies: Sequence[Reply]) -> dict[str, str]:
    """The tags from the `Tags` of all pages; those that AWS keeps for itself are left out."""
    return {
        tag["Key"]: tag["Value"] for tag in replies if not tag["Key"].lower().startswith("aws:")
    }


def users_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Those of live tags that a manifest may say: our own are left out."""
    return {key: value for key, value in sorted(tags.items()) if not key.startswith(RESERVED_TAGS)}


def owner(replies: Sequence[Reply]) -> str | None:
    """The stack that a table belongs to, from the same pages; None when it belongs to none."""
    return next((tag["Value"] for tag in replies if tag["Key"] == OWNER_TAG), None)


def cloudformation_stack(replies: Sequence[Reply]) -> str | None:
    """The CloudFormation stack that made a table, from the same pages; None for any other."""
    return next((tag["Value"] for tag in replies if tag["Key"] == CLOUDFORMATION_TAG), None)


def insights_mode(reply: Reply) -> InsightsMode | None:
    """Mode of Contributor Insights from `DescribeContributorInsights`; None when they are off.

    A reply without a mode is of the default, AWS's `ACCESSED_AND_THROTTLED_KEYS`.
    """
    if reply.get("ContributorInsightsStatus") not in _ON:
        return None
    mode: InsightsMode = reply.get("ContributorInsightsMode") or "ACCESSED_AND_THROTTLED_KEYS"
    return mode
