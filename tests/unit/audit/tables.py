"""A live table that passes every rule, to be changed in one thing at a time."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tablewright.audit.evidence import (
    AccountLimits,
    Activity,
    AuditedRegion,
    AuditedTable,
    IdleGrant,
)
from tablewright.aws.reading import LiveReplica, TableReading
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable
from tablewright.plan.declaration.declared import Alarm, MetricStat
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

ACCOUNT, REGION, OTHER_REGION = "123456789012", "eu-west-1", "us-east-1"
ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
STREAM_ARN = f"{ARN}/stream/2026"
USED = {
    (metric, index): 100.0
    for metric in ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")
    for index in (None, "by-user")
}

TABLE = Table(
    name="orders",
    key=Key(("id",)),
    attributes={"id": "S", "user": "S"},
    billing_mode="PAY_PER_REQUEST",
    global_indexes=(GlobalIndex("by-user", Key(("user",)), Projection("ALL")),),
    local_indexes=(),
    stream=Stream("NEW_IMAGE"),
    encryption=Encryption("CUSTOMER", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"),
    recovery=Recovery(35),
    time_to_live=TimeToLive("expires"),
    table_class="STANDARD",
    deletion_protection=True,
    on_demand_maximum=OnDemandMaximum(1000, 1000),
    tags={"Environment": "prod", "Team": "shop", "CostCenter": "1"},
)
READING = TableReading(
    table=TABLE,
    arn=ARN,
    table_id="1",
    status="ACTIVE",
    item_count=10,
    size_bytes=1000,
    created=datetime(2024, 1, 1, tzinfo=UTC),
    stream_arn=STREAM_ARN,
    stream_label="2026",
    encryption_key=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1",
    encryption_key_state="Enabled",
)
ALARM = LiveAlarm(
    alarm=Alarm(
        key="throttles",
        name="throttles",
        description="",
        comparison_operator="GreaterThanThreshold",
        threshold=Decimal(0),
        evaluation_periods=1,
        metric=MetricStat("AWS/DynamoDB", "ReadThrottleEvents", {"TableName": "orders"}, 60, "Sum"),
        alarm_actions=(f"arn:aws:sns:{REGION}:{ACCOUNT}:pages",),
    ),
    arn=f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:throttles",
    state="OK",
)
GOOD = AuditedTable(
    live=LiveTable(READING, REGION, ACCOUNT, stream_status="ENABLED"),
    alarms=(ALARM,),
    activity=Activity(30, {**USED, ("TimeToLiveDeletedItemCount", None): 4.0}),
    stream_readers=(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:mail",),
    grants=(IdleGrant("orders-read", 400, 0),),
    region=AuditedRegion(
        limits=AccountLimits(40_000, 40_000),
        tables=12,
        backed_up=frozenset({ARN}),
        dax=(),
    ),
)


def with_table(audited: AuditedTable = GOOD, **settings: Any) -> AuditedTable:
    """The same with other settings of the table."""
    reading = audited.live.reading
    return with_reading(audited, table=replace(reading.table, **settings))


def with_reading(audited: AuditedTable = GOOD, **facts: Any) -> AuditedTable:
    """The same with other facts that only a live table has."""
    return with_live(audited, reading=replace(audited.live.reading, **facts))


def with_live(audited: AuditedTable = GOOD, **facts: Any) -> AuditedTable:
    """The same with other things that hang on the table."""
    return replace(audited, live=replace(audited.live, **facts))


def with_region(**facts: Any) -> AuditedTable:
    """The same in another region."""
    return replace(GOOD, region=replace(GOOD.region, **facts))


def with_use(totals: dict[tuple[str, str | None], float], days: int = 30) -> AuditedTable:
    """The same, used in another way."""
    return replace(GOOD, activity=Activity(days, totals))


def unread(*facets: str) -> AuditedTable:
    """The same, of which some facets could not be read."""
    return with_live(unread=dict.fromkeys(facets, "it is not allowed"))


def with_copy(**settings: Any) -> AuditedTable:
    """The same with a replica that has other settings."""
    audited = with_reading(replicas=(LiveReplica(OTHER_REGION, "ACTIVE"),))
    copy = with_live(with_table(**settings), region=OTHER_REGION).live
    return replace(audited, replicas={OTHER_REGION: copy})
