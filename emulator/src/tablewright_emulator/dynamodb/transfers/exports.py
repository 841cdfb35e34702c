"""Exports to S3: whole tables in DynamoDB JSON, through moto's S3.

Source: API reference, ExportTableToPointInTime; Developer Guide, page S3DataExport.Output.
Incremental exports and Ion are refused.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import datetime
from typing import Any

from tablewright_emulator.dynamodb.control_plane.recovery import items_at
from tablewright_emulator.dynamodb.items.partitions import Item
from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.transfers.work import (
    FORMAT,
    Params,
    finish_later,
    repeated,
    s3,
)
from tablewright_emulator.request import AwsFault, Request


def export_table(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ExportTableToPointInTime."""
    params = request.params
    if params.get("ExportType", "FULL_EXPORT") != "FULL_EXPORT":
        raise AwsFault("ValidationException", "Incremental exports are not supported here")
    if params.get("ExportFormat", FORMAT) != FORMAT:
        raise AwsFault("ValidationException", "Only the format DYNAMODB_JSON is supported here")
    table = world.find(request, params["TableArn"])
    if table is None or table.deleting:
        raise AwsFault("TableNotFoundException", f"Table not found: {params['TableArn']}")
    if not table.recovery.enabled:
        raise AwsFault(
            "PointInTimeRecoveryUnavailableException",
            f"Point in time recovery is not enabled for table '{table.name}'",
        )
    if known := repeated(world, request, "ExportArn"):
        return {"ExportDescription": known}
    now = world.now()
    moment: datetime = params.get("ExportTime") or now
    if not table.recovery.earliest(now) <= moment <= now:
        raise AwsFault("InvalidExportTimeException", "The export time is outside of the window")
    number = f"{int(now.timestamp() * 1000):014}-{world.gateway.new_id()[:8]}"
    export = {
        "ExportArn": f"{table.arn}/export/{number}",
        "ExportStatus": "IN_PROGRESS",
        "StartTime": now,
        "TableArn": table.arn,
        "TableId": table.id,
        "ExportTime": moment,
        "ClientToken": params.get("ClientToken") or world.gateway.new_id(),
        "S3Bucket": params["S3Bucket"],
        "S3BucketOwner": params.get("S3BucketOwner"),
        "S3Prefix": params.get("S3Prefix"),
        "S3SseAlgorithm": params.get("S3SseAlgorithm", "AES256"),
        "ExportFormat": FORMAT,
        "ExportType": "FULL_EXPORT",
    }
    world.of(request).transfers[export["ExportArn"]] = export
    finish_later(world, export, "ExportStatus", lambda: write(world, table, export))
    return {"ExportDescription": dict(export)}


def write(world: DynamoDb, table: Table, export: Params) -> None:
    """Write the items of a table and the manifests of an export."""
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
        "outputFormat": FORMAT,
        "manifestFilesS3Key": f"{folder}/manifest-files.json",
    }
    written = {
        name: data,
        f"{folder}/manifest-files.json": (json.dumps(files) + "\n").encode(),
        f"{folder}/manifest-summary.json": json.dumps(summary).encode(),
    }
    for key, body in written.items():
        params = {"Bucket": export["S3Bucket"], "Key": key, "Body": body}
        s3(world, table, "PutObject", params)
    export |= {
        "ExportManifest": f"{folder}/manifest-summary.json",
        "ItemCount": len(items),
        "BilledSizeBytes": sum(item.size for item in items),
    }
