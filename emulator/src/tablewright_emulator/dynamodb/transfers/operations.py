"""Exports to S3 and imports from it, as operations; what was under way goes on after a restart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from tablewright_emulator.dynamodb.catalog import Catalog
from tablewright_emulator.dynamodb.paging import page
from tablewright_emulator.dynamodb.service import DynamoDb, Operation
from tablewright_emulator.dynamodb.transfers import exports, imports
from tablewright_emulator.dynamodb.transfers.work import finish_later
from tablewright_emulator.request import AwsFault, Request

_PAGE = 25


def resume(world: DynamoDb, catalog: Catalog) -> None:
    """Go on with what was under way when the state was kept."""
    for transfer in catalog.transfers.values():
        name = transfer["TableArn"].rpartition("/")[2]
        table = catalog.tables.get(name)
        member = "ExportStatus" if "ExportArn" in transfer else "ImportStatus"
        if table is not None and transfer[member] == "IN_PROGRESS":
            work = exports.write if member == "ExportStatus" else imports.read
            finish_later(world, transfer, member, partial(work, world, table, transfer))


@dataclass(frozen=True)
class _Kind:
    """How the API names what it says of exports, or of imports.

    Args:
        name: `Export` or `Import`.
        description: the member that describes one.
        summaries: the member that lists them.
        page: the parameter with the length of a page.
        members: of a summary, the ARN first.
    """

    name: str
    description: str
    summaries: str
    page: str
    members: tuple[str, ...]

    def describe(self, world: DynamoDb, request: Request) -> dict[str, Any]:
        """DescribeExport, DescribeImport."""
        member = f"{self.name}Arn"
        arn = request.params[member]
        transfer = world.of(request).transfers.get(arn)
        if transfer is None or member not in transfer:
            raise AwsFault(f"{self.name}NotFoundException", f"{self.name} not found: {arn}")
        return {self.description: transfer}

    def list(self, world: DynamoDb, request: Request) -> dict[str, Any]:
        """ListExports, ListImports: of one table, or of all."""
        params = request.params
        summaries = [
            {name: transfer.get(name) for name in self.members}
            for transfer in world.of(request).transfers.values()
            if self.members[0] in transfer
            and params.get("TableArn") in {None, transfer["TableArn"]}
        ]
        shown, token = page(summaries, params.get("NextToken"), params.get(self.page) or _PAGE)
        return {self.summaries: shown, "NextToken": token}


_EXPORT = _Kind(
    "Export",
    "ExportDescription",
    "ExportSummaries",
    "MaxResults",
    ("ExportArn", "ExportStatus", "ExportType"),
)
_IMPORT = _Kind(
    "Import",
    "ImportTableDescription",
    "ImportSummaryList",
    "PageSize",
    (
        "ImportArn", "ImportStatus", "TableArn", "S3BucketSource", "InputFormat", "StartTime",
        "EndTime",
    ),
)  # fmt: skip
OPERATIONS: dict[str, Operation] = {
    "DescribeExport": _EXPORT.describe,
    "DescribeImport": _IMPORT.describe,
    "ExportTableToPointInTime": exports.export_table,
    "ImportTable": imports.import_table,
    "ListExports": _EXPORT.list,
    "ListImports": _IMPORT.list,
}
