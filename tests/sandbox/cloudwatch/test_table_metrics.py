"""Metrics and alarms of a live table, through the gateway."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from tablewright_emulator.faults import Fault

from .conftest import NOON
from .test_alarms import alarm, described, math_alarm


@pytest.fixture
def dynamodb(emulator, client):
    emulator.dynamodb.configure(create=0.0, throughput=0.0, index_allocation=60.0)
    return client("dynamodb")


def create(dynamodb, name="orders", read=5, write=5):
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": read, "WriteCapacityUnits": write},
    )


def values(cloudwatch, name, stat="Sum", minutes=10, period=60, **dimensions):
    metric = {
        "Namespace": "AWS/DynamoDB",
        "MetricName": name,
        "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()],
    }
    found = cloudwatch.get_metric_data(
        MetricDataQueries=[
            {"Id": "m", "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}
        ],
        StartTime=NOON,
        EndTime=NOON + timedelta(minutes=minutes),
        ScanBy="TimestampAscending",
    )
    return found["MetricDataResults"][0]["Values"]


def test_what_a_table_serves_is_measured_minute_by_minute(emulator, dynamodb, cloudwatch):
    create(dynamodb)
    for items in (1, 3, 0, 2):
        for number in range(items):
            dynamodb.put_item(TableName="orders", Item={"id": {"S": str(number)}})
        emulator.clock.advance(60)

    assert values(cloudwatch, "ConsumedWriteCapacityUnits", TableName="orders") == [1, 3, 0, 2]
    samples = values(
        cloudwatch, "SuccessfulRequestLatency", "SampleCount", TableName="orders",
        Operation="PutItem",
    )  # fmt: skip
    assert samples == [1, 3, 2]


def test_provisioned_capacity_is_reported_every_five_minutes(emulator, dynamodb, cloudwatch):
    create(dynamodb, read=5)
    emulator.clock.advance(300)
    dynamodb.update_table(
        TableName="orders",
        ProvisionedThroughput={"ReadCapacityUnits": 9, "WriteCapacityUnits": 5},
    )
    emulator.clock.advance(600)

    found = values(
        cloudwatch, "ProvisionedReadCapacityUnits", "Average", 15, 300, TableName="orders"
    )
    assert found == [5, 9, 9]


def test_a_deleted_table_falls_silent(emulator, dynamodb, cloudwatch):
    create(dynamodb)
    emulator.clock.advance(120)
    dynamodb.delete_table(TableName="orders")
    emulator.clock.advance(300)
    assert values(cloudwatch, "ConsumedReadCapacityUnits", TableName="orders") == [0, 0]


def test_faults_on_order_reach_the_client_the_metric_and_the_alarm(emulator, dynamodb, cloudwatch):
    create(dynamodb)
    cloudwatch.put_metric_alarm(**math_alarm("errors", EvaluationPeriods=1, Threshold=0.0))
    emulator.faults.add(Fault(operation="PutItem", table="orders", times=2))
    for _ in range(2):
        with pytest.raises(ClientError, match="InternalServerError"):
            dynamodb.put_item(TableName="orders", Item={"id": {"S": "1"}})
    dynamodb.put_item(TableName="orders", Item={"id": {"S": "1"}})

    emulator.clock.advance(60)

    assert values(cloudwatch, "SystemErrors", TableName="orders", Operation="PutItem") == [2]
    assert values(cloudwatch, "SystemErrors", TableName="orders") == []
    assert described(cloudwatch, "errors")["StateValue"] == "ALARM"


def test_only_the_alarm_with_the_right_dimensions_sees_user_errors(emulator, dynamodb, cloudwatch):
    create(dynamodb)
    metric = {"Namespace": "AWS/DynamoDB", "MetricName": "UserErrors", "EvaluationPeriods": 1}
    of_table = [{"Name": "TableName", "Value": "orders"}]
    cloudwatch.put_metric_alarm(**alarm("right", **metric, Threshold=0.0))
    cloudwatch.put_metric_alarm(**alarm("wrong", **metric, Threshold=0.0, Dimensions=of_table))
    with pytest.raises(ClientError, match="ValidationException"):
        dynamodb.put_item(TableName="orders", Item={})

    emulator.clock.advance(60)

    assert described(cloudwatch, "right")["StateValue"] == "ALARM"
    assert described(cloudwatch, "wrong")["StateValue"] == "INSUFFICIENT_DATA"


def test_throttling_is_measured_by_events_and_requests(emulator, dynamodb, cloudwatch):
    create(dynamodb, write=1)
    throttled = 0
    for number in range(100):
        try:
            dynamodb.put_item(TableName="orders", Item={"id": {"S": str(number)}})
        except dynamodb.exceptions.ProvisionedThroughputExceededException:
            throttled += 1
    assert throttled > 0

    table = {"TableName": "orders"}
    assert values(cloudwatch, "WriteThrottleEvents", **table) == [throttled]
    assert values(cloudwatch, "WriteProvisionedThroughputThrottleEvents", **table) == [throttled]
    requests = values(cloudwatch, "ThrottledRequests", **table, Operation="PutItem")
    assert requests == [throttled]
    consumed = values(cloudwatch, "ConsumedWriteCapacityUnits", **table)
    assert consumed == [100 - throttled]


def test_an_index_reports_from_when_it_is_there(emulator, dynamodb, cloudwatch):
    create(dynamodb)
    dynamodb.update_table(
        TableName="orders",
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "day", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexUpdates=[{"Create": {
            "IndexName": "by-day",
            "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
            "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 3},
        }}],
    )  # fmt: skip
    emulator.clock.advance(600)

    index = {"TableName": "orders", "GlobalSecondaryIndexName": "by-day"}
    found = values(cloudwatch, "ConsumedReadCapacityUnits", **index)
    assert set(found) == {0.0}
    assert 7 <= len(found) <= 9
    assert values(cloudwatch, "ProvisionedReadCapacityUnits", "Average", **index) == [3]
