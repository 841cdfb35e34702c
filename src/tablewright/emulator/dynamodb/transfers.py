"""Exports to S3 and imports from it, whole tables in DynamoDB JSON, through moto's S3.

Source: API reference, ExportTableToPointInTime and ImportTable; Developer Guide, pages
S3DataExport.Output and S3DataImport.Format. Incremental exports, Ion and CSV are refused.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from datetime import datetime
from functools import partial
from typing import Any

from tablewright.emulator.dynamodb.catalog import Catalog
from tablewright.emulator.dynamodb.description import describe
from tablewright.emulator.dynamodb.encryption import key_arn
from tablewright.emulator.dynamodb.item_keys import check_item
from tablewright.emulator.dynamodb.items import Item
from tablewright.emulator.dynamodb.lifecycle import build, check_definition, check_room, created
from tablewright.emulator.dynamodb.paging import page
from tablewright.emulator.dynamodb.recovery import items_at
from tablewright.emulator.dynamodb.rules import settings
from tablewright.emulator.dynamodb.rules.naming import check_name
from tablewright.emulator.dynamodb.service import DynamoDb, Operation
from tablewright.emulator.dynamodb.table import Table
from tablewright.emulator.dynamodb.values import invalid
from tablewright.emulator.request import AwsFault, Request

Params = dict[str, Any]
_FORMAT = "DYNAMODB_JSON"
_PAGE = 25


def export_table(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ExportTableToPointInTime."""
    params = request.params
    if params.get("ExportType", "FULL_EXPORT") != "FULL_EXPORT":
        raise AwsFault("ValidationException", "Incremental exports are not supported here")
    if params.get("ExportFormat", _FORMAT) != _FORMAT:
        raise AwsFault("ValidationException", "Only the format DYNAMODB_JSON is supported here")
    table = world.find(request, params["TableArn"])
    if table is None or table.deleting:
        raise AwsFault("TableNotFoundException", f"Table not found: {params['TableArn']}")
    if not table.recovery.enabled:
        raise AwsFault(
            "PointInTimeRecoveryUnavailableException",
            f"Point in time recovery is not enabled for table '{table.name}'",
        )
    if repeated := _repeated(world, request, "ExportArn"):
        return {"ExportDescription": repeated}
    now = world.now()
    moment: datetime = params.get("ExportTime") or now
    if not table.recovery.earliest(now) <= moment <= now:
        raise AwsFault("InvalidExportTimeException", "The export time is outside of the window")
    number = f"{int(now.timestamp() * 1000):014}-{world.door.new_id()[:8]}"
    export = {
        "ExportArn": f"{table.arn}/export/{number}",
        "ExportStatus": "IN_PROGRESS",
        "StartTime": now,
        "TableArn": table.arn,
        "TableId": table.id,
        "ExportTime": moment,
        "ClientToken": params.get("ClientToken") or world.door.new_id(),
        "S3Bucket": params["S3Bucket"],
        "S3BucketOwner": params.get("S3BucketOwner"),
        "S3Prefix": params.get("S3Prefix"),
        "S3SseAlgorithm": params.get("S3SseAlgorithm", "AES256"),
        "ExportFormat": _FORMAT,
        "ExportType": "FULL_EXPORT",
    }
    world.of(request).transfers[export["ExportArn"]] = export
    _finish_later(world, export, "ExportStatus", lambda: _write(world, table, export))
    return {"ExportDescription": dict(export)}


def _repeated(world: DynamoDb, request: Request, member: str) -> Params | None:
    """The transfer that was begun with the token of this request."""
    token = request.params.get("ClientToken")
    began = world.of(request).transfers.values()
    return next((t for t in began if token and member in t and t["ClientToken"] == token), None)


def resume(world: DynamoDb, catalog: Catalog) -> None:
    """Go on with what was under way when the state was kept."""
    for transfer in catalog.transfers.values():
        name = transfer["TableArn"].rpartition("/")[2]
        table = catalog.tables.get(name)
        member = "ExportStatus" if "ExportArn" in transfer else "ImportStatus"
        if table is not None and transfer[member] == "IN_PROGRESS":
            work = _write if member == "ExportStatus" else _read
            _finish_later(world, transfer, member, partial(work, world, table, transfer))


def _write(world: DynamoDb, table: Table, export: Params) -> None:
    items: list[Item] = list(items_at(table, export["ExportTime"]).values())
    prefix = f"{export['S3Prefix'].strip('/')}/" if export["S3Prefix"] else ""
    folder = f"{prefix}AWSDynamoDB/{export['ExportArn'].rsplit('/', 1)[-1]}"
    lines = [json.dumps({"Item": item.attributes}) + "\n" for item in items]
    data = gzip.compress("".join(lines).encode(), mtime=0)
    name = f"{folder}/data/{hashlib.md5(data, usedforsecurity=False).hexdigest()[:26]}.json.gz"
    files = {
        "itemCount": len(items),
        "md5Checksum": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        "dataFileS3Key": name,
    }
    summary = {
        "version": "2020-06-30",
        "exportArn": export["ExportArn"],
        "tableArn": table.arn,
        "tableId": table.id,
        "s3Bucket": export["S3Bucket"],
        "itemCount": len(items),
        "outputFormat": _FORMAT,
        "manifestFilesS3Key": f"{folder}/manifest-files.json",
    }
    written = {
        name: data,
        f"{folder}/manifest-files.json": (json.dumps(files) + "\n").encode(),
        f"{folder}/manifest-summary.json": json.dumps(summary).encode(),
    }
    for key, body in written.items():
        params = {"Bucket": export["S3Bucket"], "Key": key, "Body": body}
        _s3(world, table, "PutObject", params)
    export |= {
        "ExportManifest": f"{folder}/manifest-summary.json",
        "ItemCount": len(items),
        "BilledSizeBytes": sum(item.size for item in items),
    }


