"""What somebody else deleted: every type says so to a refresh, and deletes it without complaint."""

from __future__ import annotations

import json

import pytest

from tablewright_emulator.faults import Fault

TABLE_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/events"
STREAM_ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/copy"
READS = {
    "serviceNamespace": "dynamodb",
    "resourceId": "table/events",
    "scalableDimension": "dynamodb:table:ReadCapacityUnits",
}
METRIC = {"predefinedMetricType": "DynamoDBReadCapacityUtilization"}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ],
    }
)
READ = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}],
    }
)
GUARD = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "dynamodb:GetItem",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Resource": TABLE_ARN,
            }
        ],
    }
)
ALARM = {
    "name": "errors",
    "comparisonOperator": "GreaterThanThreshold",
    "evaluationPeriods": 1,
    "threshold": 5,
    "metricName": "UserErrors",
    "namespace": "AWS/DynamoDB",
    "period": 60,
    "statistic": "Sum",
}
TABLE = {
    "name": "events",
    "hashKey": "id",
    "attributes": [{"name": "id", "type": "S"}],
    "billingMode": "PROVISIONED",
    "readCapacity": 5,
    "writeCapacity": 5,
    "streamEnabled": True,
    "streamViewType": "NEW_AND_OLD_IMAGES",
}
OWNERS = {
    "role": ("aws:iam/role:Role", {"name": "reader", "assumeRolePolicy": TRUST}),
    "table": ("aws:dynamodb/table:Table", TABLE),
    "target": ("aws:appautoscaling/target:Target", {**READS, "minCapacity": 5, "maxCapacity": 9}),
    "writes": (
        "aws:appautoscaling/target:Target",
        {
            "serviceNamespace": "dynamodb",
            "resourceId": "table/events",
            "scalableDimension": "dynamodb:table:WriteCapacityUnits",
            "minCapacity": 5,
            "maxCapacity": 9,
        },
    ),
    "alarm": ("aws:cloudwatch/metricAlarm:MetricAlarm", ALARM),
}
"""What must be there first."""

CASES = {
    "aws:iam/role:Role": ([], OWNERS["role"][1]),
    "aws:iam/rolePolicy:RolePolicy": (["role"], {"role": "reader", "name": "p", "policy": READ}),
    "aws:iam/policy:Policy": ([], {"name": "own", "policy": READ}),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ([], ALARM),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": (
        ["alarm"],
        {"alarmName": "all", "alarmRule": 'ALARM("errors")'},
    ),
    "aws:cloudwatch/dashboard:Dashboard": (
        [],
        {"dashboardName": "d", "dashboardBody": '{"widgets":[]}'},
    ),
    "aws:sns/topic:Topic": ([], {"name": "ops"}),
    "aws:dynamodb/table:Table": ([], TABLE),
    "aws:dynamodb/contributorInsights:ContributorInsights": (["table"], {"tableName": "events"}),
    "aws:dynamodb/tableItem:TableItem": (
        ["table"],
        {"tableName": "events", "hashKey": "id", "item": '{"id":{"S":"1"}}'},
    ),
    "aws:dynamodb/resourcePolicy:ResourcePolicy": (
        ["table"],
        {"resourceArn": TABLE_ARN, "policy": GUARD},
    ),
    "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination": (
        ["table"],
        {"tableName": "events", "streamArn": STREAM_ARN},
    ),
    "aws:dynamodb/tableReplica:TableReplica": (
        ["table", "writes"],
        {"globalTableArn": TABLE_ARN, "region": "us-east-1"},
    ),
    "aws:appautoscaling/target:Target": (["table"], OWNERS["target"][1]),
    "aws:appautoscaling/policy:Policy": (
        ["table", "target"],
        {
            **READS,
            "name": "p",
            "policyType": "TargetTrackingScaling",
            "targetTrackingScalingPolicyConfiguration": {
                "targetValue": 70,
                "predefinedMetricSpecification": METRIC,
            },
        },
    ),
    "aws:appautoscaling/scheduledAction:ScheduledAction": (
        ["table", "target"],
        {
            **READS,
            "name": "s",
            "schedule": "rate(1 day)",
            "scalableTargetAction": {"minCapacity": 2},
        },
    ),
}


