"""CloudWatch alarms on a table, by what they watch."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tablewright.manifest.models.base import Count, Flag, Many, Model, Number, Tags, Template

AlarmForm = Literal["EFFECTIVE", "LITERAL"]
MissingData = Literal["breaching", "notBreaching", "ignore", "missing", "serviceDefault"]
Operation = Literal[
    "BatchExecuteStatement",
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "ExecuteStatement",
    "ExecuteTransaction",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
]
Comparison = Literal[
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
]
LowSamples = Literal["evaluate", "ignore", "serviceDefault"]
_PERCENT = r"(\d{1,2}(\.\d{1,10})?|100)"
_BOUND = r"(-?\d+(\.\d{1,10})?)?"
Statistic = Annotated[
    str,
    StringConstraints(
        # CloudWatch User Guide, Statistics definitions.
        pattern=rf"^(Sum|Average|Minimum|Maximum|SampleCount|IQM|(p|tm|wm|tc|ts){_PERCENT}"
        rf"|(TM|WM|TC|TS)\(({_PERCENT}%)?:({_PERCENT}%)?\)"
        rf"|(PR|TM|WM|TC|TS)\({_BOUND}:{_BOUND}\))$"
    ),
]
Actions = Many[Annotated[str, StringConstraints(min_length=1, max_length=1024)]]
MOST_ACTIONS = 5
OPERATIONS_IN_AN_ALARM: tuple[Operation, ...] = (
    "GetItem",
    "BatchGetItem",
    "Query",
    "Scan",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
)
"""The ten operations that fit into one alarm (CloudWatch User Guide, Create an alarm based on a
metric math expression: at most ten metrics)."""


class Alarm(Model):
    """What all alarms have in common. What is left out depends on the kind of alarm, see there."""

    enabled: Flag = Field(default=True, description="`false` switches a default of the stack off.")
    name: Template | None = Field(
        default=None,
        description="Name, with placeholders such as `{table}` and `{environment}`; the stack's "
        "`naming.alarm` if left out.",
    )
    description: Annotated[str, StringConstraints(max_length=1024)] | None = Field(
        default=None, description="Shown with the alarm; written for you if left out."
    )
    threshold: Number | None = Field(default=None, description="Value that is compared.")
    comparison_operator: Comparison | None = Field(
        default=None, description="How the value is compared; `GreaterThanThreshold` if left out."
    )
    statistic: Statistic | None = Field(
        default=None,
        description="`Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, `p99`, `tm90`, "
        "`PR(:300)`, ...",
    )
    period: Count | None = Field(
        default=None,
        description="Seconds summed up into one datapoint: 10, 20, 30 or a multiple of 60.",
    )
    evaluation_periods: Count | None = Field(
        default=None, description="Datapoints that are looked at; 1 if left out."
    )
    datapoints_to_alarm: Count | None = Field(
        default=None, description="How many of them must breach; all if left out."
    )
    treat_missing_data: MissingData | None = Field(
        default=None,
        description="What no data means; `serviceDefault` leaves it to CloudWatch.",
    )
    evaluate_low_sample_count_percentile: LowSamples | None = Field(
        default=None,
        description="Of a percentile: whether it is evaluated with too few samples to be "
        "meaningful; `ignore` if left out, `serviceDefault` leaves it to CloudWatch.",
    )
    alarm_actions: Actions | None = Field(
        default=None,
        max_length=MOST_ACTIONS,
        description="ARNs notified when it goes to ALARM; `alarms.alarmActions` if left out.",
    )
    ok_actions: Actions | None = Field(
        default=None,
        max_length=MOST_ACTIONS,
        description="ARNs notified when it returns to OK; `alarms.okActions` if left out.",
    )
    insufficient_data_actions: Actions | None = Field(
        default=None,
        max_length=MOST_ACTIONS,
        description="ARNs notified when data is insufficient; "
        "`alarms.insufficientDataActions` if left out.",
    )
    tags: Tags = Field(default_factory=dict, description="Tags of this alarm alone.")
    adopt: Flag = Field(
        default=False,
        description="Take over an alarm of that name that exists. Those of a table that is adopted "
        "come with it as far as they watch it.",
    )


class ErrorsAlarm(Alarm):
    """User or system errors, in a form that can go off or in the literal one, which cannot."""

    form: AlarmForm = Field(
        default="EFFECTIVE",
        description="`EFFECTIVE` watches the series that AWS publishes. `LITERAL` uses the "
        "dimension TableName alone, which AWS never fills: the alarm exists but cannot go off.",
    )


class IndexedAlarm(Alarm):
    """An alarm on a metric that global indexes publish for themselves."""

    indexes: Flag = Field(
        default=False, description="One alarm more for each global index of the table."
    )


class LatencyAlarm(Alarm):
    """Time the service needs for an operation, without the network; one alarm per operation."""

    operations: Many[Operation] = Field(
        default=("GetItem", "Query", "PutItem"),
        min_length=1,
        description="Operations watched, each by an alarm of its own.",
    )


class FunctionAlarm(Alarm):
    """Lambda functions that read the stream; DynamoDB itself publishes no iterator age."""

    functions: Many[
        Annotated[str, StringConstraints(max_length=140, pattern=r"^[A-Za-z0-9_-]+$")]
    ] = Field(
        default=(), description="Names of the functions, each watched by an alarm of its own."
    )


class MetricAlarm(Alarm):
    """Any other alarm on a metric of the table or of one of its indexes."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=100)] = Field(
        description="Unique among the table's own alarms; `{alarm}` in names."
    )
    metric: Annotated[str, StringConstraints(min_length=1, max_length=255)] = Field(
        description="Name of the metric, e.g. `ReturnedItemCount`."
    )
    namespace: Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^:]")] = (
        Field(default="AWS/DynamoDB", description="Namespace of the metric.")
    )
    dimensions: Tags | None = Field(
        default=None,
        description="Dimensions, with placeholders as in `name`; `TableName` alone if left out.",
    )


