"""The metrics DynamoDB reports about itself, in `AWS/DynamoDB`, with exactly AWS's dimensions.

Source: DynamoDB developer guide, "DynamoDB metrics and dimensions". An alarm that names other
dimensions watches a series that does not exist, here as there.

What happens is recorded as it is served; what is the case while nothing happens (0 units consumed,
the capacity provisioned) is reported as a baseline of the series and costs nothing per minute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tablewright_emulator.cloudwatch.metrics.grid import Aggregate
from tablewright_emulator.cloudwatch.metrics.series import MINUTE, Series
from tablewright_emulator.cloudwatch.metrics.store import Dimensions, MetricName, MetricStore
from tablewright_emulator.codec import kept
from tablewright_emulator.request import Served, Usage

NAMESPACE = "AWS/DynamoDB"
SERVICES = frozenset({"dynamodb", "dynamodbstreams"})
THROTTLED = frozenset(
    {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"}
)
COUNTING = frozenset({"Query", "Scan", "ExecuteStatement"})
ACCOUNT_UNITS = 80_000  # default quota per account and region, reads and writes each
TABLE_UNITS = 40_000  # default quota per table
_ACCOUNT_CONSTANTS: Mapping[str, float] = {
    "AccountMaxReads": ACCOUNT_UNITS,
    "AccountMaxWrites": ACCOUNT_UNITS,
    "AccountMaxTableLevelReads": TABLE_UNITS,
    "AccountMaxTableLevelWrites": TABLE_UNITS,
}

Units = tuple[float, float]
Place = tuple[str, str]


@kept("table-state")
@dataclass(frozen=True, slots=True)
class TableState:
    """What a table reports while it is idle; None as a key is the table, a name a global index.

    Args:
        provisioned: read and write units provisioned; None for a table on demand.
        maxima: on-demand maxima of reads and writes, where set.
    """

    name: str
    provisioned: Mapping[str | None, Units] | None
    indexes: tuple[str, ...] = ()
    maxima: Mapping[str | None, tuple[float | None, float | None]] = field(default_factory=dict)


class TableMetrics:
    """Records what tables do and reports what they are, into one store."""

    def __init__(self, store: MetricStore) -> None:
        self._store = store
        self._tables: dict[Place, dict[str, TableState]] = {}
        self._sums: dict[Place, _Sums] = {}
        self._series: dict[tuple[str, str, str, Dimensions, str], Series] = {}

    def served(self, served: Served) -> None:
        """Count a request that was answered."""
        request = served.request
        if request.service not in SERVICES:
            return
        at = served.at.timestamp()
        for name, dimensions, value, count, unit in _counted(served):
            key = (request.account, request.region, name, dimensions, unit)
            series = self._series.get(key)
            if series is None:
                metric = MetricName(NAMESPACE, name, dimensions)
                series = self._store.metric(request.account, request.region, metric).series(unit)
                self._series[key] = series
            if count == 1.0:
                series.add(at, value)
            else:
                series.record(at, Aggregate.of(value, count))

    def table_is(self, place: Place, state: TableState, now: float) -> None:
        """Report a table's state from the minute of `now` on."""
        tables = self._tables.setdefault(place, {})
        before = tables.get(state.name)
        if before == state:
            return
        tables[state.name] = state
        self._report(place, state, int(now // MINUTE))
        if before is not None:
            self._end_indexes(place, before, frozenset(state.indexes), now)
        self._report_account(place, before, state, now)

    def table_gone(self, place: Place, table: str, now: float) -> None:
        """Report nothing more about a table that was deleted."""
        state = self._tables.get(place, {}).pop(table, None)
        if state is not None:
            gone = TableState(table, None, state.indexes)
            self._report(place, gone, int(now // MINUTE), alive=False)
            self._report_account(place, state, None, now)

    def index_progresses(
        self, place: Place, table: str, index: str, percent: float, now: float
    ) -> None:
        """Report how far the building of an index is."""
        name = "OnlineIndexPercentageProgress"
        metric = MetricName(NAMESPACE, name, _dimensions(table, index))
        self._store.record(*place, metric, now, Aggregate.of(percent), unit="Count")

    def dump(self) -> Any:
        """What was reported last, to be kept."""
        return self._tables

    def load(self, state: Any) -> None:
        """Take over what `dump` gave."""
        self._tables, self._sums, self._series = state, {}, {}
        for place, tables in self._tables.items():
            sums = self._sums.setdefault(place, _Sums())
            for table in tables.values():
                sums.change(table, 1)

    def _end_indexes(
        self, place: Place, before: TableState, kept: frozenset[str], now: float
    ) -> None:
        lost = tuple(index for index in before.indexes if index not in kept)
        for index in lost:
            self._report_one(place, before.name, index, _Reading(), int(now // MINUTE))

    def _report(self, place: Place, state: TableState, minute: int, *, alive: bool = True) -> None:
        for index in (None, *state.indexes):
            provisioned = (state.provisioned or {}).get(index, (None, None))
            reading = _Reading(
                0.0 if alive else None, provisioned, state.maxima.get(index, (None, None))
            )
            self._report_one(place, state.name, index, reading, minute)

    def _report_one(
        self, place: Place, table: str, index: str | None, reading: _Reading, minute: int
    ) -> None:
        dimensions = _dimensions(table, index)
        for name, value, every in reading.values():
            metric = MetricName(NAMESPACE, name, dimensions)
            self._baseline(place, metric, value, minute, every)

    def _baseline(
        self, place: Place, name: MetricName, value: float | None, minute: int, every: int
    ) -> None:
        if value is None and self._store.find(*place, name) is None:
            return
        series = self._store.metric(*place, name).series("Count")
        series.report(minute, value, every)

    def _report_account(
        self, place: Place, before: TableState | None, after: TableState | None, now: float
    ) -> None:
        """What an account reports per region: its quotas, and how much of them is provisioned."""
        sums = self._sums.setdefault(place, _Sums())
        sums.change(before, -1)
        sums.change(after, 1)
        values: dict[str, float | None] = dict.fromkeys(_ACCOUNT_CONSTANTS)
        if self._tables.get(place):
            values |= _ACCOUNT_CONSTANTS
        for side, kind in enumerate(("Read", "Write")):
            total, largest = sums.of(side)
            used = None if total is None else 100 * total / ACCOUNT_UNITS
            most = None if largest is None else 100 * largest / TABLE_UNITS
            values[f"AccountProvisioned{kind}CapacityUtilization"] = used
            values[f"MaxProvisionedTable{kind}CapacityUtilization"] = most
        for name, value in values.items():
            self._baseline(place, MetricName(NAMESPACE, name), value, int(now // MINUTE), 5)


class _Sums:
    """Units provisioned in one account and region, kept up to date table by table."""

    def __init__(self) -> None:
        self._totals = [0.0, 0.0]
        self._largest: tuple[Counter[float], Counter[float]] = (Counter(), Counter())

    def change(self, state: TableState | None, sign: int) -> None:
        """Add a table's units, or with -1 take them away."""
        if state is None or not state.provisioned:
            return
        for side in (0, 1):
            units = [capacity[side] for capacity in state.provisioned.values()]
            self._totals[side] += sign * sum(units)
            counted = self._largest[side]
            counted[max(units)] += sign
            if not counted[max(units)]:
                del counted[max(units)]

    def of(self, side: int) -> tuple[float | None, float | None]:
        """All units together and those of the largest table; None without provisioned tables."""
        counted = self._largest[side]
        return (self._totals[side], max(counted)) if counted else (None, None)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one table or index reports; None for nothing."""

    consumed: float | None = None
    provisioned: tuple[float | None, float | None] = (None, None)
    maxima: tuple[float | None, float | None] = (None, None)

    def values(self) -> Iterator[tuple[str, float | None, int]]:
        """Name, value and minutes between reports."""
        for side, kind in enumerate(("Read", "Write")):
            yield f"Consumed{kind}CapacityUnits", self.consumed, 1
            yield f"Provisioned{kind}CapacityUnits", self.provisioned[side], 5
            yield f"OnDemandMax{kind}RequestUnits", self.maxima[side], 5


Count = tuple[str, Dimensions, float, float, str]


def _counted(served: Served) -> list[Count]:
    """Metric, dimensions, value, how many there are of it, and unit of all that a request adds."""
    failed = served.reply.error is not None or served.reply.status >= 400  # noqa: PLR2004 - HTTP's
    counts = [*_failed(served)] if failed else _answered(served)
    traffic = served.request.traffic
    for usage in traffic.usages:
        counts += _used(usage)
    for table, times in traffic.failed_conditions.items():
        of_table = (("TableName", table),)
        counts.append(("ConditionalCheckFailedRequests", of_table, 1.0, float(times), "Count"))
    for table, items in traffic.transaction_conflicts.items():
        counts.append(("TransactionConflict", (("TableName", table),), float(items), 1.0, "Count"))
    for table, expired in traffic.expired_items.items():
        of_table = (("TableName", table),)
        counts.append(("TimeToLiveDeletedItemCount", of_table, 1.0, float(expired), "Count"))
    return counts


def _failed(served: Served) -> Iterator[Count]:
    """Errors: of the user without any dimension, of the system and throttling per operation."""
    error, traffic = served.reply.error, served.request.traffic
    if served.reply.status >= 500:  # noqa: PLR2004 - HTTP's class of server errors
        for dimensions in _per_operation(served):
            yield "SystemErrors", dimensions, 1.0, 1.0, "Count"
    elif error in THROTTLED:
        for dimensions in _per_operation(served):
            yield "ThrottledRequests", dimensions, 1.0, 1.0, "Count"
    elif error is not None and error != "ConditionalCheckFailedException":
        only_conditions = traffic.failed_conditions and not traffic.transaction_conflicts
        if not (error == "TransactionCanceledException" and only_conditions):
            yield "UserErrors", (), 1.0, 1.0, "Count"


def _answered(served: Served) -> list[Count]:
    """Latency and what was returned, of requests that succeeded."""
    counts: list[Count] = []
    traffic = served.request.traffic
    # To a hundredth: values that come again cost next to nothing.
    milliseconds = round(served.seconds * 1_000, 2)
    for dimensions in _per_operation(served):
        counts.append(("SuccessfulRequestLatency", dimensions, milliseconds, 1.0, "Milliseconds"))
        if traffic.returned_items is not None and served.request.operation in COUNTING:
            items = float(traffic.returned_items)
            counts.append(("ReturnedItemCount", dimensions, items, 1.0, "Count"))
        if traffic.returned_records is not None:
            records = float(traffic.returned_records)
            counts.append(("ReturnedRecordsCount", dimensions, records, 1.0, "Count"))
        if traffic.returned_bytes is not None:
            counts.append(
                ("ReturnedBytes", dimensions, float(traffic.returned_bytes), 1.0, "Bytes")
            )
    return counts


def _per_operation(served: Served) -> list[Dimensions]:
    """One set of dimensions per table the request named."""
    traffic, operation = served.request.traffic, served.request.operation
    tables = dict.fromkeys(traffic.tables)
    return [_of_operation(operation, traffic.stream_label, table) for table in tables]


@lru_cache(4096)
def _of_operation(operation: str, label: str | None, table: str) -> Dimensions:
    of_stream = (("StreamLabel", label),) if label else ()
    return (("Operation", operation), *of_stream, ("TableName", table))


def _used(usage: Usage) -> list[Count]:
    dimensions = _dimensions(usage.table, usage.index)
    counts: list[Count] = []
    if usage.read_units:
        counts.append(("ConsumedReadCapacityUnits", dimensions, usage.read_units, 1.0, "Count"))
    if usage.write_units:
        counts.append(("ConsumedWriteCapacityUnits", dimensions, usage.write_units, 1.0, "Count"))
    for kind, throttled in (("Read", usage.throttled_reads), ("Write", usage.throttled_writes)):
        if throttled:
            events = float(throttled)
            of_cause = f"{kind}{usage.cause}ThrottleEvents"
            counts.append((f"{kind}ThrottleEvents", dimensions, 1.0, events, "Count"))
            counts.append((of_cause, dimensions, 1.0, events, "Count"))
    return counts


@lru_cache(4096)
def _dimensions(table: str, index: str | None) -> Dimensions:
    """In the order of their names."""
    of_index = (("GlobalSecondaryIndexName", index),) if index else ()
    return (*of_index, ("TableName", table))
