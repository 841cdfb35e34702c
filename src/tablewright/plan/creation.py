"""A new table: one CreateTable, then what CreateTable cannot carry (API reference, CreateTable)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import requests
from .setting_changes import expiry_on, recovery_longer
from .step import Risk, Step
from .table import OnDemandMaximum, Recovery, Stream, Table, TimeToLive


def steps_to_create(declared: Table) -> tuple[Step, ...]:
    """The calls that make a declared table, in order.

    A facet that is not said is AWS's default: provisioned if a capacity is said, else on demand.
    """
    return (_create(declared), *_afterwards(declared))


def is_on_demand(declared: Table) -> bool:
    """The mode a new table gets."""
    if declared.billing_mode is None:
        return declared.throughput is None
    return declared.billing_mode == "PAY_PER_REQUEST"


def _create(declared: Table) -> Step:
    keys = [declared.key]
    keys.extend(index.key for index in declared.local_indexes or ())
    keys.extend(index.key for index in declared.global_indexes or ())
    request: dict[str, Any] = {
        "TableName": declared.name,
        "AttributeDefinitions": requests.attribute_definitions(keys, declared.attributes),
        "KeySchema": requests.key_schema(declared.key),
        **_billing(declared),
        **_indexes(declared),
        **_settings(declared),
    }
    return Step(
        title=f"Create table {declared.name}",
        operation="CreateTable",
        request=request,
        risk=Risk.IN_PLACE,
        properties=("partitionKey",),
    )


def _billing(declared: Table) -> dict[str, Any]:
    if is_on_demand(declared):
        members: dict[str, Any] = {"BillingMode": "PAY_PER_REQUEST"}
        ceilings = requests.ceilings(declared.on_demand_maximum or OnDemandMaximum())
        if ceilings:
            members["OnDemandThroughput"] = ceilings
    else:
        members = {"BillingMode": "PROVISIONED"}
        if declared.throughput is not None:
            members["ProvisionedThroughput"] = requests.provisioned(declared.throughput)
    if declared.warm_throughput is not None:
        members["WarmThroughput"] = requests.warm(declared.warm_throughput)
    return members


def _indexes(declared: Table) -> dict[str, Any]:
    members: dict[str, Any] = {}
    on_demand = is_on_demand(declared)
    if declared.global_indexes:
        members["GlobalSecondaryIndexes"] = [
            requests.global_index(index, on_demand=on_demand) for index in declared.global_indexes
        ]
    if declared.local_indexes:
        members["LocalSecondaryIndexes"] = [
            requests.local_index(index) for index in declared.local_indexes
        ]
    return members


def _settings(declared: Table) -> dict[str, Any]:
    members: dict[str, Any] = {}
    if declared.stream is not None and declared.stream != Stream(None):
        members["StreamSpecification"] = requests.stream(declared.stream)
    if declared.encryption is not None and declared.encryption.type != "AWS_OWNED":
        members["SSESpecification"] = requests.encryption(declared.encryption)
    if declared.table_class is not None:
        members["TableClass"] = declared.table_class
    if declared.deletion_protection:
        members["DeletionProtectionEnabled"] = True
    if declared.tags:
        members["Tags"] = requests.tags(declared.tags)
    return members


def _afterwards(declared: Table) -> Iterator[Step]:
    fresh = Table(
        declared.name,
        declared.key,
        declared.attributes,
        recovery=Recovery(0),
        time_to_live=TimeToLive(None),
    )
    yield from recovery_longer(fresh, declared)
    yield from expiry_on(fresh, declared)
