"""Reserved capacity of a fleet: the commitment that makes a region's provisioned capacity cheapest.

It is bought in blocks of 100 units for a year, for a region and a dimension, and is used by all
provisioned tables of class STANDARD there, whatever table or index holds the units (Developer
Guide, Reserved capacity). On-demand tables, replicated writes and other classes do not use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tablewright.cost.decisions.settings import Dimension
from tablewright.cost.pricing.charges import MONTH_MINUTES
from tablewright.cost.pricing.prices import Prices

BLOCK_UNITS = 100
_YEAR_HOURS = 8760
MONTH_HOURS = MONTH_MINUTES // 60


@dataclass(frozen=True, slots=True)
class Reservation:
    """What to reserve for a year.

    Args:
        region: of the tables.
        dimension: reads or writes.
        units: capacity units, a multiple of 100.
        usd_per_month: of all units of the region's dimension, with the reservation.
        saves_usd_per_month: against none.
        upfront_usd: paid at once.
    """

    region: str
    dimension: Dimension
    units: int
    usd_per_month: Decimal
    saves_usd_per_month: Decimal
    upfront_usd: Decimal


def reservable(dimension: Dimension) -> str:
    """The charge that reserved capacity takes the place of."""
    return f"{dimension}CapacityUsdPerUnitHour"


def block_usd(prices: Prices, dimension: Dimension) -> tuple[Decimal, Decimal] | None:
    """What a block costs at once, and each hour besides; None where that is not known."""
    name = f"reserved{dimension.title()}"
    upfront = prices.usd.get(f"{name}UpfrontUsdPer100UnitYears")
    hourly = prices.usd.get(f"{name}UsdPer100UnitHours")
    return None if upfront is None or hourly is None else (upfront, hourly)


def hourly_block_usd(block: tuple[Decimal, Decimal]) -> Decimal:
    """What a block costs an hour, its upfront fee shared out over the year."""
    upfront, hourly = block
    return upfront / _YEAR_HOURS + hourly


def reservation(
    region: str,
    side: Dimension,
    by_hour: Mapping[int, Decimal],
    prices: Prices,
    other_percent: Decimal = Decimal(0),
) -> Reservation | None:
    """What to reserve of one region's reads or writes; None where none saves.

    Args:
        region: of the tables.
        side: reads or writes.
        by_hour: units held in each hour, without those that are reserved already.
        prices: of the region.
        other_percent: what another commitment would take off the price instead.
    """
    block = block_usd(prices, side)
    hour_usd = prices.of(reservable(side))
    if block is None or hour_usd is None or not by_hour:
        return None
    units = sorted(by_hour.values())
    a_block = hourly_block_usd(block)
    # The cost is convex, with its corners where a block begins to be used in one hour more.
    corners = {0, *(int(held) // BLOCK_UNITS + more for held in units for more in (0, 1))}
    beyond = {blocks: _beyond(units, BLOCK_UNITS * blocks) for blocks in sorted(corners)}
    else_usd = hour_usd * (1 - other_percent / 100)
    best = min(beyond, key=lambda blocks: a_block * blocks + else_usd * beyond[blocks])
    saved = hour_usd * (beyond[0] - beyond[best]) - a_block * best
    if not best or saved <= 0:
        return None
    return Reservation(
        region,
        side,
        BLOCK_UNITS * best,
        (hour_usd * beyond[0] - saved) * MONTH_HOURS,
        saved * MONTH_HOURS,
        block[0] * best,
    )


def _beyond(units: list[Decimal], reserved: int) -> Decimal:
    """Units above a reservation, on average over the hours."""
    return sum((max(Decimal(0), held - reserved) for held in units), start=Decimal(0)) / len(units)
