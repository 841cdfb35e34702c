"""Imports from S3: a new table of DynamoDB JSON or CSV, through moto's S3.

Source: API reference, ImportTable; Developer Guide, page S3DataImport.Format. Ion and ZSTD are
refused.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from typing import Any

from tablewright_emulator.dynamodb.control_plane.description import describe
from tablewright_emulator.dynamodb.control_plane.encryption import key_arn
from tablewright_emulator.dynamodb.control_plane.lifecycle import (
    build,
    check_definition,
    check_room,
    created,
)
from tablewright_emulator.dynamodb.items.keys import check_item
from tablewright_emulator.dynamodb.items.partitions import Item
from tablewright_emulator.dynamodb.rules import settings
from tablewright_emulator.dynamodb.rules.naming import check_name
from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.transfers.work import (
    FORMAT,
    Params,
    TransferFault,
    finish_later,
    repeated,
    s3,
)
from tablewright_emulator.dynamodb.values import check_attributes, invalid
from tablewright_emulator.request import AwsFault, Request

_DECODER = json.JSONDecoder()
_DELIMITERS = (",", "\t", ":", ";", "|", " ")


def import_table(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ImportTable: a new table from objects under a prefix."""
    params = request.params
    if params["InputFormat"] not in {FORMAT, "CSV"}:
        raise AwsFault("ValidationException", f"{params['InputFormat']} is not supported here")
    options = (params.get("InputFormatOptions") or {}).get("Csv") or {}
    if options.get("Delimiter", ",") not in _DELIMITERS:
        raise invalid("Delimiter must be a comma, tab, colon, semicolon, pipe or space")
    if params.get("InputCompressionType", "NONE") not in {"NONE", "GZIP"}:
        raise AwsFault("ValidationException", "ZSTD is not supported here")
    if known := repeated(world, request, "ImportArn"):
        return {"ImportTableDescription": known}
    definition = params["TableCreationParameters"]
    name = check_name(definition.get("TableName"))
    catalog = world.of(request)
    if catalog.get(name, world.now()) is not None:
        raise AwsFault("ResourceInUseException", f"Table already exists: {name}")
    check_room(world, catalog)
    check_definition(definition)
    settings.check_encryption(definition.get("SSESpecification"))
    source = params["S3BucketSource"]
    if not source.get("S3Bucket"):
        raise invalid("S3Bucket of the source is missing")
    table = build(world, request, name, definition)
    table.kms_key = key_arn(world, table, definition.get("SSESpecification"))
    catalog.tables[name] = table
    now = world.now()
    number = f"{int(now.timestamp() * 1000):014}-{world.gateway.new_id()[:8]}"
    transfer = {
        "ImportArn": f"{table.arn}/import/{number}",
        "ImportStatus": "IN_PROGRESS",
        "TableArn": table.arn,
        "TableId": table.id,
        "ClientToken": params.get("ClientToken") or world.gateway.new_id(),
        "S3BucketSource": source,
        "InputFormat": params["InputFormat"],
        "InputFormatOptions": params.get("InputFormatOptions"),
        "InputCompressionType": params.get("InputCompressionType", "NONE"),
        "TableCreationParameters": definition,
        "StartTime": now,
        "ErrorCount": 0,
        "ProcessedSizeBytes": 0,
        "ProcessedItemCount": 0,
        "ImportedItemCount": 0,
    }
    catalog.transfers[transfer["ImportArn"]] = transfer
    finish_later(world, transfer, "ImportStatus", lambda: read(world, table, transfer))
    return {"ImportTableDescription": dict(transfer), "TableDescription": describe(world, table)}


def read(world: DynamoDb, table: Table, transfer: Params) -> None:
    """Read the objects of an import into its table."""
    source = transfer["S3BucketSource"]
    where = {"Bucket": source["S3Bucket"], "Prefix": source.get("S3KeyPrefix") or ""}
    try:
        for entry in s3(world, table, "ListObjectsV2", where).get("Contents") or []:
            got = s3(world, table, "GetObject", {"Bucket": where["Bucket"], "Key": entry["Key"]})
            data = bytes(got["Body"])
            if transfer["InputCompressionType"] == "GZIP":
                data = _unpacked(data)
            _take(table, transfer, data)
    except AwsFault as fault:
        if fault.code == "NoSuchBucket":  # nothing was ever read: AWS leaves no table
            world.catalog(table.account, table.region).tables.pop(table.name, None)
        raise
    finally:
        created(table, world.now())
    if transfer["ErrorCount"]:
        raise TransferFault(
            "ItemValidationError",
            "Some of the items failed validation checks. Please check CloudWatch error logs for "
            "more details.",
        )


def _unpacked(data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise AwsFault("BadGzip", "An object of the source is not gzip") from error


def _take(table: Table, transfer: Params, data: bytes) -> None:
    """Put the items of one object into the table; what is no item is counted as an error."""
    items = _csv_items if transfer["InputFormat"] == "CSV" else _json_items
    for size, item in items(table, transfer, data):
        transfer["ProcessedItemCount"] += 1
        transfer["ProcessedSizeBytes"] += size
        try:
            checked = Item.of(check_attributes(item))
            place = check_item(table, checked)
        except (AwsFault, TypeError):
            transfer["ErrorCount"] += 1
            continue
        table.write(place, table.shelf.get(place), checked)
        transfer["ImportedItemCount"] += 1


def _json_items(table: Table, transfer: Params, data: bytes) -> Iterator[tuple[int, Any]]:
    """The `Item` of each document with its length; None for a line that has none.

    Documents follow each other with or without a line's end (moto's tests, verified on AWS).
    """
    del table, transfer
    text, at = data.decode("utf-8", "replace"), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        try:
            document, end = _DECODER.raw_decode(text, at)
            item = document["Item"]
        except (ValueError, KeyError, TypeError, RecursionError):
            line_end = text.find("\n", at)
            end, item = (line_end if line_end >= 0 else len(text)), None
        yield len(text[at:end].encode()), item
        at = end


def _csv_items(table: Table, transfer: Params, data: bytes) -> Iterator[tuple[int, Any]]:
    """A row an item: attributes are text, but those that are keys of the table or of an index.

    The first row names the columns, unless `HeaderList` does.
    """
    options = (transfer["InputFormatOptions"] or {}).get("Csv") or {}
    text = io.StringIO(data.decode("utf-8", "replace"), newline="")
    rows = csv.reader(text, delimiter=options.get("Delimiter") or ",")
    header = options.get("HeaderList") or next(rows, [])
    for row in rows:
        size = sum(len(value.encode()) for value in row)
        if len(row) != len(header):
            yield size, None
            continue
        types = table.types
        yield (
            size,
            {name: {types.get(name, "S"): value} for name, value in zip(header, row, strict=True)},
        )
