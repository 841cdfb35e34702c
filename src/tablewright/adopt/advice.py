"""What a live table does against good practice, each with the line that would fix it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tablewright.checks.alarm_reachability import obstacles
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable
from tablewright.plan.table import Throughput

from .specification import sayable_scaling

ROOM = 10
"""How many times its present capacity a side may scale to, to begin with."""
MANDATORY_TAGS = ("Environment", "Team", "CostCenter")


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to fix.

    Args:
        what: the fact and why it matters, one sentence.
        line: what to add to the table's `spec`; empty if no one line does it.
        below: which of its fields to add it to; empty for `spec` itself.
    """

    what: str
    line: str = ""
    below: str = ""

    def __str__(self) -> str:
        """All in one sentence."""
        where = f" below {self.below}" if self.below else ""
        return f"{self.what} (add{where} `{self.line}`)" if self.line else self.what


def advice(live: LiveTable, alarms: Sequence[LiveAlarm] | None) -> Iterator[Advice]:
    """Everything to fix about a table, what may lose data first; unread facts give no advice.

    Args:
        live: the table.
        alarms: those that watch it; None when they could not be read.
    """
    table = live.table
    if live.reading.owner is not None:
        yield Advice(
            f"It belongs to the stack {live.reading.owner} already; a table has one owner. "
            f"Release it there before you deploy this: `tablewright release MANIFESTS --table "
            f"{live.name}`."
        )
    if live.reading.status != "ACTIVE":
        yield Advice(
            f"It is {live.reading.status}: what is written here may be on its way to something "
            "else. Adopt it again once it is ACTIVE."
        )
    if table.recovery is not None and not table.recovery.days:
        yield Advice(
            "No point-in-time recovery: a bad write cannot be undone.", "recovery: {days: 35}"
        )
    if not table.deletion_protection:
        yield Advice(
            "No deletion protection: one call deletes it with all its items.",
            "deletionProtection: true",
        )
    yield from _capacity(live)
    yield from _tags(live)
    if alarms is not None:
        yield from _alarms(live, alarms)


def _capacity(live: LiveTable) -> Iterator[Advice]:
    if "scaling" in live.unread:
        return
    parts: list[tuple[str | None, Throughput | None]] = [(None, live.table.throughput)]
    parts += [(index.name, index.throughput) for index in live.table.global_indexes or ()]
    for index, units in parts:
        if units is not None:
            yield from _fixed(live, index, units)


def _fixed(live: LiveTable, index: str | None, units: Throughput) -> Iterator[Advice]:
    """A side that never scales; the other one may, and then has its block already."""
    scaled = {target.direction for target in live.scaling if target.index == index}
    fixed = {"read": units.read, "write": units.write}
    lines = [
        f"{side}: {{minCapacity: {number}, maxCapacity: {number * ROOM}}}"
        for side, number in fixed.items()
        if side not in scaled
    ]
    if not lines:
        return
    where = f"index {index}" if index else "the table"
    below = f"globalSecondaryIndexes[{index}]" if index else ""
    text = ", ".join(lines)
    written = any(target.index == index for target in sayable_scaling(live))
    yield Advice(
        f"Fixed {' and '.join(side for side in fixed if side not in scaled)} capacity of {where}: "
        "paid for when idle, throttled when busy. Let it scale, or pay per request.",
        text if written else f"autoScaling: {{{text}}}",
        ".".join(part for part in (below, "autoScaling" if written else "") if part),
    )


def _tags(live: LiveTable) -> Iterator[Advice]:
    if live.table.tags is None:
        return
    missing = [name for name in MANDATORY_TAGS if name not in live.table.tags]
    if missing:
        text = ", ".join(f"{name}: ..." for name in missing)
        yield Advice(f"Lacks the tags {', '.join(missing)}.", f"tags: {{{text}}}")


def _alarms(live: LiveTable, alarms: Sequence[LiveAlarm]) -> Iterator[Advice]:
    indexes = {live.name: [index.name for index in live.table.global_indexes or ()]}
    for alarm in alarms:
        reasons = obstacles(alarm.alarm, indexes)
        if reasons:
            yield Advice(f"Alarm {alarm.alarm.name} cannot fire: {'; '.join(reasons)}.")
    if not alarms:
        yield Advice(
            "No alarm watches it.",
            "alarms: {systemErrors: {}, readThrottles: {}, writeThrottles: {}}",
        )
