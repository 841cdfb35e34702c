"""Another key for a table, from the manifest with both to the deletion of the old one."""

from __future__ import annotations

import itertools
import signal
import threading

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.support.terminal import end, stack, until

pytestmark = pytest.mark.engine

STREAM = {"stream": {"viewType": "NEW_AND_OLD_IMAGES"}}
OLD = {"name": "orders", **STREAM}
NEW = {"name": "by-customer", "partitionKey": {"name": "customer", "type": "S"}}


def put(aws, table, **item):
    values = {name: {"S": value} for name, value in item.items()}
    aws.client("dynamodb").put_item(TableName=table, Item=values)


def customers(aws, table="by-customer"):
    items = aws.client("dynamodb").scan(TableName=table)["Items"]
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
    following = terminal.fork(*words, "--follow")
    heard = ""
    for line in iter(following.stderr.readline, ""):
        heard += line
        if line.startswith("following orders"):
            break
    assert "Switch the readers to by-customer" in heard
    assert customers(aws) == {"ada", "bob"}
    put(aws, "orders", id="1", customer="eve")
    until(lambda: customers(aws) == {"eve", "bob"}, "the new table has the change")
    following.send_signal(signal.SIGINT)
    said = end(following).ended(0)
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


ACCOUNT = "123456789012"
"""Who may assume the roles."""


class Writer(threading.Thread):
    """Writes to whatever table the parameters name, as the role that they name, until it is ended.

    `written` are the numbers whose write AWS has acknowledged.
    """

    def __init__(self, aws):
        super().__init__(daemon=True)
        self.aws, self.written, self.refused = aws, [], 0
        self.ended = threading.Event()
        self.sts, self.ssm = aws.client("sts"), aws.client("ssm")

    def run(self):
        for number in itertools.count():
            while not self.put(number):
                self.refused += 1
                if self.ended.wait(0.05):
                    return
            self.written.append(number)
            if self.ended.wait(0.01):
                return

    def put(self, number):
        """Whether one item was written."""
        found = self.ssm.get_parameters(Names=["/market/writers", "/market/writerRole"])[
            "Parameters"
        ]
        named = {parameter["Name"]: parameter["Value"] for parameter in found}
        item = {"id": {"S": str(number)}, "customer": {"S": f"c{number}"}}
        role = {"RoleArn": named["/market/writerRole"], "RoleSessionName": "writer"}
        try:
            given = self.sts.assume_role(**role)["Credentials"]
            client = boto3.client(
                "dynamodb",
                region_name="eu-west-1",
                endpoint_url=self.aws.emulator.endpoint,
                aws_access_key_id=given["AccessKeyId"],
                aws_secret_access_key=given["SecretAccessKey"],
                aws_session_token=given["SessionToken"],
            )
            client.put_item(TableName=named["/market/writers"], Item=item)
        except ClientError:
            return False
        return True


def aliased(readers, writers, old_access):
    """Both tables, and the names by which readers and writers find theirs."""
    trust = {"principals": [ACCOUNT]}
    new = {**NEW, "name": "by-buyer", "access": ["read", "write"], "trust": trust}
    outputs = [
        {"name": "readers", "value": "tableName", "table": readers},
        {"name": "readerRole", "value": "roleArn", "table": readers, "role": "read"},
        {"name": "writers", "value": "tableName", "table": writers},
        {"name": "writerRole", "value": "roleArn", "table": writers, "role": "write"},
    ]
    old = {**OLD, "name": "sales", "access": old_access, "trust": trust}
    return stack("market", old, new, outputs=outputs)


@pytest.fixture
def enforcing(aws):
    aws.emulator.iam.enforcing = True
    yield
    aws.emulator.iam.enforcing = False


@pytest.mark.usefixtures("enforcing")
def test_readers_and_writers_are_switched_by_their_names_and_no_item_is_lost(terminal, aws):
    def deploy(*declared):
        terminal.run("up", terminal.write("t.yaml", aliased(*declared)), "--yes").ended(0)

    def switch():
        terminal.run("outputs", "t.yaml", "--to-ssm", "/market", "--yes").ended(0)

    deploy("sales", "sales", ["read", "write"])
    switch()
    writer = Writer(aws)
    writer.start()
    words = ("migrate", "sales", "by-buyer", "--region", "eu-west-1")
    terminal.run(*words).ended(0)
    deploy("by-buyer", "by-buyer", ["read"])  # nobody may write to the old table any more
    until(lambda: writer.refused, "the writer is refused")
    assert terminal.run(*words, "--finish", "--output", "json").ended(0).json["finished"]
    before = len(writer.written)
    switch()
    until(lambda: len(writer.written) > before, "the writer goes on")
    writer.ended.set()
    writer.join()
    assert customers(aws, "by-buyer") == {f"c{number}" for number in writer.written}
    found = aws.client("ssm").get_parameter(Name="/market/readers")
    assert found["Parameter"]["Value"] == "by-buyer"
