"""Random worlds, kept and opened again: all that can be seen is as it was, and goes on alike."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tablewright_emulator.clock import Clock
from tablewright_emulator.request import AwsFault
from tablewright_emulator.server import Emulator

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
REGIONS = ("us-east-1", "eu-west-1")
TRUST = {"Version": "2012-10-17", "Statement": []}
NAMES = ("orders", "events", "people")
Step = Callable[["World"], Any]


class World:
    """An emulator at which random things are done."""

    def __init__(self, emulator: Emulator, seed: int) -> None:
        self.emulator, self.random = emulator, random.Random(seed)  # noqa: S311 - a test's choice

    def call(self, service: str, operation: str, region: str = REGIONS[0], **params: Any) -> Any:
        return self.emulator.gateway.call(service, operation, params, region=region)

    def table(self) -> str:
        return self.random.choice(NAMES)

    def number(self) -> int:
        return self.random.randrange(1, 40)


def create(world: World) -> None:
    names = ("pk", "sk", "other")
    provisioned = world.random.random() < 0.5
    units = {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}
    name = world.table()
    world.call(
        "dynamodb", "CreateTable", TableName=name,
        AttributeDefinitions=[
            {"AttributeName": each, "AttributeType": kind}
            for each, kind in zip(names, "SNB", strict=True)
        ],
        KeySchema=[key("pk", "HASH"), key("sk", "RANGE")],
        BillingMode="PROVISIONED" if provisioned else "PAY_PER_REQUEST",
        **(units if provisioned else {}),
        LocalSecondaryIndexes=[{
            "IndexName": "local", "KeySchema": [key("pk", "HASH"), key("other", "RANGE")],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        SSESpecification={"Enabled": world.random.random() < 0.5},
    )  # fmt: skip


def key(name: str, kind: str) -> dict[str, str]:
    return {"AttributeName": name, "KeyType": kind}


def put(world: World) -> None:
    name = world.table()
    for _ in range(8):
        item = {
            "pk": {"S": f"\N{GREEK SMALL LETTER ALPHA}{world.number() % 5}"},
            "sk": {"N": f"{world.number()}.50"},
            "other": {"B": "AQID"},
            "$map": {"M": {"$set": {"SS": ["x", "y"]}, "n": {"N": str(world.number())}}},
            "expires": {"N": str(int(NOON.timestamp()) + 600 * world.number())},
        }
        world.call("dynamodb", "PutItem", TableName=name, Item=item)


def remove(world: World) -> None:
    name = world.table()
    items = world.call("dynamodb", "Scan", TableName=name)["Items"]
    picked = world.random.choice(items) if items else {"pk": {"S": "-"}, "sk": {"N": "1"}}
    keys = {part: picked[part] for part in ("pk", "sk")}
    world.call("dynamodb", "DeleteItem", TableName=name, Key=keys)


def add_index(world: World) -> None:
    attributes = [
        {"AttributeName": "other", "AttributeType": "B"},
        {"AttributeName": "sk", "AttributeType": "N"},
    ]
    index = {
        "IndexName": "global", "KeySchema": [key("other", "HASH"), key("sk", "RANGE")],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["expires"]},
    }  # fmt: skip
    update(world, AttributeDefinitions=attributes, GlobalSecondaryIndexUpdates=[{"Create": index}])


def update(world: World, **params: Any) -> None:
    world.call("dynamodb", "UpdateTable", TableName=world.table(), **params)


def units(world: World) -> dict[str, int]:
    return {"ReadCapacityUnits": world.number(), "WriteCapacityUnits": world.number()}


def alarm(world: World) -> None:
    dimensions = [{"Name": "TableName", "Value": world.table()}]
    world.call(
        "cloudwatch", "PutMetricAlarm", AlarmName=f"alarm-{world.number() % 3}",
        Namespace="AWS/DynamoDB", MetricName="ConsumedWriteCapacityUnits", Statistic="Sum",
        Period=60, EvaluationPeriods=1, Threshold=float(world.number()), Dimensions=dimensions,
        ComparisonOperator="GreaterThanThreshold", Tags=[{"Key": "a", "Value": "b"}],
    )  # fmt: skip


def data(world: World) -> None:
    values = [float(world.number()) for _ in range(4)]
    world.call(
        "cloudwatch", "PutMetricData", Namespace="own",
        MetricData=[{"MetricName": "m", "Values": values, "Timestamp": world.emulator.clock.now()}],
    )  # fmt: skip


def scaling(world: World) -> None:
    target = {
        "ServiceNamespace": "dynamodb", "ResourceId": f"table/{world.table()}",
        "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
    }  # fmt: skip
    call = world.call
    service = "application-autoscaling"
    call(service, "RegisterScalableTarget", **target, MinCapacity=1, MaxCapacity=50)
    call(
        service, "PutScalingPolicy", **target, PolicyName="p", PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70.0,
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "DynamoDBWriteCapacityUtilization"
            },
        },
    )  # fmt: skip
    call(
        service, "PutScheduledAction", **target, ScheduledActionName="s",
        Schedule="rate(45 minutes)", ScalableTargetAction={"MinCapacity": 7, "MaxCapacity": 60},
    )  # fmt: skip


def backup(world: World) -> None:
    made = world.call("dynamodb", "CreateBackup", TableName=world.table(), BackupName="backup")
    if world.random.random() < 0.5:
        arn = made["BackupDetails"]["BackupArn"]
        world.emulator.clock.advance(600)
        world.call(
            "dynamodb", "RestoreTableFromBackup", BackupArn=arn,
            TargetTableName=f"restored-{world.number()}",
        )  # fmt: skip


def identities(world: World) -> None:
    name = f"role-{world.number()}"
    world.call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    world.call("kms", "CreateKey", Description=name)
    world.call("sns", "CreateTopic", Name=name)


def replica(world: World) -> None:
    update(world, ReplicaUpdates=[{"Create": {"RegionName": REGIONS[1]}}])


def recovery(world: World) -> None:
    name = world.table()
    on = {"PointInTimeRecoveryEnabled": True}
    call = world.call
    call("dynamodb", "UpdateContinuousBackups", TableName=name, PointInTimeRecoverySpecification=on)
    ttl = {"Enabled": True, "AttributeName": "expires"}
    call("dynamodb", "UpdateTimeToLive", TableName=name, TimeToLiveSpecification=ttl)
    action = "ENABLE"
    call("dynamodb", "UpdateContributorInsights", TableName=name, ContributorInsightsAction=action)


STEPS: tuple[Step, ...] = (
    create, create, put, put, put, remove, add_index, alarm, data, scaling, backup, identities,
    replica, recovery,
    lambda world: update(world, BillingMode="PAY_PER_REQUEST"),
    lambda world: update(world, ProvisionedThroughput=units(world)),
    lambda world: update(world, TableClass="STANDARD_INFREQUENT_ACCESS"),
    lambda world: update(world, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "global"}}]),
    lambda world: world.call("dynamodb", "DeleteTable", TableName=world.table()),
    lambda world: world.emulator.clock.advance(60 * world.number()),
)  # fmt: skip


def seen(world: World) -> Any:
    """Everything that the APIs show; what is drawn at random afterwards is left out."""
    shown = [look(world, region) for region in REGIONS]
    iam = world.call("iam", "ListRoles"), world.call("kms", "ListKeys")
    text = json.dumps([shown, iam, world.emulator.clock.now()], default=str, sort_keys=True)
    return json.loads(text, object_hook=without_drawn)


def without_drawn(value: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in value.items() if name != "ActivityId"}


def look(world: World, region: str) -> Any:
    def call(service: str, operation: str, **params: Any) -> Any:
        return world.call(service, operation, region, **params)

    now = world.emulator.clock.now()
    tables = [look_at_table(call, name) for name in call("dynamodb", "ListTables")["TableNames"]]
    metrics = call("cloudwatch", "ListMetrics")["Metrics"]
    period = {"StartTime": now - timedelta(hours=6), "EndTime": now, "Period": 300}
    points = [
        call("cloudwatch", "GetMetricStatistics", **period, **metric, Statistics=["Sum", "Maximum"])
        for metric in metrics
        if metric["MetricName"] != "SuccessfulRequestLatency"  # in real time
    ]
    scaling = {"ServiceNamespace": "dynamodb"}
    return (
        tables, metrics, points,
        call("dynamodb", "ListBackups"),
        call("cloudwatch", "DescribeAlarms"),
        call("cloudwatch", "DescribeAlarmHistory"),
        [
            call("application-autoscaling", operation, **scaling)
            for operation in (
                "DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScheduledActions",
                "DescribeScalingActivities",
            )
        ],
    )  # fmt: skip


def look_at_table(call: Callable[..., Any], name: str) -> Any:
    table = call("dynamodb", "DescribeTable", TableName=name)["Table"]
    found = [table]
    for operation in ("DescribeContinuousBackups", "DescribeTimeToLive", "Scan"):
        with suppress(AwsFault):
            found.append(call("dynamodb", operation, TableName=name))
    for index in (
        *(table["GlobalSecondaryIndexes"] or ()),
        *(table["LocalSecondaryIndexes"] or ()),
    ):
        with suppress(AwsFault):
            found.append(call("dynamodb", "Scan", TableName=name, IndexName=index["IndexName"]))
    if arn := table.get("LatestStreamArn"):
        stream = call("dynamodbstreams", "DescribeStream", StreamArn=arn)["StreamDescription"]
        iterator = call(
            "dynamodbstreams", "GetShardIterator", StreamArn=arn, ShardIteratorType="TRIM_HORIZON",
            ShardId=stream["Shards"][0]["ShardId"],
        )["ShardIterator"]  # fmt: skip
        found.append(call("dynamodbstreams", "GetRecords", ShardIterator=iterator)["Records"])
    return found


@pytest.mark.parametrize("seed", range(5))
def test_a_world_that_is_opened_again_is_the_same_and_goes_on_alike(seed: int):
    with Emulator(clock=Clock(frozen_at=NOON), durations="realistic") as emulator:
        world = World(emulator, seed)
        done = 0
        for _ in range(70):
            with suppress(AwsFault):  # what AWS would refuse is no part of the world
                world.random.choice(STEPS)(world)
                done += 1
        assert done > 20
        seen(world)  # autoscaling's own role is made when it is first looked for
        state, before = emulator.snapshot(), seen(world)
        later = [(emulator.clock.advance(hours * 3600), seen(world)) for hours in (1, 26)]
        emulator.load(state)
        assert seen(world) == before
        assert [(emulator.clock.advance(hours * 3600), seen(world)) for hours in (1, 26)] == later
