"""The embedded AWS itself: status, clock, calls, settings, snapshots."""

import http.client
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from tests.sandbox.dynamodb.conftest import clients_of, create, described, refusal

from tablewright_emulator.admin import seconds_of
from tablewright_emulator.errors import UsageError
from tablewright_emulator.server import Emulator


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


def fetch(
    emulator: Emulator, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, bytes]:
    address = urlsplit(emulator.endpoint)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    secret = {"Authorization": f"Bearer {emulator.secret}"}
    names = {"Content-Type": "application/json"} | secret | headers
    try:
        connection.request(method, f"/_tablewright/{path}", body, names)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def ask(emulator: Emulator, method: str, path: str, body: object = None, **headers: str):
    text = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    status, reply = fetch(emulator, method, path, text, **headers)
    return status, json.loads(reply)


def test_the_status_says_what_it_holds(emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}})
    status, found = ask(emulator, "GET", "status")
    assert status == 200
    assert (found["status"], found["tables"], found["items"]) == ("running", 1, 1)
    assert found["endpoint"] == emulator.endpoint


def test_the_clock_is_advanced_frozen_and_set(emulator: Emulator):
    _, found = ask(emulator, "POST", "clock", {"advance": "1h"})
    assert found["aheadSeconds"] == pytest.approx(3600, abs=5)
    _, found = ask(emulator, "POST", "clock", {"freeze": True})
    assert found["frozen"] is True
    assert emulator.clock.now() == emulator.clock.now()
    ask(emulator, "POST", "clock", {"set": "2026-01-31T12:00:00Z"})
    assert emulator.clock.now() == datetime(2026, 1, 31, 12, tzinfo=UTC)
    _, found = ask(emulator, "POST", "clock", {"resume": True})
    assert found["frozen"] is False
    assert ask(emulator, "GET", "clock")[1]["now"].startswith("2026-01-31T12:00")


def test_statuses_follow_the_clock(emulator: Emulator):
    ask(emulator, "POST", "settings", {"durations": "realistic"})
    ask(emulator, "POST", "clock", {"freeze": True})
    dynamodb = clients_of(emulator)("dynamodb")
    dynamodb.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    assert described(dynamodb)["TableStatus"] == "CREATING"
    ask(emulator, "POST", "clock", {"advance": 10})
    assert described(dynamodb)["TableStatus"] == "ACTIVE"


def test_calls_are_counted_with_errors_and_the_last_are_shown(emulator: Emulator):
    dynamodb = create(emulator)
    ask(emulator, "POST", "calls", {"clear": True})
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "x": {"S": "y" * 1000}})
    refusal(dynamodb.describe_table, TableName="nowhere")
    _, found = ask(emulator, "GET", "calls?last=5")
    assert found["total"] == 2
    assert found["counts"]["dynamodb"] == {"DescribeTable": 1, "PutItem": 1}
    assert found["errors"]["dynamodb"] == {"DescribeTable": {"ResourceNotFoundException": 1}}
    assert [each["operation"] for each in found["last"]] == ["DescribeTable", "PutItem"]
    assert found["last"][1]["params"]["TableName"] == "orders"
    assert len(found["last"][1]["params"]["Item"]["x"]["S"]) < 300


def test_settings_are_changed(emulator: Emulator):
    _, found = ask(emulator, "POST", "settings", {"throttling": False, "limits": False})
    assert (found["throttling"], found["limits"]) == (False, False)
    assert emulator.dynamodb.throttling is False


def test_single_durations_are_changed_and_the_others_stay(emulator: Emulator):
    before = emulator.dynamodb.durations
    status, _ = ask(emulator, "POST", "settings", {"durations": {"create": "1m", "iam": 2}})
    assert status == 200
    assert emulator.dynamodb.durations == replace(before, create=60, iam=2)


def test_a_reset_forgets_everything(emulator: Emulator):
    create(emulator)
    client = clients_of(emulator)
    client("sns").create_topic(Name="topic")
    assert ask(emulator, "POST", "reset", {})[1]["tables"] == 0
    assert client("dynamodb").list_tables()["TableNames"] == []
    assert client("sns").list_topics().get("Topics", []) == []


def test_a_snapshot_brings_everything_back(emulator: Emulator):
    client = clients_of(emulator)
    dynamodb = create(emulator, Tags=[{"Key": "a", "Value": "b"}])
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}})
    key = client("kms").create_key()["KeyMetadata"]["KeyId"]
    secret = client("kms").encrypt(KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    client("sqs").create_queue(QueueName="queue")
    client("s3").create_bucket(Bucket="bucket")
    client("s3").put_object(Bucket="bucket", Key="key", Body=b"body")
    before = described(dynamodb)
    state = fetch(emulator, "GET", "snapshot")[1]
    ask(emulator, "POST", "reset", {})
    status, found = ask(emulator, "POST", "load", state)
    assert (status, found["items"]) == (200, 1)
    assert described(dynamodb) == before
    assert dynamodb.get_item(TableName="orders", Key={"pk": {"S": "a"}})["Item"]
    assert client("kms").decrypt(CiphertextBlob=secret)["Plaintext"] == b"text"
    assert client("s3").get_object(Bucket="bucket", Key="key")["Body"].read() == b"body"
    assert client("sqs").get_queue_url(QueueName="queue")["QueueUrl"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", {}),
        ("clock", {"advance": "soon"}),
        ("clock", {"advance": -5}),
        ("clock", {"advance": "1h", "freeze": True}),
        ("clock", {"set": "yesterday"}),
        ("clock", {"advance": "99999999999d"}),
        ("settings", {"throttling": "yes"}),
        ("settings", {"durations": "long"}),
        ("settings", {"speed": 5}),
        ("settings", {"durations": {"speed": 5}}),
        ("settings", {"durations": {"create": "soon"}}),
        ("settings", {"durations": [5]}),
        ("load", {"path": "/etc/passwd"}),
        ("load", b""),
        ("calls", {}),
        ("clock", b"{"),
        ("clock", b"[]"),
        ("clock", b"{" * 5000),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(path, body, emulator: Emulator):
    status, found = ask(emulator, "POST", path, body)
    assert status == 400
    assert found["message"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("15m", 900), ("1.5h", 5400), ("7d", 604800), ("1w", 604800), (5, 5)],
)
def test_durations_are_read(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "1y", "-1", None, [], "1h30m", "nan"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(UsageError):
        seconds_of(text)


def test_a_body_says_that_it_is_json_and_a_path_that_is_none_is_not_found(emulator: Emulator):
    status, found = ask(emulator, "POST", "clock", {"advance": 5}, **{"Content-Type": "text/plain"})
    assert (status, "has to be JSON" in found["message"]) == (400, True)
    assert ask(emulator, "POST", "nothing", {})[0] == 404
