from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.autoscaling.schedule import At, Cron, Rate, ScheduleError, parse_schedule

TUESDAY = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def moments(text, count=3, after=TUESDAY, timezone=None):
    schedule, found = parse_schedule(text, timezone), []
    while len(found) < count:
        due = schedule.after(after, TUESDAY)
        if due is None:
            break
        found.append(due)
        after = due
    return [f"{each:%Y-%m-%d %H:%M}" for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at(2026-03-11T08:30:00)", ["2026-03-11 08:30"]),
        ("at(2026-03-10T12:00:00)", []),
        ("rate(1 minute)", ["2026-03-10 12:01", "2026-03-10 12:02", "2026-03-10 12:03"]),
        ("rate(12 hours)", ["2026-03-11 00:00", "2026-03-11 12:00", "2026-03-12 00:00"]),
        ("cron(0 10 * * ? *)", ["2026-03-11 10:00", "2026-03-12 10:00", "2026-03-13 10:00"]),
        ("cron(15 12 * * ? *)", ["2026-03-10 12:15", "2026-03-11 12:15", "2026-03-12 12:15"]),
        ("cron(0/20 12 * * ? *)", ["2026-03-10 12:20", "2026-03-10 12:40", "2026-03-11 12:00"]),
        ("cron(0 8 ? * MON-FRI *)", ["2026-03-11 08:00", "2026-03-12 08:00", "2026-03-13 08:00"]),
        ("cron(0 8 ? * SAT,SUN *)", ["2026-03-14 08:00", "2026-03-15 08:00", "2026-03-21 08:00"]),
        ("cron(0 8 ? * FRI-SUN *)", ["2026-03-13 08:00", "2026-03-14 08:00", "2026-03-15 08:00"]),
        ("cron(0 8 1 * ? *)", ["2026-04-01 08:00", "2026-05-01 08:00", "2026-06-01 08:00"]),
        ("cron(0 8 L * ? *)", ["2026-03-31 08:00", "2026-04-30 08:00", "2026-05-31 08:00"]),
        ("cron(0 8 15W * ? *)", ["2026-03-16 08:00", "2026-04-15 08:00", "2026-05-15 08:00"]),
        ("cron(0 8 1W AUG ? *)", ["2026-08-03 08:00", "2027-08-02 08:00", "2028-08-01 08:00"]),
        ("cron(0 8 LW * ? *)", ["2026-03-31 08:00", "2026-04-30 08:00", "2026-05-29 08:00"]),
        ("cron(0 8 ? * 6L *)", ["2026-03-27 08:00", "2026-04-24 08:00", "2026-05-29 08:00"]),
        ("cron(0 8 ? * 3#2 *)", ["2026-04-14 08:00", "2026-05-12 08:00", "2026-06-09 08:00"]),
        ("cron(0 0 29 2 ? *)", ["2028-02-29 00:00", "2032-02-29 00:00"]),
        ("cron(0 0 1 1 ? 2027-2028)", ["2027-01-01 00:00", "2028-01-01 00:00"]),
        ("cron(0 0 1 JAN,JUL ? *)", ["2026-07-01 00:00", "2027-01-01 00:00", "2027-07-01 00:00"]),
        ("cron(0 0 31 2 ? *)", []),
    ],
)
def test_the_next_times_of_a_schedule(text, expected):
    assert moments(text, 2 if "29 2" in text else 3) == expected


def test_cron_speaks_the_time_of_its_zone_also_when_clocks_change():
    found = moments("cron(0 9 ? * SUN *)", 3, timezone="Europe/Berlin")
    assert found == ["2026-03-15 08:00", "2026-03-22 08:00", "2026-03-29 07:00"]
    assert moments("at(2026-07-01T09:00:00)", 1, timezone="America/New_York") == [
        "2026-07-01 13:00"
    ]


@pytest.mark.parametrize(
    "text",
    ["", "daily", "at(2026-13-01T00:00:00)", "at(2026-01-01)", "rate(0 minutes)", "rate(5 weeks)",
     "cron(0 10 * * *)", "cron(60 10 * * ? *)", "cron(0 24 * * ? *)", "cron(0 10 * * * *)",
     "cron(0 10 ? * ? *)", "cron(0 10 32 * ? *)", "cron(0 10 ? * 8 *)", "cron(0 10 * 13 ? *)",
     "cron(x 10 * * ? *)", "cron(0/0 10 * * ? *)", "cron(0 10 W * ? *)", "cron(0 10 ? * 3# *)"],
)  # fmt: skip
def test_what_is_not_a_schedule_is_refused(text):
    with pytest.raises(ScheduleError):
        parse_schedule(text)


def test_an_unknown_time_zone_is_refused():
    with pytest.raises(ScheduleError, match="Mars"):
        parse_schedule("rate(1 hour)", "Mars/Olympus")


@given(st.integers(1, 10_000), st.integers(0, 10_000_000))
def test_a_rate_is_due_a_whole_number_of_turns_after_the_start_and_soon(minutes, seconds):
    schedule = parse_schedule(f"rate({minutes} minutes)")
    now = TUESDAY + timedelta(seconds=seconds)
    due = schedule.after(now, TUESDAY)
    turns = (due - TUESDAY) / timedelta(minutes=minutes)
    assert due > now
    assert turns == int(turns)
    assert due - now <= timedelta(minutes=minutes)


def test_a_rate_with_a_later_start_begins_there():
    schedule = parse_schedule("rate(1 hour)")
    start = TUESDAY + timedelta(days=1)
    assert schedule.after(start - timedelta(microseconds=1), start) == start


def test_kinds_are_told_apart():
    kinds = [type(parse_schedule(text)) for text in (
        "at(2026-03-11T08:30:00)", "rate(1 day)", "cron(0 10 * * ? *)")]  # fmt: skip
    assert kinds == [At, Rate, Cron]
