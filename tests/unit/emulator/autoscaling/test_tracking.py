from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.autoscaling.tracking import (
    high_threshold,
    low_threshold,
    tracked_capacity,
    wants_in,
    wants_out,
)

percents = st.integers(20, 90)
capacities = st.integers(1, 40_000)
halves = st.integers(0, 4_000_000).map(lambda number: number / 2)


@pytest.mark.parametrize(
    ("capacity", "percent", "high", "low"),
    [(1, 50, 30, 18), (1263, 70, 53_046, 37_890), (5, 70, 210, 150), (10, 20, 120, 0)],
)
def test_thresholds_are_those_of_live_alarms(capacity, percent, high, low):
    assert high_threshold(capacity, percent) == high
    assert low_threshold(capacity, percent) == low


@pytest.mark.parametrize(
    ("units", "percent", "capacity"),
    [(1260, 70, 30), (1260.5, 70, 31), (0, 70, 1), (29.5, 50, 1), (30.5, 50, 2), (250, 70, 6)],
)
def test_the_new_capacity_is_rounded_up_without_the_errors_of_floats(units, percent, capacity):
    assert tracked_capacity(units, percent) == capacity


@given(halves, percents)
def test_the_new_capacity_is_the_least_one_on_target(units, percent):
    capacity = tracked_capacity(units, percent)
    served = Fraction(units)
    assert served * 100 <= capacity * 60 * percent
    assert capacity == 1 or served * 100 > (capacity - 1) * 60 * percent


@given(st.lists(halves, max_size=20), capacities, percents)
def test_runs_are_judged_as_by_exact_fractions(units, capacity, percent):
    used = [Fraction(each) / (60 * capacity) for each in units]
    out = len(units) >= 2 and all(each > Fraction(percent, 100) for each in used[-2:])
    low = len(units) >= 15 and all(each < Fraction(percent - 20, 100) for each in used[-15:])
    assert wants_out(units, capacity, percent) == out
    assert wants_in(units, capacity, percent) == low


def test_just_on_target_is_neither_high_nor_low():
    assert not wants_out([210.0, 210.0], 5, 70)
    assert wants_out([210.5, 210.5], 5, 70)
    assert not wants_in([150.0] * 15, 5, 70)
    assert wants_in([149.5] * 15, 5, 70)


def test_a_target_of_twenty_never_scales_in():
    assert not wants_in([0.0] * 15, 5, 20)
