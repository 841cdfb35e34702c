"""PutMetricAlarm: what is refused, and with which text."""

import pytest

from tablewright_emulator.cloudwatch.alarms.request import (
    alarm_period,
    composite_alarm_problem,
    metric_alarm_problem,
    returned_query,
    tag_problem,
)

SINGLE = {
    "AlarmName": "a",
    "Namespace": "shop",
    "MetricName": "Errors",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def stat(identity, period=60, name="Sum", **more):
    metric = {"Namespace": "shop", "MetricName": identity}
    return {
        "Id": identity,
        "MetricStat": {"Metric": metric, "Period": period, "Stat": name},
        "ReturnData": False,
        **more,
    }


def math(*queries, **changes):
    dropped = {"Namespace", "MetricName", "Statistic", "Period"}
    kept = {key: value for key, value in SINGLE.items() if key not in dropped}
    return kept | {"Metrics": list(queries)} | changes


TOTAL = {"Id": "e1", "Expression": "m1 + m2"}


def test_a_plain_alarm_is_accepted():
    assert metric_alarm_problem(SINGLE, "eu-west-1") is None


def test_a_math_alarm_is_accepted():
    request = math(stat("m1"), stat("m2"), TOTAL)
    assert metric_alarm_problem(request, "eu-west-1") is None
    assert returned_query(request["Metrics"]) == TOTAL


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"AlarmName": "a\tb"}, "control characters"),
        ({"MetricName": None}, "MetricName must not be null"),
        ({"Namespace": None}, "Namespace must not be null"),
        ({"Period": None}, "Period must not be null"),
        ({"Threshold": None}, "Threshold must not be null"),
        ({"ComparisonOperator": None}, "ComparisonOperator must not be null"),
        ({"EvaluationPeriods": None}, "EvaluationPeriods must not be null"),
        ({"Threshold": float("nan")}, "finite number"),
        ({"Threshold": float("-inf")}, "finite number"),
        ({"Period": 45}, "Period must be 10, 20, 30 or a multiple of 60"),
        ({"Period": 90}, "Period must be 10, 20, 30 or a multiple of 60"),
        ({"Statistic": None}, "Exactly one of Statistic and ExtendedStatistic"),
        ({"ExtendedStatistic": "p99"}, "Exactly one of Statistic and ExtendedStatistic"),
        ({"Statistic": None, "ExtendedStatistic": "p101"}, "p101"),
        ({"Statistic": None, "ExtendedStatistic": "Median"}, "Median"),
        ({"Statistic": None, "ExtendedStatistic": "Sum"}, "Sum for parameter ExtendedStatistic"),
        ({"DatapointsToAlarm": 4}, "less than or equal to EvaluationPeriods"),
        ({"EvaluationPeriods": 1441}, "across more than a day"),
        ({"Period": 3600, "EvaluationPeriods": 169}, "across more than a week"),
        ({"TreatMissingData": "perhaps"}, "Invalid TreatMissingData"),
        ({"EvaluateLowSampleCountPercentile": "maybe"}, "EvaluateLowSampleCountPercentile"),
        ({"AlarmActions": ["pager"]}, "Invalid arn syntax: pager"),
        ({"OKActions": ["arn:aws:s3:::bucket"]}, "Invalid arn syntax"),
        (
            {"AlarmActions": ["arn:aws:sns:us-east-1:123456789012:t"]},
            "Invalid region us-east-1 specified. Only eu-west-1 is supported.",
        ),
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "anomaly detection"),
        ({"EvaluationCriteria": {"PromQLCriteria": {}}}, "EvaluationCriteria is not supported"),
        ({"Dimensions": [{"Name": "A", "Value": "1"}] * 2}, "more than once"),
        ({"Tags": [{"Key": "a", "Value": ""}] * 2}, "Duplicate tag keys"),
        ({"Tags": [{"Key": "AWS:a", "Value": ""}]}, "aws: prefixed"),
    ],
)
def test_a_wrong_single_metric_alarm_is_refused(changes, text):
    request = {key: value for key, value in (SINGLE | changes).items() if value is not None}
    assert text in (metric_alarm_problem(request, "eu-west-1") or "")


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (math(), "MetricName must not be null"),
        (math(stat("m1"), stat("m1"), TOTAL), "Invalid metrics list"),
        (math(stat("M1"), TOTAL), "Invalid metrics list"),
        (math(stat("m1", name="Median"), TOTAL), "Invalid metrics list"),
        (math({"Id": "e1"}), "Invalid metrics list"),
        (math({**stat("m1"), "Expression": "m1", "ReturnData": True}), "Invalid metrics list"),
        (math(stat("m1"), stat("m2")), "Exactly one element of the metrics list"),
        (math(stat("m1", ReturnData=True), TOTAL), "Exactly one element of the metrics list"),
        (math(*(stat(f"m{n}") for n in range(11)), TOTAL), "more than 10 metrics"),
        (math(stat("m1"), TOTAL, MetricName="Errors"), "MetricName should not be set if list"),
        (math(stat("m1"), TOTAL, Statistic="Sum"), "Statistic should not be set if list"),
        (math(stat("m1", period=45), TOTAL), "Period must be"),
        (math({"Id": "e1", "Expression": "TIME_SERIES(1)"}), "Period must not be null"),
        (
            math({"Id": "e1", "Expression": "SUM(SEARCH('{AWS/EC2}', 'Sum'))", "Period": 60}),
            "SEARCH is not supported on Metric Alarms",
        ),
        (
            math(stat("m1", period=300), stat("m2"), TOTAL, EvaluationPeriods=289),
            "across more than a day",
        ),
    ],
)
def test_a_wrong_math_alarm_is_refused(request_, text):
    assert text in (metric_alarm_problem(request_, "eu-west-1") or "")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("m1 +", "Error in expression 'e1': Unexpected end of the expression"),
        ("m9", "Unknown id m9"),
        ("e1 + m1", "It refers to itself"),
        ("MEDIAN(m1)", "Unknown function MEDIAN"),
        ("ANOMALY_DETECTION_BAND(m1)", "not supported by this embedded AWS"),
        ("SUM(m1)", "returns a scalar"),
        ("5", "returns a scalar"),
        ("METRICS()", "must return a single time series"),
        ("METRICS() + METRICS()", "two arrays"),
        ("FILL(m1)", "Wrong number of arguments"),
    ],
)
def test_an_expression_that_gives_no_single_series_is_refused(expression, text):
    request_ = math(stat("m1"), stat("m2"), {"Id": "e1", "Expression": expression})
    assert text in (metric_alarm_problem(request_, "eu-west-1") or "")


