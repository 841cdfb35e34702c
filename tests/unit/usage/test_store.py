"""The store of usage: what was written is read, by us and by DuckDB; damage is told."""

import datetime as dt
from dataclasses import replace

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tablewright.errors import InputError
from tablewright.usage.day import CapacitySettings, ResourceId, UsageDay
from tablewright.usage.history import table_history
from tablewright.usage.metrics import CONSUMED_READ, DAY_MINUTES, METRICS
from tablewright.usage.store import UNKNOWN_ACCOUNT, UsageStore

DAY = dt.date(2026, 11, 1)

RESOURCES = st.builds(
    ResourceId,
    st.sampled_from(("111111111111", "222222222222")),
    st.sampled_from(("eu-west-1", "us-east-1")),
    st.sampled_from(("events", "orders")),
    st.sampled_from(("", "by-user")),
)
SERIES = arrays.arrays(
    np.float32,
    DAY_MINUTES,
    elements=st.one_of(st.just(float("nan")), st.floats(0, 2**20, width=32)),
    fill=st.just(float("nan")),
)
SETTINGS = st.builds(
    CapacitySettings,
    billing_mode=st.sampled_from((None, "PROVISIONED", "PAY_PER_REQUEST")),
    table_class=st.sampled_from((None, "STANDARD")),
    items=st.one_of(st.none(), st.integers(0, 2**60)),
    size_bytes=st.one_of(st.none(), st.integers(0, 2**60)),
    recovery=st.sampled_from((None, True, False)),
    replicas=st.sampled_from(((), ("eu-west-2", "us-east-2"))),
)
DAYS = st.builds(
    UsageDay,
    RESOURCES,
    st.integers(0, 3).map(lambda days: DAY + dt.timedelta(days=days)),
    st.sampled_from((60, 300, 3600)),
    st.dictionaries(st.sampled_from([metric.column for metric in METRICS]), SERIES, max_size=2),
    SETTINGS,
    st.booleans(),
)


def key(day):
    return day.resource, day.day


@settings(max_examples=25)
@given(days=st.lists(DAYS, max_size=6, unique_by=key), again=st.lists(DAYS, max_size=3))
def test_what_was_written_last_of_a_day_is_read(tmp_path_factory, days, again):
    store = UsageStore(tmp_path_factory.mktemp("usage"))
    store.write(days)
    for day in again:
        store.write([day])
    expected = {key(day): day for day in (*days, *again)}
    read = {key(day): day for file in store.files() for day in file.read()}
    assert read.keys() == expected.keys()
    complete = {(file.table, *place) for file in store.files() for place in file.complete_days()}
    assert complete == {
        (day.resource.table, day.resource.index, day.day)
        for day in expected.values()
        if day.complete
    }
    for place, day in expected.items():
        assert read[place].settings == day.settings
        assert read[place].period_seconds == day.period_seconds
        for metric in METRICS:
            np.testing.assert_array_equal(
                read[place].column(metric.column), day.column(metric.column)
            )


def day_of(table="orders", index="", day=DAY, units=60.0):
    values = np.full(DAY_MINUTES, units, np.float32)
    return UsageDay(
        ResourceId("111111111111", "eu-west-1", table, index),
        day,
        60,
        {CONSUMED_READ.column: values},
    )


def test_duckdb_reads_it_as_it_lies(tmp_path):
    UsageStore(tmp_path).write([day_of("orders"), day_of("users", units=120.0)])
    files = duckdb.read_parquet(f"{tmp_path}/**/*.parquet", hive_partitioning=True)
    rows = files.project(
        'account::VARCHAR, region, "table", list_sum(consumed_read_units::FLOAT[])'
    )
    rows = rows.order("3").fetchall()
    assert rows == [
        ("111111111111", "eu-west-1", "orders", 60.0 * DAY_MINUTES),
        ("111111111111", "eu-west-1", "users", 120.0 * DAY_MINUTES),
    ]


def test_tables_are_found_by_name_and_region(tmp_path):
    long = "x" * 255
    UsageStore(tmp_path).write([day_of(name) for name in ("orders", "Orders", "users", long)])
    store = UsageStore(tmp_path)
    assert [file.table for file in store.files()] == ["Orders", "orders", "users", long]
    assert [file.table for file in store.files(["users", long, "none"])] == ["users", long]
    assert list(store.files(region="us-east-1")) == []
    assert len(list(store.files(region="eu-west-1"))) == 4


