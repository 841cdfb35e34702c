"""What a manifest sets a table to, as `optimize` weighs it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.scaling import Direction, Schedule
from tablewright.plan.table import Throughput

from .settings import DIMENSIONS, CapacitySetting, Dimension, TableSetting, fixed_at

_DAILY = re.compile(r"cron\(0 (\d|1\d|2[0-3]) \* \* \? \*\)")


@dataclass(frozen=True, slots=True)
class DeclaredCapacity:
    """What manifests say of a table's capacity.

    Args:
        setting: how they set it; None where they leave the mode or a capacity as it is.
        indexes: the global indexes that they declare, whose use a decision has to know.
    """

    setting: TableSetting | None = None
    indexes: frozenset[str] = frozenset()


def declared_capacity(declared: DeclaredTable) -> DeclaredCapacity:
    """The setting, and the indexes that it is one for."""
    indexes = declared.table.global_indexes or ()
    return DeclaredCapacity(declared_setting(declared), frozenset(i.name for i in indexes))


def declared_setting(declared: DeclaredTable) -> TableSetting | None:
    """The setting; None where the manifest leaves the mode or a capacity as it is."""
    table = declared.table
    if table.billing_mode == "PAY_PER_REQUEST":
        return TableSetting("PAY_PER_REQUEST", table_class=table.table_class)
    if table.billing_mode != "PROVISIONED":
        return None
    scaled = {
        (scaling.index or "", scaling.direction): CapacitySetting(
            scaling.minimum,
            scaling.maximum,
            None if scaling.target is None else round(scaling.target),
            _hours(scaling.schedules),
        )
        for scaling in declared.scaling
    }
    resources = {"": table.throughput}
    resources |= {index.name: index.throughput for index in table.global_indexes or ()}
    capacity: dict[tuple[str, Dimension], CapacitySetting] = {}
    for name, throughput in resources.items():
        for side in DIMENSIONS:
            setting = scaled.get((name, side)) or _fixed(throughput, side)
            if setting is None:
                return None
            capacity[name, side] = setting
    return TableSetting("PROVISIONED", capacity, table.table_class)


def _hours(schedules: Iterable[Schedule]) -> tuple[tuple[int, int], ...]:
    """Daily least capacities by hour of UTC; none where a schedule says anything else."""
    hours = {}
    for schedule in schedules:
        daily = _DAILY.fullmatch(schedule.schedule)
        others = (schedule.start, schedule.end, schedule.maximum)
        if daily is None or schedule.timezone != "UTC" or any(others) or not schedule.minimum:
            return ()
        hours[int(daily[1])] = schedule.minimum
    return tuple(sorted(hours.items()))


def _fixed(throughput: Throughput | None, side: Direction) -> CapacitySetting | None:
    if throughput is None:
        return None
    return fixed_at(throughput.read if side == "read" else throughput.write)
