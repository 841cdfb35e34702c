"""The alarms that the example declares go off when what they watch happens, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import EXAMPLES, Terminal, stack

from tablewright_emulator.faults import Fault

pytestmark = pytest.mark.engine

REGION = "ap-southeast-2"
KEYS = {"events": "eventId", "sessions": "sessionId", "users": "userId"}
USER_ALARMS = {f"dynamodb-{table}-user-errors-dev" for table in KEYS}
_SETTINGS = (
    *("AlarmName", "AlarmDescription", "Namespace", "MetricName", "Dimensions", "Statistic"),
    *("Period", "EvaluationPeriods", "Threshold", "ComparisonOperator", "TreatMissingData"),
)
ONE_TOO_MANY = 6
"""The alarms are about more than five in a minute."""


@pytest.fixture(scope="module")
def deployed(aws: EmbeddedAws, machine: Terminal) -> Iterator[EmbeddedAws]:
    """The three tables with their alarms, after a quiet quarter of an hour; the clock stands."""
    for name, key in KEYS.items():
        aws.make_table(name, key, REGION)
    machine.run("up", EXAMPLES / "three-tables", "--yes").ended(0)
    aws.emulator.clock.freeze()
    quiet(aws)
    yield aws
    aws.emulator.clock.resume()


def quiet(aws: EmbeddedAws) -> None:
    for _ in range(15):
        aws.pass_time(60)


def rang(aws: EmbeddedAws) -> set[str]:
    """Names of the alarms that go off in the next minutes; in the end all is quiet again."""
    cloudwatch = aws.client("cloudwatch", REGION)
    seen: set[str] = set()
    for _ in range(6):
        aws.pass_time(30)
        alarms = cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
        seen |= {alarm["AlarmName"] for alarm in alarms}
    quiet(aws)
    assert not cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
    return seen


def impatient(aws: EmbeddedAws) -> Any:
    """A client that takes the first answer."""
    return boto3.client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=aws.emulator.endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def fail(aws: EmbeddedAws, times: int, table: str) -> None:
    for number in range(times):
        with suppress(ClientError):
            item = {KEYS.get(table, "id"): {"S": str(number)}}
            impatient(aws).put_item(TableName=table, Item=item)


def test_system_errors_set_off_the_alarm_of_their_table_alone(deployed):
    deployed.emulator.faults.add(Fault(operation="PutItem", table="events", times=ONE_TOO_MANY))
    fail(deployed, ONE_TOO_MANY, "events")
    assert rang(deployed) == {"dynamodb-events-system-errors-dev"}


def test_user_errors_set_off_the_alarms_of_the_whole_region(deployed):
    fail(deployed, ONE_TOO_MANY, "no-such-table")
    assert rang(deployed) == USER_ALARMS


def test_five_in_a_minute_are_borne(deployed):
    deployed.emulator.faults.add(Fault(operation="PutItem", table="users", times=5))
    fail(deployed, 5, "users")
    fail(deployed, 5, "no-such-table")
    assert rang(deployed) == set()


def test_each_alarm_is_proved_to_fire_and_the_sandbox_stays_as_it_is(deployed, machine):
    cloudwatch = deployed.client("cloudwatch", REGION)
    silent = "dynamodb-events-user-errors-dev"
    [alarm] = cloudwatch.describe_alarms(AlarmNames=[silent])["MetricAlarms"]
    kept = {key: alarm[key] for key in _SETTINGS if key in alarm}
    literal = [{"Name": "TableName", "Value": "events"}]
    cloudwatch.put_metric_alarm(**kept | {"Dimensions": literal})
    ahead = deployed.emulator.clock.now() - datetime.now(UTC)
    changes = len(cloudwatch.describe_alarm_history()["AlarmHistoryItems"])

    command = ("verify", EXAMPLES / "three-tables", "--fire", "--alarms", "--output", "json")
    answer = machine.run(*command)
    now_ahead = deployed.emulator.clock.now() - datetime.now(UTC)
    history = cloudwatch.describe_alarm_history()["AlarmHistoryItems"]
    cloudwatch.put_metric_alarm(**kept)
    quiet(deployed)  # what the command asked for in vain counts as errors of the region
    findings = answer.ended(3).json["findings"]
    fired = {
        finding["subject"]: finding["actual"] for finding in findings if finding["rule"] == "TW128"
    }
    assert fired.pop(silent) == "nothing brought it to ALARM"
    assert len(fired) == 2 * len(KEYS) - 1
    assert all(actual.endswith("then OK") for actual in fired.values())
    assert all("a period, by requests that fail, then" in actual for actual in fired.values())

    assert abs(now_ahead - ahead) < timedelta(seconds=30)
    assert len(history) == changes


def test_what_no_request_brings_about_is_told_as_published(machine, aws):
    key = {"partitionKey": {"name": "id", "type": "N"}, "sortKey": {"name": "at", "type": "B"}}
    alarms = {"conditionalCheckFailures": {"threshold": 2}, "latency": {"operations": ["GetItem"]}}
    manifest = machine.write(
        "fired.yaml", stack("fired", {"name": "conditions", **key, "alarms": alarms})
    )
    machine.run("up", manifest, "--yes").ended(0)
    findings = machine.run("verify", manifest, "--fire", "-o", "json").ended(0).json["findings"]
    fired = {each["subject"]: each["actual"] for each in findings if each["rule"] == "TW128"}
    [condition, latency] = [fired[name] for name in sorted(fired)]
    assert condition.startswith(
        "ALARM by 3 ConditionalCheckFailedRequests a period, by requests that fail"
    )
    assert "SuccessfulRequestLatency" in latency
    assert "as published datapoints" in latency


def test_alarms_are_never_fired_on_aws(machine):
    command = ("verify", EXAMPLES / "three-tables", "--fire", "--target", "aws")
    assert "never on AWS" in machine.run(*command).ended(2).err


def test_the_literal_form_stays_silent_whatever_happens(deployed):
    deployed.client("cloudwatch", REGION).put_metric_alarm(
        AlarmName="literal",
        Namespace="AWS/DynamoDB",
        MetricName="UserErrors",
        Dimensions=[{"Name": "TableName", "Value": "events"}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
    )
    fail(deployed, ONE_TOO_MANY, "no-such-table")
    assert rang(deployed) == USER_ALARMS
