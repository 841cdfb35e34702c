"""What AWS charged for tables beside what the model says for the same days.

Bills are Cost and Usage Reports (the older columns and those of 2.0) and FOCUS exports, as Parquet
or CSV, read by DuckDB; only lines of DynamoDB that name a table count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from tablewright.cost.pricing.charges import GB, RECOVERY, ChargeNames, stored_gigabytes
from tablewright.cost.pricing.price_list import CHARGES, charge_of
from tablewright.cost.pricing.prices import PriceBook
from tablewright.errors import InputError
from tablewright.usage.day import UsageDay
from tablewright.usage.metrics import (
    CONSUMED_READ,
    CONSUMED_WRITE,
    PROVISIONED_READ,
    PROVISIONED_WRITE,
)

_ARN = re.compile(r"arn:[\w-]+:dynamodb:([\w-]+):(\d+):table/([\w.-]+)(?:/.*)?")
_HOURS = 24
_FORMATS: Sequence[Mapping[str, str]] = (
    {
        "service": "line_item_product_code",
        "day": "line_item_usage_start_date",
        "usage_type": "line_item_usage_type",
        "resource": "line_item_resource_id",
        "units": "line_item_usage_amount",
        "usd": "line_item_unblended_cost",
    },
    {
        "service": "lineItem/ProductCode",
        "day": "lineItem/UsageStartDate",
        "usage_type": "lineItem/UsageType",
        "resource": "lineItem/ResourceId",
        "units": "lineItem/UsageAmount",
        "usd": "lineItem/UnblendedCost",
    },
    {
        "service": "ServiceName",
        "day": "ChargePeriodStart",
        "usage_type": "x_UsageType",
        "resource": "ResourceId",
        "units": "ConsumedQuantity",
        "usd": "BilledCost",
    },
)
"""Columns of each kind of bill, by what they hold."""
_SERVICES = ("AmazonDynamoDB", "Amazon DynamoDB")


@dataclass(frozen=True, slots=True, order=True)
class Charge:
    """What a table is charged: the name of a price, or AWS's usage type where none is ours."""

    region: str
    table: str
    name: str


@dataclass(slots=True)
class Amount:
    """Units and money of a charge; `units` as the price counts them, unit-hours or GB-months."""

    units: Decimal = Decimal(0)
    usd: Decimal = Decimal(0)
    days: set[date] = field(default_factory=set)

    def add(self, units: Decimal, usd: Decimal, day: date) -> None:
        """Count something more."""
        self.units += units
        self.usd += usd
        self.days.add(day)


