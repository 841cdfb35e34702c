"""What a table that is to be restored begins with: the keys and indexes of its source."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tablewright.dynamodb_values import AttributeType
from tablewright.errors import AccessDeniedError, NotFoundError
from tablewright.plan.origin import Restore
from tablewright.plan.table import Table

from . import tables

Call = Callable[..., Any]
"""Calls an operation of DynamoDB: `call("DescribeTable", region, TableName="events")`."""

_TABLE_ARN = re.compile(r"arn:[\w-]+:dynamodb:(?P<region>[\w-]+):\d+:table/(?P<name>[\w.-]+)")


def read_source(call: Call, region: str, origin: Restore, declared: Table) -> Table:
    """The source of a restored table, as far as the new table takes it over for good.

    Args:
        call: of the API.
        region: of the new table.
        origin: the source.
        declared: the new table. DescribeBackup tells no attribute types: they are those of the
            table that was backed up, and if that is gone, taken to be the declared ones.

    Raises:
        NotFoundError: there is no such backup or table.
    """
    if origin.backup_arn is not None:
        reply = call("DescribeBackup", region, BackupArn=origin.backup_arn)["BackupDescription"]
        indexes = (reply.get("SourceTableFeatureDetails") or {}).get("LocalSecondaryIndexes")
        description = {**reply["SourceTableDetails"], "LocalSecondaryIndexes": indexes}
        types = {**declared.attributes, **_types_of(call, description)}
    else:
        match = _TABLE_ARN.match(origin.source_table_arn or "")
        name = match["name"] if match else origin.source_table_name
        place = match["region"] if match else region
        description = call("DescribeTable", place, TableName=name)["Table"]
        types = tables.attributes(description)
    return Table(
        name=declared.name,
        key=tables.key(description["KeySchema"]),
        attributes=types,
        local_indexes=tuple(
            tables.local_index(index) for index in description.get("LocalSecondaryIndexes") or ()
        ),
    )


def _types_of(call: Call, backed_up: Mapping[str, Any]) -> Mapping[str, AttributeType]:
    """Attribute types of the very table that was backed up; none if it is gone, or not shown."""
    match = _TABLE_ARN.match(backed_up.get("TableArn") or "")
    if match is None:
        return {}
    try:
        live = call("DescribeTable", match["region"], TableName=match["name"])["Table"]
    except (NotFoundError, AccessDeniedError):
        return {}
    return tables.attributes(live) if live.get("TableId") == backed_up.get("TableId") else {}
