"""Reserved capacity of a fleet: the commitment that makes a region's provisioned capacity cheapest.

It is bought in blocks of 100 units for a year, for a region and a dimension, and is used by all
provisioned tables of class STANDARD there, whatever table holds the units (Developer Guide,
Reserved capacity). On-demand tables, replicated writes and other classes do not use it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .charges import MONTH_MINUTES
from .decision import TableDecision
from .prices import PriceBook, Prices
from .settings import Dimension

BLOCK_UNITS = 100
_YEAR_HOURS = 8760
_MONTH_HOURS = MONTH_MINUTES // 60


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


class HeldUnits:
    """Capacity that a fleet holds in each hour, by region and dimension, summed up table by table.

    Hours that only some tables were measured in count with what those held, so that no more is
    reserved than was seen to be used.
    """

    def __init__(self) -> None:
        self._held: dict[tuple[str, Dimension], dict[int, Decimal]] = {}

    def add(self, region: str, side: Dimension, hour: int, units: Decimal) -> None:
        """Add units of an hour, which is counted from the first day of the calendar."""
        by_hour = self._held.setdefault((region, side), {})
        by_hour[hour] = by_hour.get(hour, Decimal(0)) + units

    def add_table(self, decision: TableDecision) -> None:
        """Add what a table holds, set as decided."""
        for side, by_hour in decision.hourly_capacity.items():
            for hour, units in by_hour.items():
                self.add(decision.table.region, side, hour, units)

    def __iter__(self) -> Iterator[tuple[str, Dimension, Mapping[int, Decimal]]]:
        for region, side in sorted(self._held):
            yield region, side, self._held[region, side]


def reservations(held: HeldUnits, book: PriceBook) -> list[Reservation]:
    """What to reserve, where that saves anything, for tables that hold so much."""
    chosen = [reservation(region, side, by_hour, book(region)) for region, side, by_hour in held]
    return [choice for choice in chosen if choice is not None]


def reservation(
    region: str, side: Dimension, by_hour: Mapping[int, Decimal], prices: Prices
) -> Reservation | None:
    """What to reserve of one region's reads or writes; None where none saves.

    Args:
        region: of the tables.
        side: reads or writes.
        by_hour: units held in each hour.
        prices: of the region.
    """
    name = side.title()
    upfront = prices.usd.get(f"reserved{name}UpfrontUsdPer100UnitYears")
    hourly = prices.usd.get(f"reserved{name}UsdPer100UnitHours")
    hour_usd = prices.usd.get(f"{side}CapacityUsdPerUnitHour")
    if upfront is None or hourly is None or hour_usd is None or not by_hour:
        return None
    units = sorted(by_hour.values())
    block_usd = upfront / _YEAR_HOURS + hourly
    # The cost is convex, with its corners where a block begins to be used in one hour more.
    corners = {0, *(int(held) // BLOCK_UNITS + more for held in units for more in (0, 1))}
    costs = {
        blocks: block_usd * blocks + hour_usd * _beyond(units, BLOCK_UNITS * blocks)
        for blocks in sorted(corners)
    }
    best = min(costs, key=costs.__getitem__)
    if not best:
        return None
    return Reservation(
        region,
        side,
        BLOCK_UNITS * best,
        costs[best] * _MONTH_HOURS,
        (costs[0] - costs[best]) * _MONTH_HOURS,
        upfront * best,
    )


def _beyond(units: list[Decimal], reserved: int) -> Decimal:
    """Units above a reservation, on average over the hours."""
    return sum((max(Decimal(0), held - reserved) for held in units), start=Decimal(0)) / len(units)
