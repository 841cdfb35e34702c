"""Restored tables: like the source but for what a request overrides, and filled in time.

Source: API reference, RestoreTableToPointInTime. A restored table drops autoscaling, policies,
alarms, tags, streams, TTL and recovery, as on AWS.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tablewright_emulator.dynamodb.control_plane.description import describe
from tablewright_emulator.dynamodb.control_plane.encryption import key_arn
from tablewright_emulator.dynamodb.control_plane.lifecycle import build, check_room, created
from tablewright_emulator.dynamodb.effects import effect
from tablewright_emulator.dynamodb.items.partitions import Item
from tablewright_emulator.dynamodb.rules import capacity
from tablewright_emulator.dynamodb.rules.naming import check_name
from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.request import AwsFault, Request

Params = dict[str, Any]


def like(world: DynamoDb, request: Request, source: Table, params: Params) -> Table:
    """A table like the source, with the overrides of the request."""
    target = check_name(params["TargetTableName"])
    catalog = world.of(request)
    if catalog.get(target, world.now()) is not None:
        raise AwsFault("TableAlreadyExistsException", f"Table already exists: {target}")
    check_room(world, catalog)
    _check_overrides(source, params)
    definition = _definition(source, params)
    capacity.check_billing(definition)
    table = build(world, request, target, definition)
    table.forget_unused_attributes()
    override = params.get("SSESpecificationOverride")
    table.kms_key = source.kms_key if override is None else key_arn(world, table, override)
    return table


def _check_overrides(source: Table, params: Params) -> None:
    """What may be overridden depends on the mode the restored table will have."""
    override = params.get("BillingModeOverride")
    mode = override or source.billing_mode
    units = params.get("ProvisionedThroughputOverride") is not None
    if units and override == "PAY_PER_REQUEST":
        raise bad_request(
            "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST"
        )
    if units and mode == "PAY_PER_REQUEST":
        raise bad_request("Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED")
    if mode == "PROVISIONED" != source.billing_mode and not units:
        raise bad_request(
            "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED"
        )
    for member in params.get("OnDemandThroughputOverride") or {}:
        if mode == "PROVISIONED":
            raise bad_request(
                f"Cannot override {member} for OnDemandThroughput unless BillingModeOverride is "
                "PAY_PER_REQUEST"
            )


def bad_request(text: str) -> AwsFault:
    """A ValidationException with the opening AWS uses in restores and exports."""
    return AwsFault("ValidationException", f"Invalid Request: {text}")


def _definition(source: Table, params: Params) -> Params:
    """What CreateTable would have been given."""
    mode = params.get("BillingModeOverride") or source.billing_mode
    definition: Params = {
        "AttributeDefinitions": source.attributes,
        "KeySchema": source.key_schema,
        "BillingMode": mode,
        "GlobalSecondaryIndexes": _indexes(source, params, "Global", list(source.indexes.values())),
        "LocalSecondaryIndexes": _indexes(
            source, params, "Local", list(source.local_indexes.values())
        ),
    }
    if mode == "PROVISIONED":
        definition["ProvisionedThroughput"] = params.get("ProvisionedThroughputOverride") or _units(
            source
        )
    else:
        kept = {member: units for member, units in source.on_demand.items() if units > 0}
        definition["OnDemandThroughput"] = params.get("OnDemandThroughputOverride") or kept or None
    return definition


def _units(metered: Any) -> dict[str, int] | None:
    units = metered.throughput
    if not units.read:
        return None
    return {"ReadCapacityUnits": units.read, "WriteCapacityUnits": units.write}


def _indexes(source: Table, params: Params, kind: str, present: list[Any]) -> list[Params]:
    """The indexes of the restored table: those of the source, or a choice of them."""
    mode = params.get("BillingModeOverride") or source.billing_mode
    chosen = params.get(f"{kind}SecondaryIndexOverride")
    by_name = {index.name: index for index in present}
    if chosen is not None:
        for index in chosen:
            known = by_name.get(index["IndexName"])
            if known is None or known.key_schema != index["KeySchema"]:
                raise bad_request(
                    f"Index {index['IndexName']} does not match a secondary index that existed in "
                    "the source table and cannot be created during the restore operation"
                )
        return list(chosen)
    definitions = []
    for index in present:
        definition = {
            "IndexName": index.name,
            "KeySchema": index.key_schema,
            "Projection": index.projection,
        }
        if kind == "Global" and mode == "PROVISIONED":
            definition["ProvisionedThroughput"] = _units(index)
        definitions.append(definition)
    return definitions


def begin(world: DynamoDb, request: Request, table: Table, items: list[Item]) -> dict[str, Any]:
    """Begin to fill a restored table."""
    world.of(request).tables[table.name] = table
    world.begin(table, world.durations.restore, _filled, items=items)
    return {"TableDescription": describe(world, table)}


@effect("restore.filled")
def _filled(table: Table, at: datetime, items: list[Item]) -> None:
    for item in items:
        table.write(table.keys.place(item.attributes), None, item)
    assert table.restored_from is not None  # noqa: S101 - it is a restored table
    table.restored_from = {**table.restored_from, "RestoreInProgress": False}
    created(table, at)
