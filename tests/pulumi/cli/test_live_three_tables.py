"""The three tables as they live, asked through AWS's APIs and through nothing of ours.

All that is taken over from the deployment is its flat file of outputs. The same tests look at what
was deployed from the manifests and from the program; with TABLEWRIGHT_FLAT_OUTPUTS naming such a
file they look at that deployment instead, wherever boto3's own settings point, as after a demo:

    export TABLEWRIGHT_FLAT_OUTPUTS=cfn-outputs/flat-outputs.json
    tablewright sandbox exec --name demo -- pytest tests/pulumi/cli/test_live_three_tables.py
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.programs import PulumiProject
from tests.support.terminal import EXAMPLES, Terminal

pytestmark = pytest.mark.engine

REGION = "ap-southeast-2"
KEYS = {"events": "eventId", "sessions": "sessionId", "users": "userId"}
TABLES = tuple(KEYS)
READ = ("BatchGetItem", "DescribeTable", "GetItem", "Query", "Scan")
WRITE = ("BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem")
COUNTED = frozenset(
    {
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    }
)
"""The operations whose system errors AWS counts, each for itself."""
VARIABLES = {
    "ENVIRONMENT_SUFFIX": "qa",
    "TEAM": "search",
    "COST_CENTER": "4711",
    "REPOSITORY": "shop",
}
OUTPUTS = os.environ.get("TABLEWRIGHT_FLAT_OUTPUTS", "")


@dataclass(frozen=True)
class Live:
    """A deployment: its outputs, clients to ask with, and what it was told."""

    outputs: dict[str, Any]
    client: Callable[[str], Any]
    environment: str
    tags: dict[str, str]

    @property
    def account(self) -> str:
        return self.client("sts").get_caller_identity()["Account"]

    def table(self, name: str) -> dict[str, Any]:
        return self.client("dynamodb").describe_table(TableName=name)["Table"]

    def alarm(self, table: str, kind: str) -> dict[str, Any]:
        name = f"dynamodb-{table}-{kind}-{self.environment}"
        (alarm,) = self.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
        return alarm

    def role(self, table: str, access: str) -> str:
        return f"dynamodb-{table}-{access}-role-{self.environment}"


def from_manifests(machine: Terminal, aws: EmbeddedAws, folder: Path) -> dict[str, Any]:
    flat = folder / "flat-outputs.json"
    path = EXAMPLES / "three-tables"
    machine.run("up", path, "--yes", **VARIABLES).ended(0)
    machine.run("outputs", path, "--flat", flat, **VARIABLES).ended(0)
    return json.loads(flat.read_text("utf-8"))


def from_program(machine: Terminal, aws: EmbeddedAws, folder: Path) -> dict[str, Any]:
    project = PulumiProject(machine, folder, "three-tables", ENVIRONMENT_SUFFIX="qa")
    return project.up("dev", team="search", costCenter="4711", repository="shop")


@pytest.fixture(scope="module", params=["outputs"] if OUTPUTS else ["manifests", "program"])
def live(request, tmp_path_factory) -> Live:
    if OUTPUTS:
        return Live(
            json.loads(Path(OUTPUTS).read_text("utf-8")),
            lambda service: boto3.client(service, region_name=REGION),
            os.environ.get("ENVIRONMENT_SUFFIX", "dev"),
            {
                "Team": os.environ.get("TEAM", "data-analytics"),
                "CostCenter": os.environ.get("COST_CENTER", "engineering"),
                "Repository": os.environ.get("REPOSITORY", "iac-test-automations"),
            },
        )
    machine = request.getfixturevalue("machine")
    aws = request.getfixturevalue("aws")
    aws.emulator.reset()
    machine.run("sandbox", "seed", "--items", 50).ended(0)
    deploy = from_manifests if request.param == "manifests" else from_program
    outputs = deploy(machine, aws, tmp_path_factory.mktemp("deployed"))
    tags = {"Team": "search", "CostCenter": "4711", "Repository": "shop"}
    return Live(outputs, lambda service: aws.client(service, REGION), "qa", tags)


def test_the_outputs_name_what_lives(live):
    assert live.outputs["tableNames"] == list(TABLES)
    described = [live.table(name) for name in TABLES]
    assert live.outputs["tableArns"] == [each["TableArn"] for each in described]
    assert live.outputs["streamArns"] == [described[0]["LatestStreamArn"]]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_keeps_its_key_and_is_on_demand(live, name):
    table = live.table(name)
    assert table["TableStatus"] == "ACTIVE"
    assert table["KeySchema"] == [{"AttributeName": KEYS[name], "KeyType": "HASH"}]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert not table.get("DeletionProtectionEnabled")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_encrypted_with_the_key_that_aws_manages(live, name):
    encryption = live.table(name)["SSEDescription"]
    assert (encryption["Status"], encryption["SSEType"]) == ("ENABLED", "KMS")
    key = live.client("kms").describe_key(KeyId=encryption["KMSMasterKeyArn"])["KeyMetadata"]
    assert key["KeyManager"] == "AWS"


def test_only_events_has_a_stream_and_it_carries_both_images(live):
    assert live.table("events")["StreamSpecification"] == {
        "StreamEnabled": True,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    for name in ("sessions", "users"):
        assert not live.table(name).get("StreamSpecification", {}).get("StreamEnabled")


def test_insights_are_on_for_the_events_table_and_for_nothing_else(live):
    dynamodb = live.client("dynamodb")
    status = {
        name: dynamodb.describe_contributor_insights(TableName=name)["ContributorInsightsStatus"]
        for name in TABLES
    }
    assert status == {"events": "ENABLED", "sessions": "DISABLED", "users": "DISABLED"}
    index = dynamodb.describe_contributor_insights(
        TableName="sessions", IndexName="userId-timestamp-index"
    )
    assert index["ContributorInsightsStatus"] == "DISABLED"


def test_sessions_has_its_index_and_the_others_have_none(live):
    table = live.table("sessions")
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "userId-timestamp-index"
    assert index["IndexStatus"] == "ACTIVE"
    assert index["Projection"] == {"ProjectionType": "ALL"}
    assert index["KeySchema"] == [
        {"AttributeName": "userId", "KeyType": "HASH"},
        {"AttributeName": "timestamp", "KeyType": "RANGE"},
    ]
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    assert types == {"sessionId": "S", "userId": "S", "timestamp": "N"}
    assert not any(live.table(name).get("GlobalSecondaryIndexes") for name in ("events", "users"))


def test_the_index_answers_queries(live):
    dynamodb = live.client("dynamodb")
    item = dynamodb.scan(TableName="sessions", Limit=1)["Items"][0]
    found = dynamodb.query(
        TableName="sessions",
        IndexName="userId-timestamp-index",
        KeyConditionExpression="userId = :u",
        ExpressionAttributeValues={":u": item["userId"]},
    )["Items"]
    assert item in found


def test_only_users_can_go_back_and_by_35_days(live):
    dynamodb = live.client("dynamodb")
    recovery = {
        name: dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"][
            "PointInTimeRecoveryDescription"
        ]
        for name in TABLES
    }
    assert recovery["users"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert recovery["users"]["RecoveryPeriodInDays"] == 35
    for name in ("events", "sessions"):
        assert recovery[name]["PointInTimeRecoveryStatus"] == "DISABLED"


@pytest.mark.parametrize("name", TABLES)
def test_tables_alarms_and_roles_carry_the_tags_and_no_old_ones(live, name):
    declared = {"Environment": live.environment, **live.tags}
    cloudwatch, iam = live.client("cloudwatch"), live.client("iam")
    table = live.client("dynamodb").list_tags_of_resource(ResourceArn=live.table(name)["TableArn"])
    carried = [table["Tags"]]
    for kind in ("user-errors", "system-errors"):
        arn = live.alarm(name, kind)["AlarmArn"]
        carried.append(cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"])
    carried += [
        iam.list_role_tags(RoleName=live.role(name, access))["Tags"] for access in ("read", "write")
    ]
    for tags in carried:
        found = {
            tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith("tablewright:")
        }
        assert found == declared


@pytest.mark.parametrize("name", TABLES)
def test_user_errors_are_watched_where_aws_counts_them(live, name):
    """AWS publishes them for an account and region, never for a table."""
    alarm = live.alarm(name, "user-errors")
    assert alarm["Namespace"] == "AWS/DynamoDB"
    assert alarm["MetricName"] == "UserErrors"
    assert alarm["Dimensions"] == []
    assert (alarm["Statistic"], alarm["Period"], alarm["EvaluationPeriods"]) == ("Sum", 60, 1)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 5)
    assert alarm["TreatMissingData"] == "notBreaching"
    assert "account" in alarm["AlarmDescription"]


@pytest.mark.parametrize("name", TABLES)
def test_system_errors_are_summed_over_every_operation_of_the_table(live, name):
    """AWS publishes them by table and operation; a gap in one must not hide the others."""
    alarm = live.alarm(name, "system-errors")
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 5)
    assert (alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (1, "notBreaching")
    metrics = {each["Id"]: each["MetricStat"] for each in alarm["Metrics"] if "MetricStat" in each}
    operations = set()
    for stat in metrics.values():
        assert (stat["Stat"], stat["Period"]) == ("Sum", 60)
        assert stat["Metric"]["MetricName"] == "SystemErrors"
        by_name = {each["Name"]: each["Value"] for each in stat["Metric"]["Dimensions"]}
        assert by_name.pop("TableName") == name
        operations.add(by_name.pop("Operation"))
        assert by_name == {}
    assert operations == COUNTED
    assert len(metrics) == 10
    (watched,) = [each for each in alarm["Metrics"] if each.get("ReturnData", True)]
    assert all(
        f"FILL({identity},0)" in watched["Expression"].replace(" ", "") for identity in metrics
    )


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("access", ["read", "write"])
def test_a_role_may_be_assumed_by_lambda_functions_of_this_account_only(live, name, access):
    role = live.client("iam").get_role(RoleName=live.role(name, access))["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert statement["Action"] == "sts:AssumeRole"
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": live.account}}
    assert live.outputs["roleArns"][name][access] == role["Arn"]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(("access", "actions"), [("read", READ), ("write", WRITE)])
def test_a_role_has_one_inline_policy_that_reaches_its_own_table_only(live, name, access, actions):
    iam, role = live.client("iam"), live.role(name, access)
    policy = f"dynamodb-{name}-{access}-policy-{live.environment}"
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == [policy]
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    (statement,) = document["Statement"]
    arn = live.table(name)["TableArn"]
    resources = statement["Resource"]
    assert statement["Effect"] == "Allow"
    assert sorted(statement["Action"]) == [f"dynamodb:{action}" for action in actions]
    assert sorted([resources] if isinstance(resources, str) else resources) == (
        [arn, f"{arn}/index/*"] if access == "read" else [arn]
    )


def test_there_are_exactly_these_alarms_and_roles(live):
    """Also in a shared account nothing else may go by these names."""
    prefix, suffix = "dynamodb-", f"-{live.environment}"
    pages = live.client("cloudwatch").get_paginator("describe_alarms").paginate()
    alarms = {each["AlarmName"] for page in pages for each in page["MetricAlarms"]}
    pages = live.client("iam").get_paginator("list_roles").paginate()
    roles = {each["RoleName"] for page in pages for each in page["Roles"]}
    ours = {name for name in alarms | roles if name.startswith(prefix) and name.endswith(suffix)}
    assert ours == {
        *(
            f"{prefix}{table}-{kind}-errors{suffix}"
            for table in TABLES
            for kind in ("user", "system")
        ),
        *(
            f"{prefix}{table}-{access}-role{suffix}"
            for table in TABLES
            for access in ("read", "write")
        ),
    }
