"""What a table should be set to, chosen on the older part of its use, judged on the newer.

Weighed are on demand, the least capacity that a search finds for each resource and dimension, the
same with schedules where a daily shape pays for them, and target tracking at 70 % as a rule of
thumb; each in every table class whose prices are known. Their parameters come from the older part
alone. The decision is the cheapest of them on the newer part that stays within the throttling
budget on both.

Fewer than seven days, or gaps of over 5 %, decide nothing: the table keeps what it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np

from tablewright.cost.capacity.demand import DemandWindow, ResourceDemand, demands_of, window_of
from tablewright.cost.capacity.schedule import scheduled
from tablewright.cost.pricing.charges import MONTH_MINUTES
from tablewright.cost.pricing.prices import Prices
from tablewright.usage.day import CapacitySettings, ResourceId
from tablewright.usage.history import TableHistory
from tablewright.usage.metrics import DAY_MINUTES

from . import reasons
from .candidates import in_other_class, provisioned, rule_of_thumb, with_headroom, with_schedules
from .evaluation import Evaluation, Evaluator
from .search import Budget, Search, SearchResult
from .settings import DIMENSIONS, ON_DEMAND, Dimension, TableSetting

LEAST_DAYS = 7
MOST_MISSING_PER_CENT = 5
_DRAWS = 1000
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing can be decided on a table: an error as its fields, which can be compared."""

    code: str
    message: str
    next_step: str


@dataclass(frozen=True, slots=True)
class TableDecision:
    """What a table should be set to, and why.

    Args:
        table: which.
        window: the minutes that it rests on; None if nothing was measured.
        current: as it is; None where that was not measured and no manifest says it.
        decision: what to set; None where nothing was measured.
        on_demand: for comparison.
        hindsight: the best for the newer part, had that been known.
        alternatives: all that were weighed, the cheapest first.
        missed_share: by how much at most a setting that was not searched could be cheaper.
        utilisation: by dimension, the share of the searched capacity that was in use.
        hourly_units: by the name of a price and the hour, what the decision is charged for in the
            last week.
        committed: what to set where commitments are made for the fleet; None for the decision.
        committed_units: what is charged more then than by the decision, likewise by price and hour.
        saving_range_usd: the likely least and most that a month saves against `current`.
        reasons, risks, assumptions: a sentence each.
        refusal: what is wrong, where the table could not be looked at.
    """

    table: ResourceId
    window: DemandWindow | None = None
    current: Evaluation | None = None
    decision: Evaluation | None = None
    on_demand: Evaluation | None = None
    hindsight: Evaluation | None = None
    alternatives: tuple[Evaluation, ...] = ()
    missed_share: float = 0.0
    utilisation: Mapping[Dimension, float] = field(default_factory=dict)
    hourly_units: Mapping[str, Mapping[int, Decimal]] = field(default_factory=dict)
    committed: Evaluation | None = None
    committed_units: Mapping[str, Mapping[int, Decimal]] = field(default_factory=dict)
    saving_range_usd: tuple[Decimal, Decimal] | None = None
    reasons: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    refusal: Refusal | None = None

    @property
    def saving_usd(self) -> Decimal | None:
        """What a month saves; None where one of both is not known."""
        if self.current is None or self.decision is None:
            return None
        return self.current.usd_per_month - self.decision.usd_per_month


def decide(
    history: TableHistory,
    prices: Prices,
    budget: Budget | None = None,
    declared: TableSetting | None = None,
    stated: Mapping[str, Decimal] | None = None,
    shares: Mapping[str, Decimal] | None = None,
) -> TableDecision:
    """Decide on one table.

    Args:
        history: of the table and its indexes.
        prices: of its region.
        budget: of throttling; 0.1 % if None.
        declared: how a manifest sets it; None to take what was measured as current.
        stated: units a month of what is not measured, by the name of their price.
        shares: what commitments leave of a price, by its name.

    Raises:
        MissingPriceError: the prices have none for what the table is charged by.
    """
    table = history.table.resource
    window = window_of(history)
    if window is None:
        return TableDecision(table, reasons=("No consumption was measured.",))
    evaluator = Evaluator(
        demands_of(history, window),
        window,
        _settings(history, declared),
        prices,
        budget or Budget(),
        stated or {},
    )
    if declared is None:
        current = evaluator.measured(history)
    else:
        current = evaluator.evaluated(declared, "as declared")
    on_demand = evaluator.evaluated(ON_DEMAND, "on demand")
    base = TableDecision(
        table,
        window,
        current,
        current or on_demand,
        on_demand,
        reasons=_doubts(history, window),
        risks=reasons.of_history(history, window),
        assumptions=(*reasons.assumptions(history, window), *reasons.unweighed(evaluator)),
    )
    return base if base.reasons else _chosen(base, evaluator, on_demand, shares or {})


