"""What tables cost and should cost, as the page draws it. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tablewright.cost.decisions.decision import TableDecision
from tablewright.cost.decisions.evaluation import Evaluation
from tablewright.cost.decisions.settings import DIMENSIONS
from tablewright.cost.fleets.fleet import FleetDecision
from tablewright.cost.pricing.prices import Prices
from tablewright.report.cost import fleet_decision
from tablewright.report.cost.decision_chart import break_even
from tablewright.report.cost.optimization import mode
from tablewright.report.formats.price import cents

from .texts import TextTable


def table_money(
    decision: TableDecision, text: TextTable, before: Evaluation | None = None
) -> dict[str, Any]:
    """A decision; texts by their numbers, money in USD a month.

    Args:
        decision: on the table.
        text: numbers its texts.
        before: as it was set while it was measured, where its manifest may say otherwise.
    """
    return {
        "before": _choice(before, text),
        "now": _choice(decision.current, text),
        "best": _choice(decision.decision, text),
        "onDemand": _choice(decision.on_demand, text),
        "choices": [_choice(choice, text) for choice in decision.alternatives],
        "range": None
        if decision.saving_range_usd is None
        else [*map(float, decision.saving_range_usd)],
        "inUse": {side: round(share, 4) for side, share in decision.utilisation.items()},
        "window": _window(decision),
        "reasons": [*map(text, decision.reasons)],
        "risks": [*map(text, decision.risks)],
        "assumptions": [*map(text, decision.assumptions)],
        "refusal": None
        if decision.refusal is None
        else text(f"{decision.refusal.message}; {decision.refusal.next_step}"),
    }


def _choice(evaluation: Evaluation | None, text: TextTable) -> list[Any] | None:
    """Name, mode, USD a month, whether it throttles too much, what it sets, its throttled share."""
    if evaluation is None:
        return None
    capacity = "; ".join(
        f"{side}s{f' of {index}' if index else ''}: {setting}"
        for (index, side), setting in evaluation.setting.capacity.items()
    )
    return [
        text(evaluation.name),
        text(mode(evaluation)),
        _usd(evaluation.usd_per_month),
        int(not evaluation.within),
        text(capacity),
        round(evaluation.throttled_share, 6),
    ]


def _window(decision: TableDecision) -> list[str] | None:
    if decision.window is None:
        return None
    chosen, judged = decision.window.chosen_on, decision.window.judged_on
    return [*map(str, (*chosen, *judged))]


def _usd(amount: Decimal | None) -> float | None:
    return None if amount is None else float(cents(amount))


def fleet_money(fleet: FleetDecision) -> dict[str, Any]:
    """Sums over the tables, what to commit to, and the prices that all was reckoned with."""
    totals = fleet.totals
    return {
        "compared": totals.compared,
        "tables": totals.tables,
        "undecided": totals.undecided,
        "now": _usd(totals.current_usd),
        "best": _usd(totals.decision_usd),
        "onDemand": _usd(totals.on_demand_usd),
        "saving": _usd(totals.saving_usd),
        "bill": {
            name: float(usd or 0)
            for name, usd in fleet_decision.lines_json(fleet.bill.lines).items()
        },
        "terms": fleet.bill.terms,
        "commitments": [
            *(
                [
                    f"reserve {held.units:,} {held.dimension} units in {held.region}",
                    _usd(held.saves_usd_per_month),
                ]
                for held in fleet.commitments.reserved
            ),
            *(
                [
                    f"a Database Savings Plan of ${plan.usd_per_hour:f} an hour",
                    _usd(plan.saves_usd_per_month),
                ]
                for plan in [fleet.commitments.plan]
                if plan is not None
            ),
        ],
        "notes": [*fleet_decision.closing(fleet)],
        "prices": {prices.region: _prices(prices) for prices in fleet.prices},
    }


def _prices(prices: Prices) -> dict[str, Any]:
    shown: dict[str, Any] = {"date": prices.date, "source": prices.source}
    for side in DIMENSIONS:
        hour = prices.usd.get(f"{side}CapacityUsdPerUnitHour")
        million = prices.usd.get(f"onDemand{side.title()}UsdPerMillion")
        pays = break_even(prices, side)
        if hour is not None and million is not None and pays is not None:
            shown[side] = [float(hour), float(million), float(pays)]
    return shown
