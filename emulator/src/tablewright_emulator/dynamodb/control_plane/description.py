"""DescribeTable's answer: what a table looks like from outside.

Source: API reference, TableDescription; Developer Guide, page CapacityMode for what on-demand
tables show. Members AWS leaves out are left out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tablewright_emulator.dynamodb.control_plane.encryption import is_lost
from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.dynamodb.table import GlobalIndex, LocalIndex, Metered, Table, Throughput


def describe(world: DynamoDb, table: Table) -> dict[str, Any]:
    """`TableDescription`."""
    now = world.now()
    status = "INACCESSIBLE_ENCRYPTION_CREDENTIALS" if is_lost(world, table) else table.status
    counts = _counts(world, table, now)
    count, size = counts.get(None, (0, 0))
    return {
        "AttributeDefinitions": table.attributes,
        "TableName": table.name,
        "KeySchema": table.key_schema,
        "TableStatus": status,
        "CreationDateTime": table.created,
        "ProvisionedThroughput": _throughput(table.throughput, now),
        "TableSizeBytes": size,
        "ItemCount": count,
        "TableArn": table.arn,
        "TableId": table.id,
        "BillingModeSummary": _billing(table),
        "LocalSecondaryIndexes": [
            _local_index(table, index, counts.get(index.name, (0, 0)))
            for index in table.local_indexes.values()
        ]
        or None,
        "GlobalSecondaryIndexes": [
            _global_index(table, index, counts.get(index.name, (0, 0)), now)
            for index in table.indexes.values()
        ]
        or None,
        **_stream(table),
        "Replicas": list(table.replicas.values()) or None,
        "GlobalTableVersion": "2019.11.21" if table.replicas else None,
        "RestoreSummary": table.restored_from,
        "SSEDescription": _encryption(table),
        "TableClassSummary": _table_class(table),
        "DeletionProtectionEnabled": table.protected,
        "OnDemandThroughput": table.on_demand or None,
        "WarmThroughput": _warm(table, table.status),
    }


def _throughput(throughput: Throughput, now: datetime) -> dict[str, Any]:
    return {
        "LastIncreaseDateTime": throughput.last_increase,
        "LastDecreaseDateTime": throughput.last_decrease,
        "NumberOfDecreasesToday": throughput.decreases_today(now),
        "ReadCapacityUnits": throughput.read,
        "WriteCapacityUnits": throughput.write,
    }


def _billing(table: Table) -> dict[str, Any] | None:
    """Tables that were always provisioned have no summary."""
    if table.billing_mode == "PROVISIONED" and table.pay_per_request_since is None:
        return None
    return {
        "BillingMode": table.billing_mode,
        "LastUpdateToPayPerRequestDateTime": None
        if table.creating
        else table.pay_per_request_since,
    }


def _local_index(table: Table, index: LocalIndex, counted: tuple[int, int]) -> dict[str, Any]:
    return {
        "IndexName": index.name,
        "KeySchema": index.key_schema,
        "Projection": index.projection,
        "IndexSizeBytes": counted[1],
        "ItemCount": counted[0],
        "IndexArn": f"{table.arn}/index/{index.name}",
    }


def _global_index(
    table: Table, index: GlobalIndex, counted: tuple[int, int], now: datetime
) -> dict[str, Any]:
    status = "CREATING" if table.creating else index.status
    return {
        "IndexName": index.name,
        "KeySchema": index.key_schema,
        "Projection": index.projection,
        "IndexStatus": status,
        "Backfilling": index.backfilling,
        "ProvisionedThroughput": _throughput(index.throughput, now),
        "IndexSizeBytes": counted[1],
        "ItemCount": counted[0],
        "IndexArn": f"{table.arn}/index/{index.name}",
        "OnDemandThroughput": index.on_demand or None,
        "WarmThroughput": _warm(index, status),
    }


def _warm(metered: Metered, status: str) -> dict[str, Any]:
    state = "UPDATING" if metered.warming else "CREATING" if status == "CREATING" else "ACTIVE"
    return {**metered.warm, "Status": state}


def _stream(table: Table) -> dict[str, Any]:
    """The latest stream's name stays after it was disabled."""
    latest = table.stream or (table.old_streams[-1] if table.old_streams else None)
    if latest is None:
        return {}
    shown: dict[str, Any] = {"LatestStreamLabel": latest.label, "LatestStreamArn": latest.arn}
    if table.stream is not None:
        shown["StreamSpecification"] = {
            "StreamEnabled": True,
            "StreamViewType": table.stream.view_type,
        }
    return shown


def _encryption(table: Table) -> dict[str, Any] | None:
    """None under the key AWS owns."""
    key = table.kms_key_next or table.kms_key
    if key is None:
        return None
    return {
        "Status": "UPDATING" if table.kms_key_next else "ENABLED",
        "SSEType": "KMS",
        "KMSMasterKeyArn": key,
        "InaccessibleEncryptionDateTime": table.key_inaccessible_since,
    }


def _table_class(table: Table) -> dict[str, Any] | None:
    if table.table_class is None:
        return None
    changed = table.class_changes[-1] if table.class_changes else None
    return {"TableClass": table.table_class, "LastUpdateDateTime": changed}


def _counts(world: DynamoDb, table: Table, now: datetime) -> dict[str | None, tuple[int, int]]:
    """Items and bytes of the table (None) and of each index, as stale as on AWS."""
    stale = timedelta(seconds=world.durations.counts)
    if table.counted is None or now - table.counted[0] >= stale:
        named = [(index.name, index.view) for index in table.indexes.values()]
        named += [(index.name, index.view) for index in table.local_indexes.values()]
        counts: dict[str | None, tuple[int, int]] = {
            name: (view.shelf.count, view.shelf.size) for name, view in named if view is not None
        }
        counts[None] = (table.shelf.count, table.shelf.size)
        table.counted = (now, counts)
    return table.counted[1]
