"""Tables of CloudFormation stacks change hands: step by step, and nothing is deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import Terminal

pytestmark = [
    pytest.mark.engine,
    # Of what moto passes over: a handle of a wait condition, which is nothing anywhere else.
    pytest.mark.filterwarnings("ignore:Tried to parse AWS..CloudFormation..WaitCondition"),
]

YAML = """\
# The shop's tables.
Parameters:
  Stage: {Type: String, Default: dev}
  Scaled: {Type: String, Default: 'yes'}
Conditions:
  Scales: !Equals [!Ref Scaled, 'yes']
Mappings:
  Units: {prod: {least: '5'}, dev: {least: '2'}}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: pages}
  Orders:   # what was bought
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub '${Stage}-orders'
      AttributeDefinitions:
        - {AttributeName: id, AttributeType: S}
        - {AttributeName: 'on', AttributeType: N}
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      GlobalSecondaryIndexes:
        - IndexName: by-day
          KeySchema: [{AttributeName: 'on', KeyType: HASH}]
          Projection: {ProjectionType: ALL}
          ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}
      ProvisionedThroughput:
        ReadCapacityUnits: !FindInMap [Units, !Ref Stage, least]
        WriteCapacityUnits: 2
      StreamSpecification: {StreamViewType: NEW_IMAGE}
      SSESpecification: {SSEEnabled: true}
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
      TimeToLiveSpecification: {AttributeName: expires, Enabled: true}
      Tags:
        - {Key: Team, Value: !Join ['-', [web, !Ref Stage]]}
  # keeps up with the readers
  Reads:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Condition: Scales
    Properties:
      ServiceNamespace: dynamodb
      ResourceId: !Sub table/${Orders}
      ScalableDimension: dynamodb:table:ReadCapacityUnits
      MinCapacity: 2
      MaxCapacity: 20
  ReadsPolicy:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Condition: Scales
    Properties:
      PolicyName: reads
      PolicyType: TargetTrackingScaling
      ScalingTargetId: !Ref Reads
      TargetTrackingScalingPolicyConfiguration:
        TargetValue: 65.0
        PredefinedMetricSpecification:
          PredefinedMetricType: DynamoDBReadCapacityUtilization
  Hot:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub ${Orders}-hot
      Namespace: AWS/DynamoDB
      MetricName: ReadThrottleEvents
      Dimensions: [{Name: TableName, Value: !Ref Orders}]
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      AlarmActions: [!Ref Topic]
  Name:
    Type: AWS::SSM::Parameter
    DependsOn: [Orders, Topic]
    Properties:
      Name: orders-arn
      Type: String
      Value: !GetAtt Orders.Arn
Outputs:
  Stream: {Value: !GetAtt Orders.StreamArn}
  Said: {Value: !Sub 'the table ${Orders}, ${!Orders}'}
"""
KEY = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
ONLY = {
    "Resources": {
        "Carts": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {"BillingMode": "PAY_PER_REQUEST", **KEY},
            "Metadata": {"aws:cdk:path": "Carts/Carts/Resource"},
        }
    },
    "Outputs": {"Table": {"Value": {"Ref": "Carts"}}},
}
SERVERLESS = {
    "Resources": {
        "ServerlessDeploymentBucket": {"Type": "AWS::S3::Bucket"},
        "Users": {
            "Type": "AWS::DynamoDB::Table",
            "DeletionPolicy": "Delete",
            "Properties": {
                "TableName": "users",
                "BillingMode": "PAY_PER_REQUEST",
                "DeletionProtectionEnabled": True,
                **KEY,
            },
        },
    },
    "Outputs": {"ServerlessDeploymentBucketName": {"Value": {"Ref": "ServerlessDeploymentBucket"}}},
}
STACKS: dict[str, tuple[Any, tuple[str, ...], int]] = {
    "shop": (YAML, ("Orders", "Reads", "ReadsPolicy", "Hot"), 4),
    "carts": (ONLY, ("Carts",), 1),
    "users": (SERVERLESS, ("Users",), 1),
}
"""By stack: its template, what changes hands, and how many resources are imported."""


def body(template: Any) -> str:
    return template if isinstance(template, str) else json.dumps(template)


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_is_handed_over_step_by_step(
    aws: EmbeddedAws, terminal: Terminal, stack: str
) -> None:
    template, taken, imports = STACKS[stack]
    stacks = aws.client("cloudformation")
    stacks.create_stack(StackName=stack, TemplateBody=body(template))
    tables = aws.tables()
    done = terminal.run("adopt", "--cloudformation", stack, "--region", "eu-west-1",
                        "--directory", "m", "--name", stack).ended(0)  # fmt: skip
    assert f"What changes hands: {', '.join(taken)}." in done.err
    assert "differs" not in done.err
    for step in ("1-retain", "2-without"):
        file = Path(terminal.folder, "m", "cloudformation", f"{stack}-{step}.template")
        stacks.update_stack(StackName=stack, TemplateBody=file.read_text("utf-8"))
        assert aws.tables() == tables
    left = stacks.describe_stack_resources(StackName=stack)["StackResources"]
    assert not {*taken} & {one.get("LogicalResourceId") for one in left}
    preview = terminal.run("preview", "m", "--output", "json").ended(0)
    changes = json.loads(preview.out)["changes"]
    assert [change["actions"] for change in changes] == [["import"]] * imports
    terminal.run("up", "m", "--yes").ended(0)
    terminal.run("preview", "m", "--expect-no-changes").ended(0)
    assert aws.tables() == tables
