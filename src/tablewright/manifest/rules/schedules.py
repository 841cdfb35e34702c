"""Scheduled scaling: expressions, time zones, moments (Application Auto Scaling User Guide)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from tablewright.manifest.documents.node import Path
from tablewright.manifest.messages.vocabulary import nearest_word, shown
from tablewright.manifest.models import ScalingPolicy, ScalingSchedule
from tablewright.manifest.rules.finding import Finding, repeated

_EXPRESSION = re.compile(r"(at|rate|cron)\((.*)\)")
_RATE = re.compile(r"[1-9]\d{0,8} (minute|hour|day)s?")
_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f:/|]+")
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
_DAYS = "SUN MON TUE WED THU FRI SAT"


class _Field:
    """One field of a cron expression: numbers in bounds, names for them, and what is special."""

    def __init__(
        self, what: str, low: int, high: int, names: str = "", special: str = r"(?!)"
    ) -> None:
        self.what, self.low, self.high = what, low, high
        self.numbers: Mapping[str, int] = {
            name: low + offset for offset, name in enumerate(names.split())
        }
        self.special = re.compile(special)

    def accepts(self, text: str) -> bool:
        """Whether each part of the field means something: `*`, `5`, `MON-FRI`, `0/15`, `L`."""
        return all(self.special.fullmatch(part) or self._is_range(part) for part in text.split(","))

    def _is_range(self, part: str) -> bool:
        base, slash, step = part.partition("/")
        if slash and not (step.isdecimal() and int(step)):
            return False
        first, dash, last = base.partition("-")
        return (first == "*" and not dash) or (
            self._is_value(first) and (not dash or self._is_value(last))
        )

    def _is_value(self, text: str) -> bool:
        number = int(text) if text.isdecimal() and len(text) <= len("2199") else -1
        return self.low <= self.numbers.get(text, number) <= self.high


_CRON = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("day of month", 1, 31, special=r"\?|L|LW|\d{1,2}W|L-\d{1,2}"),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 1, 7, _DAYS, special=r"\?|L|([1-7]|[A-Z]{3})(L|#[1-5])"),
    _Field("year", 1970, 2199),
)


def schedules_are_possible(policy: ScalingPolicy, path: Path) -> Iterator[Finding]:
    """Each schedule of a policy has a name of its own, a time, and something to do."""
    for number, first, name in repeated(schedule.name for schedule in policy.schedules):
        message, fix = f"two schedules are called `{name}`", "give one of them another name"
        yield Finding((*path, number, "name"), message, fix, other=(*path, first, "name"))
    for number, schedule in enumerate(policy.schedules):
        here = (*path, number)
        if not _NAME.fullmatch(schedule.name) or schedule.name != schedule.name.strip(" "):
            message = "the name of a schedule has no `:`, `/` or `|`, nor a blank at its ends"
            yield Finding((*here, "name"), message, "use letters, digits and `-`")
        yield from _expression(schedule, here)
        yield from _bounds(schedule, here)
        yield from _moments(schedule, here)


def _expression(schedule: ScalingSchedule, path: Path) -> Iterator[Finding]:
    match = _EXPRESSION.fullmatch(schedule.schedule)
    if match is None:
        return  # the model says so
    kind, inside = match[1], match[2]
    wrong, fix = "", ""
    if kind == "cron":
        wrong, fix = _wrong_cron(inside), "write, say, `cron(0 7 ? * MON-FRI *)`"
    elif kind == "rate" and not _RATE.fullmatch(inside):
        wrong, fix = f"`{shown(inside)}` is not an interval", "write, say, `rate(1 day)`"
    elif kind == "at" and not _is_local_moment(inside):
        wrong, fix = (
            f"`{shown(inside)}` is not a time stamp",
            "write, say, `at(2026-12-24T18:00:00)`",
        )
    if wrong:
        yield Finding((*path, "schedule"), wrong, fix)
    if not _is_zone(schedule.timezone):
        meant = nearest_word(schedule.timezone, _zones())
        fix = f"did you mean `{meant}`?" if meant else "write, say, `Europe/Berlin`"
        yield Finding(
            (*path, "timezone"), f"there is no time zone `{shown(schedule.timezone)}`", fix
        )


def _wrong_cron(inside: str) -> str:
    fields = inside.split()
    if len(fields) != len(_CRON):
        names = ", ".join(field.what for field in _CRON)
        return f"a cron expression has six fields ({names}), not {len(fields)}"
    for field, text in zip(_CRON, fields, strict=True):
        if not field.accepts(text.upper()):
            return f"`{shown(text)}` does not fit as {field.what} ({field.low} to {field.high})"
    if (fields[2] == "?") == (fields[4] == "?"):
        return "exactly one of day of month and day of week is `?`"
    return ""


def _is_local_moment(text: str) -> bool:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S") is not None  # noqa: DTZ007 - its zone stands apart
    except ValueError:
        return False


def _is_zone(name: str) -> bool:
    """Whether there is such a zone; where the machine has no table of zones, any name passes."""
    try:
        return ZoneInfo(name) is not None
    except (ValueError, OSError, KeyError):
        return not _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _bounds(schedule: ScalingSchedule, path: Path) -> Iterator[Finding]:
    least, most = schedule.min_capacity, schedule.max_capacity
    if least is None and most is None:
        yield Finding(
            path,
            f"schedule `{schedule.name}` changes nothing",
            "set `minCapacity`, `maxCapacity` or both",
            reads=((*path, "minCapacity"), (*path, "maxCapacity")),
        )
    elif least is not None and most is not None and least > most:
        yield out_of_order(path, least, most)


def out_of_order(path: Path, least: int, most: int) -> Finding:
    """A lower bound above the upper one."""
    return Finding(
        (*path, "minCapacity"),
        f"`minCapacity` {least} is above `maxCapacity` {most}",
        "swap them, or raise `maxCapacity`",
        reads=((*path, "maxCapacity"),),
    )


def _moments(schedule: ScalingSchedule, path: Path) -> Iterator[Finding]:
    given = (("startTime", schedule.start_time), ("endTime", schedule.end_time))
    for name, text in given:
        if text is not None and moment(text) is None:
            fix = "write it as `2026-12-24T18:00:00Z`"
            yield Finding((*path, name), f"`{shown(text)}` is not a time stamp", fix)
    start, end = (moment(text or "") for _, text in given)
    if start and end and start >= end:
        message = "the schedule would end before it begins"
        yield Finding((*path, "endTime"), message, "swap them", reads=((*path, "startTime"),))


def moment(text: str) -> datetime | None:
    """The moment an ISO 8601 text with a time zone means, if it means one."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return value if value.tzinfo else None
