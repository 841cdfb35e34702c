"""Whatever `verify` finds to differ, the command it names makes it as declared again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.pulumi.cli.conftest import REGION, EmbeddedAws
from tests.support.advice import named, run
from tests.support.terminal import Said, Terminal, stack

from tablewright.checks.effects import BEYOND

pytestmark = pytest.mark.engine

ACCOUNT = "123456789012"
ELSEWHERE = "us-east-1"
READ_ONLY = "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/Boundary"
PARTNER = {"AWS": "arn:aws:iam::999999999999:root"}
SCALED = {
    "billingMode": "PROVISIONED",
    "provisionedThroughput": {"readCapacityUnits": 10, "writeCapacityUnits": 5},
    "autoScaling": {
        "read": {
            "minCapacity": 10,
            "maxCapacity": 100,
            "schedules": [{"name": "morning", "schedule": "cron(0 7 * * ? *)", "minCapacity": 50}],
        }
    },
}
FIXED = {
    "billingMode": "PROVISIONED",
    "provisionedThroughput": {"readCapacityUnits": 5, "writeCapacityUnits": 5},
}
BY_KIND = {"name": "by-kind", "partitionKey": {"name": "kind", "type": "S"}}
MOST_FIELDS = 300
ROLES = ("lost", "trusting", "rewritten", "stripped", "detached", "unbound", "renamed")


def allow(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    """A policy of one statement."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def tables(key: str) -> list[Mapping[str, Any]]:
    """One table for each thing that can only be done to one."""
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/settings"
    role = {
        "grants": ["read"],
        "trust": {"principals": [ACCOUNT]},
        "managedPolicies": [READ_ONLY],
        "permissionsBoundary": BOUNDARY,
    }
    settings = {
        "name": "settings",
        "onDemandThroughput": {"maxReadRequestUnits": 1000, "maxWriteRequestUnits": 500},
        "globalSecondaryIndexes": [{**BY_KIND, "contributorInsights": {}}],
        "stream": {"viewType": "NEW_IMAGE"},
        "kinesisDestination": {"streamArn": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/copies"},
        "recovery": {"days": 7},
        "timeToLive": {"attributeName": "expiresAt"},
        "tableClass": "STANDARD_INFREQUENT_ACCESS",
        "deletionProtection": True,
        "encryption": {"type": "CUSTOMER", "kmsKeyArn": key},
        "contributorInsights": {},
        "resourcePolicy": allow("dynamodb:GetItem", arn, Principal=PARTNER),
        "alarms": {
            "systemErrors": {},
            "latency": {"operations": ["Query"]},
            "transactionConflicts": {},
        },
        "access": [{"name": name, **role} for name in ROLES],
    }
    replica = {
        "region": ELSEWHERE,
        "deletionProtection": True,
        "recovery": {"days": 35},
        "contributorInsights": {},
        "tags": {"Site": "north"},
    }
    images = {"stream": {"viewType": "NEW_AND_OLD_IMAGES"}}
    return [
        settings,
        {"name": "billed", **FIXED},
        {"name": "units", **FIXED},
        {"name": "unscaled", **SCALED},
        {"name": "bounds", **SCALED},
        {"name": "policyless", **SCALED},
        {"name": "unscheduled", **SCALED},
        {"name": "unindexed", "globalSecondaryIndexes": [BY_KIND]},
        {"name": "indexed", "globalSecondaryIndexes": []},
        {"name": "copied", **images, "globalTable": {"replicas": [replica]}},
        {"name": "uncopied", **images, "globalTable": {"replicas": [{"region": ELSEWHERE}]}},
        {"name": "gone"},
        {"name": "more", "access": ["read"], "resourcePolicy": None},
    ]


class Hand:
    """Somebody at the console."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws = aws
        self.iam, self.dynamodb = aws.client("iam"), aws.client("dynamodb")
        self.cloudwatch = aws.client("cloudwatch")
        self.scaling = aws.client("application-autoscaling")

    def arn(self, table: str, region: str = REGION) -> str:
        return f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{table}"

    def role(self, name: str, table: str = "settings") -> str:
        return f"dynamodb-{table}-{name}-role-dev"

    def policy(self, name: str, table: str = "settings") -> str:
        return f"dynamodb-{table}-{name}-policy-dev"

    def update(self, table: str, **members: Any) -> None:
        """UpdateTable, once the change before is done."""
        self.aws.pass_time(120)
        self.dynamodb.update_table(TableName=table, **members)

    def settings(self) -> None:
        self.update("settings", TableClass="STANDARD")
        ceilings = {"MaxReadRequestUnits": 7, "MaxWriteRequestUnits": 7}
        self.update("settings", OnDemandThroughput=ceilings)
        self.update("settings", DeletionProtectionEnabled=False)
        self.update("settings", SSESpecification={"Enabled": False})
        self.update("settings", StreamSpecification={"StreamEnabled": False})
        self.aws.pass_time(4000)
        self.dynamodb.update_continuous_backups(
            TableName="settings",
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
        )
        off = {"Enabled": False, "AttributeName": "expiresAt"}
        self.dynamodb.update_time_to_live(TableName="settings", TimeToLiveSpecification=off)
        tags = [{"Key": "Team", "Value": "others"}, {"Key": "Extra", "Value": "1"}]
        self.dynamodb.tag_resource(ResourceArn=self.arn("settings"), Tags=tags)
        self.dynamodb.delete_resource_policy(ResourceArn=self.arn("settings"))

    def insights(self, table: str, action: str, region: str = REGION, **index: str) -> None:
        self.aws.client("dynamodb", region).update_contributor_insights(
            TableName=table, ContributorInsightsAction=action, **index
        )

    def streams(self) -> None:
        stream = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/copies"
        self.dynamodb.disable_kinesis_streaming_destination(TableName="settings", StreamArn=stream)

    def capacity(self) -> None:
        self.update("billed", BillingMode="PAY_PER_REQUEST")
        units = {"ReadCapacityUnits": 9, "WriteCapacityUnits": 9}
        self.update("units", ProvisionedThroughput=units)

    def place(self, table: str) -> dict[str, str]:
        return {
            "ServiceNamespace": "dynamodb",
            "ResourceId": f"table/{table}",
            "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
        }

    def scalers(self) -> None:
        self.scaling.deregister_scalable_target(**self.place("unscaled"))
        self.scaling.register_scalable_target(**self.place("bounds"), MaxCapacity=60)
        policies = self.scaling.describe_scaling_policies(**self.place("policyless"))
        for policy in policies["ScalingPolicies"]:
            name = policy["PolicyName"]
            self.scaling.delete_scaling_policy(**self.place("policyless"), PolicyName=name)
        actions = self.scaling.describe_scheduled_actions(**self.place("unscheduled"))
        for action in actions["ScheduledActions"]:
            name = action["ScheduledActionName"]
            self.scaling.delete_scheduled_action(
                **self.place("unscheduled"), ScheduledActionName=name
            )

    def indexes(self) -> None:
        remove = [{"Delete": {"IndexName": "by-kind"}}]
        self.update("unindexed", GlobalSecondaryIndexUpdates=remove)
        theirs = {
            "IndexName": "theirs",
            "KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
        self.update(
            "indexed",
            AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
            GlobalSecondaryIndexUpdates=[{"Create": theirs}],
        )

    def copies(self) -> None:
        there = self.aws.client("dynamodb", ELSEWHERE)
        there.update_table(TableName="copied", DeletionProtectionEnabled=False)
        there.update_continuous_backups(
            TableName="copied",
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
        )
        site = {"Key": "Site", "Value": "south"}
        there.tag_resource(ResourceArn=self.arn("copied", ELSEWHERE), Tags=[site])
        self.insights("copied", "DISABLE", ELSEWHERE)
        remove = [{"Delete": {"RegionName": ELSEWHERE}}]
        self.update("uncopied", ReplicaUpdates=remove)

    def loss(self) -> None:
        self.dynamodb.delete_table(TableName="gone")

    def alarms(self) -> None:
        [lost, changed, silent, *_] = sorted(
            (each for page in self._alarms() for each in page), key=lambda each: each["AlarmName"]
        )
        self.cloudwatch.delete_alarms(AlarmNames=[lost["AlarmName"]])
        kept = {
            name: value
            for name, value in changed.items()
            if name
            in self.cloudwatch.meta.service_model.operation_model(
                "PutMetricAlarm"
            ).input_shape.members
        }
        self.cloudwatch.put_metric_alarm(**{**kept, "Threshold": 77.0})
        self.cloudwatch.disable_alarm_actions(AlarmNames=[silent["AlarmName"]])
        team = [{"Key": "Team", "Value": "others"}]
        self.cloudwatch.tag_resource(ResourceARN=silent["AlarmArn"], Tags=team)
        self.cloudwatch.delete_dashboards(DashboardNames=self._dashboards())

    def _alarms(self) -> Iterable[list[dict[str, Any]]]:
        pages = self.cloudwatch.get_paginator("describe_alarms").paginate()
        return [
            [each for each in page["MetricAlarms"] if "settings" in each["AlarmName"]]
            for page in pages
        ]

    def _dashboards(self) -> list[str]:
        return [
            each["DashboardName"] for each in self.cloudwatch.list_dashboards()["DashboardEntries"]
        ]

    def roles(self) -> None:
        lost = self.role("lost")
        self.iam.delete_role_policy(RoleName=lost, PolicyName=self.policy("lost"))
        self.iam.detach_role_policy(RoleName=lost, PolicyArn=READ_ONLY)
        self.iam.delete_role(RoleName=lost)
        trust = {"Effect": "Allow", "Principal": PARTNER, "Action": "sts:AssumeRole"}
        self.iam.update_assume_role_policy(
            RoleName=self.role("trusting"),
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        )
        self.iam.put_role_policy(
            RoleName=self.role("rewritten"),
            PolicyName=self.policy("rewritten"),
            PolicyDocument=json.dumps(allow("dynamodb:*")),
        )
        self.iam.delete_role_policy(
            RoleName=self.role("stripped"), PolicyName=self.policy("stripped")
        )
        self.iam.detach_role_policy(RoleName=self.role("detached"), PolicyArn=READ_ONLY)
        self.iam.delete_role_permissions_boundary(RoleName=self.role("unbound"))
        self.iam.update_role(RoleName=self.role("renamed"), Description="another")
        extra = [{"Key": "Extra", "Value": "1"}]
        self.iam.tag_role(RoleName=self.role("renamed"), Tags=extra)


DRIFTS: Mapping[str, Callable[[Hand], None]] = {
    "settings of a table": Hand.settings,
    "insights of a table": lambda hand: hand.insights("settings", "DISABLE"),
    "insights of an index": lambda hand: hand.insights("settings", "DISABLE", IndexName="by-kind"),
    "Kinesis destination": Hand.streams,
    "capacity": Hand.capacity,
    "scaling": Hand.scalers,
    "indexes": Hand.indexes,
    "replicas": Hand.copies,
    "a table": Hand.loss,
    "alarms": Hand.alarms,
    "roles": Hand.roles,
}
DIFFERING = {
    "table settings": {
        "Kinesis",
        "deletion protection",
        "encryption",
        "insights",
        "insights on index by-kind",
        "on-demand maximum",
        "recovery window",
        "resource policy",
        "stream",
        "table class",
        "tags",
        "time to live",
    },
    "table billed": {"billing mode", "capacity"},
    "table units": {"capacity"},
    "table unscaled": {"scaling of reads"},
    "table bounds": {"scaling of reads"},
    "table policyless": {"scaling of reads"},
    "table unscheduled": {"scaling of reads"},
    "table unindexed": {"index by-kind"},
    "table indexed": {"global index theirs"},
    "replica copied in us-east-1": {"deletion protection", "insights", "recovery window", "tags"},
    "table uncopied": {f"replica in {ELSEWHERE}"},
    "table gone": {"table"},
    "dashboard": {"dashboard"},
    "role lost": {"role"},
    "role trusting": {"trust"},
    "role rewritten": {"permissions"},
    "role stripped": {"inline policies", "permissions"},
    "role detached": {"managed policies"},
    "role unbound": {"permissions boundary"},
    "role renamed": {"description", "tags"},
}


@pytest.fixture(scope="module")
def drifted(machine: Terminal, aws: EmbeddedAws) -> Path:
    """A stack of every kind of resource, of which somebody has changed each in every way."""
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    aws.client("kinesis").create_stream(StreamName="copies", ShardCount=1)
    boundary = json.dumps(allow("dynamodb:*"))
    aws.client("iam").create_policy(PolicyName="Boundary", PolicyDocument=boundary)
    spec = {"alarms": {"userErrors": {"threshold": 10}}, "dashboard": {"period": 300}}
    manifest = machine.write("drifted.yaml", stack("drifted", *tables(key), **spec))
    machine.run("up", manifest, "--yes").ended(0)
    aws.pass_time(90000)
    calm = machine.run("drift", manifest, "--output", "json").ended(0).json
    assert calm["compared"] > MOST_FIELDS
    assert (calm["fields"], calm["unrecorded"], calm["verdict"]) == ([], [], "none")
    hand = Hand(aws)
    for drift in DRIFTS.values():
        drift(hand)
    aws.pass_time(90000)
    return manifest


def problems(machine: Terminal, manifest: Path, status: int = 3) -> list[dict[str, Any]]:
    said: Said = machine.run("verify", manifest, "--output", "json").ended(status)
    return [each for each in said.json["findings"] if each["verdict"] != "passed"]


def check_drift(machine: Terminal, drifted: Path, differing: Iterable[dict[str, Any]]) -> None:
    """All was changed after it was deployed, so the record is as declared."""
    found = machine.run("drift", drifted, "--output", "json").ended(3).json
    fields = [each for each in found["fields"] if each["fact"] != "capacity"]
    assert {(f"{each['kind']} {each['subject']}", each["fact"]) for each in fields} >= {
        (f"{each['kind']} {each['subject']}", each["fact"])
        for each in differing
        if each["fact"] not in {"capacity", "can fire"}
    }
    assert {each["drift"] for each in fields} == {"changed-outside", "deleted-outside"}
    values = {
        (each["subject"], each["fact"]): (each["declared"], each["recorded"], each["live"])
        for each in fields
    }
    assert values["gone", "table"] == ("ACTIVE", "ACTIVE", None)
    assert values["settings", "recovery window"] == ("7 days", "7 days", "off")
    wrong = [
        each
        for each in fields
        if each["drift"] == "changed-outside" and each["declared"] != each["recorded"]
    ]
    assert wrong == [], wrong
    unknown = [(each["kind"], each["fact"]) for each in fields if each["author"] is None]
    assert unknown == [("replica", "replica")], "that is done in another region"


def test_the_command_that_verify_names_sets_everything_back(drifted, machine, aws):
    found = problems(machine, drifted)
    check_drift(machine, drifted, found)
    facts = {(f"{each['kind']} {each['subject']}", each["fact"]) for each in found}
    wanted = {
        (subject.replace("role ", "role dynamodb-settings-") + "-role-dev", fact)
        if subject.startswith("role ")
        else (subject, fact)
        for subject, all_facts in DIFFERING.items()
        for fact in all_facts
        if subject != "dashboard"
    }
    assert wanted - facts == set(), sorted(facts)
    commands = {words for each in found for words in named(each["fix"])}
    assert all(named(each["fix"]) for each in found), found
    again = ("tablewright", "up", str(drifted), "--refresh")
    by_name = (*again, "--allow-delete", "indexed/theirs")
    assert commands == {again, by_name}
    machine.run(*again[1:], "--yes").refused(3)
    run(machine, aws, by_name)
    assert problems(machine, drifted, 0) == []
    machine.run("drift", drifted).ended(0)


def test_what_nobody_declared_is_for_whoever_made_it(drifted, machine, aws):
    """No run removes what the stack did not make, so no run is named as the remedy."""
    hand = Hand(aws)
    hand.insights("more", "ENABLE")
    policy = json.dumps(allow("dynamodb:GetItem", hand.arn("more"), Principal=PARTNER))
    hand.dynamodb.put_resource_policy(ResourceArn=hand.arn("more"), Policy=policy)
    stream = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/copies"
    hand.dynamodb.enable_kinesis_streaming_destination(TableName="more", StreamArn=stream)
    role = hand.role("read", "more")
    document = json.dumps(allow("s3:ListAllMyBuckets"))
    hand.iam.put_role_policy(RoleName=role, PolicyName="theirs", PolicyDocument=document)
    hand.iam.attach_role_policy(RoleName=role, PolicyArn=READ_ONLY)
    aws.pass_time(60)
    mine = {"table more", f"role {role}"}
    found = [
        each for each in problems(machine, drifted) if f"{each['kind']} {each['subject']}" in mine
    ]
    assert {each["fact"] for each in found} >= {
        "Kinesis",
        "inline policies",
        "insights",
        "managed policies",
        "permissions",
        "resource policy",
    }
    assert {each["fix"] for each in found} == {BEYOND}
    hand.insights("more", "DISABLE")
    hand.dynamodb.delete_resource_policy(ResourceArn=hand.arn("more"))
    hand.dynamodb.disable_kinesis_streaming_destination(TableName="more", StreamArn=stream)
    hand.iam.delete_role_policy(RoleName=role, PolicyName="theirs")
    hand.iam.detach_role_policy(RoleName=role, PolicyArn=READ_ONLY)
    aws.pass_time(60)
