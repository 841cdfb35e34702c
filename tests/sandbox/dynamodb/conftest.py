"""An embedded AWS whose time stands still, boto3 clients of it, and requests as they are sent."""

import http.client
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tablewright_emulator.clock import Clock
from tablewright_emulator.server import Emulator

ACCOUNT = "123456789012"
REGION = "us-east-1"
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TARGETS = {"dynamodb": "DynamoDB_20120810", "dynamodbstreams": "DynamoDBStreams_20120810"}

Clients = Callable[..., Any]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Time stands still at noon and moves by `emulator.clock.advance` alone."""
    with Emulator(clock=Clock(frozen_at=NOON)) as running:
        yield running


@pytest.fixture
def client(emulator: Emulator) -> Clients:
    """`client(service, account=…, region=…)`; a request is sent once and not checked before."""
    return clients_of(emulator)


@pytest.fixture
def dynamodb(client: Clients) -> Any:
    return client("dynamodb")


def clients_of(emulator: Emulator) -> Clients:
    def make(service: str = "dynamodb", *, account: str = ACCOUNT, region: str = REGION) -> Any:
        return boto3.client(
            service,
            endpoint_url=emulator.endpoint,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="none",
            config=Config(
                retries={"total_max_attempts": 1},
                parameter_validation=False,
                s3={"addressing_style": "path"},
            ),
        )

    return make


def send(
    emulator: Emulator, operation: str, params: Any, service: str = "dynamodb"
) -> tuple[int, dict[str, Any]]:
    """Send a JSON request as it stands; give back the status and the reply."""
    body = params if isinstance(params, bytes) else json.dumps(params).encode()
    headers = {
        "X-Amz-Target": f"{TARGETS[service]}.{operation}",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260310/{REGION}/dynamodb/"
        "aws4_request, SignedHeaders=host, Signature=0",
    }
    address = urlsplit(emulator.endpoint)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    try:
        connection.request("POST", "/", body, headers)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())
    finally:
        connection.close()


def code_of(reply: dict[str, Any]) -> str:
    """AWS's error code in a JSON reply."""
    return str(reply["__type"]).rpartition("#")[2]


def settle(emulator: Emulator, seconds: float = 1.0) -> None:
    """Let what is under way come to its end."""
    emulator.clock.advance(seconds)


def create(emulator: Emulator, name: str = "orders", **changes: Any) -> Any:
    """A table with the key `pk`, on demand unless changed, and ready; its client comes back."""
    dynamodb = clients_of(emulator)("dynamodb")
    definition = {
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    dynamodb.create_table(**definition | changes)
    settle(emulator)
    return dynamodb


def described(dynamodb: Any, name: str = "orders") -> dict[str, Any]:
    """DescribeTable's answer."""
    table: dict[str, Any] = dynamodb.describe_table(TableName=name)["Table"]
    return table


def refusal(call: Callable[..., Any], *arguments: Any, **parameters: Any) -> tuple[str, str]:
    """Code and text of the error a call has to end with."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]
