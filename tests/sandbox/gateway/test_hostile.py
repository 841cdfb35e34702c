"""Requests in the shape of the API's model with anything in them, and connections with anything on.

AWS's error or a clean refusal, never a 500, and the gateway stays open.
"""

import http.client
import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.model import Shape
from tests.sandbox.dynamodb.conftest import ACCOUNT, clients_of, code_of, create, send

from tablewright_emulator.protocol import service_model
from tablewright_emulator.server import Emulator

TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders"
VALUES: list[Any] = [
    {"S": "a"}, {"N": "1"}, {"L": [{"N": "1"}]}, {"M": {}}, {"SS": ["a"]}, {"NULL": True},
    {"B": "YQ=="}, {"S": 1}, {"N": "1e999"}, {"X": 1}, {"S": "a", "N": "1"}, {"S": "\ud800"}, {},
]  # fmt: skip
ANYTHING: list[Any] = [
    None, True, -1, 2**63, 10**400, 1.5, "", "a" * 300, "\ud800", [], {}, [None], [[]], *VALUES,
]  # fmt: skip
LIKELY: dict[str, list[Any]] = {
    "TableName": ["orders", TABLE, f"{TABLE}/index/by-g", "nowhere"],
    "IndexName": ["by-g", "nobody"],
    "ResourceArn": [TABLE, "x"],
    "TableArn": [TABLE],
    "Key": [{"pk": {"S": "a"}}],
    "Item": [{"pk": {"S": "a"}, "l": {"L": [{"N": "1"}]}}],
    "ConditionExpression": ["size(l) > :a", "#a = :a", "pk IN (:a, :b)", "(" * 900, "NOT " * 900],
    "UpdateExpression": ["SET x = :a + :b", "ADD n :a", "REMOVE l[0]", "SET #a.#b = :a"],
    "KeyConditionExpression": ["pk = :a"],
    "FilterExpression": ["contains(l, :a)"],
    "ProjectionExpression": ["#a, l[0].x"],
    "ExpressionAttributeNames": [{"#a": "x"}, {"#a": "l", "#b": "y"}],
    "Statement": ['SELECT * FROM "orders" WHERE pk = ?', "(((", 'DELETE FROM "orders"'],
    "NextToken": ["abc", "0", "-1"],
    "ShardIterator": ["x", f"{TABLE}|1|W10=", f"{TABLE}|1|WyJhIiwgWzFdLCB7fV0="],
}


