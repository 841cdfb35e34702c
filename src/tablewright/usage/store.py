"""The store: Parquet below `account=A/region=R/`, one file a table.

A row is the table, or one global index of it, on one day of UTC; each metric is a list of 1,440
float32, NaN where there is no datapoint. DuckDB, Spark and Arrow read it as it lies:

    SELECT * FROM read_parquet('usage/**/*.parquet', hive_partitioning = true)

Files are written whole beside their place and moved into it, under a lock of their folder. Use that
was imported and of which nobody said the account is joined to that of the table as soon as it is
known, so that no table is there twice.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tablewright.errors import InputError
from tablewright.files import replacing

from .day import CapacitySettings, ResourceId, UsageDay
from .metrics import DAY_MINUTES, METRICS

_SERIES = pa.list_(pa.float32(), DAY_MINUTES)
SCHEMA = pa.schema(
    [
        pa.field("table", pa.string(), nullable=False),
        pa.field("index", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("complete", pa.bool_(), nullable=False),
        pa.field("period_seconds", pa.int32(), nullable=False),
        pa.field("billing_mode", pa.string()),
        pa.field("table_class", pa.string()),
        pa.field("items", pa.int64()),
        pa.field("size_bytes", pa.int64()),
        pa.field("recovery", pa.bool_()),
        pa.field("replicas", pa.list_(pa.string())),
        *(pa.field(metric.column, _SERIES) for metric in METRICS),
    ],
    metadata={"tablewright.usage": "1"},
)
"""The columns; account and region are the folders'. `index` is empty for the table itself."""
UNKNOWN_ACCOUNT = "000000000000"
"""Of use whose account nobody said; AWS gives it to nobody."""
_ROWS_A_GROUP = 64
_MOST_NAME = 180
"""Characters of a table's name, 255 at most, that fit into the name of a file."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """The file of one table with its indexes."""

    account: str
    region: str
    table: str
    path: Path

    def read(self) -> list[UsageDay]:
        """All days, by resource and day.

        Raises:
            InputError: the file is damaged.
        """
        return days_in(self.path)

    def complete_days(self) -> set[tuple[str, date]]:
        """Indexes (empty for the table) and days of which nothing can be added."""
        rows = _read(self.path, ["index", "day", "complete"]).to_pylist()
        return {(row["index"], row["day"]) for row in rows if row["complete"]}


class UsageStore:
    """A folder with the use of tables.

    Args:
        folder: need not exist until something is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, days: Iterable[UsageDay]) -> None:
        """Add days; what is there for the same resource and day is written over.

        Raises:
            InputError: a file of the store is damaged.
        """
        ordered = sorted(days, key=lambda day: _table_of(day.resource))
        for (account, region, table), of_table in groupby(
            ordered, lambda day: _table_of(day.resource)
        ):
            path = self.file(account, region, table).path
            unknown = self.file(UNKNOWN_ACCOUNT, region, table).path
            path.parent.mkdir(parents=True, exist_ok=True)
            with _locked(path.parent, unknown.parent):
                for draft in path.parent.glob(f".{path.name}.*"):
                    draft.unlink()  # of a writer that was killed: who lives holds the lock
                _merge(path, list(of_table), unknown)

    def file(self, account: str, region: str, table: str) -> TableFile:
        """Where a table is kept, be it there or not."""
        part = self.folder / f"account={account}" / f"region={region}"
        return TableFile(account, region, table, part / self.file_name(table))

    @staticmethod
    def file_name(table: str) -> str:
        """The name of a table's file.

        It never begins with `_` or `.`: Spark, Hadoop and Arrow pass over such files.
        """
        digest = hashlib.sha256(table.encode()).hexdigest()[:8]
        shown = table[:_MOST_NAME] if table[:1].isalnum() else f"table{table[:_MOST_NAME]}"
        return f"{shown}-{digest}.parquet"

    def places(self, table: str) -> set[tuple[str, str]]:
        """Accounts and regions in which use of a table is kept."""
        if not self.folder.is_dir():
            return set()
        return {(file.account, file.region) for file in self.files([table])}

    def files(
        self,
        names: Iterable[str] | None = None,
        region: str | None = None,
    ) -> Iterator[TableFile]:
        """The tables that are kept, by account, region and name.

        Args:
            names: only these; None for all.
            region: only this one.

        Raises:
            InputError: there is no store, or a file of it is damaged.
        """
        if not self.folder.is_dir():
            raise missing(self.folder)
        chosen = None if names is None else set(map(self.file_name, names))
        for path in sorted(self.folder.glob("account=*/region=*/*.parquet")):
            account, of_file = place_of(path)
            if region in {None, of_file} and (chosen is None or path.name in chosen):
                table = _read(path, ["table"])["table"][0].as_py()
                yield TableFile(account, of_file, table, path)

    def of_stack(self, names: Iterable[str], region: str, account: str | None) -> list[TableFile]:
        """The tables of a stack, each once.

        Args:
            names: of its tables.
            region: of the stack.
            account: the only one that it may be in, if it says one.

        Raises:
            InputError: use of a table is kept of several accounts, and nothing says of which it is.
        """
        files: dict[str, list[TableFile]] = {}
        for file in self.files(names, region):
            files.setdefault(file.table, []).append(file)
        return [_of_account(of_table, account) for of_table in files.values()]


