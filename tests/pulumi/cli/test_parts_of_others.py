"""What others have added stays, run after run, and goes only by name."""

from __future__ import annotations

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.advice import follow
from tests.support.terminal import stack

pytestmark = pytest.mark.engine

READS = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/scaled",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
}
UNITS = {"readCapacityUnits": 5, "writeCapacityUnits": 5}
SCALED = {"autoScaling": {"read": {"minCapacity": 5, "maxCapacity": 50}}}


def indexes(aws: EmbeddedAws) -> list[str]:
    table = aws.client("dynamodb").describe_table(TableName="events")["Table"]
    return [index["IndexName"] for index in table.get("GlobalSecondaryIndexes", ())]


def add_index(aws: EmbeddedAws) -> None:
    aws.client("dynamodb").update_table(
        TableName="events",
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "size", "AttributeType": "N"},
        ],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "by-hand",
                    "KeySchema": [{"AttributeName": "size", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    )
    aws.pass_time(3600)


def schedules(aws: EmbeddedAws) -> list[str]:
    scaling = aws.client("application-autoscaling")
    listed = scaling.describe_scheduled_actions(ServiceNamespace="dynamodb")["ScheduledActions"]
    return [action["ScheduledActionName"] for action in listed]


def test_an_index_made_by_hand_and_a_schedule_on_a_target_go_by_name_only(terminal, aws):
    def declare(cost: str, **scaling: object) -> object:
        scaled = {"name": "scaled", "billingMode": "PROVISIONED", "provisionedThroughput": UNITS}
        tables = ("events", {**scaled, **scaling})
        return terminal.write(
            "t.yaml", stack("added", *tables, tags={"Team": "a", "CostCenter": cost})
        )

    manifest = declare("1", **SCALED)
    terminal.run("up", manifest, "--yes").ended(0)
    add_index(aws)
    aws.client("application-autoscaling").put_scheduled_action(
        **READS,
        ScheduledActionName="nightly",
        Schedule="cron(0 1 * * ? *)",
        ScalableTargetAction={"MinCapacity": 6},
    )
    for cost in ("2", "3"):
        declare(cost, **SCALED)
        terminal.run("up", manifest, "--yes").ended(0)
    assert indexes(aws) == ["by-hand"]

    message = terminal.run("up", manifest, "--yes", "--refresh").refused(3)
    assert "index by-hand of table events would be deleted, which was never declared" in message
    assert indexes(aws) == ["by-hand"]
    flag = ("--allow-delete", "events/by-hand")
    terminal.run("up", manifest, "--yes", "--refresh", *flag).ended(0)
    assert indexes(aws) == []

    declare("3")
    message = terminal.run("up", manifest, "--yes").refused(3)
    assert "AWS would delete the scheduled action nightly" in message
    assert schedules(aws) == ["nightly"]
    follow(terminal, aws, message)
    terminal.run("up", manifest, "--yes").ended(0)
    assert schedules(aws) == []
