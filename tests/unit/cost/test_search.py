"""The search for the least capacity: exact where it says so, and its bound holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.cost.kernels import DAY_MINUTES
from tablewright.cost.search import Budget, Demand, cheapest
from tablewright.cost.settings import CapacitySetting
from tests.unit.cost.traces import per_minute

UNITS = st.lists(st.integers(0, 3000), min_size=20, max_size=120)
NO_END = 2**60


@settings(max_examples=60)
@given(units=UNITS, per_million=st.sampled_from((0, 1000, 20_000)))
def test_the_least_fixed_capacity_is_the_least(units, per_million):
    demand, budget = Demand(units), Budget(per_million)
    least = demand.least_fixed(budget)
    held = [budget.holds(demand.fixed(capacity)) for capacity in range(1, demand.peak + 1)]
    assert least == held.index(True) + 1
    assert all(held[least - 1 :])


@settings(max_examples=40)
@given(units=UNITS, per_million=st.sampled_from((0, 1000)))
def test_no_setting_with_room_above_the_peak_is_below_the_floor(units, per_million):
    demand, budget = Demand(units), Budget(per_million)
    found = cheapest(demand, budget)
    assert budget.holds(found.outcome)
    assert found.floor_minutes <= found.outcome.capacity_minutes
    assert 0 <= found.missed_share < 1
    for target in range(20, 91, 7):
        for minimum in range(1, demand.peak + 2, max(1, demand.peak // 12)):
            setting = CapacitySetting(minimum, 10 * demand.peak + minimum, target)
            outcome = demand.scaled(setting, budget, NO_END)
            assert outcome is None or outcome.capacity_minutes >= found.floor_minutes


@settings(max_examples=40)
@given(
    units=UNITS, target=st.integers(20, 90), minimum=st.integers(1, 60), most=st.integers(1, 9000)
)
def test_a_run_is_given_up_only_where_it_breaks_a_limit(units, target, minimum, most):
    demand, loose = Demand(units), Budget(1_000_000)
    setting = CapacitySetting(minimum, 10_000, target)
    whole = demand.scaled(setting, loose, NO_END)
    limited = demand.scaled(setting, loose, most)
    if whole is None:
        assert limited is None
    else:
        assert limited == (whole if whole.capacity_minutes <= most else None)


@pytest.mark.parametrize("scale", [10, 1000])
def test_on_a_real_trace_the_search_is_no_dearer_than_a_fine_grid(scale):
    demand, budget = Demand(per_minute("elb_request_count", scale)[: 4 * DAY_MINUTES]), Budget()
    found = cheapest(demand, budget)
    best = demand.fixed(demand.least_fixed(budget)).capacity_minutes
    for target in range(20, 91, 5):
        for minimum in np.unique(np.geomspace(1, demand.peak, 40).round().astype(int)):
            setting = CapacitySetting(int(minimum), demand.headroom(target) + int(minimum), target)
            outcome = demand.scaled(setting, budget, best)
            best = best if outcome is None else outcome.capacity_minutes
    assert found.outcome.capacity_minutes <= best * 1.02