def _of_account(files: Sequence[TableFile], account: str | None) -> TableFile:
    """The file of this account, where there are several of one table."""
    own = [file for file in files if file.account == account] or files
    if len(own) > 1:
        accounts = ", ".join(file.account for file in own)
        raise InputError(
            f"use of {own[0].table} in {own[0].region} is kept of several accounts: {accounts}",
            "say which is the stack's: `account` in its `spec`",
        )
    return own[0]


def missing(folder: Path | str) -> InputError:
    """What to say where there is no store."""
    store = shlex.quote(str(folder))
    return InputError(
        f"there is no usage in {folder}",
        f"measure it: `tablewright usage collect --all --store {store}`, or import it: "
        f"`tablewright usage import FILE --table NAME --region REGION --store {store}`",
    )


def place_of(path: Path | str) -> tuple[str, str]:
    """Account and region of a file of a store, by the folders of its path or URL."""
    account, region = (part.partition("=")[2] for part in str(path).split("/")[-3:-1])
    return account, region


def days_in(path: Path | str, content: Any = None) -> list[UsageDay]:
    """All days of a file of a store, by resource and day.

    Args:
        path: of the file, or its URL.
        content: all bytes of it, as a buffer of Arrow; None to read them from the path.

    Raises:
        InputError: the file is damaged.
    """
    source = path if content is None else pa.BufferReader(content)
    rows = _read(path, source=source)
    return sorted(_days(*place_of(path), rows), key=lambda day: (day.resource, day.day))


def _table_of(resource: ResourceId) -> tuple[str, str, str]:
    return resource.account, resource.region, resource.table


def _merge(path: Path, days: Sequence[UsageDay], unknown: Path) -> None:
    """Put days into the file of their table, as a whole, with what is of no known account."""
    rows = pa.Table.from_pylist([_row(day) for day in days], SCHEMA)
    for file in dict.fromkeys((path, unknown)):
        if file.exists():
            new, old = {*_keys(rows)}, _read(file)
            others = pa.array([key not in new for key in _keys(old)], pa.bool_())
            rows = pa.concat_tables([old.filter(others), rows])
    rows = rows.sort_by([("index", "ascending"), ("day", "ascending")])
    with replacing(path) as draft:
        pq.write_table(rows, draft, compression="zstd", row_group_size=_ROWS_A_GROUP)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
    if unknown != path:
        unknown.unlink(missing_ok=True)


def _keys(rows: Any) -> list[tuple[str, date]]:
    return [*zip(rows["index"].to_pylist(), rows["day"].to_pylist(), strict=True)]


def _read(path: Path | str, columns: list[str] | None = None, source: Any = None) -> Any:
    try:
        with pq.ParquetFile(path if source is None else source) as file:
            return file.read(columns)
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            f"{path} is not a readable usage file: {error}",
            "delete the file, and collect or import that table again",
        ) from error


def _row(day: UsageDay) -> dict[str, Any]:
    settings = day.settings
    return {
        "table": day.resource.table,
        "index": day.resource.index,
        "day": day.day,
        "complete": day.complete,
        "period_seconds": day.period_seconds,
        "billing_mode": settings.billing_mode,
        "table_class": settings.table_class,
        "items": settings.items,
        "size_bytes": settings.size_bytes,
        "recovery": settings.recovery,
        "replicas": list(settings.replicas),
        **{metric.column: np.asarray(day.column(metric.column), np.float32) for metric in METRICS},
    }


def _days(account: str, region: str, rows: Any) -> list[UsageDay]:
    minutes = {metric.column: _matrix(rows[metric.column]) for metric in METRICS}
    plain = rows.drop_columns([metric.column for metric in METRICS]).to_pylist()
    return [
        UsageDay(
            ResourceId(account, region, row["table"], row["index"]),
            row["day"],
            row["period_seconds"],
            {column: values[number] for column, values in minutes.items()},
            CapacitySettings(
                billing_mode=row["billing_mode"],
                table_class=row["table_class"],
                items=row["items"],
                size_bytes=row["size_bytes"],
                recovery=row["recovery"],
                replicas=tuple(row["replicas"] or ()),
            ),
            row["complete"],
        )
        for number, row in enumerate(plain)
    ]


def _matrix(column: Any) -> Any:
    """A column of lists as an array, a row each; NaN where a row has none."""
    lists = column.combine_chunks()
    values = lists.fill_null([float("nan")] * DAY_MINUTES) if lists.null_count else lists
    return values.flatten().to_numpy(zero_copy_only=False).reshape(-1, DAY_MINUTES)


@contextmanager
def _locked(*parts: Path) -> Iterator[None]:
    """Hold folders, as far as they are there, always in the same order."""
    with ExitStack() as stack:
        for part in sorted(filter(Path.is_dir, {*parts})):
            lock = stack.enter_context((part / ".lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
