"""A live table as a value: what DynamoDB says of it, and what other services hold about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from tablewright.aws.failures import translated
from tablewright.aws.reading import TableReader, TableReading
from tablewright.aws.session import Session
from tablewright.plan.table import Table

from .rate_limiter import RateLimiter
from .reading import Unread, try_read
from .roles import Document, document
from .scaling import LiveScaling

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class LiveKinesisDestination:
    """Where a table's changes are copied to."""

    stream_arn: str
    status: str
    precision: str | None = None


@dataclass(frozen=True, slots=True)
class LiveTable:
    """One live table; a facet that could not be read is named in `unread`, with the reason.

    Args:
        reading: what DynamoDB's Describe calls say.
        region: where it is.
        account_id: whose it is.
        stream_status: AWS's `StreamStatus`; None when the stream is off.
        policy: resource policy of the table, None when it has none.
        stream_policy: resource policy of its stream, likewise.
        kinesis: live destinations of its changes.
        scaling: Application Auto Scaling of the table and its indexes.
        unread: why a facet is missing, by its name here, in `TableReading` or in `Table`.
    """

    reading: TableReading
    region: str
    account_id: str
    stream_status: str | None = None
    policy: Document | None = None
    stream_policy: Document | None = None
    kinesis: tuple[LiveKinesisDestination, ...] = ()
    scaling: tuple[LiveScaling, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        """Its settings."""
        return self.reading.table

    @property
    def name(self) -> str:
        """Its name."""
        return self.reading.table.name

    @property
    def arn(self) -> str:
        """Its ARN."""
        return self.reading.arn


class LiveTableReader:
    """Reads whole live tables of one account and region; may be shared by threads.

    Args:
        session: whose clients are used.
        region: where the tables are.
        pace: keeps within AWS's rates.
        scaling: the region's auto scaling, read once for all tables, or why it could not be.
    """

    def __init__(
        self,
        session: Session,
        region: str,
        pace: RateLimiter,
        scaling: tuple[LiveScaling, ...] | Unread,
    ) -> None:
        self._session, self._region, self._pace = session, region, pace
        self._scaling = scaling
        self._reader = TableReader(session, region, pace)

    def read(self, name: str) -> LiveTable:
        """One table.

        Raises:
            NotFoundError: there is no such table.
            AccessDeniedError: `DescribeTable` itself is refused.
        """
        reading = self._reader.read(name)
        unread = dict(reading.unread)
        stream = reading.stream_arn
        if isinstance(self._scaling, Unread):
            unread["scaling"] = self._scaling.reason
            scaling: tuple[LiveScaling, ...] = ()
        else:
            scaling = tuple(target for target in self._scaling if target.table == name)
        return LiveTable(
            reading=reading,
            region=self._region,
            account_id=self._session.account_id,
            stream_status=self._fact(unread, "stream_status", self._stream_status, stream),
            policy=self._fact(unread, "policy", self._policy, reading.arn),
            stream_policy=self._fact(unread, "stream_policy", self._policy, stream),
            kinesis=self._fact(unread, "kinesis", self._kinesis, name) or (),
            scaling=scaling,
            unread=unread,
        )

    def _fact(
        self,
        unread: dict[str, str],
        facet: str,
        read: Callable[[str], Value],
        subject: str | None,
    ) -> Value | None:
        if subject is None:
            return None
        answer = try_read(partial(read, subject))
        if isinstance(answer, Unread):
            unread[facet] = answer.reason
            return None
        return answer

    def _stream_status(self, arn: str) -> str:
        client = self._session.client("dynamodbstreams", self._region)
        self._pace("DescribeStream")
        with translated(f"read stream {arn}"):
            reply = client.describe_stream(StreamArn=arn, Limit=1)
        status: str = reply["StreamDescription"]["StreamStatus"]
        return status

    def _policy(self, arn: str) -> Document:
        """The resource policy; where there is none AWS answers with PolicyNotFoundException."""
        self._pace("GetResourcePolicy")
        with translated(f"read the resource policy of {arn}"):
            reply = self._client.get_resource_policy(ResourceArn=arn)
        return document(reply["Policy"])

    def _kinesis(self, name: str) -> tuple[LiveKinesisDestination, ...]:
        self._pace("DescribeKinesisStreamingDestination")
        with translated(f"read the Kinesis destinations of {name}"):
            reply = self._client.describe_kinesis_streaming_destination(TableName=name)
        return tuple(
            LiveKinesisDestination(
                stream_arn=destination["StreamArn"],
                status=destination["DestinationStatus"],
                precision=destination.get("ApproximateCreationDateTimePrecision"),
            )
            for destination in reply.get("KinesisDataStreamDestinations") or ()
            if destination["DestinationStatus"] not in {"DISABLED", "ENABLE_FAILED"}
        )

    @property
    def _client(self) -> Any:
        return self._session.client("dynamodb", self._region)
