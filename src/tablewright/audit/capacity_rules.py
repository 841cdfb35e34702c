"""Rules on what is paid for, and what throttles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from tablewright.fleet.manifest_scaling import sayable_scaling
from tablewright.fleet.reading import Unread
from tablewright.plan.scaling import Direction
from tablewright.plan.table import Throughput

from .evidence import AuditedTable
from .rule import AuditProblem, Severity, audit_rule

ROOM = 10
"""Of its present capacity a side may scale to so many times as much, and to as small a part."""
MOST_DECREASES = 27
"""Of a table's or an index's capacity on one day (Developer Guide, quotas)."""
QUOTA_SHARE = 0.8
"""From which share of a quota on it is told (Config dynamodb-throughput-limit-check)."""
_SCALING = ("application-autoscaling:DescribeScalableTargets",)
_POLICIES = (
    *_SCALING,
    "application-autoscaling:DescribeScalingPolicies",
    "application-autoscaling:DescribeScheduledActions",
)


@audit_rule(
    "TW221",
    "Its capacity follows its use: on demand, or provisioned and scaled",
    Severity.MEDIUM,
    ("dynamodb:DescribeTable", *_SCALING),
    (
        "Security Hub DynamoDB.1",
        "Config dynamodb-autoscaling-enabled",
        "Checkov CKV2_AWS_16",
        "Prowler dynamodb_table_autoscaling_enabled",
        "Guard billing_mode_rule",
    ),
)
def scaled(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Fixed capacity is paid for day and night, and throttles what exceeds it."""
    if table.live.table.billing_mode == "PAY_PER_REQUEST":
        return
    if unread := table.unread("scaling"):
        yield unread
        return
    for index, units in _parts(table):
        yield from _fixed(table, index, units)


def _parts(table: AuditedTable) -> Iterator[tuple[str | None, Throughput]]:
    """The table (None) and its indexes, where their capacity is provisioned."""
    every = [(None, table.live.table.throughput)]
    for index, units in (
        *every,
        *((index.name, index.throughput) for index in table.live.table.global_indexes or ()),
    ):
        if units is not None:
            yield index, units


def _fixed(table: AuditedTable, index: str | None, units: Throughput) -> Iterator[AuditProblem]:
    """A side that never scales; the other one may, and then has its block already."""
    scaling = {target.direction for target in table.live.scaling if target.index == index}
    sides: list[Direction] = [side for side in get_args(Direction) if side not in scaling]
    if not sides:
        return
    numbers = {"read": units.read, "write": units.write}
    text = ", ".join(
        f"{side}: {{minCapacity: {-(-numbers[side] // ROOM)}, maxCapacity: {numbers[side] * ROOM}}}"
        for side in sides
    )
    where = f"index {index}" if index else "the table"
    below = f"globalSecondaryIndexes[{index}]" if index else ""
    written = any(target.index == index for target in sayable_scaling(table.live))
    yield AuditProblem(
        f"Fixed {' and '.join(sides)} capacity of {where}: paid for when idle, throttled when "
        "busy. Let it scale, or pay per request; `optimize` says which is cheaper by how it was "
        "used, and between which bounds.",
        text if written else f"autoScaling: {{{text}}}",
        ".".join(part for part in (below, "autoScaling" if written else "") if part),
    )


