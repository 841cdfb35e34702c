from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import botocore.parsers
import botocore.serialize
import pytest
from botocore.config import Config

from tablewright_emulator.clock import Clock
from tablewright_emulator.server import Emulator

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
ACCOUNT = "123456789012"

Client = Callable[..., Any]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An embedded AWS whose time stands still at noon."""
    with Emulator(clock=Clock(frozen_at=NOON)) as running:
        yield running


@pytest.fixture
def client(emulator: Emulator) -> Client:
    """`client(service, account=…, region=…, protocol=…)`; requests are not checked on this side."""

    def make(
        service: str = "cloudwatch",
        *,
        account: str = ACCOUNT,
        region: str = "eu-west-1",
        protocol: str | None = None,
        secret: str = "x",  # noqa: S107 - nobody checks it
        token: str | None = None,
    ) -> Any:
        made = boto3.client(
            service,
            endpoint_url=emulator.endpoint,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )
        if protocol is not None:
            made.meta.service_model.__dict__["resolved_protocol"] = protocol
            made._serializer = botocore.serialize.create_serializer(
                protocol, include_validation=False
            )
            made._response_parser = botocore.parsers.create_parser(protocol)
        return made

    return make


@pytest.fixture
def cloudwatch(client: Client) -> Any:
    return client()
