"""Capacity of a request: what it costs, whether it can be served, how it is reported.

Sources: Developer Guide, pages read-write-operations and CapacityUnitCalculations (a read unit is
4 KB, a write unit 1 KB, rounded up per item or, for Query and Scan, per page; transactions cost
twice), throttling-diagnosing (the reasons of a throttled request).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from tablewright_emulator.dynamodb.items.bucket import Bucket
from tablewright_emulator.dynamodb.items.partitions import Item, Place
from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.dynamodb.table import Metered, Table
from tablewright_emulator.request import AwsFault, Cause, Request, Usage

_READ_BYTES = 4096
_WRITE_BYTES = 1024
Kind = Literal["read", "write"]


def read_units(size: int, *, consistent: bool = False, transaction: bool = False) -> float:
    """Units of reading so many bytes; reading nothing costs the least there is."""
    blocks = max(1, -(-size // _READ_BYTES))
    return 2.0 * blocks if transaction else float(blocks) if consistent else blocks / 2


def write_units(size: int, *, transaction: bool = False) -> float:
    """Units of writing so many bytes."""
    return float(max(1, -(-size // _WRITE_BYTES)) * (2 if transaction else 1))


@dataclass(slots=True)
class Charge:
    """Units used of a table or one of its indexes; those of a local index count to the table."""

    kind: Kind
    units: float
    index: str | None = None
    local: bool = False

    @property
    def metered_by(self) -> str | None:
        """The global index that pays; None when the table does."""
        return None if self.local else self.index


def write_charges(
    table: Table, place: Place, old: Item | None, new: Item | None, *, transaction: bool = False
) -> list[Charge]:
    """What one change of an item costs, in the table and in each index it touches."""
    size = max(old.size if old else 0, new.size if new else 0)
    charges = [Charge("write", write_units(size, transaction=transaction))]
    if not (table.indexes or table.local_indexes):
        return charges
    named = [(index.name, index.view, False) for index in table.indexes.values()]
    named += [(index.name, index.view, True) for index in table.local_indexes.values()]
    for name, view, local in named:
        if view is None:
            continue
        sizes = view.written_sizes(view.entry(old, place), view.entry(new, place))
        units = sum(write_units(size, transaction=transaction) for size in sizes)
        if units:
            charges.append(Charge("write", units, name, local))
    return charges


# Transactions say of what kind their units are (dynamodb-conformance, executeTransaction).
_TOLD_APART = frozenset({"ExecuteTransaction", "TransactGetItems", "TransactWriteItems"})


@dataclass
class Meter:
    """Collects what one request uses, and refuses what its tables cannot serve.

    Args:
        world: the service.
        request: its traffic is filled.
    """

    world: DynamoDb
    request: Request
    _charged: dict[str, list[Charge]] = field(default_factory=dict)

    def admit(self, table: Table, charges: Iterable[Charge]) -> None:
        """Use the units, all of them or none.

        Raises:
            AwsFault: ProvisionedThroughputExceededException or ThrottlingException.
        """
        charges = list(charges)
        if self.world.throttling and _is_bounded(table):
            self._throttle(table, charges)
        for charge in charges:
            usage = self._usage(table, charge.metered_by)
            if charge.kind == "read":
                usage.read_units += charge.units
            else:
                usage.write_units += charge.units
        self._charged.setdefault(table.name, []).extend(charges)

    def consumed(self, table: Table | str) -> dict[str, Any] | None:
        """`ConsumedCapacity` of one table, as far as the request asks for it."""
        wanted = self.request.params.get("ReturnConsumedCapacity", "NONE")
        name = table if isinstance(table, str) else table.name
        charges = self._charged.get(name)
        if wanted == "NONE" or charges is None:
            return None
        told_apart = self.request.operation in _TOLD_APART
        answer: dict[str, Any] = {"TableName": name, **_units(charges, told_apart)}
        if wanted == "INDEXES":
            of_table = [charge for charge in charges if charge.index is None]
            answer["Table"] = _units(of_table, told_apart)
            answer["GlobalSecondaryIndexes"] = _by_index(charges, told_apart, local=False)
            answer["LocalSecondaryIndexes"] = _by_index(charges, told_apart, local=True)
        return answer

    def consumed_by_all(self) -> list[dict[str, Any]] | None:
        """`ConsumedCapacity` of every table of a batch."""
        answers = [self.consumed(name) for name in self._charged]
        return [answer for answer in answers if answer is not None] or None

    def _throttle(self, table: Table, charges: list[Charge]) -> None:
        refused: list[tuple[Charge, Cause]] = []
        totals: dict[tuple[str | None, Kind], Charge] = {}
        for charge in charges:
            key = (charge.metered_by, charge.kind)
            units = charge.units + (totals[key].units if key in totals else 0)
            totals[key] = Charge(charge.kind, units, charge.metered_by)
        buckets: list[tuple[Bucket, float]] = []
        for charge in totals.values():
            metered = _metered(table, charge)
            capacity, cause = _capacity(table, metered, charge.kind)
            if capacity is None:
                continue
            bucket = _bucket(metered, charge.kind)
            if not bucket.offers(charge.units, capacity, self.world.now()):
                refused.append((charge, cause))
            buckets.append((bucket, charge.units))
        if refused:
            self._count_throttled(table, refused)
            raise throttled(table, refused)
        for bucket, units in buckets:
            bucket.take(units)

    def _count_throttled(self, table: Table, refused: list[tuple[Charge, Cause]]) -> None:
        for charge, cause in refused:
            usage = self._usage(table, charge.metered_by)
            usage.cause = cause
            if charge.kind == "read":
                usage.throttled_reads += 1
            else:
                usage.throttled_writes += 1

    def _usage(self, table: Table, index: str | None) -> Usage:
        usages = self.request.traffic.usages
        for usage in usages:
            if usage.table == table.name and usage.index == index:
                return usage
        usages.append(Usage(table.name, index))
        return usages[-1]


def throttled(table: Table, refused: list[tuple[Charge, Cause]]) -> AwsFault:
    """AWS's error for units that are not there."""
    reasons = [
        {
            "reason": ("Index" if charge.index else "Table")
            + charge.kind.capitalize()
            + cause
            + "Exceeded",
            "resource": f"{table.arn}/index/{charge.index}" if charge.index else table.arn,
        }
        for charge, cause in refused
    ]
    if refused[0][1] == "MaxOnDemandThroughput":
        return AwsFault(
            "ThrottlingException",
            "Throughput exceeds the maximum OnDemandThroughput configured on table or index",
            fields={"throttlingReasons": reasons},
        )
    if any(charge.index is None for charge, _ in refused):
        text = (
            "The level of configured provisioned throughput for the table was exceeded. Consider "
            "increasing your provisioning level with the UpdateTable API."
        )
    else:
        text = (
            "The level of configured provisioned throughput for one or more global secondary "
            "indexes of the table was exceeded. Consider increasing your provisioning level for "
            "the under-provisioned global secondary indexes with the UpdateTable API"
        )
    return AwsFault(
        "ProvisionedThroughputExceededException", text, fields={"ThrottlingReasons": reasons}
    )