def test_ten_metrics_and_their_sum_fit_into_an_alarm():
    request = math(*(stat(f"m{n}") for n in range(10)), TOTAL)
    assert metric_alarm_problem(request, "eu-west-1") is None


def test_a_name_that_contains_search_in_quotes_is_no_search():
    expression = {"Id": "e1", "Expression": "SUM(METRICS('SEARCH('))"}
    problem = metric_alarm_problem(math(stat("m1"), expression), "eu-west-1")
    assert problem == "Error in expression 'e1': The array of time series is empty"


@pytest.mark.parametrize(("period", "periods"), [(60, 1440), (300, 288), (3600, 168), (10, 8640)])
def test_the_longest_windows_are_accepted(period, periods):
    request = SINGLE | {"Period": period, "EvaluationPeriods": periods}
    assert metric_alarm_problem(request, "eu-west-1") is None


def test_the_period_of_a_math_alarm_is_its_longest():
    assert alarm_period(math(stat("m1"), stat("m2", period=300), TOTAL)) == 300
    assert alarm_period(SINGLE) == 60


def test_actions_without_a_region_are_accepted():
    request = SINGLE | {"AlarmActions": ["arn:aws:ssm-incidents::123456789012:response-plan/x"]}
    assert metric_alarm_problem(request, "eu-west-1") is None


def test_a_composite_alarm_shares_the_checks_on_actions():
    request = {"AlarmName": "c", "AlarmRule": "TRUE", "AlarmActions": ["x"]}
    assert composite_alarm_problem(request, "eu-west-1") == "Invalid arn syntax: x"


def test_fifty_tags_are_allowed_and_no_more():
    tags = [{"Key": f"k{n}", "Value": ""} for n in range(51)]
    assert tag_problem(tags[:50]) is None
    assert tag_problem(tags) == "The number of tags must not exceed 50."
