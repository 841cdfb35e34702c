"""A new table: one CreateTable, then what CreateTable cannot carry (API reference, CreateTable)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tablewright.plan.facets import SETTINGS
from tablewright.plan.facets.encryption import encryption_of_a_new_table
from tablewright.plan.facets.on_demand_maximum import ceilings
from tablewright.plan.facets.warm_throughput import warm_from_the_start
from tablewright.plan.origin import Origin, Restore, S3Import
from tablewright.plan.table import OnDemandMaximum, Table

from . import requests
from .step import Risk, Step, Wait


def steps_to_create(declared: Table, origin: Origin | None = None) -> tuple[Step, ...]:
    """The calls that make a declared table, in order.

    A facet that is not said is AWS's default: provisioned if a capacity is said, else on demand.
    Of a table that begins with items (`origin`) only the first call is known beforehand: what
    follows is `steps` from what it made.
    """
    match origin:
        case None:
            return (_create(declared), *_afterwards(declared))
        case Restore():
            return (_restore(declared, origin),)
        case S3Import():
            return (_import(declared, origin),)


def is_on_demand(declared: Table) -> bool:
    """The mode a new table gets."""
    if declared.billing_mode is None:
        return declared.throughput is None
    return declared.billing_mode == "PAY_PER_REQUEST"


def _create(declared: Table) -> Step:
    return Step(
        title=f"Create table {declared.name}",
        operation="CreateTable",
        request={**_definition(declared), **_local_indexes(declared), **_settings(declared)},
        risk=Risk.IN_PLACE,
        properties=("partitionKey",),
    )


def _restore(declared: Table, origin: Restore) -> Step:
    request: dict[str, Any] = {"TargetTableName": declared.name}
    if origin.backup_arn is not None:
        operation, source = "RestoreTableFromBackup", f"backup {origin.backup_arn}"
        request["BackupArn"] = origin.backup_arn
    else:
        operation = "RestoreTableToPointInTime"
        moment = origin.moment or "the latest moment"
        source = f"{origin.source_table_arn or origin.source_table_name} as of {moment}"
        sides = {
            "SourceTableArn": origin.source_table_arn,
            "SourceTableName": origin.source_table_name,
            "RestoreDateTime": origin.moment,
        }
        request |= {name: value for name, value in sides.items() if value is not None}
        if origin.moment is None:
            request["UseLatestRestorableTime"] = True
    return Step(
        title=f"Restore table {declared.name} from {source}",
        operation=operation,
        request=request,
        risk=Risk.SLOW,
        properties=("restore",),
        note="minutes to hours with the size; tags, stream, expiry and recovery are set afterwards",
    )


def _import(declared: Table, origin: S3Import) -> Step:
    source = {"S3Bucket": origin.bucket}
    if origin.bucket_owner is not None:
        source["S3BucketOwner"] = origin.bucket_owner
    if origin.key_prefix:
        source["S3KeyPrefix"] = origin.key_prefix
    request: dict[str, Any] = {
        "S3BucketSource": source,
        "InputFormat": origin.format,
        "InputCompressionType": origin.compression,
        "TableCreationParameters": _importable(declared),
    }
    if origin.csv is not None:
        csv: dict[str, Any] = {"Delimiter": origin.csv.delimiter}
        if origin.csv.headers:
            csv["HeaderList"] = list(origin.csv.headers)
        request["InputFormatOptions"] = {"Csv": csv}
    return Step(
        title=f"Create table {declared.name} from s3://{origin.bucket}/{origin.key_prefix}",
        operation="ImportTable",
        request=request,
        risk=Risk.SLOW,
        properties=("importFromS3",),
        wait=Wait.ITEMS_LOADED,
        note="minutes to hours with the size; what an import cannot carry is set afterwards",
    )


def _importable(declared: Table) -> dict[str, Any]:
    """`TableCreationParameters`: less than CreateTable takes."""
    members = _definition(declared)
    members.pop("WarmThroughput", None)
    if declared.encryption is not None:
        members |= encryption_of_a_new_table(declared.encryption)
    return members


def _definition(declared: Table) -> dict[str, Any]:
    keys = [declared.key]
    keys.extend(index.key for index in declared.local_indexes or ())
    keys.extend(index.key for index in declared.global_indexes or ())
    on_demand = is_on_demand(declared)
    members: dict[str, Any] = {
        "TableName": declared.name,
        "AttributeDefinitions": requests.attribute_definitions(keys, declared.attributes),
        "KeySchema": requests.key_schema(declared.key),
        **_billing(declared),
    }
    if declared.global_indexes:
        members["GlobalSecondaryIndexes"] = [
            requests.global_index(index, on_demand=on_demand) for index in declared.global_indexes
        ]
    return members


def _billing(declared: Table) -> dict[str, Any]:
    if is_on_demand(declared):
        members: dict[str, Any] = {"BillingMode": "PAY_PER_REQUEST"}
        maximum = ceilings(declared.on_demand_maximum or OnDemandMaximum())
        if maximum:
            members["OnDemandThroughput"] = maximum
    else:
        members = {"BillingMode": "PROVISIONED"}
        if declared.throughput is not None:
            members["ProvisionedThroughput"] = requests.provisioned(declared.throughput)
    provision = None if is_on_demand(declared) else declared.throughput
    return members | warm_from_the_start(declared.warm_throughput, provision)


def _local_indexes(declared: Table) -> dict[str, Any]:
    if not declared.local_indexes:
        return {}
    indexes = [requests.local_index(index) for index in declared.local_indexes]
    return {"LocalSecondaryIndexes": indexes}


def _settings(declared: Table) -> dict[str, Any]:
    members: dict[str, Any] = {"Tags": requests.tags(declared.tags)} if declared.tags else {}
    for facet in SETTINGS:
        value = facet.of(declared)
        if facet.create is not None and value is not None:
            members |= facet.create(value)
    return members


def _afterwards(declared: Table) -> Iterator[Step]:
    late = [facet for facet in SETTINGS if facet.create is None]
    defaults = {facet.name: facet.default for facet in late}
    new = Table(declared.name, declared.key, declared.attributes, **defaults)
    for facet in late:
        for transition in (facet.guard, facet.change, facet.release):
            yield from facet.steps(transition, new, declared)
