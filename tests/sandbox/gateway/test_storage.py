"""State in a directory: over a restart, over a kill, with a journal that was cut off."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from tests.sandbox.dynamodb.conftest import clients_of, described
from tests.support.terminal import until

from tablewright_emulator.errors import EmulatorError
from tablewright_emulator.server import Emulator

PROGRAM = """
import sys, time
from pathlib import Path
from tablewright_emulator.server import Emulator
with Emulator(data=Path(sys.argv[1])) as emulator:
    print(emulator.endpoint, flush=True)
    time.sleep(120)
"""
KEYS = {
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
}


def made(emulator: Emulator, count: int = 3):
    """A table with items, a role, a key; what they look like."""
    client = clients_of(emulator)
    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName="orders",
        **KEYS,
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        SSESpecification={"Enabled": True},
    )
    dynamodb.get_waiter("table_exists").wait(TableName="orders", WaiterConfig={"Delay": 1})
    for number in range(count):
        dynamodb.put_item(TableName="orders", Item={"pk": {"S": str(number)}})
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "0"}})
    client("iam").create_user(UserName="somebody")
    return seen(emulator)


def seen(emulator: Emulator) -> tuple:
    client = clients_of(emulator)
    dynamodb, streams = client("dynamodb"), client("dynamodbstreams")
    table = described(dynamodb)
    shard = streams.describe_stream(StreamArn=table["LatestStreamArn"])["StreamDescription"]
    iterator = streams.get_shard_iterator(
        StreamArn=table["LatestStreamArn"],
        ShardId=shard["Shards"][0]["ShardId"],
        ShardIteratorType="TRIM_HORIZON",
    )["ShardIterator"]
    return (
        table,
        dynamodb.scan(TableName="orders")["Items"],
        streams.get_records(ShardIterator=iterator)["Records"],
        client("iam").get_user(UserName="somebody")["User"],
        client("kms").list_keys()["Keys"],
    )


def test_a_restart_loses_nothing(tmp_path: Path):
    with Emulator(data=tmp_path) as emulator:
        before = made(emulator)
    with Emulator(data=tmp_path) as emulator:
        assert seen(emulator) == before


def client_at(endpoint: str) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="none",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        yield running
        if running.poll() is None:
            os.kill(running.pid, signal.SIGKILL)


def test_a_kill_loses_nothing_that_was_answered(process: subprocess.Popen[str], tmp_path: Path):
    assert process.stdout is not None
    dynamodb = client_at(process.stdout.readline().strip())
    dynamodb.create_table(TableName="orders", **KEYS, BillingMode="PAY_PER_REQUEST")
    dynamodb.get_waiter("table_exists").wait(TableName="orders", WaiterConfig={"Delay": 1})
    for number in range(50):
        dynamodb.put_item(TableName="orders", Item={"pk": {"S": str(number)}})
    before = described(dynamodb)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with Emulator(data=tmp_path) as emulator:
        dynamodb = clients_of(emulator)("dynamodb")
        assert described(dynamodb) == before
        assert dynamodb.scan(TableName="orders")["Count"] == 50


def add_one(dynamodb) -> None:
    dynamodb.update_item(
        TableName="orders",
        Key={"pk": {"S": "count"}},
        UpdateExpression="ADD n :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def counted(dynamodb) -> int:
    item = dynamodb.get_item(TableName="orders", Key={"pk": {"S": "count"}})
    return int(item["Item"]["n"]["N"]) if "Item" in item else 0


class Writer(threading.Thread):
    """Writes until nobody answers any more; knows what was answered."""

    def __init__(self, endpoint: str, name: str) -> None:
        super().__init__()
        self.client = client_at(endpoint)
        self.prefix, self.items, self.added = name, 0, 0

    def run(self) -> None:
        with suppress(BotoCoreError):
            while True:
                key = f"{self.prefix}-{self.items}"
                self.client.put_item(TableName="orders", Item={"pk": {"S": key}})
                self.items += 1
                add_one(self.client)
                self.added += 1


def wait_for(items: int, writers: Sequence[Writer]) -> None:
    until(lambda: sum(each.items for each in writers) >= items, "so much is written")


def test_writers_lose_nothing_that_was_answered_however_often_it_is_killed(tmp_path: Path):
    """Snapshots are taken all the time, so that kills meet them as well."""
    program = "import tablewright_emulator.storage as s\ns._LEAST_JOURNAL_BYTES = 3_000\n" + PROGRAM
    writers: list[Writer] = []
    for life in range(5):
        command = [sys.executable, "-c", program, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            endpoint = running.stdout.readline().strip()
            if life == 0:
                dynamodb = client_at(endpoint)
                dynamodb.create_table(TableName="orders", **KEYS, BillingMode="PAY_PER_REQUEST")
                dynamodb.get_waiter("table_exists").wait(
                    TableName="orders", WaiterConfig={"Delay": 0.05}
                )
            started = [Writer(endpoint, f"{life}-{number}") for number in range(3)]
            for each in started:
                each.start()
            wait_for(random.randint(30, 90), started)  # noqa: S311 - a moment, not a secret
            running.kill()
        for each in started:
            each.join()
        writers += started
    with Emulator(data=tmp_path) as emulator:
        dynamodb = clients_of(emulator)("dynamodb")
        pages = dynamodb.get_paginator("scan").paginate(TableName="orders")
        kept = {item["pk"]["S"] for page in pages for item in page["Items"]}
        answered = {f"{each.prefix}-{n}" for each in writers for n in range(each.items)}
        assert answered <= kept
        assert len(answered) > 100
        added = sum(each.added for each in writers)
        assert added <= counted(dynamodb) <= added + len(writers), "one each may be under way"


def test_a_kill_between_a_snapshot_and_its_new_journal_does_nothing_twice(tmp_path: Path):
    with Emulator(data=tmp_path) as emulator:
        made(emulator)
        for _ in range(3):
            add_one(clients_of(emulator)("dynamodb"))
        before, journal = seen(emulator), (tmp_path / "journal.bin").read_bytes()
    (tmp_path / "journal.bin").write_bytes(journal)
    with Emulator(data=tmp_path) as emulator:
        assert seen(emulator) == before
        add_one(clients_of(emulator)("dynamodb"))
    with Emulator(data=tmp_path) as emulator:
        assert counted(clients_of(emulator)("dynamodb")) == 4


@pytest.mark.parametrize("cut", [1, 7, 30])
def test_a_journal_that_was_cut_off_is_read_as_far_as_it_goes(cut, tmp_path: Path):
    with Emulator(data=tmp_path) as emulator:
        made(emulator)
        journal = (tmp_path / "journal.bin").read_bytes()
    (tmp_path / "snapshot.bin").unlink()
    (tmp_path / "journal.bin").write_bytes(journal[:-cut])
    with Emulator(data=tmp_path) as emulator:
        dynamodb = clients_of(emulator)("dynamodb")
        assert dynamodb.scan(TableName="orders")["Count"] == 2
        dynamodb.put_item(TableName="orders", Item={"pk": {"S": "new"}})
    with Emulator(data=tmp_path) as emulator:
        assert clients_of(emulator)("dynamodb").scan(TableName="orders")["Count"] == 3


def test_the_journal_alone_gives_the_same_ids_and_times(tmp_path: Path):
    with Emulator(data=tmp_path) as emulator:
        before = made(emulator)
        journal = (tmp_path / "journal.bin").read_bytes()
    (tmp_path / "snapshot.bin").unlink()
    (tmp_path / "journal.bin").write_bytes(journal)
    with Emulator(data=tmp_path) as emulator:
        assert seen(emulator) == before


def test_a_snapshot_is_taken_when_the_journal_has_grown(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tablewright_emulator.storage._LEAST_JOURNAL_BYTES", 2000)
    with Emulator(data=tmp_path) as emulator:
        made(emulator, 30)
        assert (tmp_path / "snapshot.bin").exists()
        size = (tmp_path / "snapshot.bin").stat().st_size
        assert (tmp_path / "journal.bin").stat().st_size <= max(size, 2000) + 2000


def test_the_clock_goes_on_where_it_was_set(tmp_path: Path):
    with Emulator(data=tmp_path) as emulator:
        with emulator.changing_clock():
            emulator.clock.advance(86_400)
        before = emulator.clock.now()
    with Emulator(data=tmp_path) as emulator:
        assert 0 <= (emulator.clock.now() - before).total_seconds() < 60


def test_expired_items_are_looked_for_again(tmp_path: Path):
    with Emulator(data=tmp_path) as emulator:
        made(emulator)
        dynamodb = clients_of(emulator)("dynamodb")
        specification = {"Enabled": True, "AttributeName": "ttl"}
        dynamodb.update_time_to_live(TableName="orders", TimeToLiveSpecification=specification)
        soon = str(int(time.time()) + 50)
        dynamodb.put_item(TableName="orders", Item={"pk": {"S": "soon"}, "ttl": {"N": soon}})
    with Emulator(data=tmp_path) as emulator:
        emulator.clock.advance(200)
        assert clients_of(emulator)("dynamodb").scan(TableName="orders")["Count"] == 2


def test_a_directory_is_used_by_one_at_a_time(process: subprocess.Popen[str], tmp_path: Path):
    assert process.stdout is not None
    process.stdout.readline()
    with pytest.raises(EmulatorError) as caught:
        Emulator(data=tmp_path).start()
    assert "Another embedded AWS" in caught.value.message
    with Emulator() as emulator:
        assert emulator.endpoint


def test_a_state_of_another_version_is_refused(tmp_path: Path):
    (tmp_path / "snapshot.bin").write_bytes(b"\x80\x05]\x94.")
    with pytest.raises(EmulatorError) as caught:
        Emulator(data=tmp_path).start()
    assert "was not written by this version" in caught.value.message


def test_a_directory_that_cannot_be_made_is_said_to_be(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(EmulatorError):
        Emulator(data=tmp_path / "file" / "data").start()
