"""What a table is charged by before anybody knows how it is used, and what a change does to that.

Held capacity is a sum of money a month. Requests, storage and recovery are charged by what is used
or kept, so for them the rate is all that can be said. Free tier, reserved capacity and what
replicas add are left out. What no price is known of is in no sum, and told by `unpriced`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from tablewright.plan.table import Table, Throughput

from .prices import Prices

HOURS_A_MONTH = 730
"""Of the average month, as AWS's own calculator has it."""
INFREQUENT: Final = "STANDARD_INFREQUENT_ACCESS"
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
    before, after = _both(live, declared, prices)
    unknown = _unknown(before, after)
    pairs = ((rate, _usd(before, rate), _usd(after, rate)) for rate in {**before, **after})
    return [RateChange(*pair) for pair in pairs if pair[0] not in unknown and pair[1] != pair[2]]


def unpriced(live: Table | None, declared: Table | None, prices: Prices) -> tuple[str, ...]:
    """What differs of what a table is charged by, and has no price that is known.

    Args:
        live: as for `rate_changes`.
        declared: as for `rate_changes`.
        prices: of its region; without any where none are known.
    """
    before, after = _both(live, declared, prices)
    unknown = _unknown(before, after)
    return tuple(
        rate.what
        for rate in {**before, **after}
        if rate in unknown and _charged_for(before, rate) != _charged_for(after, rate)
    )


@dataclass(frozen=True, slots=True)
class _Charge:
    """A rate of one table: its price, if it is known, and what settles it."""

    usd: Decimal | None
    charged_for: object


_Charges = dict[Rate, _Charge]


def _both(live: Table | None, declared: Table | None, prices: Prices) -> tuple[_Charges, _Charges]:
    before = dict(_rates(live, prices)) if live else {}
    after = dict(_rates(_settled(declared, live), prices)) if declared else {}
    return before, after


def _unknown(*charges: _Charges) -> set[Rate]:
    return {rate for rates in charges for rate, charge in rates.items() if charge.usd is None}


def _usd(charges: _Charges, rate: Rate) -> Decimal | None:
    return charges[rate].usd if rate in charges else None


def _charged_for(charges: _Charges, rate: Rate) -> object:
    return charges[rate].charged_for if rate in charges else None


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


def name_in_class(price: str, *, infrequent: bool) -> str:
    """What a price is called for tables of the class STANDARD_INFREQUENT_ACCESS, or STANDARD."""
    return f"infrequent{price[0].upper()}{price[1:]}" if infrequent else price


def _rates(table: Table, prices: Prices) -> Iterator[tuple[Rate, _Charge]]:
    """Each rate that the table is charged by."""
    infrequent = table.table_class == INFREQUENT

    def usd(name: str) -> Decimal | None:
        return prices.usd.get(name_in_class(name, infrequent=infrequent))

    match table.billing_mode:
        case "PROVISIONED":
            held = [table.throughput, *(index.throughput for index in table.global_indexes or ())]
            usd_of_held = _held(
                held, usd("readCapacityUsdPerUnitHour"), usd("writeCapacityUsdPerUnitHour")
            )
            yield HELD, _Charge(usd_of_held, (infrequent, held))
        case "PAY_PER_REQUEST":
            for side in ("Write", "Read"):
                rate = Rate(f"{side.lower()}s", "per million units")
                yield rate, _Charge(usd(f"onDemand{side}UsdPerMillion"), infrequent)
    yield Rate("storage", "a GB-month"), _Charge(usd("storageUsdPerGbMonth"), infrequent)
    if table.recovery and table.recovery.days:
        recovery_usd = prices.usd.get("recoveryUsdPerGbMonth")
        yield Rate("recovery", "a GB-month"), _Charge(recovery_usd, "recovery")


def _held(
    held: Sequence[Throughput | None], read_usd: Decimal | None, write_usd: Decimal | None
) -> Decimal | None:
    """The price of a month of all capacity held, that of indexes with it."""
    if read_usd is None or write_usd is None or None in held:
        return None
    hour = sum(
        (units.read * read_usd + units.write * write_usd for units in held if units),
        start=Decimal(0),
    )
    return (hour * HOURS_A_MONTH).quantize(_CENT)
