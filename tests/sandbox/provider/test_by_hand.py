"""What somebody adds by hand to what is recorded is not removed with another change."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.sandbox.provider.conftest import RefusedError

TABLE = "aws:dynamodb/table:Table"
BASE = {
    "name": "events",
    "hashKey": "id",
    "attributes": [{"name": "id", "type": "S"}, {"name": "kind", "type": "S"}],
    "billingMode": "PAY_PER_REQUEST",
    "streamEnabled": True,
    "streamViewType": "NEW_AND_OLD_IMAGES",
    "globalSecondaryIndexes": [{"name": "by-kind", "hashKey": "kind", "projectionType": "ALL"}],
    "replicas": [{"regionName": "us-east-1"}],
    "tags": {"Team": "a"},
}


def _live(dynamodb, arn):
    table = dynamodb.describe_table(TableName="events")["Table"]
    return (
        [index["IndexName"] for index in table["GlobalSecondaryIndexes"]],
        [replica["RegionName"] for replica in table["Replicas"]],
        {
            tag["Key"]: tag["Value"]
            for tag in dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]
        },
    )


def _look(engine, state):
    """What a refresh does."""
    seen = engine.read(state.urn.split("::")[2].rpartition("$")[2], state.identifier, state)
    state.inputs, state.outputs = seen.inputs, seen.outputs


def test_what_others_add_to_a_table_stays_until_a_look_at_it_has_shown_that_it_goes(engine, client):
    state = engine.create(TABLE, BASE)
    dynamodb = client("dynamodb")
    dynamodb.update_table(
        TableName="events",
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "kind", "AttributeType": "S"},
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
    dynamodb.get_waiter("table_exists").wait(TableName="events")
    dynamodb.update_table(
        TableName="events", ReplicaUpdates=[{"Create": {"RegionName": "us-west-2"}}]
    )
    arn = state.outputs["arn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "Theirs", "Value": "1"}])
    dynamodb.get_waiter("table_exists").wait(TableName="events")
    changed = {**BASE, "tags": {"Team": "b"}}
    assert set(engine.apply(state, changed).paths) == {"tags.Team"}
    expected = ["by-kind", "by-hand"], ["us-east-1", "us-west-2"], {"Team": "b", "Theirs": "1"}
    assert _live(dynamodb, arn) == expected
    again = {**BASE, "tags": {"Team": "c"}}
    assert set(engine.apply(state, again).paths) == {"tags.Team"}
    assert not engine.diff(state, engine.check(state, again)).some
    assert _live(dynamodb, arn) == (*expected[:2], {"Team": "c", "Theirs": "1"})
    _look(engine, state)
    assert [index["name"] for index in state.inputs["globalSecondaryIndexes"]] == ["by-kind"]
    assert state.inputs["tags"] == again["tags"]
    shown = engine.apply(state, again).paths
    assert set(shown) == {"globalSecondaryIndexes", "replicas", "tags.Theirs"}
    assert _live(dynamodb, arn) == (["by-kind"], ["us-east-1"], {"Team": "c"})


def test_a_tag_of_others_on_a_topic_stays_until_a_look_at_it_has_shown_that_it_goes(engine, client):
    inputs = {"name": "ops", "tags": {"Team": "a"}}
    state = engine.create("aws:sns/topic:Topic", inputs)
    sns, arn = client("sns"), state.outputs["arn"]
    sns.tag_resource(ResourceArn=arn, Tags=[{"Key": "Theirs", "Value": "1"}])
    engine.apply(state, {**inputs, "displayName": "operations", "tags": {"Team": "b"}})
    live = {tag["Key"]: tag["Value"] for tag in sns.list_tags_for_resource(ResourceArn=arn)["Tags"]}
    assert live == {"Team": "b", "Theirs": "1"}
    news = {**inputs, "displayName": "operations", "tags": {"Team": "b"}}
    assert engine.settled(state, news)
    _look(engine, state)
    assert set(engine.diff(state, engine.check(state, news)).paths) == {"tags.Theirs"}


def test_an_action_of_others_on_an_alarm_stays_until_a_look_at_it_has_shown_that_it_goes(
    engine, client
):
    own, theirs = (f"arn:aws:sns:eu-west-1:123456789012:{name}" for name in ("own", "theirs"))
    inputs = {
        "name": "busy",
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "metricName": "ConsumedReadCapacityUnits",
        "namespace": "AWS/DynamoDB",
        "period": 60,
        "statistic": "Sum",
        "threshold": 1,
        "alarmActions": [own],
    }
    state = engine.create("aws:cloudwatch/metricAlarm:MetricAlarm", inputs)
    cloudwatch = client("cloudwatch")

    def live():
        [alarm] = cloudwatch.describe_alarms(AlarmNames=["busy"])["MetricAlarms"]
        return alarm["Threshold"], alarm["AlarmActions"], alarm["OKActions"]

    cloudwatch.put_metric_alarm(
        AlarmName="busy",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        MetricName="ConsumedReadCapacityUnits",
        Namespace="AWS/DynamoDB",
        Period=60,
        Statistic="Sum",
        Threshold=1,
        AlarmActions=[own, theirs],
        OKActions=[theirs],
    )
    news = {**inputs, "threshold": 2}
    assert set(engine.apply(state, news).paths) == {"threshold"}
    assert live() == (2, [own, theirs], [theirs])
    assert engine.settled(state, news)
    _look(engine, state)
    assert set(engine.apply(state, news).paths) == {"alarmActions", "okActions"}
    assert live() == (2, [own], [])


DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}],
    }
)
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


def test_policies_that_others_gave_a_role_stay_with_a_change_and_keep_it_from_deletion(
    engine, client
):
    iam = client("iam")
    arns = [
        iam.create_policy(PolicyName=name, PolicyDocument=DOCUMENT)["Policy"]["Arn"]
        for name in ("own", "theirs")
    ]
    inputs = {
        "name": "reader",
        "assumeRolePolicy": TRUST,
        "inlinePolicies": [{"name": "own", "policy": DOCUMENT}],
        "managedPolicyArns": arns[:1],
    }
    state = engine.create("aws:iam/role:Role", inputs)
    iam.put_role_policy(RoleName="reader", PolicyName="theirs", PolicyDocument=DOCUMENT)
    iam.attach_role_policy(RoleName="reader", PolicyArn=arns[1])
    recorded = replace(state)

    def policies():
        attached = iam.list_attached_role_policies(RoleName="reader")["AttachedPolicies"]
        inline = iam.list_role_policies(RoleName="reader")["PolicyNames"]
        return sorted(inline), sorted(policy["PolicyName"] for policy in attached)

    engine.apply(state, {**inputs, "description": "reads"})
    assert policies() == (["own", "theirs"], ["own", "theirs"])
    assert [policy["name"] for policy in state.outputs["inlinePolicies"]] == ["own"]
    assert state.outputs["managedPolicyArns"] == arns[:1]
    with pytest.raises(RefusedError, match="must detach all policies first"):
        engine.delete(recorded, timeout=1)
    assert policies() == (["theirs"], ["theirs"])


THEIRS = {"Sid": "Theirs", "Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "*"}


def test_a_statement_of_others_in_a_policy_stays_until_a_look_at_it_has_shown_that_it_goes(
    engine, client
):
    iam = client("iam")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUST)
    inputs = {"name": "own", "role": "reader", "policy": DOCUMENT}
    state = engine.create("aws:iam/rolePolicy:RolePolicy", inputs)

    def live():
        reply = iam.get_role_policy(RoleName="reader", PolicyName="own")
        return [statement["Action"] for statement in reply["PolicyDocument"]["Statement"]]

    document = json.loads(DOCUMENT)
    document["Statement"].append(THEIRS)
    iam.put_role_policy(RoleName="reader", PolicyName="own", PolicyDocument=json.dumps(document))
    for action in ("dynamodb:Query", "dynamodb:PutItem"):  # once more, as nothing was recorded
        news = {**inputs, "policy": DOCUMENT.replace("dynamodb:GetItem", action)}
        assert set(engine.apply(state, news).paths) == {"policy"}
        assert live() == [action, "dynamodb:Scan"]
        assert engine.settled(state, news)
    _look(engine, state)
    assert set(engine.apply(state, news).paths) == {"policy"}
    assert live() == ["dynamodb:PutItem"]
