"""Keeps what CloudWatch reports about tables in step with what the tables are.

A change of a table is noticed when its operation was served, and once more at each moment at which
something that was begun takes effect; nothing is polled, so that idle tables cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tablewright_emulator.cloudwatch.metrics.table_metrics import TableMetrics, TableState
from tablewright_emulator.dynamodb import DynamoDb
from tablewright_emulator.dynamodb.control_plane.index_change import progress_percent
from tablewright_emulator.dynamodb.table import Metered, Table
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import Served

CHANGING = frozenset(
    {
        "CreateTable",
        "DeleteTable",
        "ImportTable",
        "RestoreTableFromBackup",
        "RestoreTableToPointInTime",
        "UpdateTable",
    }
)
_NAMES = ("TableName", "TargetTableName")
_PROGRESS_SECONDS = 60.0


class TableReporter:
    """An observer of the gateway: tells CloudWatch of every table that a request changed."""

    def __init__(self, gateway: Gateway, dynamodb: DynamoDb, metrics: TableMetrics) -> None:
        self._gateway = gateway
        self._dynamodb = dynamodb
        self._metrics = metrics
        gateway.observers.append(self.served)

    def served(self, served: Served) -> None:
        """Look at the table that a request changed, wherever it has replicas."""
        request = served.request
        changed = request.service == "dynamodb" and request.operation in CHANGING
        if not changed or served.reply.error is not None:
            return
        with self._gateway.lock:
            for name in _named(request.params):
                for account, region in list(self._dynamodb.catalogs):
                    if account == request.account:
                        self.look(account, region, name)

    def look(self, account: str, region: str, name: str) -> None:
        """Report a table as it is now, and again when what is under way takes effect."""
        now = self._gateway.clock.now()
        table = self._dynamodb.catalog(account, region).get(name, now)
        if table is None:
            self._metrics.table_gone((account, region), name, now.timestamp())
            return
        if not table.creating:
            self._metrics.table_is((account, region), state_of(table), now.timestamp())
        building = self._report_progress(table, now)
        due = min((pending.due for pending in table.pending), default=None)
        if due is not None:
            wait = max(0.0, (due - now).total_seconds())
            wait = min(wait, _PROGRESS_SECONDS) if building else wait
            self._gateway.later(wait, lambda: self.look(account, region, name))

    def _report_progress(self, table: Table, now: datetime) -> bool:
        """Report indexes being built; whether there is one."""
        progress = {
            name: progress_percent(table, index, now) for name, index in table.indexes.items()
        }
        place = (table.account, table.region)
        for name, percent in progress.items():
            if percent is not None:
                self._metrics.index_progresses(place, table.name, name, percent, now.timestamp())
        return any(percent is not None for percent in progress.values())

    def refresh(self) -> None:
        """Look at every table there is, after a state was loaded."""
        with self._gateway.lock:
            for (account, region), catalog in list(self._dynamodb.catalogs.items()):
                for name in list(catalog.tables):
                    self.look(account, region, name)


def state_of(table: Table) -> TableState:
    """What a table reports of itself."""
    indexes = {name: index for name, index in table.indexes.items() if index.status != "CREATING"}
    every: list[tuple[str | None, Metered]] = [(None, table), *indexes.items()]
    metered = dict(every)
    provisioned = None
    if table.billing_mode == "PROVISIONED":
        provisioned = {key: _units(units) for key, units in metered.items()}
    maxima = {key: _maxima(units) for key, units in metered.items() if units.on_demand}
    return TableState(table.name, provisioned, tuple(indexes), maxima)


def _units(metered: Metered) -> tuple[float, float]:
    return float(metered.throughput.read), float(metered.throughput.write)


def _maxima(metered: Metered) -> tuple[float | None, float | None]:
    read, write = (
        metered.on_demand.get(member, -1)
        for member in ("MaxReadRequestUnits", "MaxWriteRequestUnits")
    )
    return (None if read < 0 else float(read)), (None if write < 0 else float(write))


def _named(params: dict[str, Any]) -> Iterator[str]:
    """Names of the tables that a request changes; an ARN is given as its name."""
    for holder in (params, params.get("TableCreationParameters") or {}):
        for member in _NAMES:
            if isinstance(holder.get(member), str):
                yield holder[member].rpartition("table/")[2]
