"""The bill of a fleet as decided, with what the account has: reservations, a plan, free units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tablewright.cost.commitments.commitments import bought, left_over
from tablewright.cost.commitments.hours import FleetHours
from tablewright.cost.commitments.reservation import (
    BLOCK_UNITS,
    MONTH_HOURS,
    block_usd,
    reservable,
)
from tablewright.cost.commitments.savings_plan import mean_usd, spends
from tablewright.cost.decisions.settings import DIMENSIONS, Dimension
from tablewright.cost.pricing.charges import MissingPriceError
from tablewright.cost.pricing.prices import PriceBook

FREE_UNITS: Mapping[str, Decimal] = {
    "readCapacityUsdPerUnitHour": Decimal(18_600),
    "writeCapacityUsdPerUnitHour": Decimal(18_600),
    "storageUsdPerGbMonth": Decimal(25),
    "streamReadsUsdPerMillion": Decimal("2.5"),
}
"""Units of a month and region that cost nothing, class STANDARD (AWS Price List: first bands)."""
FREE_TIER, RESERVED, PLAN = "freeTier", "reservedCapacity", "savingsPlan"


@dataclass(frozen=True, slots=True)
class ReservedUse:
    """Reserved capacity that there is, and how much of it is used.

    Args:
        region, dimension: where and of what.
        units: reserved.
        used: on average over the hours.
    """

    region: str
    dimension: Dimension
    units: int
    used: Decimal


@dataclass(frozen=True, slots=True)
class FleetBill:
    """What a month of a fleet comes to.

    Args:
        lines: USD by charge; what is taken off is below 0.
        in_use: reserved capacity that there is.
        terms: the file that states what is paid besides list prices; empty for none.
    """

    lines: Mapping[str, Decimal]
    in_use: tuple[ReservedUse, ...] = ()
    terms: str = ""

    @property
    def usd_per_month(self) -> Decimal:
        """The sum."""
        return sum(self.lines.values(), start=Decimal(0))


def fleet_bill(
    charged: Mapping[tuple[str, str], Decimal], hours: FleetHours, book: PriceBook
) -> FleetBill:
    """The bill.

    Args:
        charged: USD of a month, by region and the name of a price.
        hours: units of each hour.
        book: prices, with the terms of the account.

    Raises:
        MissingPriceError: what a reservation costs is not known.
    """
    lines: dict[str, Decimal] = {}
    for (_, name), usd in sorted(charged.items()):
        charge = name.partition("Usd")[0]
        lines[charge] = lines.get(charge, Decimal(0)) + usd
    in_use = tuple(_in_use(hours, book))
    if in_use:
        lines[RESERVED] = sum(_reserved_usd(use, book) for use in in_use) or Decimal(0)
    if book.terms.free_tier:
        lines[FREE_TIER] = -sum(_free_usd(charged, in_use, book), start=Decimal(0))
    if commitment := book.terms.savings_plan.usd_per_hour:
        covered = spends(hours, book, bought(book))
        gained = mean_usd(covered, Decimal(0)) - mean_usd(covered, commitment) if covered else None
        lines[PLAN] = (commitment if gained is None else -gained) * MONTH_HOURS
    return FleetBill(lines, in_use, book.terms.source)


def _in_use(hours: FleetHours, book: PriceBook) -> Iterator[ReservedUse]:
    for side in DIMENSIONS:
        for (region, dimension), units in sorted(book.terms.reserved.items()):
            if dimension != side:
                continue
            by_hour = hours.of(region, reservable(side))
            held = sum(by_hour.values(), start=Decimal(0))
            beyond = sum(left_over(by_hour, units).values(), start=Decimal(0))
            used = (held - beyond) / len(by_hour) if by_hour else Decimal(0)
            yield ReservedUse(region, side, units, used)


def _reserved_usd(use: ReservedUse, book: PriceBook) -> Decimal:
    """What a reservation costs each month besides what was paid upfront, less what it covers."""
    prices = book(use.region)
    block = block_usd(prices, use.dimension)
    listed = prices.of(reservable(use.dimension))
    if block is None or listed is None:
        raise MissingPriceError(
            f"what reserved {use.dimension} capacity costs in {use.region} is not known",
            f"state reserved{use.dimension.title()}UpfrontUsdPer100UnitYears and "
            f"reserved{use.dimension.title()}UsdPer100UnitHours below `prices` in a file of "
            "--pricing",
        )
    _, hourly = block
    return (hourly * use.units / BLOCK_UNITS - listed * use.used) * MONTH_HOURS


def _free_usd(
    charged: Mapping[tuple[str, str], Decimal], in_use: tuple[ReservedUse, ...], book: PriceBook
) -> Iterator[Decimal]:
    covered = {(use.region, reservable(use.dimension)): use.used * MONTH_HOURS for use in in_use}
    for (region, name), usd in charged.items():
        price = book(region).of(name) if name in FREE_UNITS else None
        if price:
            units = usd / price - covered.get((region, name), 0)
            yield price * max(Decimal(0), min(units, FREE_UNITS[name]))
