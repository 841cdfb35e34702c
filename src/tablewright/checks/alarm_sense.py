"""Whether an alarm that can fire tells anything: its period, and its word on missing data."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.plan.declaration.declared import Alarm, MetricStat

from .metrics import METRICS, NAMESPACE

SPARSE = frozenset(
    {
        "ConditionalCheckFailedRequests",
        "FailedToReplicateRecordCount",
        "FaultInjectionServiceInducedErrors",
        "SystemErrors",
        "ThrottledPutRecordCount",
        "ThrottledRequests",
        "TransactionConflict",
        "UserErrors",
        *(name for name in METRICS if name.endswith("ThrottleEvents")),
    }
)
"""Metrics with a datapoint only when something fails (Developer Guide, DynamoDB metrics)."""


def doubts(alarm: Alarm) -> list[str]:
    """What makes no sense in an alarm, one sentence each."""
    series = [query.metric for query in alarm.queries if query.metric is not None]
    if alarm.metric is not None:
        return [*_periods([alarm.metric]), *_missing(alarm, alarm.metric)]
    return list(_periods(series))


def _periods(series: list[MetricStat]) -> Iterator[str]:
    for stat in series:
        published = METRICS.get(stat.metric_name) if stat.namespace == NAMESPACE else None
        if published is not None and stat.period_seconds < published.period_seconds:
            yield (
                f"{stat.metric_name} has a datapoint every {published.period_seconds} s, "
                f"most periods of {stat.period_seconds} s have none"
            )


def _missing(alarm: Alarm, series: MetricStat) -> Iterator[str]:
    """Only where the direction is clear: too many of something that is rare."""
    if series.namespace != NAMESPACE or series.metric_name not in SPARSE:
        return
    if not alarm.comparison_operator.startswith("Greater"):
        return
    match alarm.treat_missing_data:
        case "breaching":
            yield (
                f"without errors {series.metric_name} has no data, "
                "which `breaching` takes for a breach"
            )
        case "ignore":
            yield (
                f"without errors {series.metric_name} has no data, "
                "and with `ignore` it stays in ALARM"
            )
