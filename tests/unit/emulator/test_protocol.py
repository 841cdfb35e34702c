"""Wire formats: what is read and written, and errors in each."""

import json
import struct
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tablewright_emulator import protocol
from tablewright_emulator.request import AwsFault, HttpRequest, Request

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


def cbor(items: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Maps and lists of items, whatever is a key, and tags before them."""
    return st.one_of(
        st.lists(items, max_size=3).map(lambda each: bytes([0x80 | len(each)]) + b"".join(each)),
        st.lists(st.tuples(items, items), max_size=3).map(
            lambda each: bytes([0xA0 | len(each)]) + b"".join(key + value for key, value in each)
        ),
        st.tuples(st.integers(0, 30), items).map(
            lambda each: bytes([0xC0 | min(each[0], 23)]) + each[1]
        ),
    )


ATOMS = st.one_of(
    st.text(max_size=5).map(lambda text: bytes([0x60 | len(text.encode())]) + text.encode()),
    st.binary(max_size=9).map(lambda data: bytes([0x40 | len(data)]) + data),
    st.integers(0, 23).map(lambda number: bytes([number])),
    st.floats().map(lambda number: b"\xfb" + struct.pack(">d", number)),
    st.sampled_from([b"\xf4", b"\xf5", b"\xf6", b"\xf7", b"\xff", b"\x9f\xff", b"\xbf\xff", b""]),
)


@given(st.one_of(st.recursive(ATOMS, cbor, max_leaves=8), st.binary(max_size=40)))
@example(b"\xa1\xa0\x01")  # a map as a key
@example(b"\xa1\x01\x02")
@example(b"\xa1\x61a\xc1\xfb" + struct.pack(">d", 1e300))
@example(b"\xa1\x61a\xc1\xfb" + struct.pack(">d", float("nan")))
def test_any_cbor_is_read_or_refused_as_aws_does(body: bytes) -> None:
    message = HttpRequest("POST", "/", "", {"smithy-protocol": "rpc-v2-cbor"}, body)
    try:
        found = protocol.decode("cloudwatch", "PutMetricData", "cbor", message)
    except AwsFault as fault:
        found = {"refused": (fault.code, fault.status)}
    assert found.get("refused", ("SerializationException", 400)) == ("SerializationException", 400)
    assert all(isinstance(name, str) for name in found)
