"""What alarms tell, whether they make sense, whether they fired: `--alarms` and `--fire`."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tablewright.checks.alarm_sense import doubts
from tablewright.checks.firing.trials import (
    errors_for,
    good,
    period_of,
    samples_of,
    trials,
    value_of,
)
from tablewright.checks.verdict import Verdict
from tablewright.checks.verify import verify
from tablewright.fleet.alarm_trial import AlarmTrial
from tablewright.fleet.reading import Unread
from tablewright.plan.declaration.declared import Alarm, MetricQuery, MetricStat

TOPIC = "arn:aws:sns:x:1:a"
TABLE = {"TableName": "events"}


def alarm(name: str = "UserErrors", stat: str = "Sum", period: int = 60, **more) -> Alarm:
    dimensions = {} if name == "UserErrors" else TABLE
    metric = MetricStat("AWS/DynamoDB", name, dimensions, period, stat)
    fields = {"threshold": Decimal(5), "metric": metric, "treat_missing_data": None, **more}
    return Alarm("a", "a", "", fields.pop("operator", "GreaterThanThreshold"), **fields,
                 evaluation_periods=1)  # fmt: skip


def both(**more) -> Alarm:
    """Two series in a formula."""
    queries = tuple(
        MetricQuery(f"m{number}", MetricStat("AWS/DynamoDB", name, TABLE, 60, "Sum"))
        for number, name in enumerate(("ConsumedReadCapacityUnits", "ProvisionedReadCapacityUnits"))
    )
    return replace(alarm(**more), metric=None, queries=queries)


def of_alarm(declared, live, rule: str, **around) -> list[tuple[Verdict, str]]:
    report = verify(declared, replace(live, **around))
    return [
        (finding.verdict, finding.actual)
        for finding in report.findings
        if (finding.rule, finding.subject) == (rule, "user-errors")
    ]


def test_nothing_of_it_is_asked_by_default(declared, live):
    assert not [
        each for rule in ("TW126", "TW127", "TW128") for each in of_alarm(declared, live, rule)
    ]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (True, (Verdict.PASSED, "exists")),
        (None, (Verdict.FAILED, f"there is no {TOPIC}")),
        (Unread("not allowed"), (Verdict.UNKNOWN, "not allowed")),
    ],
)
def test_a_topic_that_is_told_exists(declared, live, there, expected):
    assert of_alarm(declared, live, "TW126", actions={TOPIC: there}) == [expected]


def test_the_alarms_of_the_stack_make_sense(declared, live):
    assert of_alarm(declared, live, "TW127", actions={}) == [(Verdict.PASSED, "yes")]


def test_an_alarm_that_makes_no_sense_fails(declared, live):
    found = live.alarms["user-errors"]
    changed = replace(found, alarm=replace(found.alarm, treat_missing_data="breaching"))
    alarms = {**live.alarms, "user-errors": changed}
    [(verdict, actual)] = of_alarm(declared, live, "TW127", alarms=alarms, actions={})
    assert verdict is Verdict.FAILED
    assert "which `breaching` takes for a breach" in actual


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (alarm(), ""),
        (alarm(treat_missing_data="notBreaching"), ""),
        (alarm(treat_missing_data="ignore"), "with `ignore` it stays in ALARM"),
        (alarm("ReadThrottleEvents", treat_missing_data="breaching"), "takes for a breach"),
        (alarm("ConsumedReadCapacityUnits", treat_missing_data="breaching"), ""),
        (alarm("UserErrors", operator="LessThanThreshold", treat_missing_data="breaching"), ""),
        (alarm("ProvisionedReadCapacityUnits"), "has a datapoint every 300 s"),
        (alarm("ProvisionedReadCapacityUnits", period=300), ""),
        (both(), "ProvisionedReadCapacityUnits has a datapoint every 300 s"),
    ],
)
def test_periods_and_missing_data_are_weighed(given, why):
    assert why in "; ".join(doubts(given))
    assert bool(why) == bool(doubts(given))


@pytest.mark.parametrize(
    ("trial", "expected"),
    [
        (
            AlarmTrial(fired=True, back="OK", how="6 errors"),
            [(Verdict.PASSED, "ALARM by 6 errors, then OK")],
        ),
        (AlarmTrial(fired=False), [(Verdict.FAILED, "nothing brought it to ALARM")]),
        (
            AlarmTrial(fired=True, back="ALARM", how="6 errors"),
            [(Verdict.FAILED, "ALARM by 6 errors, and stays there")],
        ),
        (
            AlarmTrial(
                fired=True, back="OK", how="it", actions={TOPIC: "", "arn:x:b": "it failed"}
            ),
            [
                (Verdict.PASSED, "ALARM by it, then OK"),
                (Verdict.PASSED, "told"),
                (Verdict.FAILED, "it failed"),
            ],
        ),
    ],
)
def test_what_an_alarm_did_is_judged(declared, live, trial, expected):
    assert of_alarm(declared, live, "TW128", trials={"user-errors": trial}) == expected


def test_a_formula_is_tried_with_each_of_its_series():
    levels = [tuple(level for _, level in trial.levels) for trial in trials(both())]
    assert levels == [
        *(("high", "high"), ("high", "low"), ("low", "high")),
        *(("high", "none"), ("none", "high"), ("low", "low"), ("none", "none")),
    ]


def test_an_alarm_for_too_little_is_tried_with_little_first():
    [first, *_] = trials(alarm(operator="LessThanThreshold"))
    assert [level for _, level in first.levels] == ["low"]


def test_what_is_tried_exceeds_the_threshold():
    assert errors_for(alarm()) == 6
    assert value_of("high", alarm("ConsumedReadCapacityUnits")) == 11
    assert value_of("high", both()) == 5e9
    assert value_of("low", alarm("ConsumedReadCapacityUnits")) == 0
    assert period_of(alarm(period=300)) == 300


def test_all_is_well_again_with_data_only_where_a_metric_has_some():
    assert good(alarm()).levels == ()
    [(series, level)] = good(alarm("SuccessfulRequestLatency")).levels
    assert (series.metric_name, level) == ("SuccessfulRequestLatency", "low")


@pytest.mark.parametrize(("stat", "samples"), [("Sum", 1), ("p99", 1000), ("p50", 20), ("p5", 200)])
def test_a_percentile_has_the_samples_it_needs(stat, samples):
    assert (
        samples_of(MetricStat("AWS/DynamoDB", "SuccessfulRequestLatency", TABLE, 60, stat))
        == samples
    )
