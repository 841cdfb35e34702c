"""The store: Parquet below `account=A/region=R/`, one file a day of UTC.

A row is one table, or one global index of it, on that day; each metric is a list of 1,440 float32,
NaN where there is no datapoint. DuckDB, Spark and Arrow read it as it lies:

    SELECT * FROM read_parquet('usage/**/*.parquet', hive_partitioning = true)

Files are written whole beside their place and moved into it, under a lock of their folder.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from tablewright.errors import InputError

from .day import ResourceId, Settings, UsageDay
from .metrics import DAY_MINUTES, METRICS

_SERIES = pa.list_(pa.float32(), DAY_MINUTES)
SCHEMA = pa.schema(
    [
        pa.field("table", pa.string(), nullable=False),
        pa.field("index", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
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
_ROWS_A_GROUP = 64
_TABLES_AT_ONCE = 64


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
        ordered = sorted(days, key=_file_key)
        for (account, region, day), of_file in groupby(ordered, _file_key):
            part = self._part(account, region)
            part.mkdir(parents=True, exist_ok=True)
            with _locked(part):
                self._merge(part / f"{day}.parquet", list(of_file))

    def _merge(self, path: Path, days: Sequence[UsageDay]) -> None:
        rows = pa.Table.from_pylist([_row(day) for day in days], SCHEMA)
        if path.exists():
            new = {(day.resource.table, day.resource.index) for day in days}
            old = _read(path)
            keys = zip(old["table"].to_pylist(), old["index"].to_pylist(), strict=True)
            rows = pa.concat_tables([old.filter(pa.array([key not in new for key in keys])), rows])
        rows = rows.sort_by([("table", "ascending"), ("index", "ascending")])
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            pq.write_table(rows, temporary, compression="zstd", row_group_size=_ROWS_A_GROUP)
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def resources(self) -> dict[ResourceId, list[date]]:
        """Which days are there of each table and index, in order."""
        days: dict[ResourceId, list[date]] = {}
        for account, region, part in self._parts():
            for path in _files(part):
                keys = _read(path, ["table", "index"])
                for table, index in zip(
                    keys["table"].to_pylist(), keys["index"].to_pylist(), strict=True
                ):
                    resource = ResourceId(account, region, table, index)
                    days.setdefault(resource, []).append(date.fromisoformat(path.stem))
        return dict(sorted(days.items()))

    def tables(
        self, names: Iterable[str] | None = None, region: str | None = None
    ) -> Iterator[list[UsageDay]]:
        """All days of one table and its indexes after the other, a few tables in memory at once.

        Args:
            names: only these tables; None for all.
            region: only this one.

        Raises:
            InputError: there is no store, or a file of it is damaged.
        """
        if not self.folder.is_dir():
            raise InputError(
                f"there is no usage in {self.folder}",
                "import it: `tablewright usage import FILE --table NAME --store DIR`",
            )
        chosen = None if names is None else set(names)
        for account, of_part, part in self._parts():
            if region not in {None, of_part}:
                continue
            files = _files(part)
            tables = sorted({name for path in files for name in _names(path)})
            tables = [name for name in tables if chosen is None or name in chosen]
            for at in range(0, len(tables), _TABLES_AT_ONCE):
                yield from self._chunk(account, of_part, files, tables[at : at + _TABLES_AT_ONCE])

    def _chunk(
        self, account: str, region: str, files: Sequence[Path], names: Sequence[str]
    ) -> Iterator[list[UsageDay]]:
        """The days of these tables, which are all between the first and the last name."""
        table = ds.dataset([str(path) for path in files], SCHEMA, format="parquet")
        field = ds.field("table")
        rows = table.to_table(filter=(field >= names[0]) & (field <= names[-1]))
        days = _days(account, region, rows)
        wanted = set(names)
        days = sorted(
            (day for day in days if day.resource.table in wanted),
            key=lambda day: (day.resource, day.day),
        )
        for _, of_table in groupby(days, lambda day: day.resource.table):
            yield list(of_table)

    def _part(self, account: str, region: str) -> Path:
        return self.folder / f"account={account}" / f"region={region}"

    def _parts(self) -> Iterator[tuple[str, str, Path]]:
        for part in sorted(self.folder.glob("account=*/region=*")):
            yield part.parent.name.partition("=")[2], part.name.partition("=")[2], part


def _file_key(day: UsageDay) -> tuple[str, str, date]:
    return day.resource.account, day.resource.region, day.day


def _files(part: Path) -> list[Path]:
    return sorted(part.glob("????-??-??.parquet"))


def _names(path: Path) -> set[str]:
    return set(_read(path, ["table"])["table"].to_pylist())


def _read(path: Path, columns: list[str] | None = None) -> Any:
    try:
        return pq.ParquetFile(path).read(columns)
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            f"{path} is no usage that can be read: {error}",
            "delete the file and collect or import that day again",
        ) from error


def _row(day: UsageDay) -> dict[str, Any]:
    settings = day.settings
    return {
        "table": day.resource.table,
        "index": day.resource.index,
        "day": day.day,
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
            Settings(
                billing_mode=row["billing_mode"],
                table_class=row["table_class"],
                items=row["items"],
                size_bytes=row["size_bytes"],
                recovery=row["recovery"],
                replicas=tuple(row["replicas"] or ()),
            ),
        )
        for number, row in enumerate(plain)
    ]


def _matrix(column: Any) -> Any:
    """A column of lists as an array, a row each; NaN where a row has none."""
    lists = column.combine_chunks()
    values = lists.fill_null([float("nan")] * DAY_MINUTES) if lists.null_count else lists
    return values.flatten().to_numpy(zero_copy_only=False).reshape(-1, DAY_MINUTES)


@contextmanager
def _locked(part: Path) -> Iterator[None]:
    with (part / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
