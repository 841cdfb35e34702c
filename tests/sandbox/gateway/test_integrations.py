"""moto's other services make what is ours here, where everybody sees it, or are refused by name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import moto
import pytest
from botocore.exceptions import ClientError

from tablewright_emulator.moto_backend import fence
from tablewright_emulator.request import AwsFault
from tablewright_emulator.server import Emulator

REGION = "eu-west-1"
SOURCE = Path(moto.__file__).parent


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(durations="realistic") as running:
        yield running


@pytest.fixture
def client(emulator: Emulator) -> Any:
    def make(service: str) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=emulator.endpoint,
            aws_access_key_id="123456789012",
            aws_secret_access_key="none",
        )

    return make


TABLE = {
    "TableName": "orders",
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "g", "AttributeType": "S"},
    ],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "ProvisionedThroughput": {"ReadCapacityUnits": "5", "WriteCapacityUnits": 6},
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-g",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
            "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            "ContributorInsightsSpecification": {"Enabled": True},
        }
    ],
    "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
    "SSESpecification": {"SSEEnabled": "true"},
    "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
    "ContributorInsightsSpecification": {"Enabled": True, "Mode": "THROTTLED_KEYS"},
    "DeletionProtectionEnabled": False,
    "Tags": [{"Key": "Team", "Value": "shop"}],
}
ALARM = {
    "AlarmName": "orders-throttled",
    "Namespace": "AWS/DynamoDB",
    "MetricName": "ReadThrottleEvents",
    "Dimensions": [{"Name": "TableName", "Value": {"Ref": "Table"}}],
    "Statistic": "Sum",
    "Period": "60",
    "EvaluationPeriods": 1,
    "Threshold": "0.5",
    "ComparisonOperator": "GreaterThanThreshold",
}
TARGET = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": {"Fn::Sub": "table/${Table}"},
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    "MinCapacity": "5",
    "MaxCapacity": 50,
    "ScheduledActions": [
        {
            "ScheduledActionName": "morning",
            "Schedule": "cron(0 8 * * ? *)",
            "ScalableTargetAction": {"MinCapacity": 20},
        }
    ],
}
POLICY = {
    "PolicyName": "reads",
    "PolicyType": "TargetTrackingScaling",
    "ScalingTargetId": {"Ref": "Target"},
    "TargetTrackingScalingPolicyConfiguration": {
        "TargetValue": 70,
        "PredefinedMetricSpecification": {
            "PredefinedMetricType": "DynamoDBReadCapacityUtilization"
        },
    },
}


def template(**resources: tuple[str, dict[str, Any]]) -> str:
    made = {
        name: {"Type": f"AWS::{kind}", "Properties": properties}
        for name, (kind, properties) in resources.items()
    }
    return json.dumps({"Resources": made, "Outputs": {}})


WHOLE: dict[str, tuple[str, dict[str, Any]]] = {
    "Table": ("DynamoDB::Table", TABLE),
    "Alarm": ("CloudWatch::Alarm", ALARM),
    "Any": (
        "CloudWatch::CompositeAlarm",
        {"AlarmName": "any", "AlarmRule": {"Fn::Sub": 'ALARM("${Alarm}")'}},
    ),
    "Board": (
        "CloudWatch::Dashboard",
        {"DashboardName": "board", "DashboardBody": '{"widgets": []}'},
    ),
    "Target": ("ApplicationAutoScaling::ScalableTarget", TARGET),
    "Policy": ("ApplicationAutoScaling::ScalingPolicy", POLICY),
}


def everything(client: Any) -> dict[str, list[str]]:
    cloudwatch, scaling = client("cloudwatch"), client("application-autoscaling")
    alarms = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    of_tables = {"ServiceNamespace": "dynamodb"}
    return {
        "tables": client("dynamodb").list_tables()["TableNames"],
        "alarms": [
            alarm["AlarmName"]
            for alarm in (*alarms["MetricAlarms"], *alarms["CompositeAlarms"])
            if not alarm["AlarmName"].startswith("TargetTracking")
        ],
        "dashboards": [
            board["DashboardName"] for board in cloudwatch.list_dashboards()["DashboardEntries"]
        ],
        "targets": [
            target["ResourceId"]
            for target in scaling.describe_scalable_targets(**of_tables)["ScalableTargets"]
        ],
        "policies": [
            policy["PolicyName"]
            for policy in scaling.describe_scaling_policies(**of_tables)["ScalingPolicies"]
        ],
        "schedules": [
            action["ScheduledActionName"]
            for action in scaling.describe_scheduled_actions(**of_tables)["ScheduledActions"]
        ],
    }


NOTHING: dict[str, list[str]] = {
    kind: [] for kind in ("tables", "alarms", "dashboards", "targets", "policies", "schedules")
}


def test_a_stack_makes_what_everybody_sees_and_takes_it_back(client):
    stacks = client("cloudformation")
    stacks.create_stack(StackName="shop", TemplateBody=template(**WHOLE))
    [stack] = stacks.describe_stacks(StackName="shop")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert everything(client) == {
        "tables": ["orders"],
        "alarms": ["orders-throttled", "any"],
        "dashboards": ["board"],
        "targets": ["table/orders"],
        "policies": ["reads"],
        "schedules": ["morning"],
    }
    dynamodb = client("dynamodb")
    table = dynamodb.describe_table(TableName="orders")["Table"]
    assert table["TableStatus"] == "ACTIVE"
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"
    assert table["SSEDescription"]["SSEType"] == "KMS"
    expiry = dynamodb.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    [alarm] = client("cloudwatch").describe_alarms()["MetricAlarms"][:1]
    assert alarm["Dimensions"] == [{"Name": "TableName", "Value": "orders"}]
    ids = {
        one["LogicalResourceId"]: one["PhysicalResourceId"]
        for one in stacks.list_stack_resources(StackName="shop")["StackResourceSummaries"]
    }
    assert (ids["Table"], ids["Alarm"]) == ("orders", "orders-throttled")
    stacks.delete_stack(StackName="shop")
    assert everything(client) == NOTHING


def test_what_is_retained_stays(client):
    stacks = client("cloudformation")
    body = json.loads(template(Table=WHOLE["Table"]))
    body["Resources"]["Table"]["DeletionPolicy"] = "Retain"
    stacks.create_stack(StackName="shop", TemplateBody=json.dumps(body))
    stacks.delete_stack(StackName="shop")
    assert everything(client)["tables"] == ["orders"]


def test_what_is_retained_stays_when_it_is_taken_out_of_the_template(client):
    stacks = client("cloudformation")
    whole = json.loads(template(**WHOLE))
    stacks.create_stack(StackName="shop", TemplateBody=json.dumps(whole))
    kept = {"Table", "Alarm", "Target", "Policy"}
    for name in kept:
        whole["Resources"][name] |= {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    stacks.update_stack(StackName="shop", TemplateBody=json.dumps(whole))
    rest = {name: one for name, one in whole["Resources"].items() if name not in kept}
    del rest["Any"]
    stacks.update_stack(StackName="shop", TemplateBody=json.dumps({"Resources": rest}))
    assert everything(client) == {
        **NOTHING,
        "tables": ["orders"],
        "alarms": ["orders-throttled"],
        "dashboards": ["board"],
        "targets": ["table/orders"],
        "policies": ["reads"],
        "schedules": ["morning"],
    }


@pytest.mark.parametrize(
    ("resource", "text"),
    [
        (("DynamoDB::GlobalTable", {"TableName": "global"}), "AWS::DynamoDB::GlobalTable"),
        (("CloudWatch::AnomalyDetector", {}), "AWS::CloudWatch::AnomalyDetector"),
        (("ApplicationAutoScaling::Other", {}), "AWS::ApplicationAutoScaling::Other"),
        (("DynamoDB::Table", {**TABLE, "TableName": "bbb", "ImportSource": {}}), "ImportSource"),
        (("DynamoDB::Table", {**TABLE, "TableName": "bbb", "KeySchema": []}), "'keySchema' failed"),
        (
            (
                "DynamoDB::Table",
                {**TABLE, "TableName": "bbb", "TimeToLiveSpecification": {"Enabled": True}},
            ),
            "imeToLive",
        ),
        (
            (
                "ApplicationAutoScaling::ScalableTarget",
                {**TARGET, "ScheduledActions": [{"ScheduledActionName": "x", "Schedule": "no"}]},
            ),
            "chedule",
        ),
    ],
)
def test_a_stack_that_cannot_be_made_here_is_refused_and_leaves_nothing(client, resource, text):
    stacks = client("cloudformation")
    body = template(Table=WHOLE["Table"], Alarm=WHOLE["Alarm"], Z=resource)
    with pytest.raises(ClientError, match=text):
        stacks.create_stack(StackName="shop", TemplateBody=body)
    assert everything(client) == NOTHING


def test_a_stack_does_not_update_what_is_ours_and_says_so(client):
    stacks = client("cloudformation")
    stacks.create_stack(StackName="shop", TemplateBody=template(Table=WHOLE["Table"]))
    changed = {**TABLE, "DeletionProtectionEnabled": True}
    with pytest.raises(ClientError, match="does not update AWS::DynamoDB::Table"):
        stacks.update_stack(
            StackName="shop", TemplateBody=template(Table=("DynamoDB::Table", changed))
        )
    table = client("dynamodb").describe_table(TableName="orders")["Table"]
    assert table["DeletionProtectionEnabled"] is False


def test_a_function_on_a_tables_stream_is_refused(client):
    stream = f"arn:aws:dynamodb:{REGION}:123456789012:table/orders/stream/2026"
    with pytest.raises(ClientError, match="runs no functions on streams of tables"):
        client("lambda").create_event_source_mapping(FunctionName="f", EventSourceArn=stream)


@pytest.mark.parametrize(
    "task",
    [
        "arn:aws:states:::dynamodb:putItem",
        "arn:aws:states:::aws-sdk:dynamodb:updateTable",
        "arn:aws:states:::aws-sdk:cloudwatch:putMetricAlarm",
    ],
)
def test_a_state_machine_that_calls_what_is_ours_is_refused(client, task):
    definition = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": task, "End": True}}}
    role = "arn:aws:iam::123456789012:role/r"
    with pytest.raises(ClientError, match="InvalidDefinition"):
        client("stepfunctions").create_state_machine(
            name="m", definition=json.dumps(definition), roleArn=role
        )


def test_metrics_of_a_kinesis_stream_are_in_cloudwatch(client):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    kinesis.put_record(StreamName="clicks", Data=b"12345", PartitionKey="a")
    listed = client("cloudwatch").list_metrics(Namespace="AWS/Kinesis")["Metrics"]
    assert {metric["MetricName"] for metric in listed} == {"IncomingBytes", "IncomingRecords"}


def test_nothing_reaches_the_hidden_copies(emulator, client):
    client("sqs").list_queues()  # moto answers, so the fence is up
    from moto.dynamodb.models import dynamodb_backends

    with pytest.raises(AwsFault, match="a background task of this emulator cannot use dynamodb"):
        dynamodb_backends["123456789012"]
    with (
        fence.asking("sqs"),
        pytest.raises(AwsFault, match="sqs of this emulator cannot use dynamodb"),
    ):
        dynamodb_backends["123456789012"]


KNOWN = {
    "awslambda": "event source mappings on streams are refused",
    "cloudformation": "makes what is ours through the gateway",
    "kinesis": "its metrics go to our CloudWatch",
    "s3": "offers metrics of buckets, which nobody asks for",
    "resourcegroupstaggingapi": "sees our tables and alarms",
}
"""Services of moto that know of ours, and what becomes of that."""

_OURS = r"(?:dynamodb|dynamodbstreams|cloudwatch|applicationautoscaling)"
_KNOWS = re.compile(rf"\b{_OURS}_backends|from moto\.{_OURS}\b|import_module\(.moto\.{_OURS}")
_OWN = {"dynamodb", "dynamodb_v20111205", "dynamodbstreams", "cloudwatch", "applicationautoscaling"}
_MACHINERY = {"backends.py", "backend_index.py", "core", "moto_api", "server.py", "moto_server"}


def test_every_service_of_moto_that_knows_of_ours_is_dealt_with():
    knows = {
        file.relative_to(SOURCE).parts[0]
        for file in SOURCE.rglob("*.py")
        if _KNOWS.search(file.read_text("utf-8"))
    }
    assert knows - _OWN - _MACHINERY <= KNOWN.keys()
    assert {"awslambda", "cloudformation", "kinesis"} <= knows


def test_keys_are_named_by_their_arns(client):
    kms = client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=arn)
    assert kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "Disabled"
    kms.enable_key(KeyId=arn)
    kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    assert kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "PendingDeletion"


ROLE = "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"


def test_the_role_that_a_scalable_target_reports_is_there(client):
    iam, scaling = client("iam"), client("application-autoscaling")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_role(RoleName=ROLE)
    stack = template(Table=WHOLE["Table"], Target=WHOLE["Target"])
    client("cloudformation").create_stack(StackName="shop", TemplateBody=stack)
    [target] = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert iam.get_role(RoleName=ROLE)["Role"]["Arn"] == target["RoleARN"]
    assert ROLE in [role["RoleName"] for role in iam.list_roles()["Roles"]]


def test_the_role_is_made_once_when_asked_for(client):
    iam = client("iam")
    service = {"AWSServiceName": "dynamodb.application-autoscaling.amazonaws.com"}
    made = iam.create_service_linked_role(**service)["Role"]
    assert (made["RoleName"], made["Path"]) == (
        ROLE,
        "/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/",
    )
    with pytest.raises(ClientError, match="has been taken"):
        iam.create_service_linked_role(**service)
    other = iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
    assert other["RoleName"] != ROLE
