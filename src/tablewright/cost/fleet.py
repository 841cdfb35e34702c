"""What follows for a whole fleet from decisions on its tables, which pass by one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .commitments import Commitments, commitments
from .decision import TableDecision
from .fleet_bill import FleetBill, fleet_bill
from .hours import FleetHours
from .prices import PriceBook, Prices
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
        saving_usd: what following the decisions saves, without commitments.
        charged: by region and the name of a price, the charges of all decisions.
    """

    tables: int = 0
    undecided: int = 0
    refused: int = 0
    compared: int = 0
    current_usd: Decimal = Decimal(0)
    decision_usd: Decimal = Decimal(0)
    on_demand_usd: Decimal = Decimal(0)
    saving_usd: Decimal = Decimal(0)
    charged: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    def add(self, table: TableDecision) -> None:
        """Count one more."""
        self.tables += 1
        self.undecided += not table.alternatives
        self.refused += table.refusal is not None
        if table.decision is not None:
            for name, usd in table.decision.lines.items():
                key = table.table.region, name
                self.charged[key] = self.charged.get(key, Decimal(0)) + usd
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
        tables: a decision each, without the hours that commitments were reckoned from.
        totals: sums over them.
        prices: of each region.
        bill: what they come to, set as decided, with what the account has.
        commitments: what to commit to besides.
    """

    tables: DecisionSpool
    totals: FleetTotals
    prices: tuple[Prices, ...]
    bill: FleetBill
    commitments: Commitments

    @classmethod
    def of(
        cls, decisions: Iterable[TableDecision], book: PriceBook, units: FleetHours | None = None
    ) -> FleetDecision:
        """What follows for all from a decision on each; one at a time is held in memory.

        Args:
            decisions: on the tables.
            book: prices by region.
            units: of each hour of those of them that do not say so themselves.
        """
        tables, totals, regions = DecisionSpool(), FleetTotals(), set[str]()
        hours = FleetHours() if units is None else units
        for decision in decisions:
            totals.add(decision)
            if decision.refusal is None:
                regions.add(decision.table.region)
            hours.add_table(decision)
            tables.append(replace(decision, hourly_units={}))
        return cls(
            tables,
            totals,
            tuple(map(book, sorted(regions))),
            fleet_bill(totals.charged, hours, book),
            commitments(hours, book),
        )
