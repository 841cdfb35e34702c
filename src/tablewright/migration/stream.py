"""What changes in the old table, in order: the shards of its stream, parents before children."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from tablewright.aws.failures import code_of
from tablewright.errors import OperationError

from .checkpoint import Checkpoint

Record = Mapping[str, Any]
_MOST_RECORDS = 1000
_MOST_BYTES = 900_000
"""GetRecords answers 1,000 records or 1 MB at most (API reference, GetRecords)."""
_LOST = {"TrimmedDataAccessException"}


def is_full(records: Sequence[Record]) -> bool:
    """Whether a batch is as large as AWS makes them, so that there is more to read."""
    size = sum(record["dynamodb"].get("SizeBytes", 0) for record in records)
    return len(records) >= _MOST_RECORDS or size >= _MOST_BYTES


@dataclass
class StreamReader:
    """Reads on from where a checkpoint stands.

    Args:
        client: of `dynamodbstreams`.
        checkpoint: its positions are moved by `done`, after a batch has been applied.
    """

    client: Any
    checkpoint: Checkpoint
    _iterators: dict[str, str] = field(default_factory=dict)

    def batches(self) -> Iterator[tuple[str, Sequence[Record]]]:
        """One batch of each shard that can be read now; an empty one where nothing is new.

        Raises:
            OperationError: the stream no longer has what was not read yet.
        """
        for shard in self._readable():
            records = self._read(shard)
            yield shard, records

    def done(self, shard: str, records: Sequence[Record]) -> None:
        """The records were applied: the next run begins after them."""
        if records:
            self.checkpoint.positions[shard] = records[-1]["dynamodb"]["SequenceNumber"]
        if shard not in self._iterators:
            self.checkpoint.ended.append(shard)

    def _readable(self) -> list[str]:
        """Shards that are not read to their end, and whose parents are."""
        shards = {shard["ShardId"]: shard.get("ParentShardId") for shard in self._shards()}
        ended = set(self.checkpoint.ended)
        return [
            shard
            for shard, parent in shards.items()
            if shard not in ended and (parent not in shards or parent in ended)
        ]

    def _shards(self) -> Iterator[Mapping[str, Any]]:
        start: dict[str, str] = {}
        while True:
            reply = self.client.describe_stream(StreamArn=self.checkpoint.stream_arn, **start)
            yield from reply["StreamDescription"]["Shards"]
            last = reply["StreamDescription"].get("LastEvaluatedShardId")
            if not last:
                return
            start = {"ExclusiveStartShardId": last}

    def _read(self, shard: str) -> Sequence[Record]:
        try:
            iterator = self._iterators.get(shard) or self._iterator(shard)
            reply = self.client.get_records(ShardIterator=iterator)
        except ClientError as error:
            if code_of(error) == "ExpiredIteratorException":
                self._iterators.pop(shard, None)
                return self._read(shard)
            if code_of(error) not in _LOST:
                raise
            raise OperationError(
                "the stream no longer has all changes since the last run, which is over 24 hours "
                "ago; the copy has to begin again",
                f"remove {self.checkpoint.path}, make the new table again, then run this again",
            ) from error
        if following := reply.get("NextShardIterator"):
            self._iterators[shard] = following
        else:
            self._iterators.pop(shard, None)
        records: Sequence[Record] = reply["Records"]
        return records

    def _iterator(self, shard: str) -> str:
        position = self.checkpoint.positions.get(shard)
        where = (
            {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": position}
            if position
            else {"ShardIteratorType": "TRIM_HORIZON"}
        )
        reply = self.client.get_shard_iterator(
            StreamArn=self.checkpoint.stream_arn, ShardId=shard, **where
        )
        iterator: str = reply["ShardIterator"]
        return iterator
