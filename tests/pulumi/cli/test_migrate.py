"""Another key for a table, from the manifest with both to the deletion of the old one."""

from __future__ import annotations

import signal

import pytest
from tests.support.terminal import end, stack, until

pytestmark = pytest.mark.engine

STREAM = {"stream": {"viewType": "NEW_AND_OLD_IMAGES"}}
OLD = {"name": "orders", **STREAM}
NEW = {"name": "by-customer", "partitionKey": {"name": "customer", "type": "S"}}


def put(aws, table, **item):
    values = {name: {"S": value} for name, value in item.items()}
    aws.client("dynamodb").put_item(TableName=table, Item=values)


def customers(aws):
    items = aws.client("dynamodb").scan(TableName="by-customer")["Items"]
    return {item["customer"]["S"] for item in items}


def test_a_key_is_changed_and_the_old_table_is_kept_until_it_is_named(terminal, aws):
    manifest = terminal.write("t.yaml", stack("shop", {"name": "orders"}, NEW))
    terminal.run("up", manifest, "--yes").ended(0)
    put(aws, "orders", id="1", customer="ada")
    put(aws, "orders", id="2")
    words = ("migrate", "orders", "by-customer", "--region", "eu-west-1")
    assert "Switch the stream of orders on" in terminal.run(*words).refused(2)
    said = terminal.run(*words, "--yes").ended(3)
    assert '{"id":{"S":"2"}}: it has no attribute customer' in said.out
    assert "declare `stream: {viewType: NEW_AND_OLD_IMAGES}`" in said.err
    manifest = terminal.write("t.yaml", stack("shop", OLD, NEW))
    seen = terminal.run("preview", manifest, "--refresh", "-o", "json").ended(0)
    assert seen.json["changes"] == [], "it declares what the command has switched on"

    put(aws, "orders", id="2", customer="bob")
    following = terminal.start(*words, "--follow")
    until(lambda: customers(aws) == {"ada", "bob"}, "it has caught up")
    put(aws, "orders", id="1", customer="eve")
    until(lambda: customers(aws) == {"eve", "bob"}, "the new table has the change")
    following.send_signal(signal.SIGINT)
    said = end(following).ended(0)
    assert "Switch the readers to by-customer" in said.err
    assert "stopped following orders" in said.err
    assert "give one of them" in terminal.run(*words, "--follow", "--finish").refused(2)
    put(aws, "orders", id="1", customer="ivy")
    done = terminal.run(*words, "--finish", "--output", "json").ended(0)
    assert done.json["finished"]
    assert done.json["newItemsCompared"] == 2
    assert customers(aws) == {"bob", "ivy"}
    assert "was migrated" in terminal.run(*words).refused(2)

    manifest = terminal.write("t.yaml", stack("shop", NEW))
    assert "--allow-delete orders" in terminal.run("up", manifest, "--yes").refused(3)
    message = terminal.run("up", manifest, "--yes", "--allow-delete", "oders").refused(2)
    assert "write --allow-delete orders, if that is meant" in message
    terminal.run("up", manifest, "--yes", "--allow-delete", "orders").ended(0)
    assert "orders" not in aws.tables()
