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
  Writer:   # of the function that takes orders
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: lambda.amazonaws.com}}
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
  WriterPolicy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: puts
      Roles: [!Ref Writer]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Action: ['dynamodb:PutItem'], Resource: !GetAtt Orders.Arn}
  Pages:
    Type: AWS::IAM::Role
    Properties:
      RoleName: pages
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: lambda.amazonaws.com}}
      Policies:
        - PolicyName: all
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - {Effect: Allow, Action: 'dynamodb:GetItem', Resource: !GetAtt Orders.Arn}
              - {Effect: Allow, Action: 'sns:Publish', Resource: !Ref Topic}
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
    "shop": (
        YAML,
        ("Orders", "Reads", "ReadsPolicy", "Hot", "Writer", "WriterPolicy"),
        7,
    ),
    "carts": (ONLY, ("Carts",), 0),
    "users": (SERVERLESS, ("Users",), 0),
}
"""By stack: its template, what changes hands, and how many resources are then imported; 0 where
that is the same as of another stack."""


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
    if imports:
        ends_in_an_empty_preview(terminal, imports)
        assert aws.tables() == tables


def ends_in_an_empty_preview(terminal: Terminal, imports: int) -> None:
    preview = terminal.run("preview", "m", "--output", "json").ended(0)
    changes = json.loads(preview.out)["changes"]
    assert [change["actions"] for change in changes] == [["import"]] * imports
    terminal.run("up", "m", "--yes").ended(0)
    terminal.run("preview", "m", "--expect-no-changes").ended(0)


WORLD = """\
Transform: AWS::Serverless-2016-10-31
Globals: {SimpleTable: {SSESpecification: {SSEEnabled: true}}}
Resources:
  Rows: {Type: AWS::Serverless::SimpleTable, Properties: {TableName: simple}}
  World:
    Type: AWS::DynamoDB::GlobalTable
    Properties:
      TableName: world
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
      Replicas:
        - {Region: us-east-1, Tags: [{Key: a, Value: b}]}
        - {Region: eu-west-1, PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}}
"""


def test_tables_of_sam_and_global_tables_end_in_an_empty_preview(
    aws: EmbeddedAws, terminal: Terminal
):
    for name in ("simple", "world"):
        aws.make_table(name)
    dynamodb, pages = aws.client("dynamodb"), {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    dynamodb.update_table(TableName="simple", SSESpecification={"Enabled": True})
    recovery = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName="world", PointInTimeRecoverySpecification=recovery)
    dynamodb.update_table(TableName="world", StreamSpecification={"StreamEnabled": True, **pages})
    aws.pass_time(60)
    replica = {"Create": {"RegionName": "us-east-1"}}
    dynamodb.update_table(TableName="world", ReplicaUpdates=[replica])
    aws.pass_time(600)
    terminal.write("t.yaml", WORLD)
    adopt = ("adopt", "--template", "t.yaml", "--region", "eu-west-1", "--directory", "m")
    done = terminal.run(*adopt, "--name", "world").ended(0)
    assert "What changes hands: Rows, World." in done.err
    [differing] = [line for line in done.err.splitlines() if line.startswith("differs: ")]
    assert differing.startswith("differs: world in us-east-1: tableTags is not set in AWS")
    ends_in_an_empty_preview(terminal, 3)


def test_a_folder_of_the_cdk_is_read_with_its_deployed_stack(aws: EmbeddedAws, terminal: Terminal):
    template = {"Resources": {"Rows": {**ONLY["Resources"]["Carts"]}}}
    template["Resources"]["Rows"]["Metadata"] = {"aws:cdk:path": "Rows/Rows/Resource"}
    aws.client("cloudformation").create_stack(StackName="rows", TemplateBody=json.dumps(template))
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/eu-west-1",
        "properties": {"templateFile": "rows.json", "stackName": "rows"},
    }
    terminal.write("cdk.out/manifest.json", json.dumps({"artifacts": {"Rows": artifact}}))
    terminal.write("cdk.out/rows.json", json.dumps(template))
    done = terminal.run("adopt", "--template", "cdk.out", "--directory", "m").ended(0)
    assert "What changes hands: Rows." in done.err
    assert "differs" not in done.err
    assert '(this.node.findChild("Rows").node.findChild("Resource") as CfnResource)' in done.err
    template["Resources"]["Other"] = {"Type": "AWS::SNS::Topic"}
    terminal.write("cdk.out/rows.json", json.dumps(template))
    done = terminal.run("adopt", "--template", "cdk.out").ended(0)
    assert "rows.json is not what the stack rows was deployed from" in done.err
    named = {**artifact, "environment": "aws://999999999999/eu-west-1"}
    terminal.write("cdk.out/manifest.json", json.dumps({"artifacts": {"Rows": named}}))
    done = terminal.run("adopt", "--template", "cdk.out").ended(2)
    assert "is for account 999999999999" in done.err


