"""Facets of a table as members of DynamoDB's requests (API reference, CreateTable, UpdateTable)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tablewright.dynamodb_values import AttributeType
from tablewright.plan.facets.on_demand_maximum import ceilings
from tablewright.plan.facets.warm_throughput import warm_from_the_start
from tablewright.plan.table import GlobalIndex, Key, LocalIndex, Projection, Throughput


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


def index_update(table: str, index: str, **members: Any) -> dict[str, Any]:
    """UpdateTable of one global index."""
    update = {"IndexName": index, **members}
    return {"TableName": table, "GlobalSecondaryIndexUpdates": [{"Update": update}]}


def local_index(index: LocalIndex) -> dict[str, Any]:
    """A local index that is to be made with its table."""
    return {
        "IndexName": index.name,
        "KeySchema": key_schema(index.key),
        "Projection": projection(index.projection),
    }


def tags(value: Mapping[str, str]) -> list[dict[str, str]]:
    """`Tags`, sorted, so that the same tags make the same request."""
    return [{"Key": key, "Value": value[key]} for key in sorted(value)]
