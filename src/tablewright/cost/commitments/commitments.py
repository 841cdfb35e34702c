"""What a fleet should commit to: reserved capacity in each region, and a savings plan over all.

Each of both is exact for what the other leaves. Reserved capacity comes first, for AWS uses it
first; how much of it pays depends on what a plan would take off instead. So it is chosen against
list prices, against those of a plan, and left out, and the best of the three with its plan counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tablewright.cost.decisions.settings import DIMENSIONS
from tablewright.cost.pricing.prices import PriceBook

from .hours import FleetHours
from .reservation import (
    BLOCK_UNITS,
    Reservation,
    block_usd,
    hourly_block_usd,
    reservable,
    reservation,
)
from .savings_plan import SavingsPlan, rates, savings_plan, spends


@dataclass(frozen=True, slots=True)
class Commitments:
    """What to commit to for a year, besides what there is.

    Args:
        reserved: capacity to reserve.
        plan: to sign; None where none saves.
        unpriced: regions whose provisioned capacity could be reserved at a price nobody knows.
    """

    reserved: tuple[Reservation, ...] = ()
    plan: SavingsPlan | None = None
    unpriced: tuple[str, ...] = ()

    @property
    def saves_usd_per_month(self) -> Decimal:
        """What both save together."""
        saved = sum(
            (reservation.saves_usd_per_month for reservation in self.reserved), start=Decimal(0)
        )
        return saved + (self.plan.saves_usd_per_month if self.plan else 0)


def committed_shares(book: PriceBook, region: str) -> Mapping[str, Decimal]:
    """What the cheapest commitment leaves of a list price, by the name of the price.

    Args:
        book: with prices of the region, and rates of a plan.
        region: which.
    """
    prices = book(region)
    on_demand, provisioned_percent = rates(book)
    shares = {}
    for name, listed in prices.usd.items():
        if "nDemand" in name:
            shares[name] = 1 - on_demand / 100
        elif name.endswith("CapacityUsdPerUnitHour"):
            shares[name] = 1 - provisioned_percent / 100
            for side in DIMENSIONS:
                block = block_usd(prices, side)
                if name == reservable(side) and block is not None and listed:
                    shares[name] = min(shares[name], hourly_block_usd(block) / BLOCK_UNITS / listed)
    return shares


def commitments(hours: FleetHours, book: PriceBook) -> Commitments:
    """What to commit to, for tables that use so much.

    Args:
        hours: units by region, charge and hour.
        book: prices by region, with the commitments that there are.
    """
    _, provisioned_percent = rates(book)
    against_list = _reserved(hours, book, Decimal(0))
    against_plan = _reserved(hours, book, provisioned_percent)
    choices = dict.fromkeys([against_list, against_plan, ()])
    best = max(
        (Commitments(chosen, _plan(hours, book, chosen)) for chosen in choices),
        key=lambda choice: choice.saves_usd_per_month,
    )
    return Commitments(best.reserved, best.plan, _unpriced(hours, book))


def bought(book: PriceBook) -> dict[tuple[str, str], int]:
    """Units that are reserved already, by region and charge."""
    return {
        (region, reservable("read" if side == "read" else "write")): units
        for (region, side), units in book.terms.reserved.items()
    }


def left_over(by_hour: Mapping[int, Decimal], reserved: int) -> dict[int, Decimal]:
    """Units of each hour above those that are reserved."""
    return {hour: max(Decimal(0), units - reserved) for hour, units in by_hour.items()}


def _reserved(
    hours: FleetHours, book: PriceBook, other_percent: Decimal
) -> tuple[Reservation, ...]:
    there = bought(book)
    chosen = (
        reservation(
            region,
            side,
            left_over(by_hour, there.get((region, charge), 0)),
            book(region),
            other_percent,
        )
        for region, charge, by_hour in hours
        for side in DIMENSIONS
        if charge == reservable(side)
    )
    return tuple(choice for choice in chosen if choice is not None)


def _plan(
    hours: FleetHours, book: PriceBook, reserved: tuple[Reservation, ...]
) -> SavingsPlan | None:
    covered = bought(book)
    for chosen in reserved:
        key = chosen.region, reservable(chosen.dimension)
        covered[key] = covered.get(key, 0) + chosen.units
    return savings_plan(spends(hours, book, covered), book)


def _unpriced(hours: FleetHours, book: PriceBook) -> tuple[str, ...]:
    regions = {
        region
        for region, charge, _ in hours
        for side in DIMENSIONS
        if charge == reservable(side) and block_usd(book(region), side) is None
    }
    return tuple(sorted(regions))
