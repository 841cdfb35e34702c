"""Scaling of provisioned capacity, as declared; and what it means for the capacity itself.

Where a side of a table or an index scales, its capacity belongs to Application Auto Scaling: the
declared number is only where a new table begins. It is neither drift nor something to reset.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from .table import GlobalIndex, Table, Throughput

if TYPE_CHECKING:
    from collections.abc import Collection

Direction = Literal["read", "write"]


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
class Scaling:
    """Target tracking of one side of the table (`index` is None) or of one of its indexes.

    Args:
        direction: reads or writes.
        minimum, maximum: units a second.
        target: percent of the capacity that should be in use.
        scale_in_cooldown_seconds, scale_out_cooldown_seconds: pause after a change.
        disable_scale_in: only ever increase.
        policy_name: None: the one that DynamoDB's console gives.
    """

    direction: Direction
    minimum: int
    maximum: int
    index: str | None = None
    target: Decimal = Decimal(70)
    scale_in_cooldown_seconds: int = 0
    scale_out_cooldown_seconds: int = 0
    disable_scale_in: bool = False
    schedules: tuple[Schedule, ...] = ()
    policy_name: str | None = None


def with_scaled_capacity(declared: Table, scaling: Collection[Scaling], live: Table) -> Table:
    """The declared table with the live capacity on each side that scales, where there is one."""
    sides = {(one.index, one.direction) for one in scaling}
    live_indexes = {index.name: index for index in live.global_indexes or ()}
    indexes = declared.global_indexes
    if indexes is not None:
        indexes = tuple(_scaled_index(one, sides, live_indexes.get(one.name)) for one in indexes)
    throughput = _scaled(declared.throughput, live.throughput, None, sides)
    return replace(declared, throughput=throughput, global_indexes=indexes)


def _scaled_index(
    declared: GlobalIndex,
    sides: Collection[tuple[str | None, Direction]],
    live: GlobalIndex | None,
) -> GlobalIndex:
    if live is None:
        return declared
    throughput = _scaled(declared.throughput, live.throughput, declared.name, sides)
    return replace(declared, throughput=throughput)


def _scaled(
    declared: Throughput | None,
    live: Throughput | None,
    index: str | None,
    sides: Collection[tuple[str | None, Direction]],
) -> Throughput | None:
    if declared is None or live is None:
        return declared
    read = live.read if (index, "read") in sides else declared.read
    write = live.write if (index, "write") in sides else declared.write
    return Throughput(read, write)
