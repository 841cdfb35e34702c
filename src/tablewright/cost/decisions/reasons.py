"""Why a decision was made, what could go wrong with it, and what it takes for granted."""

from __future__ import annotations

from typing import Any

import numpy as np

from tablewright.cost.capacity.demand import WEEK_DAYS, DemandWindow, weekly
from tablewright.cost.pricing.charges import ChargeNames
from tablewright.dynamodb_values import TableClass
from tablewright.usage.history import TableHistory
from tablewright.usage.metrics import DAY_MINUTES, THROTTLED_READ, THROTTLED_WRITE

from .evaluation import Evaluation, Evaluator

ON_DEMAND_START = {"read": 12_000, "write": 4_000}
"""Units a second that a new on-demand table serves (Developer Guide, On-demand capacity mode)."""
_HIGH_PEAK = 5
_GROWTH_PER_CENT = 10
_SEASON_SHARE = 0.5
_MINUTE_SECONDS = 60


def of_choice(
    best: Evaluation, capacity: Evaluation, on_demand: Evaluation, evaluator: Evaluator
) -> tuple[str, ...]:
    """Why this one: money, utilisation, and the shape of the demand."""
    sentences = []
    share = capacity.usd_per_month / on_demand.usd_per_month if on_demand.usd_per_month else 1
    if best.setting.mode == "PAY_PER_REQUEST":
        if not capacity.within:
            sentences.append(
                "Capacity chosen on the older part would have throttled more than the budget "
                "allows on the newer."
            )
        if not on_demand.usd_per_month:
            sentences.append("There was no traffic, which costs nothing on demand.")
        elif share >= 1:
            sentences.append(
                f"Provisioned capacity would cost {100 * (share - 1):.0f} % more than on demand."
            )
    else:
        sentences.append(
            f"It costs {100 * best.usd_per_month / on_demand.usd_per_month:.0f} % of what on "
            "demand would."
            if on_demand.usd_per_month
            else "There is hardly any traffic."
        )
    sentences += [
        sentence
        for demand in evaluator.demands
        for row, noun in enumerate(("reads", "writes"))
        if (sentence := _shape(demand.units[row], f"{noun}{_of(demand.name)}"))
    ]
    return tuple(sentences)


def _of(index: str) -> str:
    return f" of index {index}" if index else ""


