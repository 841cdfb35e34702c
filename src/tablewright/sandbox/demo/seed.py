"""The company of the demo as it is today: three tables that grew by hand.

Provisioned for a peak that never came, tagged at random, without streams, recovery or roles. The
items come from a fixed seed, so that every run has the same ones.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.errors import NotFoundError, SandboxError

REGION = "ap-southeast-2"
ITEMS_PER_TABLE = 2_000
SEED = 20_240_611
FIRST_MOMENT = 1_700_000_000
"""Seconds since 1970; the items lie within the ninety days that follow."""
NINETY_DAYS_SECONDS = 90 * 24 * 3600
BATCH = 25
ATTEMPTS = 100

Item = Mapping[str, Mapping[str, str]]
"""An item as DynamoDB's API writes it: `{"userId": {"S": "user-0001"}}`."""


@dataclass(frozen=True, slots=True)
class SeedTable:
    """One table of the company.

    Args:
        key: its partition key, a text.
        read: provisioned read units a second.
        write: provisioned write units a second.
        tags: as somebody once typed them.
        item: makes the attributes of item number n besides its key.
    """

    name: str
    key: str
    read: int
    write: int
    tags: Mapping[str, str]
    item: Callable[[random.Random, int], Item]

    def items(self, count: int = ITEMS_PER_TABLE) -> Iterator[dict[str, Mapping[str, str]]]:
        """The table's items, the same ones every time."""
        chance = random.Random(f"{SEED}/{self.name}")  # noqa: S311 - repeatable, not secret
        for number in range(count):
            identity = {self.key: {"S": f"{self.name[:-1]}-{number:05}"}}
            yield {**identity, **self.item(chance, number)}


def _event(chance: random.Random, _: int) -> Item:
    return {
        "kind": {"S": chance.choice(("view", "click", "purchase", "refund"))},
        "userId": {"S": _user(chance)},
        "timestamp": {"N": str(_moment(chance))},
        "amountCents": {"N": str(chance.randrange(1, 50_000))},
    }


def _session(chance: random.Random, _: int) -> Item:
    return {
        "userId": {"S": _user(chance)},
        "timestamp": {"N": str(_moment(chance))},
        "device": {"S": chance.choice(("phone", "tablet", "desktop"))},
        "pages": {"N": str(chance.randrange(1, 80))},
    }


def _person(chance: random.Random, number: int) -> Item:
    return {
        "email": {"S": f"user{number:05}@example.com"},
        "plan": {"S": chance.choice(("free", "team", "enterprise"))},
        "since": {"N": str(_moment(chance))},
    }


def _user(chance: random.Random) -> str:
    return f"user-{chance.randrange(ITEMS_PER_TABLE):05}"


def _moment(chance: random.Random) -> int:
    return FIRST_MOMENT + chance.randrange(NINETY_DAYS_SECONDS)


COMPANY = (
    SeedTable("events", "eventId", 800, 1_200, {"Owner": "data", "env": "Production"}, _event),
    SeedTable("sessions", "sessionId", 600, 1_000, {"team": "Analytics"}, _session),
    SeedTable("users", "userId", 500, 1_000, {"CostCentre": "1234", "Name": "users"}, _person),
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What one table holds after seeding; `made` says whether it was made just now."""

    name: str
    items: int
    made: bool


def seed(session: Session, items: int = ITEMS_PER_TABLE) -> tuple[Seeded, ...]:
    """Make the company's tables with their items; a table that is there already is left alone."""
    if session.target.kind != "sandbox":
        raise SandboxError("only a sandbox is seeded, never AWS")
    client = session.client("dynamodb", REGION)
    with ThreadPoolExecutor(len(COMPANY)) as threads:
        return tuple(threads.map(lambda table: _seed_table(client, table, items), COMPANY))


def _seed_table(client: Any, table: SeedTable, items: int) -> Seeded:
    try:
        with translated(f"look at table {table.name}"):
            client.describe_table(TableName=table.name)
        return Seeded(table.name, _count(client, table.name), made=False)
    except NotFoundError:
        pass
    with translated(f"seed table {table.name}"):
        _create(client, table)
        batch: list[Any] = []
        for item in table.items(items):
            batch.append({"PutRequest": {"Item": item}})
            if len(batch) == BATCH:
                _write(client, table.name, batch)
                batch = []
        _write(client, table.name, batch)
    return Seeded(table.name, items, made=True)


def _create(client: Any, table: SeedTable) -> None:
    client.create_table(
        TableName=table.name,
        KeySchema=[{"AttributeName": table.key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": table.key, "AttributeType": "S"}],
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": table.read, "WriteCapacityUnits": table.write},
        Tags=[{"Key": key, "Value": value} for key, value in table.tags.items()],
    )
    client.get_waiter("table_exists").wait(
        TableName=table.name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 600}
    )


def _write(client: Any, name: str, batch: list[Any]) -> None:
    pending = {name: batch} if batch else {}
    for _ in range(ATTEMPTS):
        if not pending:
            return
        pending = client.batch_write_item(RequestItems=pending)["UnprocessedItems"]
    raise SandboxError(f"table {name} did not take its items: its capacity is too small")


def _count(client: Any, name: str) -> int:
    pages = client.get_paginator("scan").paginate(TableName=name, Select="COUNT")
    return sum(page["Count"] for page in pages)
