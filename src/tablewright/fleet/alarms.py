"""Live CloudWatch alarms as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.plan.declaration.declared import Alarm, MetricQuery, MetricStat

from .concurrency import map_concurrently
from .rate_limiter import RateLimiter
from .reading import Unread, try_read

Reply = Mapping[str, Any]

NAMES_PER_CALL = 100

_ELSEWHERE = {
    # Members whose meaning `Alarm` has no field for; an alarm that uses one is not what it seems.
    "ThresholdMetricId": "an anomaly detection band",
    "Unit": "a unit filter",
    "EvaluationCriteria": "evaluation criteria",
    "ActionConfiguration": "an action configuration",
}


@dataclass(frozen=True, slots=True)
class LiveAlarm:
    """One live alarm.

    Args:
        alarm: its settings; `key` is its name. Of a composite alarm only what both kinds have.
        state: `OK`, `ALARM` or `INSUFFICIENT_DATA`.
        reason: AWS's words for the state.
        actions_enabled: whether a change of state runs the actions at all.
        rule: the expression of a composite alarm; None for any other.
        beyond: what else it uses that `Alarm` cannot say, in words.
        unread: why a facet of `alarm` is missing, by its name.
    """

    alarm: Alarm
    arn: str
    state: str
    reason: str = ""
    actions_enabled: bool = True
    rule: str | None = None
    beyond: tuple[str, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)


def metric_alarm(reply: Reply) -> LiveAlarm:
    """From one of `MetricAlarms`; tags are not among what DescribeAlarms tells."""
    queries = tuple(_query(query) for query in reply.get("Metrics") or ())
    return _live(
        reply,
        Alarm(
            **_both(reply),
            comparison_operator=reply["ComparisonOperator"],
            threshold=Decimal(str(reply.get("Threshold", 0))),
            evaluation_periods=int(reply["EvaluationPeriods"]),
            metric=None if queries else _metric(reply, reply),
            queries=queries,
            datapoints_to_alarm=reply.get("DatapointsToAlarm"),
            treat_missing_data=reply.get("TreatMissingData"),
            evaluate_low_sample_count_percentile=reply.get("EvaluateLowSampleCountPercentile"),
        ),
        beyond=tuple(_beyond(reply)),
    )


def composite_alarm(reply: Reply) -> LiveAlarm:
    """From one of `CompositeAlarms`."""
    bare = Alarm(**_both(reply), comparison_operator="", threshold=Decimal(0), evaluation_periods=0)
    return _live(reply, bare, rule=reply["AlarmRule"])


def read_alarms(
    session: Session, names: Sequence[str], region: str | None, pace: RateLimiter
) -> dict[str, LiveAlarm | Unread | None]:
    """The alarms of these names with their tags; None where there is none.

    Raises:
        CredentialsError, EndpointError: nothing could be read at all.
    """
    alarms: dict[str, LiveAlarm | Unread | None] = dict.fromkeys(names)
    for start in range(0, len(names), NAMES_PER_CALL):
        some = names[start : start + NAMES_PER_CALL]
        answer = try_read(partial(_described, session, region, pace, AlarmNames=some))
        if isinstance(answer, Unread):
            alarms.update(dict.fromkeys(some, answer))
        else:
            alarms.update({live.alarm.name: live for live in answer or ()})
    there = [live for live in alarms.values() if isinstance(live, LiveAlarm)]
    return alarms | {live.alarm.name: live for live in with_tags(session, there, region, pace)}


def existing_alarms(
    session: Session, names: Sequence[str], region: str | None, pace: RateLimiter
) -> set[str]:
    """Which of these alarms exist, with a call for each hundred.

    Raises:
        AwsError: AWS does not tell.
    """
    return {
        live.alarm.name
        for start in range(0, len(names), NAMES_PER_CALL)
        for live in _described(
            session, region, pace, AlarmNames=names[start : start + NAMES_PER_CALL]
        )
    }


def with_tags(
    session: Session, alarms: Iterable[LiveAlarm], region: str | None, pace: RateLimiter
) -> list[LiveAlarm]:
    """The same alarms with their tags, which take a call for each."""
    bare = list(alarms)
    tags = map_concurrently(
        [live.arn for live in bare],
        lambda arn: try_read(partial(_tags, session, region, pace, arn)),
    )
    return [_with_tags(live, tags[live.arn]) for live in bare]


def every_alarm(session: Session, region: str | None, pace: RateLimiter) -> list[LiveAlarm]:
    """All alarms of a region, without their tags.

    Raises:
        AwsError: they could not be listed.
    """
    return _described(session, region, pace)


def _described(
    session: Session, region: str | None, pace: RateLimiter, **which: Any
) -> list[LiveAlarm]:
    pages = session.client("cloudwatch", region).get_paginator("describe_alarms")
    kinds = ["MetricAlarm", "CompositeAlarm"]
    alarms: list[LiveAlarm] = []
    with translated("read the alarms"):
        pace("DescribeAlarms")
        for page in pages.paginate(AlarmTypes=kinds, **which):
            alarms += [metric_alarm(reply) for reply in page.get("MetricAlarms", ())]
            alarms += [composite_alarm(reply) for reply in page.get("CompositeAlarms", ())]
            pace("DescribeAlarms")
    return alarms


def _tags(session: Session, region: str | None, pace: RateLimiter, arn: str) -> dict[str, str]:
    pace("ListTagsForResource")
    with translated(f"read the tags of {arn}"):
        reply = session.client("cloudwatch", region).list_tags_for_resource(ResourceARN=arn)
    return {tag["Key"]: tag["Value"] for tag in reply.get("Tags", ())}


def _with_tags(live: LiveAlarm, tags: dict[str, str] | Unread | None) -> LiveAlarm:
    if isinstance(tags, Unread):
        return replace(live, unread={**live.unread, "tags": tags.reason})
    return replace(live, alarm=replace(live.alarm, tags=tags or {}))


def _live(reply: Reply, alarm: Alarm, **more: Any) -> LiveAlarm:
    return LiveAlarm(
        alarm=alarm,
        arn=reply["AlarmArn"],
        state=reply.get("StateValue", ""),
        reason=reply.get("StateReason", ""),
        actions_enabled=bool(reply.get("ActionsEnabled", True)),
        **more,
    )


def _both(reply: Reply) -> dict[str, Any]:
    """What metric and composite alarms have in common."""
    return {
        "key": reply["AlarmName"],
        "name": reply["AlarmName"],
        "description": reply.get("AlarmDescription", ""),
        "alarm_actions": tuple(reply.get("AlarmActions") or ()),
        "ok_actions": tuple(reply.get("OKActions") or ()),
        "insufficient_data_actions": tuple(reply.get("InsufficientDataActions") or ()),
    }


def _metric(metric: Reply, stat: Reply) -> MetricStat:
    """A series; its name and its aggregation stand in different places of the two forms."""
    return MetricStat(
        namespace=metric["Namespace"],
        metric_name=metric["MetricName"],
        dimensions={
            dimension["Name"]: dimension["Value"] for dimension in metric.get("Dimensions") or ()
        },
        period_seconds=int(stat["Period"]),
        stat=stat.get("Stat") or stat.get("Statistic") or stat.get("ExtendedStatistic") or "",
    )


def tables_watched(alarm: Alarm) -> set[str]:
    """Names of the tables whose series an alarm watches."""
    series = [alarm.metric, *(query.metric for query in alarm.queries)]
    return {
        stat.dimensions["TableName"] for stat in series if stat and "TableName" in stat.dimensions
    }


def _query(reply: Reply) -> MetricQuery:
    stat = reply.get("MetricStat")
    return MetricQuery(
        id=reply["Id"],
        metric=_metric(stat["Metric"], stat) if stat else None,
        expression=reply.get("Expression"),
        label=reply.get("Label"),
        # The API's default is true, unlike what most alarms want.
        return_data=bool(reply.get("ReturnData", True)),
    )


def _beyond(reply: Reply) -> Iterator[str]:
    for member, words in _ELSEWHERE.items():
        if reply.get(member):
            yield words
    for query in reply.get("Metrics") or ():
        if (query.get("MetricStat") or {}).get("Unit"):
            yield f"a unit filter on {query['Id']}"
        if query.get("AccountId"):
            yield f"metric {query['Id']} of another account"
