"""DynamoDB Streams: ListStreams, DescribeStream, GetShardIterator, GetRecords.

Source: API reference of DynamoDB Streams. An iterator is the position it stands for, so none has to
be kept; it is good for 15 minutes.
"""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from functools import partial
from typing import Any

from tablewright_emulator.constraints import checked
from tablewright_emulator.dynamodb.service import DynamoDb, not_found
from tablewright_emulator.dynamodb.streams.stream import Stream
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.request import AwsFault, Handler, Request

_ITERATOR_LIFE = timedelta(minutes=15)
_MAX_RECORDS = 1000


def operations(world: DynamoDb) -> dict[str, Handler]:
    """Handlers of the service `dynamodbstreams`."""
    calls = {
        "DescribeStream": describe_stream,
        "GetRecords": get_records,
        "GetShardIterator": get_shard_iterator,
        "ListStreams": list_streams,
    }
    return {
        name: checked("dynamodbstreams", name, partial(call, world), "ValidationException")
        for name, call in calls.items()
    }


def _streams(world: DynamoDb, request: Request) -> list[tuple[Table, Stream]]:
    now = world.now()
    streams_by_table = []
    for table in world.of(request).all(now):
        table.old_streams = [stream for stream in table.old_streams if not stream.expired(now)]
        streams = [*table.old_streams, *([table.stream] if table.stream else [])]
        for stream in streams:
            stream.trim(now)
        streams_by_table += [(table, stream) for stream in streams]
    return streams_by_table


def _stream(world: DynamoDb, request: Request, arn: Any) -> tuple[Table, Stream]:
    for table, stream in _streams(world, request):
        if stream.arn == arn:
            return table, stream
    raise not_found(f"Requested resource not found: Stream: {arn} not found")


def list_streams(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ListStreams."""
    wanted, start = request.params.get("TableName"), request.params.get("ExclusiveStartStreamArn")
    entries = [
        pair for pair in _streams(world, request) if wanted in {None, pair[0].name, pair[0].arn}
    ]
    arns = [stream.arn for _, stream in entries]
    first = arns.index(start) + 1 if start in arns else 0
    limit = request.params.get("Limit") or 100
    shown = entries[first : first + limit]
    return {
        "Streams": [
            {"StreamArn": stream.arn, "TableName": table.name, "StreamLabel": stream.label}
            for table, stream in shown
        ],
        "LastEvaluatedStreamArn": shown[-1][1].arn if first + limit < len(entries) else None,
    }


def describe_stream(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DescribeStream."""
    table, stream = _stream(world, request, request.params.get("StreamArn"))
    return {"StreamDescription": stream.describe(table.name)}


def get_shard_iterator(world: DynamoDb, request: Request) -> dict[str, Any]:
    """GetShardIterator."""
    params = request.params
    _, stream = _stream(world, request, params.get("StreamArn"))
    if params.get("ShardId") != stream.shard_id:
        raise not_found(
            f"Requested resource not found: Shard does not exist: {params.get('ShardId')}"
        )
    kind = params.get("ShardIteratorType")
    if kind in {"AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"}:
        number = _number(params.get("SequenceNumber")) + (kind == "AFTER_SEQUENCE_NUMBER")
        if number < stream.first:
            raise AwsFault("TrimmedDataAccessException", "The sequence number has been trimmed")
    else:
        number = stream.first if kind == "TRIM_HORIZON" else stream.next
    return {"ShardIterator": _iterator(world, stream, number)}


def _number(text: Any) -> int:
    if not isinstance(text, str) or not text.isdigit() or len(text) > 40:  # noqa: PLR2004 - AWS's
        raise AwsFault("ValidationException", "Invalid SequenceNumber")
    return int(text)


def _iterator(world: DynamoDb, stream: Stream, number: int) -> str:
    document = json.dumps([stream.arn, number, world.now().timestamp()])
    return f"{stream.arn}|1|{base64.b64encode(document.encode()).decode()}"


def get_records(world: DynamoDb, request: Request) -> dict[str, Any]:
    """GetRecords."""
    arn, number = _position(world, request.params.get("ShardIterator"))
    table, stream = _stream(world, request, arn)
    number = max(number, stream.first)
    limit = min(request.params.get("Limit") or _MAX_RECORDS, _MAX_RECORDS)
    start = number - stream.first
    records = stream.records[start : start + limit]
    traffic = request.traffic
    traffic.tables.append(table.name)
    traffic.stream_label, traffic.returned_records = stream.label, len(records)
    traffic.returned_bytes = sum(record["dynamodb"]["SizeBytes"] for record in records)
    number += len(records)
    ended = stream.closed is not None and number >= stream.next
    return {
        "Records": records,
        "NextShardIterator": None if ended else _iterator(world, stream, number),
    }


def _position(world: DynamoDb, iterator: Any) -> tuple[str, int]:
    try:
        text = base64.b64decode(str(iterator).rsplit("|", 1)[-1], validate=True)
        arn, number, made = json.loads(text)
        number, made = int(number), float(made)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise AwsFault("ValidationException", "Invalid ShardIterator") from error
    if world.now().timestamp() - made > _ITERATOR_LIFE.total_seconds():
        raise AwsFault(
            "ExpiredIteratorException",
            "Iterator expired. The iterator was created more than 15 minutes ago",
        )
    return arn, number
