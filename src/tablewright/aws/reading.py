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
from typing import Any, TypeVar

from botocore import xform_name

from tablewright.errors import (
    AwsError,
    CredentialsError,
    EndpointError,
    NotFoundError,
    WrongTargetError,
)
from tablewright.plan.declared import Insights, InsightsMode
from tablewright.plan.facets import ENCRYPTION, RECOVERY, STREAM, TIME_TO_LIVE
from tablewright.plan.facets.encryption import encryption_key
from tablewright.plan.table import Encryption, Recovery, Table, TimeToLive

from . import tables
from .failures import translated
from .session import Session

Value = TypeVar("Value")


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
    unread: Mapping[str, str] = field(default_factory=dict)


def read_table(session: Session, name: str, region: str | None = None) -> TableReading:
    """Read one table; see `TableReader.read`."""
    return TableReader(session, region).read(name)


@dataclass(frozen=True, slots=True)
class _Key:
    """What KMS says of a key."""

    manager: str
    state: str


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
        self._client = session.client("dynamodb", region)
        self._session, self._region = session, region
        self._pace = pace
        # Most tables of an account share one key; the race between threads costs one call more.
        self._keys: dict[str, _Key] = {}

    def read(self, name: str) -> TableReading:
        """One table and all that belongs to it.

        Raises:
            NotFoundError: there is no such table.
            AccessDeniedError: `DescribeTable` itself is refused; there is nothing to tell then.
            CredentialsError, EndpointError: no further call would fare better.
        """
        description = self._call("DescribeTable", f"read table {name}", TableName=name)["Table"]
        unread: dict[str, str] = {}
        arn, key_arn = description["TableArn"], encryption_key(description)
        tags = _fact(unread, "tags", lambda: self._tags(name, arn))
        table = tables.table(
            description,
            recovery=_fact(unread, "recovery", lambda: self._recovery(name)),
            time_to_live=_fact(unread, "time_to_live", lambda: self._time_to_live(name)),
            encryption=_fact(unread, "encryption", lambda: self._encryption(description)),
            tags=None if tags is None else tables.tags(tags),
        )
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
            encryption_key_state=self._keys[key_arn].state if key_arn in self._keys else None,
            insights=tuple(self._insights(table, unread)),
            indexes={index.name: index for index in _indexes(description)},
            replicas=tuple(_replicas(description)),
            strong=description.get("MultiRegionConsistency") == "STRONG",
            owner=None if tags is None else tables.owner(tags),
            unread=unread,
        )

    def _recovery(self, name: str) -> Recovery | None:
        doing = f"read the recovery window of {name}"
        reply = self._call("DescribeContinuousBackups", doing, TableName=name)
        return RECOVERY.read(reply["ContinuousBackupsDescription"])

    def _time_to_live(self, name: str) -> TimeToLive | None:
        doing = f"read the time to live of {name}"
        reply = self._call("DescribeTimeToLive", doing, TableName=name)
        return TIME_TO_LIVE.read(reply["TimeToLiveDescription"])

    def _encryption(self, description: Mapping[str, Any]) -> Encryption | None:
        key_arn = encryption_key(description)
        if key_arn is None:
            return ENCRYPTION.read(description)
        if key_arn not in self._keys:
            self._pace("DescribeKey")
            self._keys[key_arn] = self._key(key_arn)
        key = {"KeyManager": self._keys[key_arn].manager}
        return ENCRYPTION.read({**description, "KeyMetadata": key})

    def _key(self, key_arn: str) -> _Key:
        try:
            with translated(f"find out whose key {key_arn} is"):
                reply = self._session.client("kms", self._region).describe_key(KeyId=key_arn)
        except NotFoundError:
            return _Key("CUSTOMER", "DELETED")  # a key that AWS manages cannot be deleted
        metadata = reply["KeyMetadata"]
        return _Key(metadata.get("KeyManager", "CUSTOMER"), metadata.get("KeyState", "Enabled"))

    def _tags(self, name: str, arn: str) -> list[Mapping[str, Any]]:
        pages: list[Mapping[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            doing = f"read the tags of {name}"
            reply = self._call("ListTagsOfResource", doing, ResourceArn=arn, **token)
            pages += reply.get("Tags", ())
            if not reply.get("NextToken"):
                return pages
            token = {"NextToken": reply["NextToken"]}

    def _insights(self, table: Table, unread: dict[str, str]) -> Iterator[Insights]:
        for index in (None, *(index.name for index in table.global_indexes or ())):
            what = "insights" if index is None else f"insights[{index}]"
            mode = _fact(unread, what, partial(self._insights_mode, table.name, index))
            if mode is not None:
                yield Insights(index, mode)

    def _insights_mode(self, name: str, index: str | None) -> InsightsMode | None:
        doing = f"read the contributor insights of {index or name}"
        request = {"TableName": name} | ({} if index is None else {"IndexName": index})
        return tables.insights_mode(self._call("DescribeContributorInsights", doing, **request))

    def _call(self, operation: str, doing: str, **request: Any) -> Any:
        self._pace(operation)
        with translated(doing):
            return getattr(self._client, xform_name(operation))(**request)


def _fact(unread: dict[str, str], name: str, read: Callable[[], Value]) -> Value | None:
    """What `read` answers; a refusal is noted in `unread` and never becomes a default."""
    try:
        return read()
    except HOPELESS:
        raise
    except AwsError as error:
        unread[name] = error.message
        return None


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
