"""What Application Auto Scaling knows of tables: targets, policies, schedules, activities."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tablewright_emulator.cloudwatch.metrics.store import MetricName
from tablewright_emulator.codec import kept

Kind = Literal["Read", "Write"]

_RESOURCE = re.compile(r"table/([A-Za-z0-9_.-]{3,255})(?:/index/([A-Za-z0-9_.-]{3,255}))?")
_DIMENSION = re.compile(r"dynamodb:(table|index):(Read|Write)CapacityUnits")
NAMESPACE = "dynamodb"


@kept("dimension")
@dataclass(frozen=True, slots=True)
class Dimension:
    """One capacity that scales: reads or writes of a table or of one of its global indexes."""

    table: str
    index: str | None
    kind: Kind

    @staticmethod
    def of(resource_id: str, scalable_dimension: str) -> Dimension | None:
        """From the two texts of the API; None when they are wrong or contradict each other."""
        resource = _RESOURCE.fullmatch(resource_id)
        dimension = _DIMENSION.fullmatch(scalable_dimension)
        if resource is None or dimension is None:
            return None
        if (dimension[1] == "index") != (resource[2] is not None):
            return None
        return Dimension(resource[1], resource[2], "Read" if dimension[2] == "Read" else "Write")

    @property
    def resource_id(self) -> str:
        """`table/T` or `table/T/index/I`."""
        return f"table/{self.table}" + (f"/index/{self.index}" if self.index else "")

    @property
    def name(self) -> str:
        """`dynamodb:table:ReadCapacityUnits` and its kin."""
        return f"dynamodb:{'index' if self.index else 'table'}:{self.kind}CapacityUnits"

    @property
    def metric_dimensions(self) -> dict[str, str]:
        """The dimensions of its metrics in CloudWatch."""
        dimensions = {"TableName": self.table}
        return dimensions | ({"GlobalSecondaryIndexName": self.index} if self.index else {})

    def metric(self, what: str) -> MetricName:
        """Its metric: `Consumed` or `Provisioned` units."""
        name = f"{what}{self.kind}CapacityUnits"
        return MetricName.of("AWS/DynamoDB", name, self.metric_dimensions)

    @property
    def words(self) -> str:
        """`read capacity units`."""
        return f"{self.kind.lower()} capacity units"


@kept("scalable-target")
@dataclass(slots=True)
class Target:
    """A scalable target; times are seconds since the epoch."""

    dimension: Dimension
    minimum: int
    maximum: int
    arn: str
    role_arn: str
    created: float
    suspended: dict[str, bool] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def clamped(self, capacity: int) -> int:
        """The capacity within the bounds."""
        return min(max(capacity, self.minimum), self.maximum)

    def is_suspended(self, what: str) -> bool:
        """Whether `DynamicScalingIn`, `DynamicScalingOut` or `ScheduledScaling` is suspended."""
        return self.suspended.get(f"{what}Suspended", False)


@kept("scaling-policy")
@dataclass(slots=True)
class Policy:
    """A target tracking policy.

    Args:
        percent: target utilisation, 20 to 90.
        alarms: role (AlarmHigh, …) to name.
        capacity: the capacity its alarms are made for.
        scaled_minute: the minute (since the epoch) its own last change of capacity holds from;
            data before it counts for nothing.
        scaled_in_at: when it last scaled in.
        at_bound: role of an alarm to the bound its dimension was seen at, and what was reported
            of the capacity by then; until more is reported, the alarm asks in vain.
    """

    name: str
    dimension: Dimension
    arn: str
    configuration: Mapping[str, Any]
    created: float
    alarms: dict[str, str] = field(default_factory=dict)
    capacity: int = 0
    scaled_minute: int = 0
    scaled_in_at: float = 0.0
    at_bound: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def percent(self) -> float:
        """Target utilisation in percent."""
        return float(self.configuration["TargetValue"])


@kept("scheduled-action")
@dataclass(slots=True)
class ScheduledAction:
    """A change of bounds at a time; `next_at` is when, None when never again."""

    name: str
    dimension: Dimension
    arn: str
    schedule: str
    timezone: str | None
    start: datetime | None
    end: datetime | None
    action: Mapping[str, int]
    created: float
    next_at: datetime | None = None


@kept("scaling-activity")
@dataclass(slots=True)
class Activity:
    """Something scaling did, or could not do."""

    dimension: Dimension
    description: str
    cause: str
    started: float
    status: str
    message: str
    ended: float | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
