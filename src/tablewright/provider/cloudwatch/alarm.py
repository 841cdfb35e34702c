"""`aws.cloudwatch.MetricAlarm`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag
from tablewright.provider.resources.shape import (
    InputFailure,
    Shape,
    block,
    blocks,
    flag,
    mapping,
    number,
    refused,
    text,
    texts,
    whole,
    without_empties,
)

from .any_alarm import AnyAlarm

_COMPARISONS: Final = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
)
_STATISTICS: Final = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_SERIES_INPUTS: Final = (
    "metricName",
    "namespace",
    "period",
    "statistic",
    "extendedStatistic",
    "dimensions",
    "unit",
)
_METRIC: Final[Shape] = {
    "metricName": text(required=True, longest=255),
    "namespace": text(longest=255),
    "period": whole(required=True, at_least=1),
    "stat": text(required=True),
    "dimensions": mapping(longest=1024),
    "unit": text(),
}
_QUERY: Final[Shape] = {
    "id": text(required=True, longest=255),
    "accountId": text(),
    "expression": text(longest=2048),
    "label": text(),
    "metric": block(_METRIC),
    "period": whole(at_least=1),
    "returnData": flag(default=False),
}


class MetricAlarm(AnyAlarm):
    """An alarm over one series or metric math; PutMetricAlarm overwrites all of it."""

    tok: ClassVar[str] = "aws:cloudwatch/metricAlarm:MetricAlarm"
    word: ClassVar[str] = "alarm"
    kind: ClassVar[str] = "MetricAlarm"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(longest=255)
    secret_with: ClassVar[Mapping[str, str]] = {"arn": "name"}
    shape: ClassVar[Shape] = {
        "actionsEnabled": flag(default=True),
        "alarmActions": texts(),
        "alarmDescription": text(longest=1024),
        "comparisonOperator": text(*_COMPARISONS),
        "datapointsToAlarm": whole(at_least=1),
        "dimensions": mapping(longest=1024),
        "evaluateLowSampleCountPercentiles": text("evaluate", "ignore"),
        "evaluationCriteria": refused("is not supported: PromQL alarms are not about DynamoDB"),
        "evaluationInterval": refused("is not supported: it belongs to PromQL alarms"),
        "evaluationPeriods": whole(at_least=1),
        "evaluationWindow": refused("is not supported; use evaluationPeriods"),
        "extendedStatistic": text(),
        "insufficientDataActions": texts(),
        "metricName": text(longest=255),
        "metricQueries": blocks(_QUERY),
        "name": text(replaces=True, longest=255),
        "namespace": text(longest=255),
        "okActions": texts(),
        "period": whole(at_least=1),
        "region": text(replaces=True),
        "statistic": text(*_STATISTICS),
        "tags": mapping(),
        "threshold": number(),
        "thresholdMetricId": text(longest=255),
        "treatMissingData": text(
            "breaching", "notBreaching", "ignore", "missing", default="missing"
        ),
        "unit": text(),
        "warmUpConfiguration": refused("is not supported: alarms are evaluated at once"),
    }

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """One series or metric math, and what goes with each (PutMetricAlarm's reference)."""
        failures = super().check(inputs, old_inputs)
        for name in ("comparisonOperator", "evaluationPeriods"):
            if inputs.get(name) is None:
                failures.append(InputFailure(name, "is required"))
        if inputs.get("metricQueries"):
            failures.extend(_wrong_queries(inputs))
        else:
            failures.extend(_wrong_series(inputs))
        periods, points = inputs.get("evaluationPeriods"), inputs.get("datapointsToAlarm")
        if isinstance(periods, int) and isinstance(points, int) and points > periods:
            reason = f"is {points}, more than the {periods} periods that are looked at"
            failures.append(InputFailure("datapointsToAlarm", reason))
        if inputs.get("thresholdMetricId") is None and inputs.get("threshold") is None:
            failures.append(
                InputFailure("threshold", "is required unless thresholdMetricId is given")
            )
        return failures

    def request(self, inputs: Bag) -> dict[str, Any]:
        """PutMetricAlarm's request."""
        return _request(inputs)

    def outputs_of(self, alarm: Mapping[str, Any]) -> dict[str, Any]:
        """One of DescribeAlarms' `MetricAlarms`."""
        return _outputs(alarm)


def _request(inputs: Bag) -> dict[str, Any]:
    request = {
        "AlarmName": inputs["name"],
        "AlarmDescription": inputs.get("alarmDescription"),
        "ActionsEnabled": inputs.get("actionsEnabled"),
        "OKActions": inputs.get("okActions"),
        "AlarmActions": inputs.get("alarmActions"),
        "InsufficientDataActions": inputs.get("insufficientDataActions"),
        "EvaluationPeriods": inputs.get("evaluationPeriods"),
        "DatapointsToAlarm": inputs.get("datapointsToAlarm"),
        "Threshold": inputs.get("threshold"),
        "ThresholdMetricId": inputs.get("thresholdMetricId"),
        "ComparisonOperator": inputs.get("comparisonOperator"),
        "TreatMissingData": inputs.get("treatMissingData"),
        "EvaluateLowSampleCountPercentile": inputs.get("evaluateLowSampleCountPercentiles"),
    }
    if inputs.get("metricQueries"):
        request["Metrics"] = [_query_request(query) for query in inputs["metricQueries"]]
    else:
        request |= {
            "MetricName": inputs.get("metricName"),
            "Namespace": inputs.get("namespace"),
            "Period": inputs.get("period"),
            "Statistic": inputs.get("statistic"),
            "ExtendedStatistic": inputs.get("extendedStatistic"),
            "Dimensions": _dimension_list(inputs.get("dimensions")),
            "Unit": inputs.get("unit"),
        }
    if request["ThresholdMetricId"]:
        request["Threshold"] = None
    return without_empties(request)


def _query_request(query: Mapping[str, Any]) -> dict[str, Any]:
    request = {
        "Id": query["id"],
        "AccountId": query.get("accountId"),
        "Expression": query.get("expression"),
        "Label": query.get("label"),
        "Period": query.get("period"),
        "ReturnData": bool(query.get("returnData", False)),
    }
    metric = query.get("metric")
    if metric:
        request["MetricStat"] = without_empties(
            {
                "Metric": without_empties(
                    {
                        "Namespace": metric.get("namespace"),
                        "MetricName": metric["metricName"],
                        "Dimensions": _dimension_list(metric.get("dimensions")),
                    }
                ),
                "Period": metric["period"],
                "Stat": metric["stat"],
                "Unit": metric.get("unit"),
            }
        )
    return without_empties(request)


def _outputs(alarm: Mapping[str, Any]) -> dict[str, Any]:
    outputs = {
        "actionsEnabled": alarm.get("ActionsEnabled", True),
        "alarmActions": list(alarm.get("AlarmActions") or ()),
        "alarmDescription": alarm.get("AlarmDescription", ""),
        "comparisonOperator": alarm.get("ComparisonOperator"),
        "datapointsToAlarm": alarm.get("DatapointsToAlarm"),
        "dimensions": _dimension_map(alarm.get("Dimensions")),
        "evaluateLowSampleCountPercentiles": alarm.get("EvaluateLowSampleCountPercentile"),
        "evaluationPeriods": alarm.get("EvaluationPeriods"),
        "extendedStatistic": alarm.get("ExtendedStatistic"),
        "insufficientDataActions": list(alarm.get("InsufficientDataActions") or ()),
        "metricName": alarm.get("MetricName"),
        "metricQueries": [_query_outputs(query) for query in alarm.get("Metrics") or ()],
        "name": alarm["AlarmName"],
        "namespace": alarm.get("Namespace"),
        "okActions": list(alarm.get("OKActions") or ()),
        "period": alarm.get("Period"),
        "statistic": alarm.get("Statistic"),
        "threshold": alarm.get("Threshold"),
        "thresholdMetricId": alarm.get("ThresholdMetricId"),
        "treatMissingData": alarm.get("TreatMissingData") or "missing",
        "unit": alarm.get("Unit"),
    }
    return {name: value for name, value in outputs.items() if value is not None}


def _query_outputs(query: Mapping[str, Any]) -> dict[str, Any]:
    outputs = {
        "id": query["Id"],
        "accountId": query.get("AccountId"),
        "expression": query.get("Expression"),
        "label": query.get("Label"),
        "period": query.get("Period"),
        "returnData": query.get("ReturnData", True),
    }
    stat = query.get("MetricStat")
    if stat:
        outputs["metric"] = without_empties(
            {
                "metricName": stat["Metric"]["MetricName"],
                "namespace": stat["Metric"].get("Namespace"),
                "dimensions": _dimension_map(stat["Metric"].get("Dimensions")),
                "period": stat["Period"],
                "stat": stat["Stat"],
                "unit": stat.get("Unit"),
            }
        )
    return without_empties(outputs)


def _dimension_list(dimensions: Mapping[str, str] | None) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in sorted((dimensions or {}).items())]


