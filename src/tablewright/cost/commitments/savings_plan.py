"""Database Savings Plans: how much to commit to spend in each hour of a year.

A plan covers requests on demand and provisioned capacity, of all regions but those of China and of
all tables, at rates below the list; what it does not cover is charged at the list (Savings Plans
User Guide, How Savings Plans apply to your usage: the highest discount first). Reserved capacity is
used before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from tablewright.cost.pricing.prices import PriceBook, savings_plan_rates

from .hours import FleetHours
from .reservation import MONTH_HOURS

_STEP = Decimal("0.001")
_MILLION = 1_000_000
_NOT_OFFERED = "cn-"


@dataclass(frozen=True, slots=True)
class SavingsPlan:
    """What to commit to for a year, besides what is committed already.

    Args:
        usd_per_hour: the commitment; nothing is paid upfront.
        saves_usd_per_month: against no more than is committed already.
        on_demand_percent, provisioned_percent: the rates that this rests on.
    """

    usd_per_hour: Decimal
    saves_usd_per_month: Decimal
    on_demand_percent: Decimal
    provisioned_percent: Decimal


Spend = Sequence[tuple[Decimal, Decimal]]
"""What an hour costs at the list, by the discount that a plan gives on it, highest first."""


def spends(
    hours: FleetHours, book: PriceBook, reserved: Mapping[tuple[str, str], int]
) -> list[Spend]:
    """What each hour of a fleet costs that a plan could cover.

    Args:
        hours: units by region, charge and hour.
        book: prices by region.
        reserved: units by region and charge that reserved capacity takes care of.
    """
    on_demand, provisioned = rates(book)
    usd: dict[int, list[Decimal]] = {}
    for region, charge, by_hour in hours:
        price = book(region).of(charge)
        if price is None or region.startswith(_NOT_OFFERED):
            continue
        requests = charge.endswith("UsdPerMillion")
        unit_usd = price / _MILLION if requests else price
        covered = reserved.get((region, charge), 0)
        for hour, units in by_hour.items():
            row = usd.setdefault(hour, [Decimal(0), Decimal(0)])
            row[0 if requests else 1] += unit_usd * max(Decimal(0), units - covered)
    shares = (on_demand / 100, provisioned / 100)
    return [
        sorted(zip(shares, usd[hour], strict=True), key=lambda part: -part[0])
        for hour in sorted(usd)
    ]


def rates(book: PriceBook) -> tuple[Decimal, Decimal]:
    """Per cent off requests on demand, and off provisioned capacity."""
    announced = savings_plan_rates()
    stated = (
        book.terms.savings_plan.on_demand_percent,
        book.terms.savings_plan.provisioned_percent,
    )
    on_demand, provisioned = (
        known if own is None else own for own, known in zip(stated, announced, strict=True)
    )
    return on_demand, provisioned


def hourly_usd(spend: Spend, commitment: Decimal) -> Decimal:
    """What an hour costs with a commitment, which is paid whether it is used or not."""
    left, beyond = commitment, Decimal(0)
    for discount, usd in spend:
        used = min(left, usd * (1 - discount))
        left -= used
        beyond += usd - used / (1 - discount)
    return commitment + beyond


def mean_usd(hours: Sequence[Spend], commitment: Decimal) -> Decimal:
    """The same, an hour on average."""
    return sum((hourly_usd(spend, commitment) for spend in hours), start=Decimal(0)) / len(hours)


def savings_plan(hours: Sequence[Spend], book: PriceBook) -> SavingsPlan | None:
    """What to commit to; None where nothing saves.

    Args:
        hours: what they cost.
        book: with what is committed already, and rates.
    """
    if not hours:
        return None
    already = book.terms.savings_plan.usd_per_hour
    # Convex, with its corners where a commitment covers the one or the other of an hour wholly.
    corners = sorted({already, *(corner for corner in _corners(hours) if corner > already)})
    low, high = 0, len(corners) - 1
    while low < high:
        middle = (low + high) // 2
        if mean_usd(hours, corners[middle + 1]) < mean_usd(hours, corners[middle]):
            low = middle + 1
        else:
            high = middle
    more = (corners[low] - already).quantize(_STEP, ROUND_DOWN)
    saves = mean_usd(hours, already) - mean_usd(hours, already + more)
    return SavingsPlan(more, saves * MONTH_HOURS, *rates(book)) if more and saves > 0 else None


def _corners(hours: Iterable[Spend]) -> Iterable[Decimal]:
    for spend in hours:
        covered = Decimal(0)
        for discount, usd in spend:
            covered += usd * (1 - discount)
            yield covered
