"""The part of an alarm."""

from __future__ import annotations

from typing import Any

from tablewright.components.rendering.resource_spec import RenderContext, ResourceSpec, given
from tablewright.plan.declaration.declared import Alarm, MetricQuery, MetricStat
from tablewright.plan.number import number

_STATISTICS = frozenset({"SampleCount", "Average", "Sum", "Minimum", "Maximum"})
"""CloudWatch's plain statistics; all others (percentiles, trimmed means) are extended ones."""


def alarm_part(alarm: Alarm, place: RenderContext) -> ResourceSpec:
    """The alarm, whole."""
    return ResourceSpec(
        key=f"alarm {alarm.key}",
        kind="cloudwatch.MetricAlarm",
        name=alarm.key,
        arguments={**alarm_args(alarm), **place.arguments},
        tags=alarm.tags,
        subject=f"alarm {alarm.name}",
        import_id=place.existing.import_id("cloudwatch.MetricAlarm", alarm.name),
    )


def alarm_args(alarm: Alarm) -> dict[str, Any]:
    """All arguments but the tags, in the spelling of `pulumi_aws.cloudwatch.MetricAlarm`."""
    return {
        "name": alarm.name,
        "alarm_description": alarm.description,
        "comparison_operator": alarm.comparison_operator,
        "threshold": number(alarm.threshold),
        "evaluation_periods": alarm.evaluation_periods,
        "actions_enabled": True,
        "alarm_actions": list(alarm.alarm_actions),
        "ok_actions": list(alarm.ok_actions),
        "insufficient_data_actions": list(alarm.insufficient_data_actions),
        **({} if alarm.metric is None else _series(alarm.metric)),
        **({"metric_queries": [_query(query) for query in alarm.queries]} if alarm.queries else {}),
        **given(
            datapoints_to_alarm=alarm.datapoints_to_alarm,
            treat_missing_data=alarm.treat_missing_data,
            evaluate_low_sample_count_percentiles=alarm.evaluate_low_sample_count_percentile,
        ),
    }


def _series(metric: MetricStat) -> dict[str, Any]:
    statistic = "statistic" if metric.stat in _STATISTICS else "extended_statistic"
    return {
        "namespace": metric.namespace,
        "metric_name": metric.metric_name,
        "dimensions": dict(metric.dimensions),
        "period": metric.period_seconds,
        statistic: metric.stat,
    }


def _query(query: MetricQuery) -> dict[str, Any]:
    return {
        "id": query.id,
        "return_data": query.return_data,
        **given(expression=query.expression, label=query.label),
        **({} if query.metric is None else {"metric": _metric(query.metric)}),
    }


def _metric(metric: MetricStat) -> dict[str, Any]:
    return {
        "namespace": metric.namespace,
        "metric_name": metric.metric_name,
        "dimensions": dict(metric.dimensions),
        "period": metric.period_seconds,
        "stat": metric.stat,
    }
