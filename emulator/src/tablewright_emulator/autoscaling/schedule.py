"""When a scheduled action is due: `at(…)`, `rate(…)` and `cron(…)`.

Source: Application Auto Scaling user guide, "Use schedule expressions". Cron has six fields:
minutes, hours, day of month, month, day of week, year; `?`, `L`, `W` and `#` mean what they mean
in AWS's cron.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MAX_YEARS = 8  # a 29 February that falls on a given weekday may be that far, and farther
_AT = re.compile(r"at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)")
_RATE = re.compile(r"rate\((\d{1,9}) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_MONTH_NAMES = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
_MONTHS = {_MONTH_NAMES[3 * n - 3 : 3 * n]: n for n in range(1, 13)}
_DAYS = {"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}
_SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}


class ScheduleError(ValueError):
    """The schedule cannot be read."""


@dataclass(frozen=True, slots=True)
class At:
    """Once."""

    moment: datetime

    def after(self, moment: datetime, _: datetime) -> datetime | None:
        """The first time after a moment."""
        return self.moment if self.moment > moment else None


@dataclass(frozen=True, slots=True)
class Rate:
    """Every so many seconds since the start."""

    seconds: int

    def after(self, moment: datetime, start: datetime) -> datetime:
        """The first time after a moment; the start itself is the first of all."""
        passed = (moment - start).total_seconds()
        turns = max(0, int(passed // self.seconds) + 1) if passed >= 0 else 0
        return start + timedelta(seconds=turns * self.seconds)


@dataclass(frozen=True, slots=True)
class Cron:
    """By the calendar of a time zone."""

    minutes: frozenset[int]
    hours: frozenset[int]
    months: frozenset[int]
    years: frozenset[int]
    days: str
    weekdays: str
    zone: ZoneInfo

    def after(self, moment: datetime, _: datetime) -> datetime | None:
        """The first time after a moment; None when there is none in the next years."""
        local = moment.astimezone(self.zone)
        for day in _days_from(local.date()):
            if day.year in self.years and day.month in self.months and self.is_on(day):
                for clock in self._times():
                    moment_of_day = datetime.combine(day, clock, self.zone).astimezone(UTC)
                    if moment_of_day > moment:
                        return moment_of_day
        return None

    def _times(self) -> Iterator[time]:
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                yield time(hour, minute)

    def is_on(self, day: date) -> bool:
        """Whether day of month or day of week say so."""
        if self.days == "?":
            matches = [_weekday_matches(part, day) for part in self.weekdays.split(",")]
        else:
            matches = [_day_matches(part, day) for part in self.days.split(",")]
        return any(matches)  # of all parts, so that none is left unread


Schedule = At | Rate | Cron


def parse_schedule(text: str, timezone: str | None = None) -> Schedule:
    """Read a schedule.

    Raises:
        ScheduleError: for what is none, or an unknown time zone.
    """
    zone = _zone(timezone)
    at = _AT.fullmatch(text)
    if at:
        try:
            return At(datetime.fromisoformat(at[1]).replace(tzinfo=zone).astimezone(UTC))
        except (ValueError, OverflowError) as error:
            raise ScheduleError(f"Invalid time in {text}") from error
    rate = _RATE.fullmatch(text)
    if rate and 0 < int(rate[1]) * _SECONDS[rate[2]] <= MAX_YEARS * 366 * 86_400:
        return Rate(int(rate[1]) * _SECONDS[rate[2]])
    cron = _CRON.fullmatch(text)
    if cron:
        return _cron(cron, zone)
    raise ScheduleError(f"Invalid schedule expression: {text}")


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ScheduleError(f"Invalid timezone: {name}") from error


def _cron(match: re.Match[str], zone: ZoneInfo) -> Cron:
    minutes, hours, days, months, weekdays, years = (part.upper() for part in match.groups())
    if (days == "?") == (weekdays == "?"):
        raise ScheduleError("One of day-of-month and day-of-week must be ?")
    schedule = Cron(
        _field(minutes, 0, 59),
        _field(hours, 0, 23),
        _field(months, 1, 12, _MONTHS),
        _field(years, 1970, 2199),
        days,
        weekdays,
        zone,
    )
    for day in range(1, 8):  # a part that cannot be read shows itself on one day of the week
        schedule.is_on(date(2024, 2, day))
    return schedule


def _field(text: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    """The numbers a field stands for: `*`, `5`, `1-4`, `0/15`, `*/5`, and lists of these."""
    numbers_of_field: set[int] = set()
    for part in text.split(","):
        base, _, step = part.partition("/")
        first, dash, last = base.partition("-")
        start = low if first == "*" else _number(first, names)
        end = _number(last, names) if dash else (high if step or first == "*" else start)
        stride = _number(step, None) if step else 1
        if not (low <= start <= high and low <= end <= high) or stride < 1:
            raise ScheduleError(f"{part} is out of the range from {low} to {high}")
        wraps = end < start
        numbers = (
            [*range(start, high + 1), *range(low, end + 1)] if wraps else range(start, end + 1)
        )
        numbers_of_field |= set(list(numbers)[::stride])
    return frozenset(numbers_of_field)


def _number(text: str, names: dict[str, int] | None) -> int:
    if names and text in names:
        return names[text]
    if not text.isdigit():
        raise ScheduleError(f"{text or 'nothing'} is not a number")
    return int(text)


def _day_matches(part: str, day: date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    if part == "L":
        return day.day == last
    if part.endswith("W"):
        wanted = last if part == "LW" else _number(part[:-1], None)
        return day.day == _nearest_weekday(day.replace(day=min(wanted, last)))
    return day.day in _field(part, 1, 31)


def _nearest_weekday(day: date) -> int:
    """The day of month of the weekday nearest to a day, within its month."""
    last = calendar.monthrange(day.year, day.month)[1]
    match day.isoweekday():
        case 6:
            return day.day - 1 if day.day > 1 else day.day + 2
        case 7:
            return day.day + 1 if day.day < last else day.day - 2
        case _:
            return day.day


def _weekday_matches(part: str, day: date) -> bool:
    number = day.isoweekday() % 7 + 1  # Sunday is 1
    wanted, hash_sign, nth = part.partition("#")
    if hash_sign:
        return number == _number(wanted, _DAYS) and (day.day - 1) // 7 + 1 == _number(nth, None)
    if part.endswith("L"):
        last = calendar.monthrange(day.year, day.month)[1]
        wanted = part[:-1] or "SAT"
        return number == _number(wanted, _DAYS) and day.day > last - 7
    return number in _field(part, 1, 7, _DAYS)


def _days_from(day: date) -> Iterator[date]:
    for offset in range(366 * MAX_YEARS):
        yield day + timedelta(days=offset)
