"""What a live table does against good practice, each with the line that would mend it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tablewright.checks.firing import obstacles
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable

MANDATORY_TAGS = ("Environment", "Team", "CostCenter")


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to mend.

    Args:
        what: the fact and why it matters, one sentence.
        line: what to add to, or to change in, the table's `spec`; empty if no one line does it.
    """

    what: str
    line: str = ""


def advice(live: LiveTable, alarms: Sequence[LiveAlarm] | None) -> Iterator[Advice]:
    """Everything to mend about a table, what may lose data first; unread facts give no advice.

    Args:
        live: the table.
        alarms: those that watch it; None when they could not be read.
    """
    table = live.table
    if live.reading.owner is not None:
        yield Advice(
            f"It belongs to the stack {live.reading.owner} already; a table has one owner. "
            f"Release it there before you deploy this: `tablewright release {live.name}`."
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
    if live.table.throughput is None or "scaling" in live.unread:
        return
    scaled = {(one.index, one.direction) for one in live.scaling}
    places = [None, *(index.name for index in live.table.global_indexes or ())]
    fixed = [
        place or "the table"
        for place in places
        if not {(place, "read"), (place, "write")} <= scaled
    ]
    if fixed:
        yield Advice(
            f"Fixed capacity ({', '.join(fixed)}): paid for when idle, throttled when busy. "
            "Use `autoScaling`, or pay per request.",
            "billingMode: PAY_PER_REQUEST",
        )


def _tags(live: LiveTable) -> Iterator[Advice]:
    if live.table.tags is None:
        return
    missing = [name for name in MANDATORY_TAGS if name not in live.table.tags]
    if missing:
        said = ", ".join(f"{name}: ..." for name in missing)
        yield Advice(f"Lacks the tags {', '.join(missing)}.", f"tags: {{{said}}}")


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
