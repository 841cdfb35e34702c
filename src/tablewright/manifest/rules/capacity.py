"""Capacity: what goes with which billing mode, and bounds that make sense."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.manifest.documents.node import Path
from tablewright.manifest.models import GlobalSecondaryIndex, ScalingPolicy, TableSpec
from tablewright.manifest.rules.finding import SPEC, STACK_QUOTAS, Finding, Subject, at
from tablewright.manifest.rules.schedules import out_of_order, schedules_are_possible

Holder = TableSpec | GlobalSecondaryIndex
ON_DEMAND = (12_000, 4_000)
"""Reads and writes a second that every on-demand table and index can serve from the start."""

_MODE = at("billingMode")
_OF_A_POLICY = (
    "target_utilization",
    "scale_in_cooldown",
    "scale_out_cooldown",
    "disable_scale_in",
    "policy_name",
)
"""Fields that say how a target is tracked."""


def fits_the_billing_mode(subject: Subject) -> Iterator[Finding]:
    """Units are bought when provisioned, and have ceilings on demand; never the other way round."""
    mode = subject.spec.billing_mode
    for path, holder in _holders(subject.spec):
        if mode == "PROVISIONED":
            yield from _lacks_capacity(path, holder)
        misplaced = {
            "onDemandThroughput": mode == "PROVISIONED" and holder.on_demand_throughput,
            "provisionedThroughput": mode != "PROVISIONED" and holder.provisioned_throughput,
            "autoScaling": mode != "PROVISIONED" and holder.auto_scaling,
        }
        for name, is_misplaced in misplaced.items():
            if is_misplaced:
                other = "PAY_PER_REQUEST" if mode == "PROVISIONED" else "PROVISIONED"
                yield Finding(
                    (*path, name),
                    f"`{name}` does not go with billing mode {mode}",
                    f"remove it, or set `billingMode: {other}` on the table",
                    reads=(_MODE,),
                )


def _lacks_capacity(path: Path, holder: Holder) -> Iterator[Finding]:
    scaling = holder.auto_scaling
    if holder.provisioned_throughput or (scaling and scaling.read and scaling.write):
        return
    what = "the table" if path == SPEC else f"index `{getattr(holder, 'name', '')}`"
    yield Finding(
        _MODE if path == SPEC else path,
        f"with billing mode PROVISIONED {what} needs a capacity",
        "add `provisionedThroughput: {readCapacityUnits: 5, writeCapacityUnits: 5}`, or "
        "`autoScaling` for reads and writes",
        reads=(_MODE, (*path, "provisionedThroughput"), (*path, "autoScaling")),
    )


def within_the_quota(subject: Subject) -> Iterator[Finding]:
    """AWS has a quota for the units of one table or index, bought or as a ceiling on demand."""
    most = subject.stack.spec.quotas.throughput
    for path, holder in _holders(subject.spec):
        for below, units in _units(holder):
            if units > most:
                yield Finding(
                    (*path, *below),
                    f"{units:,} is above {most:,}, the quota of a table or index",
                    "lower it, or say in `quotas` of the stack what AWS has raised it to",
                    reads=((*STACK_QUOTAS, "throughput"),),
                )


def _units(holder: Holder) -> Iterator[tuple[Path, int]]:
    """All units that a holder asks for from the start."""
    for name, throughput in (
        ("provisionedThroughput", holder.provisioned_throughput),
        ("onDemandThroughput", holder.on_demand_throughput),
    ):
        for side, units in throughput.model_dump().items() if throughput else ():
            if units is not None:
                yield (name, side), units
    for side, policy in _policies(holder):
        yield ("autoScaling", side, "minCapacity"), policy.min_capacity


def warm_is_more_than_cold(subject: Subject) -> Iterator[Finding]:
    """A table can serve so much from the start that asking for less is refused.

    Source: Developer Guide, Understanding DynamoDB warm throughput.
    """
    provisioned = subject.spec.billing_mode == "PROVISIONED"
    for path, holder in _holders(subject.spec):
        warm, bought = holder.warm_throughput, holder.provisioned_throughput
        if warm is None or (provisioned and bought is None):
            continue
        cold = (bought.read_capacity_units, bought.write_capacity_units) if bought else ON_DEMAND
        for (side, units), least in zip(warm.model_dump().items(), cold, strict=True):
            if units < least:
                whose = "it is provisioned" if provisioned else "any on-demand table has"
                yield Finding(
                    (*path, "warmThroughput", side),
                    f"{units:,} is less than the {least:,} that {whose}",
                    f"use at least {least}, or remove `warmThroughput`",
                    reads=(_MODE, (*path, "provisionedThroughput")),
                )


def ceilings_say_something(subject: Subject) -> Iterator[Finding]:
    """A ceiling on nothing is a forgotten line."""
    for path, holder in _holders(subject.spec):
        ceilings = holder.on_demand_throughput
        if ceilings and not (ceilings.max_read_request_units or ceilings.max_write_request_units):
            yield Finding(
                (*path, "onDemandThroughput"),
                "`onDemandThroughput` sets no ceiling",
                "set `maxReadRequestUnits`, `maxWriteRequestUnits` or both, or remove it",
                reads=(
                    (*path, "onDemandThroughput", "maxReadRequestUnits"),
                    (*path, "onDemandThroughput", "maxWriteRequestUnits"),
                ),
            )


def scaling_is_possible(subject: Subject) -> Iterator[Finding]:
    """Bounds in order, schedules that set something, names once."""
    for path, holder in _holders(subject.spec):
        if holder.auto_scaling is None:
            continue
        for side, policy in _policies(holder):
            yield from _policy(policy, (*path, "autoScaling", side))
        if holder.auto_scaling.read is None and holder.auto_scaling.write is None:
            yield Finding(
                (*path, "autoScaling"),
                "`autoScaling` scales nothing",
                "add `read`, `write` or both, or remove it",
                reads=((*path, "autoScaling", "read"), (*path, "autoScaling", "write")),
            )


def _policy(policy: ScalingPolicy, path: Path) -> Iterator[Finding]:
    if not policy.target_tracking:
        yield from _untracked(policy, path)
    if policy.min_capacity > policy.max_capacity:
        yield out_of_order(path, policy.min_capacity, policy.max_capacity)
    yield from schedules_are_possible(policy, (*path, "schedules"))


def _untracked(policy: ScalingPolicy, path: Path) -> Iterator[Finding]:
    """What a policy would be told, where there is none."""
    for name in _OF_A_POLICY:
        if getattr(policy, name) != ScalingPolicy.model_fields[name].default:
            alias = ScalingPolicy.model_fields[name].alias
            yield Finding(
                (*path, str(alias)),
                f"`{alias}` is a setting of the scaling policy, and `targetTracking: false` means "
                "none",
                "remove one of the two",
                reads=((*path, "targetTracking"),),
            )


def _holders(spec: TableSpec) -> Iterator[tuple[Path, Holder]]:
    yield SPEC, spec
    for number, index in enumerate(spec.global_secondary_indexes):
        yield at("globalSecondaryIndexes", number), index


def _policies(holder: Holder) -> Iterator[tuple[str, ScalingPolicy]]:
    if holder.auto_scaling and holder.auto_scaling.read:
        yield "read", holder.auto_scaling.read
    if holder.auto_scaling and holder.auto_scaling.write:
        yield "write", holder.auto_scaling.write


RULES = (
    fits_the_billing_mode,
    within_the_quota,
    warm_is_more_than_cold,
    ceilings_say_something,
    scaling_is_possible,
)
