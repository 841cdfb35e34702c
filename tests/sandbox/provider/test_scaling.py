"""Scaling, resource policies and Kinesis destinations over the engine's protocol."""

from __future__ import annotations

import json

import pytest
from tests.sandbox.provider.conftest import RefusedError

TABLE = "aws:dynamodb/table:Table"
TARGET = "aws:appautoscaling/target:Target"
POLICY = "aws:appautoscaling/policy:Policy"
SCHEDULE = "aws:appautoscaling/scheduledAction:ScheduledAction"
RESOURCE_POLICY = "aws:dynamodb/resourcePolicy:ResourcePolicy"
KINESIS = "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination"
READS = {
    "serviceNamespace": "dynamodb",
    "resourceId": "table/events",
    "scalableDimension": "dynamodb:table:ReadCapacityUnits",
}


@pytest.fixture
def events(engine):
    return engine.create(
        TABLE,
        {
            "name": "events",
            "hashKey": "id",
            "attributes": [{"name": "id", "type": "S"}],
            "billingMode": "PROVISIONED",
            "readCapacity": 5,
            "writeCapacity": 5,
        },
        "events",
    )


def target(**rest):
    return {**READS, "minCapacity": 5, "maxCapacity": 50, **rest}


def tracking(value=70.0, **rest):
    metric = {"predefinedMetricType": "DynamoDBReadCapacityUtilization"}
    return {
        **READS,
        "name": "reads",
        "policyType": "TargetTrackingScaling",
        "targetTrackingScalingPolicyConfiguration": {
            "targetValue": value,
            "predefinedMetricSpecification": metric,
            **rest,
        },
    }


@pytest.mark.usefixtures("events")
def test_a_target_is_registered_changed_and_taken_off(engine, client):
    state = engine.create(TARGET, target(tags={"A": "1"}))
    assert engine.settled(state, target(tags={"A": "1"}))
    changed = target(maxCapacity=90, suspendedState={"dynamicScalingInSuspended": True})
    engine.apply(state, {**changed, "tags": {"B": "2"}})
    assert engine.settled(state, {**changed, "tags": {"B": "2"}})
    imported = engine.read(TARGET, "dynamodb/table/events/dynamodb:table:ReadCapacityUnits")
    assert (imported.identifier, imported.inputs["maxCapacity"]) == ("table/events", 90)
    engine.delete(state)
    engine.delete(state)
    live = client("application-autoscaling").describe_scalable_targets(ServiceNamespace="dynamodb")
    assert live["ScalableTargets"] == []


@pytest.mark.usefixtures("events")
@pytest.mark.parametrize(
    ("change", "bounds", "suspended"),
    [
        ({"tags": {"A": "2"}}, (20, 40), ["DynamicScalingOutSuspended"]),
        ({"maxCapacity": 90}, (20, 90), ["DynamicScalingOutSuspended"]),
        (
            {"suspendedState": {"scheduledScalingSuspended": True}},
            (20, 40),
            ["DynamicScalingOutSuspended", "ScheduledScalingSuspended"],
        ),
    ],
)
def test_a_change_sends_what_was_shown_and_nothing_else(engine, client, change, bounds, suspended):
    """What a schedule has moved, or somebody has suspended, is not set back along with it."""
    halted = {"suspendedState": {"dynamicScalingInSuspended": False}}
    state = engine.create(TARGET, target(tags={"A": "1"}, **halted))
    scaling = client("application-autoscaling")
    scaling.register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId="table/events",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=20,
        MaxCapacity=40,
        SuspendedState={"DynamicScalingOutSuspended": True},
    )
    engine.apply(state, {**target(tags={"A": "1"}, **halted), **change})
    [live] = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert (live["MinCapacity"], live["MaxCapacity"]) == bounds
    assert [name for name, is_on in live["SuspendedState"].items() if is_on] == suspended


@pytest.mark.usefixtures("events")
def test_a_bound_that_is_ignored_is_neither_shown_nor_sent(engine, client):
    state = engine.create(TARGET, target())
    scaling = client("application-autoscaling")
    scaling.register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId="table/events",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=20,
    )
    ignored = ("minCapacity",)
    for limit in (90, 91):  # the second time the moved bound is on record
        difference = engine.apply(state, target(maxCapacity=limit), ignored)
        assert set(difference.paths) == {"maxCapacity"}
        assert engine.settled(state, target(maxCapacity=limit), ignored)
    [live] = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert (live["MinCapacity"], live["MaxCapacity"]) == (20, 91)


@pytest.mark.usefixtures("events")
def test_a_target_that_is_gone_is_not_registered_without_its_policies(engine, client):
    state = engine.create(TARGET, target())
    engine.delete(state)
    with pytest.raises(RefusedError, match="does not exist any more"):
        engine.apply(state, target(maxCapacity=90))
    scaling = client("application-autoscaling")
    listed = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")
    assert listed["ScalableTargets"] == []


def test_bounds_the_wrong_way_round_are_found_before_anything_is_called(engine):
    assert "more than maxCapacity" in engine.mistakes(TARGET, target(minCapacity=99))["minCapacity"]