def in_account(account, **more):
    day = day_of(**more)
    return replace(day, resource=replace(day.resource, account=account))


def test_use_of_an_unknown_account_joins_that_of_the_table(tmp_path):
    """What was imported keeps the days that were not collected, and no table is there twice."""
    store, later = UsageStore(tmp_path), DAY + dt.timedelta(1)
    store.write([in_account(UNKNOWN_ACCOUNT), in_account(UNKNOWN_ACCOUNT, day=later, units=5.0)])
    store.write([in_account(UNKNOWN_ACCOUNT, table="other")])
    assert store.places("orders") == {(UNKNOWN_ACCOUNT, "eu-west-1")}
    store.write([in_account("222222222222", units=7.0)])
    [file] = store.files(["orders"])
    assert file.account == "222222222222"
    values = {day.day: float(day.column("consumed_read_units")[0]) for day in file.read()}
    assert values == {DAY: 7.0, later: 5.0}
    assert {day.resource.account for day in file.read()} == {"222222222222"}
    assert store.places("other") == {(UNKNOWN_ACCOUNT, "eu-west-1")}


def test_a_table_of_a_stack_is_that_of_its_account(tmp_path):
    store = UsageStore(tmp_path)
    for account in ("111111111111", "222222222222"):
        store.write([in_account(account)])
    [own] = store.of_stack(["orders", "other"], "eu-west-1", "222222222222")
    assert own.account == "222222222222"
    for account in (None, "333333333333"):
        with pytest.raises(InputError, match="several accounts: 111111111111, 222222222222"):
            store.of_stack(["orders"], "eu-west-1", account)
    store.write([in_account("111111111111", table="other")])
    [only] = store.of_stack(["other"], "eu-west-1", "222222222222")
    assert only.account == "111111111111", "a sandbox stands for any account"


@pytest.mark.parametrize("table", ["_orders", ".orders", "-orders", "orders"])
def test_no_file_begins_as_those_that_spark_and_arrow_pass_over(tmp_path, table):
    store = UsageStore(tmp_path)
    store.write([day_of(table)])
    (path,) = tmp_path.rglob("*.parquet")
    assert path.name[0] not in "_."
    assert [file.table for file in store.files([table])] == [table]
    assert duckdb.read_parquet(f"{tmp_path}/**/*.parquet").project('"table"').fetchall() == [
        (table,)
    ]


def test_a_file_that_was_cut_off_is_told_with_the_way_out(tmp_path):
    UsageStore(tmp_path).write([day_of()])
    (path,) = tmp_path.rglob("*.parquet")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="not a readable usage file") as error:
        list(UsageStore(tmp_path).files())
    assert "delete the file" in error.value.next_step
    path.unlink()
    UsageStore(tmp_path).write([day_of()])
    assert len(list(UsageStore(tmp_path).files())) == 1


def test_a_writer_that_died_leaves_what_was_there_and_the_next_removes_its_draft(tmp_path):
    UsageStore(tmp_path).write([day_of()])
    (path,) = tmp_path.rglob("*.parquet")
    draft = path.with_name(f".{path.name}.4711")
    draft.write_bytes(b"PAR1 half")
    assert [file.table for file in UsageStore(tmp_path).files()] == ["orders"]
    UsageStore(tmp_path).write([day_of("users")])
    assert draft.exists()
    UsageStore(tmp_path).write([day_of()])
    assert not draft.exists()


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="there is no usage"):
        list(UsageStore(tmp_path / "nowhere").files())


def test_days_lie_side_by_side_with_gaps_between_them():
    days = [day_of(), day_of(day=DAY + dt.timedelta(days=2)), day_of(index="by-user")]
    history = table_history(days)
    reads = history.table.minutes[CONSUMED_READ.column]
    assert reads.size == 3 * DAY_MINUTES
    assert np.isnan(reads[DAY_MINUTES : 2 * DAY_MINUTES]).all()
    assert [index.resource.index for index in history.indexes] == ["by-user"]
    assert history.indexes[0].span == (0, DAY_MINUTES)
    assert table_history([day_of(index="by-user")]) is None
