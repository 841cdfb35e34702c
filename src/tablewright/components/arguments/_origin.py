"""Where a new table's items come from, and where its changes go, as arguments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import pulumi
from tablewright.components.arguments._document import Arguments, Shaped
from tablewright.dynamodb_values import KinesisPrecision
from tablewright.manifest import models
from tablewright.manifest.models import Model

_BACKUP = "arn:aws:dynamodb:{region}:000000000000:table/late/backup/{id}"
_TABLE = "arn:aws:dynamodb:{region}:000000000000:table/{id}"
_KINESIS = "arn:aws:kinesis:{region}:000000000000:stream/{id}"


@dataclass(frozen=True)
class Csv(Arguments):
    """How CSV files are read; column names are each file's first line if left out."""

    model: ClassVar[type[Model]] = models.CsvOptions

    delimiter: str | None = None
    headers: Sequence[str] = ()


@dataclass(frozen=True)
class ImportFromS3(Arguments):
    """Fill a new table from objects in S3; without effect on a table that exists."""

    model: ClassVar[type[Model]] = models.ImportFromS3

    bucket: Annotated[pulumi.Input[str], Shaped("bucket-{id}")]
    format: Literal["CSV", "DYNAMODB_JSON", "ION"] = "DYNAMODB_JSON"
    compression: Literal["NONE", "GZIP", "ZSTD"] | None = None
    key_prefix: str | None = None
    bucket_owner: str | None = None
    csv: Csv | None = None


@dataclass(frozen=True)
class Restore(Arguments):
    """Create a table from a backup, or from a table as it was; say one source and one moment."""

    model: ClassVar[type[Model]] = models.Restore

    backup_arn: Annotated[pulumi.Input[str] | None, Shaped(_BACKUP)] = None
    source_table_arn: Annotated[pulumi.Input[str] | None, Shaped(_TABLE)] = None
    source_table_name: str | None = None
    latest: bool | None = None
    date_time: str | None = None


@dataclass(frozen=True)
class KinesisDestination(Arguments):
    """Changes copied into a Kinesis data stream of the table's region."""

    model: ClassVar[type[Model]] = models.KinesisDestination

    stream_arn: Annotated[pulumi.Input[str], Shaped(_KINESIS)]
    precision: KinesisPrecision | None = None
