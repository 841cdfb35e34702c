"""Facets of a table as members of DynamoDB's requests (API reference, CreateTable, UpdateTable)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .table import (
    AttributeType,
    Encryption,
    GlobalIndex,
    Key,
    LocalIndex,
    OnDemandMaximum,
    Projection,
    Recovery,
    Stream,
    Throughput,
)

_ON_DEMAND_WARMTH = Throughput(12_000, 4_000)
"""What anything new on demand serves at once by itself (Developer Guide, warm throughput)."""
_NO_CEILING = -1
"""How AWS is told to take a ceiling away (API reference, OnDemandThroughput)."""


def key_schema(key: Key) -> list[dict[str, str]]:
    """`KeySchema`: partition attributes first."""
    return [
        *({"AttributeName": name, "KeyType": "HASH"} for name in key.partition),
        *({"AttributeName": name, "KeyType": "RANGE"} for name in key.sort),
    ]


def attribute_definitions(
    keys: Iterable[Key], types: Mapping[str, AttributeType]
) -> list[dict[str, str]]:
    """`AttributeDefinitions`: exactly the attributes that these keys use, as AWS demands."""
    used = sorted({name for key in keys for name in key.names})
    return [{"AttributeName": name, "AttributeType": types[name]} for name in used]


def projection(value: Projection) -> dict[str, Any]:
    """`Projection`."""
    member: dict[str, Any] = {"ProjectionType": value.type}
    if value.non_key_attributes:
        member["NonKeyAttributes"] = sorted(value.non_key_attributes)
    return member


def provisioned(value: Throughput) -> dict[str, int]:
    """`ProvisionedThroughput`."""
    return {"ReadCapacityUnits": value.read, "WriteCapacityUnits": value.write}


def maximum(value: OnDemandMaximum) -> dict[str, int]:
    """`OnDemandThroughput`, both sides said, -1 for none."""
    return {
        "MaxReadRequestUnits": value.read or _NO_CEILING,
        "MaxWriteRequestUnits": value.write or _NO_CEILING,
    }


def ceilings(value: OnDemandMaximum) -> dict[str, int]:
    """`OnDemandThroughput` of something new, where a side without a ceiling is left out."""
    sides = {"MaxReadRequestUnits": value.read, "MaxWriteRequestUnits": value.write}
    return {name: units for name, units in sides.items() if units is not None}


def warm(value: Throughput) -> dict[str, int]:
    """`WarmThroughput`."""
    return {"ReadUnitsPerSecond": value.read, "WriteUnitsPerSecond": value.write}


def warm_from_the_start(
    value: Throughput | None, provisioned: Throughput | None
) -> dict[str, dict[str, int]]:
    """`WarmThroughput` of something new: nothing where it is as warm by itself.

    AWS refuses to begin below what the capacity (None: on demand) gives anyway.
    """
    floor = provisioned or _ON_DEMAND_WARMTH
    if value is None or (value.read <= floor.read and value.write <= floor.write):
        return {}
    above = Throughput(max(value.read, floor.read), max(value.write, floor.write))
    return {"WarmThroughput": warm(above)}


def global_index(index: GlobalIndex, *, on_demand: bool) -> dict[str, Any]:
    """A global index that is to be made, with the table or later."""
    member: dict[str, Any] = {
        "IndexName": index.name,
        "KeySchema": key_schema(index.key),
        "Projection": projection(index.projection),
    }
    if not on_demand and index.throughput is not None:
        member["ProvisionedThroughput"] = provisioned(index.throughput)
    if on_demand and index.on_demand_maximum is not None and ceilings(index.on_demand_maximum):
        member["OnDemandThroughput"] = ceilings(index.on_demand_maximum)
    provision = None if on_demand else index.throughput
    return member | warm_from_the_start(index.warm_throughput, provision)


def local_index(index: LocalIndex) -> dict[str, Any]:
    """A local index that is to be made with its table."""
    return {
        "IndexName": index.name,
        "KeySchema": key_schema(index.key),
        "Projection": projection(index.projection),
    }


def stream(value: Stream) -> dict[str, Any]:
    """`StreamSpecification`."""
    if value.view_type is None:
        return {"StreamEnabled": False}
    return {"StreamEnabled": True, "StreamViewType": value.view_type}


def encryption(value: Encryption) -> dict[str, Any]:
    """`SSESpecification`; the key that AWS owns is what "not enabled" means."""
    if value.type == "AWS_OWNED":
        return {"Enabled": False}
    member: dict[str, Any] = {"Enabled": True, "SSEType": "KMS"}
    if value.kms_key is not None:
        member["KMSMasterKeyId"] = value.kms_key
    return member


def recovery(value: Recovery) -> dict[str, Any]:
    """`PointInTimeRecoverySpecification`."""
    if value.days == 0:
        return {"PointInTimeRecoveryEnabled": False}
    return {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": value.days}


def tags(value: Mapping[str, str]) -> list[dict[str, str]]:
    """`Tags`, sorted, so that the same tags make the same request."""
    return [{"Key": key, "Value": value[key]} for key in sorted(value)]
