"""What others change by hand, and what a manifest says no more, is as declared after one run."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("aws")]

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec: {region: eu-west-1, environment: dev, tags: {Team: a, CostCenter: b}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: id, type: S}
"""
SCALED = """\
  billingMode: PROVISIONED
  autoScaling:
    read: {minCapacity: 5, maxCapacity: 50}
    write: {minCapacity: 5, maxCapacity: 50}
  alarms: {conditionalCheckFailures: {}}
  access: [read]
"""
CAPPED = """\
  onDemandThroughput: {maxReadRequestUnits: 100}
  globalSecondaryIndexes:
    - name: by-user
      partitionKey: {name: user, type: S}
      onDemandThroughput: {maxWriteRequestUnits: 50}
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    return tmp_path / "shop.yaml"


def meddle(aws: EmbeddedAws) -> None:
    """Change by hand what the engine has a resource for."""
    scaling = aws.client("application-autoscaling")
    [target] = scaling.describe_scalable_targets(
        ServiceNamespace="dynamodb", ScalableDimension="dynamodb:table:ReadCapacityUnits"
    )["ScalableTargets"]
    scaling.register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId="table/orders",
        ScalableDimension="dynamodb:table:WriteCapacityUnits",
        SuspendedState={"DynamicScalingInSuspended": True},
    )
    scaling.untag_resource(ResourceARN=target["ScalableTargetARN"], TagKeys=["Team"])
    cloudwatch = aws.client("cloudwatch")
    [alarm] = cloudwatch.describe_alarms(AlarmNamePrefix="dynamodb-")["MetricAlarms"]
    members = (
        "AlarmName",
        "AlarmDescription",
        "MetricName",
        "Namespace",
        "Statistic",
        "Dimensions",
        "Period",
        "EvaluationPeriods",
        "Threshold",
        "ComparisonOperator",
        "TreatMissingData",
    )
    kept = {name: alarm[name] for name in members if name in alarm}
    cloudwatch.put_metric_alarm(**kept, Unit="Count", DatapointsToAlarm=1)
    aws.client("iam").update_role(RoleName="dynamodb-orders-read-role-dev", Description="mine")


def test_what_others_change_is_seen_and_set_back(aws, terminal, manifest):
    manifest.write_text(STACK + SCALED, "utf-8")
    terminal.run("up", manifest, "--yes").ended(0)
    meddle(aws)
    report = terminal.run("verify", manifest, "--output", "json").ended(3).json
    differs = {each["fact"] for each in report["findings"] if each["verdict"] == "failed"}
    assert differs == {
        "scaling of writes",
        "tags of the scaling of reads",
        "undeclared setting",
        "description",
    }
    terminal.run("preview", manifest, "--refresh", "--expect-no-changes").ended(3)
    terminal.run("up", manifest, "--yes", "--refresh").ended(0)
    terminal.run("verify", manifest).ended(0)


def test_what_is_said_no_more_goes_back_to_its_default(aws, terminal, manifest):
    """The ceilings of a table and of an index that stays, and then the index."""
    open_index = "\n".join(line for line in CAPPED.splitlines() if "onDemand" not in line) + "\n"
    for text in (STACK + CAPPED, STACK + open_index, STACK):
        manifest.write_text(text, "utf-8")
        terminal.run("up", manifest, "--yes").ended(0)
        terminal.run("verify", manifest).ended(0)
        terminal.run("preview", manifest, "--expect-no-changes").ended(0)
        if text.endswith(open_index):
            table = aws.client("dynamodb").describe_table(TableName="orders")["Table"]
            [index] = table["GlobalSecondaryIndexes"]
            said = [holder.get("OnDemandThroughput", {}) for holder in (table, index)]
            assert {units for each in said for units in each.values()} <= {-1}
