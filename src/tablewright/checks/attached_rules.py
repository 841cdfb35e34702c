"""Rules on what hangs on a table: scaling, Kinesis, resource policies, replicas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from tablewright.fleet import scaling as live_scaling
from tablewright.fleet.reading import Unread
from tablewright.plan import scaling as declared_scaling
from tablewright.plan.effects import effects
from tablewright.plan.scaling import Suspension

from . import formatting
from .effects import AGAIN, BEYOND, SET_BACK, same_effects, shown
from .rule import rule
from .table_rules import TableCase
from .tags import tags_outcome
from .verdict import FactOutcome, compared, failed, passed, unknown


@rule(
    "TW118",
    "table",
    "Its capacity scales as declared, and nowhere else",
    (
        "application-autoscaling:DescribeScalableTargets",
        "application-autoscaling:DescribeScalingPolicies",
        "application-autoscaling:DescribeScheduledActions",
    ),
)
def scaling(case: TableCase) -> Iterator[FactOutcome]:
    """Bounds, target and schedules decide both the bill and what is throttled.

    Scaling that nobody declared would fight each declared capacity.
    """
    declared = {target.side: target for target in case.declared.scaling}
    live = {target.side: target for target in case.live.scaling}
    reason = case.live.unread.get("scaling")
    for side in (*declared, *(side for side in live if side not in declared)):
        yield compared(
            f"scaling of {side}",
            _declared_scaling(declared[side], live.get(side))
            if side in declared
            else formatting.NONE,
            _live_scaling(live[side]) if side in live else formatting.NONE,
            reason,
            BEYOND if _names(live.get(side)) - _names(declared.get(side)) else SET_BACK,
        )


@rule(
    "TW120",
    "table",
    "What scales its capacity carries the declared tags and no other",
    ("application-autoscaling:ListTagsForResource",),
)
def scaling_tags(case: TableCase) -> Iterator[FactOutcome]:
    """Who may change the scaling can be held to its tags; where none are declared, any may be."""
    declared = case.declared.tags
    sides = {target.side for target in case.declared.scaling}
    for target in case.live.scaling:
        if declared and target.side in sides:
            fact = f"tags of the scaling of {target.side}"
            match target.tags:
                case Unread(reason):
                    yield from tags_outcome(declared, None, reason, fact)
                case live_tags:
                    yield from tags_outcome(declared, live_tags, None, fact)


def _names(target: declared_scaling.Scaling | live_scaling.LiveScaling | None) -> set[str]:
    """What scales as resources of their own: the side itself, and its schedules by name."""
    return set() if target is None else {"", *(schedule.name for schedule in target.schedules)}


def _declared_scaling(
    declared: declared_scaling.Scaling, live: live_scaling.LiveScaling | None
) -> str:
    """In words; a bound that a schedule has moved is told as it is, which is what was declared."""
    low, high = (live.minimum, live.maximum) if live else (declared.minimum, declared.maximum)
    low_is_moved, high_is_moved = declared.bounds_of_schedules((low, high))
    return _scaling_words(
        low if low_is_moved else declared.minimum,
        high if high_is_moved else declared.maximum,
        None if declared.target is None else _tracking(declared, float(declared.target)),
        declared.suspended,
        declared.schedules,
    )


def _live_scaling(live: live_scaling.LiveScaling) -> str:
    if len(live.policies) > 1 or live.beyond:
        return formatting.listed([f"{len(live.policies)} target-tracking policies", *live.beyond])
    policy = live.policies[0] if live.policies else None
    return _scaling_words(
        live.minimum,
        live.maximum,
        None if policy is None else _tracking(policy, policy.target),
        live.suspended,
        live.schedules,
    )


def _tracking(
    target_tracking: declared_scaling.Scaling | live_scaling.TargetTracking, target: float
) -> str:
    parts = [f"at {target:g} %"]
    cooldowns = (
        target_tracking.scale_in_cooldown_seconds or 0,
        target_tracking.scale_out_cooldown_seconds or 0,
    )
    if any(cooldowns):
        parts.append("pauses {} s in, {} s out".format(*cooldowns))
    if target_tracking.disable_scale_in:
        parts.append("never in")
    return "; ".join(parts)


def _scaling_words(
    minimum: int,
    maximum: int,
    tracking: str | None,
    suspended: Suspension,
    schedules: tuple[Any, ...],
) -> str:
    parts = [f"{minimum} to {maximum} units/s {tracking or 'without a policy'}"]
    halted = {
        "in": suspended.scale_in,
        "out": suspended.scale_out,
        "schedules": suspended.scheduled,
    }
    if any(halted.values()):
        parts.append("suspended: " + ", ".join(name for name, is_on in halted.items() if is_on))
    return "; ".join([*parts, *sorted(_schedule(schedule) for schedule in schedules)])


def _schedule(schedule: Any) -> str:
    bounds = f"{schedule.minimum or 'same'} to {schedule.maximum or 'same'}"
    during = "".join(
        f" {word} {_moment(moment)}"
        for word, moment in (("from", schedule.start), ("until", schedule.end))
        if moment
    )
    return f"{schedule.name}: {bounds} {schedule.schedule} {schedule.timezone}{during}"


def _moment(value: str | datetime) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    zoned = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return zoned.astimezone(UTC).isoformat()


@rule(
    "TW119",
    "table",
    "Its changes go to the declared Kinesis stream, or to none",
    ("dynamodb:DescribeKinesisStreamingDestination",),
)
def kinesis(case: TableCase) -> Iterator[FactOutcome]:
    """A copy of every change is personal data too, wherever it goes."""
    declared = case.declared.kinesis
    expected = (
        f"{declared.stream_arn} ({declared.precision}, ACTIVE)" if declared else formatting.OFF
    )
    live = [
        f"{destination.stream_arn} ({destination.precision or 'MILLISECOND'}, {destination.status})"
        for destination in case.live.kinesis
    ]
    actual = formatting.listed(live) if live else formatting.OFF
    fix = SET_BACK if declared else BEYOND
    yield compared("Kinesis", expected, actual, case.live.unread.get("kinesis"), fix)


@rule(
    "TW141",
    "table",
    "Its resource policy does exactly what was declared",
    ("dynamodb:GetResourcePolicy",),
)
def resource_policy(case: TableCase) -> Iterator[FactOutcome]:
    """A resource policy opens the table to others without any change on their side."""
    yield _policy(
        "resource policy",
        case.declared.resource_policy,
        case.live.policy,
        case.live.unread.get("policy"),
    )


@rule(
    "TW142",
    "table",
    "The resource policy of its stream does exactly what was declared",
    ("dynamodb:GetResourcePolicy",),
)
def stream_policy(case: TableCase) -> Iterator[FactOutcome]:
    """It is gone with the stream, and a new stream begins without it."""
    if case.declared.stream_policy is not None or case.live.reading.stream_arn is not None:
        yield _policy(
            "stream policy",
            case.declared.stream_policy,
            case.live.stream_policy,
            case.live.unread.get("stream_policy"),
        )


def _policy(
    fact: str,
    declared: Mapping[str, Any] | None,
    live: Mapping[str, Any] | None,
    reason: str | None,
) -> FactOutcome:
    expected = effects(declared or {})
    if reason is not None:
        return unknown(fact, shown(expected), reason)
    return same_effects(fact, expected, effects(live or {}), SET_BACK if declared else BEYOND)


@rule(
    "TW143",
    "table",
    "It has the declared replicas, ACTIVE, and no other",
    ("dynamodb:DescribeTable",),
)
def replicas(case: TableCase) -> Iterator[FactOutcome]:
    """A region that is missing serves nobody; one too many is paid for with each write."""
    declared = case.declared.global_table
    reading = case.live.reading
    live = {replica.region: replica for replica in reading.replicas}
    live.pop(case.live.region, None)
    wanted = {replica.region: False for replica in declared.replicas} if declared else {}
    if declared and declared.witness_region:
        wanted[declared.witness_region] = True
    for region, witness in wanted.items():
        fact = f"{'witness' if witness else 'replica'} in {region}"
        there = live.pop(region, None)
        if there is None or there.witness != witness:
            yield failed(fact, "ACTIVE", "no such replica", AGAIN)
        else:
            yield compared(fact, "ACTIVE", there.status, None, "wait until it is ACTIVE")
    for region in sorted(live):
        yield failed(f"replica in {region}", "not declared", "exists", BEYOND)
    if declared and wanted:
        strong = declared.consistency == "STRONG"
        yield _consistency(strong=strong, live_strong=reading.strong)


def _consistency(*, strong: bool, live_strong: bool) -> FactOutcome:
    names = {True: "STRONG", False: "EVENTUAL"}
    if strong == live_strong:
        return passed("consistency of regions", names[strong])
    fix = "declare the live value, or a new table: it never changes"
    return failed("consistency of regions", names[strong], names[live_strong], fix)


RULES = (
    scaling,
    scaling_tags,
    kinesis,
    resource_policy,
    stream_policy,
    replicas,
)
