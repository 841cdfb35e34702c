"""Alarms as CloudWatch describes them, held to an inverse."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright.fleet.alarms import composite_alarm, metric_alarm
from tablewright.plan.declaration.declared import Alarm, MetricQuery, MetricStat

WORDS = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}", fullmatch=True)
STATS = st.sampled_from(["Sum", "Average", "p99", "tm90"])
SERIES = st.builds(
    MetricStat,
    namespace=WORDS,
    metric_name=WORDS,
    dimensions=st.dictionaries(WORDS, WORDS, max_size=3),
    period_seconds=st.sampled_from([10, 60, 300]),
    stat=STATS,
)
QUERIES = st.builds(
    MetricQuery,
    id=WORDS.map(str.lower),
    metric=SERIES,
    label=st.none() | WORDS,
    return_data=st.booleans(),
) | st.builds(
    MetricQuery,
    id=WORDS.map(str.lower),
    expression=WORDS,
    return_data=st.booleans(),
)
ARNS = st.lists(WORDS, max_size=3).map(tuple)


@st.composite
def alarms(draw: st.DrawFn) -> Alarm:
    queries = tuple(draw(st.lists(QUERIES, max_size=3)))
    name = draw(WORDS)
    return Alarm(
        key=name,
        name=name,
        description=draw(st.just("") | WORDS),
        comparison_operator=draw(WORDS),
        threshold=Decimal(str(draw(st.integers(-100, 100) | st.just(0.1)))),
        evaluation_periods=draw(st.integers(1, 10)),
        metric=None if queries else draw(SERIES),
        queries=queries,
        datapoints_to_alarm=draw(st.none() | st.integers(1, 10)),
        treat_missing_data=draw(st.none() | st.just("notBreaching")),
        evaluate_low_sample_count_percentile=draw(st.none() | st.just("ignore")),
        alarm_actions=draw(ARNS),
        ok_actions=draw(ARNS),
        insufficient_data_actions=draw(ARNS),
    )


def dimensions(series: MetricStat) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in series.dimensions.items()]


def plain(series: MetricStat) -> dict[str, Any]:
    statistic = "Statistic" if series.stat in {"Sum", "Average"} else "ExtendedStatistic"
    return {
        "Namespace": series.namespace,
        "MetricName": series.metric_name,
        "Dimensions": dimensions(series),
        "Period": series.period_seconds,
        statistic: series.stat,
    }


def line(query: MetricQuery) -> dict[str, Any]:
    reply: dict[str, Any] = {"Id": query.id, "ReturnData": query.return_data}
    if query.label is not None:
        reply["Label"] = query.label
    if query.expression is not None:
        reply["Expression"] = query.expression
    if query.metric is not None:
        reply["MetricStat"] = {
            "Metric": {
                "Namespace": query.metric.namespace,
                "MetricName": query.metric.metric_name,
                "Dimensions": dimensions(query.metric),
            },
            "Period": query.metric.period_seconds,
            "Stat": query.metric.stat,
        }
    return reply


def described(alarm: Alarm) -> dict[str, Any]:
    reply: dict[str, Any] = {
        "AlarmName": alarm.name,
        "AlarmArn": f"arn:{alarm.name}",
        "AlarmDescription": alarm.description,
        "ActionsEnabled": True,
        "AlarmActions": list(alarm.alarm_actions),
        "OKActions": list(alarm.ok_actions),
        "InsufficientDataActions": list(alarm.insufficient_data_actions),
        "StateValue": "OK",
        "ComparisonOperator": alarm.comparison_operator,
        "Threshold": float(alarm.threshold),
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints_to_alarm,
        "TreatMissingData": alarm.treat_missing_data,
        "EvaluateLowSampleCountPercentile": alarm.evaluate_low_sample_count_percentile,
    }
    if alarm.metric is not None:
        reply |= plain(alarm.metric)
    else:
        reply["Metrics"] = [line(query) for query in alarm.queries]
    return {name: value for name, value in reply.items() if value is not None}


@given(alarms())
def test_a_described_alarm_comes_back_as_it_was(alarm: Alarm):
    live = metric_alarm(described(alarm))
    assert live.alarm == alarm
    assert (live.state, live.actions_enabled, live.rule, live.beyond) == ("OK", True, None, ())


LIVE = described(
    Alarm(
        key="a",
        name="a",
        description="",
        comparison_operator="GreaterThanThreshold",
        threshold=Decimal(5),
        evaluation_periods=1,
        metric=MetricStat("AWS/DynamoDB", "UserErrors", {}, 60, "Sum"),
    )
)
SERIES_OF = {"Metric": {"Namespace": "n", "MetricName": "m"}, "Period": 60, "Stat": "Sum"}


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"Unit": "Bytes"}, "a unit filter"),
        ({"ThresholdMetricId": "ad1"}, "an anomaly detection band"),
        (
            {"Metrics": [{"Id": "m1", "MetricStat": {**SERIES_OF, "Unit": "Bytes"}}]},
            "a unit filter on m1",
        ),
        (
            {"Metrics": [{"Id": "m1", "AccountId": "1", "MetricStat": SERIES_OF}]},
            "metric m1 of another account",
        ),
    ],
)
def test_what_an_alarm_uses_beyond_its_fields_is_said(extra: dict[str, Any], words: str):
    assert metric_alarm({**LIVE, **extra}).beyond == (words,)


def test_a_line_of_math_without_a_word_on_it_returns_data():
    [query] = metric_alarm({**LIVE, "Metrics": [{"Id": "e1", "Expression": "1"}]}).alarm.queries
    assert query.return_data


def test_a_composite_alarm_has_a_rule_and_no_metric():
    live = composite_alarm(
        {"AlarmName": "c", "AlarmArn": "arn:c", "AlarmRule": "ALARM(a)", "ActionsEnabled": False}
    )
    assert (live.rule, live.alarm.metric, live.actions_enabled) == ("ALARM(a)", None, False)
