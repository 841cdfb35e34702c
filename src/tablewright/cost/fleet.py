"""What follows for a whole fleet from decisions on its tables, which pass by one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from .decision import TableDecision
from .prices import PriceBook, Prices
from .reservation import HeldUnits, Reservation, reservations
from .spool import DecisionSpool


@dataclass(slots=True)
class FleetTotals:
    """Sums over tables; money a month, of those tables whose present cost is known.

    Args:
        tables: how many there are.
        undecided: of which nothing could be chosen.
        refused: of these, those that could not be looked at.
        compared: whose present cost is known.
        current_usd, decision_usd, on_demand_usd: as they are, as decided, all on demand.
        saving_usd: what following the decisions saves, without reservations.
    """

    tables: int = 0
    undecided: int = 0
    refused: int = 0
    compared: int = 0
    current_usd: Decimal = Decimal(0)
    decision_usd: Decimal = Decimal(0)
    on_demand_usd: Decimal = Decimal(0)
    saving_usd: Decimal = Decimal(0)

    def add(self, table: TableDecision) -> None:
        """Count one more."""
        self.tables += 1
        self.undecided += not table.alternatives
        self.refused += table.refusal is not None
        if table.current is None or table.decision is None or table.on_demand is None:
            return
        self.compared += 1
        self.current_usd += table.current.usd_per_month
        self.decision_usd += table.decision.usd_per_month
        self.on_demand_usd += table.on_demand.usd_per_month
        self.saving_usd += table.current.usd_per_month - table.decision.usd_per_month


@dataclass(frozen=True, slots=True)
class FleetDecision:
    """Decisions on all tables, and on what they share.

    Args:
        tables: a decision each, without the hours that `reserved` was reckoned from.
        totals: sums over them.
        prices: of each region.
        reserved: what to reserve for them, set as decided.
    """

    tables: DecisionSpool
    totals: FleetTotals
    prices: tuple[Prices, ...]
    reserved: tuple[Reservation, ...]

    @classmethod
    def of(
        cls, decisions: Iterable[TableDecision], book: PriceBook, held: HeldUnits | None = None
    ) -> FleetDecision:
        """What follows for all from a decision on each; one at a time is held in memory.

        Args:
            decisions: on the tables.
            book: prices by region.
            held: units held in each hour by those of them that do not say so themselves.
        """
        tables, totals, regions = DecisionSpool(), FleetTotals(), set[str]()
        hours = HeldUnits() if held is None else held
        for decision in decisions:
            totals.add(decision)
            if decision.refusal is None:
                regions.add(decision.table.region)
            hours.add_table(decision)
            tables.append(replace(decision, hourly_capacity={}))
        reserved = tuple(reservations(hours, book))
        return cls(tables, totals, tuple(map(book, sorted(regions))), reserved)
