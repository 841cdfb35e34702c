"""What is kept of a table's or an index's use: one declaration a metric.

Names, statistics and periods: Developer Guide, DynamoDB metrics and dimensions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of the namespace `AWS/DynamoDB`.

    Args:
        column: its name in the store.
        name: CloudWatch's.
        statistic: what is asked for: `Sum` of a minute's units or events, `Maximum` of a level.
        finest_seconds: the shortest period that AWS publishes.
    """

    column: str
    name: str
    statistic: Literal["Sum", "Maximum"]
    finest_seconds: Literal[60, 300] = 60

    @property
    def level(self) -> bool:
        """Its values hold over their period; those of a sum are shared out over it."""
        return self.statistic == "Maximum"


CONSUMED_READ = Metric("consumed_read_units", "ConsumedReadCapacityUnits", "Sum")
CONSUMED_WRITE = Metric("consumed_write_units", "ConsumedWriteCapacityUnits", "Sum")
PROVISIONED_READ = Metric(
    "provisioned_read_units", "ProvisionedReadCapacityUnits", "Maximum", finest_seconds=300
)
PROVISIONED_WRITE = Metric(
    "provisioned_write_units", "ProvisionedWriteCapacityUnits", "Maximum", finest_seconds=300
)
THROTTLED_READ = tuple(
    Metric(f"read_throttles_{column}", f"Read{name}ThrottleEvents", "Sum")
    for column, name in (
        ("provisioned", "ProvisionedThroughput"),
        ("key_range", "KeyRangeThroughput"),
        ("on_demand_maximum", "MaxOnDemandThroughput"),
        ("account_limit", "AccountLimit"),
    )
)
THROTTLED_WRITE = tuple(
    Metric(
        metric.column.replace("read", "write", 1),
        metric.name.replace("Read", "Write", 1),
        "Sum",
    )
    for metric in THROTTLED_READ
)
ON_DEMAND_MAXIMUM = (
    Metric("on_demand_maximum_read_units", "OnDemandMaxReadRequestUnits", "Maximum", 300),
    Metric("on_demand_maximum_write_units", "OnDemandMaxWriteRequestUnits", "Maximum", 300),
)

METRICS = (
    CONSUMED_READ,
    CONSUMED_WRITE,
    PROVISIONED_READ,
    PROVISIONED_WRITE,
    *THROTTLED_READ,
    *THROTTLED_WRITE,
    *ON_DEMAND_MAXIMUM,
)
"""All of them, in the order of the store's columns."""
