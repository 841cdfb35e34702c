"""From what DynamoDB's Describe calls answer to the plain value of a table. Pure.

Each function takes one reply, or the part of it that it names, and answers one facet. All follow
the API reference (amazondynamodb, API_TableDescription and the pages it links to): members that
are absent mean what AWS means by leaving them out, never "unread"; who could not make the call
does not call the function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from tablewright.manifest.tagging import RESERVED
from tablewright.plan.declared import InsightsMode
from tablewright.plan.owner import OWNER_TAG
from tablewright.plan.table import (
    AttributeType,
    BillingMode,
    Encryption,
    GlobalIndex,
    Key,
    LocalIndex,
    OnDemandMaximum,
    Projection,
    Recovery,
    Stream,
    Table,
    TableClass,
    Throughput,
    TimeToLive,
)

Reply = Mapping[str, Any]
KeyManager = Literal["AWS", "CUSTOMER"]

DEFAULT_RECOVERY_DAYS = 35

_ON = frozenset({"ENABLED", "ENABLING"})
_NO_MAXIMUM = -1


def table(
    description: Reply,
    *,
    recovery: Recovery | None = None,
    time_to_live: TimeToLive | None = None,
    encryption: Encryption | None = None,
    tags: Mapping[str, str] | None = None,
) -> Table:
    """The table that `DescribeTable` describes; facets that take calls of their own are given.

    Args:
        description: `DescribeTable`'s member `Table`.
        recovery: from `DescribeContinuousBackups`, None when unread; likewise the others.
        time_to_live: from `DescribeTimeToLive`.
        encryption: see `encryption`.
        tags: from `ListTagsOfResource`.
    """
    mode = billing_mode(description)
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
        stream=stream(description),
        encryption=encryption,
        recovery=recovery,
        time_to_live=time_to_live,
        table_class=table_class(description),
        deletion_protection=bool(description.get("DeletionProtectionEnabled", False)),
        on_demand_maximum=on_demand_maximum(description),
        warm_throughput=warm_throughput(description),
        tags=tags,
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
        on_demand_maximum=on_demand_maximum(description),
        warm_throughput=warm_throughput(description),
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


def stream(description: Reply) -> Stream:
    """The stream; a table whose stream is off still names the ARN of its last one."""
    specification = description.get("StreamSpecification") or {}
    on = specification.get("StreamEnabled", False)
    return Stream(specification.get("StreamViewType") if on else None)


def encryption_key(description: Reply) -> str | None:
    """ARN of the KMS key in use; None with the key that AWS owns."""
    described = description.get("SSEDescription") or {}
    if described.get("Status") in {None, "DISABLED", "DISABLING"}:
        return None
    arn: str | None = described.get("KMSMasterKeyArn")
    return arn


def encryption(key_arn: str | None, manager: KeyManager | None = None) -> Encryption:
    """The kind of encryption by a key.

    Args:
        key_arn: see `encryption_key`.
        manager: `KeyManager` of KMS's `DescribeKey` for it: DynamoDB's reply looks the same for
            the AWS managed key and a customer's.
    """
    if key_arn is None:
        return Encryption("AWS_OWNED")
    if manager == "AWS":
        return Encryption("AWS_MANAGED")
    return Encryption("CUSTOMER", key_arn)


def table_class(description: Reply) -> TableClass:
    """A table whose class was never set is STANDARD."""
    summary = description.get("TableClassSummary") or {}
    name: TableClass = summary.get("TableClass", "STANDARD")
    return name


def on_demand_maximum(description: Reply) -> OnDemandMaximum:
    """Ceilings of a table or an index; -1 and an absent member both mean none."""
    ceilings = description.get("OnDemandThroughput") or {}
    return OnDemandMaximum(
        read=_ceiling(ceilings.get("MaxReadRequestUnits")),
        write=_ceiling(ceilings.get("MaxWriteRequestUnits")),
    )


def warm_throughput(description: Reply) -> Throughput | None:
    """Units a second that table or index serves at once; None where AWS does not report it.

    Global tables of version 2017.11.29, and an index that is being built, have none.
    """
    warm = description.get("WarmThroughput") or {}
    read, write = warm.get("ReadUnitsPerSecond"), warm.get("WriteUnitsPerSecond")
    return None if read is None or write is None else Throughput(int(read), int(write))


def recovery(reply: Reply) -> Recovery:
    """The recovery window, from `ContinuousBackupsDescription`."""
    described = reply.get("PointInTimeRecoveryDescription") or {}
    if described.get("PointInTimeRecoveryStatus") != "ENABLED":
        return Recovery(0)
    return Recovery(int(described.get("RecoveryPeriodInDays", DEFAULT_RECOVERY_DAYS)))


def time_to_live(reply: Reply) -> TimeToLive:
    """Time to live, from `TimeToLiveDescription`; what is being switched off counts as off."""
    on = reply.get("TimeToLiveStatus") in _ON
    return TimeToLive(reply.get("AttributeName") if on else None)


def tags(replies: Sequence[Reply]) -> dict[str, str]:
    """The tags from the `Tags` of all pages; those that AWS keeps for itself are left out."""
    return {
        tag["Key"]: tag["Value"] for tag in replies if not tag["Key"].lower().startswith("aws:")
    }


def users_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Those of live tags that a manifest may say: our own are left out."""
    return {key: value for key, value in sorted(tags.items()) if not key.startswith(RESERVED)}


def owner(replies: Sequence[Reply]) -> str | None:
    """The stack that a table belongs to, from the same pages; None when it belongs to none."""
    return next((tag["Value"] for tag in replies if tag["Key"] == OWNER_TAG), None)


def insights_mode(reply: Reply) -> InsightsMode | None:
    """Mode of Contributor Insights from `DescribeContributorInsights`; None when they are off.

    A reply without a mode is of the default, AWS's `ACCESSED_AND_THROTTLED_KEYS`.
    """
    if reply.get("ContributorInsightsStatus") not in _ON:
        return None
    mode: InsightsMode = reply.get("ContributorInsightsMode") or "ACCESSED_AND_THROTTLED_KEYS"
    return mode


def _ceiling(units: int | None) -> int | None:
    return None if units is None or int(units) == _NO_MAXIMUM else int(units)
