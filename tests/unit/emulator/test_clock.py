import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.clock import Clock

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def test_a_real_clock_follows_the_machines():
    assert abs((Clock().now() - datetime.now(UTC)).total_seconds()) < 60


def test_a_frozen_clock_stands_still_until_it_is_moved():
    clock = Clock(frozen_at=NOON)
    assert clock.frozen
    assert clock.now() == clock.now() == NOON
    clock.advance(90)
    assert clock.now() == NOON + timedelta(seconds=90)


def test_freezing_and_resuming_go_on_from_where_it_stood():
    clock = Clock()
    clock.freeze(NOON)
    assert clock.now() == NOON
    clock.resume()
    assert not clock.frozen
    assert timedelta() <= clock.now() - NOON < timedelta(seconds=60)


def test_an_advance_shifts_a_real_clock():
    clock = Clock()
    clock.advance(3600)
    assert 3600 <= (clock.now() - datetime.now(UTC)).total_seconds() + 1 < 3660


def test_time_does_not_run_backwards_by_an_advance():
    with pytest.raises(ValueError, match="backwards"):
        Clock().advance(-1)


def test_a_timer_runs_at_its_own_moment_on_the_way():
    clock = Clock(frozen_at=NOON)
    seen = []
    clock.after(60, lambda: seen.append(clock.now()))
    clock.advance(30)
    assert seen == []
    clock.advance(60)
    assert seen == [NOON + timedelta(seconds=60)]
    assert clock.now() == NOON + timedelta(seconds=90)


@given(st.lists(st.integers(0, 1000), max_size=20), st.lists(st.integers(0, 200), max_size=10))
def test_timers_run_once_in_order_whatever_the_steps(delays, steps):
    clock = Clock(frozen_at=NOON)
    seen = []
    for delay in delays:
        clock.after(delay, lambda delay=delay: seen.append((delay, clock.now())))
    for step in steps:
        clock.advance(step)
    passed = sum(steps)
    due = sorted(each for each in delays if each <= passed) if steps else []
    assert [delay for delay, _ in seen] == due
    assert all(at == NOON + timedelta(seconds=delay) for delay, at in seen)


def test_a_timer_may_set_the_next_one():
    clock = Clock(frozen_at=NOON)
    seen = []

    def tick() -> None:
        seen.append(clock.now().minute)
        clock.after(60, tick)

    clock.after(60, tick)
    clock.advance(300)
    assert seen == [1, 2, 3, 4, 5]


def test_a_cancelled_timer_never_runs():
    clock = Clock(frozen_at=NOON)
    seen = []
    timer = clock.after(1, lambda: seen.append(1))
    timer.cancel()
    clock.advance(10)
    assert seen == []


def test_a_timer_that_fails_stops_nothing(caplog):
    clock = Clock(frozen_at=NOON)
    seen = []
    clock.after(1, lambda: 1 / 0)
    clock.after(2, lambda: seen.append(1))
    clock.advance(10)
    assert seen == [1]
    assert "timer" in caplog.text


def test_a_timer_runs_by_itself_in_real_time():
    clock = Clock()
    done = threading.Event()
    clock.after(0.05, done.set)
    assert done.wait(60)
    clock.close()


def test_a_timer_waits_while_the_clock_is_frozen_and_runs_when_it_goes_on():
    clock = Clock()
    done = threading.Event()
    clock.freeze()
    clock.after(0.02, done.set)
    time.sleep(0.1)
    assert not done.is_set()
    clock.resume()
    assert done.wait(60)
    clock.close()


def test_a_closed_clock_has_no_thread_and_takes_no_timer():
    clock, before = Clock(), set(threading.enumerate())
    clock.after(60, lambda: None)
    assert len(set(threading.enumerate()) - before) == 1
    clock.close()
    assert set(threading.enumerate()) <= before
    clock.after(0, lambda: None)
    clock.close()


def test_going_back_runs_nothing():
    clock = Clock(frozen_at=NOON)
    seen = []
    clock.after(10, lambda: seen.append(1))
    clock.set(NOON - timedelta(days=1))
    assert seen == []
    clock.set(NOON + timedelta(seconds=10))
    assert seen == [1]


def test_what_is_due_can_be_run_by_hand():
    clock = Clock(frozen_at=NOON)
    clock.after(0, lambda: None)
    assert clock.due() == 1
    clock.after(5, lambda: None)
    clock.clear()
    assert clock.due() == 0


def test_one_thread_may_see_one_moment_for_a_while():
    clock = Clock()
    with clock.pinned(NOON):
        assert clock.now() == NOON
        with clock.pinned(NOON + timedelta(days=1)):
            assert clock.now() > NOON
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_a_muted_clock_takes_no_timer():
    clock = Clock(frozen_at=NOON)
    seen = []
    with clock.muted():
        clock.after(1, lambda: seen.append(1))
    clock.advance(10)
    assert seen == []


def test_its_setting_can_be_carried_to_another():
    clock, other = Clock(frozen_at=NOON), Clock()
    other.setting = clock.setting
    assert (other.now(), other.frozen) == (NOON, True)


def test_who_wants_to_know_is_told_of_a_step_back_and_of_no_other():
    clock, told = Clock(frozen_at=NOON), []
    clock.rewound = lambda: told.append(clock.now())
    clock.advance(60)
    clock.set(NOON + timedelta(days=1))
    assert told == []
    clock.set(NOON)
    assert told == [NOON]
