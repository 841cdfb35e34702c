"""`aws.dynamodb.TableExport`: a table's items written to S3, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from tablewright.errors import AwsError, NotFoundError
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.import_ids import region_in
from tablewright.provider.resources.resource import Bag, Live, ResourceType, Timeouts
from tablewright.provider.resources.shape import (
    InputFailure,
    Shape,
    block,
    moment,
    moment_of,
    text,
    without_empties,
)

from .execution import DYNAMODB


class TableExport(ResourceType):
    """An export; its identifier is its ARN. It cannot be changed, and nothing deletes it."""

    tok: ClassVar[str] = "aws:dynamodb/tableExport:TableExport"
    word: ClassVar[str] = "export"
    timeouts: ClassVar[Timeouts] = Timeouts(create=3600, delete=3600)
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "billedSizeInBytes",
        "endTime",
        "exportStatus",
        "exportTime",
        "itemCount",
        "manifestFilesS3Key",
        "s3BucketOwner",
        "s3SseAlgorithm",
        "startTime",
    )
    shape: ClassVar[Shape] = {
        "exportFormat": text("DYNAMODB_JSON", "ION", replaces=True, default="DYNAMODB_JSON"),
        "exportTime": moment(replaces=True, keeps=True),
        "exportType": text("FULL_EXPORT", "INCREMENTAL_EXPORT", replaces=True, keeps=True),
        "incrementalExportSpecification": block(
            {
                "exportFromTime": moment(),
                "exportToTime": moment(),
                "exportViewType": text("NEW_IMAGE", "NEW_AND_OLD_IMAGES"),
            },
            replaces=True,
        ),
        "region": text(replaces=True),
        "s3Bucket": text(required=True, replaces=True),
        "s3BucketOwner": text(replaces=True, keeps=True),
        "s3Prefix": text(replaces=True),
        "s3SseAlgorithm": text("AES256", "KMS", replaces=True, keeps=True),
        "s3SseKmsKeyId": text(replaces=True),
        "tableArn": text(required=True, replaces=True),
    }

    def subject(self, identifier: str, bag: Bag) -> str:
        """Return which table it belongs to."""
        return f"{self.word} of {bag.get('tableArn', identifier)}"

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """An incremental export says from when to when."""
        failures = super().check(inputs, old_inputs)
        span = inputs.get("incrementalExportSpecification")
        if inputs.get("exportType") == "INCREMENTAL_EXPORT" and not span:
            reason = "is required with the exportType INCREMENTAL_EXPORT"
            failures.append(InputFailure("incrementalExportSpecification", reason))
        return failures

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Begin the export, and wait until it is written."""
        span = inputs.get("incrementalExportSpecification") or {}
        request = {
            "TableArn": inputs["tableArn"],
            "S3Bucket": inputs["s3Bucket"],
            "S3BucketOwner": inputs.get("s3BucketOwner"),
            "S3Prefix": inputs.get("s3Prefix"),
            "S3SseAlgorithm": inputs.get("s3SseAlgorithm"),
            "S3SseKmsKeyId": inputs.get("s3SseKmsKeyId"),
            "ExportFormat": inputs.get("exportFormat"),
            "ExportTime": moment_of(inputs.get("exportTime")),
            "ExportType": inputs.get("exportType"),
            "IncrementalExportSpecification": without_empties(
                {
                    "ExportFromTime": moment_of(span.get("exportFromTime")),
                    "ExportToTime": moment_of(span.get("exportToTime")),
                    "ExportViewType": span.get("exportViewType"),
                }
            ),
        }
        region = run.region_of(inputs)
        reply = run.call(DYNAMODB, region, "ExportTableToPointInTime", **without_empties(request))
        arn = str(reply["ExportDescription"]["ExportArn"])
        run.record(arn)
        run.wait(lambda: _is_written(run, region, arn), "the export is still being written")
        return arn

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the export; AWS remembers it for 90 days."""
        region = run.region_of(recorded, {"region": region_in(identifier)})
        try:
            export = _describe(run, region, identifier)
        except NotFoundError:
            return None
        outputs = {
            "arn": export["ExportArn"],
            "billedSizeInBytes": export.get("BilledSizeBytes", 0),
            "endTime": _written(export.get("EndTime")),
            "exportFormat": export.get("ExportFormat") or "DYNAMODB_JSON",
            "exportStatus": export["ExportStatus"],
            "exportTime": _written(export.get("ExportTime")),
            "exportType": export.get("ExportType") or "FULL_EXPORT",
            "incrementalExportSpecification": _span(export),
            "itemCount": export.get("ItemCount", 0),
            "manifestFilesS3Key": export.get("ExportManifest", ""),
            "region": region,
            "s3Bucket": export["S3Bucket"],
            "s3BucketOwner": export.get("S3BucketOwner") or "",
            "s3Prefix": export.get("S3Prefix") or "",
            "s3SseAlgorithm": export.get("S3SseAlgorithm") or "",
            "s3SseKmsKeyId": export.get("S3SseKmsKeyId") or "",
            "startTime": _written(export.get("StartTime")),
            "tableArn": export["TableArn"],
        }
        return Live(
            identifier, {name: value for name, value in outputs.items() if value is not None}
        )

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Nothing deletes an export: its record ends by itself, its files are the bucket's."""


def _is_written(run: OperationContext, region: str, arn: str) -> bool | None:
    export = _describe(run, region, arn)
    if export["ExportStatus"] == "FAILED":
        reason = export.get("FailureMessage") or export.get("FailureCode") or "AWS gave no reason"
        message = f"{run.subject} failed: {reason}"
        raise AwsError(message, "correct the bucket or its permissions, then run up again")
    return True if export["ExportStatus"] == "COMPLETED" else None


def _describe(run: OperationContext, region: str, arn: str) -> dict[str, Any]:
    reply = run.call(DYNAMODB, region, "DescribeExport", ExportArn=arn)
    description: dict[str, Any] = reply["ExportDescription"]
    return description


def _span(export: Mapping[str, Any]) -> dict[str, Any] | None:
    span = export.get("IncrementalExportSpecification")
    if not span:
        return None
    return without_empties(
        {
            "exportFromTime": _written(span.get("ExportFromTime")),
            "exportToTime": _written(span.get("ExportToTime")),
            "exportViewType": span.get("ExportViewType"),
        }
    )


def _written(value: datetime | None) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""
