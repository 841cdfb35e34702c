"""Scaling of provisioned capacity, as declared; and what it means for the capacity itself.

Where a side of a table or an index scales, its capacity belongs to Application Auto Scaling: the
declared number is only where a new table begins. It is neither drift nor something to reset. The
same goes for the bounds of what scales once a schedule has set others.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

from .table import GlobalIndex, Table, Throughput

if TYPE_CHECKING:
    from collections.abc import Collection

Direction = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Side:
    """Reads or writes of a table (`index` is None) or of one of its indexes."""

    index: str | None
    direction: Direction

    def __str__(self) -> str:
        """`reads of index by-user`."""
        return f"{self.direction}s" + (f" of index {self.index}" if self.index else "")


Bounds: TypeAlias = tuple[int, int]
"""Least and most units a second."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """New bounds at set times.

    Args:
        name: of the scheduled action.
        schedule: `cron(...)`, `rate(...)` or `at(...)`, read in `timezone`.
        start, end: first and last moment, ISO 8601.
        minimum, maximum: the bounds from then on, units a second; None: as before.
    """

    name: str
    schedule: str
    timezone: str = "UTC"
    start: str | None = None
    end: str | None = None
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    """Which activities of scaling are suspended, in AWS's words; what is suspended stays as it is.

    Args:
        scale_in: decreases by a policy (`DynamicScalingInSuspended`).
        scale_out: increases by a policy (`DynamicScalingOutSuspended`).
        scheduled: scheduled actions (`ScheduledScalingSuspended`).
    """

    scale_in: bool = False
    scale_out: bool = False
    scheduled: bool = False


@dataclass(frozen=True, slots=True)
class Scaling:
    """Scaling of one side of the table (`index` is None) or of one of its indexes.

    Args:
        direction: reads or writes.
        minimum, maximum: units a second.
        target: percent of the capacity that should be in use; None: no policy tracks it, and only
            the schedules move the capacity.
        scale_in_cooldown_seconds, scale_out_cooldown_seconds: pause after a change.
        disable_scale_in: only ever increase.
        policy_name: None: the one that DynamoDB's console gives.
    """

    direction: Direction
    minimum: int
    maximum: int
    index: str | None = None
    target: Decimal | None = Decimal(70)
    scale_in_cooldown_seconds: int = 0
    scale_out_cooldown_seconds: int = 0
    disable_scale_in: bool = False
    schedules: tuple[Schedule, ...] = ()
    policy_name: str | None = None
    suspended: Suspension = field(default_factory=Suspension)

    @property
    def side(self) -> Side:
        """What scales."""
        return Side(self.index, self.direction)

    def bounds_of_schedules(self, live: Bounds) -> tuple[bool, bool]:
        """Whether the lower and the upper live bound are others, set by one of the schedules.

        A schedule sets the bounds of the target itself, and one bound pushes the other before it
        (Application Auto Scaling User Guide, Scheduled scaling).
        """
        units = {
            bound for schedule in self.schedules for bound in (schedule.minimum, schedule.maximum)
        }
        low, high = live
        return low != self.minimum and low in units, high != self.maximum and high in units


def capacity(table: Table, side: Side) -> int | None:
    """Units a second that a table has on one side; None where it has no capacity there."""
    holder = table.indexes_by_name.get(side.index) if side.index else table
    throughput = holder.throughput if holder else None
    if throughput is None:
        return None
    return throughput.read if side.direction == "read" else throughput.write


def with_scaled_capacity(declared: Table, sides: Collection[Side], live: Table) -> Table:
    """The declared table with the live capacity on each side that scales, where there is one.

    Args:
        declared: as declared.
        sides: what scales; the capacity of the other sides is as declared.
        live: as it is; only a provisioned table has a capacity to keep.
    """
    live_indexes = live.indexes_by_name
    indexes = declared.global_indexes
    if indexes is not None:
        indexes = tuple(
            _scaled_index(declared_index, sides, live_indexes.get(declared_index.name))
            for declared_index in indexes
        )
    throughput = _scaled(declared.throughput, live.throughput, None, sides)
    return replace(declared, throughput=throughput, global_indexes=indexes)


def _scaled_index(
    declared: GlobalIndex, sides: Collection[Side], live: GlobalIndex | None
) -> GlobalIndex:
    if live is None:
        return declared
    throughput = _scaled(declared.throughput, live.throughput, declared.name, sides)
    return replace(declared, throughput=throughput)


def _scaled(
    declared: Throughput | None,
    live: Throughput | None,
    index: str | None,
    sides: Collection[Side],
) -> Throughput | None:
    if declared is None or live is None:
        return declared
    read = live.read if Side(index, "read") in sides else declared.read
    write = live.write if Side(index, "write") in sides else declared.write
    return Throughput(read, write)
