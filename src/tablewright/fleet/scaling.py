"""Application Auto Scaling of tables and indexes, as values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.plan.scaling import Direction, Side, Suspension

from .concurrency import map_concurrently
from .rate_limiter import RateLimiter
from .reading import Unread, try_read

Reply = Mapping[str, Any]

_NOT_ASKED = Unread("not asked")


@dataclass(frozen=True, slots=True)
class TargetTracking:
    """A target-tracking policy; `target` is percent of capacity in use, cooldowns in seconds."""

    name: str
    target: float
    scale_in_cooldown_seconds: int | None = None
    scale_out_cooldown_seconds: int | None = None
    disable_scale_in: bool = False


@dataclass(frozen=True, slots=True)
class LiveSchedule:
    """A scheduled action: new bounds at set times."""

    name: str
    schedule: str
    timezone: str = "UTC"
    start: datetime | None = None
    end: datetime | None = None
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class LiveScaling:
    """The scaling of one side of a table (`index` is None) or of one of its indexes.

    Args:
        direction: reads or writes.
        minimum: units a second; likewise `maximum`.
        policies: that track a target by DynamoDB's own metric, which a manifest can say.
        suspended: which of its activities are suspended.
        beyond: what it uses that these values cannot say.
        arn: of the target.
        tags: of the target; read by `with_tags` alone.
    """

    table: str
    index: str | None
    direction: Direction
    minimum: int
    maximum: int
    policies: tuple[TargetTracking, ...] = ()
    schedules: tuple[LiveSchedule, ...] = ()
    suspended: Suspension = field(default_factory=Suspension)
    beyond: tuple[str, ...] = ()
    arn: str = ""
    tags: Mapping[str, str] | Unread = _NOT_ASKED

    @property
    def side(self) -> Side:
        """What scales, within its table."""
        return Side(self.index, self.direction)

    @property
    def place(self) -> tuple[str, str]:
        """AWS's resource id and dimension."""
        kind = "table" if self.index is None else "index"
        suffix = "" if self.index is None else f"/index/{self.index}"
        unit = "ReadCapacityUnits" if self.direction == "read" else "WriteCapacityUnits"
        return f"table/{self.table}{suffix}", f"dynamodb:{kind}:{unit}"


def read_targets(
    session: Session, region: str | None, pace: RateLimiter, tables: Iterable[str]
) -> list[LiveScaling]:
    """What scales of these tables, without its policies and schedules: one call for all.

    Raises:
        AwsError: it could not be read.
    """
    calls = _Calls(session.client("application-autoscaling", region), pace)
    return list(_targets(calls, set(tables)).values())


def read_scaling(
    session: Session, region: str | None, pace: RateLimiter, tables: Iterable[str] | None = None
) -> list[LiveScaling]:
    """All scaling of the region's tables, or of some of them with their indexes.

    Raises:
        AwsError: it could not be read.
    """
    calls = _Calls(session.client("application-autoscaling", region), pace)
    targets = _targets(calls, None if tables is None else set(tables))
    if not targets:
        return []
    for reply in calls.all("DescribeScalingPolicies", "ScalingPolicies"):
        if scaling := targets.get(_place(reply)):
            targets[scaling.place] = with_policy(scaling, reply)
    for reply in calls.all("DescribeScheduledActions", "ScheduledActions"):
        if scaling := targets.get(_place(reply)):
            schedules = (*scaling.schedules, schedule(reply))
            targets[scaling.place] = replace(scaling, schedules=schedules)
    return [targets[place] for place in sorted(targets)]


def _targets(calls: _Calls, wanted: Collection[str] | None) -> dict[tuple[str, str], LiveScaling]:
    return {
        scaling.place: scaling
        for scaling in map(target, calls.all("DescribeScalableTargets", "ScalableTargets"))
        if wanted is None or scaling.table in wanted
    }


def with_tags(
    session: Session, region: str | None, pace: RateLimiter, scaling: Iterable[LiveScaling]
) -> list[LiveScaling]:
    """The same with the tags of the targets, which take a call for each."""
    bare = list(scaling)
    tags = map_concurrently(
        [target.arn for target in bare],
        lambda arn: try_read(partial(_tags, session, region, pace, arn)),
    )
    return [replace(target, tags=tags[target.arn] or {}) for target in bare]


def _tags(session: Session, region: str | None, pace: RateLimiter, arn: str) -> dict[str, str]:
    pace("ListTagsForResource")
    with translated(f"read the tags of {arn}"):
        client = session.client("application-autoscaling", region)
        return dict(client.list_tags_for_resource(ResourceARN=arn).get("Tags") or {})


def target(reply: Reply) -> LiveScaling:
    """From one of `ScalableTargets`, still without policies."""
    _, table, *index = reply["ResourceId"].split("/")
    suspended = reply.get("SuspendedState") or {}
    return LiveScaling(
        table=table,
        index=index[1] if index else None,
        direction="read" if "Read" in reply["ScalableDimension"] else "write",
        minimum=int(reply["MinCapacity"]),
        maximum=int(reply["MaxCapacity"]),
        suspended=Suspension(
            scale_in=bool(suspended.get("DynamicScalingInSuspended")),
            scale_out=bool(suspended.get("DynamicScalingOutSuspended")),
            scheduled=bool(suspended.get("ScheduledScalingSuspended")),
        ),
        arn=reply.get("ScalableTargetARN", ""),
    )


def schedule(reply: Reply) -> LiveSchedule:
    """From one of `ScheduledActions`."""
    bounds = reply.get("ScalableTargetAction") or {}
    return LiveSchedule(
        name=reply["ScheduledActionName"],
        schedule=reply["Schedule"],
        timezone=reply.get("Timezone") or "UTC",
        start=reply.get("StartTime"),
        end=reply.get("EndTime"),
        minimum=bounds.get("MinCapacity"),
        maximum=bounds.get("MaxCapacity"),
    )


def with_policy(scaling: LiveScaling, reply: Reply) -> LiveScaling:
    """The scaling with one of `ScalingPolicies`."""
    tracking = reply.get("TargetTrackingScalingPolicyConfiguration") or {}
    if "PredefinedMetricSpecification" not in tracking:
        of_its_own = "a metric of its own" if tracking else reply["PolicyType"]
        words = f"policy {reply['PolicyName']} ({of_its_own})"
        return replace(scaling, beyond=(*scaling.beyond, words))
    policy = TargetTracking(
        name=reply["PolicyName"],
        target=float(tracking["TargetValue"]),
        scale_in_cooldown_seconds=tracking.get("ScaleInCooldown"),
        scale_out_cooldown_seconds=tracking.get("ScaleOutCooldown"),
        disable_scale_in=bool(tracking.get("DisableScaleIn", False)),
    )
    return replace(scaling, policies=(*scaling.policies, policy))


def _place(reply: Reply) -> tuple[str, str]:
    return reply["ResourceId"], reply["ScalableDimension"]


class _Calls:
    """The Describe calls, with their pages."""

    def __init__(self, client: Any, pace: RateLimiter) -> None:
        self._client, self._pace = client, pace

    def all(self, operation: str, member: str) -> list[Reply]:
        method = {
            "DescribeScalableTargets": "describe_scalable_targets",
            "DescribeScalingPolicies": "describe_scaling_policies",
            "DescribeScheduledActions": "describe_scheduled_actions",
        }[operation]
        replies: list[Reply] = []
        with translated("read the auto scaling"):
            self._pace(operation)
            pages = self._client.get_paginator(method).paginate(ServiceNamespace="dynamodb")
            for page in pages:
                replies += page[member]
                self._pace(operation)
        return replies
