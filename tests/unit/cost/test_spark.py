"""Apache Spark decides as the local engine does, row by row, and takes no series to its driver."""

import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

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

pytestmark = [
    pytest.mark.skipif(
        not shutil.which("java") or find_spec("pyspark") is None,
        reason="Java 17 and pyspark are needed; with Java, `make test` installs the other",
    ),
    pytest.mark.timeout(900),  # all that is asked of Spark is asked before the first test
]
ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / "examples" / "spark" / "decide.py"
WRAPPER = ROOT / "tests" / "support" / "spark_program.py"
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java compiles less, and collects with one thread: what it runs is soon over."""
SMALL = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.default.parallelism": "2",
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""For ten rows: not two hundred parts of them, and no code that is generated and compiled first."""
MONDAY = date(2026, 11, 2)
SETTINGS = CapacitySettings("PAY_PER_REQUEST", "STANDARD", 10**6, 10**9)
ORDERS = TableSetting("PROVISIONED", {("", side): fixed_at(9) for side in ("read", "write")})
UNSAID = DeclaredCapacity()
ASKED = (
    # Budget, declared, names, region; and how many tables there are.
    ((Budget(), {"orders": DeclaredCapacity(ORDERS)}), 7),
    ((Budget(0), {"orders": UNSAID, ".hidden": UNSAID}, ("orders", ".hidden", "none")), 3),
    ((Budget(), None, ("orders", "Orders"), "ap-southeast-2"), 2),
    ((Budget(), {}, ()), 0),
)
BARE = PriceBook([Prices("eu-west-1", "2026-08-13", {})])
NOWHERE = Path("/nowhere/usage")
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
def damaged(folder, tmp_path_factory):
    """A store of which one file is cut off."""
    made = tmp_path_factory.mktemp("damaged") / "usage"
    shutil.copytree(folder, made)
    cut, *_ = sorted(made.rglob("Orders-*.parquet"))
    cut.write_bytes(cut.read_bytes()[:-40])
    return made


@pytest.fixture(scope="module")
def unseen(tmp_path_factory):
    """A store with tables that cannot be decided on."""
    made = tmp_path_factory.mktemp("unseen")
    store = UsageStore(made)
    store.write(days("1", "eu-west-1", "bare", "", 1, 60))
    store.write(days("1", "mars-1", "far", "", 1, 60))
    store.write(days("1", "us-east-1", "bodiless", "by-user", 1, 60))
    store.write(days("1", "us-east-1", "orders", "", 1, 60))
    return made


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a program under `spark-submit`, and what the same Java decided next."""

    words: list[str]
    decided: bytes
    answers: list[Any]


@pytest.fixture(scope="module")
def spark(folder, damaged, unseen, tmp_path_factory):
    """All that is asked of Spark, in one Java: each takes half a minute on two busy processors."""
    scratch = tmp_path_factory.mktemp("spark")
    requests = [
        *((str(folder), PriceBook(), *asked) for asked, _ in ASKED),
        *((str(store), PriceBook(), Budget()) for store in (damaged, NOWHERE)),
        (str(unseen), BARE, Budget()),
    ]
    (scratch / "requests").write_bytes(pickle.dumps(requests))
    words = ["--all", "--usage", str(folder), "--output", "json"]
    submit = [Path(sys.executable).with_name("spark-submit"), "--master", "local[1]"]
    submit += ["--driver-java-options", QUICK]
    submit += [word for setting in SMALL.items() for word in ("--conf", "=".join(setting))]
    files = (scratch / "requests", scratch / "answers", PROGRAM, scratch / "decided")
    done = subprocess.run(
        [*submit, WRAPPER, *files, *words],
        capture_output=True,
        check=False,
        env=os.environ | {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"},
    )
    assert done.returncode == 0, (done.stdout, done.stderr)
    answers = pickle.loads((scratch / "answers").read_bytes())  # noqa: S301 - of our own program
    return Submitted(words, (scratch / "decided").read_bytes(), answers)


def test_spark_submit_decides_what_the_local_engine_decides(spark):
    local = subprocess.run(
        [Path(sys.executable).with_name("tablewright"), "optimize", *spark.words],
        capture_output=True,
        check=True,
    )
    assert spark.decided == local.stdout


@pytest.mark.parametrize("place", range(len(ASKED)))
def test_decisions_sums_and_reservations_are_those_of_the_local_engine(spark, folder, place):
    asked, tables = ASKED[place]
    local = FleetDecision.of(decide_tables(UsageStore(folder), PriceBook(), *asked), PriceBook())
    answer = spark.answers[place]
    assert len(local.tables) == tables
    assert answer.tables == list(local.tables)
    assert (answer.totals, answer.prices) == (local.totals, local.prices)
    assert (answer.commitments, answer.bill) == (local.commitments, local.bill)
    assert answer.committed == local.committed
    assert bool(local.commitments.reserved) == bool(tables)


def test_what_either_refuses_the_other_refuses_in_the_same_words(spark, damaged):
    for store, answer in zip((damaged, NOWHERE), spark.answers[-3:-1], strict=True):
        with pytest.raises(InputError) as refused:
            list(decide_tables(UsageStore(store), PriceBook(), Budget()))
        assert isinstance(answer, InputError), answer
        assert refused.value.message.replace("file:", "") == answer.message.replace("file:", "")
        assert refused.value.next_step == answer.next_step


def test_a_table_that_cannot_be_looked_at_is_told_and_the_others_go_on(spark, unseen):
    local = FleetDecision.of(decide_tables(UsageStore(unseen), BARE, Budget()), BARE)
    answer = spark.answers[-1]
    assert answer.tables == list(local.tables)
    told = {table.table.table: table.refusal for table in local.tables}
    assert "have no storageUsdPerGbMonth" in told["bare"].message
    assert "no prices of 'mars-1'" in told["far"].message
    assert "has its indexes" in told["bodiless"].message
    assert told["orders"] is None
    assert (answer.totals.refused, answer.totals.undecided) == (3, 4)
    assert [prices.region for prices in answer.prices] == ["us-east-1"]


def test_without_java_it_says_what_to_install(monkeypatch):
    from tablewright.cost.fleets import spark

    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    with pytest.raises(SparkError, match="needs Java, and there is none") as refused:
        spark.started()
    assert "apt-get install openjdk-17-jre-headless" in refused.value.next_step
