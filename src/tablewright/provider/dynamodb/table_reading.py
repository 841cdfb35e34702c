"""Reading a live table through the calls of a request; conversions are those of `aws.tables`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from tablewright.aws import tables
from tablewright.errors import AccessDeniedError, NotFoundError
from tablewright.plan.facets import ENCRYPTION, RECOVERY, TIME_TO_LIVE
from tablewright.plan.facets.encryption import encryption_key
from tablewright.plan.table import Encryption, Recovery, Table, TimeToLive
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.tags import as_map

Value = TypeVar("Value")
_DYNAMODB: Final = "dynamodb"


@dataclass(frozen=True, slots=True)
class DescribedTable:
    """A live table; `unread` says why a facet is None."""

    table: Table
    description: Mapping[str, Any]
    unread: Mapping[str, str] = field(default_factory=dict)


def read_table(run: OperationContext, region: str, name: str) -> DescribedTable | None:
    """Read a table and what takes calls of its own; None if there is none.

    A refusal of one of those further calls is noted and never becomes a default.
    """
    try:
        description = run.call(_DYNAMODB, region, "DescribeTable", TableName=name)["Table"]
        if description["TableStatus"] == "DELETING":
            return None
        return _reading(run, region, description)
    except NotFoundError:
        return None


def _reading(run: OperationContext, region: str, description: Mapping[str, Any]) -> DescribedTable:
    name = description["TableName"]
    unread: dict[str, str] = {}
    table = tables.table(
        description,
        recovery=_fact(unread, "recovery", lambda: _recovery(run, region, name)),
        time_to_live=_fact(unread, "time_to_live", lambda: _time_to_live(run, region, description)),
        encryption=_fact(unread, "encryption", lambda: _encryption(run, region, description)),
        tags=_fact(unread, "tags", lambda: _tags(run, region, description["TableArn"])),
    )
    return DescribedTable(table, description, unread)


def _recovery(run: OperationContext, region: str, name: str) -> Recovery | None:
    reply = run.call(_DYNAMODB, region, "DescribeContinuousBackups", TableName=name)
    return RECOVERY.read(reply["ContinuousBackupsDescription"])


def _time_to_live(
    run: OperationContext, region: str, description: Mapping[str, Any]
) -> TimeToLive | None:
    """Off while the table comes or goes: AWS refuses to say then."""
    if description["TableStatus"] in {"CREATING", "DELETING"}:
        return TIME_TO_LIVE.read({})
    name = description["TableName"]
    reply = run.call(_DYNAMODB, region, "DescribeTimeToLive", TableName=name)
    return TIME_TO_LIVE.read(reply["TimeToLiveDescription"])


def _tags(run: OperationContext, region: str, arn: str) -> dict[str, str]:
    return as_map(run.pages(_DYNAMODB, region, "ListTagsOfResource", "Tags", ResourceArn=arn))


def _encryption(
    run: OperationContext, region: str, description: Mapping[str, Any]
) -> Encryption | None:
    """Whose key it is only KMS knows: DynamoDB's reply looks the same for both."""
    key = encryption_key(description)
    if key is None:
        return ENCRYPTION.read(description)
    try:
        metadata = run.call("kms", region, "DescribeKey", KeyId=key)["KeyMetadata"]
    except NotFoundError:
        metadata = {}  # deleted; AWS's own cannot be
    return ENCRYPTION.read({**description, "KeyMetadata": metadata})


def _fact(unread: dict[str, str], name: str, read: Callable[[], Value]) -> Value | None:
    try:
        return read()
    except AccessDeniedError as error:
        unread[name] = error.message
        return None
