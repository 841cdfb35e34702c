"""Exports to S3 and imports from it, as operations; what was under way goes on after a restart."""

from __future__ import annotations

from functools import partial

from tablewright_emulator.dynamodb.catalog import Catalog
from tablewright_emulator.dynamodb.service import DynamoDb, Operation
from tablewright_emulator.dynamodb.transfers import exports, imports
from tablewright_emulator.dynamodb.transfers.work import finish_later


def resume(world: DynamoDb, catalog: Catalog) -> None:
    """Go on with what was under way when the state was kept."""
    for transfer in catalog.transfers.values():
        name = transfer["TableArn"].rpartition("/")[2]
        table = catalog.tables.get(name)
        member = "ExportStatus" if "ExportArn" in transfer else "ImportStatus"
        if table is not None and transfer[member] == "IN_PROGRESS":
            work = exports.write if member == "ExportStatus" else imports.read
            finish_later(world, transfer, member, partial(work, world, table, transfer))


OPERATIONS: dict[str, Operation] = {
    "DescribeExport": exports.describe_export,
    "DescribeImport": imports.describe_import,
    "ExportTableToPointInTime": exports.export_table,
    "ImportTable": imports.import_table,
    "ListExports": exports.list_exports,
    "ListImports": imports.list_imports,
}
