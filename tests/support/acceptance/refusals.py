"""Calls that AWS refuses, as HashiCorp's provider knows them."""

# ruff: noqa: FBT001

from __future__ import annotations

from typing import Any

from .model import (
    ARN,
    HOME,
    NAME,
    PER_REQUEST,
    SECOND,
    STREAM,
    Refusal,
    index,
    table,
    units,
)

_UPDATE = "UpdateTable"
_BASIC = table(**units(1))
_ON_DEMAND = table(**PER_REQUEST)
_REPLICATED = {**table(**PER_REQUEST, **STREAM), "replicas": [{"regionName": SECOND}]}


def _update(**members: Any) -> tuple[str, str, dict[str, Any]]:
    return ("dynamodb", _UPDATE, {"TableName": NAME, **members})


def _expire(enabled: bool, attribute: str = "expires") -> tuple[str, str, dict[str, Any]]:
    wanted = {"Enabled": enabled, "AttributeName": attribute}
    return ("dynamodb", "UpdateTimeToLive", {"TableName": NAME, "TimeToLiveSpecification": wanted})


def _new_index(name: str, key: str) -> dict[str, Any]:
    keys = [{"AttributeName": key, "KeyType": "HASH"}]
    return {
        "Create": {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
    }


def _types(**types: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]


def _replica(action: str, region: str, **rest: Any) -> dict[str, Any]:
    return {action: {"RegionName": region, **rest}}


REFUSALS = [
    Refusal(
        "expiry changed twice within an hour",
        "comment of TestAccDynamoDBTable_TTL_updateDisable",
        [_BASIC],
        [_expire(enabled=True), _expire(enabled=False)],
        "ValidationException",
        "modified multiple times within a fixed interval",
    ),
    Refusal(
        "a view of a stream changed while it is on",
        "cycleStreamEnabled",
        [table(**units(1), **STREAM)],
        [_update(StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})],
        "ValidationException",
        "Table already has an enabled stream",
    ),
    Refusal(
        "encryption together with another change",
        "resourceTableUpdate: encryption in a call of its own",
        [_BASIC],
        [_update(SSESpecification={"Enabled": True}, DeletionProtectionEnabled=True)],
        "ValidationException",
    ),
    Refusal(
        "a class together with another change",
        "TestAccDynamoDBTable_tableClass_ConcurrentModification",
        [_BASIC],
        [
            _update(
                TableClass="STANDARD_INFREQUENT_ACCESS",
                BillingMode="PROVISIONED",
                ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
            )
        ],
        "ValidationException",
    ),
    Refusal(
        "two indexes in one call",
        "resourceTableUpdate: one index at a time",
        [_ON_DEMAND],
        [
            _update(
                AttributeDefinitions=_types(id="S", a="S", b="S"),
                GlobalSecondaryIndexUpdates=[_new_index("one", "a"), _new_index("two", "b")],
            )
        ],
        "LimitExceededException",
        "Only 1 online index can be created or deleted simultaneously per table",
    ),
    Refusal(
        "a protected table deleted",
        "TestAccDynamoDBTable_deletion_protection",
        [{**_BASIC, "deletionProtectionEnabled": True}],
        [("dynamodb", "DeleteTable", {"TableName": NAME})],
        "ValidationException",
    ),
    Refusal(
        "a table that is not there deleted",
        "resourceTableDelete",
        [],
        [("dynamodb", "DeleteTable", {"TableName": NAME})],
        "ResourceNotFoundException",
        "Requested resource not found: Table: ",
    ),
    Refusal(
        "a replica of the table's own region",
        "resourceTableDelete",
        [_REPLICATED],
        [_update(ReplicaUpdates=[_replica("Delete", HOME)])],
        "ValidationException",
        "Cannot add, delete, or update the local region through ReplicaUpdates",
    ),
    Refusal(
        "a replica that is not there deleted",
        "resourceTableDelete",
        [_REPLICATED],
        [_update(ReplicaUpdates=[_replica("Delete", "ap-southeast-2")])],
        "ValidationException",
    ),
    Refusal(
        "a replica that is there created",
        "createReplicas",
        [_REPLICATED],
        [_update(ReplicaUpdates=[_replica("Create", SECOND)])],
        "ValidationException",
        "already exist",
    ),
    Refusal(
        "an index on an attribute that the call does not define",
        "measured: dynoxide issue 144; Terraform sends all definitions with each index",
        [table(**PER_REQUEST, globalSecondaryIndexes=[index("GSI", "one")])],
        [
            _update(
                AttributeDefinitions=_types(two="S"),
                GlobalSecondaryIndexUpdates=[_new_index("other", "one")],
            )
        ],
        "ValidationException",
    ),
    Refusal(
        "an index that is not there deleted",
        "deleteGSI",
        [_ON_DEMAND],
        [_update(GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "none"}}])],
        "ResourceNotFoundException",
    ),
    Refusal(
        "on-demand without capacity to provisioned",
        "expandProvisionedThroughputUpdate: at least 1",
        [_ON_DEMAND],
        [
            _update(
                BillingMode="PROVISIONED",
                ProvisionedThroughput={"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
            )
        ],
        "ValidationException",
    ),
    Refusal(
        "to provisioned without the capacity of an index",
        "resourceTableUpdate: all indexes on a change to PROVISIONED",
        [table(**PER_REQUEST, globalSecondaryIndexes=[index("GSI", "one")])],
        [
            _update(
                BillingMode="PROVISIONED",
                ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            )
        ],
        "ValidationException",
    ),
    Refusal(
        "warm throughput made less",
        "TestAccDynamoDBTable_warmThroughput",
        [_ON_DEMAND],
        [_update(WarmThroughput={"ReadUnitsPerSecond": 5, "WriteUnitsPerSecond": 5})],
        "ValidationException",
    ),
    Refusal(
        "an item without its key",
        "TestAccDynamoDBTableItem_basic",
        [_BASIC],
        [("dynamodb", "PutItem", {"TableName": NAME, "Item": {"a": {"S": "1"}}})],
        "ValidationException",
    ),
    Refusal(
        "an export without recovery",
        "TestAccDynamoDBTableExport_basic: recovery is enabled first",
        [_ON_DEMAND],
        [
            (
                "dynamodb",
                "ExportTableToPointInTime",
                {"TableArn": ARN, "S3Bucket": "bucket-there"},
            )
        ],
        "PointInTimeRecoveryUnavailableException",
    ),
    Refusal(
        "a restore of a table without recovery",
        "TestAccDynamoDBTable_backupEncryption: recovery is enabled first",
        [_BASIC],
        [
            (
                "dynamodb",
                "RestoreTableToPointInTime",
                {
                    "SourceTableName": NAME,
                    "TargetTableName": "target",
                    "UseLatestRestorableTime": True,
                },
            )
        ],
        "PointInTimeRecoveryUnavailableException",
    ),
    Refusal(
        "a policy of scaling without a target",
        "resourcePolicyPut: retried until the target is there",
        [_BASIC],
        [
            (
                "application-autoscaling",
                "PutScalingPolicy",
                {
                    "PolicyName": "follow",
                    "ServiceNamespace": "dynamodb",
                    "ResourceId": f"table/{NAME}",
                    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
                    "PolicyType": "TargetTrackingScaling",
                    "TargetTrackingScalingPolicyConfiguration": {
                        "TargetValue": 70,
                        "PredefinedMetricSpecification": {
                            "PredefinedMetricType": "DynamoDBReadCapacityUtilization"
                        },
                    },
                },
            )
        ],
        "ObjectNotFoundException",
    ),
]
