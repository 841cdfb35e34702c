"""Collecting from the embedded AWS: all of it, once, nothing twice, and never a zero for a gap."""

import datetime as dt
import signal
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from tests.support.embedded_aws import embedded_aws

from tablewright.aws.session import Session
from tablewright.aws.target import Credentials, Target
from tablewright.errors import AwsError, CredentialsError, InputError
from tablewright.fleet.discovery import by_account, discover
from tablewright.fleet.rate_limiter import rate_limiter_for
from tablewright.usage import collection, metric_data
from tablewright.usage.history import table_history
from tablewright.usage.metrics import CONSUMED_READ, CONSUMED_WRITE, PROVISIONED_READ
from tablewright.usage.store import UsageStore
from tablewright_emulator.clock import Clock

REGION = "eu-west-1"
OTHER = Credentials("210987654321", "x")  # in a sandbox, the key of an account
MORNING = dt.datetime(2026, 11, 2, 6, tzinfo=dt.UTC)
INDEX = {
    "IndexName": "by-user",
    "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


class World:
    """An embedded AWS whose clock stands still, and a table with an index in it."""

    def __init__(self, emulator):
        self.emulator, self.clock = emulator, emulator.clock
        self.session = Session(Target.sandbox(emulator.endpoint), REGION)
        client = self.session.client("dynamodb")
        capacity = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 9}
        client.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("id", "user")
            ],
            ProvisionedThroughput=capacity,
            GlobalSecondaryIndexes=[INDEX | {"ProvisionedThroughput": capacity}],
        )

    def put(self, *items):
        for item in items:
            self.session.client("dynamodb").put_item(
                TableName="orders", Item={name: {"S": text} for name, text in item.items()}
            )

    def tables(self):
        return discover([self.session], [REGION]).tables

    def collect(self, store, days=3):
        wanted = collection.plan(self.tables(), store, days, self.clock.now())
        done = collection.collect(wanted, lambda _: self.session, rate_limiter_for, store)
        return wanted, done


@pytest.fixture
def world():
    with embedded_aws(clock=Clock(frozen_at=MORNING), durations="none") as emulator:
        found = World(emulator)
        yield found
        found.session.close()


def history(store):
    (file,) = store.files(["orders"])
    return table_history(file.read())


def test_units_of_table_and_index_stand_in_their_minutes(world, tmp_path):
    world.put({"id": "a", "user": "u"})
    world.clock.advance(120)
    world.put({"id": "b"}, {"id": "c", "user": "u"})
    world.clock.advance(3600)
    store = UsageStore(tmp_path)
    wanted, done = world.collect(store)
    assert done.unread == {}
    assert (done.calls, wanted.queries) == (1, 28)
    of_table, (of_index,) = history(store).table, history(store).indexes
    writes = of_table.minutes[CONSUMED_WRITE.column]
    first = 6 * 60
    assert list(writes[first : first + 3]) == [1, 0, 2]
    assert np.isnan(writes[:first]).all()
    assert list(of_index.minutes[CONSUMED_WRITE.column][first : first + 3]) == [1, 0, 1]
    assert np.nansum(of_table.minutes[CONSUMED_READ.column]) == 0
    held = of_table.minutes[PROVISIONED_READ.column]
    assert np.nanmin(held) == np.nanmax(held) == 7
    settings = of_table.settings
    assert (settings.billing_mode, settings.recovery) == ("PROVISIONED", False)


def test_what_is_complete_is_never_asked_for_again(world, tmp_path):
    store = UsageStore(tmp_path)
    world.put({"id": "a"})
    world.collect(store)
    world.clock.advance(3 * 3600)
    world.put({"id": "b"})
    wanted, _ = world.collect(store)
    assert {query.first for query in wanted.resources[0].queries} == {MORNING.date()}
    assert np.nansum(history(store).table.minutes[CONSUMED_WRITE.column]) == 2
    world.clock.advance(20 * 3600)
    world.collect(store)
    next_day = MORNING.date() + dt.timedelta(days=1)
    wanted, done = world.collect(store)
    days = {(query.first, query.last) for query in wanted.resources[0].queries}
    assert days == {(next_day, next_day)}
    assert (done.days, done.calls) == (2, 1)