def _s3(world: DynamoDb, table: Table, operation: str, params: Params) -> Params:
    return world.door.call("s3", operation, params, account=table.account, region=table.region)


def _finish_later(world: DynamoDb, transfer: Params, member: str, work: Any) -> None:
    """Do the work when its time is over; what S3 refuses fails the transfer, not the call."""

    def finish() -> None:
        if transfer[member] != "IN_PROGRESS":
            return  # the journal began it as well
        try:
            work()
        except AwsFault as fault:
            transfer[member] = "FAILED"
            transfer["FailureCode"] = f"S3{fault.code}"
            transfer["FailureMessage"] = fault.message
        else:
            transfer[member] = "COMPLETED"
        transfer["EndTime"] = world.now()

    world.door.later(world.durations.transfer, finish)


def describe_export(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DescribeExport."""
    arn = request.params["ExportArn"]
    export = world.of(request).transfers.get(arn)
    if export is None or "ExportArn" not in export:
        raise AwsFault("ExportNotFoundException", f"Export not found: {arn}")
    return {"ExportDescription": export}


def list_exports(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ListExports."""
    params = request.params
    found = _summaries(world, request, ("ExportArn", "ExportStatus", "ExportType"))
    shown, token = page(found, params.get("NextToken"), params.get("MaxResults") or _PAGE)
    return {"ExportSummaries": shown, "NextToken": token}


def _summaries(world: DynamoDb, request: Request, members: tuple[str, ...]) -> list[Params]:
    """The transfers that have the first of the members, of one table or of all."""
    wanted = request.params.get("TableArn")
    return [
        {name: each.get(name) for name in members}
        for each in world.of(request).transfers.values()
        if members[0] in each and wanted in {None, each["TableArn"]}
    ]


# --- imports ------------------------------------------------------------------------------------


def import_table(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ImportTable: a new table from objects under a prefix."""
    params = request.params
    if params["InputFormat"] != _FORMAT:
        raise AwsFault("ValidationException", "Only the format DYNAMODB_JSON is supported here")
    if params.get("InputCompressionType", "NONE") not in {"NONE", "GZIP"}:
        raise AwsFault("ValidationException", "ZSTD is not supported here")
    if repeated := _repeated(world, request, "ImportArn"):
        return {"ImportTableDescription": repeated}
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
    number = f"{int(now.timestamp() * 1000):014}-{world.door.new_id()[:8]}"
    transfer = {
        "ImportArn": f"{table.arn}/import/{number}",
        "ImportStatus": "IN_PROGRESS",
        "TableArn": table.arn,
        "TableId": table.id,
        "ClientToken": params.get("ClientToken") or world.door.new_id(),
        "S3BucketSource": source,
        "InputFormat": _FORMAT,
        "InputCompressionType": params.get("InputCompressionType", "NONE"),
        "TableCreationParameters": definition,
        "StartTime": now,
        "ErrorCount": 0,
        "ProcessedSizeBytes": 0,
        "ProcessedItemCount": 0,
        "ImportedItemCount": 0,
    }
    catalog.transfers[transfer["ImportArn"]] = transfer
    _finish_later(world, transfer, "ImportStatus", lambda: _read(world, table, transfer))
    return {"ImportTableDescription": dict(transfer), "TableDescription": describe(world, table)}


def _read(world: DynamoDb, table: Table, transfer: Params) -> None:
    source = transfer["S3BucketSource"]
    where = {"Bucket": source["S3Bucket"], "Prefix": source.get("S3KeyPrefix") or ""}
    try:
        for found in _s3(world, table, "ListObjectsV2", where).get("Contents") or []:
            got = _s3(world, table, "GetObject", {"Bucket": where["Bucket"], "Key": found["Key"]})
            data = bytes(got["Body"])
            if transfer["InputCompressionType"] == "GZIP":
                data = _unpacked(data)
            _take_lines(table, transfer, data)
    finally:
        created(table, world.now())


def _unpacked(data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise AwsFault("BadGzip", "An object of the source is not gzip") from error


def _take_lines(table: Table, transfer: Params, data: bytes) -> None:
    for line in data.splitlines():
        if not line.strip():
            continue
        transfer["ProcessedItemCount"] += 1
        transfer["ProcessedSizeBytes"] += len(line)
        try:
            item, place = check_item(table, json.loads(line)["Item"])
        except (AwsFault, ValueError, KeyError, TypeError):
            transfer["ErrorCount"] += 1
            continue
        table.write(place, table.shelf.get(place), item)
        transfer["ImportedItemCount"] += 1


def describe_import(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DescribeImport."""
    arn = request.params["ImportArn"]
    transfer = world.of(request).transfers.get(arn)
    if transfer is None or "ImportArn" not in transfer:
        raise AwsFault("ImportNotFoundException", f"Import not found: {arn}")
    return {"ImportTableDescription": transfer}


def list_imports(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ListImports."""
    params = request.params
    members = ("ImportArn", "ImportStatus", "TableArn", "S3BucketSource", "InputFormat",
               "StartTime", "EndTime")  # fmt: skip
    found = _summaries(world, request, members)
    shown, token = page(found, params.get("NextToken"), params.get("PageSize") or _PAGE)
    return {"ImportSummaryList": shown, "NextToken": token}


OPERATIONS: dict[str, Operation] = {
    "DescribeExport": describe_export,
    "DescribeImport": describe_import,
    "ExportTableToPointInTime": export_table,
    "ImportTable": import_table,
    "ListExports": list_exports,
    "ListImports": list_imports,
}
