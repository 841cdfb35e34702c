"""A day of a provisioned, autoscaled table under a real trace, minute by minute."""

import csv
import gzip
import random
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.capacity_twin import Side, Twin
from tests.support.embedded_aws import embedded_aws

from tablewright_emulator.clock import Clock
from tablewright_emulator.request import AwsFault

TRACE = Path(__file__).parents[2] / "data" / "traces" / "elb_request_count.csv.gz"
EVENING = datetime(2026, 3, 10, 18, tzinfo=UTC)
FIRST = 18 * 60  # minutes since midnight; the limit on decreases begins anew in between
QUIET = 20  # minutes without demand first, so that every alarm has seen full data
MINUTES = 24 * 60
THROTTLED = "ProvisionedThroughputExceededException"
DIMENSION = "dynamodb:table:{}CapacityUnits"


def demand(day, scale, seed):
    """Units per minute from a day of the trace on: each count spread over its five minutes."""
    draw = random.Random(seed)  # noqa: S311 - a workload, not a secret
    with gzip.open(TRACE, "rt") as file:
        rows = csv.DictReader(file)
        counts = [float(row["value"]) for row in rows if row["timestamp"] >= day]
    minutes = [0] * MINUTES
    for place in range(MINUTES // 5):
        for _ in range(round(counts[place] * scale)):
            minutes[5 * place + draw.randrange(5)] += 1
    return [0] * QUIET + minutes[QUIET:]


class Table:
    """An autoscaled table behind the gateway, driven from inside."""

    def __init__(self, emulator):
        self.gateway = emulator.gateway
        self.call("dynamodb", "CreateTable", {
            "TableName": "orders",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 1},
        })  # fmt: skip
        self.scale("Read", 2, 40, 70)
        self.scale("Write", 1, 4, 50)
        self.alarm()

    def call(self, service, operation, params):
        return self.gateway.call(service, operation, params)

    def scale(self, kind, low, high, percent):
        place = {
            "ServiceNamespace": "dynamodb",
            "ResourceId": "table/orders",
            "ScalableDimension": DIMENSION.format(kind),
        }
        service = "application-autoscaling"
        bounds = {"MinCapacity": low, "MaxCapacity": high}
        self.call(service, "RegisterScalableTarget", place | bounds)
        metric = {"PredefinedMetricType": f"DynamoDB{kind}CapacityUtilization"}
        tracking = {"TargetValue": float(percent), "PredefinedMetricSpecification": metric}
        self.call(service, "PutScalingPolicy", place | {
            "PolicyName": kind,
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": tracking,
        })  # fmt: skip

    def alarm(self):
        self.call("cloudwatch", "PutMetricAlarm", {
            "AlarmName": "throttled",
            "Namespace": "AWS/DynamoDB",
            "MetricName": "WriteThrottleEvents",
            "Dimensions": [{"Name": "TableName", "Value": "orders"}],
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 0.0,
            "ComparisonOperator": "GreaterThanThreshold",
        })  # fmt: skip

    def served(self, units, largest, request):
        """As many of the units as can be had, in ever smaller requests; how many that were."""
        left, size = units, 1
        while left:
            size = min(size, left, largest)
            try:
                self.call("dynamodb", *request(size))
            except AwsFault as fault:
                if fault.code != THROTTLED:
                    raise
                if size == 1:
                    break
                size //= 2
                largest = size
            else:
                left -= size
                size *= 4
        return units - left

    def write(self, units):
        return self.served(units, 399, lambda size: ("PutItem", {
            "TableName": "orders",
            "Item": {"id": {"S": f"w{size}"}, "body": {"S": "x" * (1024 * size - 100)}},
        }))  # fmt: skip

    def fill(self):
        """Items to read: of one unit, two, four, … each."""
        for size in range(1, 100):
            self.call("dynamodb", "PutItem", {
                "TableName": "orders",
                "Item": {"id": {"S": f"r{size}"}, "body": {"S": "x" * (4096 * size - 100)}},
            })  # fmt: skip

    def read(self, units):
        return self.served(units, 99, lambda size: ("GetItem", {
            "TableName": "orders", "Key": {"id": {"S": f"r{size}"}}, "ConsistentRead": True,
        }))  # fmt: skip

    def capacities(self):
        found = self.call("dynamodb", "DescribeTable", {"TableName": "orders"})["Table"]
        throughput = found["ProvisionedThroughput"]
        return throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]

    def consumed(self, kind):
        """Units consumed in each minute, as CloudWatch has it."""
        metric = {
            "Namespace": "AWS/DynamoDB",
            "MetricName": f"Consumed{kind}CapacityUnits",
            "Dimensions": [{"Name": "TableName", "Value": "orders"}],
        }
        found = self.call("cloudwatch", "GetMetricData", {
            "MetricDataQueries": [
                {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}
            ],
            "StartTime": EVENING,
            "EndTime": EVENING + timedelta(minutes=MINUTES),
            "ScanBy": "TimestampAscending",
        })  # fmt: skip
        return found["MetricDataResults"][0]["Values"]

    def alarms(self):
        """States of the high and low alarms of reads and of writes, and of the throttling one."""
        found = self.call("cloudwatch", "DescribeAlarms", {})["MetricAlarms"]
        states = {}
        for each in found:
            kind = each["MetricName"].removeprefix("Consumed").removesuffix("CapacityUnits")
            role = "High" if "AlarmHigh" in each["AlarmName"] else "Low"
            if "Provisioned" not in each["AlarmName"]:
                states[kind, role] = each["StateValue"]
        order = [("Read", "High"), ("Read", "Low"), ("Write", "High"), ("Write", "Low")]
        return tuple(states[key] for key in order), states["WriteThrottleEvents", "Low"]


@contextmanager
def filled():
    """A table that has items, in the evening."""
    with embedded_aws(clock=Clock(frozen_at=EVENING - timedelta(days=1)), durations="none") as aws:
        aws.dynamodb.throttling = False
        made = Table(aws)
        made.fill()
        aws.dynamodb.throttling = True
        aws.clock.set(EVENING)
        made.clock = aws.clock
        yield made


@pytest.fixture
def table():
    with filled() as made:
        yield made


def test_capacity_throttling_and_alarms_agree_with_the_model_in_every_minute(table):
    reads = demand("2014-04-21", 40, seed=1)
    writes = demand("2014-04-22", 8, seed=2)
    read, write = table.capacities()
    twin = Twin(Side(read, 2, 40, 70), Side(write, 1, 4, 50))

    for minute in range(MINUTES):
        states = twin.minute(FIRST + minute, reads[minute], writes[minute])
        served = table.read(reads[minute]), table.write(writes[minute])
        assert served == (twin.reads.served[-1], twin.writes.served[-1]), f"minute {minute}"
        table.clock.advance(60)
        assert table.capacities() == (twin.reads.capacity, twin.writes.capacity), f"at {minute}"
        if minute >= QUIET:
            found, throttled = table.alarms()
            assert found == states, f"alarms after minute {minute}"
            if twin.writes.throttled[-1]:
                assert throttled == "ALARM"

    assert table.consumed("Read") == twin.reads.served
    assert table.consumed("Write") == twin.writes.served
    changes = len(set(zip(twin.reads.capacities, twin.writes.capacities, strict=True)))
    assert changes > 10
    assert sum(twin.writes.throttled) > 0
    assert sum(twin.reads.throttled) > 0
    assert twin.decreases[0] >= 4
