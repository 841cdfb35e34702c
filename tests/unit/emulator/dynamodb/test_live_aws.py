"""Every row of what live AWS answers, and what its endpoint says of requests of no SDK."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tablewright_emulator.clock import Clock
from tablewright_emulator.composition import EmbeddedAws
from tablewright_emulator.request import HttpRequest, Reply

FACTS = yaml.load(
    (Path(__file__).parents[3] / "data" / "live_aws.yaml").read_text("utf-8"), yaml.CSafeLoader
)
ROWS = FACTS["rows"]
SIGNED = {
    "authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260310/us-east-1/dynamodb/"
    "aws4_request, SignedHeaders=host, Signature=0",
    "content-type": "application/x-amz-json-1.0",
}


@pytest.fixture(scope="module")
def world() -> Iterator[EmbeddedAws]:
    """With the tables of the list, in this process."""
    world = EmbeddedAws(
        Clock(), durations="none", throttling=False, limits=False, data=None, key=None,
        containers=False,
    )  # fmt: skip
    for table in FACTS["tables"]:
        assert ask(world, "CreateTable", table)[0] == 200
    for put in FACTS["items"]:
        assert ask(world, "PutItem", put)[0] == 200
    yield world
    world.close()


def ask(world: EmbeddedAws, operation: str, request: Any) -> tuple[int, dict[str, Any]]:
    body = request if isinstance(request, bytes) else json.dumps(request).encode()
    headers = {**SIGNED, "x-amz-target": f"DynamoDB_20120810.{operation}"}
    reply = world.gateway.serve(HttpRequest("POST", "/", "", headers, body))
    return reply.status, json.loads(reply.body)


def expanded(value: Any) -> Any:
    """The value with `$text` and `$nest` written out."""
    if isinstance(value, dict) and "$text" in value:
        text, times = value["$text"]
        return text * times
    if isinstance(value, dict) and "$nest" in value:
        nested: dict[str, Any] = {"S": "deep"}
        for _ in range(value["$nest"]):
            nested = {"L": [nested]}
        return nested
    if isinstance(value, dict):
        return {key: expanded(item) for key, item in value.items()}
    return [expanded(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['finding']}: {row['name']}" for row in ROWS])
def test_it_answers_as_live_aws(row: dict[str, Any], world: EmbeddedAws):
    for step in row.get("setup", ()):
        for operation, request in step.items():
            assert ask(world, operation, request)[0] == 200
    request = row["body"].encode() if "body" in row else expanded(row["request"])
    status, reply = ask(world, row["operation"], request)
    if "answer" in row:
        assert status == 200, reply
        assert {member: reply.get(member) for member in row["answer"]} == row["answer"]
        return
    code, text = reply["__type"].rpartition("#")[2], row["text"]
    member = "Message" if code == "SerializationException" else "message"
    assert (status, code) == (400, row["code"]), reply
    if text.endswith("…"):
        assert reply[member].startswith(text.removesuffix("…"))
    else:
        assert reply.get(member, "") == text


def test_every_row_says_where_it_was_seen():
    for row in ROWS:
        named = row["evidence"] if isinstance(row["evidence"], list) else [row["evidence"]]
        assert set(named) <= set(FACTS["sources"]), row["name"]


# --- the endpoint itself --------------------------------------------------------------------------

TARGET = {"x-amz-target": "DynamoDB_20120810.ListTables"}
JSON = {"content-type": "application/json"}
UNKNOWN = b'{"__type":"com.amazon.coral.service#UnknownOperationException"}'
PRESIGNED = "X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d"
LACKING = (
    "Authorization header requires 'SignedHeaders' parameter. "
    "Authorization=AWS4- Signature=b,Credential=a"
)
LACKING_IN_QUERY = (
    "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "
    "Re-examine the query-string parameters."
)
TWICE = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
GARBLED = b'{"__type":"com.amazon.coral.service#SerializationException"}'


def sent(world: EmbeddedAws, method: str, headers: dict[str, str], body: bytes = b"") -> Reply:
    return world.gateway.serve(HttpRequest(method, "/", "", headers, body))


@pytest.mark.parametrize(
    ("method", "headers", "body", "status", "answer", "crc"),
    [
        ("GET", {}, b"", 200, b"healthy: dynamodb.us-east-1.amazonaws.com ", "3128867991"),
        ("PUT", {}, b"", 404, b"<UnknownOperationException/>\n", "3552371480"),
        ("POST", {}, b"hi", 404, b"<UnknownOperationException/>\n", "3552371480"),
        ("POST", JSON, b"hi", 400, GARBLED, "3948637019"),
        ("POST", JSON | TARGET, b"hi", 400, GARBLED, "3948637019"),
        ("POST", JSON, b"{}", 400, UNKNOWN, "1368724161"),
        ("POST", {}, b"", 400, UNKNOWN, "1368724161"),
        ("POST", {"x-amz-target": "whatever"}, b"", 400, UNKNOWN, "1368724161"),
    ],
)
def test_a_request_of_no_sdk_is_answered_as_by_dynamodb(
    method, headers, body, status, answer, crc, world
):
    reply = sent(world, method, headers, body)
    assert (reply.status, reply.body, reply.headers["x-amz-crc32"]) == (status, answer, crc)
    identity = reply.headers["x-amzn-RequestId"]
    assert (len(identity), identity.isalnum()) == (52, True)
    assert identity == identity.upper()


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ({}, "MissingAuthenticationTokenException"),
        ({"authorization": "AWS4"}, "MissingAuthenticationTokenException"),
        ({"authorization": "AWS4-"}, "IncompleteSignatureException"),
    ],
)
def test_the_operation_is_looked_at_before_the_signature(authorization, code, world):
    reply = sent(world, "POST", TARGET | authorization)
    assert json.loads(reply.body)["__type"].endswith(code)


@pytest.mark.parametrize(
    ("query", "authorization", "code", "text"),
    [
        ("", "AWS4- Signature=b,Credential=a", "IncompleteSignature", LACKING),
        ("X-Amz-Algorithm", "X", "InvalidSignature", TWICE),
        (f"X-Amz-Algorithm=a&{PRESIGNED}", None, "IncompleteSignature", LACKING_IN_QUERY),
        (PRESIGNED, None, "MissingAuthenticationToken", "Request is missing Authentication Token"),
    ],
)
def test_the_parts_of_a_signature_are_looked_for(query, authorization, code, text, world):
    """As dynalite's tests have it; a credential with a scope is never asked for more."""
    headers = {**TARGET, "date": "a"}
    if authorization is not None:
        headers["authorization"] = authorization
    reply = world.gateway.serve(HttpRequest("POST", "/", query, headers, b""))
    answer = {"__type": f"com.amazon.coral.service#{code}Exception", "message": text}
    assert (reply.status, json.loads(reply.body)) == (400, answer)


@pytest.mark.parametrize(
    ("given", "answered"),
    [
        ({}, "application/json"),
        (JSON, "application/json"),
        ({"content-type": "application/json;charset=utf-8"}, "application/json"),
        ({"content-type": "application/x-amz-json-1.0"}, "application/x-amz-json-1.0"),
    ],
)
def test_an_answer_has_the_type_that_was_sent(given, answered, world):
    signature = {"authorization": SIGNED["authorization"]}
    reply = sent(world, "POST", signature | TARGET | given, b"{}" if given else b"")
    assert reply.headers["Content-Type"] == answered


def test_a_browser_may_ask_first(world):
    asked = {"origin": "x", "access-control-request-headers": "a, b"}
    reply = sent(world, "OPTIONS", asked | SIGNED)
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["Access-Control-Allow-Headers"] == "a, b"
