"""What a change of a table does to what it is charged by."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright.cost.pricing.prices import Prices, prices_of
from tablewright.cost.pricing.rates import (
    HELD,
    HOURS_A_MONTH,
    Rate,
    RateChange,
    rate_changes,
    unpriced,
)
from tablewright.plan.table import GlobalIndex, Key, Projection, Recovery, Table, Throughput

SYDNEY = prices_of("ap-southeast-2")
VIRGINIA = prices_of("us-east-1")
INDEX = GlobalIndex("by-user", Key(("user",)), Projection("ALL"), throughput=Throughput(10, 20))
LIVE = Table(
    "events",
    Key(("id",)),
    {"id": "S"},
    billing_mode="PROVISIONED",
    throughput=Throughput(800, 1200),
    global_indexes=(),
    recovery=Recovery(0),
    table_class="STANDARD",
)
ON_DEMAND = replace(LIVE, billing_mode="PAY_PER_REQUEST", throughput=None)


def found(live, declared, prices=SYDNEY):
    return {each.rate: (each.before_usd, each.after_usd)
            for each in rate_changes(live, declared, prices)}  # fmt: skip


def test_on_demand_gives_up_what_capacity_costs_and_is_charged_by_requests():
    # 800 * 0.000148 + 1,200 * 0.00074 = 1.0064 USD an hour, 730 hours
    assert found(LIVE, ON_DEMAND) == {
        HELD: (Decimal("734.67"), None),
        Rate("writes", "per million units"): (None, Decimal("0.71")),
        Rate("reads", "per million units"): (None, Decimal("0.1425")),
    }


def test_indexes_hold_capacity_of_their_own():
    with_index = replace(LIVE, global_indexes=(INDEX,))
    # 810 * 0.000148 + 1,220 * 0.00074 = 1.02268 USD an hour
    assert found(LIVE, with_index) == {HELD: (Decimal("734.67"), Decimal("746.56"))}


def test_what_is_not_said_stays_as_it_lives():
    said = Table("events", Key(("id",)), {"id": "S"})
    assert found(replace(LIVE, global_indexes=(INDEX,)), said) == {}
    kept = replace(INDEX, throughput=None)
    assert found(
        replace(LIVE, global_indexes=(INDEX,)), replace(said, global_indexes=(kept,))
    ) == {}  # fmt: skip


def test_another_class_has_other_rates_for_all_but_recovery():
    live = replace(ON_DEMAND, recovery=Recovery(7))
    assert found(live, replace(live, table_class="STANDARD_INFREQUENT_ACCESS"), VIRGINIA) == {
        Rate("writes", "per million units"): (Decimal("0.625"), Decimal("0.78")),
        Rate("reads", "per million units"): (Decimal("0.125"), Decimal("0.155")),
        Rate("storage", "a GB-month"): (Decimal("0.25"), Decimal("0.10")),
    }


def test_recovery_is_charged_by_size_and_not_by_its_window():
    week, month = replace(LIVE, recovery=Recovery(7)), replace(LIVE, recovery=Recovery(35))
    assert found(LIVE, week) == {Rate("recovery", "a GB-month"): (None, Decimal("0.228"))}
    assert found(week, month) == {}


def test_a_price_that_is_not_known_is_never_taken_for_nothing():
    infrequent = replace(LIVE, table_class="STANDARD_INFREQUENT_ACCESS")
    assert found(LIVE, infrequent) == {}, "the snapshot has no such prices for Sydney"
    assert found(LIVE, ON_DEMAND, Prices("x", "2026-01-01", {})) == {}


def test_what_has_no_known_price_is_named_where_it_differs():
    infrequent = replace(LIVE, table_class="STANDARD_INFREQUENT_ACCESS")
    none = Prices("mars-north-1", "", {})
    assert unpriced(LIVE, infrequent, SYDNEY) == ("capacity", "storage")
    assert unpriced(None, infrequent, SYDNEY) == ("capacity", "storage")
    assert unpriced(None, infrequent, VIRGINIA) == ()
    more = replace(infrequent, throughput=Throughput(800, 1300))
    assert unpriced(infrequent, more, SYDNEY) == ("capacity",)
    assert unpriced(infrequent, replace(infrequent, deletion_protection=True), SYDNEY) == ()
    assert unpriced(LIVE, ON_DEMAND, none) == ("capacity", "writes", "reads")
    assert unpriced(None, replace(LIVE, recovery=Recovery(7)), none)[-1] == "recovery"
    assert unpriced(replace(LIVE, throughput=None), ON_DEMAND, SYDNEY) == ("capacity",)


def test_capacity_that_could_not_be_read_has_no_price():
    assert HELD not in found(replace(LIVE, throughput=None), ON_DEMAND)


def test_a_new_table_and_one_that_goes_are_two_sides_of_the_same():
    came, went = rate_changes(None, LIVE, SYDNEY), rate_changes(LIVE, None, SYDNEY)
    assert came == [RateChange(each.rate, None, each.before_usd) for each in went]
    assert came[0] == RateChange(HELD, None, Decimal("734.67"))


def test_a_region_without_prices_is_said_to_have_none():
    assert prices_of("mars-north-1") is None


@given(
    st.integers(1, 40_000), st.integers(1, 40_000), st.integers(1, 40_000), st.integers(1, 40_000)
)
def test_more_units_cost_what_they_are_charged_to_the_cent(read, write, more_read, more_write):
    """Against a plain twin: unit by unit, hour by hour."""
    before = replace(LIVE, throughput=Throughput(read, write))
    after = replace(LIVE, throughput=Throughput(more_read, more_write))
    hourly = [
        reads * SYDNEY.usd["readCapacityUsdPerUnitHour"]
        + writes * SYDNEY.usd["writeCapacityUsdPerUnitHour"]
        for reads, writes in ((read, write), (more_read, more_write))
    ]
    expected = tuple(round(hour * HOURS_A_MONTH, 2) for hour in hourly)
    changed = found(before, after)
    assert changed == ({HELD: expected} if expected[0] != expected[1] else {})


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "ap-southeast-2"])
def test_provisioned_beats_on_demand_above_some_29_percent_of_use_everywhere(region):
    """The ratio of the two prices is the same in every region, so a slip of a digit shows."""
    usd = prices_of(region).usd
    for kind in ("read", "write"):
        hour = usd[f"{kind}CapacityUsdPerUnitHour"]
        million = usd[f"onDemand{kind.title()}UsdPerMillion"]
        share = hour / (million * 3600 / 1_000_000)
        assert Decimal("0.28") < share < Decimal("0.30")
