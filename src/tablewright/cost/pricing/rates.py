"""What a table is charged by before anybody knows how it is used, and what a change does to that.

Held capacity is a sum of money a month. Requests, storage and recovery are charged by what is used
or kept, so for them the rate is all that can be said. Free tier, reserved capacity and what
replicas add are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from tablewright.plan.table import Table

from .prices import Prices

HOURS_A_MONTH = 730
"""Of the average month, as AWS's own calculator has it."""
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rate:
    """What is charged, and by what: (`storage`, `a GB-month`)."""

    what: str
    per: str


@dataclass(frozen=True, slots=True)
class RateChange:
    """A rate before and after a change, in USD; None where nothing is charged by it."""

    rate: Rate
    before_usd: Decimal | None
    after_usd: Decimal | None


HELD = Rate("capacity", "a month")


def rate_changes(live: Table | None, declared: Table | None, prices: Prices) -> list[RateChange]:
    """The rates that differ; those with a price that is not known are left out.

    Args:
        live: the table as it is; None if it is new.
        declared: what it becomes, where what is not said stays as it is; None if it goes.
        prices: of its region.
    """
    before = dict(_rates(live, prices)) if live else {}
    after = dict(_rates(_settled(declared, live), prices)) if declared else {}
    unknown = {rate for rates in (before, after) for rate, usd in rates.items() if usd is None}
    return [
        RateChange(rate, before.get(rate), after.get(rate))
        for rate in dict.fromkeys((*before, *after))
        if rate not in unknown and before.get(rate) != after.get(rate)
    ]


def _settled(declared: Table, live: Table | None) -> Table:
    """What the table becomes: as declared, and where nothing is declared, the live value."""
    if live is None:
        return declared
    alive = {index.name: index.throughput for index in live.global_indexes or ()}
    indexes = live.global_indexes if declared.global_indexes is None else declared.global_indexes
    return replace(
        declared,
        billing_mode=declared.billing_mode or live.billing_mode,
        throughput=declared.throughput or live.throughput,
        global_indexes=tuple(
            replace(index, throughput=index.throughput or alive.get(index.name))
            for index in indexes or ()
        ),
        table_class=declared.table_class or live.table_class,
        recovery=declared.recovery or live.recovery,
    )


def _rates(table: Table, prices: Prices) -> Iterator[tuple[Rate, Decimal | None]]:
    """Each rate that the table is charged by, None for a price that is not known."""
    infrequent = table.table_class == "STANDARD_INFREQUENT_ACCESS"

    def usd(name: str) -> Decimal | None:
        return prices.usd.get(f"infrequent{name[0].upper()}{name[1:]}" if infrequent else name)

    match table.billing_mode:
        case "PROVISIONED":
            yield HELD, _held(table, usd("readCapacityUsdPerUnitHour"),
                              usd("writeCapacityUsdPerUnitHour"))  # fmt: skip
        case "PAY_PER_REQUEST":
            yield Rate("writes", "per million units"), usd("onDemandWriteUsdPerMillion")
            yield Rate("reads", "per million units"), usd("onDemandReadUsdPerMillion")
    yield Rate("storage", "a GB-month"), usd("storageUsdPerGbMonth")
    if table.recovery and table.recovery.days:
        yield Rate("recovery", "a GB-month"), prices.usd.get("recoveryUsdPerGbMonth")


def _held(table: Table, read_usd: Decimal | None, write_usd: Decimal | None) -> Decimal | None:
    """The price of a month of all capacity held, that of indexes with it."""
    held = [table.throughput, *(index.throughput for index in table.global_indexes or ())]
    if read_usd is None or write_usd is None or None in held:
        return None
    hour = sum(
        (units.read * read_usd + units.write * write_usd for units in held if units),
        start=Decimal(0),
    )
    return (hour * HOURS_A_MONTH).quantize(_CENT)
