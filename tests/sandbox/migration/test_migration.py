"""Items in a table of another key, while somebody writes: none is lost, the last write wins."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest

from tablewright.aws.session import Session
from tablewright.errors import UsageError
from tablewright.migration.checkpoint import Checkpoint
from tablewright.migration.migration import Migration
from tablewright.migration.reading import (
    checkpoint_path,
    read_tables,
    refuse_foreign_items,
    stream_view,
    switch_stream_on,
)
from tablewright.migration.target import WritePace

REGION = "ap-southeast-2"
VIEWS = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
NEW_KEY: dict[str, Any] = {
    "KeySchema": [
        {"AttributeName": "customer", "KeyType": "HASH"},
        {"AttributeName": "id", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "customer", "AttributeType": "S"},
        {"AttributeName": "id", "AttributeType": "S"},
    ],
}
SWAPPED = [
    {"AttributeName": "id", "KeyType": "HASH"},
    {"AttributeName": "customer", "KeyType": "RANGE"},
]
BY_CUSTOMER_ALONE: dict[str, Any] = {
    "KeySchema": [{"AttributeName": "customer", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "customer", "AttributeType": "S"}],
}


class Killed(BaseException):
    """Nothing catches it, as nothing catches a SIGKILL."""


class Writer:
    """Puts, updates and deletes items, and moves them to other customers, until it is left."""

    def __init__(self, client: Any, items: int) -> None:
        self._client, self._items = client, items
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.calls = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _write(self) -> None:
        chance = random.Random(7)  # noqa: S311 - writes that are the same each time
        while not self._end.is_set():
            name = str(chance.randrange(self._items))
            if chance.random() < 0.2:
                self._client.delete_item(TableName="orders", Key={"id": {"S": name}})
            else:
                put(self._client, name, f"c{chance.randrange(5)}", note=str(self.calls))
            self.calls += 1


def put(client: Any, name: str, customer: str, **more: str) -> None:
    item = {"id": {"S": name}, "customer": {"S": customer}}
    item |= {key: {"S": value} for key, value in more.items()}
    client.put_item(TableName="orders", Item=item)


def items(client: Any, table: str) -> dict[str, Any]:
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return {item["id"]["S"]: item for page in pages for item in page["Items"]}


@pytest.fixture
def client(session: Session, make_table: Callable[..., str]) -> Any:
    """The table `orders` with its stream, and `by-customer` beside it."""
    make_table("orders", StreamSpecification=VIEWS)
    make_table("by-customer", **NEW_KEY)
    return session.client("dynamodb")


@pytest.fixture
def begin(session: Session, tmp_path: Path) -> Callable[..., Migration]:
    """A run as a new process has it: what it knows is in the checkpoint's file."""

    def start(tell: Callable[[str], None] = lambda _: None, new: str = "by-customer") -> Migration:
        tables = read_tables(session, REGION, "orders", new)
        path = checkpoint_path(tmp_path, tables)
        checkpoint = Checkpoint.at(path, tables.ids, tables.stream_arn)
        return Migration(session, REGION, tables, checkpoint, WritePace(0), tell)

    return start


@pytest.mark.parametrize(
    "schema", [NEW_KEY, {**NEW_KEY, "KeySchema": SWAPPED}, {}], ids=["new", "swapped", "same"]
)
def test_under_a_writer_no_item_is_lost_and_the_last_write_wins(client, begin, make_table, schema):
    make_table("other", **schema)
    for number in range(300):
        put(client, str(number), f"c{number % 5}")
    with Writer(client, 300) as writer:
        begin(new="other").catch_up()
        begin(new="other").catch_up()
    migration = begin(new="other")
    migration.catch_up()
    assert migration.compare().is_equal
    assert items(client, "other") == items(client, "orders")
    assert writer.calls > 0
    assert migration.checkpoint.left_out == {}


@pytest.mark.parametrize("killed_at", range(8))
def test_a_run_that_is_killed_anywhere_goes_on(client, begin, killed_at):
    for number in range(120):
        put(client, str(number), f"c{number % 5}", weight="x" * 30_000)
    told = 0

    def kill(_: str) -> None:
        nonlocal told
        told += 1
        if told > killed_at:
            raise Killed

    def run_until_killed() -> None:
        while True:
            begin(kill).catch_up()

    with Writer(client, 120), pytest.raises(Killed):
        run_until_killed()
    migration = begin()
    migration.catch_up()
    assert migration.compare().is_equal
    assert items(client, "by-customer") == items(client, "orders")


