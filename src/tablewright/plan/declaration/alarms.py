"""From the alarms a manifest asks for to CloudWatch alarms that can go off.

Which series exist is AWS's word (DynamoDB Developer Guide, DynamoDB metrics and dimensions): user
errors are counted per account and region, without any dimension; system errors and latency per
table *and* operation; throttles and capacity per table, and per table and global index. An alarm on
a dimension set that AWS never fills exists and never sees a datapoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tablewright.manifest.models import Alarms, ErrorsAlarm, MetricAlarm, Stack, StackAlarms, Table
from tablewright.manifest.models.alarm import OPERATIONS_IN_AN_ALARM
from tablewright.manifest.models.alarm import Alarm as Settings
from tablewright.manifest.naming import AlarmSubject, stack_alarms, table_alarms, table_name
from tablewright.manifest.tagging import effective_tags
from tablewright.manifest.windows import window_of

from .declared import Alarm, MetricQuery, MetricStat

DYNAMODB = "AWS/DynamoDB"
LAMBDA = "AWS/Lambda"
NOT_BREACHING = "notBreaching"
SERVICE_DEFAULT = "serviceDefault"


@dataclass(frozen=True, slots=True)
class AlarmKind:
    """What a kind of alarm is when the manifest says no more than its name.

    Args:
        metric: CloudWatch's name of the metric that is watched.
        what: the first words of the description.
        limit: of a utilization, the metric that is 100 %.
        missing: what no data means; None leaves it to the service.
    """

    metric: str
    what: str
    threshold: Decimal = Decimal(0)
    stat: str = "Sum"
    missing: str | None = NOT_BREACHING
    limit: str | None = None


KINDS: Mapping[str, AlarmKind] = {
    "user_errors": AlarmKind("UserErrors", "Requests refused with HTTP 400", Decimal(5)),
    "system_errors": AlarmKind("SystemErrors", "Requests failed with HTTP 500", Decimal(5)),
    "read_throttles": AlarmKind("ReadThrottleEvents", "Throttled reads"),
    "write_throttles": AlarmKind("WriteThrottleEvents", "Throttled writes"),
    "read_provisioned_throttles": AlarmKind(
        "ReadProvisionedThroughputThrottleEvents", "Reads throttled by the provisioned capacity"
    ),
    "write_provisioned_throttles": AlarmKind(
        "WriteProvisionedThroughputThrottleEvents", "Writes throttled by the provisioned capacity"
    ),
    "read_key_range_throttles": AlarmKind(
        "ReadKeyRangeThroughputThrottleEvents", "Reads throttled by a hot key"
    ),
    "write_key_range_throttles": AlarmKind(
        "WriteKeyRangeThroughputThrottleEvents", "Writes throttled by a hot key"
    ),
    "read_on_demand_throttles": AlarmKind(
        "ReadMaxOnDemandThroughputThrottleEvents", "Reads throttled by the on-demand ceiling"
    ),
    "write_on_demand_throttles": AlarmKind(
        "WriteMaxOnDemandThroughputThrottleEvents", "Writes throttled by the on-demand ceiling"
    ),
    "read_account_throttles": AlarmKind(
        "ReadAccountLimitThrottleEvents", "Reads throttled by the account's quota"
    ),
    "write_account_throttles": AlarmKind(
        "WriteAccountLimitThrottleEvents", "Writes throttled by the account's quota"
    ),
    "latency": AlarmKind(
        "SuccessfulRequestLatency",
        "Milliseconds inside the service",
        Decimal(100),
        stat="p99",
    ),
    "conditional_check_failures": AlarmKind(
        "ConditionalCheckFailedRequests", "Writes whose condition failed", Decimal(100)
    ),
    "transaction_conflicts": AlarmKind(
        "TransactionConflict", "Items refused by a transaction", Decimal(100)
    ),
    "consumed_read_capacity": AlarmKind(
        "ConsumedReadCapacityUnits", "Read units consumed", Decimal(0), missing=None
    ),
    "consumed_write_capacity": AlarmKind(
        "ConsumedWriteCapacityUnits", "Write units consumed", Decimal(0), missing=None
    ),
    "read_utilization": AlarmKind(
        "ConsumedReadCapacityUnits",
        "Percent of the provisioned read capacity in use",
        Decimal(80),
        limit="ProvisionedReadCapacityUnits",
    ),
    "write_utilization": AlarmKind(
        "ConsumedWriteCapacityUnits",
        "Percent of the provisioned write capacity in use",
        Decimal(80),
        limit="ProvisionedWriteCapacityUnits",
    ),
    "read_quota_utilization": AlarmKind(
        "ConsumedReadCapacityUnits",
        "Percent of the account's read quota per table in use",
        Decimal(80),
        limit="AccountMaxTableLevelReads",
    ),
    "write_quota_utilization": AlarmKind(
        "ConsumedWriteCapacityUnits",
        "Percent of the account's write quota per table in use",
        Decimal(80),
        limit="AccountMaxTableLevelWrites",
    ),
    "replication_latency": AlarmKind(
        "ReplicationLatency",
        "Milliseconds until the replica has a change",
        Decimal(10_000),
        stat="Average",
    ),
    "kinesis_age": AlarmKind(
        "AgeOfOldestUnreplicatedRecord",
        "Milliseconds the oldest change waits for Kinesis",
        Decimal(60_000),
        stat="Maximum",
    ),
    "stream_iterator_age": AlarmKind(
        "IteratorAge", "Milliseconds a stream reader lags behind", Decimal(60_000), stat="Maximum"
    ),
    "account_read_utilization": AlarmKind(
        "AccountProvisionedReadCapacityUtilization",
        "Percent of the account's provisioned read quota in use",
        Decimal(80),
        stat="Maximum",
    ),
    "account_write_utilization": AlarmKind(
        "AccountProvisionedWriteCapacityUtilization",
        "Percent of the account's provisioned write quota in use",
        Decimal(80),
        stat="Maximum",
    ),
}
"""Kinds by their field in `Alarms` and `StackAlarms`; the descriptions there state these values."""


def declared_table_alarms(stack: Stack, table: Table) -> Iterator[Alarm]:
    """The alarms of a table, in a stable order."""
    name = table_name(stack, table)
    for subject in table_alarms(stack, table):
        yield _alarm(
            subject,
            table.spec.alarms,
            key=f"{table.metadata.name}-{subject.word}",
            owner=f"table {name}",
            tags=effective_tags(stack, table.spec.tags, subject.settings.tags),
            watch=lambda subject, kind, stat: _watch(name, subject, kind, stat),
        )


def declared_stack_alarms(stack: Stack) -> Iterator[Alarm]:
    """The alarms of the stack as a whole, in a stable order."""
    for subject in stack_alarms(stack):
        yield _alarm(
            subject,
            stack.spec.alarms,
            key=subject.word,
            owner="account and region",
            tags=effective_tags(stack, subject.settings.tags),
            watch=lambda _subject, kind, stat: stat(kind.metric, {}),
        )


Stat = Callable[..., MetricStat]
Watched = MetricStat | tuple[MetricQuery, ...]


def _alarm(
    subject: AlarmSubject,
    common: Alarms | StackAlarms,
    *,
    key: str,
    owner: str,
    tags: Mapping[str, str],
    watch: Callable[[AlarmSubject, AlarmKind, Stat], Watched],
) -> Alarm:
    given = subject.settings
    kind = _kind(subject)
    window, statistic = window_of(subject.kind, given), given.statistic or kind.stat

    def stat(metric: str, dimensions: Mapping[str, str], **other: Any) -> MetricStat:
        values = {
            "namespace": DYNAMODB,
            "period_seconds": window.period,
            "stat": statistic,
            **other,
        }
        return MetricStat(metric_name=metric, dimensions=dimensions, **values)

    watched = watch(subject, kind, stat)
    single = watched if isinstance(watched, MetricStat) else None
    missing = given.treat_missing_data or kind.missing
    return Alarm(
        key=key,
        name=subject.name,
        description=_description(subject, kind, owner)
        if subject.description is None
        else subject.description,
        comparison_operator=given.comparison_operator or "GreaterThanThreshold",
        threshold=kind.threshold if given.threshold is None else given.threshold,
        evaluation_periods=window.evaluation_periods,
        metric=single,
        queries=watched if isinstance(watched, tuple) else (),
        datapoints_to_alarm=window.datapoints,
        treat_missing_data=None if missing == SERVICE_DEFAULT else missing,
        evaluate_low_sample_count_percentile=_low_samples(given, single),
        alarm_actions=_either(given.alarm_actions, common.alarm_actions),
        ok_actions=_either(given.ok_actions, common.ok_actions),
        insufficient_data_actions=_either(
            given.insufficient_data_actions, common.insufficient_data_actions
        ),
        tags=tags,
        literal=isinstance(given, ErrorsAlarm) and given.form == "LITERAL",
        adopt=given.adopt,
    )


def _kind(subject: AlarmSubject) -> AlarmKind:
    settings = subject.settings
    if isinstance(settings, MetricAlarm):
        return AlarmKind(settings.metric, settings.metric, missing=None)
    return KINDS[subject.kind]


def _low_samples(given: Settings, watched: MetricStat | None) -> str | None:
    """Whether a percentile of too few samples counts; it means nothing to other statistics."""
    percentile = watched is not None and is_percentile(watched.stat)
    setting = given.evaluate_low_sample_count_percentile or ("ignore" if percentile else None)
    return None if setting == SERVICE_DEFAULT else setting


def is_percentile(statistic: str) -> bool:
    """`p99` and the like, but not `PR(:300)`, a percentile rank."""
    return statistic.startswith("p")


def _either(own: tuple[str, ...] | None, common: tuple[str, ...]) -> tuple[str, ...]:
    return common if own is None else own


def _watch(table: str, subject: AlarmSubject, kind: AlarmKind, stat: Stat) -> Watched:
    """What an alarm on a table looks at: one series, or metric math over several."""
    settings, of_table = subject.settings, {"TableName": table}
    if isinstance(settings, MetricAlarm):
        dimensions = of_table if subject.dimensions is None else subject.dimensions
        return stat(settings.metric, dimensions, namespace=settings.namespace)
    if isinstance(settings, ErrorsAlarm):
        return _errors(of_table, subject, settings, kind, stat)
    if subject.function:
        return stat(kind.metric, {"FunctionName": subject.function}, namespace=LAMBDA)
    if subject.index:
        of_table = {**of_table, "GlobalSecondaryIndexName": subject.index}
    if kind.limit:
        return _utilization(of_table, kind, kind.limit, stat)
    if subject.operation:
        of_table = {**of_table, "Operation": subject.operation}
    if subject.region:
        of_table = {**of_table, "ReceivingRegion": subject.region}
    if subject.kind == "kinesis_age":
        of_table = {**of_table, "DelegatedOperation": "PutRecord"}
    return stat(kind.metric, of_table)


def _errors(
    of_table: Mapping[str, str],
    subject: AlarmSubject,
    settings: ErrorsAlarm,
    kind: AlarmKind,
    stat: Stat,
) -> Watched:
    if settings.form == "LITERAL":
        return stat(kind.metric, of_table)
    if subject.kind == "user_errors":
        return stat(kind.metric, {})
    series = tuple(
        MetricQuery(id=f"m{number}", metric=stat(kind.metric, {**of_table, "Operation": operation}))
        for number, operation in enumerate(OPERATIONS_IN_AN_ALARM, start=1)
    )
    total = "+".join(f"FILL({query.id},0)" for query in series)
    return (*series, MetricQuery("errors", expression=total, label=kind.what, return_data=True))


def _utilization(
    dimensions: Mapping[str, str], kind: AlarmKind, limit: str, stat: Stat
) -> tuple[MetricQuery, ...]:
    """Units a second against their ceiling, in percent; the ceiling's last value holds on."""
    account_wide = limit.startswith("Account")
    used = stat(kind.metric, dimensions, stat="Sum")
    ceiling = stat(
        limit,
        {} if account_wide else dimensions,
        stat="Maximum" if account_wide else "Average",
    )
    return (
        MetricQuery("used", metric=used),
        MetricQuery("ceiling", metric=ceiling),
        MetricQuery(
            "percent",
            expression="100*(used/PERIOD(used))/FILL(ceiling,REPEAT)",
            label=kind.what,
            return_data=True,
        ),
    )


def _description(subject: AlarmSubject, kind: AlarmKind, owner: str) -> str:
    settings = subject.settings
    if isinstance(settings, ErrorsAlarm) and settings.form == "LITERAL":
        return f"{kind.what}, {owner}. Cannot go off: AWS publishes no such series per table."
    if subject.kind == "user_errors":
        for_whom = f", declared for {owner}" if isinstance(settings, ErrorsAlarm) else ""
        return (
            f"{kind.what}, of the whole account and region{for_whom}: AWS does not count per table."
        )
    parts = {
        "index": subject.index,
        "operation": subject.operation,
        "replica in": subject.region,
        "function": subject.function,
    }
    part = "".join(f", {word} {value}" for word, value in parts.items() if value)
    return f"{kind.what}, {owner}{part}"
