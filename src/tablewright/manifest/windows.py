"""How long an alarm looks at its metric: periods, and how many of them must breach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tablewright.manifest.models import Alarm

MINUTE = 60
FIVE_MINUTES = 300


@dataclass(frozen=True, slots=True)
class Window:
    """So many periods of so many seconds; `datapoints` of them must breach, all if it is None."""

    period: int = MINUTE
    evaluation_periods: int = 1
    datapoints: int | None = None


_SLOW = Window(FIVE_MINUTES)
"""For the series that AWS publishes each five minutes, and for sums over them."""

WINDOWS: Mapping[str, Window] = {
    "latency": Window(evaluation_periods=5, datapoints=3),
    "conditional_check_failures": _SLOW,
    "transaction_conflicts": _SLOW,
    "consumed_read_capacity": _SLOW,
    "consumed_write_capacity": _SLOW,
    "read_utilization": _SLOW,
    "write_utilization": _SLOW,
    "read_quota_utilization": _SLOW,
    "write_quota_utilization": _SLOW,
    "replication_latency": _SLOW,
    "kinesis_age": _SLOW,
    "account_read_utilization": _SLOW,
    "account_write_utilization": _SLOW,
}
"""Kinds of alarms whose window is another than one minute, by their field in `Alarms`."""


def window_of(kind: str, settings: Alarm) -> Window:
    """The window of an alarm: what the manifest says, else that of its kind."""
    usual = WINDOWS.get(kind, Window())
    # The kind's own M of N makes no sense once the manifest sets another N.
    usual_datapoints = None if settings.evaluation_periods else usual.datapoints
    return Window(
        settings.period or usual.period,
        settings.evaluation_periods or usual.evaluation_periods,
        settings.datapoints_to_alarm or usual_datapoints,
    )
