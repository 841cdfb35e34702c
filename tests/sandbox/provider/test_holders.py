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
    later.delete(first, same_run=True)
    later.delete(second, same_run=True)
    assert alarms() == ["a", "b"]


def test_what_is_made_under_another_logical_name_stays(engine, later, alarms):
    before = engine.create(ALARM, {**INPUTS, "name": "a"}, "before")
    later.create(ALARM, {**INPUTS, "name": "a"}, "after")
    later.delete(before, same_run=True)
    assert alarms() == ["a"]


def test_what_is_declared_elsewhere_and_unchanged_stays(engine, later, alarms):
    record = engine.create(ALARM, {**INPUTS, "name": "a"}, "before")
    double = engine.create(ALARM, {**INPUTS, "name": "a"}, "after")
    assert later.settled(double, {**INPUTS, "name": "a"})
    later.delete(record, same_run=True)
    assert alarms() == ["a"]


def test_what_an_import_replaces_by_itself_stays(engine, later, alarms):
    recorded = engine.create(ALARM, {**INPUTS, "name": "a"})
    assert later.read(ALARM, "a")
    later.delete(recorded, same_run=True)
    assert alarms() == ["a"]


def test_what_only_has_another_name_now_goes(engine, later, alarms):
    recorded = engine.create(ALARM, {**INPUTS, "name": "a"})
    later.create(ALARM, {**INPUTS, "name": "b"})
    later.delete(recorded, same_run=True)
    assert alarms() == ["b"]


def test_an_index_that_moves_into_its_table_is_not_built_again(engine, later, client):
    table = {
        "name": "events",
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
    }
    recorded = engine.create("aws:dynamodb/table:Table", table, "table")
    index = {
        "tableName": "events",
        "indexName": "by-day",
        "keySchemas": [{"attributeName": "day", "attributeType": "S", "keyType": "HASH"}],
        "projection": {"projectionType": "ALL"},
    }
    apart = engine.create("aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex", index, "index")
    inside = {
        **table,
        "attributes": [*table["attributes"], {"name": "day", "type": "S"}],
        "globalSecondaryIndexes": [{"name": "by-day", "hashKey": "day", "projectionType": "ALL"}],
    }
    later.apply(recorded, inside)
    later.delete(apart, same_run=True)
    described = client("dynamodb").describe_table(TableName="events")["Table"]
    assert [found["IndexName"] for found in described["GlobalSecondaryIndexes"]] == ["by-day"]
