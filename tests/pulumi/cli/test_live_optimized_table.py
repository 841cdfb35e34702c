"""The optimized table as it lives, from its manifests and from its program, asked of AWS itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.programs import PulumiProject
from tests.support.terminal import EXAMPLES, Terminal

pytestmark = pytest.mark.engine

REGION = "eu-central-1"
NAME = "optimized-table-qa"
ROLE = "lambda-dynamodb-reader-qa"
READ = ("BatchGetItem", "DescribeTable", "GetItem", "Query", "Scan")
STREAM = ("DescribeStream", "GetRecords", "GetShardIterator")
ENFORCED = {"Environment": "qa", "Team": "Platform", "CostCenter": "Engineering"}
GIVEN = {"Project": "TAP", "ManagedBy": "Pulumi", "Owner": "somebody"}


@dataclass(frozen=True)
class Live:
    """A deployment: its outputs, and clients to ask with."""

    outputs: dict[str, Any]
    client: Callable[[str], Any]

    @property
    def table(self) -> dict[str, Any]:
        return self.client("dynamodb").describe_table(TableName=NAME)["Table"]

    def alarm(self, kind: str) -> dict[str, Any]:
        alarms = self.client("cloudwatch").describe_alarms(AlarmNames=[f"table-{kind}-alarm-qa"])
        (alarm,) = alarms["MetricAlarms"]
        return alarm


def from_manifests(machine: Terminal, folder: Path) -> dict[str, Any]:
    """The user gives tags of their own, and tries to win over those that are enforced."""
    text = (EXAMPLES / "optimized-table" / "stack.yaml").read_text("utf-8")
    own = "    ManagedBy: Pulumi\n    Owner: somebody\n    Team: mine\n    Environment: mine\n"
    (folder / "stack.yaml").write_text(text.replace("    ManagedBy: Pulumi\n", own), "utf-8")
    variables = {"ENVIRONMENT_SUFFIX": "qa", "AWS_REGION": REGION}
    machine.run("up", folder / "stack.yaml", "--yes", **variables).ended(0)
    flat = folder / "flat-outputs.json"
    machine.run("outputs", folder / "stack.yaml", "--flat", flat, **variables).ended(0)
    return json.loads(flat.read_text("utf-8"))


def from_program(machine: Terminal, folder: Path) -> dict[str, Any]:
    """Configuration comes before the environment's variable."""
    variables = {"ENVIRONMENT_SUFFIX": "never", "AWS_REGION": REGION}
    project = PulumiProject(machine, folder, "optimized-table", **variables)
    tags = json.dumps({"Owner": "somebody", "Team": "mine", "Environment": "mine"})
    return project.up("qa", environmentSuffix="qa", tags=tags)


@pytest.fixture(scope="module", params=[from_manifests, from_program])
def live(request, machine: Terminal, aws: EmbeddedAws, tmp_path_factory) -> Live:
    aws.emulator.reset()
    outputs = request.param(machine, tmp_path_factory.mktemp("deployed"))
    return Live(outputs, lambda service: aws.client(service, REGION))


def test_the_outputs_are_those_that_were_asked_for(live):
    table = live.table
    role = live.client("iam").get_role(RoleName=ROLE)["Role"]
    expected = {
        "tableName": NAME,
        "tableArn": table["TableArn"],
        "streamArn": table["LatestStreamArn"],
        "lambdaRoleArn": role["Arn"],
    }
    assert expected.items() <= live.outputs.items()
    assert table["TableArn"].startswith(f"arn:aws:dynamodb:{REGION}:")


def test_the_table_is_keyed_by_id_and_timestamp_and_on_demand(live):
    table = live.table
    assert table["KeySchema"] == [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "timestamp", "KeyType": "RANGE"},
    ]
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    assert types == {"id": "S", "timestamp": "N", "category": "S", "status": "S"}
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSEDescription"]["Status"] == "ENABLED"
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"


def test_the_index_carries_what_was_declared(live):
    (index,) = live.table["GlobalSecondaryIndexes"]
    assert (index["IndexName"], index["IndexStatus"]) == ("CategoryStatusIndex", "ACTIVE")
    assert [each["AttributeName"] for each in index["KeySchema"]] == ["category", "status"]
    assert index["Projection"]["ProjectionType"] == "INCLUDE"
    assert sorted(index["Projection"]["NonKeyAttributes"]) == ["id", "timestamp"]


def test_recovery_and_insights_are_on(live):
    dynamodb = live.client("dynamodb")
    backups = dynamodb.describe_continuous_backups(TableName=NAME)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    insights = dynamodb.describe_contributor_insights(TableName=NAME)
    assert insights["ContributorInsightsStatus"] == "ENABLED"


@pytest.mark.parametrize("kind", ["read", "write"])
def test_consumed_capacity_is_watched(live, kind):
    alarm = live.alarm(kind)
    assert alarm["Namespace"] == "AWS/DynamoDB"
    assert alarm["MetricName"] == f"Consumed{kind.capitalize()}CapacityUnits"
    assert alarm["Dimensions"] == [{"Name": "TableName", "Value": NAME}]
    assert (alarm["Statistic"], alarm["Period"], alarm["EvaluationPeriods"]) == ("Sum", 300, 2)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 80)
    assert alarm.get("TreatMissingData", "missing") == "missing"


def test_the_function_may_read_the_table_its_indexes_and_its_stream(live):
    iam, table = live.client("iam"), live.table
    assert iam.list_role_policies(RoleName=ROLE)["PolicyNames"] == [
        "lambda-dynamodb-read-policy-qa"
    ]
    document = iam.get_role_policy(RoleName=ROLE, PolicyName="lambda-dynamodb-read-policy-qa")
    allowed = {}
    for statement in document["PolicyDocument"]["Statement"]:
        assert statement["Effect"] == "Allow"
        for action in statement["Action"]:
            resources = statement["Resource"]
            allowed[action] = [resources] if isinstance(resources, str) else sorted(resources)
    arn, stream = table["TableArn"], table["LatestStreamArn"]
    of_stream = {each: allowed.pop(f"dynamodb:{each}") for each in STREAM}
    assert all(resources in ([stream], [f"{arn}/stream/*"]) for resources in of_stream.values())
    assert allowed.pop("dynamodb:ListStreams") in (["*"], [f"{arn}/stream/*"])
    assert allowed == {f"dynamodb:{each}": [arn, f"{arn}/index/*"] for each in READ}


def test_the_function_may_write_its_logs(live):
    (attached,) = live.client("iam").list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]
    assert attached["PolicyArn"] == (
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    )


def test_enforced_tags_win_over_given_ones_and_the_rest_stays(live):
    dynamodb = live.client("dynamodb")
    of_table = dynamodb.list_tags_of_resource(ResourceArn=live.table["TableArn"])["Tags"]
    of_role = live.client("iam").list_role_tags(RoleName=ROLE)["Tags"]
    arn = live.alarm("read")["AlarmArn"]
    of_alarm = live.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert users(of_table) == {**GIVEN, **ENFORCED, "ContributorInsightsEnabled": "true"}
    assert users(of_role) == users(of_alarm) == {**GIVEN, **ENFORCED}


def users(tags: list[dict[str, str]]) -> dict[str, str]:
    """Tags without our note of ownership."""
    return {tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith("tablewright:")}
