"""The words of IAM policies that touch tables: actions of DynamoDB, operators of conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from tablewright.manifest.documents.node import Path
from tablewright.manifest.messages.vocabulary import LONGEST_WORD, nearest_word, shown
from tablewright.manifest.rules.finding import Finding

PREFIX = "dynamodb:"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ACTIONS = _words(
    """
    AssociateTableReplica BatchGetItem BatchWriteItem CancelBulkOperation ConditionCheckItem
    CreateBackup CreateGlobalTable CreateGlobalTableWitness CreateTable CreateTableReplica
    DeleteBackup DeleteGlobalTableWitness DeleteItem DeleteResourcePolicy DeleteTable
    DeleteTableReplica DescribeBackup DescribeBulkOperation DescribeContinuousBackups
    DescribeContributorInsights DescribeEndpoints DescribeExport DescribeGlobalTable
    DescribeGlobalTableSettings DescribeImport DescribeKinesisStreamingDestination DescribeLimits
    DescribeReservedCapacity DescribeReservedCapacityOfferings DescribeStream DescribeTable
    DescribeTableReplicaAutoScaling DescribeTimeToLive DisableKinesisStreamingDestination
    DisassociateTableReplica EnableKinesisStreamingDestination ExportTableToPointInTime
    GetAbacStatus GetItem GetRecords GetResourcePolicy GetShardIterator ImportTable InjectError
    ListBackups ListBulkOperations ListContributorInsights ListExports ListGlobalTables ListImports
    ListStreams ListTables ListTagsOfResource PartiQLDelete PartiQLInsert PartiQLSelect
    PartiQLUpdate PurchaseReservedCapacityOfferings PutItem PutResourcePolicy Query
    ReadDataForReplication ReplicateSettings RestoreTableFromAwsBackup RestoreTableFromBackup
    RestoreTableToPointInTime Scan SearchVectors StartAwsBackupJob StartBulkPutItems TagResource
    UntagResource UpdateAbacStatus UpdateContinuousBackups UpdateContributorInsights
    UpdateGlobalTable UpdateGlobalTableSettings UpdateGlobalTableVersion UpdateItem
    UpdateKinesisStreamingDestination UpdateTable UpdateTableReplicaAutoScaling UpdateTimeToLive
    WriteDataForReplication
    """
)
"""Actions of the service prefix `dynamodb` (Service Authorization Reference)."""

_LOWER = frozenset(action.lower() for action in ACTIONS)

_OPERATORS = _words(
    """
    StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike
    StringNotLike NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals
    NumericGreaterThan NumericGreaterThanEquals DateEquals DateNotEquals DateLessThan
    DateLessThanEquals DateGreaterThan DateGreaterThanEquals Bool BinaryEquals IpAddress
    NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike Null
    """
)
_SET = re.compile(r"For(AnyValue|AllValues):")


def action_exists(path: Path, text: str) -> Iterator[Finding]:
    """An action of DynamoDB, in any case, with `*` and `?` as wildcards."""
    name = text[len(PREFIX) :]
    if text[: len(PREFIX)].lower() != PREFIX:
        fix = "write an action such as `dynamodb:GetItem`"
        yield Finding(path, f"`{shown(text)}` is not a DynamoDB action", fix)
    elif not _is_known(name.lower()):
        meant = nearest_word(name, ACTIONS)
        fix = f"did you mean `dynamodb:{meant}`?" if meant else "remove it"
        yield Finding(path, f"DynamoDB has no action `{shown(name)}`", fix)


def _is_known(pattern: str) -> bool:
    if pattern in _LOWER or len(pattern) > LONGEST_WORD:
        return pattern in _LOWER
    return any(fnmatchcase(action, pattern) for action in _LOWER)


def conditions_are_some(
    path: Path, conditions: Mapping[str, Mapping[str, Sequence[str]]]
) -> Iterator[Finding]:
    """Operators that IAM knows, over keys with the prefix of a service, with values."""
    for operator, keys in conditions.items():
        bare = _SET.sub("", operator, count=1).removesuffix("IfExists")
        if bare.lower() not in (known.lower() for known in _OPERATORS):
            meant = nearest_word(bare, _OPERATORS)
            fix = f"did you mean `{meant}`?" if meant else "use StringEquals, Bool, IpAddress, ..."
            yield Finding(
                (*path, operator), f"IAM has no condition operator `{shown(operator)}`", fix
            )
        for key, values in keys.items():
            here = (*path, operator, key)
            if ":" not in key:
                message = f"the condition key `{shown(key)}` lacks the prefix of a service"
                yield Finding(here, message, "write, say, `dynamodb:Select` or `aws:SourceIp`")
            if not values:
                yield Finding(here, "a condition without a value never holds", "give it a value")


def as_list(value: Any) -> Sequence[Any]:
    """One value of a policy, or a list of them, as a list."""
    return value if isinstance(value, list | tuple) else (value,)
