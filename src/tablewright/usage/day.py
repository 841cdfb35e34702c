"""One day of use of one table or index, as the store keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from .metrics import DAY_MINUTES


@dataclass(frozen=True, slots=True, order=True)
class ResourceId:
    """Which table, or which global index of it: `index` is empty for the table itself."""

    account: str
    region: str
    table: str
    index: str = ""


@dataclass(frozen=True, slots=True)
class CapacitySettings:
    """How a resource was set up when its use was measured; None where it is not known.

    Args:
        billing_mode: `PROVISIONED` or `PAY_PER_REQUEST`.
        table_class: `STANDARD` or `STANDARD_INFREQUENT_ACCESS`.
        items: of the table or index.
        size_bytes: without the overhead of 100 bytes an item that AWS charges.
        recovery: point-in-time recovery is on.
        replicas: regions of its replicas.
    """

    billing_mode: str | None = None
    table_class: str | None = None
    items: int | None = None
    size_bytes: int | None = None
    recovery: bool | None = None
    replicas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class UsageDay:
    """What was measured of one resource on one day of UTC.

    Args:
        resource: which table or index.
        day: of UTC.
        period_seconds: the longest period that its consumed units were measured by.
        minutes: by column of `METRICS`, 1,440 float32; NaN where there is no datapoint. A column
            that is not there has none at all.
        settings: as they were when this was measured.
        complete: whether the day had ended, so that nothing can be added.
    """

    resource: ResourceId
    day: date
    period_seconds: int
    minutes: Mapping[str, Any]
    settings: CapacitySettings = field(default_factory=CapacitySettings)
    complete: bool = True

    def column(self, name: str) -> Any:
        """Its 1,440 values of a column."""
        values = self.minutes.get(name)
        return empty() if values is None else values


def empty() -> Any:
    """A day without a datapoint."""
    return np.full(DAY_MINUTES, np.nan, np.float32)
