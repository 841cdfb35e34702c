"""What a setting of a table would have cost, and what it would have throttled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np

from tablewright.cost.capacity.demand import DemandWindow, ResourceDemand
from tablewright.cost.capacity.kernels import throttle
from tablewright.cost.capacity.outcome import Budget, Outcome, tallied
from tablewright.cost.pricing.charges import (
    GB,
    MONTH_MINUTES,
    RECOVERY,
    ChargeNames,
    a_month,
    charge,
    stored_gigabytes,
)
from tablewright.cost.pricing.prices import Prices
from tablewright.dynamodb_values import TableClass
from tablewright.usage.day import CapacitySettings
from tablewright.usage.history import TableHistory
from tablewright.usage.metrics import DAY_MINUTES, PROVISIONED_READ, PROVISIONED_WRITE

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
        table_class: that it was reckoned in.
        daily_usd: all charges of each whole day of the window, as floats.
        lines: the same month charge by charge, by the name of its price.
    """

    name: str
    setting: TableSetting
    usd_per_month: Decimal
    throttled_share: float
    within: bool
    table_class: TableClass
    daily_usd: Any = field(compare=False, repr=False)
    lines: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Charged:
    """One dimension of a resource over a window.

    Args:
        name: of its price.
        units: that are charged for, of each minute: requests, or capacity held.
        charge: what a sum of them costs.
        parts: how capacity served on the older and on the newer part; None on demand.
    """

    name: str
    units: Any
    charge: Callable[[int], Decimal]
    parts: tuple[Outcome, Outcome] | None = None

    def usd(self, first: int) -> Decimal:
        """The charge from minute `first` on."""
        return self.charge(int(self.units[first:].sum()))

    def daily_usd(self, days: int) -> Any:
        """The charge of each of the first days, as floats."""
        by_day = self.units[: days * DAY_MINUTES].reshape(days, DAY_MINUTES).sum(axis=1)
        return by_day * float(self.charge(1))


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates settings of one table.

    Args:
        demands: of the table, then of its indexes.
        window: the minutes; what is judged starts at its `cut`.
        settings: of the table, then of its indexes, as last measured.
        prices: of its region.
        budget: of throttling.
        stated: units a month of what was not measured, by the name of its price.
    """

    demands: tuple[ResourceDemand, ...]
    window: DemandWindow
    settings: tuple[CapacitySettings, ...]
    prices: Prices
    budget: Budget
    stated: Mapping[str, Decimal] = field(default_factory=dict)

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
        return self._charged(name, setting, self._charges(setting))

    def _charges(self, setting: TableSetting) -> list[_Charged]:
        names = self._names(setting)
        charged: list[_Charged] = []
        for demand in self.demands:
            if setting.mode == "PAY_PER_REQUEST":
                charged += [
                    self._charge(names.requests(side, demand.name), demand.units[row])
                    for row, side in enumerate(DIMENSIONS)
                ]
            elif (demand.name, "read") in setting.capacity:
                held = demand.run(setting.sides(demand.name))
                charged += self._held(demand, *held, names)
        return charged

    def held(self, setting: TableSetting) -> Iterator[tuple[str, Dimension]]:
        """The indexes and dimensions whose throttling stays within the budget by themselves."""
        for demand in self.demands:
            capacity, throttled = demand.run(setting.sides(demand.name))
            for row, side in enumerate(DIMENSIONS):
                parts = self._parts(demand.units[row], capacity[row], throttled[row])
                if all(map(self.budget.holds, parts)):
                    yield demand.name, side

    def measured(self, history: TableHistory) -> Evaluation | None:
        """What the table was charged by; None where mode or capacity was not measured."""
        if history.table.settings.billing_mode == "PAY_PER_REQUEST":
            return self.evaluated(ON_DEMAND, "as it is")
        if history.table.settings.billing_mode != "PROVISIONED":
            return None
        charged: list[_Charged] = []
        capacity: dict[tuple[str, Dimension], CapacitySetting] = {}
        for demand, resource in zip(self.demands, history.resources, strict=True):
            held, throttled = np.empty_like(demand.units), np.empty_like(demand.units)
            for row, side in enumerate(DIMENSIONS):
                values = resource.minutes[_PROVISIONED[side]]
                levels = _levels(values[self.window.first : self.window.last])
                if levels is None:
                    return None
                held[row] = levels
                throttle(demand.units[row], held[row], throttled[row])
                capacity[demand.name, side] = CapacitySetting(int(levels.min()), int(levels.max()))
            charged += self._held(demand, held, throttled, self._names(ON_DEMAND))
        return self._charged("as it is", TableSetting("PROVISIONED", capacity), charged)

    @property
    def weights(self) -> tuple[float, float]:
        """What a unit of read and of write capacity costs a minute."""
        names = self._names(ON_DEMAND)
        read, write = (float(charge(self.prices, names.capacity(side), 1)) for side in DIMENSIONS)
        return read, write

    def hourly_units(self, setting: TableSetting, days: int) -> dict[str, dict[int, Decimal]]:
        """What is charged in each whole hour of the last days, the indexes' with it.

        Args:
            setting: of the table.
            days: how many.

        Returns:
            By the name of a price and the hour, which is counted from the first day of the
            calendar: request units, or capacity units on average.
        """
        start = self.window.first_day.toordinal() * DAY_MINUTES + self.window.first
        skip = -start % _HOUR
        last = (self.window.minutes - skip) // _HOUR * _HOUR + skip
        first = max(skip, last - days * DAY_MINUTES)
        hour = (start + first) // _HOUR
        totals: dict[str, Any] = {}
        for line in self._charges(setting):
            sums = line.units[first:last].reshape(-1, _HOUR).sum(axis=1)
            totals[line.name] = totals.get(line.name, 0) + sums
        per = 1 if setting.mode == "PAY_PER_REQUEST" else _HOUR
        return {
            name: {
                hour + at: Decimal(str(round(float(units) / per, 3)))
                for at, units in enumerate(of_hours)
            }
            for name, of_hours in totals.items()
        }

    def _names(self, setting: TableSetting) -> ChargeNames:
        replicated = bool(self.settings[0].replicas)
        return ChargeNames(setting.table_class or self.table_class, replicated)

    def _charge(
        self, name: str, units: Any, parts: tuple[Outcome, Outcome] | None = None
    ) -> _Charged:
        return _Charged(name, units, partial(charge, self.prices, name), parts)

    def _parts(self, units: Any, held: Any, throttled: Any) -> tuple[Outcome, Outcome]:
        """A run on the older and on the newer part."""
        run = tallied(units, held, throttled, 0)
        newer = tallied(units, held, throttled, self.window.cut)
        return run.before(newer), newer

    def _held(
        self, demand: ResourceDemand, held: Any, throttled: Any, names: ChargeNames
    ) -> list[_Charged]:
        """The capacity of a resource, which is charged whether it is used or not."""
        return [
            self._charge(
                names.capacity(side, demand.name),
                held[row],
                self._parts(demand.units[row], held[row], throttled[row]),
            )
            for row, side in enumerate(DIMENSIONS)
        ]

    def _charged(self, name: str, setting: TableSetting, charged: Sequence[_Charged]) -> Evaluation:
        days, cut = self.window.minutes // DAY_MINUTES, self.window.cut
        outcomes = [line.parts for line in charged if line.parts is not None]
        units = sum(newer.units for _, newer in outcomes)
        lost = sum(newer.throttled for _, newer in outcomes)
        names = self._names(setting)
        kept = self._kept(names)
        lines = dict(kept)
        for line in charged:
            month = a_month(line.usd(cut), self.window.minutes - cut)
            lines[line.name] = lines.get(line.name, Decimal(0)) + month
        daily_usd = sum((line.daily_usd(days) for line in charged), start=np.zeros(days))
        kept_a_day = float(sum(kept.values())) * DAY_MINUTES / MONTH_MINUTES
        return Evaluation(
            name,
            setting,
            sum(lines.values(), start=Decimal(0)),
            lost / units if units else 0.0,
            all(self.budget.holds(part) for parts in outcomes for part in parts),
            names.table_class,
            daily_usd + kept_a_day,
            lines,
        )

    def _kept(self, names: ChargeNames) -> dict[str, Decimal]:
        """A month of what does not depend on use: what is stored, and what was stated."""
        lines: dict[str, Decimal] = {}
        gigabytes = sum(
            (
                stored_gigabytes(settings.size_bytes, settings.items or 0)
                for settings in self.settings
                if settings.size_bytes
            ),
            start=Decimal(0),
        )
        if gigabytes:
            lines[names.storage] = charge(self.prices, names.storage, gigabytes)
        table = self.settings[0]
        if table.recovery and table.size_bytes:
            lines[RECOVERY] = charge(self.prices, RECOVERY, Decimal(table.size_bytes) / GB)
        for name, units in self.stated.items():
            lines[name] = lines.get(name, Decimal(0)) + charge(self.prices, name, units)
        return lines


def _levels(values: Any) -> Any:
    """The level of each minute, that of the datapoint before it; None where there is none."""
    there = ~np.isnan(values)
    if not there.any():
        return None
    last = np.maximum.accumulate(np.where(there, np.arange(values.size), -1))
    last[last < 0] = int(np.argmax(there))
    return np.ceil(values[last]).astype(np.int64)