def _shape(units: Any, what: str) -> str:
    """Spikes, season and growth of a demand of whole days; empty where it has none of them."""
    days = units.size // DAY_MINUTES
    by_day = units[: days * DAY_MINUTES].reshape(days, DAY_MINUTES).astype(float)
    if days < 2 or not by_day.sum():  # noqa: PLR2004 - one day has no shape
        return ""
    parts = []
    peaks = by_day.max(axis=1)
    typical = float(np.median(peaks))
    if typical and peaks.max() > _HIGH_PEAK * typical:
        spikes = int((peaks > _HIGH_PEAK * typical).sum())
        parts.append(
            f"spikes of up to {peaks.max() / typical:.0f} times the usual peak on {spikes} of "
            f"{days} days"
        )
    hours = by_day.reshape(days, 24, 60).sum(axis=2)
    profile = np.median(hours, axis=0)
    if profile.sum() and _explained(hours, profile) > _SEASON_SHARE:
        parts.append(f"the same shape each day, highest at {int(profile.argmax()):02d}:00 UTC")
    totals = by_day.sum(axis=1)
    if weekly(totals):
        parts.append("the same shape each week")
        # Whole weeks are compared: else a weekend at the end looks like a decline.
        totals = totals[-(days // WEEK_DAYS) * WEEK_DAYS :].reshape(-1, WEEK_DAYS).sum(axis=1)
    slope = np.polyfit(np.arange(totals.size), totals, 1)[0] * totals.size / totals.mean() * 100
    if abs(slope) > _GROWTH_PER_CENT:
        parts.append(f"a {'growth' if slope > 0 else 'decline'} of {abs(slope):.0f} % over it")
    return f"The {what} show {'; '.join(parts)}." if parts else ""


def _explained(hours: Any, profile: Any) -> float:
    """The share of the variance of hours that the usual hour of day explains."""
    total = float(((hours - hours.mean()) ** 2).sum())
    rest = float(((hours - profile) ** 2).sum())
    return 1 - rest / total if total else 0.0


def of_history(history: TableHistory, window: DemandWindow) -> tuple[str, ...]:
    """What the measured use itself warns of."""
    risks = []
    for resource in history.resources:
        events = sum(
            float(np.nansum(resource.minutes[metric.column][window.first : window.last]))
            for metric in (*THROTTLED_READ, *THROTTLED_WRITE)
        )
        if events:
            risks.append(
                f"{events:,.0f} requests{_of(resource.resource.index)} were throttled while this "
                "was measured, so demand was higher than the units that were consumed."
            )
    if len(history.table.modes) > 1:
        risks.append(
            "The billing mode changed while this was measured; demand under the former mode may "
            "have been held back by its capacity."
        )
    return tuple(risks)


def of_switch(
    current: Evaluation | None, best: Evaluation, evaluator: Evaluator
) -> tuple[str, ...]:
    """What the change itself risks."""
    risks = []
    before = current.setting.mode if current else None
    if best.setting.mode == "PAY_PER_REQUEST" and before != "PAY_PER_REQUEST":
        risks.append(
            "AWS lets a table switch to on demand four times in 24 hours; during the switch, some "
            "minutes long, it serves what it was provisioned for."
        )
        for demand in evaluator.demands:
            for row, side in enumerate(("read", "write")):
                peak = int(demand.units[row].max()) // _MINUTE_SECONDS
                if peak > ON_DEMAND_START[side]:
                    risks.append(
                        f"{side.title()}s{_of(demand.name)} reach {peak:,} units a second; on "
                        f"demand starts at {ON_DEMAND_START[side]:,} or the highest capacity so "
                        "far. Set warmThroughput before the switch."
                    )
    if any(capacity.schedule for capacity in best.setting.capacity.values()):
        risks.append(
            "The schedules follow the hours of UTC at which demand rose and fell; where it moves, "
            "such as with daylight saving time, move them along."
        )
    if best.setting.mode == "PROVISIONED":
        risks.append(
            "Demand is taken as even over each minute and over the keys, so throttling can be "
            "higher than simulated; watch the throttling alarms."
        )
    return tuple(risks)


def unweighed(evaluator: Evaluator) -> tuple[str, ...]:
    """What was left out of the alternatives, as its prices are not known."""
    if evaluator.settings[0].size_bytes is None:
        return ()  # nothing is said of the other class: see `assumptions`
    standard = evaluator.table_class == "STANDARD"
    other: TableClass = "STANDARD_INFREQUENT_ACCESS" if standard else "STANDARD"
    if evaluator.prices.of(ChargeNames(other).storage) is not None:
        return ()
    name = "infrequent access" if standard else "standard"
    region = evaluator.prices.region
    return (f"The table class {name} was not weighed: its prices in {region} are not known.",)


def assumptions(history: TableHistory, window: DemandWindow) -> tuple[str, ...]:
    """What is taken for granted."""
    sentences = []
    if window.missing:
        sentences.append(f"{window.missing} minutes without a datapoint count as no demand.")
    longest = max(resource.period_seconds for resource in history.resources)
    if longest > _MINUTE_SECONDS:
        sentences.append(
            f"Datapoints of {longest} seconds are shared out evenly; throttling within them "
            "cannot be seen."
        )
    sentences += [
        f"Index {resource.resource.index} has no datapoint and counts as unused."
        for resource in history.indexes
        if not resource.span[1]
    ]
    if not history.indexes and history.table.settings.billing_mode is None:
        sentences.append(
            "The table has no index: none was imported. Indexes are decided with their table, so "
            "import their use as well."
        )
    if replicas := history.table.settings.replicas:
        sentences.append(
            f"The replicas in {', '.join(replicas)} are not in it: each is a table of its region, "
            "with a use of its own; they share one billing mode and one write capacity."
        )
    if history.table.settings.size_bytes is None:
        sentences.append(
            "The size of the table is not known; storage, recovery and the other table class are "
            "left out."
        )
    return tuple(sentences)
