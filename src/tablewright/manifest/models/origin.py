"""Where a new table's items come from: a file in S3, a backup, or another table's past."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tablewright.manifest.models.base import Flag, Many, Model


class CsvOptions(Model):
    """How CSV files are read."""

    delimiter: Annotated[str, StringConstraints(pattern=r"^[,;:|\t ]$")] = Field(
        default=",", description="One of `,` `;` `:` `|`, tab or space."
    )
    headers: Many[Annotated[str, StringConstraints(min_length=1, max_length=65536)]] = Field(
        default=(),
        max_length=255,
        description="Column names; the first line of each file if left out.",
    )


class ImportFromS3(Model):
    """Fill the table from S3 when it is created; without effect on a table that exists."""

    bucket: Annotated[
        str,
        StringConstraints(min_length=3, max_length=63, pattern=r"^[a-z0-9][a-z0-9.-]*[a-z0-9]$"),
    ] = Field(description="Name of the bucket.")
    bucket_owner: Annotated[str, StringConstraints(pattern=r"^\d{12}$")] | None = Field(
        default=None, description="Account of the bucket, if it is not the table's."
    )
    key_prefix: Annotated[str, StringConstraints(max_length=1024)] = Field(
        default="", description="Only objects whose key begins with this."
    )
    format: Literal["CSV", "DYNAMODB_JSON", "ION"] = Field(description="Format of the objects.")
    compression: Literal["NONE", "GZIP", "ZSTD"] = Field(
        default="NONE", description="Compression of the objects."
    )
    csv: CsvOptions | None = Field(default=None, description="Only with `format: CSV`.")


class Restore(Model):
    """Create the table from a backup, or from a table as it was; without effect on one that exists.

    Say either `backupArn`, or a source table and a moment.
    """

    backup_arn: str | None = Field(default=None, description="ARN of an on-demand backup.")
    source_table_arn: str | None = Field(
        default=None,
        description="ARN of a table with point-in-time recovery; also of another region.",
    )
    source_table_name: str | None = Field(
        default=None, description="Name of such a table in this account and region."
    )
    latest: Flag = Field(default=False, description="Restore the latest restorable moment.")
    date_time: str | None = Field(
        default=None,
        description="Restore this moment, ISO 8601 with a zone: `2026-11-20T08:00:00Z`.",
    )
