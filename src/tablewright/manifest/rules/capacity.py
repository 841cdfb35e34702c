"""Capacity: what goes with which billing mode, and bounds that make sense."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tablewright.manifest.models import (
    GlobalSecondaryIndex,
    ScalingPolicy,
    ScalingSchedule,
    TableSpec,
)
from tablewright.manifest.node import Path
from tablewright.manifest.rules.finding import SPEC, Finding, Subject, at

Holder = TableSpec | GlobalSecondaryIndex
_MODE = at("billingMode")


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
        for side in ("read", "write"):
            policy: ScalingPolicy | None = getattr(holder.auto_scaling, side)
            if policy:
                yield from _policy(policy, (*path, "autoScaling", side))
        if holder.auto_scaling.read is None and holder.auto_scaling.write is None:
            yield Finding(
                (*path, "autoScaling"),
                "`autoScaling` scales nothing",
                "add `read`, `write` or both, or remove it",
                reads=((*path, "autoScaling", "read"), (*path, "autoScaling", "write")),
            )


def _policy(policy: ScalingPolicy, path: Path) -> Iterator[Finding]:
    if policy.min_capacity > policy.max_capacity:
        yield _out_of_order(path, policy.min_capacity, policy.max_capacity)
    names: set[str] = set()
    for number, schedule in enumerate(policy.schedules):
        here = (*path, "schedules", number)
        if schedule.name in names:
            message = f"two schedules are called `{schedule.name}`"
            yield Finding((*here, "name"), message, "give one of them another name")
        names.add(schedule.name)
        yield from _schedule(schedule, here)


def _schedule(schedule: ScalingSchedule, path: Path) -> Iterator[Finding]:
    least, most = schedule.min_capacity, schedule.max_capacity
    if least is None and most is None:
        yield Finding(
            path,
            f"schedule `{schedule.name}` changes nothing",
            "set `minCapacity`, `maxCapacity` or both",
            reads=((*path, "minCapacity"), (*path, "maxCapacity")),
        )
    elif least is not None and most is not None and least > most:
        yield _out_of_order(path, least, most)
    for name, text in (("startTime", schedule.start_time), ("endTime", schedule.end_time)):
        if text is not None and moment(text) is None:
            yield Finding(
                (*path, name), f"`{text}` is no moment", "write it as `2026-12-24T18:00:00Z`"
            )


def _out_of_order(path: Path, least: int, most: int) -> Finding:
    return Finding(
        (*path, "minCapacity"),
        f"`minCapacity` {least} is above `maxCapacity` {most}",
        "swap them, or raise `maxCapacity`",
        reads=((*path, "maxCapacity"),),
    )


def moment(text: str) -> datetime | None:
    """The moment an ISO 8601 text with a time zone means, if it means one."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return value if value.tzinfo else None


def _holders(spec: TableSpec) -> Iterator[tuple[Path, Holder]]:
    yield SPEC, spec
    for number, index in enumerate(spec.global_secondary_indexes):
        yield at("globalSecondaryIndexes", number), index


RULES = (fits_the_billing_mode, ceilings_say_something, scaling_is_possible)
