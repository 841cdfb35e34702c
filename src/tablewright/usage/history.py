"""The days of a table and its indexes side by side, minute by minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import numpy as np

from .day import CapacitySettings, ResourceId, UsageDay
from .metrics import CONSUMED_READ, CONSUMED_WRITE, DAY_MINUTES, METRICS


@dataclass(frozen=True, slots=True, eq=False)
class ResourceHistory:
    """What was measured of one table or index.

    Args:
        resource: which.
        first_day: of UTC; minute 0 is its midnight.
        minutes: by column of the store, one value a minute of whole days, NaN where there is none.
        period_seconds: the longest period of its consumed units.
        settings: the latest.
        modes: the billing modes it had, in order of time, each once at most in a row.
        collected: by day, whether CloudWatch was asked for the whole of it.
    """

    resource: ResourceId
    first_day: date
    minutes: Mapping[str, Any]
    period_seconds: int
    settings: CapacitySettings
    modes: tuple[str, ...]
    collected: Any

    @property
    def span(self) -> tuple[int, int]:
        """The first minute with a datapoint of consumption, and the one after the last."""
        return _ends(self._consumed)

    @property
    def measured(self) -> tuple[int, int]:
        """The first minute of which the use is known, and the one after the last.

        A minute that was asked for and has no datapoint is one without use: DynamoDB tells
        CloudWatch of units that were consumed, which is why a table that is not used at all is not
        scaled in (Developer Guide, Managing throughput capacity automatically). On the first day
        the table may have been made: it counts from the first datapoint on.
        """
        consumed = self._consumed
        first, last = _ends(consumed | np.repeat(self.collected, DAY_MINUTES))
        used, _ = _ends(consumed)
        on_first_day = consumed.any() and used // DAY_MINUTES == first // DAY_MINUTES
        return (used if on_first_day else first), last

    def unknown(self, column: str) -> Any:
        """Whether nobody knows the units of each minute."""
        return np.isnan(self.minutes[column]) & ~np.repeat(self.collected, DAY_MINUTES)

    @property
    def _consumed(self) -> Any:
        """Whether each minute has a datapoint of consumption."""
        read, write = self.minutes[CONSUMED_READ.column], self.minutes[CONSUMED_WRITE.column]
        return ~(np.isnan(read) & np.isnan(write))


def _ends(minutes: Any) -> tuple[int, int]:
    """The first minute of those that are true, and the one after the last; equal without any."""
    there = np.flatnonzero(minutes)
    return (int(there[0]), int(there[-1]) + 1) if there.size else (0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class TableHistory:
    """A table and its global indexes, over the same minutes."""

    table: ResourceHistory
    indexes: tuple[ResourceHistory, ...]

    @property
    def resources(self) -> tuple[ResourceHistory, ...]:
        """The table, then its indexes."""
        return (self.table, *self.indexes)


def table_history(days: Sequence[UsageDay]) -> TableHistory | None:
    """The history of one table.

    Args:
        days: of the table and its indexes, all of one table.

    Returns:
        None if there are days of indexes only.
    """
    first = min(day.day for day in days)
    last = max(day.day for day in days)
    length = (last - first).days + 1
    ordered = sorted(days, key=lambda day: (day.resource, day.day))
    histories = [
        _history(resource, list(of_resource), first, length)
        for resource, of_resource in groupby(ordered, lambda day: day.resource)
    ]
    tables = [history for history in histories if not history.resource.index]
    if not tables:
        return None
    return TableHistory(tables[0], tuple(h for h in histories if h.resource.index))


def _history(
    resource: ResourceId, days: Sequence[UsageDay], first: date, length: int
) -> ResourceHistory:
    minutes = {
        metric.column: np.full(length * DAY_MINUTES, np.nan, np.float32) for metric in METRICS
    }
    collected = np.zeros(length, bool)
    for day in days:
        number = (day.day - first).days
        # An import knows of no settings.
        collected[number] = day.complete and day.settings.billing_mode is not None
        at = number * DAY_MINUTES
        for column, values in minutes.items():
            values[at : at + DAY_MINUTES] = day.column(column)
    modes = [day.settings.billing_mode for day in days if day.settings.billing_mode]
    return ResourceHistory(
        resource,
        first,
        minutes,
        max(day.period_seconds for day in days),
        days[-1].settings,
        tuple(mode for mode, _ in groupby(modes)),
        collected,
    )