def test_what_lacks_the_new_key_or_shares_it_is_listed_and_comes_when_it_can(
    client, begin, make_table
):
    make_table("alone", **BY_CUSTOMER_ALONE)
    put(client, "1", "ada")
    put(client, "2", "ada")
    client.put_item(TableName="orders", Item={"id": {"S": "3"}})
    client.put_item(TableName="orders", Item={"id": {"S": "4"}, "customer": {"N": "4"}})
    client.put_item(TableName="orders", Item={"id": {"S": "5"}, "customer": {"S": ""}})
    migration = begin(new="alone")
    migration.catch_up()
    reasons = sorted(migration.checkpoint.left_out.values())
    assert reasons == [
        "another item has its key",
        "it has no attribute customer",
        "its customer is empty",
        "its customer is no text",
    ]
    assert len(migration.compare().missing) == 4
    client.delete_item(TableName="orders", Key={"id": {"S": "1"}})
    for name in ("3", "4", "5"):
        put(client, name, f"customer {name}")
    later = begin(new="alone")
    later.catch_up()
    assert later.checkpoint.left_out == {}
    assert later.compare().is_equal
    assert items(client, "alone").keys() == {"2", "3", "4", "5"}


def test_an_item_that_loses_its_new_key_leaves_the_new_table(client, begin):
    put(client, "1", "ada")
    begin().catch_up()
    client.put_item(TableName="orders", Item={"id": {"S": "1"}})
    migration = begin()
    migration.catch_up()
    assert items(client, "by-customer") == {}
    assert [*migration.checkpoint.left_out.values()] == ["it has no attribute customer"]


def test_the_comparison_finds_what_differs_is_missing_and_is_there_besides(client, begin):
    for number in range(4):
        put(client, str(number), "ada")
    begin().catch_up()
    stray = {"customer": {"S": "bob"}, "id": {"S": "9"}}
    client.put_item(TableName="by-customer", Item=stray)
    client.delete_item(TableName="by-customer", Key={"customer": {"S": "ada"}, "id": {"S": "0"}})
    changed = {"customer": {"S": "ada"}, "id": {"S": "1"}, "note": {"S": "x"}}
    client.put_item(TableName="by-customer", Item=changed)
    found = begin().compare()
    assert sorted(found.missing) == ['{"id":{"S":"0"}}', '{"id":{"S":"1"}}']
    assert [*found.extra.values()] == ['{"id":{"S":"9"}}']
    sampled = begin().compare(0.5)
    assert sampled.old_items < 4


def test_a_table_with_items_of_others_is_refused(session, client):
    refuse_foreign_items(session, REGION, "by-customer")
    client.put_item(TableName="by-customer", Item={"customer": {"S": "a"}, "id": {"S": "1"}})
    with pytest.raises(UsageError, match="has items"):
        refuse_foreign_items(session, REGION, "by-customer")


def test_the_stream_is_switched_on_in_place(session, make_table):
    make_table("orders")
    make_table("by-customer", **NEW_KEY)
    assert read_tables(session, REGION, "orders", "by-customer").stream_arn == ""
    switch_stream_on(session, REGION, "orders")
    assert read_tables(session, REGION, "orders", "by-customer").stream_arn
    table = session.client("dynamodb").describe_table(TableName="orders")["Table"]
    assert stream_view(table) == "NEW_AND_OLD_IMAGES"


def test_a_table_is_not_copied_into_itself(session, make_table):
    make_table("orders")
    with pytest.raises(UsageError, match="into itself"):
        read_tables(session, REGION, "orders", "orders")


def test_another_view_of_the_stream_is_refused(session, make_table):
    views = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    make_table("orders", StreamSpecification=views)
    make_table("by-customer", **NEW_KEY)
    with pytest.raises(UsageError, match="KEYS_ONLY"):
        read_tables(session, REGION, "orders", "by-customer")
