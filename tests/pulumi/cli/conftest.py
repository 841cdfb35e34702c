"""A user's machine for each file of tests, and an AWS in this process that can be broken."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.support.embedded_aws import embedded_aws
from tests.support.terminal import Terminal, until

from tablewright.provider.hosting.host import ProviderHost
from tablewright.sandbox.instance import Instance, born, make_folder, user_key
from tablewright_emulator.server import Emulator

REGION = "eu-west-1"


@dataclass
class EmbeddedAws:
    """The sandbox `default` of a machine, in this process: its clock and faults are at hand."""

    emulator: Emulator
    host: ProviderHost

    def client(self, service: str, region: str = REGION) -> Any:
        """A client that shares nothing with tablewright's own."""
        return client(self.emulator.endpoint, service, region)

    def make_table(self, name: str, key: str = "id", region: str = REGION) -> None:
        """A table as somebody made it by hand."""
        dynamodb = self.client("dynamodb", region)
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 0.05})

    def tables(self) -> list[str]:
        """Names of all tables."""
        return self.client("dynamodb").list_tables()["TableNames"]

    def tags(self, name: str) -> dict[str, str]:
        """All tags of a table, ours included."""
        dynamodb = self.client("dynamodb")
        arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
        pages = dynamodb.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
        return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}

    def pass_time(self, seconds: float) -> None:
        """Let what is under way come to its end, and time go on from there."""
        with self.emulator.changing_clock():
            self.emulator.clock.advance(seconds)
            self.emulator.clock.resume()

    def wait_for_noon(self) -> None:
        """Let it be noon of the next day (UTC): no day ends in the middle of a test."""
        now = self.emulator.clock.now()
        noon = (now + timedelta(days=1)).replace(hour=12, minute=0)
        self.pass_time((noon - now).total_seconds())


@lru_cache(maxsize=64)
def client(endpoint: str, service: str, region: str) -> Any:
    """A plain boto3 client for an endpoint on this machine; each is made once."""
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A machine on which nothing was done yet; nothing may live on it in the end."""
    machine = Terminal(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("folder"))
    yield machine
    machine.end_all()
    machine.run("sandbox", "stop").ended(0)
    until(lambda: not machine.processes(), "no process of the tests is left")


@pytest.fixture
def terminal(machine: Terminal, tmp_path: Path) -> Terminal:
    """The machine, from a folder of its own for one test."""
    return replace(machine, folder=tmp_path)


@pytest.fixture(scope="module")
def aws(machine: Terminal) -> Iterator[EmbeddedAws]:
    """An AWS that commands on the machine take for the sandbox that runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TABLEWRIGHT_HOME", str(machine.home))
        make_folder("default")
        key = user_key()
    with embedded_aws(key=key) as emulator, ProviderHost() as host:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TABLEWRIGHT_HOME", str(machine.home))
            Instance(
                name="default",
                id=emulator.world,
                pid=os.getpid(),
                born=born(os.getpid()),
                endpoint=emulator.endpoint,
                provider_host=host.variable,
                secret=emulator.secret,
            ).write()
        yield EmbeddedAws(emulator, host)
        (machine.home / "sandbox" / "default" / "instance.json").unlink()
