"""What CloudWatch asks for an alarm. Pure.

An alarm is charged for each metric that it watches, one with metric math for each metric that its
expression names, and more where its period is under a minute (CloudWatch pricing, Alarms). Free
tier, composite alarms and those on Metrics Insights queries are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from .rates import Rate, RateChange

ALARMS: Final = Rate("alarm", "a month")
PRICED_IN: Final = "us-east-1"
"""Whose prices these are: the bundled price list has those of DynamoDB alone."""
STANDARD_USD: Final = Decimal("0.10")
"""A month for each metric, in us-east-1 and nearly all other regions of the partition `aws`."""
HIGH_RESOLUTION_USD: Final = Decimal("0.30")
_MINUTE_SECONDS: Final = 60


def alarm_usd(inputs: Mapping[str, Any]) -> Decimal | None:
    """USD a month for an alarm with these properties of the engine; None where it is not known."""
    watched = [
        query["metric"] for query in inputs.get("metricQueries") or () if query.get("metric")
    ]
    if inputs.get("metricName"):
        watched.append(inputs)
    if not watched:
        return None
    periods = [metric.get("period") for metric in watched]
    if not all(isinstance(period, int | float) for period in periods):
        return None
    usd = HIGH_RESOLUTION_USD if min(periods) < _MINUTE_SECONDS else STANDARD_USD
    return usd * len(watched)


def alarm_rates(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[RateChange, ...]:
    """What the alarm costs by its properties before and after; None where there is no alarm."""
    old = alarm_usd(before) if before is not None else None
    new = alarm_usd(after) if after is not None else None
    unknown = (before is not None and old is None) or (after is not None and new is None)
    return () if unknown or old == new else (RateChange(ALARMS, old, new),)
