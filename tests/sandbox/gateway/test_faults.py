"""Faults on order as a client meets them: what comes over the wire, and what was done."""

import http.client
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError
from botocore.parsers import ResponseParserError
from tests.sandbox.dynamodb.conftest import ACCOUNT, REGION, clients_of, create, send

from tablewright_emulator.faults import KINDS, Fault, Kind
from tablewright_emulator.server import Emulator

CARRIED_OUT: tuple[Kind, ...] = ("late-error", "lost-answer", "half-body", "delay")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


def calls(emulator: Emulator) -> dict[str, tuple[Callable[[], Any], Callable[[], bool]]]:
    """By protocol: a call that changes something, and whether it has."""
    client = clients_of(emulator)
    json_client, query, rest = (client(name) for name in ("dynamodb", "iam", "s3"))
    return {
        "dynamodb": (
            lambda: json_client.put_item(TableName="orders", Item={"pk": {"S": "a"}}),
            lambda: "Item" in json_client.get_item(TableName="orders", Key={"pk": {"S": "a"}}),
        ),
        "iam": (
            lambda: query.create_user(UserName="somebody"),
            lambda: query.list_users()["Users"] != [],
        ),
        "s3": (
            lambda: rest.create_bucket(Bucket="bucket"),
            lambda: rest.list_buckets()["Buckets"] != [],
        ),
    }


@pytest.mark.parametrize("service", ["dynamodb", "iam", "s3"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_call_fails_in_its_way_and_was_carried_out_or_not(
    kind: Kind, service: str, emulator: Emulator
):
    create(emulator)
    change, _ = calls(emulator)[service]
    seconds = 0.2 if kind == "delay" else 0.0
    emulator.faults.add(Fault(service="*", kind=kind, times=1, seconds=seconds))
    started = time.monotonic()
    met = None
    try:
        change()
    except (ClientError, HTTPClientError, ResponseParserError) as error:
        met = error
    if kind in {"error", "late-error"}:
        assert isinstance(met, ClientError)
        assert met.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    elif kind in {"reset", "lost-answer"}:
        assert isinstance(met, ConnectionClosedError)
    elif kind == "delay":
        assert met is None
        assert time.monotonic() - started >= seconds
    _, has_changed = calls(emulator)[service]  # over a connection of its own
    assert has_changed() is (kind in CARRIED_OUT)


def test_half_a_body_is_half_of_what_its_length_promises(emulator: Emulator):
    emulator.faults.add(Fault(kind="half-body", times=1))
    with pytest.raises(http.client.IncompleteRead) as caught:
        send(emulator, "ListTables", {})
    whole = len(b'{"TableNames":[]}')
    assert (len(caught.value.partial), caught.value.expected) == (whole // 2, whole - whole // 2)


def test_an_answer_that_is_an_error_is_lost_as_well(emulator: Emulator):
    emulator.faults.add(Fault(kind="lost-answer", times=1))
    dynamodb = clients_of(emulator)("dynamodb")
    with pytest.raises(ConnectionClosedError):
        dynamodb.describe_table(TableName="nowhere")


@pytest.mark.parametrize("kind", ["reset", "error", "lost-answer"])
def test_a_client_that_tries_again_gets_through(kind: Kind, emulator: Emulator):
    create(emulator)
    emulator.faults.add(Fault(service="*", kind=kind, rate=0.3, seed=7))
    dynamodb = boto3.client(
        "dynamodb",
        endpoint_url=emulator.endpoint,
        region_name=REGION,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="none",
    )
    for number in range(10):
        dynamodb.put_item(TableName="orders", Item={"pk": {"S": str(number)}})
    emulator.faults.clear()
    assert dynamodb.scan(TableName="orders")["Count"] == 10
    assert emulator.calls.summary()["counts"]["dynamodb"]["PutItem"] > 10
