"""Kinesis destinations: a table's changes copied to a data stream of moto's Kinesis.

Sources: API reference, EnableKinesisStreamingDestination and its neighbours; Developer Guide, pages
kds and Constraints (one live destination, three changes of precision in 24 hours). A stream that is
not there fails only later, as on AWS.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from tablewright_emulator.dynamodb.effects import effect
from tablewright_emulator.dynamodb.service import DynamoDb, Operation, require_active
from tablewright_emulator.dynamodb.streams.stream import Stream
from tablewright_emulator.dynamodb.table import Destination, Pending, Table
from tablewright_emulator.dynamodb.values import Attributes
from tablewright_emulator.request import AwsFault, Request

_DAY = timedelta(days=1)
_MAX_PRECISION_CHANGES = 3
_PRECISION = "ApproximateCreationDateTimePrecision"


def enable(world: DynamoDb, request: Request) -> dict[str, Any]:
    """EnableKinesisStreamingDestination."""
    table, arn = _subject(world, request)
    live = [
        destination
        for destination in table.destinations.values()
        if destination.status != "DISABLED"
    ]
    if any(destination.status in {"ENABLING", "ACTIVE", "UPDATING"} for destination in live):
        raise _wrong_state(
            "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE "
            "operation."
        )
    configuration = request.params.get("EnableKinesisStreamingConfiguration") or {}
    precision = configuration.get(_PRECISION) or "MILLISECOND"
    table.destinations[arn] = Destination(arn, "ENABLING", precision)
    there = _stream_exists(world, table, arn)
    _later(world, table, arn, "ACTIVE" if there else "ENABLE_FAILED")
    answer = _answer(table, arn, "ENABLING")
    return {**answer, "EnableKinesisStreamingConfiguration": {_PRECISION: precision}}


def disable(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DisableKinesisStreamingDestination."""
    table, arn = _subject(world, request)
    destination = table.destinations.get(arn)
    if destination is None or destination.status != "ACTIVE":
        raise _wrong_state(
            "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."
        )
    destination.status = "DISABLING"
    _later(world, table, arn, "DISABLED")
    return _answer(table, arn, "DISABLING")


def update(world: DynamoDb, request: Request) -> dict[str, Any]:
    """UpdateKinesisStreamingDestination: another precision."""
    table, arn = _subject(world, request)
    destination = table.destinations.get(arn)
    if destination is None or destination.status != "ACTIVE":
        raise _wrong_state(
            "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. "
            f"TableName: {table.name}, kdsArn: {arn}"
        )
    configuration = request.params.get("UpdateKinesisStreamingConfiguration") or {}
    precision = configuration.get(_PRECISION)
    if precision is None:
        raise AwsFault(
            "ValidationException",
            "Streaming destination cannot be updated with given parameters: "
            "UpdateKinesisStreamingConfiguration cannot be null or contain only null values",
        )
    if precision == destination.precision:
        raise AwsFault(
            "ValidationException",
            f"Invalid Request: Precision is already set to the desired value of {precision} for "
            f"tableId: {table.id}, kdsArn: {arn}",
        )
    now = world.now()
    recent = [moment for moment in table.precision_changes if now - moment < _DAY]
    if world.limits and len(recent) >= _MAX_PRECISION_CHANGES:
        raise AwsFault(
            "LimitExceededException",
            "The precision of a Kinesis destination can be changed three times in 24 hours",
        )
    table.precision_changes = [*recent, now]
    destination.status, destination.precision = "UPDATING", precision
    _later(world, table, arn, "ACTIVE")
    answer = _answer(table, arn, "UPDATING")
    return {**answer, "UpdateKinesisStreamingConfiguration": {_PRECISION: precision}}


def describe(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DescribeKinesisStreamingDestination."""
    table = world.table(request)
    return {
        "TableName": table.name,
        "KinesisDataStreamDestinations": [
            {
                "StreamArn": destination.arn,
                "DestinationStatus": destination.status,
                "DestinationStatusDescription": destination.description,
                _PRECISION: destination.precision,
            }
            for destination in table.destinations.values()
        ],
    }


def _subject(world: DynamoDb, request: Request) -> tuple[Table, str]:
    table = world.table(request)
    require_active(table)
    arn = request.params["StreamArn"]
    if not arn.startswith("arn:") or ":kinesis:" not in arn:
        raise AwsFault("ValidationException", f"Invalid StreamArn: {arn}")
    return table, arn


def _wrong_state(text: str) -> AwsFault:
    return AwsFault(
        "ValidationException",
        f"Table is not in a valid state to enable Kinesis Streaming Destination: {text}",
    )


def _answer(table: Table, arn: str, status: str) -> dict[str, Any]:
    return {"TableName": table.name, "StreamArn": arn, "DestinationStatus": status}


def _stream_exists(world: DynamoDb, table: Table, arn: str) -> bool:
    try:
        world.gateway.call(
            "kinesis",
            "DescribeStreamSummary",
            {"StreamARN": arn},
            account=table.account,
            region=table.region,
        )
    except AwsFault:
        return False
    return True


def _later(world: DynamoDb, table: Table, arn: str, status: str) -> None:
    due = world.after(world.durations.destination)
    table.pending.append(Pending.of(due, _settled, blocks=False, arn=arn, status=status))


@effect("destination.settled")
def _settled(table: Table, at: datetime, arn: str, status: str) -> None:
    del at
    destination = table.destinations[arn]
    destination.status = status
    if status == "ENABLE_FAILED":
        destination.description = "The Kinesis data stream does not exist or cannot be used"


def deliver(
    world: DynamoDb,
    table: Table,
    key: Attributes,
    images: tuple[Attributes | None, Attributes | None],
) -> None:
    """Put the record of one change into the destinations that are on."""
    live = [
        destination
        for destination in table.destinations.values()
        if destination.status in {"ACTIVE", "UPDATING"}
    ]
    if not live:
        return
    at = world.now()
    stream = Stream(table.arn, table.region, "NEW_AND_OLD_IMAGES", at, table.key_schema)
    stream.add(at, key, *images)
    record = stream.records[0]
    for destination in live:
        factor = 1_000_000 if destination.precision == "MICROSECOND" else 1000
        change = {
            **record["dynamodb"],
            "ApproximateCreationDateTime": int(at.timestamp() * factor),
            _PRECISION: destination.precision,
        }
        for member in ("SequenceNumber", "StreamViewType"):
            change.pop(member, None)
        body = {
            **{name: value for name, value in record.items() if name != "eventVersion"},
            "eventID": world.gateway.new_id(),
            "recordFormat": "application/json",
            "tableName": table.name,
            "dynamodb": change,
        }
        keys = json.dumps(change["Keys"], sort_keys=True)
        sent = {
            "StreamARN": destination.arn,
            "Data": json.dumps(body, default=str).encode(),
            "PartitionKey": keys[:256],
        }
        with suppress(AwsFault):  # a stream that is gone loses records; the write is made
            world.gateway.call(
                "kinesis", "PutRecord", sent, account=table.account, region=table.region
            )


OPERATIONS: dict[str, Operation] = {
    "DescribeKinesisStreamingDestination": describe,
    "DisableKinesisStreamingDestination": disable,
    "EnableKinesisStreamingDestination": enable,
    "UpdateKinesisStreamingDestination": update,
}
