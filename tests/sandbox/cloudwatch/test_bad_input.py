"""Whatever a client sends, the answer is AWS's: a result or a 4xx, never a 500."""

import json
import random
from datetime import UTC, datetime

import pytest

from tablewright_emulator.clock import Clock
from tablewright_emulator.protocol import operation_model
from tablewright_emulator.request import HttpRequest
from tablewright_emulator.server import Emulator

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TARGETS = {
    "cloudwatch": ("monitoring", "GraniteServiceVersion20100801"),
    "application-autoscaling": ("application-autoscaling", "AnyScaleFrontendService"),
}
TEXTS = [
    "", "a", "m1", "e1", "x" * 3000, "\x00", "ünï😀", "AWS/DynamoDB", "Sum", "p99", "SUM([m1])",
    "m1 / m2", "RATE(m1)", "SELECT SUM(a) FROM b", "SEARCH('{a}', 'Sum', 60)", "TRUE", "ALARM(a)",
    "table/orders", "dynamodb", "dynamodb:table:ReadCapacityUnits", "GreaterThanThreshold",
    "TargetTrackingScaling", "cron(0 10 * * ? *)", "rate(999999999 days)",
    "at(9999-12-31T23:59:59)",
    "arn:aws:sns:eu-west-1:123456789012:t", "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a",
    "Europe/Berlin", "../../etc/passwd", "2026-03-10T11:00:00Z", "0001-01-01T00:00:00Z",
    "DynamoDBReadCapacityUtilization", "TimestampAscending", "bm9uc2Vuc2U=", "{}",
]  # fmt: skip
NUMBERS = [0, 1, -1, 60, 300, 45, 10, 5, 70.0, 0.5, 1e308, 2**31, 2**63, 10**30, -(2**63), 1e-300]
WILD = [None, True, [], {}, [None], {"": None}, [[]], "text", 7]


def value_of(shape, draw, depth=0):  # noqa: PLR0911 - one for each kind of shape
    """A value of a shape, mostly well typed; now and then something else altogether."""
    if draw.random() < 0.04 or depth > 6:
        return draw.choice(WILD)
    match shape.type_name:
        case "structure":
            keep = 0.5 if depth else 0.8
            return {
                name: value_of(member, draw, depth + 1)
                for name, member in shape.members.items()
                if name in shape.required_members or draw.random() < keep
            }
        case "list":
            return [value_of(shape.member, draw, depth + 1) for _ in range(draw.choice([0, 1, 2]))]
        case "map":
            return {draw.choice(TEXTS): value_of(shape.value, draw, depth + 1)}
        case "string":
            enum = shape.metadata.get("enum")
            return draw.choice(enum) if enum and draw.random() < 0.8 else draw.choice(TEXTS)
        case "boolean":
            return draw.random() < 0.5
        case "timestamp":
            return draw.choice([1773144000, 1773140000.5, -1, 1e18, "2026-03-10T11:00:00Z", "soon"])
        case _:
            return draw.choice(NUMBERS)


def request(service, operation, body):
    signed, prefix = TARGETS[service]
    scope = f"123456789012/20260310/eu-west-1/{signed}/aws4_request"
    headers = {
        "x-amz-target": f"{prefix}.{operation}",
        "content-type": "application/x-amz-json-1.0",
        "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
    }
    return HttpRequest("POST", "/", "", headers, body)


@pytest.fixture
def gateway():
    with Emulator(clock=Clock(frozen_at=NOON), durations="none") as emulator:
        emulator.gateway.call("dynamodb", "CreateTable", {
            "TableName": "orders",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        }, region="eu-west-1")  # fmt: skip
        yield emulator.gateway


def own_operations(gateway):
    return sorted(key for key in gateway.operations if key[0] in TARGETS)


@pytest.mark.parametrize("seed", range(6))
def test_random_requests_are_answered_and_the_clock_goes_on(gateway, seed):
    draw = random.Random(seed)  # noqa: S311 - a workload, not a secret
    for _ in range(40):
        for service, operation in own_operations(gateway):
            shape = operation_model(service, operation).input_shape
            asked = value_of(shape, draw)
            if isinstance(asked, dict) and "ServiceNamespace" in asked:
                asked["ServiceNamespace"] = "dynamodb"  # others are answered underneath
            body = json.dumps(asked).encode()
            reply = gateway.serve(request(service, operation, body))
            assert reply.status < 500, (operation, body, reply.body)
        gateway.clock.advance(60)


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5000, b"NaN"],
)
def test_bodies_that_are_no_request_are_refused(gateway, body):
    for service, operation in own_operations(gateway):
        assert gateway.serve(request(service, operation, body)).status < 500


def test_an_unknown_operation_is_said_to_be_unknown(gateway):
    reply = gateway.serve(request("application-autoscaling", "GetPredictiveScalingForecast", b"{}"))
    assert (reply.status, reply.error) == (400, "UnknownOperationException")
