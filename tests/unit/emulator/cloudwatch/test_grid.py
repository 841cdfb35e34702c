import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.cloudwatch.metrics.grid import CHUNK_SLOTS, MAX_DISTINCT, Aggregate, Grid

BASE = 29_000_000  # a minute of 2025

values = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
slots = st.integers(BASE, BASE + 2 * CHUNK_SLOTS)
recorded = st.lists(st.tuples(slots, values, st.sampled_from([1.0, 1.0, 3.0])), max_size=60)


class Twin:
    """The grid as a dictionary of lists."""

    def __init__(self):
        self.data = {}

    def add(self, slot, value, count):
        self.data.setdefault(slot, []).extend([value] * int(count))


@given(recorded, slots, st.integers(1, 2 * CHUNK_SLOTS))
def test_columns_are_what_counting_the_values_gives(records, start, size):
    grid, twin = Grid(60), Twin()
    for slot, value, count in records:
        grid.add(slot, Aggregate.of(value, count))
        twin.add(slot, value, count)

    columns = grid.columns(start, size)

    inside = {slot - start: data for slot, data in twin.data.items() if 0 <= slot - start < size}
    assert set(np.flatnonzero(columns.count)) == set(inside)
    assert len(columns.count) == size
    for place, expected in inside.items():
        assert columns.count[place] == len(expected)
        assert columns.total[place] == pytest.approx(math.fsum(expected), abs=1e-6)
        assert (columns.low[place], columns.high[place]) == (min(expected), max(expected))


@given(recorded, st.sampled_from([2, 5, 60]))
def test_gathered_periods_hold_the_data_of_their_slots(records, size):
    grid, twin = Grid(60), Twin()
    for slot, value, count in records:
        grid.add(slot, Aggregate.of(value, count))
        twin.add(slot, value, count)
    periods = 2 * CHUNK_SLOTS // size

    columns = grid.columns(BASE, periods * size).gathered(size)

    for place in range(periods):
        inside = range(BASE + place * size, BASE + (place + 1) * size)
        expected = [value for slot in inside for value in twin.data.get(slot, [])]
        assert columns.count[place] == len(expected)
        if expected:
            assert columns.total[place] == pytest.approx(math.fsum(expected), abs=1e-6)
            assert (columns.low[place], columns.high[place]) == (min(expected), max(expected))


@given(st.lists(values, min_size=1, max_size=MAX_DISTINCT))
def test_a_slot_knows_its_values_exactly_while_they_are_few(numbers):
    grid = Grid(60)
    for number in numbers:
        grid.add(BASE, Aggregate.of(number))

    spread = grid.get(BASE).values()

    assert sorted(v for v, count in spread.items() for _ in range(int(count))) == sorted(numbers)


def test_many_values_are_kept_to_about_one_percent():
    grid = Grid(60)
    numbers = [0.0] + [1.0 + n / 7 for n in range(3000)]
    for number in numbers:
        grid.add(BASE, Aggregate.of(number))

    data = grid.get(BASE)

    assert data.count == sum(data.values().values()) == 3001
    assert (data.low, data.high) == (0.0, max(numbers))
    assert len(data.values()) < 400
    ordered, seen = sorted(numbers), 0
    for value, count in sorted(data.values().items()):
        near = ordered[seen : seen + int(count)]
        assert near[0] * 0.985 <= value <= near[-1] * 1.015
        seen += int(count)


def test_values_are_unknown_once_a_statistic_set_came():
    grid = Grid(60)
    grid.add(BASE, Aggregate.of(5.0))
    grid.add(BASE, Aggregate(total=30.0, count=10.0, low=1.0, high=9.0))
    grid.add(BASE, Aggregate.of(2.0))

    data = grid.get(BASE)

    assert (data.total, data.count, data.low, data.high) == (37.0, 12.0, 1.0, 9.0)
    assert data.values() is None


def test_a_statistic_set_of_equal_values_tells_them_all():
    grid = Grid(60)
    grid.add(BASE, Aggregate(total=12.0, count=4.0, low=3.0, high=3.0))
    grid.add(BASE, Aggregate.of(5.0))
    assert grid.get(BASE).values() == {3.0: 4.0, 5.0: 1.0}


def test_an_empty_slot_has_nothing():
    grid = Grid(60)
    grid.add(BASE, Aggregate.of(1.0))
    assert grid.get(BASE + 1) is None
    assert grid.get(BASE - CHUNK_SLOTS * 9) is None
    assert not np.any(grid.columns(BASE + 1, 50).count)


def test_old_chunks_are_forgotten_and_newer_ones_kept():
    grid = Grid(1)
    grid.add(BASE, Aggregate.of(1.0))
    grid.add(BASE + 2 * CHUNK_SLOTS, Aggregate.of(2.0))

    grid.forget_before(BASE + CHUNK_SLOTS)

    assert grid.get(BASE) is None
    assert grid.get(BASE + 2 * CHUNK_SLOTS) is not None