class AlarmActions(Model):
    """What all alarms of a table, or of a stack, notify."""

    alarm_actions: Actions = Field(
        default=(),
        max_length=MOST_ACTIONS,
        description="ARNs notified when any of them goes to ALARM.",
    )
    ok_actions: Actions = Field(
        default=(),
        max_length=MOST_ACTIONS,
        description="ARNs notified when any of them returns to OK.",
    )
    insufficient_data_actions: Actions = Field(
        default=(),
        max_length=MOST_ACTIONS,
        description="ARNs notified when any of them has insufficient data.",
    )


class Alarms(AlarmActions):
    """The alarms of a table: what is named here exists, what is left out does not."""

    user_errors: ErrorsAlarm | None = Field(
        default=None,
        description="Requests refused with HTTP 400. AWS counts them for the whole account and "
        "region, never per table. Left out of it: threshold 5, Sum, 60 s, missing data is good.",
    )
    system_errors: ErrorsAlarm | None = Field(
        default=None,
        description="Requests failed with HTTP 500, summed over ten operations of the table. Left "
        "out of it: threshold 5, Sum, 60 s, missing data is good.",
    )
    read_throttles: IndexedAlarm | None = Field(
        default=None, description="Throttled reads of any cause; threshold 0, Sum, 60 s."
    )
    write_throttles: IndexedAlarm | None = Field(
        default=None, description="Throttled writes of any cause; threshold 0, Sum, 60 s."
    )
    read_provisioned_throttles: IndexedAlarm | None = Field(
        default=None, description="Reads throttled by the provisioned capacity; threshold 0."
    )
    write_provisioned_throttles: IndexedAlarm | None = Field(
        default=None, description="Writes throttled by the provisioned capacity; threshold 0."
    )
    read_key_range_throttles: IndexedAlarm | None = Field(
        default=None, description="Reads throttled by a hot key; threshold 0."
    )
    write_key_range_throttles: IndexedAlarm | None = Field(
        default=None, description="Writes throttled by a hot key; threshold 0."
    )
    read_on_demand_throttles: IndexedAlarm | None = Field(
        default=None,
        description="Reads throttled by the table's own on-demand ceiling; threshold 0.",
    )
    write_on_demand_throttles: IndexedAlarm | None = Field(
        default=None,
        description="Writes throttled by the table's own on-demand ceiling; threshold 0.",
    )
    read_account_throttles: IndexedAlarm | None = Field(
        default=None, description="Reads throttled by the account's quota per table; threshold 0."
    )
    write_account_throttles: Alarm | None = Field(
        default=None, description="Writes throttled by the account's quota per table; threshold 0."
    )
    latency: LatencyAlarm | None = Field(
        default=None,
        description="Milliseconds inside the service; p99 over 100 ms in 3 of 5 minutes.",
    )
    conditional_check_failures: Alarm | None = Field(
        default=None, description="Writes whose condition failed; threshold 100, Sum, 300 s."
    )
    transaction_conflicts: Alarm | None = Field(
        default=None, description="Items refused because of another transaction; 100, Sum, 300 s."
    )
    consumed_read_capacity: IndexedAlarm | None = Field(
        default=None, description="Read units consumed in a period; say the threshold; Sum, 300 s."
    )
    consumed_write_capacity: IndexedAlarm | None = Field(
        default=None, description="Write units consumed in a period; say the threshold; Sum, 300 s."
    )
    read_utilization: IndexedAlarm | None = Field(
        default=None,
        description="Percent of the provisioned read capacity in use; 80 %, 300 s; provisioned "
        "tables.",
    )
    write_utilization: IndexedAlarm | None = Field(
        default=None,
        description="Percent of the provisioned write capacity in use; 80 %, 300 s; provisioned "
        "tables.",
    )
    read_quota_utilization: Alarm | None = Field(
        default=None,
        description="Percent of the account's read quota per table in use; 80 %, 300 s; on-demand "
        "tables.",
    )
    write_quota_utilization: Alarm | None = Field(
        default=None,
        description="Percent of the account's write quota per table in use; 80 %, 300 s; on-demand "
        "tables.",
    )
    replication_latency: Alarm | None = Field(
        default=None,
        description="Milliseconds until a replica has a change, one alarm per replica; 10,000 ms, "
        "300 s; eventual consistency only.",
    )
    kinesis_age: Alarm | None = Field(
        default=None,
        description="Milliseconds the oldest change waits for Kinesis; 60,000 ms, 300 s.",
    )
    stream_iterator_age: FunctionAlarm | None = Field(
        default=None,
        description="Milliseconds a Lambda reader of the stream lags behind; 60,000 ms, 60 s.",
    )
    metrics: Many[MetricAlarm] = Field(
        default=(), description="Further alarms on any metric of the table."
    )


class StackAlarms(AlarmActions):
    """Alarms of the stack as a whole, on what AWS counts per account and region."""

    user_errors: Alarm | None = Field(
        default=None,
        description="One alarm on user errors instead of one per table; threshold 5, Sum, 60 s.",
    )
    account_read_utilization: Alarm | None = Field(
        default=None,
        description="Percent of the account's provisioned read quota in use; 80 %, 300 s.",
    )
    account_write_utilization: Alarm | None = Field(
        default=None,
        description="Percent of the account's provisioned write quota in use; 80 %, 300 s.",
    )
