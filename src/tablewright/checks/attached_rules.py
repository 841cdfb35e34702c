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
from .table_rules import TableCase, tags_outcome
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
    said = {one.side: one for one in case.declared.scaling}
    lives = {one.side: one for one in case.live.scaling}
    reason = case.live.unread.get("scaling")
    for side in (*said, *(side for side in lives if side not in said)):
        yield compared(
            f"scaling of {side}",
            _declared_scaling(said[side], lives.get(side)) if side in said else formatting.NONE,
            _live_scaling(lives[side]) if side in lives else formatting.NONE,
            reason,
            BEYOND if _names(lives.get(side)) - _names(said.get(side)) else SET_BACK,
        )


@rule(
    "TW120",
    "table",
    "What scales its capacity carries the declared tags and no other",
    ("application-autoscaling:ListTagsForResource",),
)
def scaling_tags(case: TableCase) -> Iterator[FactOutcome]:
    """Who may change the scaling can be held to its tags; where none are declared, any may be."""
    said = case.declared.tags
    sides = {one.side for one in case.declared.scaling}
    for one in case.live.scaling:
        if said and one.side in sides:
            fact = f"tags of the scaling of {one.side}"
            match one.tags:
                case Unread(reason):
                    yield from tags_outcome(said, None, reason, fact)
                case lives:
                    yield from tags_outcome(said, lives, None, fact)


def _names(one: declared_scaling.Scaling | live_scaling.LiveScaling | None) -> set[str]:
    """What scales as resources of their own: the side itself, and its schedules by name."""
    return set() if one is None else {"", *(schedule.name for schedule in one.schedules)}


def _declared_scaling(one: declared_scaling.Scaling, lives: live_scaling.LiveScaling | None) -> str:
    """In words; a bound that a schedule has moved is told as it is, which is what was declared."""
    low, high = (lives.minimum, lives.maximum) if lives else (one.minimum, one.maximum)
    low_is_moved, high_is_moved = one.bounds_of_schedules((low, high))
    return _scaling_words(
        low if low_is_moved else one.minimum,
        high if high_is_moved else one.maximum,
        None if one.target is None else _tracking(one, float(one.target)),
        one.suspended,
        one.schedules,
    )


def _live_scaling(one: live_scaling.LiveScaling) -> str:
    if len(one.policies) > 1 or one.beyond:
        return formatting.listed([f"{len(one.policies)} target-tracking policies", *one.beyond])
    policy = one.policies[0] if one.policies else None
    return _scaling_words(
        one.minimum,
        one.maximum,
        None if policy is None else _tracking(policy, policy.target),
        one.suspended,
        one.schedules,
    )


def _tracking(one: declared_scaling.Scaling | live_scaling.TargetTracking, target: float) -> str:
    parts = [f"at {target:g} %"]
    cooldowns = (one.scale_in_cooldown_seconds or 0, one.scale_out_cooldown_seconds or 0)
    if any(cooldowns):
        parts.append("pauses {} s in, {} s out".format(*cooldowns))
    if one.disable_scale_in:
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
    return "; ".join([*parts, *sorted(_schedule(one) for one in schedules)])


def _schedule(one: Any) -> str:
    bounds = f"{one.minimum or 'same'} to {one.maximum or 'same'}"
    during = "".join(
        f" {word} {_moment(moment)}"
        for word, moment in (("from", one.start), ("until", one.end))
        if moment
    )
    return f"{one.name}: {bounds} {one.schedule} {one.timezone}{during}"


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
    said = case.declared.kinesis
    expected = f"{said.stream_arn} ({said.precision}, ACTIVE)" if said else formatting.OFF
    lives = [
        f"{one.stream_arn} ({one.precision or 'MILLISECOND'}, {one.status})"
        for one in case.live.kinesis
    ]
    actual = formatting.listed(lives) if lives else formatting.OFF
    fix = SET_BACK if said else BEYOND
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
    fact: str, said: Mapping[str, Any] | None, lives: Mapping[str, Any] | None, reason: str | None
) -> FactOutcome:
    expected = effects(said or {})
    if reason is not None:
        return unknown(fact, shown(expected), reason)
    return same_effects(fact, expected, effects(lives or {}), SET_BACK if said else BEYOND)


@rule(
    "TW143",
    "table",
    "It has the declared replicas, ACTIVE, and no other",
    ("dynamodb:DescribeTable",),
)
def replicas(case: TableCase) -> Iterator[FactOutcome]:
    """A region that is missing serves nobody; one too many is paid for with each write."""
    said = case.declared.global_table
    reading = case.live.reading
    lives = {replica.region: replica for replica in reading.replicas}
    lives.pop(case.live.region, None)
    wanted = {replica.region: False for replica in said.replicas} if said else {}
    if said and said.witness_region:
        wanted[said.witness_region] = True
    for region, witness in wanted.items():
        fact = f"{'witness' if witness else 'replica'} in {region}"
        there = lives.pop(region, None)
        if there is None or there.witness != witness:
            yield failed(fact, "ACTIVE", "no such replica", AGAIN)
        else:
            yield compared(fact, "ACTIVE", there.status, None, "wait until it is ACTIVE")
    for region in sorted(lives):
        yield failed(f"replica in {region}", "not declared", "exists", BEYOND)
    if said and wanted:
        strong = said.consistency == "STRONG"
        yield _consistency(strong=strong, lives=reading.strong)


def _consistency(*, strong: bool, lives: bool) -> FactOutcome:
    said = {True: "STRONG", False: "EVENTUAL"}
    if strong == lives:
        return passed("consistency of regions", said[strong])
    fix = "declare what lives, or a new table: it never changes"
    return failed("consistency of regions", said[strong], said[lives], fix)


RULES = (
    scaling,
    scaling_tags,
    kinesis,
    resource_policy,
    stream_policy,
    replicas,
)