def test_older_days_are_asked_for_by_the_period_that_cloudwatch_still_has(world, tmp_path):
    world.put({"id": "a", "user": "u"})
    world.clock.advance(20 * 86_400)
    wanted, _ = world.collect(UsageStore(tmp_path), days=30)
    periods = {
        (query.first, query.last): query.period_seconds
        for part in wanted.resources
        for query in part.queries
        if query.metric == CONSUMED_WRITE
    }
    today = MORNING.date() + dt.timedelta(days=20)
    recent = today - dt.timedelta(days=14)
    assert periods == {
        (recent, today): 60,
        (MORNING.date(), recent - dt.timedelta(days=1)): 300,
    }
    writes = history(UsageStore(tmp_path)).table.minutes[CONSUMED_WRITE.column]
    assert list(writes[360:365]) == pytest.approx([0.2] * 5)
    assert history(UsageStore(tmp_path)).table.period_seconds == 300


def test_a_refused_table_is_told_and_the_others_are_kept(world, tmp_path):
    make_tables(world.session, 40)
    client = world.session.client("cloudwatch", REGION)
    seen = []

    def refused(**_):
        seen.append(1)
        if len(seen) == 1:
            answer = {"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}
            return SimpleNamespace(status_code=403), answer
        return None

    client.meta.events.register("before-call.cloudwatch.GetMetricData", refused)
    store = UsageStore(tmp_path)
    _, done = world.collect(store)
    assert done.exit_status == 4
    assert done.unread
    kept = {file.table for file in store.files()}
    assert kept
    assert not kept & {name.split()[0] for name in done.unread}
    _, done = world.collect(store)
    assert (done.exit_status, len(list(store.files()))) == (0, 41)


def make_tables(session, count, mode="PAY_PER_REQUEST"):
    for number in range(count):
        session.client("dynamodb").create_table(
            TableName=f"table-{number:02}",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode=mode,
        )


def test_an_account_that_refuses_stops_nobody_else(world, tmp_path):
    refusing = Session(Target.sandbox(world.emulator.endpoint, OTHER), REGION)
    make_tables(refusing, 2)
    client = refusing.client("cloudwatch", REGION)

    def refused(**_):
        error = {"Code": "UnrecognizedClientException", "Message": "the token is invalid"}
        return SimpleNamespace(status_code=403), {"Error": error}

    client.meta.events.register("before-call.cloudwatch.GetMetricData", refused)
    store = UsageStore(tmp_path)
    everywhere = by_account([refusing, world.session])
    assert list(everywhere) == ["210987654321", "123456789012"]
    tables = discover([refusing, world.session], [REGION]).tables
    wanted = collection.plan(tables, store, 1, world.clock.now())
    done = collection.collect(wanted, everywhere.__getitem__, rate_limiter_for, store)
    assert done.exit_status == 4
    assert sorted(done.unread) == [f"table-0{n} in {REGION} of 210987654321" for n in (0, 1)]
    assert [file.table for file in store.files()] == ["orders"]
    # Alone, it is an error; and it is asked again by the next run, as the only one.
    again = collection.plan(discover([refusing], [REGION]).tables, store, 1, world.clock.now())
    with pytest.raises(CredentialsError, match="does not accept these credentials"):
        collection.collect(again, everywhere.__getitem__, rate_limiter_for, store)
    refusing.close()


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from tablewright.aws.session import Session
from tablewright.aws.target import Credentials, Target
from tablewright.fleet.discovery import by_account, discover
from tablewright.fleet.rate_limiter import rate_limiter_for
from tablewright.usage import collection
from tablewright.usage.store import UsageStore

endpoint, folder, now, name = sys.argv[1:]
collection.MOST_QUERIES = 28
session, store = Session(Target.sandbox(endpoint), "eu-west-1"), UsageStore(Path(folder))
plan = collection.plan(
    discover([session], ["eu-west-1"]).tables, store, 3, datetime.fromisoformat(now)
)

def stop(progress):
    if progress.done == 2:
        os.kill(os.getpid(), getattr(signal, name))

collection.collect(plan, lambda _: session, rate_limiter_for, store, stop)
"""


@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT"])
def test_after_a_kill_only_what_is_missing_is_asked_for(world, tmp_path, name):
    make_tables(world.session, 9)
    world.clock.advance(86_400 + 3601)
    words = (world.emulator.endpoint, tmp_path, world.clock.now().isoformat(), name)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, *map(str, words)], capture_output=True, check=False
    )
    assert killed.returncode in {-signal.SIGKILL, -signal.SIGINT, 130, 1}, killed.stderr
    store = UsageStore(tmp_path)
    stored = {(file.table, *done) for file in store.files() for done in file.complete_days()}
    assert stored
    wanted, done = world.collect(store)
    asked = {
        (query.resource.table, query.resource.index, day)
        for part in wanted.resources
        for query in part.queries
        for day in (query.first, query.last)
    }
    assert not asked & stored
    assert (done.exit_status, len(list(store.files()))) == (0, 10)
    assert {(file.table, *day) for file in store.files() for day in file.complete_days()} == {
        (table, index, MORNING.date())
        for table, index in [
            *((f"table-0{number}", "") for number in range(9)),
            ("orders", ""),
            ("orders", "by-user"),
        ]
    }


def test_a_file_that_was_cut_off_is_told_and_collected_again(world, tmp_path):
    make_tables(world.session, 1)
    store = UsageStore(tmp_path)
    world.collect(store)
    cut = store.file("123456789012", REGION, "orders").path
    cut.write_bytes(cut.read_bytes()[:-40])
    with pytest.raises(InputError, match="not a readable usage file") as refused:
        world.collect(store)
    assert refused.value.next_step.startswith("delete the file, and collect")
    cut.unlink()
    world.clock.advance(86_400 + 3601)
    wanted, _ = world.collect(store)
    assert {part.table.name for part in wanted.resources} == {"orders", "table-00"}
    assert [file.table for file in store.files()] == ["orders", "table-00"]


@pytest.mark.parametrize("days", [1, 2, 3, 5, 14])
@pytest.mark.parametrize("mode", ["PROVISIONED", "PAY_PER_REQUEST"])
def test_calls_are_few_more_than_the_least_possible(world, tmp_path, days, mode):
    """Of a thousand tables in use all the time: pages that their datapoints fill, or queries."""
    table = next(found for found in world.tables() if found.name == "orders")
    several = [
        replace(
            table,
            reading=replace(
                table.reading,
                table=replace(table.table, name=f"t{number}", billing_mode=mode),
                created=None,
            ),
        )
        for number in range(500)
    ]
    wanted = collection.plan(several, UsageStore(tmp_path), days, world.clock.now())
    batches = list(collection._batches(wanted.resources))
    full = metric_data.MOST_DATAPOINTS
    sizes = [sum(part.datapoints for part in batch.parts) for batch in batches]
    calls = sum(max(1, -(-size // full)) for size in sizes)
    assert sum(len(batch.queries) for batch in batches) == wanted.queries == 1000 * 14
    assert max(len(batch.queries) for batch in batches) <= metric_data.MOST_QUERIES
    least = max(-(-sum(sizes) // full), -(-wanted.queries // metric_data.MOST_QUERIES))
    assert calls <= 1.1 * least


def test_a_page_that_is_followed_and_one_that_is_never_whole(world, tmp_path, monkeypatch):
    monkeypatch.setattr(metric_data, "MOST_DATAPOINTS", 50)
    world.put({"id": "a", "user": "u"})
    world.clock.advance(3600)
    store = UsageStore(tmp_path)
    _, done = world.collect(store)
    assert done.calls > 1
    assert np.nansum(history(store).table.minutes[CONSUMED_WRITE.column]) == 1
    with pytest.raises(AwsError, match="CloudWatch answers InternalError for ConsumedRead"):
        metric_data.checked([{"StatusCode": "InternalError", "Label": "ConsumedRead"}])
