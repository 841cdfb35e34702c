"""Continuous backups, point-in-time restore, backups on demand and their restore.

Sources: API reference of these operations; Developer Guide, page PointInTimeRecovery_Howitworks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tablewright_emulator.dynamodb.catalog import Backup
from tablewright_emulator.dynamodb.control_plane import restore
from tablewright_emulator.dynamodb.control_plane.backup_store import frozen, take
from tablewright_emulator.dynamodb.control_plane.description import describe
from tablewright_emulator.dynamodb.control_plane.restore import bad_request
from tablewright_emulator.dynamodb.items.partitions import Item, Place
from tablewright_emulator.dynamodb.service import (
    DynamoDb,
    Operation,
    require_active,
)
from tablewright_emulator.dynamodb.table import Recovery, Table
from tablewright_emulator.dynamodb.values import invalid
from tablewright_emulator.request import AwsFault, Request

Params = dict[str, Any]
_MAX_DAYS = 35


def _table(world: DynamoDb, request: Request, name: Any = None) -> Table:
    """The table of these operations, which have an error of their own."""
    name = request.params.get("TableName") if name is None else name
    table = world.find(request, name)
    if table is None or table.deleting:
        raise AwsFault("TableNotFoundException", f"Table not found: {name}")
    return table


def update_continuous_backups(world: DynamoDb, request: Request) -> dict[str, Any]:
    """UpdateContinuousBackups."""
    table = _table(world, request)
    if table.creating:
        raise AwsFault(
            "ContinuousBackupsUnavailableException",
            f"Backups are being enabled for the table: {table.name}. Please retry later",
        )
    specification = request.params["PointInTimeRecoverySpecification"]
    on = specification["PointInTimeRecoveryEnabled"]
    days = specification.get("RecoveryPeriodInDays")
    if days is not None and not on:
        raise bad_request(
            "Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
        )
    recovery = table.recovery
    if not on:
        table.recovery = Recovery()
    else:
        if recovery.enabled_at is None:
            recovery.enabled_at = world.now()
            recovery.period_days = _MAX_DAYS
        recovery.period_days = days or recovery.period_days
        recovery.trim(world.now())
    return {"ContinuousBackupsDescription": _continuous(world, table)}


def describe_continuous_backups(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DescribeContinuousBackups."""
    return {"ContinuousBackupsDescription": _continuous(world, _table(world, request))}