def _metered(table: Table, charge: Charge) -> Metered:
    return table if charge.metered_by is None else table.indexes[charge.metered_by]


def _is_bounded(table: Table) -> bool:
    """Whether anything binds what a table or an index of it serves."""
    if table.billing_mode == "PROVISIONED" or table.on_demand:
        return True
    return bool(table.indexes) and any(index.on_demand for index in table.indexes.values())


def _bucket(metered: Metered, kind: Kind) -> Bucket:
    return metered.reads if kind == "read" else metered.writes


def _capacity(table: Table, metered: Metered, kind: Kind) -> tuple[int | None, Cause]:
    """Units per second there are, and what is exceeded without them; None for no bound."""
    if table.billing_mode == "PROVISIONED":
        units = metered.throughput
        return (units.read if kind == "read" else units.write), "ProvisionedThroughput"
    member = "MaxReadRequestUnits" if kind == "read" else "MaxWriteRequestUnits"
    maximum = metered.on_demand.get(member, -1)
    return (None if maximum < 0 else maximum), "MaxOnDemandThroughput"


def _units(charges: list[Charge], told_apart: bool) -> dict[str, float]:  # noqa: FBT001
    units = {"CapacityUnits": float(sum(charge.units for charge in charges))}
    if told_apart and charges:
        member = "ReadCapacityUnits" if charges[0].kind == "read" else "WriteCapacityUnits"
        units[member] = units["CapacityUnits"]
    return units


def _by_index(
    charges: list[Charge],
    told_apart: bool,  # noqa: FBT001
    *,
    local: bool,
) -> dict[str, Any] | None:
    by_index: dict[str, list[Charge]] = {}
    for charge in charges:
        if charge.index is not None and charge.local is local:
            by_index.setdefault(charge.index, []).append(charge)
    return {name: _units(of_index, told_apart) for name, of_index in by_index.items()} or None
