"""Alarms, as arguments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import pulumi
from tablewright.components.arguments._document import Arguments, Says, Shaped
from tablewright.components.output_placeholders import OutputPlaceholders
from tablewright.manifest import models
from tablewright.manifest.models import Model
from tablewright.manifest.models.alarm import (
    AlarmForm,
    Comparison,
    LowSamples,
    MissingData,
    Operation,
)

AlarmKind: TypeAlias = Literal[
    "user_errors",
    "system_errors",
    "read_throttles",
    "write_throttles",
    "read_provisioned_throttles",
    "write_provisioned_throttles",
    "read_key_range_throttles",
    "write_key_range_throttles",
    "read_on_demand_throttles",
    "write_on_demand_throttles",
    "read_account_throttles",
    "write_account_throttles",
    "latency",
    "conditional_check_failures",
    "transaction_conflicts",
    "consumed_read_capacity",
    "consumed_write_capacity",
    "read_utilization",
    "write_utilization",
    "read_quota_utilization",
    "write_quota_utilization",
    "replication_latency",
    "kinesis_age",
    "stream_iterator_age",
]
StackAlarmKind: TypeAlias = Literal[
    "user_errors", "account_read_utilization", "account_write_utilization"
]
Number: TypeAlias = int | float | Decimal
Targets: TypeAlias = Sequence[pulumi.Input[str]]
"""ARNs that are told, such as SNS topics; up to five."""

_TOPIC = "arn:aws:sns:{region}:000000000000:{id}"


@dataclass(frozen=True)
class Alarm(Arguments):
    """An alarm; what is left out depends on its kind and is said there in the manifest's reference.

    Args:
        threshold: what is compared with.
        comparison_operator: how; `GreaterThanThreshold` if left out.
        statistic: `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, `p99`, ...
        period: seconds summed up into one datapoint.
        evaluation_periods, datapoints_to_alarm: how many datapoints are looked at, how many must
            breach.
        treat_missing_data: what no data means; `serviceDefault` leaves it to CloudWatch.
        evaluate_low_sample_count_percentile: whether a percentile of few samples counts; `ignore`
            if left out.
        name: template of its name; the stack's if left out.
        description: written for you if left out.
        alarm_actions, ok_actions, insufficient_data_actions: who is told; those of all alarms if
            left out.
        tags: of this alarm alone.
        form: of `user_errors` and `system_errors`: `LITERAL` exists but cannot go off.
        indexes: one more for each global index, where indexes publish the metric.
        operations: of `latency`: one alarm for each.
        functions: of `stream_iterator_age`: Lambda functions that read the stream.
    """

    model: ClassVar[type[Model]] = models.Alarm

    threshold: Number | None = None
    comparison_operator: Comparison | None = None
    statistic: str | None = None
    period: int | None = None
    evaluation_periods: int | None = None
    datapoints_to_alarm: int | None = None
    treat_missing_data: MissingData | None = None
    evaluate_low_sample_count_percentile: LowSamples | None = None
    name: str | None = None
    description: str | None = None
    alarm_actions: Annotated[Targets | None, Shaped(_TOPIC)] = None
    ok_actions: Annotated[Targets | None, Shaped(_TOPIC)] = None
    insufficient_data_actions: Annotated[Targets | None, Shaped(_TOPIC)] = None
    tags: Mapping[str, pulumi.Input[str]] | None = None
    form: AlarmForm | None = None
    indexes: bool | None = None
    operations: Sequence[Operation] | None = None
    functions: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class MetricAlarm(Alarm):
    """An alarm on any other metric of the table.

    Args:
        key: unique among the table's own alarms; part of its name.
        metric: CloudWatch's name of the metric.
        namespace: `AWS/DynamoDB` if left out.
        dimensions: `TableName` alone if left out.
    """

    model: ClassVar[type[Model]] = models.MetricAlarm

    key: str
    metric: str
    namespace: str | None = None
    dimensions: Mapping[str, str] | None = None


Asked: TypeAlias = Alarm | Number | bool
"""An alarm, its threshold alone, or `True` for the kind's own defaults."""


def _kinds(kinds: Mapping[str, Asked]) -> dict[str, Any]:
    return {kind: _asked(alarm) for kind, alarm in kinds.items()}


def _asked(alarm: Asked) -> Any:
    if isinstance(alarm, bool):
        return {"enabled": alarm}
    return alarm if isinstance(alarm, Alarm) else {"threshold": alarm}


@dataclass(frozen=True)
class AlarmsArgs(Arguments):
    """Alarms of a table or of a stack, and who is told by all of them.

    Args:
        kinds: the alarms, by kind.
        metrics: further ones, on any metric of the table.
        alarm_actions, ok_actions, insufficient_data_actions: who is told.
    """

    model: ClassVar[type[Model]] = models.Alarms

    kinds: Annotated[Mapping[AlarmKind, Asked] | Mapping[StackAlarmKind, Asked], Says(_kinds)] = (
        field(default_factory=dict)
    )
    metrics: Sequence[MetricAlarm] | None = None
    alarm_actions: Annotated[Targets | None, Shaped(_TOPIC)] = None
    ok_actions: Annotated[Targets | None, Shaped(_TOPIC)] = None
    insufficient_data_actions: Annotated[Targets | None, Shaped(_TOPIC)] = None

    def document(self, late: OutputPlaceholders) -> dict[str, Any]:
        document = super().document(late)
        return {**document.pop("kinds"), **document}
