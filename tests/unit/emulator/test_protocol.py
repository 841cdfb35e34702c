"""Wire formats: what is read and written, and errors in each."""

import json
from datetime import UTC, datetime

import pytest

from tablewright.emulator import protocol
from tablewright.emulator.request import AwsFault, HttpRequest, Request

MOMENT = datetime(2026, 3, 10, 12, 0, 0, 250_000, tzinfo=UTC)


def http(body: bytes = b"", **headers: str) -> HttpRequest:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpRequest("POST", "/", "", names, body)


@pytest.mark.parametrize(
    ("request_", "spoken"),
    [
        (http(smithy_protocol="rpc-v2-cbor"), "cbor"),
        (http(x_amz_target="X.Y"), "json"),
        (http(content_type="application/x-www-form-urlencoded; charset=utf-8"), "query"),
        (HttpRequest("GET", "/", "Action=X&Version=1", {}, b""), "query"),
        (http(), "rest"),
    ],
)
def test_the_protocol_is_known_by_the_headers(request_, spoken):
    assert protocol.protocol_of(request_) == spoken


@pytest.mark.parametrize(
    ("spoken", "body"),
    [
        ("json", b'{"AlarmName": "a", "StartDate": 1773144000.25}'),
        ("json", b'{"AlarmName": "a", "StartDate": "2026-03-10T12:00:00.250Z"}'),
        ("query", b"Action=X&AlarmName=a&StartDate=2026-03-10T12%3A00%3A00.250Z"),
    ],
)
def test_a_timestamp_is_a_moment_in_every_protocol(spoken, body):
    params = protocol.decode("cloudwatch", "DescribeAlarmHistory", spoken, http(body))
    assert params == {"AlarmName": "a", "StartDate": MOMENT}


@pytest.mark.parametrize("value", [b'"soon"', b"1e300", b"{}", b"[]", b"true"])
def test_a_timestamp_that_is_none_is_refused(value):
    body = b'{"StartDate": ' + value + b"}"
    with pytest.raises(AwsFault) as caught:
        protocol.decode("cloudwatch", "DescribeAlarmHistory", "json", http(body))
    assert caught.value.code == "SerializationException"


def answered(spoken: protocol.Protocol, service: str = "cloudwatch") -> Request:
    return Request(service, "DescribeAlarmHistory", {}, "1", "eu-west-1", protocol=spoken)


def test_json_leaves_out_what_is_none_and_writes_moments_and_bytes():
    reply = protocol.encode(answered("json"), {"a": None, "b": MOMENT, "c": b"x", "d": [None, 1]})
    assert json.loads(reply.body) == {"b": 1773144000.25, "c": "eA==", "d": [None, 1]}


def test_an_error_is_named_by_shape_and_by_code():
    fault = AwsFault("InvalidNextToken", "The token is old.")
    reply = protocol.encode_fault(answered("json"), fault)
    assert json.loads(reply.body)["__type"].endswith("#InvalidNextToken")
    assert reply.headers["x-amzn-query-error"] == "InvalidNextToken;Sender"
    assert reply.error == "InvalidNextToken"
    fault = AwsFault("InvalidParameterValue", "No.")
    reply = protocol.encode_fault(answered("cbor"), fault)
    assert b"InvalidParameterValueException" in reply.body
    assert reply.headers["x-amzn-query-error"] == "InvalidParameterValue;Sender"
    reply = protocol.encode_fault(answered("query"), AwsFault("Odd", "a < b & c", 500))
    assert b"<Type>Receiver</Type><Code>Odd</Code><Message>a &lt; b &amp; c</Message>" in reply.body


def test_errors_of_dynamodb_carry_their_namespace_and_fields():
    request = Request("dynamodb", "PutItem", {}, "1", "eu-west-1", protocol="json")
    fault = AwsFault("ConditionalCheckFailedException", "No.", fields={"Item": {"a": {"S": "b"}}})
    document = json.loads(protocol.encode_fault(request, fault).body)
    assert document == {
        "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "No.",
        "Item": {"a": {"S": "b"}},
    }
    document = json.loads(protocol.encode_fault(request, AwsFault("ValidationException", "")).body)
    assert document["__type"] == "com.amazon.coral.validate#ValidationException"


def test_an_error_of_a_service_nobody_knows_can_still_be_written():
    reply = protocol.encode_fault(answered("json", "nonsense"), AwsFault("Odd", "text"))
    assert (reply.status, json.loads(reply.body)["__type"]) == (400, "Odd")
