"""The search for the cheapest capacity: exact where it says so, and its bound holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.cost.capacity.demand import ResourceDemand
from tablewright.cost.capacity.kernels import DAY_MINUTES, FREE, NO_LIMITS
from tablewright.cost.capacity.outcome import Budget
from tablewright.cost.decisions.search import Search
from tablewright.cost.decisions.settings import DIMENSIONS, CapacitySetting, fixed_at
from tests.unit.cost.traces import per_minute

UNITS = st.lists(st.integers(0, 3000), min_size=20, max_size=120)
BUDGETS = st.sampled_from((0, 1000, 20_000)).map(Budget)
WEIGHTS = (1.0, 5.0)


def demand_of(read, write=None):
    write = list(reversed(read)) if write is None else write
    length = min(len(read), len(write))
    return ResourceDemand("", np.array([read[:length], write[:length]]))


def held(search, sides):
    """Whether both parts of both dimensions are within the budget, by another way than the kernel's
    own limits."""
    whole = search.demand.outcomes(sides)
    newer = search.demand.outcomes(sides, search.cut)
    return all(
        search.budget.holds(newer[side]) and search.budget.holds(whole[side].before(newer[side]))
        for side in DIMENSIONS
    )


def price(search, sides):
    newer = search.demand.outcomes(sides, search.cut)
    return sum(
        weight * newer[side].capacity_minutes
        for side, weight in zip(DIMENSIONS, WEIGHTS, strict=True)
    )


def tracked(demand, read, write):
    """Settings from (target, minimum) of both."""
    return {
        side: CapacitySetting(least, 10 * demand.peaks[side] + least, target)
        for side, (target, least) in zip(DIMENSIONS, (read, write), strict=True)
    }


@settings(max_examples=60, deadline=None)
@given(units=UNITS, budget=BUDGETS, cut=st.integers(0, 15))
def test_the_least_fixed_capacity_is_the_least(units, budget, cut):
    demand = demand_of(units)
    search = Search(demand, budget, WEIGHTS, cut)
    for side in DIMENSIONS:
        other = {each: fixed_at(demand.peaks[each]) for each in DIMENSIONS}
        kept = [
            held(search, other | {side: fixed_at(capacity)})
            for capacity in range(1, demand.peaks[side] + 1)
        ]
        least = search.least_fixed(side)
        assert least == kept.index(True) + 1
        assert all(kept[least - 1 :])


@settings(max_examples=30, deadline=None)
@given(units=UNITS, budget=BUDGETS, cut=st.integers(0, 15))
def test_what_is_found_is_within_the_budget_and_nothing_is_below_the_floor(units, budget, cut):
    demand = demand_of(units)
    search = Search(demand, budget, WEIGHTS, cut)
    found = search.cheapest()
    assert held(search, found.settings)
    assert found.cost == pytest.approx(price(search, found.settings))
    assert found.floor_cost <= found.cost
    for target in range(20, 91, 14):
        for least in range(1, max(demand.peaks.values()) + 2, 12):
            sides = tracked(demand, (target, least), (110 - target, least))
            assert not held(search, sides) or price(search, sides) >= found.floor_cost


@settings(max_examples=60, deadline=None)
@given(
    units=UNITS,
    budget=BUDGETS,
    cut=st.integers(0, 15),
    target=st.integers(20, 90),
    least=st.integers(1, 60),
    most=st.integers(1, 9000),
)
def test_a_run_is_given_up_only_where_it_breaks_a_limit(units, budget, cut, target, least, most):
    demand = demand_of(units)
    search = Search(demand, budget, WEIGHTS, cut)
    sides = tracked(demand, (target, least), (90, 1))
    whole = price(search, sides)
    cost = search.cost(sides, most)
    if held(search, sides) and whole <= most:
        assert cost == pytest.approx(whole)
    else:
        assert cost is None


@pytest.mark.parametrize("scale", [10, 1000])
def test_on_a_real_trace_the_search_is_no_dearer_than_a_fine_grid(scale):
    minutes = 4 * DAY_MINUTES
    demand = demand_of(
        per_minute("elb_request_count", scale)[:minutes],
        per_minute("elb_request_count", scale / 3, seed=2)[:minutes],
    )
    search = Search(demand, Budget(), WEIGHTS)
    found = search.cheapest()
    best = search.cost({side: fixed_at(search.least_fixed(side)) for side in DIMENSIONS})
    ladder = np.geomspace(1, search.least_fixed("read"), 14).round().astype(int)
    for target in range(20, 91, 10):
        for least in np.unique(ladder):
            for of_write in np.unique(np.ceil(ladder / 3).astype(int)):
                sides = tracked(demand, (target, int(least)), (90, int(of_write)))
                cost = search.cost(sides, best)
                best = best if cost is None else cost
    assert found.cost <= best * 1.02


def test_a_schedule_raises_the_least_at_its_hour_and_leaves_the_lowering_to_tracking():
    quiet = demand_of([0] * (2 * DAY_MINUTES), [0] * (2 * DAY_MINUTES))
    setting = CapacitySetting(40, 100, 70, ((8, 40), (20, 5)))
    assert setting.floors == [5] * 8 + [40] * 12 + [5] * 4
    capacity, _ = quiet.run(dict.fromkeys(DIMENSIONS, setting))
    assert set(capacity[0, : 8 * 60]) == {5}
    assert set(capacity[0, 8 * 60 : 20 * 60]) == {40}
    # Idle for hours, so that the lower bound is followed at once.
    assert set(capacity[0, 20 * 60 : DAY_MINUTES + 8 * 60]) == {5}
    assert quiet.cost(dict.fromkeys(DIMENSIONS, setting), FREE, NO_LIMITS) == 0
