"""What a table that is to be restored begins with: the keys and indexes of its source."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

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
        declared: the new table. DescribeBackup tells no attribute types, so those of a backup are
            taken to be the declared ones.

    Raises:
        NotFoundError: there is no such backup or table.
    """
    if origin.backup_arn is not None:
        reply = call("DescribeBackup", region, BackupArn=origin.backup_arn)["BackupDescription"]
        indexes = (reply.get("SourceTableFeatureDetails") or {}).get("LocalSecondaryIndexes")
        description = {**reply["SourceTableDetails"], "LocalSecondaryIndexes": indexes}
        types = dict(declared.attributes)
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