def _continuous(world: DynamoDb, table: Table) -> dict[str, Any]:
    recovery = table.recovery
    shown: dict[str, Any] = {"PointInTimeRecoveryStatus": "DISABLED"}
    if recovery.enabled:
        earliest, latest = _window(world, recovery)
        shown = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": recovery.period_days,
            "EarliestRestorableDateTime": earliest,
            "LatestRestorableDateTime": latest,
        }
    return {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": shown}


def _window(world: DynamoDb, recovery: Recovery) -> tuple[datetime, datetime]:
    """Earliest and latest moment that can be restored."""
    now = world.now()
    earliest = recovery.earliest(now)
    return earliest, max(earliest, now - timedelta(seconds=world.durations.recovery_lag))


# --- point in time ------------------------------------------------------------------------------


def restore_to_point_in_time(world: DynamoDb, request: Request) -> dict[str, Any]:
    """RestoreTableToPointInTime: with the data as it was."""
    params = request.params
    given = [params[m] for m in ("SourceTableArn", "SourceTableName") if params.get(m)]
    if len(given) != 1:
        raise bad_request("Must provide exactly one of: sourceTableArn, sourceTableName")
    (name,) = given
    source = _table(world, request, name)
    if not source.recovery.enabled:
        raise AwsFault(
            "PointInTimeRecoveryUnavailableException",
            f"Point in time recovery is not enabled for table '{source.name}'",
        )
    moment = _moment(world, source, params)
    table = restore.like(world, request, source, params)
    table.restored_from = {
        "SourceTableArn": source.arn,
        "RestoreDateTime": moment,
        "RestoreInProgress": True,
    }
    return restore.begin(world, request, table, list(items_at(source, moment).values()))


def _moment(world: DynamoDb, source: Table, params: Params) -> datetime:
    earliest, latest = _window(world, source.recovery)
    moment: datetime | None = params.get("RestoreDateTime")
    if bool(params.get("UseLatestRestorableTime")) is (moment is not None):
        raise bad_request(
            "Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not "
            "both"
        )
    if moment is None:
        return latest
    # The API's times have milliseconds at best: the window is as wide as its ends are shown.
    slack = timedelta(milliseconds=1)
    if not earliest - slack <= moment <= latest + slack:
        raise AwsFault(
            "InvalidRestoreTimeException",
            f"An invalid restore time was specified. RestoreDateTime must be between "
            f"{earliest.isoformat()} and {latest.isoformat()}.",
        )
    return moment


def items_at(source: Table, moment: datetime) -> dict[Place, Item]:
    """The items of a table at a moment: as they are, with every later change undone."""
    items: dict[Place, Item] = {source.keys.place(item.attributes): item for item in source.shelf}
    for at, place, old, _ in reversed(source.recovery.log):
        if at <= moment:
            break
        if old is None:
            items.pop(place, None)
        else:
            items[place] = old
    return items


# --- backups on demand --------------------------------------------------------------------------


def create_backup(world: DynamoDb, request: Request) -> dict[str, Any]:
    """CreateBackup."""
    table = _table(world, request)
    require_active(table)
    return {"BackupDetails": _details(world, take(world, table, request.params["BackupName"]))}


def _backup(world: DynamoDb, request: Request) -> Backup:
    arn = request.params["BackupArn"]
    backup = world.of(request).backups.get(arn)
    if backup is None or (backup.expires is not None and backup.expires < world.now()):
        raise AwsFault("BackupNotFoundException", f"Backup not found: {arn}")
    return backup


def describe_backup(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DescribeBackup."""
    return {"BackupDescription": _description(world, _backup(world, request))}


def delete_backup(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DeleteBackup."""
    backup = _backup(world, request)
    if backup.status(world.now()) == "CREATING":
        raise AwsFault("BackupInUseException", f"Backup is being created: {backup.arn}")
    if backup.expires is not None:
        raise bad_request(
            f"User is not allowed to delete the system backup with arn {backup.arn}. It will "
            f"automatically expire on {backup.expires.isoformat()}"
        )
    backup.deleted = True
    shown = _description(world, backup)
    del world.of(request).backups[backup.arn]
    return {"BackupDescription": shown}


def list_backups(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ListBackups, oldest first."""
    params = request.params
    kind = params.get("BackupType", "USER")
    name = (params.get("TableName") or "").rsplit("/", 1)[-1]
    lower, upper = params.get("TimeRangeLowerBound"), params.get("TimeRangeUpperBound")
    if lower is not None and upper is not None and lower > upper:
        raise invalid("Time range lower bound must be less than or equal to upper bound")
    backups = [
        backup
        for backup in sorted(world.of(request).backups.values(), key=lambda entry: entry.created)
        if kind in {"ALL", backup.type}
        and name in {"", backup.table.name}
        and (lower is None or backup.created >= lower)
        and (upper is None or backup.created < upper)
    ]
    arns = [backup.arn for backup in backups]
    start = params.get("ExclusiveStartBackupArn")
    first = arns.index(start) + 1 if start in arns else 0
    limit = params.get("Limit") or 100
    shown = backups[first : first + limit]
    more = first + limit < len(backups)
    return {
        "BackupSummaries": [_summary(world, backup) for backup in shown],
        "LastEvaluatedBackupArn": shown[-1].arn if more else None,
    }


def restore_from_backup(world: DynamoDb, request: Request) -> dict[str, Any]:
    """RestoreTableFromBackup."""
    backup = _backup(world, request)
    if backup.status(world.now()) != "AVAILABLE":
        raise AwsFault("BackupInUseException", f"Backup is not available: {backup.arn}")
    table = restore.like(world, request, backup.table, request.params)
    table.restored_from = {
        "SourceBackupArn": backup.arn,
        "SourceTableArn": backup.table.arn,
        "RestoreDateTime": backup.created,
        "RestoreInProgress": True,
    }
    return restore.begin(world, request, table, backup.items)


def _details(world: DynamoDb, backup: Backup) -> dict[str, Any]:
    return {
        "BackupArn": backup.arn,
        "BackupName": backup.name,
        "BackupSizeBytes": backup.size,
        "BackupStatus": backup.status(world.now()),
        "BackupType": backup.type,
        "BackupCreationDateTime": backup.created,
        "BackupExpiryDateTime": backup.expires,
    }


def _summary(world: DynamoDb, backup: Backup) -> dict[str, Any]:
    table = backup.table
    return {
        "TableName": table.name,
        "TableId": table.id,
        "TableArn": table.arn,
        **_details(world, backup),
    }


def _description(world: DynamoDb, backup: Backup) -> dict[str, Any]:
    table = frozen(backup.table)
    shown = describe(world, table)
    units = table.throughput
    features = {
        "LocalSecondaryIndexes": shown["LocalSecondaryIndexes"],
        "GlobalSecondaryIndexes": shown["GlobalSecondaryIndexes"],
        "StreamDescription": shown.get("StreamSpecification"),
        "SSEDescription": shown["SSEDescription"],
        "TimeToLiveDescription": {
            "TimeToLiveStatus": table.ttl.status,
            "AttributeName": table.ttl.attribute,
        },
    }
    return {
        "BackupDetails": _details(world, backup),
        "SourceTableDetails": {
            "TableName": table.name,
            "TableId": table.id,
            "TableArn": table.arn,
            "TableSizeBytes": backup.size,
            "ItemCount": len(backup.items),
            "KeySchema": table.key_schema,
            "TableCreationDateTime": table.created,
            "ProvisionedThroughput": {
                "ReadCapacityUnits": units.read,
                "WriteCapacityUnits": units.write,
            },
            "OnDemandThroughput": table.on_demand or None,
            "BillingMode": table.billing_mode,
        },
        "SourceTableFeatureDetails": features,
    }


OPERATIONS: dict[str, Operation] = {
    "CreateBackup": create_backup,
    "DeleteBackup": delete_backup,
    "DescribeBackup": describe_backup,
    "DescribeContinuousBackups": describe_continuous_backups,
    "ListBackups": list_backups,
    "RestoreTableFromBackup": restore_from_backup,
    "RestoreTableToPointInTime": restore_to_point_in_time,
    "UpdateContinuousBackups": update_continuous_backups,
}
