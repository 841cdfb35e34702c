"""What a setting of a table would have cost, and what it would have throttled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from tablewright.plan.table import TableClass
from tablewright.usage.day import CapacitySettings
from tablewright.usage.history import TableHistory
from tablewright.usage.metrics import DAY_MINUTES, PROVISIONED_READ, PROVISIONED_WRITE

from .charges import Tariff, a_month
from .demand import DemandWindow, ResourceDemand
from .kernels import throttle
from .prices import Prices
from .search import Budget, Outcome, SearchResult, tallied
from .settings import DIMENSIONS, ON_DEMAND, CapacitySetting, Dimension, TableSetting

_HOUR = 60
_PROVISIONED = {"read": PROVISIONED_READ.column, "write": PROVISIONED_WRITE.column}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A setting with what it comes to on the newer part of a window.

    Args:
        name: `on demand`, `searched capacity`, `70 % target tracking`, `as it is`.
        setting: what was evaluated.
        usd_per_month: all charges in an average month of such use.
        throttled_share: units that would not have been served, of all.
        within: whether throttling stays within the budget, on the older part and on the newer.
    """

    name: str
    setting: TableSetting
    usd_per_month: Decimal
    throttled_share: float
    within: bool


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates settings of one table.

    Args:
        demands: of the table, then of its indexes.
        window: the minutes; what is judged starts at its `cut`.
        settings: of the table, then of its indexes, as last measured.
        prices: of its region.
        budget: of throttling.
    """

    demands: tuple[ResourceDemand, ...]
    window: DemandWindow
    settings: tuple[CapacitySettings, ...]
    prices: Prices
    budget: Budget

    @property
    def table_class(self) -> TableClass:
        """The class that the table has; `STANDARD` where it is not known."""
        if self.settings[0].table_class == "STANDARD_INFREQUENT_ACCESS":
            return "STANDARD_INFREQUENT_ACCESS"
        return "STANDARD"

    def evaluated(self, setting: TableSetting, name: str) -> Evaluation:
        """A setting, of which capacity of an index that it does not name is left out.

        Raises:
            MissingPriceError: there is no price for it.
        """
        tariff = self._tariff(setting)
        usd, outcomes = Decimal(0), []
        for demand in self.demands:
            if setting.mode == "PAY_PER_REQUEST":
                for side in DIMENSIONS:
                    usd += tariff.requests_usd(side, demand.total(side, self.window.cut))
            elif (demand.name, "read") in setting.capacity:
                capacity = {side: setting.capacity[demand.name, side] for side in DIMENSIONS}
                held, throttled = demand.run(capacity)
                for row, side in enumerate(DIMENSIONS):
                    parts = self._parts(demand.units[row], held[row], throttled[row])
                    usd += tariff.capacity_usd(side, parts[1].capacity_minutes)
                    outcomes.append(parts)
        return self._summed(name, setting, usd, outcomes)

    def measured(self, history: TableHistory) -> Evaluation | None:
        """What the table was charged by; None where mode or capacity was not measured."""
        if history.table.settings.billing_mode == "PAY_PER_REQUEST":
            return self.evaluated(ON_DEMAND, "as it is")
        if history.table.settings.billing_mode != "PROVISIONED":
            return None
        tariff = self._tariff(ON_DEMAND)
        usd, outcomes = Decimal(0), []
        capacity: dict[tuple[str, Dimension], CapacitySetting] = {}
        for demand, resource in zip(self.demands, history.resources, strict=True):
            for row, side in enumerate(DIMENSIONS):
                values = resource.minutes[_PROVISIONED[side]]
                held = _levels(values[self.window.first : self.window.last])
                if held is None:
                    return None
                throttled = np.empty_like(held)
                throttle(demand.units[row], held, throttled)
                parts = self._parts(demand.units[row], held, throttled)
                usd += tariff.capacity_usd(side, parts[1].capacity_minutes)
                outcomes.append(parts)
                capacity[demand.name, side] = CapacitySetting(int(held.min()), int(held.max()))
        return self._summed("as it is", TableSetting("PROVISIONED", capacity), usd, outcomes)

    def of_search(
        self, searched: dict[tuple[str, Dimension], SearchResult], name: str
    ) -> Evaluation:
        """What a search on the newer part result, each dimension by itself."""
        tariff = self._tariff(ON_DEMAND)
        usd = sum(
            (
                tariff.capacity_usd(side, result.outcome.capacity_minutes)
                for (_, side), result in searched.items()
            ),
            start=Decimal(0),
        )
        setting = TableSetting(
            "PROVISIONED", {key: result.setting for key, result in searched.items()}
        )
        return self._summed(
            name, setting, usd, [(result.outcome, result.outcome) for result in searched.values()]
        )

    def daily_usd(self, setting: TableSetting) -> Any:
        """Requests or capacity of each whole day of the window, as floats in USD."""
        days = self.window.minutes // DAY_MINUTES
        tariff = self._tariff(setting)
        usd = np.zeros(days)
        for demand in self.demands:
            if setting.mode == "PAY_PER_REQUEST":
                series, rates = demand.units, [tariff.requests_usd(side, 1) for side in DIMENSIONS]
            else:
                capacity = {side: setting.capacity[demand.name, side] for side in DIMENSIONS}
                series, _ = demand.run(capacity)
                rates = [tariff.capacity_usd(side, 1) for side in DIMENSIONS]
            for row, rate in zip(series, rates, strict=True):
                usd += row[: days * DAY_MINUTES].reshape(days, -1).sum(axis=1) * float(rate)
        return usd

    def hourly_units(self, setting: TableSetting, days: int) -> dict[Dimension, dict[int, Decimal]]:
        """Capacity held in each whole hour of the last days, the indexes' with it.

        Args:
            setting: with provisioned capacity for each resource.
            days: how many.

        Returns:
            By dimension and hour, which is counted from the first day of the calendar.
        """
        start = self.window.first_day.toordinal() * DAY_MINUTES + self.window.first
        skip = -start % _HOUR
        last = (self.window.minutes - skip) // _HOUR * _HOUR + skip
        first = max(skip, last - days * DAY_MINUTES)
        total = np.zeros((len(DIMENSIONS), (last - first) // _HOUR))
        for demand in self.demands:
            capacity = {side: setting.capacity[demand.name, side] for side in DIMENSIONS}
            held, _ = demand.run(capacity)
            total += held[:, first:last].reshape(len(DIMENSIONS), -1, _HOUR).mean(axis=2)
        hour = (start + first) // _HOUR
        return {
            side: {hour + at: Decimal(str(round(float(units), 3))) for at, units in enumerate(row)}
            for side, row in zip(DIMENSIONS, total, strict=True)
        }

    def _tariff(self, setting: TableSetting) -> Tariff:
        return Tariff(self.prices, setting.table_class or self.table_class)

    def _parts(self, units: Any, held: Any, throttled: Any) -> tuple[Outcome, Outcome]:
        """A run on the older and on the newer part."""
        run = tallied(units, held, throttled, 0)
        newer = tallied(units, held, throttled, self.window.cut)
        return run.before(newer), newer

    def _summed(
        self,
        name: str,
        setting: TableSetting,
        usd: Decimal,
        outcomes: Sequence[tuple[Outcome, Outcome]],
    ) -> Evaluation:
        minutes = self.window.minutes - self.window.cut
        units = sum(newer.units for _, newer in outcomes)
        lost = sum(newer.throttled for _, newer in outcomes)
        return Evaluation(
            name,
            setting,
            a_month(usd, minutes) + self._kept_usd(self._tariff(setting)),
            lost / units if units else 0.0,
            all(self.budget.holds(part) for parts in outcomes for part in parts),
        )

    def _kept_usd(self, tariff: Tariff) -> Decimal:
        """A month of storage and recovery, of the sizes that are known."""
        usd = Decimal(0)
        for settings in self.settings:
            if settings.size_bytes:
                usd += tariff.storage_usd(settings.size_bytes, settings.items or 0)
        table = self.settings[0]
        if table.recovery and table.size_bytes:
            usd += tariff.recovery_usd(table.size_bytes)
        return usd


def _levels(values: Any) -> Any:
    """The level of each minute, that of the datapoint before it; None where there is none."""
    there = ~np.isnan(values)
    if not there.any():
        return None
    last = np.maximum.accumulate(np.where(there, np.arange(values.size), -1))
    last[last < 0] = int(np.argmax(there))
    return np.ceil(values[last]).astype(np.int64)