@pytest.mark.usefixtures("events")
def test_a_policy_follows_its_metric_and_changes_in_place(engine):
    engine.create(TARGET, target())
    state = engine.create(POLICY, tracking(scaleInCooldown=60))
    assert engine.settled(state, tracking(scaleInCooldown=60))
    assert state.outputs["alarmArns"]
    paths = engine.apply(state, tracking(50, scaleInCooldown=60)).paths
    assert paths == {"targetTrackingScalingPolicyConfiguration.targetValue": "UPDATE"}
    identifier = "dynamodb/table/events/dynamodb:table:ReadCapacityUnits/reads"
    imported = engine.read(POLICY, identifier)
    assert engine.settled(imported, tracking(50, scaleInCooldown=60))
    engine.delete(state)
    engine.delete(state)
    assert engine.read(POLICY, identifier) is None


@pytest.mark.parametrize(
    ("news", "property_", "words"),
    [
        ({**tracking(), "policyType": None}, "policyType", "TargetTrackingScaling"),
        ({**tracking(), "policyType": "StepScaling"}, "policyType", "knows no other"),
        (
            {**tracking(), "stepScalingPolicyConfiguration": {}},
            "stepScalingPolicyConfiguration",
            "target tracking only",
        ),
        (
            {**tracking(), "targetTrackingScalingPolicyConfiguration": {"targetValue": 1}},
            "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification",
            "is required",
        ),
    ],
)
def test_mistakes_in_a_policy_are_found_before_anything_is_called(engine, news, property_, words):
    found = engine.mistakes(POLICY, news)
    assert words in found.get(property_, ""), found


@pytest.mark.usefixtures("events")
def test_a_schedule_moves_the_bounds_at_set_times(engine):
    engine.create(TARGET, target())
    news = {
        **READS,
        "name": "mornings",
        "schedule": "cron(0 7 ? * MON-FRI *)",
        "timezone": "Europe/Berlin",
        "startTime": "2027-01-01T00:00:00+01:00",
        "scalableTargetAction": {"minCapacity": 20},
    }
    state = engine.create(SCHEDULE, news)
    assert engine.settled(state, news)
    other = {**news, "schedule": "rate(1 day)", "scalableTargetAction": {"maxCapacity": 60}}
    engine.apply(state, other)
    assert engine.settled(state, other)
    identifier = "dynamodb/table/events/dynamodb:table:ReadCapacityUnits/mornings"
    assert engine.read(SCHEDULE, identifier).inputs["timezone"] == "Europe/Berlin"
    engine.delete(state)
    assert engine.read(SCHEDULE, identifier) is None


def test_a_schedule_needs_a_bound_and_times_that_are_times(engine):
    schedule = {**READS, "schedule": "rate(1 day)", "scalableTargetAction": {}}
    assert set(engine.mistakes(SCHEDULE, schedule)) == {"scalableTargetAction"}
    found = engine.mistakes(SCHEDULE, {**schedule, "endTime": "tomorrow"})
    assert "must be a time such as" in found["endTime"]


def test_a_wrong_import_of_scaling_says_how_it_is_spelled(engine):
    with pytest.raises(Exception, match="dynamodb/table/NAME/dynamodb:table"):
        engine.read(TARGET, "events")


def statement(action, arn):
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                    "Action": action,
                    "Resource": arn,
                }
            ],
        }
    )


def test_a_resource_policy_is_written_changed_and_removed(engine, events):
    arn = events.outputs["arn"]
    news = {"resourceArn": arn, "policy": statement("dynamodb:GetItem", arn)}
    state = engine.create(RESOURCE_POLICY, news)
    assert state.identifier == arn
    assert engine.settled(state, news)
    first = state.outputs["revisionId"]
    other = {"resourceArn": arn, "policy": statement("dynamodb:Query", arn)}
    engine.apply(state, other)
    assert engine.settled(state, other)
    assert state.outputs["revisionId"] != first
    imported = engine.read(RESOURCE_POLICY, arn)
    assert json.loads(imported.inputs["policy"])["Statement"][0]["Action"] == "dynamodb:Query"
    engine.delete(state)
    engine.delete(state)
    assert engine.read(RESOURCE_POLICY, arn, state) is None


@pytest.mark.usefixtures("events")
def test_a_kinesis_destination_is_switched_on_made_precise_and_off(engine, client):
    client("kinesis").create_stream(StreamName="copy", ShardCount=1)
    arn = client("kinesis").describe_stream(StreamName="copy")["StreamDescription"]["StreamARN"]
    news = {"tableName": "events", "streamArn": arn}
    state = engine.create(KINESIS, news)
    assert state.identifier == f"events,{arn}"
    assert engine.settled(state, news)
    precise = {**news, "approximateCreationDateTimePrecision": "MICROSECOND"}
    engine.apply(state, precise)
    assert engine.settled(state, precise)
    assert engine.read(KINESIS, f"events,{arn}").inputs["streamArn"] == arn
    engine.delete(state)
    engine.delete(state)
    assert engine.read(KINESIS, state.identifier, state) is None