def _chosen(
    base: TableDecision,
    evaluator: Evaluator,
    on_demand: Evaluation,
    shares: Mapping[str, Decimal],
) -> TableDecision:
    older = [demand.until(evaluator.window.cut) for demand in evaluator.demands]
    searches = {
        demand.name: Search(demand, evaluator.budget, evaluator.weights) for demand in older
    }
    searched = {name: search.cheapest() for name, search in searches.items()}
    by_hour = {
        name: scheduled(search, searched[name].settings) or searched[name].settings
        for name, search in searches.items()
    }
    setting = provisioned({name: result.settings for name, result in searched.items()})
    capacity, *others = with_headroom(evaluator, setting)
    candidates = [
        on_demand,
        capacity,
        *others,
        evaluator.evaluated(rule_of_thumb(older), "70 % target tracking"),
        *with_schedules(evaluator, by_hour, setting),
    ]
    candidates += [*in_other_class(evaluator, candidates)]
    candidates.sort(key=_usd_per_month)
    within = [candidate for candidate in candidates if candidate.within]
    best = within[0]
    committed = min(within, key=lambda choice: _committed_usd(choice, shares))
    hourly = evaluator.hourly_units(best.setting, LEAST_DAYS)
    cost = sum(searches[name].cost(sides) or searched[name].cost for name, sides in by_hour.items())
    floor = sum(result.floor_cost for result in searched.values())
    return replace(
        base,
        decision=best,
        hindsight=_hindsight(evaluator, within),
        alternatives=tuple(candidates),
        missed_share=round((cost - floor) / cost, 9),
        utilisation=_utilisation(older, searched),
        hourly_units=hourly,
        committed=None if committed is best else committed,
        committed_units=(
            {}
            if committed is best
            else _more(evaluator.hourly_units(committed.setting, LEAST_DAYS), hourly)
        ),
        saving_range_usd=_saving_range_usd(base.current, best),
        reasons=reasons.of_choice(best, capacity, on_demand, evaluator),
        risks=(*base.risks, *reasons.of_switch(base.current, best, evaluator)),
    )


def _committed_usd(choice: Evaluation, shares: Mapping[str, Decimal]) -> Decimal:
    """A month at the prices that commitments leave."""
    lines = choice.lines.items()
    return sum((usd * shares.get(name, Decimal(1)) for name, usd in lines), start=Decimal(0))


def _more(
    units: Mapping[str, Mapping[int, Decimal]], than: Mapping[str, Mapping[int, Decimal]]
) -> dict[str, dict[int, Decimal]]:
    """Units of each price and hour above others; below 0 where there are fewer."""
    return {
        name: {
            hour: units.get(name, {}).get(hour, Decimal(0))
            - than.get(name, {}).get(hour, Decimal(0))
            for hour in {**units.get(name, {}), **than.get(name, {})}
        }
        for name in {**units, **than}
    }


def _settings(history: TableHistory, declared: TableSetting | None) -> tuple[CapacitySettings, ...]:
    """As last measured, in the class that the manifest declares: `up` sets the table to it."""
    table, *indexes = (resource.settings for resource in history.resources)
    if declared is not None and declared.table_class is not None:
        table = replace(table, table_class=declared.table_class)
    return (table, *indexes)


def _doubts(history: TableHistory, window: DemandWindow) -> tuple[str, ...]:
    """Why nothing can be decided."""
    doubts = []
    if window.minutes < LEAST_DAYS * DAY_MINUTES:
        doubts.append(_too_short(history, window))
    if window.missing * 100 > MOST_MISSING_PER_CENT * window.minutes:
        share = 100 * window.missing / window.minutes
        doubts.append(
            f"{share:.1f} % of the minutes have no datapoint; at most "
            f"{MOST_MISSING_PER_CENT} % may be missing."
        )
    return tuple(doubts)


def _too_short(history: TableHistory, window: DemandWindow) -> str:
    """What was measured for under a week: the table, or one of its indexes alone."""
    lengths = {
        resource.resource.index: last - first
        for resource in history.resources
        for first, last in [resource.measured]
        if last
    }
    index = min(lengths, key=lengths.__getitem__)
    if index and lengths[""] >= LEAST_DAYS * DAY_MINUTES > lengths[index]:
        return (
            f"Of index {index} only {lengths[index] / DAY_MINUTES:.1f} days were measured, of the "
            f"table {lengths[''] / DAY_MINUTES:.1f}; choosing capacity takes {LEAST_DAYS} of both."
        )
    return f"Only {window.days:.1f} days were measured; choosing capacity takes {LEAST_DAYS}."


def _utilisation(
    demands: Sequence[ResourceDemand], searched: Mapping[str, SearchResult]
) -> dict[Dimension, float]:
    """The share of capacity in use, of the table and its indexes together."""
    outcomes = [demand.outcomes(searched[demand.name].settings) for demand in demands]
    return {
        side: sum(outcome[side].units - outcome[side].throttled for outcome in outcomes)
        / 60
        / sum(outcome[side].capacity_minutes for outcome in outcomes)
        for side in DIMENSIONS
    }


def _hindsight(evaluator: Evaluator, within: Sequence[Evaluation]) -> Evaluation:
    """The cheapest for the newer part that is within the budget, had the newer part been known.

    What is asked of it is what is asked of the decision: the budget of the older part as well.
    """
    start = next((choice.setting for choice in within if choice.setting.capacity), None)
    settings = {}
    for demand in evaluator.demands:
        search = Search(demand, evaluator.budget, evaluator.weights, evaluator.window.cut)
        best = search.cheapest(start.sides(demand.name) if start else None).settings
        settings[demand.name] = scheduled(search, best) or best
    searched = evaluator.evaluated(provisioned(settings), "searched capacity in hindsight")
    known = [*within, searched, *in_other_class(evaluator, [searched])]
    return replace(min(known, key=_usd_per_month), name="hindsight")


def _usd_per_month(candidate: Evaluation) -> Decimal:
    return candidate.usd_per_month


def _saving_range_usd(
    current: Evaluation | None, best: Evaluation
) -> tuple[Decimal, Decimal] | None:
    """The middle 80 % of a month's saving, the days of the window drawn again and again."""
    if current is None:
        return None
    savings = current.daily_usd - best.daily_usd
    draws = np.random.default_rng(savings.size).integers(savings.size, size=(_DRAWS, savings.size))
    months = savings[draws].mean(axis=1) * (MONTH_MINUTES / DAY_MINUTES)
    low, high = np.quantile(months, (0.1, 0.9))
    return Decimal(float(low)).quantize(_CENT), Decimal(float(high)).quantize(_CENT)
