"""What an engine without our guard creates over a live thing, it does not delete afterwards."""

from __future__ import annotations

import json

import pulumi_aws as aws
import pytest

import pulumi

pytestmark = pytest.mark.engine


def _document(action, **more):
    statement = {"Effect": "Allow", "Action": action, **(more or {"Resource": "*"})}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _program(*, alarm="watch", provider=None):
    """A table with all that hangs on it; nothing of it may be deleted before it is replaced."""
    beside = pulumi.ResourceOptions(delete_before_replace=False)
    events = aws.dynamodb.Table(
        "events",
        name="events",
        hash_key="id",
        attributes=[{"name": "id", "type": "S"}],
        read_capacity=5,
        write_capacity=5,
    )
    reads = {
        "service_namespace": "dynamodb",
        "resource_id": events.name.apply(lambda name: f"table/{name}"),
        "scalable_dimension": "dynamodb:table:ReadCapacityUnits",
    }
    target = aws.appautoscaling.Target(
        "target", **reads, min_capacity=5, max_capacity=50, opts=beside
    )
    part = pulumi.ResourceOptions(delete_before_replace=False, depends_on=[target])
    aws.appautoscaling.Policy(
        "follow",
        **reads,
        name="follow",
        policy_type="TargetTrackingScaling",
        target_tracking_scaling_policy_configuration={
            "target_value": 70,
            "predefined_metric_specification": {
                "predefined_metric_type": "DynamoDBReadCapacityUtilization"
            },
        },
        opts=part,
    )
    aws.appautoscaling.ScheduledAction(
        "nights",
        **reads,
        name="nights",
        schedule="cron(0 20 * * ? *)",
        scalable_target_action={"min_capacity": 5, "max_capacity": 6},
        opts=part,
    )
    aws.dynamodb.ContributorInsights("insights", table_name=events.name, opts=beside)
    aws.dynamodb.ResourcePolicy(
        "access",
        resource_arn=events.arn,
        policy=events.arn.apply(
            lambda arn: _document(
                "dynamodb:GetItem",
                Principal={"AWS": "arn:aws:iam::123456789012:root"},
                Resource=arn,
            )
        ),
        opts=beside,
    )
    elsewhere = pulumi.ResourceOptions(provider=provider()) if provider else None
    hot = aws.cloudwatch.MetricAlarm(
        alarm,
        name="moved",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        threshold=1,
        metric_name="ReadThrottleEvents",
        namespace="AWS/DynamoDB",
        dimensions={"TableName": events.name},
        period=60,
        statistic="Sum",
        opts=elsewhere,
    )
    rule = hot.name.apply(lambda name: f"ALARM({name})")
    aws.cloudwatch.CompositeAlarm("any", alarm_name="any", alarm_rule=rule, opts=beside)
    aws.cloudwatch.Dashboard(
        "board", dashboard_name="board", dashboard_body='{"widgets": []}', opts=beside
    )
    aws.sns.Topic("ops", name="ops", opts=beside)
    aws.sqs.Queue("jobs", name="jobs", opts=beside)
    trust = _document("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
    role = aws.iam.Role("reader", name="reader", assume_role_policy=trust)
    read = aws.iam.Policy("read", name="read", policy=_document("dynamodb:GetItem"))
    aws.iam.RolePolicy(
        "own", name="own", role=role.name, policy=_document("dynamodb:Query"), opts=beside
    )
    aws.iam.RolePolicyAttachment("attached", role=role.name, policy_arn=read.arn, opts=beside)


def _live(client):
    """All that the program makes, as AWS tells it."""
    scaling = client("application-autoscaling")
    dynamodb, iam, cloudwatch = client("dynamodb"), client("iam"), client("cloudwatch")
    alarms = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    table = dynamodb.describe_table(TableName="events")["Table"]
    return {
        "table": table["TableId"],
        "targets": [
            one["ResourceId"]
            for one in scaling.describe_scalable_targets(ServiceNamespace="dynamodb")[
                "ScalableTargets"
            ]
        ],
        "policies": [
            one["PolicyName"]
            for one in scaling.describe_scaling_policies(ServiceNamespace="dynamodb")[
                "ScalingPolicies"
            ]
        ],
        "actions": [
            one["ScheduledActionName"]
            for one in scaling.describe_scheduled_actions(ServiceNamespace="dynamodb")[
                "ScheduledActions"
            ]
        ],
        "insights": dynamodb.describe_contributor_insights(TableName="events")[
            "ContributorInsightsStatus"
        ],
        "access": dynamodb.get_resource_policy(ResourceArn=table["TableArn"])["Policy"],
        "alarms": [one["AlarmName"] for one in alarms["MetricAlarms"]],
        "composites": [one["AlarmName"] for one in alarms["CompositeAlarms"]],
        "boards": [
            one["DashboardName"] for one in cloudwatch.list_dashboards()["DashboardEntries"]
        ],
        "topics": client("sns").list_topics()["Topics"],
        "queues": client("sqs").list_queues().get("QueueUrls"),
        "own": iam.list_role_policies(RoleName="reader")["PolicyNames"],
        "attached": iam.list_attached_role_policies(RoleName="reader")["AttachedPolicies"],
    }


def test_replacements_that_create_first_and_moves_between_providers_delete_nothing(stack, client):
    assert stack.up(_program).error == ""
    before = _live(client)
    assert all(before.values())
    replaced = ["target", "follow", "nights", "insights", "access", "any", "board", "ops", "jobs"]
    urns = [stack.resource(name)["urn"] for name in (*replaced, "own", "attached")]

    def moved():
        _program(alarm="guard", provider=lambda: aws.Provider("elsewhere", region="eu-west-1"))

    outcome = stack.up(moved, replace=urns)
    assert outcome.error == ""
    created_first = {name for name, did in outcome.operations.items() if "delete-replaced" in did}
    assert created_first == {*replaced, "own", "attached"}
    assert outcome.operations["watch"] == ["delete"]
    assert _live(client) == before
