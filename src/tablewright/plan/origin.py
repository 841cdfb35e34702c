"""Where a new table's items come from; without meaning for a table that exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ORIGIN_PROPERTIES: Final = (
    "importTable",
    "restoreBackupArn",
    "restoreDateTime",
    "restoreSourceName",
    "restoreSourceTableArn",
    "restoreToLatestTime",
)
"""Of the engine's table: only its creation looks at these, on one that exists they change
nothing."""


@dataclass(frozen=True, slots=True)
class Csv:
    """How CSV files are read; without `headers` the first line of each file names the columns."""

    delimiter: str = ","
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class S3Import:
    """Objects in S3. `format` and `compression` in AWS's words; `csv` only for CSV."""

    bucket: str
    format: str
    bucket_owner: str | None = None
    key_prefix: str = ""
    compression: str = "NONE"
    csv: Csv | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    """A backup; or a table, by ARN or name, at a moment (ISO 8601) or as late as can be."""

    backup_arn: str | None = None
    source_table_arn: str | None = None
    source_table_name: str | None = None
    latest: bool = False
    moment: str | None = None


Origin = S3Import | Restore
