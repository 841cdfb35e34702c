"""What follows for a whole fleet from decisions on its tables, which pass by one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tablewright.cost.commitments.commitments import Commitments, commitments
from tablewright.cost.commitments.hours import FleetHours
from tablewright.cost.decisions.decision import TableDecision
from tablewright.cost.pricing.prices import PriceBook, Prices

from .fleet_bill import FleetBill, fleet_bill
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
        charged_committed: the same where tables are set as for commitments.
        otherwise: tables that are set otherwise then.
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
    charged_committed: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    otherwise: int = 0

    def add(self, table: TableDecision) -> None:
        """Count one more."""
        self.tables += 1
        self.undecided += not table.alternatives
        self.refused += table.refusal is not None
        if table.decision is not None:
            self.otherwise += table.committed is not None
            for charged, chosen in (
                (self.charged, table.decision),
                (self.charged_committed, table.committed or table.decision),
            ):
                for name, usd in chosen.lines.items():
                    key = table.table.region, name
                    charged[key] = charged.get(key, Decimal(0)) + usd
        if table.current is None or table.decision is None or table.on_demand is None:
            return
        self.compared += 1
        self.current_usd += table.current.usd_per_month
        self.decision_usd += table.decision.usd_per_month
        self.on_demand_usd += table.on_demand.usd_per_month
        self.saving_usd += table.current.usd_per_month - table.decision.usd_per_month


@dataclass(frozen=True, slots=True)
class CommittedFleet:
    """What is cheaper than each table's own decision, where commitments are made for all.

    Args:
        tables: of which another setting is taken, their `committed`.
        bill: of all tables so set, without the commitments.
        commitments: to make then.
        saves_usd_per_month: against the decisions, without commitments.
    """

    tables: int
    bill: FleetBill
    commitments: Commitments
    saves_usd_per_month: Decimal


@dataclass(slots=True)
class FleetUse:
    """What a fleet is charged for by the hour.

    Args:
        decided: as decided.
        committed: what is charged more where tables are set as for commitments.
    """

    decided: FleetHours = field(default_factory=FleetHours)
    committed: FleetHours = field(default_factory=FleetHours)

    def add(self, table: TableDecision) -> None:
        """Add one more."""
        self.decided.add_all(table.table.region, table.hourly_units)
        self.committed.add_all(table.table.region, table.committed_units)


@dataclass(frozen=True, slots=True)
class FleetDecision:
    """Decisions on all tables, and on what they share.

    Args:
        tables: a decision each, without the hours that commitments were reckoned from.
        totals: sums over them.
        prices: of each region.
        bill: what they come to, set as decided, with what the account has.
        commitments: what to commit to besides.
        committed: what is cheaper still; None where nothing is.
    """

    tables: DecisionSpool
    totals: FleetTotals
    prices: tuple[Prices, ...]
    bill: FleetBill
    commitments: Commitments
    committed: CommittedFleet | None = None

    @classmethod
    def of(
        cls, decisions: Iterable[TableDecision], book: PriceBook, use: FleetUse | None = None
    ) -> FleetDecision:
        """What follows for all from a decision on each; one at a time is held in memory.

        Args:
            decisions: on the tables.
            book: prices by region.
            use: of those of them that do not say so themselves.
        """
        tables, totals, regions = DecisionSpool(), FleetTotals(), set[str]()
        hours = FleetUse() if use is None else use
        for decision in decisions:
            totals.add(decision)
            if decision.refusal is None:
                regions.add(decision.table.region)
            hours.add(decision)
            tables.append(replace(decision, hourly_units={}, committed_units={}))
        bill = fleet_bill(totals.charged, hours.decided, book)
        alone = commitments(hours.decided, book)
        return cls(
            tables,
            totals,
            tuple(map(book, sorted(regions))),
            bill,
            alone,
            _committed(totals, hours, book, bill, alone),
        )


def _committed(
    totals: FleetTotals, use: FleetUse, book: PriceBook, bill: FleetBill, alone: Commitments
) -> CommittedFleet | None:
    """All tables set as for commitments, if that is cheaper with them than what was decided."""
    if not totals.otherwise:
        return None
    hours = use.decided.with_more(use.committed)
    then = fleet_bill(totals.charged_committed, hours, book)
    best = commitments(hours, book)
    saves = bill.usd_per_month - then.usd_per_month + best.saves_usd_per_month
    if saves <= alone.saves_usd_per_month:
        return None
    return CommittedFleet(totals.otherwise, then, best, saves)
