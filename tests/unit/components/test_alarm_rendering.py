"""Arguments of an alarm, from its declared value."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tablewright.components.rendering.alarm import alarm_args
from tablewright.plan.declaration.declared import Alarm, MetricQuery, MetricStat

USER_ERRORS = MetricStat("AWS/DynamoDB", "UserErrors", {}, 60, "Sum")
ALARM = Alarm(
    key="events-user-errors",
    name="dynamodb-events-user-errors-dev",
    description="refused requests",
    comparison_operator="GreaterThanThreshold",
    threshold=Decimal(5),
    evaluation_periods=1,
    metric=USER_ERRORS,
    treat_missing_data="notBreaching",
)
MATH = (
    MetricQuery("m1", metric=replace(USER_ERRORS, dimensions={"TableName": "events"})),
    MetricQuery("errors", expression="FILL(m1,0)", label="Errors", return_data=True),
)


def test_an_alarm_on_one_series_is_sent_whole():
    assert alarm_args(ALARM) == {
        "name": "dynamodb-events-user-errors-dev",
        "alarm_description": "refused requests",
        "comparison_operator": "GreaterThanThreshold",
        "threshold": 5,
        "evaluation_periods": 1,
        "namespace": "AWS/DynamoDB",
        "metric_name": "UserErrors",
        "dimensions": {},
        "period": 60,
        "statistic": "Sum",
        "treat_missing_data": "notBreaching",
        "actions_enabled": True,
        "alarm_actions": [],
        "ok_actions": [],
        "insufficient_data_actions": [],
    }


def test_an_alarm_over_metric_math_has_no_series_of_its_own():
    arguments = alarm_args(replace(ALARM, metric=None, queries=MATH))
    assert not {"namespace", "metric_name", "dimensions", "period", "statistic"} & set(arguments)
    assert arguments["metric_queries"] == [
        {
            "id": "m1",
            "return_data": False,
            "metric": {
                "namespace": "AWS/DynamoDB",
                "metric_name": "UserErrors",
                "dimensions": {"TableName": "events"},
                "period": 60,
                "stat": "Sum",
            },
        },
        {"id": "errors", "return_data": True, "expression": "FILL(m1,0)", "label": "Errors"},
    ]


@pytest.mark.parametrize("stat", ["Sum", "Average", "Minimum", "Maximum", "SampleCount"])
def test_a_plain_statistic_is_a_statistic(stat):
    arguments = alarm_args(replace(ALARM, metric=replace(USER_ERRORS, stat=stat)))
    assert arguments["statistic"] == stat
    assert "extended_statistic" not in arguments


def test_a_percentile_is_an_extended_statistic():
    percentile = replace(
        ALARM,
        metric=replace(USER_ERRORS, stat="p99.9"),
        evaluate_low_sample_count_percentile="ignore",
    )
    arguments = alarm_args(percentile)
    assert arguments["extended_statistic"] == "p99.9"
    assert arguments["evaluate_low_sample_count_percentiles"] == "ignore"
    assert "statistic" not in arguments


def test_missing_data_left_to_the_service_is_not_sent():
    assert "treat_missing_data" not in alarm_args(replace(ALARM, treat_missing_data=None))


def test_datapoints_to_alarm_are_sent_when_declared():
    assert alarm_args(replace(ALARM, datapoints_to_alarm=3))["datapoints_to_alarm"] == 3


def test_targets_are_sent_by_state():
    arguments = alarm_args(
        replace(ALARM, alarm_actions=("a",), ok_actions=("b",), insufficient_data_actions=("c",))
    )
    assert arguments["alarm_actions"] == ["a"]
    assert arguments["ok_actions"] == ["b"]
    assert arguments["insufficient_data_actions"] == ["c"]


@pytest.mark.parametrize(("threshold", "sent"), [("5", 5), ("0.5", 0.5), ("1E+3", 1000)])
def test_a_threshold_is_a_number(threshold, sent):
    assert alarm_args(replace(ALARM, threshold=Decimal(threshold)))["threshold"] == sent