STAYS = (
    "aws:iam",
    "aws:cloudwatch",
    "aws:dynamodb/tableReplica",  # AWS keeps a table that has one
    "aws:appautoscaling/target",  # a target outlives its table
)


@pytest.fixture(params=sorted(CASES))
def case(request, engine, client):
    """A resource of each type, with what it needs around it."""
    needed, inputs = CASES[request.param]
    if "kinesis" in request.param:
        client("kinesis").create_stream(StreamName="copy", ShardCount=1)
    owners = [engine.create(OWNERS[name][0], OWNERS[name][1], name) for name in needed]
    return request.param, engine.create(request.param, inputs), owners


def test_every_type_is_settled_once_it_is_made(engine, case):
    tok, state, _ = case
    assert engine.settled(state, CASES[tok][1])
    assert not engine.read(tok, state.identifier, state).inputs.keys() - state.inputs.keys()


OWNED = [tok for tok, (needed, _) in CASES.items() if needed and not tok.startswith(STAYS)]


@pytest.mark.parametrize("case", OWNED, indirect=True)
def test_every_type_is_gone_with_what_it_belonged_to(engine, case):
    tok, state, owners = case
    for owner in reversed(owners):
        engine.delete(owner)
    assert engine.read(tok, state.identifier, state) is None
    engine.delete(state)


POLICY_ARN = "arn:aws:iam::aws:policy/ReadOnlyAccess"
WHOLES = {
    "a role and its managed policy": (
        "aws:iam/role:Role",
        {**OWNERS["role"][1], "managedPolicyArns": [POLICY_ARN]},
        "DetachRolePolicy",
    ),
    "a role and its inline policy": (
        "aws:iam/role:Role",
        {**OWNERS["role"][1], "inlinePolicies": [{"name": "p", "policy": READ}]},
        "DeleteRolePolicy",
    ),
    "a role and its instance profile": (
        "aws:iam/instanceProfile:InstanceProfile",
        {"name": "hosts", "role": "reader"},
        "RemoveRoleFromInstanceProfile",
    ),
}


@pytest.mark.parametrize(("tok", "inputs", "removal"), WHOLES.values(), ids=WHOLES)
def test_a_part_whose_removal_was_answered_to_nobody_is_not_the_whole(
    engine, emulator, tok, inputs, removal
):
    if "role" in inputs:
        engine.create(*OWNERS["role"], "role")
    state = engine.create(tok, inputs)
    emulator.faults.add(Fault(service="iam", operation=removal, kind="lost-answer", times=1))
    engine.delete(state)
    assert engine.read(tok, state.identifier, state) is None


def test_a_user_s_part_whose_removal_was_answered_to_nobody_is_not_the_user(
    engine, emulator, client
):
    state = engine.create("aws:iam/user:User", {"name": "robot", "forceDestroy": True})
    iam = client("iam")
    iam.create_access_key(UserName="robot")
    iam.create_group(GroupName="robots")
    iam.add_user_to_group(GroupName="robots", UserName="robot")
    for removal in ("DeleteAccessKey", "RemoveUserFromGroup"):
        emulator.faults.add(Fault(service="iam", operation=removal, kind="lost-answer", times=1))
    engine.delete(state)
    assert not iam.list_users()["Users"]


def test_a_version_whose_removal_was_answered_to_nobody_is_not_the_policy(engine, emulator, client):
    state = engine.create("aws:iam/policy:Policy", CASES["aws:iam/policy:Policy"][1])
    version = {"PolicyArn": state.identifier, "PolicyDocument": READ.replace("GetItem", "Query")}
    client("iam").create_policy_version(**version, SetAsDefault=True)
    fault = Fault(service="iam", operation="DeletePolicyVersion", kind="lost-answer", times=1)
    emulator.faults.add(fault)
    engine.delete(state)
    assert engine.read("aws:iam/policy:Policy", state.identifier, state) is None
