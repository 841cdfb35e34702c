"""Customers who do not stop: a writer and a reader on every table while it is being refactored.

with Traffic(session) as traffic:
    ...                       # the tables change
report = traffic.report()     # every call counted, every acknowledged write looked for
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from tablewright.aws.failures import code_of, translated
from tablewright.aws.session import Session

from .seed import COMPANY, ITEMS_PER_TABLE, REGION, SeedTable

PAUSE_SECONDS = 0.02
"""Between two calls of one customer; six customers make some hundred calls a second."""

EXPECTED_ERRORS = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ServiceUnavailable",
    }
)
"""What AWS itself may answer at any moment, and SDKs try again: not a failure of the change."""


@dataclass
class _Customer:
    """What one thread did."""

    calls: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    written: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TableTraffic:
    """What happened on one table.

    Args:
        reads, writes: calls answered well.
        errors: refused calls by AWS's error code.
        lost: keys that were seeded or acknowledged and are gone, or hold something else.
        items: items found at the end.
    """

    table: str
    reads: int
    writes: int
    errors: Mapping[str, int]
    lost: tuple[str, ...]
    items: int

    @property
    def unexpected(self) -> dict[str, int]:
        """Errors that AWS would not give in that moment by itself."""
        return {code: n for code, n in self.errors.items() if code not in EXPECTED_ERRORS}

    @property
    def unharmed(self) -> bool:
        """No item lost, no failed call but those AWS itself gives."""
        return not self.lost and not self.unexpected


class Traffic:
    """A writer and a reader on each table of the company, from `start` to `stop`.

    Args:
        session: of the sandbox.
        tables: the tables, seeded before.
        items: how many items each was seeded with.
    """

    def __init__(
        self,
        session: Session,
        tables: Sequence[SeedTable] = COMPANY,
        items: int = ITEMS_PER_TABLE,
    ) -> None:
        self._client = session.client("dynamodb", REGION)
        self._tables = tables
        self._items = items
        self._stop = threading.Event()
        self._writers = {table.name: _Customer() for table in tables}
        self._readers = {table.name: _Customer() for table in tables}
        self._threads: list[threading.Thread] = []

    def start(self) -> Self:
        """Set the customers going."""
        for table in self._tables:
            for work in (self._keep_writing, self._keep_reading):
                self._threads.append(threading.Thread(target=work, args=(table,), daemon=True))
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Let every customer finish its call."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def report(self) -> tuple[TableTraffic, ...]:
        """Count, and look for every item that was seeded or acknowledged."""
        return tuple(self._report(table) for table in self._tables)

    def _keep_writing(self, table: SeedTable) -> None:
        customer, number = self._writers[table.name], 0
        while not self._stop.wait(PAUSE_SECONDS):
            key, value = f"{table.name}-live-{number:06}", f"written as number {number}"
            number += 1
            item = {table.key: {"S": key}, "value": {"S": value}}
            if self._call(customer, "put_item", TableName=table.name, Item=item) is not None:
                customer.written[key] = value

    def _keep_reading(self, table: SeedTable) -> None:
        customer = self._readers[table.name]
        known = list(table.items(self._items))
        number = 0
        while not self._stop.wait(PAUSE_SECONDS):
            expected = known[number * 7 % len(known)]
            number += 1
            key = {table.key: expected[table.key]}
            reply = self._call(customer, "get_item", TableName=table.name, Key=key)
            if reply is not None and reply.get("Item") != expected:
                customer.wrong.append(expected[table.key]["S"])

    def _call(self, customer: _Customer, operation: str, **request: Any) -> Any | None:
        try:
            reply = getattr(self._client, operation)(**request)
        except (ClientError, BotoCoreError) as error:
            customer.errors[code_of(error) or type(error).__name__] += 1
            return None
        customer.calls += 1
        return reply

    def _report(self, table: SeedTable) -> TableTraffic:
        writer, reader = self._writers[table.name], self._readers[table.name]
        items = self._scan(table)
        seeded = {item[table.key]["S"]: item for item in table.items(self._items)}
        lost = [
            *reader.wrong,
            *(key for key, item in seeded.items() if items.get(key) != item),
            *(
                key
                for key, value in writer.written.items()
                if items.get(key, {}).get("value") != {"S": value}
            ),
        ]
        return TableTraffic(
            table=table.name,
            reads=reader.calls,
            writes=writer.calls,
            errors=dict(writer.errors + reader.errors),
            lost=tuple(dict.fromkeys(lost)),
            items=len(items),
        )

    def _scan(self, table: SeedTable) -> dict[str, dict[str, Any]]:
        pages = self._client.get_paginator("scan").paginate(
            TableName=table.name, ConsistentRead=True
        )
        with translated(f"read all items of {table.name}"):
            return {item[table.key]["S"]: item for page in pages for item in page["Items"]}
