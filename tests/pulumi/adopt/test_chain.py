"""From random live tables through `adopt` to a deployed stack: imports, and no change at all."""

import json
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tablewright.adopt.adoption import AdoptedStack, adopt
from tablewright.deploy.deployment import open_deployment
from tablewright.deploy.options import Options
from tablewright.deploy.outcome import DeploymentOutcome, Preview
from tablewright.deploy.source import Source
from tablewright.errors import InputError
from tablewright.fleet.discovery import discover, discover_alarms
from tablewright.manifest import load_text
from tablewright.plan.declaration.declare import declare

pytestmark = pytest.mark.engine

REGION = "eu-west-1"
TABLES = 8
TYPES = ("S", "N", "B")


class Account:
    """Makes whatever a person might have made by hand, by chance and repeatably."""

    def __init__(self, session: Any, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._dynamodb = session.client("dynamodb", REGION)
        self._cloudwatch = session.client("cloudwatch", REGION)
        self._scaling = session.client("application-autoscaling", REGION)

    def make_table(self, name: str) -> None:
        request = self._request(name)
        self._dynamodb.create_table(**request)
        waiter = self._dynamodb.get_waiter("table_exists")
        waiter.wait(TableName=name, WaiterConfig={"Delay": 0.05})
        indexes = [index["IndexName"] for index in request.get(GLOBAL, ())]
        self._settings(name, indexes)
        if request["BillingMode"] == "PROVISIONED":
            for place in (f"table/{name}", *(f"table/{name}/index/{index}" for index in indexes)):
                for side in ("Read", "Write"):
                    if self._maybe():
                        self._scale(place, side)
        if self._maybe():
            self._open(name)
        for number in range(self._chance.randrange(3)):
            self._alarm(name, number)

    def _request(self, name: str) -> dict[str, Any]:
        chance, types = self._chance, {"id": self._type()}
        provisioned = self._maybe()
        request: dict[str, Any] = {
            "TableName": name,
            "KeySchema": schema("id"),
            "BillingMode": "PROVISIONED" if provisioned else "PAY_PER_REQUEST",
            "DeletionProtectionEnabled": self._maybe(),
        }
        if self._maybe():
            types["sort"] = self._type()
            request["KeySchema"] = schema("id", "sort")
            if self._maybe():
                types["local"] = self._type()
                request["LocalSecondaryIndexes"] = [
                    {
                        "IndexName": "by-local",
                        "KeySchema": schema("id", "local"),
                        "Projection": self._projection(),
                    }
                ]
        indexes = []
        for number in range(chance.randrange(3)):
            types[f"key{number}"] = self._type()
            indexes.append(
                {
                    "IndexName": f"index-{number}",
                    "KeySchema": schema(f"key{number}"),
                    "Projection": self._projection(),
                    **self._capacity(provisioned=provisioned),
                }
            )
        if indexes:
            request[GLOBAL] = indexes
        if self._maybe():
            view = chance.choice(("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"))
            request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
        if self._maybe():
            request["SSESpecification"] = {"Enabled": True}
        if self._maybe():
            request["TableClass"] = "STANDARD_INFREQUENT_ACCESS"
        if self._maybe():
            request["Tags"] = [
                {"Key": key, "Value": chance.choice(("a b", "yes", "1", "x: y", ""))}
                for key in ("Team", "on", "odd:key")
            ]
        request["AttributeDefinitions"] = [
            {"AttributeName": key, "AttributeType": type_} for key, type_ in types.items()
        ]
        return {**request, **self._capacity(provisioned=provisioned)}

    def _settings(self, name: str, indexes: list[str]) -> None:
        client, chance = self._dynamodb, self._chance
        if self._maybe():
            client.update_continuous_backups(
                TableName=name,
                PointInTimeRecoverySpecification={
                    "PointInTimeRecoveryEnabled": True,
                    "RecoveryPeriodInDays": chance.randint(1, 35),
                },
            )
        if self._maybe():
            client.update_time_to_live(
                TableName=name,
                TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
            )
        for index in (None, *indexes):
            if self._maybe():
                mode = chance.choice(("ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"))
                client.update_contributor_insights(
                    TableName=name,
                    ContributorInsightsAction="ENABLE",
                    ContributorInsightsMode=mode,
                    **({} if index is None else {"IndexName": index}),
                )

    def _scale(self, place: str, side: str) -> None:
        chance, part = self._chance, "index" if "/index/" in place else "table"
        target = {
            "ServiceNamespace": "dynamodb",
            "ResourceId": place,
            "ScalableDimension": f"dynamodb:{part}:{side}CapacityUnits",
        }
        metric = f"DynamoDB{side}CapacityUtilization"
        self._scaling.register_scalable_target(
            **target, MinCapacity=1, MaxCapacity=chance.randint(10, 99), Tags=self._own_tags()
        )
        self._scaling.put_scaling_policy(
            **target,
            PolicyName=chance.choice((f"{metric}:{place}", "by hand")),
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": chance.choice((70, 72.5)),
                "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
                "DisableScaleIn": self._maybe(),
                **({"ScaleInCooldown": 60} if self._maybe() else {}),
            },
        )
        if self._maybe():
            self._scaling.put_scheduled_action(
                **target,
                ScheduledActionName="night",
                Schedule="cron(0 20 * * ? *)",
                Timezone="Europe/Paris",
                StartTime=datetime(2027, 1, 1, 12, 30, tzinfo=UTC),
                ScalableTargetAction={"MinCapacity": 1},
            )

    def _own_tags(self) -> dict[str, str]:
        return {"Own": "by hand"} if self._maybe() else {}

    def _open(self, name: str) -> None:
        arn = self._dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
        policy = """{ "Statement":[{"Action" : "dynamodb:GetItem","Resource":"%s",
            "Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Effect": "Allow",
            "Condition":{"StringLike":{"aws:username":"${aws:username}*"}}}] ,
            "Version":"2012-10-17"}"""
        self._dynamodb.put_resource_policy(ResourceArn=arn, Policy=policy % arn)

    def _alarm(self, table: str, number: int) -> None:
        chance = self._chance
        request: dict[str, Any] = {
            "AlarmName": f"{table} alarm/{number}",
            "Namespace": "AWS/DynamoDB",
            "MetricName": chance.choice(("ReadThrottleEvents", "UserErrors", "SystemErrors")),
            "Dimensions": [{"Name": "TableName", "Value": table}],
            "Period": chance.choice((60, 300)),
            "Statistic": chance.choice(("Sum", "Maximum", "Average")),
            "Threshold": chance.choice((0, 5, 0.25)),
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "EvaluationPeriods": 3,
        }
        if self._maybe():
            request["AlarmDescription"] = "made by hand"
        if self._maybe():
            del request["Statistic"]
            request["ExtendedStatistic"] = chance.choice(("p99", "p99.9", "tm90", "PR(:300)"))
            if request["ExtendedStatistic"].startswith("p") and self._maybe():
                request["EvaluateLowSampleCountPercentile"] = chance.choice(("evaluate", "ignore"))
        if self._maybe():
            request["DatapointsToAlarm"] = 2
        if self._maybe():
            request["TreatMissingData"] = chance.choice(("breaching", "ignore", "missing"))
        if self._maybe():
            request["AlarmActions"] = [f"arn:aws:sns:{REGION}:123456789012:on-call"]
        if self._maybe():
            request["Tags"] = [{"Key": "Team", "Value": "a"}]
        self._cloudwatch.put_metric_alarm(**request)

    def _capacity(self, *, provisioned: bool) -> dict[str, Any]:
        low, high = self._chance.randint(1, 9), self._chance.randint(1, 9)
        if provisioned:
            units = {"ReadCapacityUnits": low, "WriteCapacityUnits": high}
            return {"ProvisionedThroughput": units}
        return {"OnDemandThroughput": {"MaxReadRequestUnits": low}} if self._maybe() else {}

    def _projection(self) -> dict[str, Any]:
        kind = self._chance.choice(("ALL", "KEYS_ONLY", "INCLUDE"))
        others = {"NonKeyAttributes": ["size", "name"]} if kind == "INCLUDE" else {}
        return {"ProjectionType": kind, **others}

    def _type(self) -> str:
        return self._chance.choice(TYPES)

    def _maybe(self) -> bool:
        return self._chance.random() < 0.5


