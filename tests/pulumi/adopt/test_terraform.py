"""A table that Terraform made changes hands, with what hangs on it: nothing is changed."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.terraform import Terraform

from tablewright.adopt.adoption import adopt
from tablewright.adopt.terraform import hand_over, read_state
from tablewright.adopt.terraform.handover import removed_blocks
from tablewright.deploy.deployment import open_deployment
from tablewright.deploy.options import Options
from tablewright.deploy.source import Source
from tablewright.fleet.discovery import discover, discover_alarms
from tablewright.manifest import load_text

pytestmark = pytest.mark.engine
REGION = "eu-west-1"
TABLES = """
resource "aws_dynamodb_table" "orders" {
  for_each         = toset(["eu", "us"])
  name             = "orders-${each.key}"
  hash_key         = "id"
  read_capacity    = 5
  write_capacity   = 5
  stream_enabled   = true
  stream_view_type = "NEW_IMAGE"
  tags             = { Team = "web" }
  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery {
    enabled = true
  }
}
resource "aws_appautoscaling_target" "reads" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.orders["eu"].name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 5
  max_capacity       = 50
}
resource "aws_appautoscaling_policy" "reads" {
  name               = "reads of orders"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "dynamodb"
  resource_id        = aws_appautoscaling_target.reads.resource_id
  scalable_dimension = aws_appautoscaling_target.reads.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value = 65.5
    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}
resource "aws_cloudwatch_metric_alarm" "hot" {
  alarm_name          = "orders hot"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  dimensions          = { TableName = aws_dynamodb_table.orders["eu"].name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
}
"""


@pytest.fixture
def terraform(tmp_path: Path, sandbox: Any) -> Terraform:
    terraform = Terraform(tmp_path, sandbox.endpoint)
    (tmp_path / "tables.tf").write_text(TABLES, "utf-8")
    terraform.run("init")
    terraform.run("apply", "-auto-approve")
    return terraform


def test_what_terraform_made_is_adopted_and_handed_over(terraform, sandbox, sandbox_process):
    held = read_state(terraform.folder / "terraform.tfstate")
    names = {table.name for table in held.tables}
    found = discover([sandbox.session], [REGION], names)
    alarms = discover_alarms([sandbox.session], found.tables)
    [stack] = adopt(found.tables, alarms)
    assert [table.left_out for table in stack.tables] == [(), ()]
    options = Options(sandbox=sandbox_process.instance.name)
    with open_deployment(
        Source.of(load_text(stack.stream, {})), options, lambda _: None
    ) as deployment:
        changes = deployment.preview().explanation.changes
        assert {change.actions for change in changes} == {("import",)}
        assert len(changes) == 5
        deployment.up()
        change = hand_over(held, [stack])
        (terraform.folder / "tables.tf").write_text(removed_blocks(change), "utf-8")
        terraform.run("apply", "-auto-approve")
        assert json.loads((terraform.folder / "terraform.tfstate").read_text())["resources"] == []
        assert deployment.preview().explanation.changes == ()
        assert deployment.verify().exit_status == 0
