"""What is declared and not recorded is looked for before a run, or the run does not begin."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from tablewright.components.existing import Existing
from tablewright.deploy.ownership.stack_identity import StackIdentity
from tablewright.deploy.preconditions.preflight import look
from tablewright.deploy.preconditions.recorded import RecordedResources, unrecorded
from tablewright.errors import InputError, UnreadError
from tablewright.plan.declaration.declared import (
    Alarm,
    Dashboard,
    DeclaredStack,
    DeclaredTable,
    Insights,
    MetricStat,
)
from tablewright.plan.scaling import Scaling, Schedule
from tablewright.plan.table import Key, Table

REGION = "ap-southeast-2"
BARE = DeclaredTable(Table("events", Key(("id",)), {"id": "S"}), adopt=True)
SCHEDULED = Scaling("read", 1, 10, schedules=(Schedule("morning", "rate(1 day)", minimum=5),))
SCALED = replace(BARE, scaling=(SCHEDULED,))
OPENED = replace(BARE, resource_policy={"Version": "2012-10-17", "Statement": []})
WATCHED = replace(BARE, insights=(Insights(),))
PLACE = ("dynamodb", "table/events", "dynamodb:table:ReadCapacityUnits")
IN_STATE = frozenset({("aws:dynamodb/table:Table", "events")})


def found(session, *tables: DeclaredTable, known=frozenset(), **more) -> Existing:
    stack = DeclaredStack("shop", "dev", REGION, tables, **more)
    who = StackIdentity("shop/dev", "file:///state")
    return look(stack, unrecorded(stack, RecordedResources(known)), who, session)


def test_what_is_not_declared_is_not_asked_for(session, make_table, refuse):
    make_table("events")
    refuse("application-autoscaling", "DescribeScalableTargets")
    existing = found(session, BARE)
    assert set(existing.tables) == {"events"}
    assert not existing.import_ids


def test_a_table_that_is_not_there_has_nothing_attached(session):
    fresh = [replace(table, adopt=False) for table in (SCALED, OPENED)]
    assert found(session, *fresh) == Existing()


def scale_by_hand(session) -> None:
    client = session.client("application-autoscaling")
    place = {
        "ServiceNamespace": PLACE[0],
        "ResourceId": PLACE[1],
        "ScalableDimension": PLACE[2],
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
    client.put_scheduled_action(
        **place,
        ScheduledActionName="morning",
        Schedule="rate(1 day)",
        ScalableTargetAction={"MinCapacity": 5},
    )


@pytest.mark.parametrize("known", [frozenset(), IN_STATE], ids=["unknown", "recorded"])
def test_live_scaling_is_found_with_its_policy_and_its_schedules(session, make_table, known):
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    make_table("events", BillingMode="PROVISIONED", ProvisionedThroughput=units)
    scale_by_hand(session)
    existing = found(session, SCALED, known=known)
    target = "/".join(PLACE)
    assert existing.import_ids == {
        ("appautoscaling.Target", PLACE): target,
        ("appautoscaling.Policy", (*PLACE, "by hand")): f"{target}/by hand",
        ("appautoscaling.ScheduledAction", (*PLACE, "morning")): f"{target}/morning",
    }


def test_a_live_resource_policy_is_found(session, make_table):
    arn = make_table("events")
    assert not found(session, OPENED).import_ids
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{session.account_id}:root"},
        "Action": "dynamodb:GetItem",
        "Resource": arn,
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    session.client("dynamodb").put_resource_policy(ResourceArn=arn, Policy=json.dumps(policy))
    assert found(session, OPENED).import_ids == {("dynamodb.ResourcePolicy", ("events",)): arn}


def test_a_live_dashboard_is_found_by_its_name(session):
    dashboard = Dashboard("shop-dev", {"widgets": []}, adopt=True)
    assert not found(session, dashboard=dashboard).import_ids
    session.client("cloudwatch").put_dashboard(
        DashboardName="shop-dev", DashboardBody='{"widgets": []}'
    )
    name = ("cloudwatch.Dashboard", ("shop-dev",))
    assert found(session, dashboard=dashboard).import_ids == {name: "shop-dev"}
    with pytest.raises(InputError, match="dashboard shop-dev exists already"):
        found(session, dashboard=replace(dashboard, adopt=False))


def test_a_composite_alarm_that_has_a_declared_name_stops_the_run(session):
    series = MetricStat("AWS/DynamoDB", "UserErrors", {}, 60, "Sum")
    alarm = Alarm("hot", "hot", "", "GreaterThanThreshold", Decimal(1), 1, series)
    client = session.client("cloudwatch")
    client.put_metric_alarm(
        AlarmName="other",
        Namespace="AWS/DynamoDB",
        MetricName="UserErrors",
        Period=60,
        Statistic="Sum",
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
    )
    client.put_composite_alarm(AlarmName="hot", AlarmRule='ALARM("other")')
    with pytest.raises(InputError, match="a composite alarm has that name"):
        found(session, alarms=(alarm,))


@pytest.mark.parametrize("known", [frozenset(), IN_STATE], ids=["unknown", "recorded"])
@pytest.mark.parametrize(
    ("declared", "service", "operation"),
    [
        (SCALED, "application-autoscaling", "DescribeScalableTargets"),
        (OPENED, "dynamodb", "GetResourcePolicy"),
        (WATCHED, "dynamodb", "DescribeContributorInsights"),
    ],
)
def test_what_cannot_be_asked_for_stops_the_run(
    session, make_table, refuse, declared, service, operation, known
):
    make_table("events")
    refuse(service, operation)
    with pytest.raises(UnreadError, match=operation):
        found(session, declared, known=known)
