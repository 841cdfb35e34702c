"""Another key for a table, from the manifest with both to the deletion of the old one."""

from __future__ import annotations

import pytest
from tests.support.terminal import stack

pytestmark = pytest.mark.engine

STREAM = {"stream": {"viewType": "NEW_AND_OLD_IMAGES"}}
OLD = {"name": "orders", **STREAM}
NEW = {"name": "by-customer", "partitionKey": {"name": "customer", "type": "S"}}


def put(aws, table, **item):
    values = {name: {"S": value} for name, value in item.items()}
    aws.client("dynamodb").put_item(TableName=table, Item=values)


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
    assert "Switch the readers to by-customer" in terminal.run(*words).ended(0).err
    put(aws, "orders", id="1", customer="eve")
    done = terminal.run(*words, "--finish", "--output", "json").ended(0)
    assert done.json["finished"]
    assert done.json["newItemsCompared"] == 2
    customers = aws.client("dynamodb").scan(TableName="by-customer")["Items"]
    assert {item["customer"]["S"] for item in customers} == {"bob", "eve"}
    assert "was migrated" in terminal.run(*words).refused(2)

    manifest = terminal.write("t.yaml", stack("shop", NEW))
    assert "--allow-delete orders" in terminal.run("up", manifest, "--yes").refused(3)
    message = terminal.run("up", manifest, "--yes", "--allow-delete", "oders").refused(2)
    assert "write --allow-delete orders, if that is meant" in message
    terminal.run("up", manifest, "--yes", "--allow-delete", "orders").ended(0)
    assert "orders" not in aws.tables()
