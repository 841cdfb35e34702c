"""Alarms: what CloudWatch accepts, and what has something to watch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic.alias_generators import to_snake

from tablewright.manifest.defaults import ALARMS_ONLY_WITH
from tablewright.manifest.documents.node import Path
from tablewright.manifest.messages.vocabulary import shown
from tablewright.manifest.models import Alarm, Alarms, MetricAlarm, StackAlarms
from tablewright.manifest.rules.arns import parse_arn
from tablewright.manifest.rules.finding import STACK_REGION, Finding, Subject, at, repeated
from tablewright.manifest.windows import MINUTE, Window, window_of

DAY = 86_400
WEEK = 604_800
HOUR = 3_600
SHORT_PERIODS = (10, 20, 30)
MOST_DIMENSIONS = 30
LONGEST_DIMENSION_NAME = 255
LONGEST_DIMENSION_VALUE = 1024
ACTION_SERVICES = ("sns", "lambda", "autoscaling", "ssm", "ssm-incidents", "swf", "aiops")
"""Whom CloudWatch can tell (API reference, PutMetricAlarm: AlarmActions)."""

_NEEDS_MODE = {to_snake(name): mode for mode, names in ALARMS_ONLY_WITH.items() for name in names}
_NEEDS_THRESHOLD = ("consumed_read_capacity", "consumed_write_capacity")
_MATH_KINDS = (
    "read_utilization",
    "write_utilization",
    "read_quota_utilization",
    "write_quota_utilization",
)
_PERCENTILE_KINDS = ("latency",)


def settings_of(alarms: Alarms | StackAlarms, base: Path) -> Iterator[tuple[Path, str, Alarm]]:
    """Every alarm that is asked for and on, with its place and the Python name of its kind."""
    for name, info in type(alarms).model_fields.items():
        if name not in alarms.model_fields_set:
            continue
        value = getattr(alarms, name)
        if isinstance(value, Alarm) and value.enabled:
            yield (*base, info.alias or name), name, value
        elif name == "metrics":
            for number, metric in enumerate(value):
                if metric.enabled:
                    yield (*base, "metrics", number), name, metric


def table_alarms_are_accepted(subject: Subject) -> Iterator[Finding]:
    """All that can be said of an alarm by itself."""
    for path, kind, settings in settings_of(subject.spec.alarms, at("alarms")):
        yield from alarm_is_accepted(path, kind, settings)
    yield from actions_are_possible(subject.spec.alarms, at("alarms"), subject.stack.spec.region)
    yield from _named_once(subject.spec.alarms)
    fields = Alarms.model_fields.items()
    first = {name.replace("_", "-"): at("alarms", info.alias or name) for name, info in fields}
    for number, metric in enumerate(subject.spec.alarms.metrics):
        path = at("alarms", "metrics", number, "key")
        if (other := first.setdefault(metric.key, path)) != path:
            message = f"another alarm of the table has the key `{metric.key}`"
            yield Finding(path, message, "give it another key", other=other)


def _named_once(alarms: Alarms) -> Iterator[Finding]:
    """Each operation or function gets one alarm."""
    latency, readers = alarms.latency, alarms.stream_iterator_age
    for path, names in (
        (at("alarms", "latency", "operations"), latency.operations if latency else ()),
        (at("alarms", "streamIteratorAge", "functions"), readers.functions if readers else ()),
    ):
        for number, first, name in repeated(names):
            message, fix = f"`{name}` is named twice", "remove one of the two"
            yield Finding((*path, number), message, fix, other=(*path, first))


def alarm_is_accepted(path: Path, kind: str, settings: Alarm) -> Iterator[Finding]:
    """Periods, datapoints, threshold and statistic of one alarm."""
    if kind in _NEEDS_THRESHOLD and settings.threshold is None:
        message = "this alarm has no sensible threshold of its own"
        yield Finding(path, message, "add `threshold: 80`", reads=((*path, "threshold"),))
    if kind == "metrics" and settings.threshold is None:
        message = "an alarm on a metric of your choice needs a threshold"
        yield Finding(path, message, "add `threshold`", reads=((*path, "threshold"),))
    window = window_of(kind, settings)
    yield from _period(path, settings, window)
    if settings.datapoints_to_alarm and settings.datapoints_to_alarm > window.evaluation_periods:
        yield Finding(
            (*path, "datapointsToAlarm"),
            f"{window.datapoints} datapoints cannot breach among {window.evaluation_periods}",
            "raise `evaluationPeriods`, or lower `datapointsToAlarm`",
            reads=((*path, "evaluationPeriods"),),
        )
    adds_up = kind == "system_errors" or kind in _MATH_KINDS
    if adds_up and settings.statistic not in (None, "Sum"):
        message = f"this alarm adds up; `statistic: {settings.statistic}` has no meaning for it"
        yield Finding((*path, "statistic"), message, "remove `statistic`")
    yield from _low_samples(path, kind, settings)
    if isinstance(settings, MetricAlarm):
        yield from _dimensions((*path, "dimensions"), settings.dimensions or {})


def _dimensions(path: Path, dimensions: Mapping[str, str]) -> Iterator[Finding]:
    """Source: CloudWatch API reference, Dimension."""
    if len(dimensions) > MOST_DIMENSIONS:
        message = f"has {len(dimensions)} dimensions, more than {MOST_DIMENSIONS}"
        yield Finding(path, message, f"keep at most {MOST_DIMENSIONS}")
    for name, value in dimensions.items():
        is_name = name.strip() and name.isascii() and not name.startswith(":")
        if not is_name or len(name) > LONGEST_DIMENSION_NAME:
            fix = f"use 1 to {LONGEST_DIMENSION_NAME} ASCII characters, a colon not first"
            yield Finding((*path, name), f"`{shown(name)}` is not a dimension name", fix)
        if not (value.strip() and value.isascii()) or len(value) > LONGEST_DIMENSION_VALUE:
            fix = f"use 1 to {LONGEST_DIMENSION_VALUE} ASCII characters"
            yield Finding((*path, name), f"`{shown(value)}` is not a dimension value", fix)


def _low_samples(path: Path, kind: str, settings: Alarm) -> Iterator[Finding]:
    setting, statistic = settings.evaluate_low_sample_count_percentile, settings.statistic
    percentile = statistic.startswith("p") if statistic else kind in _PERCENTILE_KINDS
    if setting is not None and not percentile:
        here = (*path, "evaluateLowSampleCountPercentile")
        message = "only a percentile has too few samples to be meaningful"
        reads = ((*path, "statistic"),)
        yield Finding(here, message, "remove it, or watch a percentile such as `p99`", reads)


def _period(path: Path, settings: Alarm, window: Window) -> Iterator[Finding]:
    period = window.period
    custom = isinstance(settings, MetricAlarm) and not settings.namespace.startswith("AWS/")
    if period % MINUTE and not (custom and period in SHORT_PERIODS):
        yield Finding(
            (*path, "period"),
            f"a period of {period} seconds is not a multiple of 60",
            "use 60, 300, 3600, ...",
        )
        return
    span = period * window.evaluation_periods
    longest = DAY if period < HOUR else WEEK
    if span > longest:
        yield Finding(
            (*path, "evaluationPeriods" if settings.evaluation_periods else "period"),
            f"{window.evaluation_periods} periods of {period} seconds are {span:,} s, "
            f"more than the {longest:,} s that CloudWatch looks back",
            "use fewer or shorter periods",
            reads=((*path, "period"),),
        )


def actions_are_possible(
    alarms: Alarms | StackAlarms, base: Path, region: str
) -> Iterator[Finding]:
    """Whom an alarm tells: a topic, a function, an incident of its own region."""
    holders: list[tuple[Path, Alarms | StackAlarms | Alarm]] = [(base, alarms)]
    holders += [(path, settings) for path, _, settings in settings_of(alarms, base)]
    for path, holder in holders:
        for field in ("alarm_actions", "ok_actions", "insufficient_data_actions"):
            alias = type(holder).model_fields[field].alias or field
            for number, text in enumerate(getattr(holder, field) or ()):
                yield from _action((*path, alias, number), text, region)


def _action(path: Path, text: str, region: str) -> Iterator[Finding]:
    arn = parse_arn(text)
    if arn is None:
        yield Finding(path, "is not an ARN", "write, say, the ARN of an SNS topic")
    elif arn.service not in ACTION_SERVICES:
        message = f"an alarm cannot notify {arn.service}"
        yield Finding(path, message, "write, say, the ARN of an SNS topic")
    elif arn.region not in ("", region):
        message = f"is in {arn.region}, but the alarm is in {region}"
        yield Finding(path, message, "name one of the same region", reads=(STACK_REGION,))


def alarms_have_something_to_watch(subject: Subject) -> Iterator[Finding]:
    """An alarm on what the table does not have would never see a datapoint."""
    spec = subject.spec
    for path, kind, settings in settings_of(spec.alarms, at("alarms")):
        mode = _NEEDS_MODE.get(kind)
        if mode and mode != spec.billing_mode:
            yield Finding(
                path,
                f"there is nothing to watch with billing mode {spec.billing_mode}",
                f"remove it; it is for {mode}",
                reads=(at("billingMode"),),
            )
        if getattr(settings, "indexes", False) and not spec.global_secondary_indexes:
            message = "the table has no global index to watch"
            yield Finding(
                (*path, "indexes"), message, "remove it", reads=(at("globalSecondaryIndexes"),)
            )
    yield from _lacking_parts(subject)


def _lacking_parts(subject: Subject) -> Iterator[Finding]:
    spec, alarms = subject.spec, subject.spec.alarms
    on_replicas = alarms.replication_latency
    if on_replicas and on_replicas.enabled:
        replicated = spec.global_table
        if replicated is None or not replicated.replicas or replicated.consistency == "STRONG":
            yield Finding(
                at("alarms", "replicationLatency"),
                "only replicas with eventual consistency publish a replication latency",
                "remove it, or add `globalTable.replicas`",
                reads=(at("globalTable"),),
            )
    if alarms.kinesis_age and alarms.kinesis_age.enabled and spec.kinesis_destination is None:
        message = "an alarm on a Kinesis destination that is not there"
        path = at("alarms", "kinesisAge")
        yield Finding(path, message, "remove it", reads=(at("kinesisDestination"),))
    readers = alarms.stream_iterator_age
    if readers and readers.enabled and not readers.functions:
        path = at("alarms", "streamIteratorAge")
        message = "DynamoDB publishes no iterator age; the functions that read the stream do"
        yield Finding(path, message, "name them: `functions: [...]`", reads=((*path, "functions"),))


RULES = (table_alarms_are_accepted, alarms_have_something_to_watch)