GLOBAL = "GlobalSecondaryIndexes"


def schema(*names: str) -> list[dict[str, str]]:
    kinds = ("HASH", "RANGE")
    return [
        {"AttributeName": name, "KeyType": kind} for name, kind in zip(names, kinds, strict=False)
    ]


def adopted(sandbox: Any) -> AdoptedStack:
    found = discover([sandbox.session], [REGION])
    assert found.complete
    alarms = discover_alarms([sandbox.session], found.tables)
    [stack] = adopt(found.tables, alarms)
    return stack


def actions(run: Callable[[], Preview | DeploymentOutcome]) -> set[tuple[str, ...]]:
    return {change.actions for change in run().explanation.changes}


@pytest.mark.parametrize("seed", range(3))
def test_what_adopt_writes_is_imported_and_nothing_changes(sandbox, sandbox_process, seed: int):
    account = Account(sandbox.session, seed)
    for number in range(TABLES):
        account.make_table(f"table-{number}")
    before = discover([sandbox.session], [REGION]).tables
    stack = adopted(sandbox)
    assert [table.left_out for table in stack.tables] == [()] * TABLES
    source = Source.of(load_text(stack.stream, {}))
    options = Options(sandbox=sandbox_process.instance.name)
    with open_deployment(source, options, lambda _: None) as deployment:
        assert actions(deployment.up) == {("import",)}
        assert actions(deployment.preview) == set()
        failed = {finding.rule for finding in deployment.verify().failed}
    assert failed <= {"TW123"}  # some of the alarms by chance watch what AWS never publishes
    after = discover([sandbox.session], [REGION]).tables
    assert [without_owner(live) for live in after] == [without_owner(live) for live in before]


