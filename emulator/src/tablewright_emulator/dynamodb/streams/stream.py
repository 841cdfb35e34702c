"""A stream of a table: one shard of records, kept for 24 hours, closed when the stream is disabled.

Source: Developer Guide, page Streams.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tablewright_emulator.dynamodb.values import Attributes, item_size

RETENTION = timedelta(hours=24)
_FIRST = 100_000_000_000_000_000_001


@dataclass
class Stream:
    """One life of a table's stream: enabling it again makes another with a label of its own."""

    table_arn: str
    region: str
    view_type: str
    created: datetime
    key_schema: list[dict[str, str]]
    closed: datetime | None = None
    first: int = _FIRST
    records: list[dict[str, Any]] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The moment it was enabled, to the millisecond."""
        return (
            self.created.strftime("%Y-%m-%dT%H:%M:%S.") + f"{self.created.microsecond // 1000:03}"
        )

    @property
    def arn(self) -> str:
        """The stream's ARN."""
        return f"{self.table_arn}/stream/{self.label}"

    @property
    def shard_id(self) -> str:
        """The id of its only shard."""
        return f"shardId-{int(self.created.timestamp() * 1000):020}-{self.label[-3:]}00000"

    @property
    def next(self) -> int:
        """Sequence number of the next record."""
        return self.first + len(self.records)

    def add(
        self,
        at: datetime,
        key: Attributes,
        old: Attributes | None,
        new: Attributes | None,
        identity: dict[str, str] | None = None,
    ) -> None:
        """Append the record of one change; `identity` names the service that made it (TTL)."""
        images: dict[str, Any] = {"Keys": key}
        if new is not None and self.view_type in {"NEW_IMAGE", "NEW_AND_OLD_IMAGES"}:
            images["NewImage"] = new
        if old is not None and self.view_type in {"OLD_IMAGE", "NEW_AND_OLD_IMAGES"}:
            images["OldImage"] = old
        record: dict[str, Any] = {
            "eventID": hashlib.md5(
                f"{self.arn}/{self.next}".encode(), usedforsecurity=False
            ).hexdigest(),
            "eventName": "INSERT" if old is None else "REMOVE" if new is None else "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self.region,
            "dynamodb": {
                "ApproximateCreationDateTime": at.replace(microsecond=0),
                **images,
                "SequenceNumber": str(self.next),
                "SizeBytes": sum(item_size(image) for image in images.values()),
                "StreamViewType": self.view_type,
            },
        }
        if identity:
            record["userIdentity"] = identity
        self.records.append(record)

    def trim(self, now: datetime) -> None:
        """Forget records older than a day."""
        kept = 0
        while (
            kept < len(self.records)
            and self.records[kept]["dynamodb"]["ApproximateCreationDateTime"] < now - RETENTION
        ):
            kept += 1
        if kept:
            del self.records[:kept]
            self.first += kept

    def expired(self, now: datetime) -> bool:
        """Whether a disabled stream is gone altogether."""
        return self.closed is not None and now - self.closed > RETENTION

    def describe(self, table: str) -> dict[str, Any]:
        """`StreamDescription` of the API."""
        numbers = {"StartingSequenceNumber": str(self.first)}
        if self.closed is not None:
            numbers["EndingSequenceNumber"] = str(max(self.first, self.next - 1))
        return {
            "StreamArn": self.arn,
            "StreamLabel": self.label,
            "StreamStatus": "ENABLED" if self.closed is None else "DISABLED",
            "StreamViewType": self.view_type,
            "CreationRequestDateTime": self.created,
            "TableName": table,
            "KeySchema": self.key_schema,
            "Shards": [{"ShardId": self.shard_id, "SequenceNumberRange": numbers}],
        }
