"""Reading one live table with all that DynamoDB tells about it; a refused call is said to be so.

reading = read_table(session, "events", "eu-west-1")
reading.table.recovery          # Recovery(days=35), or None
reading.unread.get("recovery")  # why it is None: "dynamodb:DescribeContinuousBackups is ..."
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from botocore import xform_name

from tablewright.dynamodb_values import InsightsMode
from tablewright.errors import (
    AwsError,
    CredentialsError,
    EndpointError,
    NotFoundError,
    WrongTargetError,
)
from tablewright.plan.declaration.declared import Insights
from tablewright.plan.facets import STREAM
from tablewright.plan.facets.attached import insights_of
from tablewright.plan.facets.encryption import encryption_key
from tablewright.plan.table import Table

from . import tables
from .failures import translated
from .session import Session
from .table_settings import Facts, key_metadata, read_settings


@dataclass(frozen=True, slots=True)
class IndexReading:
    """What only a live index has; sizes are some six hours old (API_TableDescription)."""

    name: str
    arn: str
    status: str
    backfilling: bool = False
    item_count: int = 0
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class LiveReplica:
    """Another region of a global table; a witness holds no items and cannot be read."""

    region: str
    status: str
    witness: bool = False


@dataclass(frozen=True, slots=True)
class TableReading:
    """One live table.

    Args:
        table: its settings; a facet that is None could not be read, but `throughput`, which an
            on-demand table does not have.
        status: AWS's `TableStatus`.
        item_count: as DescribeTable says, some six hours old.
        size_bytes: likewise, without the overhead that is billed.
        created: when the table was made.
        stream_arn: of the stream that is on; None when it is off.
        stream_label: its label.
        encryption_key: ARN of the KMS key in use; None with the key that AWS owns.
        encryption_key_state: its `KeyState` in KMS (`Enabled`, `Disabled`, `PendingDeletion`, ...),
            `DELETED` where KMS knows it no longer; None where there is none or it is unread.
        insights: those that are on, of the table (`index` None) and of its indexes.
        indexes: by name, global and local ones.
        replicas: other regions of a global table, its witness included.
        strong: a global table whose regions are strongly consistent.
        owner: the stack it belongs to, if it belongs to one.
        cloudformation_stack: name of the stack that made it, if one did.
        decreases_today: how often the capacity of the table (None) and of each provisioned index
            was lowered since midnight UTC.
        unread: why a facet is missing, by its name in `Table`, or `insights`,
            `insights[INDEX]`.
    """

    table: Table
    arn: str
    table_id: str
    status: str
    item_count: int = 0
    size_bytes: int = 0
    created: datetime | None = None
    stream_arn: str | None = None
    stream_label: str | None = None
    encryption_key: str | None = None
    encryption_key_state: str | None = None
    insights: tuple[Insights, ...] = ()
    indexes: Mapping[str, IndexReading] = field(default_factory=dict)
    replicas: tuple[LiveReplica, ...] = ()
    strong: bool = False
    owner: str | None = None
    cloudformation_stack: str | None = None
    decreases_today: Mapping[str | None, int] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)


def read_table(session: Session, name: str, region: str | None = None) -> TableReading:
    """Read one table; see `TableReader.read`."""
    return TableReader(session, region).read(name)


_DOING = {
    "DescribeTable": "read table {}",
    "DescribeContinuousBackups": "read the recovery window of {}",
    "DescribeTimeToLive": "read the time to live of {}",
    "DescribeContributorInsights": "read the contributor insights of {}",
    "DescribeKey": "find out whose key {} is",
    "ListTagsOfResource": "read the tags of {}",
}


class TableReader:
    """Reads the tables of one account and region; may be shared by threads.

    Args:
        session: whose clients are used.
        region: None for the session's own.
        pace: called with the name of each operation before it is sent, to keep within API rates.
    """

    def __init__(
        self,
        session: Session,
        region: str | None = None,
        pace: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._session, self._region = session, region
        self._pace = pace
        # Most tables of an account share one key; the race between threads costs one call more.
        self._keys: dict[str, Mapping[str, Any]] = {}

    def read(self, name: str) -> TableReading:
        """One table and all that belongs to it.

        Raises:
            NotFoundError: there is no such table.
            AccessDeniedError: `DescribeTable` itself is refused; there is nothing to tell then.
            CredentialsError, EndpointError: no further call would fare better.
        """
        facts = Facts(lambda error: isinstance(error, AwsError) and not isinstance(error, HOPELESS))
        unread = facts.unread
        description = self._ask("dynamodb", "DescribeTable", TableName=name)["Table"]
        arn, key_arn = description["TableArn"], encryption_key(description)
        table, tags = read_settings(self._ask, description, facts, self._metadata_of)
        if table.warm_throughput is None:
            unread["warm_throughput"] = "DescribeTable did not report it"
        return TableReading(
            table=table,
            arn=arn,
            table_id=description.get("TableId", ""),
            status=description["TableStatus"],
            item_count=int(description.get("ItemCount", 0)),
            size_bytes=int(description.get("TableSizeBytes", 0)),
            created=description.get("CreationDateTime"),
            stream_arn=_of_stream(description, "LatestStreamArn"),
            stream_label=_of_stream(description, "LatestStreamLabel"),
            encryption_key=key_arn,
            encryption_key_state=self._key_state(key_arn),
            insights=tuple(self._insights(table, facts)),
            indexes={index.name: index for index in _indexes(description)},
            replicas=tuple(_replicas(description)),
            strong=description.get("MultiRegionConsistency") == "STRONG",
            owner=None if tags is None else tables.owner(tags),
            cloudformation_stack=None if tags is None else tables.cloudformation_stack(tags),
            decreases_today=_decreases_today(description),
            unread=unread,
        )

    def _metadata_of(self, key_arn: str) -> Mapping[str, Any]:
        if key_arn not in self._keys:
            self._keys[key_arn] = key_metadata(self._ask, key_arn)
        return self._keys[key_arn]

    def _key_state(self, key_arn: str | None) -> str | None:
        if key_arn not in self._keys:
            return None
        state: str = self._keys[key_arn].get("KeyState", "Enabled")
        return state

    def _insights(self, table: Table, facts: Facts) -> Iterator[Insights]:
        for index in (None, *table.index_names):
            mode = facts.read(insights_of(index), partial(self._insights_mode, table.name, index))
            if mode is not None:
                yield Insights(index, mode)

    def _insights_mode(self, name: str, index: str | None) -> InsightsMode | None:
        request = {"TableName": name} | ({} if index is None else {"IndexName": index})
        return tables.insights_mode(self._ask("dynamodb", "DescribeContributorInsights", **request))

    def _ask(self, service: str, operation: str, /, **request: Any) -> Mapping[str, Any]:
        self._pace(operation)
        subject = request.get("IndexName") or request.get("TableName") or request.get("KeyId")
        subject = subject or request["ResourceArn"].rpartition("/")[2]
        with translated(_DOING[operation].format(subject)):
            client = self._session.client(service, self._region)
            reply: Mapping[str, Any] = getattr(client, xform_name(operation))(**request)
        return reply


HOPELESS = (CredentialsError, EndpointError, NotFoundError, WrongTargetError)
"""Nothing else could be read either; the table was deleted meanwhile; or the guard spoke."""


def _of_stream(description: tables.Reply, member: str) -> str | None:
    """AWS goes on naming the last stream after it was switched off: it is not the table's now."""
    stream = STREAM.read(description)
    if stream is None or stream.view_type is None:
        return None
    value: str | None = description.get(member)
    return value