def without_owner(live: Any) -> Any:
    """All that lives, but the one tag that says whose it is."""
    tags = dict(live.table.tags or {})
    tags.pop("tablewright:stack", None)
    return live.table.name, live.reading.status, live.reading.insights, tags, settings(live.table)


def settings(table: Any) -> dict[str, Any]:
    return {name: getattr(table, name) for name in type(table).__slots__ if name != "tags"}


def test_what_hangs_on_a_table_is_imported_with_it(sandbox, sandbox_process):
    name = "orders"
    client = sandbox.client("dynamodb", REGION)
    described = client.create_table(
        TableName=name,
        KeySchema=schema("id"),
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 0.05})
    open_to_the_account(client, described["TableDescription"]["TableArn"])
    scale_reads(sandbox.client("application-autoscaling", REGION), name)
    stack = adopted(sandbox)
    options = Options(sandbox=sandbox_process.instance.name)
    source = Source.of(load_text(stack.stream, {}))
    with open_deployment(source, options, lambda _: None) as deployment:
        changes = deployment.up().explanation.changes
        assert {change.actions for change in changes} == {("import",)}
        assert {change.type.split(":")[-1] for change in changes} == {
            "Table",
            "Target",
            "Policy",
            "ResourcePolicy",
        }
        assert actions(deployment.preview) == set()
        assert deployment.verify().exit_status == 0


def open_to_the_account(client: Any, arn: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "dynamodb:GetItem",
        "Resource": arn,
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    client.put_resource_policy(ResourceArn=arn, Policy=json.dumps(policy))


def scale_reads(client: Any, table: str) -> None:
    place = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": f"table/{table}",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    }
    metric = "DynamoDBReadCapacityUtilization"
    client.register_scalable_target(**place, MinCapacity=5, MaxCapacity=50)
    client.put_scaling_policy(
        **place,
        PolicyName=f"{metric}:table/{table}",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70,
            "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
        },
    )


