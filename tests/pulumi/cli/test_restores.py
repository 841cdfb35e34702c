"""A table that begins with another's items: refused before hours are lost, and kept afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.pulumi.cli.conftest import REGION, EmbeddedAws
from tests.support.terminal import Terminal, stack

pytestmark = pytest.mark.engine

ACCOUNT = "123456789012"


@pytest.fixture(scope="module")
def backup(aws: EmbeddedAws) -> str:
    """A backup of the table `source`, whose key is the text `id` and which has a local index."""
    dynamodb = aws.client("dynamodb")
    dynamodb.create_table(
        TableName="source",
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("id", "at", "total")
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by-total",
                "KeySchema": [
                    {"AttributeName": "id", "KeyType": "HASH"},
                    {"AttributeName": "total", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.get_waiter("table_exists").wait(TableName="source", WaiterConfig={"Delay": 0.05})
    dynamodb.put_item(TableName="source", Item={"id": {"S": "1"}, "at": {"S": "now"}})
    dynamodb.update_continuous_backups(
        TableName="source", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    made = dynamodb.create_backup(TableName="source", BackupName="nightly")["BackupDetails"]
    aws.pass_time(3600)
    arn: str = made["BackupArn"]
    return arn


def rescued(name: str, **given: Any) -> dict[str, Any]:
    return {
        "name": name,
        "sortKey": {"name": "at", "type": "S"},
        "localSecondaryIndexes": [
            {"name": "by-total", "sortKey": {"name": "total", "type": "S"}},
        ],
        **given,
    }


WRONG_KEYS = {
    "partitionKey": {"name": "uid", "type": "S"},
    "sortKey": {"name": "when", "type": "S"},
    "localSecondaryIndexes": [],
}
WRONG_TYPES = {
    "partitionKey": {"name": "id", "type": "N"},
    "sortKey": {"name": "at", "type": "N"},
    "localSecondaryIndexes": [{"name": "by-total", "sortKey": {"name": "total", "type": "N"}}],
}


def test_other_keys_than_the_source_s_are_refused_before_anything_is_restored(
    terminal: Terminal, aws: EmbeddedAws, backup: str
):
    names = ("its partition key is id, not uid", "its sort key is at, not when")
    types = ("id is S, not N", "at is S, not N")
    moment = {"sourceTableName": "source", "latest": True}
    for verb, wrong, origin, said in (
        ("up", WRONG_KEYS, {"backupArn": backup}, names),
        ("preview", WRONG_KEYS, moment, names),
        ("preview", WRONG_TYPES, {"backupArn": backup}, types),
    ):
        table = rescued("wrong", restore=origin) | wrong
        manifest = terminal.write("t.yaml", stack("wrong", table))
        message = terminal.run(verb, manifest, "--yes").refused(3)
        assert "cannot be restored" in message
        assert all(words in message for words in (*said, "local index by-total")), message
    assert "wrong" not in aws.tables()


def test_a_source_that_does_not_exist_is_named(terminal: Terminal, backup: str):
    table = rescued("lost", restore={"backupArn": f"{backup}-no"})
    message = terminal.run("up", terminal.write("t.yaml", stack("lost", table)), "--yes").refused(2)
    assert f"{backup}-no, which does not exist" in message
    table = rescued("lost", restore={"sourceTableName": "nothing", "latest": True})
    message = terminal.run("preview", terminal.write("t.yaml", stack("lost", table))).refused(2)
    assert "nothing, which does not exist" in message


def test_what_a_table_began_with_may_be_forgotten_or_changed_afterwards(
    terminal: Terminal, aws: EmbeddedAws, backup: str
):
    def declare(**origin: Any) -> Path:
        return terminal.write("t.yaml", stack("kept", rescued("kept", **origin)))

    terminal.run("up", declare(restore={"backupArn": backup}), "--yes").ended(0)
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/source"
    for origin in (
        {},
        {"restore": {"backupArn": f"{backup}-other"}},
        {"restore": {"sourceTableArn": arn, "latest": True}},
    ):
        manifest = declare(**origin)
        terminal.run("preview", manifest, "--expect-no-changes", "--refresh").ended(0)
    terminal.run("up", manifest, "--yes").ended(0)
    assert aws.client("dynamodb").scan(TableName="kept")["Count"] == 1
