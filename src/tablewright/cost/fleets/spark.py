"""Decisions on fleets beyond one machine: Apache Spark over the same store, with the same code.

A file of the store is a table. Spark finds the files wherever its file systems reach, and hands
their bytes, whole, to Python in Arrow batches: nothing is shuffled, and no series leaves the task
that read it. What tables share is summed up by Spark; decisions come back one by one.
"""

from __future__ import annotations

import os
import pickle
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from tablewright.cost.decisions.declaration import DeclaredCapacity
from tablewright.cost.decisions.search import Budget
from tablewright.cost.pricing.prices import PriceBook
from tablewright.errors import SparkError, TablewrightError
from tablewright.usage.store import UsageStore, days_in, missing, place_of

from .fleet import FleetDecision, FleetUse
from .tables import decide_days

FILES_A_BATCH = 8
"""Files of which a task holds the bytes at a time."""
_HOURS = pa.list_(
    pa.struct(
        [
            ("charge", pa.string()),
            ("hour", pa.int64()),
            ("units", pa.decimal128(38, 3)),
        ]
    )
)
_COLUMNS = pa.schema(
    [
        ("account", pa.string()),
        ("region", pa.string()),
        ("file", pa.string()),
        ("decision", pa.binary()),
        ("error", pa.binary()),
        ("hours", _HOURS),
    ]
)
_SCHEMA = (
    "account string, region string, file string, decision binary, error binary, "
    "hours array<struct<charge: string, hour: bigint, units: decimal(38, 3)>>"
)
_LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_COMMITTED = "committed/"
"""Before charges that a table has more where it is set as for commitments."""
_PLACE = ("account", "region", "file")


