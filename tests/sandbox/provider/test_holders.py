"""What was made, declared or imported in a run is not deleted by the same run."""

from __future__ import annotations

import pytest

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
INPUTS = {
    "comparisonOperator": "GreaterThanThreshold",
    "evaluationPeriods": 1,
    "threshold": 1,
    "namespace": "AWS/DynamoDB",
    "metricName": "UserErrors",
    "statistic": "Sum",
    "period": 60,
}


@pytest.fixture
def later(engine_for):
    """An instance of the provider of a later run."""
    driven = engine_for()
    driven.configure()
    return driven


@pytest.fixture
def alarms(client):
    def names():
        described = client("cloudwatch").describe_alarms()["MetricAlarms"]
        return sorted(alarm["AlarmName"] for alarm in described)

    return names


def test_two_that_swap_their_names_both_stay(engine, later, alarms):
    first, second = (engine.create(ALARM, {**INPUTS, "name": name}, name) for name in "ab")
    later.create(ALARM, {**INPUTS, "name": "b"}, "a")
    later.create(ALARM, {**INPUTS, "name": "a"}, "b")
    later.delete(first)
    later.delete(second)
    assert alarms() == ["a", "b"]


def test_what_is_made_under_another_logical_name_stays(engine, later, alarms):
    before = engine.create(ALARM, {**INPUTS, "name": "a"}, "before")
    later.create(ALARM, {**INPUTS, "name": "a"}, "after")
    later.delete(before)
    assert alarms() == ["a"]


def test_what_is_declared_elsewhere_and_unchanged_stays(engine, later, alarms):
    record = engine.create(ALARM, {**INPUTS, "name": "a"}, "before")
    double = engine.create(ALARM, {**INPUTS, "name": "a"}, "after")
    assert later.settled(double, {**INPUTS, "name": "a"})
    later.delete(record)
    assert alarms() == ["a"]


def test_what_an_import_replaces_by_itself_stays(engine, later, alarms):
    recorded = engine.create(ALARM, {**INPUTS, "name": "a"})
    assert later.read(ALARM, "a")
    later.delete(recorded)
    assert alarms() == ["a"]


def test_what_only_has_another_name_now_goes(engine, later, alarms):
    recorded = engine.create(ALARM, {**INPUTS, "name": "a"})
    later.create(ALARM, {**INPUTS, "name": "b"})
    later.delete(recorded)
    assert alarms() == ["b"]
