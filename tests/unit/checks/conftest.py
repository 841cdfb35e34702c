"""A declared stack, and the account in which exactly it lives."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tablewright.aws.reading import IndexReading, TableReading
from tablewright.checks.verdict import CheckFinding, Verdict
from tablewright.checks.verify import verify
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable
from tablewright.fleet.roles import LiveRole
from tablewright.fleet.stack import LiveStack
from tablewright.plan.declaration.declared import (
    Alarm,
    DeclaredStack,
    DeclaredTable,
    Grant,
    Insights,
    MetricQuery,
    MetricStat,
    Role,
    Trust,
)
from tablewright.plan.table import (
    Encryption,
    GlobalIndex,
    Key,
    OnDemandMaximum,
    Projection,
    Recovery,
    Stream,
    Table,
    TimeToLive,
)

ACCOUNT = "123456789012"
REGION = "ap-southeast-2"
ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/events"
STREAM = f"{ARN}/stream/2026-11-20T00:00:00.000"
TAGS = {"Environment": "dev", "Team": "data"}

TABLE = Table(
    name="events",
    key=Key(("eventId",)),
    attributes={"eventId": "S", "userId": "S", "timestamp": "N"},
    billing_mode="PAY_PER_REQUEST",
    global_indexes=(
        GlobalIndex(
            "by-user",
            Key(("userId",), ("timestamp",)),
            Projection("ALL"),
            on_demand_maximum=OnDemandMaximum(),
        ),
    ),
    local_indexes=(),
    stream=Stream("NEW_AND_OLD_IMAGES"),
    encryption=Encryption("AWS_MANAGED"),
    recovery=Recovery(35),
    time_to_live=TimeToLive(None),
    table_class="STANDARD",
    deletion_protection=False,
    on_demand_maximum=OnDemandMaximum(),
    tags=TAGS,
)


def user_errors() -> Alarm:
    return Alarm(
        key="events-user-errors",
        name="user-errors",
        description="Refused requests of the whole account and region",
        comparison_operator="GreaterThanThreshold",
        threshold=Decimal(5),
        evaluation_periods=1,
        metric=MetricStat("AWS/DynamoDB", "UserErrors", {}, 60, "Sum"),
        treat_missing_data="notBreaching",
        alarm_actions=("arn:aws:sns:x:1:a", "arn:aws:sns:x:1:b"),
        tags=TAGS,
    )


def system_errors() -> Alarm:
    operations = ("GetItem", "PutItem")
    series = tuple(
        MetricQuery(
            id=f"m{number}",
            metric=MetricStat(
                "AWS/DynamoDB",
                "SystemErrors",
                {"TableName": "events", "Operation": operation},
                60,
                "Sum",
            ),
        )
        for number, operation in enumerate(operations)
    )
    total = MetricQuery(id="total", expression="FILL(m0, 0) + FILL(m1, 0)", return_data=True)
    return replace(
        user_errors(),
        key="events-system-errors",
        name="system-errors",
        metric=None,
        queries=(*series, total),
    )


def reader() -> Role:
    return Role(
        key="events-read",
        name="read-role",
        policy_name="read-policy",
        description="May read",
        trust=Trust(services=("lambda.amazonaws.com",)),
        grants=(
            Grant("Read", ("dynamodb:Query", "dynamodb:GetItem"), ("table", "indexes")),
            Grant("Stream", ("dynamodb:GetRecords",), ("stream",)),
            Grant("List", ("dynamodb:ListStreams",), ("any",)),
        ),
        tags=TAGS,
    )


@pytest.fixture
def declared() -> DeclaredStack:
    table = DeclaredTable(
        table=TABLE,
        insights=(Insights(),),
        alarms=(user_errors(), system_errors()),
        roles=(reader(),),
    )
    return DeclaredStack("analytics", "dev", REGION, (table,))


@pytest.fixture
def live() -> LiveStack:
    """Written down by hand, not rendered from the declaration."""
    reading = TableReading(
        table=TABLE,
        arn=ARN,
        table_id="1",
        status="ACTIVE",
        stream_arn=STREAM,
        insights=(Insights(None, "ACCESSED_AND_THROTTLED_KEYS"),),
        indexes={"by-user": IndexReading("by-user", f"{ARN}/index/by-user", "ACTIVE")},
    )
    alarms = {
        alarm.name: LiveAlarm(alarm, f"arn:{alarm.name}", "INSUFFICIENT_DATA")
        for alarm in (user_errors(), system_errors())
    }
    return LiveStack(
        account_id=ACCOUNT,
        partition="aws",
        region=REGION,
        tables={
            "events": LiveTable(reading, REGION, ACCOUNT, stream_status="ENABLED"),
        },
        alarms=alarms,
        roles={"read-role": live_role()},
    )


def live_role() -> LiveRole:
    return LiveRole(
        name="read-role",
        arn=f"arn:aws:iam::{ACCOUNT}:role/read-role",
        description="May read",
        trust={
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"AWS:SourceAccount": ACCOUNT}},
            },
        },
        tags=TAGS,
        inline={
            "read-policy": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["dynamodb:getitem"],
                        "Resource": [f"{ARN}/index/*", ARN],
                    },
                    {
                        "Effect": "Allow",
                        "Action": "dynamodb:Query",
                        "Resource": [ARN, f"{ARN}/index/*"],
                    },
                    {
                        "Effect": "Allow",
                        "Action": "dynamodb:GetRecords",
                        "Resource": f"{ARN}/stream/*",
                    },
                    {"Effect": "Allow", "Action": "dynamodb:ListStreams", "Resource": "*"},
                ],
            }
        },
        attached=(),
    )


@pytest.fixture
def judge(declared: DeclaredStack, live: LiveStack) -> Callable[..., list[CheckFinding]]:
    """What does not pass once something of the account, or of the declaration, is changed.

    Keyword arguments: `table` (changes of the live `Table`), `reading`, `live_table`, `alarm` (of
    the user errors alarm's settings), `live_alarm`, `role`, `stack`, `declare` (changes of the
    declared `Table`), `said` (of the `DeclaredTable`), each a mapping of fields.
    """

    def run(**changes: dict[str, Any]) -> list[CheckFinding]:
        table = live.tables["events"]
        reading = replace(table.reading, **changes.get("reading", {}))
        reading = replace(reading, table=replace(reading.table, **changes.get("table", {})))
        table = replace(table, reading=reading, **changes.get("live_table", {}))
        alarm = live.alarms["user-errors"]
        alarm = replace(alarm, alarm=replace(alarm.alarm, **changes.get("alarm", {})))
        alarm = replace(alarm, **changes.get("live_alarm", {}))
        role = replace(live.roles["read-role"], **changes.get("role", {}))
        there = replace(
            live,
            tables={"events": table},
            alarms={**live.alarms, "user-errors": alarm},
            roles={"read-role": role},
            **changes.get("stack", {}),
        )
        [said] = declared.tables
        said = replace(said, table=replace(said.table, **changes.get("declare", {})))
        said = replace(said, **changes.get("said", {}))
        report = verify(replace(declared, tables=(said,)), there)
        return [each for each in report.findings if each.verdict is not Verdict.PASSED]

    return run
