"""CloudTrail's event history: what was changed, by the name of the resource, newest first."""

import boto3
import pytest
from botocore.exceptions import ClientError

from tablewright_emulator.server import Emulator

REGION = "eu-west-1"


@pytest.fixture
def emulator():
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def client(emulator):
    def make(service, region=REGION):
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, region_name=region, endpoint_url=emulator.endpoint, **keys)

    return make


def look_up(client, name, region=REGION, key="ResourceName"):
    lookup = [{"AttributeKey": key, "AttributeValue": name}]
    return client("cloudtrail", region).lookup_events(LookupAttributes=lookup)["Events"]


def test_what_changed_a_resource_is_told_and_what_only_read_or_failed_is_not(client, emulator):
    dynamodb, scaling = client("dynamodb"), client("application-autoscaling")
    dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )
    dynamodb.get_waiter("table_exists").wait(TableName="orders", WaiterConfig={"Delay": 0.05})
    arn = dynamodb.describe_table(TableName="orders")["Table"]["TableArn"]
    dynamodb.put_item(TableName="orders", Item={"id": {"S": "a"}})
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
    with pytest.raises(ClientError):
        dynamodb.delete_table(TableName="orders" * 2)
    scaling.register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId="table/orders",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=1,
        MaxCapacity=2,
    )
    events = look_up(client, "orders")
    calls = [event["EventName"] for event in events]
    assert calls == ["RegisterScalableTarget", "TagResource", "CreateTable"]
    assert {(event["ReadOnly"], event["Username"]) for event in events} == {("false", "root")}
    assert look_up(client, arn)[0]["EventName"] == "TagResource"
    assert look_up(client, "orders", "us-east-1") == []
    with pytest.raises(ClientError, match="InvalidLookupAttributesException"):
        look_up(client, "jane", key="Username")
    emulator.reset()
    assert look_up(client, "orders") == []


def test_what_changed_a_role_is_told_in_one_region_as_who_did_it(client):
    iam = client("iam")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument='{"Statement": []}')
    iam.get_role(RoleName="reader")
    [event] = look_up(client, "reader", "us-east-1")
    assert event["EventName"] == "CreateRole"
    assert look_up(client, "reader") == []
