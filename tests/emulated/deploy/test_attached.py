"""What hangs on a live table is found before a run, or the run does not begin."""

import json
from dataclasses import replace

import pytest

from tablewright.aws.reading import read_table
from tablewright.deploy.attached import attached
from tablewright.errors import UnreadError
from tablewright.plan.declared import DeclaredTable
from tablewright.plan.scaling import Scaling
from tablewright.plan.table import Key, Table

REGION = "ap-southeast-2"
BARE = DeclaredTable(Table("events", Key(("id",)), {"id": "S"}), adopt=True)
SCALED = replace(BARE, scaling=(Scaling("read", 1, 10),))
OPENED = replace(BARE, resource_policy={"Version": "2012-10-17", "Statement": []})
PLACE = ("table/events", "dynamodb:table:ReadCapacityUnits")


def found(session, declared: DeclaredTable):
    live = {"events": read_table(session, "events")}
    return attached([declared], live, session, REGION)


def test_what_is_not_declared_is_not_asked_for(session, make_table, refuse):
    make_table("events")
    refuse("application-autoscaling", "DescribeScalableTargets")
    refuse("dynamodb", "GetResourcePolicy")
    assert not any(found(session, BARE).values())


def test_a_table_that_is_not_there_has_nothing_attached(session):
    assert not any(attached([SCALED, OPENED], {}, session, REGION).values())


def test_live_scaling_is_found_with_its_policy(session, make_table):
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    make_table("events", BillingMode="PROVISIONED", ProvisionedThroughput=units)
    client = session.client("application-autoscaling")
    place = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": PLACE[0],
        "ScalableDimension": PLACE[1],
    }
    client.register_scalable_target(**place, MinCapacity=1, MaxCapacity=10)
    client.put_scaling_policy(
        **place,
        PolicyName="by hand",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70,
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "DynamoDBReadCapacityUtilization"
            },
        },
    )
    fields = found(session, SCALED)
    assert fields["scaling_targets"] == {PLACE}
    assert fields["scaling_policies"] == {(*PLACE, "by hand")}


def test_a_live_resource_policy_is_found(session, make_table):
    arn = make_table("events")
    assert found(session, OPENED)["resource_policies"] == {}
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{session.account_id}:root"},
        "Action": "dynamodb:GetItem",
        "Resource": arn,
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    session.client("dynamodb").put_resource_policy(ResourceArn=arn, Policy=json.dumps(policy))
    assert found(session, OPENED)["resource_policies"] == {"events": arn}


@pytest.mark.parametrize(
    ("declared", "service", "operation"),
    [
        (SCALED, "application-autoscaling", "DescribeScalableTargets"),
        (OPENED, "dynamodb", "GetResourcePolicy"),
    ],
)
def test_what_cannot_be_asked_for_stops_the_run(
    session, make_table, refuse, declared, service, operation
):
    make_table("events")
    refuse(service, operation)
    with pytest.raises(UnreadError, match=operation):
        found(session, declared)
