"""Reserved capacity of a fleet: exactly as much as pays, by every multiple of a block."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.cost.commitments.commitments import commitments
from tablewright.cost.commitments.hours import FleetHours
from tablewright.cost.commitments.reservation import reservation
from tablewright.cost.decisions.decision import TableDecision
from tablewright.cost.pricing.prices import PriceBook, Prices
from tablewright.usage.day import ResourceId

REGION = "ap-southeast-2"
PRICES = PriceBook()(REGION)
BLOCK_USD = Decimal(171) / 8760 + Decimal("0.0146")
UNIT_USD = Decimal("0.00074")
WRITES = "writeCapacityUsdPerUnitHour"


def hours(units):
    return dict(enumerate(map(Decimal, units)))


def usd_an_hour(units, reserved):
    """What an hour costs on average, in plain words: blocks, and what is beyond them."""
    beyond = sum(max(0, held - reserved) for held in units) / Decimal(len(units))
    return BLOCK_USD * (reserved // 100) + UNIT_USD * beyond


@settings(max_examples=100)
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=60))
def test_no_number_of_blocks_is_cheaper(units):
    found = reservation(REGION, "write", hours(units), PRICES)
    reserved = found.units if found else 0
    chosen = usd_an_hour(units, reserved)
    assert all(chosen <= usd_an_hour(units, blocks * 100) for blocks in range(33))
    if found:
        assert found.usd_per_month == pytest.approx(chosen * 730)
        assert found.saves_usd_per_month == pytest.approx((usd_an_hour(units, 0) - chosen) * 730)
        assert found.upfront_usd == 171 * reserved // 100


def decision(name, units, region=REGION):
    return TableDecision(ResourceId("1", region, name), hourly_units={WRITES: hours(units)})


def reserved(*decisions):
    held = FleetHours()
    for each in decisions:
        held.add_all(each.table.region, each.hourly_units)
    return list(commitments(held, PriceBook()).reserved)


def test_tables_of_a_region_share_what_is_reserved_and_regions_do_not():
    halves = [decision("a", [60] * 24), decision("b", [60] * 24)]
    (shared,) = reserved(*halves)
    assert (shared.region, shared.dimension, shared.units) == (REGION, "write", 100)
    apart = [halves[0], decision("b", [60] * 24, "eu-west-1")]
    assert {each.units for each in reserved(*apart)} == {100}
    small = [decision("a", [20] * 24), decision("b", [20] * 24, "eu-west-1")]
    assert reserved(*small) == []


def test_without_a_price_nothing_is_said():
    usd = {name: price for name, price in PRICES.usd.items() if "reserved" not in name}
    bare = Prices(REGION, "2026-08-13", usd)
    assert reservation(REGION, "write", hours([900] * 24), bare) is None
    assert reservation(REGION, "read", {}, PRICES) is None