def _dimension_map(dimensions: Any) -> dict[str, str]:
    return {dimension["Name"]: dimension["Value"] for dimension in dimensions or ()}


def _wrong_queries(inputs: Bag) -> list[InputFailure]:
    queries = inputs["metricQueries"]
    if not isinstance(queries, list):
        return []
    failures = [
        InputFailure(name, "cannot be given together with metricQueries")
        for name in _SERIES_INPUTS
        if inputs.get(name) not in (None, {}, "")
    ]
    for index, query in enumerate(queries):
        if isinstance(query, dict) and (query.get("metric") is None) == (
            query.get("expression") is None
        ):
            reason = "needs either a metric or an expression"
            failures.append(InputFailure(f"metricQueries[{index}]", reason))
    returned = [query for query in queries if isinstance(query, dict) and query.get("returnData")]
    if not returned:
        failures.append(InputFailure("metricQueries", "needs one query with returnData: true"))
    return failures


def _wrong_series(inputs: Bag) -> list[InputFailure]:
    failures = [
        InputFailure(name, "is required unless metricQueries is given")
        for name in ("metricName", "namespace", "period")
        if inputs.get(name) is None
    ]
    if (inputs.get("statistic") is None) == (inputs.get("extendedStatistic") is None):
        reason = "is required, or extendedStatistic, and not both"
        failures.append(InputFailure("statistic", reason))
    return failures
