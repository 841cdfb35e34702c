"""Apache Spark decides as the local engine does, row by row, and takes no series to its driver."""

import os
import shutil
import subprocess
import sys
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tablewright.cost.decisions.declaration import DeclaredCapacity
from tablewright.cost.decisions.search import Budget
from tablewright.cost.decisions.settings import TableSetting, fixed_at
from tablewright.cost.fleets.fleet import FleetDecision
from tablewright.cost.fleets.tables import decide_tables
from tablewright.cost.pricing.prices import PriceBook, Prices
from tablewright.errors import InputError, SparkError
from tablewright.usage.day import CapacitySettings, ResourceId, UsageDay
from tablewright.usage.metrics import CONSUMED_READ, CONSUMED_WRITE, DAY_MINUTES
from tablewright.usage.store import UsageStore

pytestmark = pytest.mark.skipif(
    not shutil.which("java") or find_spec("pyspark") is None,
    reason="Java 17 and pyspark are needed; with Java, `make test` installs the other",
)
PROGRAM = Path(__file__).parents[3] / "examples" / "spark" / "decide.py"
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java compiles less, and collects with one thread: what it runs is soon over."""
SMALL = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""For ten rows: not two hundred parts of them, and no code that is generated and compiled first."""
MONDAY = date(2026, 11, 2)
SETTINGS = CapacitySettings("PAY_PER_REQUEST", "STANDARD", 10**6, 10**9)
FLEET = (
    # Account, region, table, indexes, days, units a minute.
    ("111111111111", "ap-southeast-2", "orders", ("by-user",), 14, 9000),
    ("111111111111", "ap-southeast-2", "Orders", (), 14, 15_000),
    ("111111111111", "ap-southeast-2", "_hidden", (), 14, 300),
    ("111111111111", "eu-west-1", "orders", (), 14, 60_000),
    ("222222222222", "eu-west-1", ".hidden", (), 14, 12),
    ("222222222222", "eu-west-1", "young", (), 3, 600),
    ("222222222222", "eu-west-1", "idle", (), 14, 0),
)


def days(account, region, table, index, count, level):
    draw = np.random.default_rng(level + len(index))
    for number in range(count):
        shape = 1 + 0.5 * np.sin(np.arange(DAY_MINUTES) / DAY_MINUTES * 2 * np.pi)
        yield UsageDay(
            ResourceId(account, region, table, index),
            MONDAY + timedelta(days=number),
            60,
            {
                column.column: draw.poisson(level * shape / share).astype(np.float32)
                for column, share in ((CONSUMED_READ, 1), (CONSUMED_WRITE, 3))
            },
            SETTINGS,
        )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("usage of a fleet")
    for account, region, table, indexes, count, level in FLEET:
        for index in ("", *indexes):
            UsageStore(made).write(days(account, region, table, index, count, level))
    return made


@pytest.fixture(scope="module")
def session():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    settings = {
        "spark.driver.extraJavaOptions": QUICK,
        # The series of the fleet are more than the driver takes.
        "spark.driver.maxResultSize": "256k",
        **SMALL,
    }
    made = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    yield made
    made.stop()


def both(folder, book, *asked):
    """Decisions of either engine."""
    from tablewright.cost.fleets.spark import decide_fleet

    local = FleetDecision.of(decide_tables(UsageStore(folder), book, *asked), book)
    return local, decide_fleet(str(folder), book, *asked)


def test_decisions_sums_and_reservations_are_those_of_the_local_engine(session, folder):
    orders = TableSetting("PROVISIONED", {("", side): fixed_at(9) for side in ("read", "write")})
    everything = (Budget(), {"orders": DeclaredCapacity(orders)})
    unsaid = DeclaredCapacity()
    some = (Budget(0), {"orders": unsaid, ".hidden": unsaid}, ("orders", ".hidden", "none"))
    one_region = (Budget(), None, ("orders", "Orders"), "ap-southeast-2")
    for asked, tables in ((everything, 7), (some, 3), (one_region, 2), ((Budget(), {}, ()), 0)):
        local, spark = both(folder, PriceBook(), *asked)
        assert len(local.tables) == tables
        assert list(spark.tables) == list(local.tables)
        assert (spark.totals, spark.prices) == (local.totals, local.prices)
        assert (spark.commitments, spark.bill) == (local.commitments, local.bill)
        assert spark.committed == local.committed
        assert bool(local.commitments.reserved) == bool(tables)


def test_what_either_refuses_the_other_refuses_in_the_same_words(session, folder, tmp_path):
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    cut, *_ = sorted(damaged.rglob("Orders-*.parquet"))
    cut.write_bytes(cut.read_bytes()[:-40])
    for store in (damaged, tmp_path / "nowhere"):
        messages = [refusal(engine, store, PriceBook()) for engine in ("local", "spark")]
        assert messages[0].message.replace("file:", "") == messages[1].message.replace("file:", "")
        assert messages[0].next_step == messages[1].next_step


def test_a_table_that_cannot_be_looked_at_is_told_and_the_others_go_on(session, tmp_path):
    store = UsageStore(tmp_path)
    store.write(days("1", "eu-west-1", "bare", "", 1, 60))
    store.write(days("1", "mars-1", "far", "", 1, 60))
    store.write(days("1", "us-east-1", "bodiless", "by-user", 1, 60))
    store.write(days("1", "us-east-1", "orders", "", 1, 60))
    book = PriceBook([Prices("eu-west-1", "2026-08-13", {})])
    local, spark = both(tmp_path, book, Budget())
    assert list(spark.tables) == list(local.tables)
    told = {table.table.table: table.refusal for table in local.tables}
    assert "have no storageUsdPerGbMonth" in told["bare"].message
    assert "no prices of 'mars-1'" in told["far"].message
    assert "has its indexes" in told["bodiless"].message
    assert told["orders"] is None
    assert (spark.totals.refused, spark.totals.undecided) == (3, 4)
    assert [prices.region for prices in spark.prices] == ["us-east-1"]


def refusal(engine, store, book):
    from tablewright.cost.fleets.spark import decide_fleet

    engines = {
        "local": lambda: list(decide_tables(UsageStore(store), book, Budget())),
        "spark": lambda: decide_fleet(str(store), book, Budget()),
    }
    with pytest.raises(InputError) as refused:
        engines[engine]()
    return refused.value


def test_without_java_it_says_what_to_install(monkeypatch):
    from tablewright.cost.fleets import spark

    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    with pytest.raises(SparkError, match="needs Java, and there is none") as refused:
        spark.started()
    assert "apt-get install openjdk-17-jre-headless" in refused.value.next_step


def test_spark_submit_decides_what_the_local_engine_decides(folder, tmp_path):
    words = ["--all", "--usage", str(folder), "--output", "json"]
    scripts = Path(sys.executable).parent
    local = subprocess.run(
        [scripts / "tablewright", "optimize", *words], capture_output=True, check=True
    )
    submit = [scripts / "spark-submit", "--master", "local[2]", "--driver-java-options", QUICK]
    submit += [word for setting in SMALL.items() for word in ("--conf", "=".join(setting))]
    spark = subprocess.run(
        [*submit, PROGRAM, tmp_path / "decided", *words],
        capture_output=True,
        check=False,
        env=os.environ | {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"},
    )
    assert spark.returncode == 0, spark.stderr
    assert (tmp_path / "decided").read_bytes() == local.stdout