@dataclass(slots=True)
class Bill:
    """What AWS charged for DynamoDB.

    Args:
        charges: by table, charge and day.
        without_table_usd: lines that name no table, such as fees of reserved capacity.
    """

    charges: dict[Charge, dict[date, Amount]]
    without_table_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A charge as billed and as modelled, over the days that both have.

    Args:
        charge: which.
        billed: None where the bill has no such line.
        modelled: None where the usage does not tell.
        notes: what explains the difference.
    """

    charge: Charge
    billed: Amount | None
    modelled: Amount | None
    notes: tuple[str, ...]


def billed(file: Path) -> Bill:
    """The charges of a bill by day.

    Raises:
        InputError: the file cannot be read, or is not a bill.
    """
    bill = Bill(defaultdict(lambda: defaultdict(Amount)))
    for usage_type, resource, day, units, usd in _rows(file):
        price, arn = charge_of(usage_type), _ARN.fullmatch(resource)
        if arn is None:
            bill.without_table_usd += Decimal(str(usd))
            continue
        charge = Charge(arn[1], arn[3], usage_type if price is None else price[0])
        bill.charges[charge][day].add(Decimal(str(units)), Decimal(str(usd)), day)
    return bill


def _rows(file: Path) -> Iterator[tuple[str, str, date, float, float]]:
    if not file.is_file():
        what = "is not a regular file" if file.exists() else "does not exist"
        raise InputError(f"{file} {what}", "name a file of Parquet or CSV")
    reader = "read_parquet" if file.suffix == ".parquet" else "read_csv"
    with duckdb.connect() as connection:
        try:
            if reader == "read_parquet":
                table = connection.read_parquet(str(file))
            else:
                table = connection.read_csv(str(file), all_varchar=True)
            columns = next(
                (kind for kind in _FORMATS if {*kind.values()} <= {*table.columns}), None
            )
            if columns is None:
                raise InputError(
                    f"{file} has not the columns of a bill",
                    "export a Cost and Usage Report with resource ids, or FOCUS with AWS's columns",
                )
            quoted = {name: f'"{column}"' for name, column in columns.items()}
            chosen = table.filter(f"{quoted['service']} IN {_SERVICES}").project(
                f"coalesce({quoted['usage_type']}::VARCHAR, ''), "
                f"coalesce({quoted['resource']}::VARCHAR, ''), "
                f"{quoted['day']}::TIMESTAMP::DATE, "
                f"coalesce(try_cast({quoted['units']} AS DOUBLE), 0), "
                f"coalesce(try_cast({quoted['usd']} AS DOUBLE), 0)"
            )
            yield from chosen.fetchall()
        except duckdb.Error as error:
            raise InputError(
                f"{file} cannot be read: {str(error).splitlines()[0]}", "give Parquet or CSV, whole"
            ) from error


def modelled(days: Iterable[UsageDay], book: PriceBook) -> dict[Charge, dict[date, Amount]]:
    """What the model says for days of use, by day."""
    charges: dict[Charge, dict[date, Amount]] = defaultdict(lambda: defaultdict(Amount))
    for day in days:
        prices = book(day.resource.region)
        stated = book.terms.stated(day.resource.table, day.resource.region)
        for name, units in _units(day, stated):
            per = _PER.get(name, 1)
            price = prices.of(name)
            if price is not None:
                charge = Charge(day.resource.region, day.resource.table, name)
                charges[charge][day.day].add(units, price * units / per, day.day)
    return charges


_PER = dict(CHARGES.values())


def _units(day: UsageDay, stated: Mapping[str, Decimal]) -> Iterator[tuple[str, Decimal]]:
    """What a day of use is charged by, and for how many units."""
    settings, index = day.settings, day.resource.index
    infrequent = settings.table_class == "STANDARD_INFREQUENT_ACCESS"
    charges = ChargeNames(
        "STANDARD_INFREQUENT_ACCESS" if infrequent else "STANDARD", bool(settings.replicas)
    )
    if settings.billing_mode == "PAY_PER_REQUEST":
        yield charges.requests("read", index), _sum(day.column(CONSUMED_READ.column))
        yield charges.requests("write", index), _sum(day.column(CONSUMED_WRITE.column))
    if settings.billing_mode == "PROVISIONED":
        yield charges.capacity("read", index), _mean(day.column(PROVISIONED_READ.column)) * _HOURS
        yield charges.capacity("write", index), _mean(day.column(PROVISIONED_WRITE.column)) * _HOURS
    month = _days_of_month(day.day)
    if settings.size_bytes is not None:
        yield charges.storage, stored_gigabytes(settings.size_bytes, settings.items or 0) / month
        if settings.recovery and not index:
            yield RECOVERY, Decimal(settings.size_bytes) / GB / month
    if not index:
        yield from ((name, units / month) for name, units in stated.items())


def _sum(values: Any) -> Decimal:
    return Decimal(str(float(np.nansum(values))))


def _mean(values: Any) -> Decimal:
    return Decimal(0) if np.isnan(values).all() else Decimal(str(float(np.nanmean(values))))


def _days_of_month(day: date) -> int:
    first = day.replace(day=1)
    return ((first + timedelta(days=32)).replace(day=1) - first).days


def compared(
    bill: Mapping[Charge, Mapping[date, Amount]], model: Mapping[Charge, Mapping[date, Amount]]
) -> list[Comparison]:
    """Each charge of the tables that the usage knows, over the days that both have."""
    tables = {(charge.region, charge.table): set[date]() for charge in model}
    for charge, of_days in model.items():
        tables[charge.region, charge.table] |= of_days.keys()
    dates = {day for of_days in bill.values() for day in of_days}
    comparisons = []
    for charge in sorted({*bill, *model}):
        known = tables.get((charge.region, charge.table), set()) & dates
        if not known:
            continue
        model_part = _over(model.get(charge, {}), known)
        bill_part = _over(bill.get(charge, {}), known)
        if model_part is not None or bill_part is not None:
            comparisons.append(
                Comparison(
                    charge,
                    bill_part,
                    model_part,
                    tuple(_notes(charge, bill_part, model_part)),
                )
            )
    return comparisons


def _over(of_days: Mapping[date, Amount], days: set[date]) -> Amount | None:
    total = Amount()
    for day in sorted(of_days.keys() & days):
        total.add(of_days[day].units, of_days[day].usd, day)
    return total if total.days else None


def _notes(charge: Charge, bill_part: Amount | None, model_part: Amount | None) -> Iterator[str]:
    """What explains a difference, the larger part first."""
    if bill_part is None:
        yield "not billed: free units, or a mode that the table had for a part of the time"
        return
    if model_part is None:
        yield (
            "not modelled: the usage does not tell mode, capacity or size, or there is no price"
            if charge.name in _PER
            else "not modelled: it does not depend on how the table is set"
        )
        return
    if bill_part.units and abs(model_part.units / bill_part.units - 1) > _SAME:
        yield f"units differ by {100 * (model_part.units / bill_part.units - 1):+.1f} %"
    if bill_part.units and model_part.units and bill_part.usd and model_part.usd:
        rate = (bill_part.usd / bill_part.units) / (model_part.usd / model_part.units)
        if abs(rate - 1) > _SAME:
            yield f"the price differs by {100 * (rate - 1):+.1f} %: a discount, reservation or tier"


_SAME = Decimal("0.005")
"""Half a per cent is rounding."""