@dataclass(frozen=True, slots=True)
class _Decider:
    """What a task does with its files.

    Args:
        book: prices by region.
        budget: of throttling.
        declared: what manifests say of tables, by name.
        region: only tables of this one; None for all.
    """

    book: PriceBook
    budget: Budget
    declared: Mapping[str, DeclaredCapacity]
    region: str | None

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Batches of files in, batches of decisions out."""
        for batch in batches:
            rows = [
                self._row(path.as_py(), content.as_buffer())
                for path, content in zip(batch["path"], batch["content"], strict=True)
            ]
            wanted = [row for row in rows if self.region in {None, row["region"]}]
            yield pa.RecordBatch.from_pylist(wanted, _COLUMNS)

    def _row(self, path: str, content: Any) -> dict[str, Any]:
        account, region = place_of(path)
        row: dict[str, Any] = {
            "account": account,
            "region": region,
            "file": PurePosixPath(path).name,
        }
        if self.region not in {None, region}:
            return row
        try:
            days = days_in(path, content)
            declared = self.declared.get(days[0].resource.table)
            decision = decide_days(days, self.book, self.budget, declared)
        except TablewrightError as error:
            return row | {"error": pickle.dumps(error)}
        hours = [
            {"charge": f"{use}{charge}", "hour": hour, "units": units}
            for use, of_charges in (
                ("", decision.hourly_units),
                (_COMMITTED, decision.committed_units),
            )
            for charge, by_hour in of_charges.items()
            for hour, units in by_hour.items()
        ]
        summed_elsewhere = replace(decision, hourly_units={}, committed_units={})
        return row | {"decision": pickle.dumps(summed_elsewhere), "hours": hours}


def decide_fleet(
    store: str,
    book: PriceBook,
    budget: Budget,
    declared: Mapping[str, DeclaredCapacity] | None = None,
    names: Collection[str] | None = None,
    region: str | None = None,
) -> FleetDecision:
    """Decide on the tables of a store with Spark; the same as `decide_tables` decides.

    Args:
        store: a folder or URL that Spark reads, such as `s3a://bucket/usage`.
        book: prices by region.
        budget: of throttling, for each table.
        declared: what manifests say of tables, by name.
        names: only these tables; None for all.
        region: only this one.

    Raises:
        InputError: the store cannot be read.
        SparkError: Spark cannot be started, or gives up.
    """
    if names is not None and not names:
        return FleetDecision.of((), book)
    decider = _Decider(book, budget, dict(declared or {}), region)
    with _session() as spark, _translated(store):
        decided = _files(spark, store, names).mapInArrow(decider, _SCHEMA).persist()
        try:
            return _fleet(decided, book)
        finally:
            decided.unpersist()


def _files(spark: SparkSession, store: str, names: Collection[str] | None) -> DataFrame:
    chosen = "*.parquet"
    if names is not None:
        chosen = "{" + ",".join(sorted(map(UsageStore.file_name, names))) + "}"
    files = (
        spark.read.format("binaryFile")
        .option("recursiveFileLookup", "true")
        .option("pathGlobFilter", chosen)
        .load(store)
    )
    return files.select("path", "content")


def _fleet(decided: DataFrame, book: PriceBook) -> FleetDecision:
    """What the tasks answered, in the order of the local engine; series are not in it."""
    for row in decided.where("error is not null").orderBy(*_PLACE).select("error").head(1):
        error: TablewrightError = pickle.loads(row.error)  # noqa: S301 - of our own task
        raise error
    use = FleetUse()
    hours = decided.select("region", sql.explode("hours").alias("of"))
    sums = hours.groupBy("region", "of.charge", "of.hour").agg(
        sql.sum("of.units").cast("string").alias("units")
    )
    for row in sums.collect():
        charge = row.charge.removeprefix(_COMMITTED)
        hours_of = use.decided if charge == row.charge else use.committed
        hours_of.add(row.region, charge, row.hour, Decimal(row.units))
    answers = decided.orderBy(*_PLACE).select("decision").toLocalIterator()
    decisions = (pickle.loads(row.decision) for row in answers)  # noqa: S301 - of our own task
    return FleetDecision.of(decisions, book, use)


@contextmanager
def _session() -> Iterator[SparkSession]:
    """The session there is; else one that is ended afterwards, as `spark-submit` sets it up."""
    active = SparkSession.getActiveSession()
    spark = active or started()
    own = spark.newSession()
    own.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", FILES_A_BATCH)
    try:
        yield own
    finally:
        if active is None:
            spark.stop()


def started() -> SparkSession:
    """A session as `spark-submit` sets it up, else one of this machine, reachable by loopback.

    Raises:
        SparkError: there is no Java, or Spark does not start.
    """
    builder = SparkSession.builder.appName("tablewright")
    if "PYSPARK_GATEWAY_PORT" not in os.environ:
        if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
            raise SparkError("Apache Spark needs Java, and there is none", JAVA)
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        builder = builder.master("local[*]").config(map=_LOCAL)
    try:
        return builder.getOrCreate()
    except (PySparkException, Py4JError) as error:
        raise SparkError(f"Apache Spark does not start: {_first_line(error)}", JAVA) from error


JAVA = (
    "install Java 17 or 21, on Debian `apt-get install openjdk-17-jre-headless`; "
    "JAVA_HOME names another place"
)


@contextmanager
def _translated(store: str) -> Iterator[None]:
    """Spark's errors as ours."""
    try:
        yield
    except PySparkException as error:
        if error.getCondition() == "PATH_NOT_FOUND":
            raise missing(store) from error
        raise _failure(store, error) from error
    except Py4JError as error:
        raise _failure(store, error) from error


def _failure(store: str, error: Exception) -> SparkError:
    return SparkError(
        f"Apache Spark gave up over {store}: {_first_line(error)}",
        "its log says more; where it lacks a file system, give Spark the package that has it",
    )


def _first_line(error: Exception) -> str:
    java = getattr(error, "java_exception", None)
    text = java.toString() if java is not None else str(error)
    return str(text).strip().partition("\n")[0]