@audit_rule(
    "TW222",
    "Nothing scales an on-demand table",
    Severity.LOW,
    ("dynamodb:DescribeTable", *_SCALING),
)
def leftover(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """A scaling target that stays behind when a table goes on demand does nothing.

    Until somebody goes back to provisioned capacity, and finds bounds that nobody remembers.
    """
    if table.live.table.billing_mode != "PAY_PER_REQUEST":
        return
    if unread := table.unread("scaling"):
        yield unread
    for target in table.live.scaling:
        yield AuditProblem(
            f"The {target.side} have a scaling target ({target.minimum} to {target.maximum}) "
            "though the table is on demand.",
            remedy="Deregister it: `aws application-autoscaling deregister-scalable-target "
            f"--service-namespace dynamodb --resource-id {target.place[0]} "
            f"--scalable-dimension {target.place[1]}`.",
        )


@audit_rule("TW223", "No scaling is suspended", Severity.MEDIUM, _SCALING)
def suspended(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Suspension is meant for an hour of maintenance.

    Forgotten, it leaves fixed capacity that looks scaled in every console.
    """
    if unread := table.unread("scaling"):
        yield unread
    for target in table.live.scaling:
        paused = [
            words
            for words, off in (
                ("scaling in", target.suspended.scale_in),
                ("scaling out", target.suspended.scale_out),
                ("schedules", target.suspended.scheduled),
            )
            if off
        ]
        if paused:
            yield AuditProblem(
                f"Of its {target.side} {' and '.join(paused)} is suspended.",
                remedy="Remove `suspendedState` from its `autoScaling`, or resume it by "
                "`aws application-autoscaling register-scalable-target --suspended-state`.",
            )


@audit_rule("TW224", "What can scale has something that scales it", Severity.MEDIUM, _POLICIES)
def driven(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """A target without a policy and without a schedule never changes anything.

    One whose bounds are equal cannot.
    """
    if unread := table.unread("scaling"):
        yield unread
    for target in table.live.scaling:
        if not (target.policies or target.schedules or target.beyond):
            reason = "neither a policy nor a schedule moves them"
        elif target.minimum == target.maximum and not target.schedules:
            reason = f"least and most are both {target.minimum}"
        else:
            continue
        yield AuditProblem(
            f"The {target.side} are registered to scale and never will: {reason}.",
            remedy="Give its `autoScaling` a target and bounds that differ.",
        )


@audit_rule("TW225", "Its capacity can still be lowered today", Severity.MEDIUM)
def decreases(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """AWS lets a capacity be lowered 27 times a day at most.

    What scales up and down all day is stuck at its last peak until midnight UTC, and is paid
    for.
    """
    for index, count in table.live.reading.decreases_today.items():
        if count >= MOST_DECREASES:
            where = f"index {index}" if index else "the table"
            yield AuditProblem(
                f"The capacity of {where} was lowered {count} times today: not again before "
                "midnight UTC.",
                remedy="Give its scaling a longer `scaleInCooldown`, a higher `minCapacity`, or go "
                "on demand.",
            )


@audit_rule(
    "TW226",
    "Its provisioned capacity is well below the account's quota",
    Severity.MEDIUM,
    ("dynamodb:DescribeLimits",),
    (
        "Config dynamodb-throughput-limit-check",
        "Guard throughput_limit_check",
        "Trusted Advisor 6gtQddfEw6",
        "Trusted Advisor c5ftjdfkMr",
    ),
)
def quota(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """At the quota scaling stops and writes are throttled; raising it takes a request and a day."""
    parts = list(_parts(table))
    limits = table.region.limits
    if not parts or limits is None:
        return
    if isinstance(limits, Unread):
        yield limits
        return
    for side, number, most in (
        ("read", sum(units.read for _, units in parts), limits.table_read),
        ("write", sum(units.write for _, units in parts), limits.table_write),
    ):
        if number >= QUOTA_SHARE * most:
            yield AuditProblem(
                f"Table and indexes have {number} {side} units of a quota of {most} a table.",
                remedy="Ask for a higher quota in Service Quotas.",
            )


@audit_rule("TW227", "An on-demand table has a ceiling", Severity.LOW)
def ceiling(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """A loop that runs wild costs what it asks for.

    On demand there is no other limit than the account's quota, 40,000 units a second.
    """
    live = table.live.table
    maximum = live.on_demand_maximum
    if live.billing_mode != "PAY_PER_REQUEST" or maximum is None:
        return
    fields = [
        field
        for field, units in (
            ("maxReadRequestUnits", maximum.read),
            ("maxWriteRequestUnits", maximum.write),
        )
        if units is None
    ]
    if fields:
        yield AuditProblem(
            "On demand without a ceiling: a loop that runs wild costs what it asks for.",
            remedy=f"Give `spec.onDemandThroughput` {' and '.join(f'`{name}`' for name in fields)}"
            " some way above the highest peak.",
        )


RULES = (scaled, leftover, suspended, driven, decreases, quota, ceiling)
