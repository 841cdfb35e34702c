from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tablewright_emulator.clock import Clock
from tablewright_emulator.server import Emulator

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def emulator():
    """An embedded AWS whose time stands still at noon and whose changes take no time."""
    with Emulator(clock=Clock(frozen_at=NOON), durations="none") as running:
        yield running


@pytest.fixture
def client(emulator) -> Any:
    def make(service, region="eu-west-1", account="123456789012"):
        return boto3.client(
            service,
            endpoint_url=emulator.endpoint,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="x",
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )

    return make