def test_a_replica_is_imported_with_what_it_has_of_its_own(sandbox, sandbox_process):
    name, there = "orders", "us-east-1"
    client, other = sandbox.client("dynamodb", REGION), sandbox.client("dynamodb", there)
    client.create_table(
        TableName=name,
        KeySchema=schema("id"),
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("id", "x")],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-x",
                "KeySchema": schema("x"),
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        Tags=[{"Key": "Team", "Value": "web"}],
    )
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 0.05})
    ceiling = {"MaxReadRequestUnits": 9}
    own = {
        "RegionName": there,
        "TableClassOverride": "STANDARD_INFREQUENT_ACCESS",
        "OnDemandThroughputOverride": ceiling,
        "GlobalSecondaryIndexes": [{"IndexName": "by-x", "OnDemandThroughputOverride": ceiling}],
    }
    client.update_table(TableName=name, ReplicaUpdates=[{"Create": own}])
    until_active(client, name)
    until_active(other, name)
    other.update_table(TableName=name, DeletionProtectionEnabled=True)
    other.update_continuous_backups(
        TableName=name,
        PointInTimeRecoverySpecification={
            "PointInTimeRecoveryEnabled": True,
            "RecoveryPeriodInDays": 9,
        },
    )
    arn = other.describe_table(TableName=name)["Table"]["TableArn"]
    other.tag_resource(ResourceArn=arn, Tags=[{"Key": "Region", "Value": there}])
    for index in ({}, {"IndexName": "by-x"}):
        other.update_contributor_insights(
            TableName=name, ContributorInsightsAction="ENABLE", **index
        )
    found = discover([sandbox.session], [REGION, there])
    [stack] = adopt(found.tables, {})
    assert stack.tables[0].left_out == ()
    options = Options(sandbox=sandbox_process.instance.name)
    source = Source.of(load_text(stack.stream, {}))
    with open_deployment(source, options, lambda _: None) as deployment:
        changes = deployment.up().explanation.changes
        assert {change.actions for change in changes} == {("import",)}
        assert len(changes) == 4
        assert actions(deployment.preview) == set()
        assert deployment.verify().exit_status == 0


def until_active(client: Any, name: str) -> None:
    for _ in range(200):
        table = client.describe_table(TableName=name)["Table"]
        regions = [replica["ReplicaStatus"] for replica in table.get("Replicas", ())]
        if {table["TableStatus"], *regions} == {"ACTIVE"}:
            return
        time.sleep(0.05)
    pytest.fail(f"{name} is not active")


DASHBOARD = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: dev
  tags: {Team: a, CostCenter: b}
  dashboard: {}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: id, type: S}
"""


def test_a_dashboard_of_that_name_is_taken_over_if_it_is_named(sandbox, sandbox_process):
    declared = declare(load_text(DASHBOARD, {}))
    assert declared.dashboard is not None
    client = sandbox.client("cloudwatch", REGION)
    client.put_dashboard(DashboardName=declared.dashboard.name, DashboardBody='{"widgets": []}')
    options = Options(sandbox=sandbox_process.instance.name)
    with (
        open_deployment(Source.of(load_text(DASHBOARD, {})), options, lambda _: None) as made,
        pytest.raises(InputError, match="dashboard dynamodb-shop-dev exists already"),
    ):
        made.preview()
    named = DASHBOARD.replace("dashboard: {", "dashboard: {adopt: true, ", 1)
    assert named != DASHBOARD
    with open_deployment(Source.of(load_text(named, {})), options, lambda _: None) as made:
        assert actions(made.up) == {("create",), ("import", "update")}
        assert actions(made.preview) == set()


def test_what_somebody_made_by_hand_on_a_recorded_table_is_taken_over(sandbox, sandbox_process):
    """Declared later, it is imported: created again it would be refused, or doubled."""
    options = Options(sandbox=sandbox_process.instance.name)
    with open_deployment(Source.of(load_text(DASHBOARD, {})), options, lambda _: None) as made:
        made.up()
    client = sandbox.client("dynamodb", REGION)
    client.update_contributor_insights(TableName="orders", ContributorInsightsAction="ENABLE")
    watched = f"{DASHBOARD}  contributorInsights: {{}}\n"
    with open_deployment(Source.of(load_text(watched, {})), options, lambda _: None) as made:
        assert actions(made.up) == {("import",)}
        assert actions(made.preview) == set()
