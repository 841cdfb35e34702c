"""Which series AWS publishes in `AWS/DynamoDB`: metric by metric, with exactly which dimensions.

An alarm names a series by its exact set of dimensions. One that AWS never publishes is accepted by
CloudWatch without a word, and never gets a datapoint. This table is written from the Developer
Guide's page "DynamoDB metrics and dimensions", and from nothing else in this program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NAMESPACE = "AWS/DynamoDB"

Dimensions = frozenset[str]

_NOTHING: Dimensions = frozenset()
_TABLE: Dimensions = frozenset({"TableName"})
_INDEX: Dimensions = frozenset({"TableName", "GlobalSecondaryIndexName"})
_OPERATION: Dimensions = frozenset({"TableName", "Operation"})
_STREAM: Dimensions = frozenset({"TableName", "Operation", "StreamLabel"})
_REPLICA: Dimensions = frozenset({"TableName", "ReceivingRegion"})
_SOURCE: Dimensions = frozenset({"TableName", "Source"})
_INDEX_SOURCE: Dimensions = frozenset({"TableName", "GlobalSecondaryIndexName", "Source"})
_DELEGATED: Dimensions = frozenset({"TableName", "DelegatedOperation"})

OPERATIONS = frozenset(
    {
        "BatchExecuteStatement",
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "ExecuteStatement",
        "ExecuteTransaction",
        "GetItem",
        "GetRecords",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    }
)
"""Values of the dimension `Operation`."""


@dataclass(frozen=True, slots=True)
class Published:
    """How AWS publishes a metric: the sets of dimensions, and how often, in seconds."""

    dimensions: tuple[Dimensions, ...]
    period_seconds: int = 60


_FIVE_MINUTES = 300
_THROTTLES = Published((_TABLE, _INDEX))

METRICS: Mapping[str, Published] = {
    "ConsumedReadCapacityUnits": Published((_TABLE, _INDEX)),
    "ConsumedWriteCapacityUnits": Published((_TABLE, _INDEX, _SOURCE, _INDEX_SOURCE)),
    "ProvisionedReadCapacityUnits": Published((_TABLE, _INDEX), _FIVE_MINUTES),
    "ProvisionedWriteCapacityUnits": Published((_TABLE, _INDEX), _FIVE_MINUTES),
    "ReadThrottleEvents": _THROTTLES,
    "WriteThrottleEvents": _THROTTLES,
    "ReadProvisionedThroughputThrottleEvents": _THROTTLES,
    "WriteProvisionedThroughputThrottleEvents": _THROTTLES,
    "ReadKeyRangeThroughputThrottleEvents": _THROTTLES,
    "WriteKeyRangeThroughputThrottleEvents": _THROTTLES,
    "ReadMaxOnDemandThroughputThrottleEvents": _THROTTLES,
    "WriteMaxOnDemandThroughputThrottleEvents": _THROTTLES,
    "ReadAccountLimitThrottleEvents": _THROTTLES,
    "WriteAccountLimitThrottleEvents": Published((_TABLE,)),
    "ThrottledRequests": Published((_OPERATION,)),
    "SystemErrors": Published((_OPERATION,)),
    "SuccessfulRequestLatency": Published((_OPERATION, _STREAM)),
    "ReturnedItemCount": Published((_OPERATION,)),
    "ReturnedBytes": Published((_STREAM,)),
    "ReturnedRecordsCount": Published((_STREAM,)),
    "UserErrors": Published((_NOTHING,)),
    "ConditionalCheckFailedRequests": Published((_TABLE,)),
    "TransactionConflict": Published((_TABLE,)),
    "TimeToLiveDeletedItemCount": Published((_TABLE,)),
    "OnDemandMaxReadRequestUnits": Published((_TABLE, _INDEX), _FIVE_MINUTES),
    "OnDemandMaxWriteRequestUnits": Published((_TABLE, _INDEX), _FIVE_MINUTES),
    "AccountMaxReads": Published((_NOTHING,), _FIVE_MINUTES),
    "AccountMaxWrites": Published((_NOTHING,), _FIVE_MINUTES),
    "AccountMaxTableLevelReads": Published((_NOTHING,), _FIVE_MINUTES),
    "AccountMaxTableLevelWrites": Published((_NOTHING,), _FIVE_MINUTES),
    "AccountProvisionedReadCapacityUtilization": Published((_NOTHING,), _FIVE_MINUTES),
    "AccountProvisionedWriteCapacityUtilization": Published((_NOTHING,), _FIVE_MINUTES),
    "MaxProvisionedTableReadCapacityUtilization": Published((_NOTHING,), _FIVE_MINUTES),
    "MaxProvisionedTableWriteCapacityUtilization": Published((_NOTHING,), _FIVE_MINUTES),
    "ReplicationLatency": Published((_REPLICA,), _FIVE_MINUTES),
    "PendingReplicationCount": Published((_REPLICA,), _FIVE_MINUTES),
    "AgeOfOldestUnreplicatedRecord": Published((_DELEGATED,), _FIVE_MINUTES),
    "ConsumedChangeDataCaptureUnits": Published((_DELEGATED,), _FIVE_MINUTES),
    "FailedToReplicateRecordCount": Published((_DELEGATED,), _FIVE_MINUTES),
    "ThrottledPutRecordCount": Published((_DELEGATED,), _FIVE_MINUTES),
    "OnlineIndexPercentageProgress": Published((_INDEX,), _FIVE_MINUTES),
    "OnlineIndexConsumedWriteCapacity": Published((_INDEX,), _FIVE_MINUTES),
    "OnlineIndexThrottleEvents": Published((_INDEX,), _FIVE_MINUTES),
    "FaultInjectionServiceInducedErrors": Published((_OPERATION,)),
}
"""By name of the metric."""

UNDOCUMENTED = frozenset({"OperationType", "Verb"})
"""Dimensions of PartiQL requests; the guide does not say with which others they go together."""

ALWAYS_ZERO = frozenset({"OnlineIndexConsumedWriteCapacity", "OnlineIndexThrottleEvents"})
"""Still published, but 0 whatever happens."""