class Chance:
    """Makes requests of a shape: mostly likely values, now and then anything."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - nothing here is secret

    def value(self, shape: Shape, name: str = "", depth: int = 0) -> Any:
        draw = self._random
        if draw.random() < 0.06:
            return draw.choice(ANYTHING)
        if name in LIKELY or shape.name == "AttributeValue":
            return draw.choice(LIKELY.get(name, VALUES))
        if shape.type_name == "structure":
            return {
                member: self.value(inner, member, depth + 1)
                for member, inner in shape.members.items()
                if depth < 6 and (member in shape.required_members or draw.random() < 0.25)
            }
        if shape.type_name == "list":
            return [self.value(shape.member, "", depth + 1) for _ in range(draw.randrange(3))]
        if shape.type_name == "map":
            keys = draw.choice([[":a", ":b"], ["pk"], ["orders"]])
            return {key: self.value(shape.value, "", depth + 1) for key in keys}
        enum = getattr(shape, "enum", None)
        plain = {"string": ["abc", "pk"], "boolean": [True, False], "timestamp": [0, 1e12]}
        return draw.choice(enum or plain.get(shape.type_name, [0, 1, 5, 100]))


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(durations="none") as running:
        yield running


@pytest.mark.parametrize("seed", range(4))
def test_no_request_of_dynamodb_makes_a_500(seed: int, emulator: Emulator):
    emulator.reset()
    create(
        emulator,
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "g")],
        GlobalSecondaryIndexes=[{
            "IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }],
    )  # fmt: skip
    chance = Chance(seed)
    for service in ("dynamodb", "dynamodbstreams"):
        model = service_model(service)
        for name in sorted({*model.operation_names} - {"DeleteTable"}):
            shape = model.operation_model(name).input_shape
            for _ in range(12):
                request = chance.value(shape) if shape is not None else {}
                status, reply = send(emulator, name, request, service)
                assert status in {200, 400}, (name, request, reply)


def test_what_moto_stumbles_over_is_no_500_that_clients_would_repeat(emulator: Emulator):
    lambda_client = clients_of(emulator)("lambda")
    with pytest.raises(lambda_client.exceptions.ClientError) as caught:
        lambda_client.create_function()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert "moto, underneath, cannot answer" in caught.value.response["Error"]["Message"]


# --- connections --------------------------------------------------------------------------------

SIGNED = (
    f"Authorization: AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260310/us-east-1/dynamodb/aws4_request"
    "\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n"
).encode()
LIST = b"POST / HTTP/1.1\r\n" + SIGNED + b"Content-Length: 2\r\n\r\n{}"
CHUNKED = b"POST / HTTP/1.1\r\n" + SIGNED + b"Transfer-Encoding: chunked\r\n\r\n"


def exchange(emulator: Emulator, sent: bytes) -> bytes:
    address = urlsplit(emulator.endpoint)
    with socket.create_connection((address.hostname, address.port or 0), timeout=20) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


def test_requests_sent_at_once_are_answered_in_turn(emulator: Emulator):
    emulator.reset()
    assert exchange(emulator, LIST * 3).count(b'{"TableNames":[]}') == 3


def test_chunks_may_have_extensions_and_trailers(emulator: Emulator):
    emulator.reset()
    extension = b";" + b"x=y" * 100
    sent = CHUNKED + b"2" + extension + b"\r\n{}\r\n0\r\nA: b\r\nC: d\r\n\r\n" + LIST
    assert exchange(emulator, sent).count(b'{"TableNames":[]}') == 2


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET\r\n\r\n", 400),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"h%d: 1\r\n" % i for i in range(200)) + b"\r\n", 431),
        (b"POST / HTTP/9.9\r\n\r\n", 505),
        (CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n", 400),
        (CHUNKED.replace(b"chunked", b"gzip, chunked") + b"2\r\n{}\r\n0\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_refused_once_and_without_a_page(sent, status, emulator: Emulator):
    head, _, body = exchange(emulator, sent).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert json.loads(body)["__type"] == "SerializationException"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "TRACE", "NONSENSE"])
def test_any_method_is_answered(method, emulator: Emulator):
    answer = exchange(emulator, f"{method} / HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
    assert int(answer.split()[1]) < 500


@pytest.mark.parametrize("target", ["Foo.ListTables", "DynamoDB_20111205.ListTables", ".", ""])
def test_an_operation_is_found_under_its_services_name_alone(target, emulator: Emulator):
    sent = LIST.replace(b"DynamoDB_20120810.ListTables", target.encode())
    _, _, body = exchange(emulator, sent).partition(b"\r\n\r\n")
    assert code_of(json.loads(body)) == "UnknownOperationException"


@pytest.mark.parametrize("signed", [SIGNED, b""])
def test_a_request_over_16_mb_gets_a_status_and_nothing_else(signed: bytes, emulator: Emulator):
    size = 16 * 1024 * 1024 + 1
    head = b"POST / HTTP/1.1\r\nConnection: close\r\n" + signed
    answer = exchange(emulator, head + b"Content-Length: %d\r\n\r\n" % size + b"a" * size)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nTransfer-Encoding: chunked" in head
    assert body == b"0\r\n\r\n"


def test_one_of_16_mb_is_read(emulator: Emulator):
    size = 16 * 1024 * 1024
    head = b"POST / HTTP/1.1\r\nConnection: close\r\n"
    answer = exchange(emulator, head + b"Content-Length: %d\r\n\r\n" % size + b"a" * size)
    assert answer.startswith(b"HTTP/1.1 404 ")


def test_a_thousand_connections_at_once_are_served_and_forgotten(emulator: Emulator):
    emulator.reset()
    address = urlsplit(emulator.endpoint)
    before = threading.active_count()
    connections = [
        http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        for _ in range(1000)
    ]
    for connection in connections:
        connection.connect()
    headers = dict(line.split(": ", 1) for line in SIGNED.decode().strip().split("\r\n"))
    for connection in connections:
        connection.request("POST", "/", b"{}", headers)
    assert {connection.getresponse().status for connection in connections} == {200}
    for connection in connections:
        connection.close()
    deadline = time.monotonic() + 30
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= before
