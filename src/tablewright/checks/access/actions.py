"""Every action of DynamoDB, and on which things it can be allowed at all.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon
DynamoDB". An action on a thing of another kind has no effect, whatever a policy says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Place = Literal["table", "index", "stream", "export", "import", "backup", "global", "account"]
"""Kinds of resource; `account` stands for actions that name none: only `*` allows them."""
PLACES: tuple[Place, ...] = get_args(Place)

_TABLE = (
    "AssociateTableReplica",
    "BatchGetItem",
    "BatchWriteItem",
    "CancelBulkOperation",
    "ConditionCheckItem",
    "CreateBackup",
    "CreateGlobalTableWitness",
    "CreateTable",
    "CreateTableReplica",
    "DeleteGlobalTableWitness",
    "DeleteItem",
    "DeleteTable",
    "DeleteTableReplica",
    "DescribeBulkOperation",
    "DescribeContinuousBackups",
    "DescribeKinesisStreamingDestination",
    "DescribeTable",
    "DescribeTableReplicaAutoScaling",
    "DescribeTimeToLive",
    "DisableKinesisStreamingDestination",
    "DisassociateTableReplica",
    "EnableKinesisStreamingDestination",
    "ExportTableToPointInTime",
    "GetItem",
    "ImportTable",
    "InjectError",
    "ListBulkOperations",
    "ListTagsOfResource",
    "PartiQLDelete",
    "PartiQLInsert",
    "PartiQLUpdate",
    "PutItem",
    "ReadDataForReplication",
    "ReplicateSettings",
    "RestoreTableFromAwsBackup",
    "RestoreTableToPointInTime",
    "StartAwsBackupJob",
    "StartBulkPutItems",
    "TagResource",
    "UntagResource",
    "UpdateContinuousBackups",
    "UpdateGlobalTableVersion",
    "UpdateItem",
    "UpdateKinesisStreamingDestination",
    "UpdateTable",
    "UpdateTableReplicaAutoScaling",
    "UpdateTimeToLive",
    "WriteDataForReplication",
)
_ACCOUNT = (
    "DescribeEndpoints",
    "DescribeLimits",
    "DescribeReservedCapacity",
    "DescribeReservedCapacityOfferings",
    "GetAbacStatus",
    "ListBackups",
    "ListContributorInsights",
    "ListExports",
    "ListGlobalTables",
    "ListImports",
    "ListStreams",
    "ListTables",
    "PurchaseReservedCapacityOfferings",
    "UpdateAbacStatus",
)

ACTIONS: Mapping[str, tuple[Place, ...]] = dict(
    sorted(
        {
            **dict.fromkeys(_TABLE, ("table",)),
            **dict.fromkeys(_ACCOUNT, ("account",)),
            **dict.fromkeys(("PartiQLSelect", "Query", "Scan"), ("table", "index")),
            **dict.fromkeys(
                ("DescribeContributorInsights", "UpdateContributorInsights"), ("table", "index")
            ),
            "SearchVectors": ("index",),
            **dict.fromkeys(
                ("DeleteResourcePolicy", "GetResourcePolicy", "PutResourcePolicy"),
                ("table", "stream"),
            ),
            **dict.fromkeys(("DescribeStream", "GetRecords", "GetShardIterator"), ("stream",)),
            **dict.fromkeys(("DeleteBackup", "DescribeBackup"), ("backup",)),
            "RestoreTableFromBackup": ("table", "backup"),
            "DescribeExport": ("export",),
            "DescribeImport": ("import",),
            **dict.fromkeys(("DescribeGlobalTable", "DescribeGlobalTableSettings"), ("global",)),
            **dict.fromkeys(
                ("CreateGlobalTable", "UpdateGlobalTable", "UpdateGlobalTableSettings"),
                ("table", "global"),
            ),
        }.items()
    )
)
"""By name, in order."""

ON_ITEMS = frozenset(
    {
        *("BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem"),
        *("PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate", "PutItem"),
        *("Query", "Scan", "SearchVectors", "UpdateItem"),
    }
)
"""Actions whose requests have DynamoDB's own condition keys; in others these keys are absent."""

ABSENT: Mapping[str, frozenset[str]] = {"Scan": frozenset({"dynamodb:leadingkeys"})}
"""Keys that requests of one action on items do not have: a Scan names no partition key."""
