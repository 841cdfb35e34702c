"""What lives is read from AWS's own APIs; what they refuse is unread, what is not there is None."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tablewright.aws.reading import read_table
from tablewright.checks.access.reading import with_access
from tablewright.errors import AccessDeniedError, EndpointError, NotFoundError
from tablewright.fleet.alarms import LiveAlarm, every_alarm
from tablewright.fleet.live import LiveTable
from tablewright.fleet.rate_limiter import UNLIMITED, rate_limiter_for
from tablewright.fleet.reading import Unread
from tablewright.fleet.roles import LiveRole
from tablewright.fleet.scaling import read_scaling
from tablewright.fleet.stack import read_stack
from tablewright.plan.declaration.declared import (
    Alarm,
    Dashboard,
    DeclaredStack,
    DeclaredTable,
    Insights,
    MetricStat,
    Role,
    Trust,
)
from tablewright.plan.table import Encryption, Key, Recovery, Stream, Table, TimeToLive

POLICY = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"},
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}


def named(*tables: str, alarm: str = "alarm", role: str = "role") -> DeclaredStack:
    """A stack that names these things; what it wants of them does not matter for reading."""
    declared = [
        DeclaredTable(
            Table(name, Key(("id",)), {"id": "S"}),
            alarms=(
                Alarm(
                    key=alarm,
                    name=alarm,
                    description="",
                    comparison_operator="GreaterThanThreshold",
                    threshold=Decimal(1),
                    evaluation_periods=1,
                    metric=MetricStat("AWS/DynamoDB", "UserErrors", {}, 60, "Sum"),
                ),
            ),
            roles=(Role(role, role, "policy", "", Trust(), ()),),
        )
        for name in tables
    ]
    return DeclaredStack("s", "dev", "ap-southeast-2", tuple(declared))


def make_role(session, name: str = "role") -> None:
    iam = session.client("iam")
    iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(TRUST),
        Description="May read",
        Tags=[{"Key": "Team", "Value": "data"}],
    )
    iam.put_role_policy(RoleName=name, PolicyName="policy", PolicyDocument=json.dumps(POLICY))
    arn = iam.create_policy(PolicyName="extra", PolicyDocument=json.dumps(POLICY))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)


def make_alarm(session, name: str = "alarm", **more: Any) -> None:
    session.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Namespace="AWS/DynamoDB",
        MetricName="UserErrors",
        Period=60,
        Statistic="Sum",
        Threshold=5,
        Tags=[{"Key": "Team", "Value": "data"}],
        **more,
    )


def test_a_table_is_read_with_all_that_belongs_to_it(session, make_table):
    arn = make_table(
        "events",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        Tags=[{"Key": "Team", "Value": "data"}],
    )
    client = session.client("dynamodb")
    client.update_time_to_live(
        TableName="events",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expiresAt"},
    )
    client.update_continuous_backups(
        TableName="events",
        PointInTimeRecoverySpecification={
            "PointInTimeRecoveryEnabled": True,
            "RecoveryPeriodInDays": 7,
        },
    )
    live = read_stack(session, named("events")).tables["events"]
    assert isinstance(live, LiveTable)
    assert live.table.stream == Stream("NEW_IMAGE")
    assert live.table.time_to_live == TimeToLive("expiresAt")
    assert live.table.recovery == Recovery(7)
    assert live.table.tags == {"Team": "data"}
    assert live.stream_status == "ENABLED"
    assert live.reading.stream_arn == f"{arn}/stream/{live.reading.stream_label}"
    assert (live.arn, live.name, live.account_id) == (arn, "events", session.account_id)


def test_a_role_is_read_with_all_its_policies(session):
    make_role(session)
    role = read_stack(session, named("events")).roles["role"]
    assert isinstance(role, LiveRole)
    assert role.inline == {"policy": POLICY}
    assert role.trust == TRUST
    assert role.attached == (f"arn:aws:iam::{session.account_id}:policy/extra",)
    assert (role.description, role.tags) == ("May read", {"Team": "data"})


def test_what_bears_on_a_role_is_read_and_simulated(session, make_table, refuse):
    make_table("events")
    make_role(session)
    arn = session.client("iam").create_policy(
        PolicyName="reads", PolicyDocument=json.dumps(POLICY)
    )["Policy"]["Arn"]
    session.client("iam").attach_role_policy(RoleName="role", PolicyArn=arn)
    declared = named("events")
    live = read_stack(session, declared)
    assert live.access is None
    access = (with_access(session, declared, live).access or {})["role"]
    assert access.managed[arn] == POLICY
    table = f"arn:aws:dynamodb:{live.region}:{session.account_id}:table/events"
    assert isinstance(access.simulated, dict)
    assert access.simulated["dynamodb:GetItem", table].decision == "allowed"
    assert access.simulated["dynamodb:DeleteTable", f"{table}-another"].decision == "implicitDeny"
    refuse("iam", "SimulatePrincipalPolicy")
    refused = (with_access(session, declared, live).access or {})["role"]
    assert isinstance(refused.simulated, Unread)
    refuse("iam", "GetPolicy")
    refused = (with_access(session, declared, live).access or {})["role"]
    assert isinstance(refused.managed[arn], Unread)


def test_an_alarm_is_read_with_its_tags(session):
    make_alarm(session)
    live = read_stack(session, named("events")).alarms["alarm"]
    assert isinstance(live, LiveAlarm)
    assert live.alarm.metric == MetricStat("AWS/DynamoDB", "UserErrors", {}, 60, "Sum")
    assert live.alarm.tags == {"Team": "data"}


def test_more_alarms_are_read_than_fit_into_one_call(session):
    names = [f"alarm-{number:03}" for number in range(120)]
    for name in names:
        make_alarm(session, name)
    assert sorted(live.alarm.name for live in every_alarm(session, None, UNLIMITED)) == names


def test_what_is_not_there_is_none(session):
    live = read_stack(session, named("events"))
    assert (live.tables, live.alarms, live.roles) == (
        {"events": None},
        {"alarm": None},
        {"role": None},
    )


@pytest.mark.parametrize(
    ("operation", "facet"),
    [
        ("DescribeContinuousBackups", "recovery"),
        ("DescribeTimeToLive", "time_to_live"),
        ("ListTagsOfResource", "tags"),
    ],
)
def test_a_refused_call_leaves_its_facet_unread(session, make_table, refuse, operation, facet):
    make_table("events")
    refuse("dynamodb", operation)
    reading = read_table(session, "events")
    assert getattr(reading.table, facet) is None
    assert f"x:{operation} is not allowed" in reading.unread[facet]


def test_a_key_that_cannot_be_looked_up_leaves_the_encryption_unread(session, make_table, refuse):
    make_table("events", SSESpecification={"Enabled": True})
    refuse("kms", "DescribeKey")
    reading = read_table(session, "events")
    assert reading.table.encryption is None
    assert "encryption" in reading.unread
    assert reading.encryption_key is not None


def test_a_table_that_cannot_be_described_is_unread_as_a_whole(session, make_table, refuse):
    make_table("events")
    refuse("dynamodb", "DescribeTable")
    with pytest.raises(AccessDeniedError):
        read_table(session, "events")
    live = read_stack(session, named("events")).tables["events"]
    assert isinstance(live, Unread)


def test_what_is_refused_of_a_role_is_unread(session, refuse):
    make_role(session)
    refuse("iam", "ListRolePolicies", "AccessDenied")
    refuse("iam", "ListAttachedRolePolicies", "AccessDenied")
    role = read_stack(session, named("events")).roles["role"]
    assert isinstance(role, LiveRole)
    assert (role.inline, role.attached) == (None, None)
    assert set(role.unread) == {"inline", "attached"}


def test_alarms_that_cannot_be_described_are_unread(session, refuse):
    make_alarm(session)
    refuse("cloudwatch", "DescribeAlarms", "AccessDenied")
    assert isinstance(read_stack(session, named("events")).alarms["alarm"], Unread)


def test_tags_of_an_alarm_that_are_refused_are_unread(session, refuse):
    make_alarm(session)
    refuse("cloudwatch", "ListTagsForResource", "AccessDenied")
    live = read_stack(session, named("events")).alarms["alarm"]
    assert isinstance(live, LiveAlarm)
    assert "tags" in live.unread


def test_credentials_that_are_not_accepted_end_it(session, make_table, refuse):
    make_table("events")
    refuse("dynamodb", "DescribeTimeToLive", "ExpiredTokenException")
    with pytest.raises(Exception, match="expired"):
        read_stack(session, named("events"))


def test_a_table_that_vanishes_while_it_is_read_is_not_there(session, make_table, refuse):
    make_table("events")
    refuse("dynamodb", "DescribeTimeToLive", "ResourceNotFoundException")
    with pytest.raises(NotFoundError):
        read_table(session, "events")
    assert read_stack(session, named("events")).tables == {"events": None}


def test_scaling_is_read_with_its_policies_and_schedules(session, make_table):
    make_table(
        "events",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    scaling = session.client("application-autoscaling")
    place = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/events",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    }
    scaling.register_scalable_target(**place, MinCapacity=5, MaxCapacity=50, Tags={"Team": "a"})
    scaling.put_scaling_policy(
        **place,
        PolicyName="reads",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70,
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "DynamoDBReadCapacityUtilization"
            },
        },
    )
    scaling.put_scheduled_action(
        **place,
        ScheduledActionName="night",
        Schedule="cron(0 20 * * ? *)",
        ScalableTargetAction={"MinCapacity": 1},
    )
    [found] = read_scaling(session, None, UNLIMITED, ["events"])
    assert (found.minimum, found.maximum) == (5, 50)
    assert [(policy.name, policy.target) for policy in found.policies] == [("reads", 70.0)]
    assert [(one.name, one.minimum, one.maximum) for one in found.schedules] == [("night", 1, None)]
    assert read_scaling(session, None, UNLIMITED, ["other"]) == []
    [of_the_stack] = read_stack(session, named("events")).tables["events"].scaling
    assert of_the_stack.tags == {"Team": "a"}


def test_scaling_that_is_refused_is_unread(session, make_table, refuse):
    make_table("events")
    refuse("application-autoscaling", "DescribeScalableTargets")
    live = read_stack(session, named("events")).tables["events"]
    assert isinstance(live, LiveTable)
    assert "scaling" in live.unread


def test_progress_is_told_of_each_table(session, make_table):
    make_table("events")
    make_table("users")
    told = []
    read_stack(session, named("events", "users"), told.append)
    assert {progress.what for progress in told} >= {"events", "users"}


def test_a_sandbox_is_not_paced(session):
    assert rate_limiter_for(session) is UNLIMITED


def test_a_sandbox_that_is_gone_is_said_to_be(session, make_table):
    from tablewright.aws.session import Session
    from tablewright.aws.target import Target

    nobody = Session(Target.sandbox("http://127.0.0.1:1"), "eu-west-1", attempts=2)
    with pytest.raises(EndpointError, match="nothing answers"):
        read_stack(nobody, named("events"))


def test_a_dashboard_is_read_as_its_body(session):
    body = {"widgets": [{"type": "text", "x": 0, "y": 0, "properties": {"markdown": "hello"}}]}
    session.client("cloudwatch").put_dashboard(
        DashboardName="overview", DashboardBody=json.dumps(body)
    )
    said = replace(named("events"), dashboard=Dashboard("overview", body))
    assert read_stack(session, said).dashboard == body
    gone = replace(said, dashboard=Dashboard("gone", body))
    assert read_stack(session, gone).dashboard is None


def test_more_tags_are_read_than_fit_into_one_answer(session, make_table):
    tags = {f"tag-{number:02}": "x" for number in range(45)}
    make_table("events", Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
    assert read_table(session, "events").table.tags == tags


def test_whose_key_encrypts_is_found_out(session, make_table):
    key = session.client("kms").create_key()["KeyMetadata"]["Arn"]
    make_table("ours", SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key})
    make_table("managed", SSESpecification={"Enabled": True})
    make_table("owned")
    kinds = {name: read_table(session, name).table.encryption for name in ("ours", "managed")}
    assert kinds == {"ours": Encryption("CUSTOMER", key), "managed": Encryption("AWS_MANAGED")}
    assert read_table(session, "owned").table.encryption == Encryption("AWS_OWNED")


def test_a_key_that_was_deleted_was_the_customers(session, make_table, refuse):
    make_table("events", SSESpecification={"Enabled": True})
    refuse("kms", "DescribeKey", "NotFoundException")
    encryption = read_table(session, "events").table.encryption
    assert encryption is not None
    assert encryption.type == "CUSTOMER"


def test_a_resource_policy_is_read(session, make_table):
    arn = make_table("events")
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{session.account_id}:root"},
                "Action": "dynamodb:GetItem",
                "Resource": arn,
            }
        ],
    }
    live = read_stack(session, named("events")).tables["events"]
    assert isinstance(live, LiveTable)
    assert live.policy is None
    session.client("dynamodb").put_resource_policy(ResourceArn=arn, Policy=json.dumps(policy))
    live = read_stack(session, named("events")).tables["events"]
    assert isinstance(live, LiveTable)
    assert live.policy == policy


def test_insights_of_the_table_and_of_each_index_are_read(session, make_table):
    index = {
        "IndexName": "by-x",
        "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    make_table(
        "events",
        GlobalSecondaryIndexes=[index, {**index, "IndexName": "by-x-2"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("id", "x")
        ],
    )
    session.client("dynamodb").update_contributor_insights(
        TableName="events",
        IndexName="by-x",
        ContributorInsightsAction="ENABLE",
        ContributorInsightsMode="THROTTLED_KEYS",
    )
    reading = read_table(session, "events")
    assert reading.insights == (Insights("by-x", "THROTTLED_KEYS"),)
    assert {name: one.status for name, one in reading.indexes.items()} == {
        "by-x": "ACTIVE",
        "by-x-2": "ACTIVE",
    }


def test_the_state_of_a_key_is_read_with_its_table(session, make_table):
    kms = session.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    make_table("ours", SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key})
    assert read_table(session, "ours").encryption_key_state == "Enabled"
    kms.disable_key(KeyId=key)
    assert read_table(session, "ours").encryption_key_state == "Disabled"
    kms.schedule_key_deletion(KeyId=key)
    assert read_table(session, "ours").encryption_key_state == "PendingDeletion"


@pytest.mark.parametrize("name", ["other", "events", "{environment}-events"])
def test_further_tables_that_alarms_watch_are_asked_for(session, make_table, name):
    make_table("events")
    make_alarm(session, Dimensions=[{"Name": "TableName", "Value": name}])
    lives = read_stack(session, named("events")).watched
    assert lives == ({"other": None} if name == "other" else {})
    make_table("other")
    assert read_stack(session, named("events")).watched == (
        {"other": True} if name == "other" else {}
    )
