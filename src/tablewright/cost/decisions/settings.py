"""What a table can be set to: the choices that `optimize` weighs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tablewright.dynamodb_values import BillingMode, TableClass

Dimension = Literal["read", "write"]
DIMENSIONS: tuple[Dimension, ...] = ("read", "write")


@dataclass(frozen=True, slots=True)
class CapacitySetting:
    """Capacity of one dimension of a table or index, in capacity units.

    Args:
        minimum: least capacity; the capacity itself where it is fixed.
        maximum: highest capacity.
        target_percent: of target tracking, 20 to 90; None where the capacity is fixed.
        schedule: hours of UTC with the least capacity from each on, every day; empty where the
            minimum holds all the time.
    """

    minimum: int
    maximum: int
    target_percent: int | None = None
    schedule: tuple[tuple[int, int], ...] = ()

    @property
    def fixed(self) -> bool:
        """Whether nothing scales it."""
        return self.target_percent is None

    @property
    def floors(self) -> list[int]:
        """The least capacity by hour of the day, UTC."""
        if not self.schedule:
            return [self.minimum] * 24
        least = dict(self.schedule)
        current = self.schedule[-1][1]
        return [current := least.get(hour, current) for hour in range(24)]

    def grown(self, per_cent: int) -> CapacitySetting:
        """For so much more demand."""
        return replace(
            self,
            minimum=_more(self.minimum, per_cent),
            maximum=_more(self.maximum, per_cent),
            schedule=tuple((hour, _more(least, per_cent)) for hour, least in self.schedule),
        )

    def __str__(self) -> str:
        """`120 units`, or `20 to 400 units at 70 %`."""
        if self.fixed:
            return f"{self.minimum} unit{'s' if self.minimum != 1 else ''}"
        text = f"{self.minimum} to {self.maximum} units at {self.target_percent} %"
        if not self.schedule:
            return text
        steps = ", ".join(f"{least} from {hour:02d}:00" for hour, least in self.schedule)
        return f"{text}, at least {steps} UTC"


def _more(units: int, per_cent: int) -> int:
    return -(-units * (100 + per_cent) // 100)


def fixed_at(units: int) -> CapacitySetting:
    """A capacity that nothing scales."""
    return CapacitySetting(units, units)


@dataclass(frozen=True, slots=True)
class TableSetting:
    """How a table and its indexes are set.

    Args:
        mode: the billing mode, one for the table with its indexes.
        capacity: by index (empty for the table) and dimension; empty on demand.
        table_class: None to leave it as it is.
    """

    mode: BillingMode
    capacity: Mapping[tuple[str, Dimension], CapacitySetting] = field(default_factory=dict)
    table_class: TableClass | None = None

    def sides(self, index: str) -> dict[Dimension, CapacitySetting]:
        """The capacity of an index, or of the table itself for an empty name."""
        return {side: self.capacity[index, side] for side in DIMENSIONS}

    def grown(self, per_cent: int) -> TableSetting:
        """For so much more demand."""
        capacity = {key: setting.grown(per_cent) for key, setting in self.capacity.items()}
        return replace(self, capacity=capacity)

    def spec(self) -> dict[str, Any]:
        """The piece of a manifest's `spec` that declares it."""
        indexes = sorted({index for index, _ in self.capacity if index})
        spec: dict[str, Any] = {"billingMode": self.mode, **self._resource("")}
        if self.table_class is not None:
            spec["tableClass"] = self.table_class
        if indexes:
            spec["globalSecondaryIndexes"] = [
                {"name": index, **self._resource(index)} for index in indexes
            ]
        return spec

    def _resource(self, index: str) -> dict[str, Any]:
        if (index, "read") not in self.capacity:
            return {}
        sides = {side: self.capacity[index, side] for side in DIMENSIONS}
        scaled = {
            side: {
                "minCapacity": setting.minimum,
                "maxCapacity": setting.maximum,
                "targetUtilization": setting.target_percent,
                **({"schedules": _schedules(side, setting)} if setting.schedule else {}),
            }
            for side, setting in sides.items()
            if not setting.fixed
        }
        return {
            "provisionedThroughput": {
                f"{side}CapacityUnits": setting.minimum for side, setting in sides.items()
            },
            **({"autoScaling": scaled} if scaled else {}),
        }


def _schedules(side: Dimension, setting: CapacitySetting) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{side}-{hour:02d}",
            "schedule": f"cron(0 {hour} * * ? *)",
            "minCapacity": least,
        }
        for hour, least in setting.schedule
    ]


ON_DEMAND = TableSetting("PAY_PER_REQUEST")