PLANNED = """\
Transform: Own
Parameters: {Stage: {Type: String}, Secret: {Type: String, NoEcho: true, Default: hunter2}}
Resources:
  Fresh:
    Type: AWS::Serverless::SimpleTable
    Properties:
      TableName: !Sub '${Stage}-fresh'
      Tags: {Password: '{{resolve:ssm-secure:/prod/password}}', Secret: !Ref Secret}
  Live:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: live
      BillingMode: PROVISIONED
      ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}
      TableClass: !ImportValue class
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Perhaps:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: !ImportValue perhaps}
  Below: {Type: AWS::CloudFormation::Stack}
"""


def test_what_a_template_does_not_tell_is_told_by_place_and_the_rest_goes_on(
    aws: EmbeddedAws, terminal: Terminal
):
    aws.make_table("live")
    terminal.write("t.yaml", PLANNED)
    adopt = ("adopt", "--template", "t.yaml", "--region", "eu-west-1")
    done = terminal.run(*adopt, "--parameter", "Stage=new", "--directory", "m").ended(4)
    for line in (
        "t.yaml:1: Transform: what the macro Own makes",
        "t.yaml:8: Resources.Fresh.Properties.Tags.Password: it is a dynamic reference",
        "t.yaml:8: Resources.Fresh.Properties.Tags.Secret: the parameter Secret is secret",
        "t.yaml:15: Resources.Live.Properties.TableClass: class is exported by another stack",
        "t.yaml:20: Resources.Perhaps.Properties.TableName: perhaps is exported",
        "t.yaml:21: Resources.Below: the tables of a nested stack",
        "adopt it by itself: --cloudformation STACK",
        "differs: live: billingMode is PAY_PER_REQUEST in AWS and PROVISIONED in the template",
        "new-fresh is not in eu-west-1: written as a table that is to be created",
        "What changes hands: Live.",
    ):
        assert line in done.err
    written = Path(terminal.folder, "m").glob("*.yaml")
    texts = done.err + "".join(file.read_text("utf-8") for file in written)
    assert "hunter2" not in texts
    assert "/prod/password" not in texts
    fresh = Path(terminal.folder, "m", "new-fresh.yaml")
    assert "tableTags: UNREAD" in fresh.read_text("utf-8")
    fresh.write_text(fresh.read_text("utf-8").replace("tableTags: UNREAD", "tableTags: {}"))
    preview = terminal.run("preview", "m", "--output", "json").ended(0)
    actions = {change["name"]: change["actions"] for change in json.loads(preview.out)["changes"]}
    assert actions == {"live": ["import"], "new-fresh": ["create"]}
    done = terminal.run(*adopt).ended(4)
    assert "the parameter Stage has no default\n  → give it with --parameter" in done.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--cloudformation", "nowhere"], "there is no stack nowhere in eu-west-1"),
        (["--template", "t.yaml", "--all"], "a stack says which tables are meant"),
        (["--template", "t.yaml", "--region", "us-east-1"], "a stack is in one region"),
        (["--template", "t.yaml", "other"], "there is no table other in t.yaml"),
        (["--template", "t.yaml", "--parameter", "X=y"], "t.yaml has no parameter X"),
        (["--template", "m.yaml"], "m.yaml is no CloudFormation template"),
        (["--cloudformation", "x", "--parameter", "X=y"], "has its parameters"),
        (["live", "--parameter", "X=y"], "parameters are those of a template"),
    ],
)
@pytest.mark.usefixtures("aws")
def test_what_contradicts_itself_is_refused(terminal: Terminal, options: list[str], message: str):
    terminal.write("t.yaml", "Resources: {}")
    terminal.write("m.yaml", "kind: Table")
    done = terminal.run("adopt", "--region", "eu-west-1", *options).ended(2)
    assert message in done.err