def _replicas(description: tables.Reply) -> Iterator[LiveReplica]:
    for replica in description.get("Replicas") or ():
        yield LiveReplica(replica["RegionName"], replica.get("ReplicaStatus", ""))
    for witness in description.get("GlobalTableWitnesses") or ():
        yield LiveReplica(witness["RegionName"], witness.get("WitnessStatus", ""), witness=True)


def _decreases_today(description: tables.Reply) -> dict[str | None, int]:
    described = (description, *(description.get("GlobalSecondaryIndexes") or ()))
    return {
        part.get("IndexName"): int(units.get("NumberOfDecreasesToday", 0))
        for part in described
        if (units := part.get("ProvisionedThroughput"))
    }


def _indexes(description: tables.Reply) -> Iterator[IndexReading]:
    global_ones = description.get("GlobalSecondaryIndexes") or ()
    local_ones = description.get("LocalSecondaryIndexes") or ()
    for index in (*global_ones, *local_ones):
        yield IndexReading(
            name=index["IndexName"],
            arn=index.get("IndexArn") or f"{description['TableArn']}/index/{index['IndexName']}",
            # A local index has no status of its own: it lives as long as its table.
            status=index.get("IndexStatus", "ACTIVE"),
            backfilling=bool(index.get("Backfilling", False)),
            item_count=int(index.get("ItemCount", 0)),
            size_bytes=int(index.get("IndexSizeBytes", 0)),
        )
