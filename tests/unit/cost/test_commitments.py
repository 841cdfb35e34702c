"""Commitments of a fleet and its bill: none other is cheaper, and every unit is paid once."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.cost.commitments.commitments import commitments
from tablewright.cost.commitments.hours import FleetHours
from tablewright.cost.commitments.savings_plan import hourly_usd, mean_usd, savings_plan
from tablewright.cost.fleets.fleet_bill import fleet_bill
from tablewright.cost.pricing.charges import MissingPriceError
from tablewright.cost.pricing.prices import PriceBook, Prices
from tablewright.cost.pricing.terms import PricingTerms, SavingsPlanTerms

REGION = "ap-southeast-2"
WRITES, READS = "writeCapacityUsdPerUnitHour", "readCapacityUsdPerUnitHour"
REQUESTS = "onDemandWriteUsdPerMillion"
UNIT_USD, MILLION_USD = Decimal("0.00074"), Decimal("0.71")
MONTH = 730
usd = st.integers(0, 5000).map(lambda cents: Decimal(cents) / 100)


def book(**terms):
    return PriceBook((), PricingTerms("pricing.yaml", **terms))


def hours(*charges):
    made = FleetHours()
    for region, name, units in charges:
        for hour, value in enumerate(units):
            made.add(region, name, hour, Decimal(value))
    return made


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(usd, usd), min_size=1, max_size=20), usd)
def test_no_commitment_is_cheaper(spent, already):
    """Against every cent an hour, as far as all there is to cover."""
    rates = (Decimal("0.18"), Decimal("0.12"))
    of_hours = [tuple(zip(rates, parts, strict=True)) for parts in spent]
    plan = savings_plan(of_hours, book(savings_plan=SavingsPlanTerms(already)))
    chosen = mean_usd(of_hours, already + (plan.usd_per_hour if plan else 0))
    tried = [already + Decimal(cents) / 2 for cents in range(180)]
    assert chosen <= min(mean_usd(of_hours, commitment) for commitment in tried) + Decimal("0.001")
    if plan:
        saved = (mean_usd(of_hours, already) - chosen) * MONTH
        assert plan.saves_usd_per_month == saved


def test_what_a_plan_covers_costs_less_and_what_it_does_not_use_is_paid():
    hour = ((Decimal("0.18"), Decimal(10)), (Decimal("0.12"), Decimal(5)))
    assert hourly_usd(hour, Decimal(0)) == 15
    # All requests at 18 % off; then all capacity at 12 % off; then nothing is left to cover.
    assert hourly_usd(hour, Decimal("8.2")) == Decimal("13.2")
    assert hourly_usd(hour, Decimal("12.6")) == Decimal("12.6")
    assert hourly_usd(hour, Decimal(20)) == 20


def test_steady_capacity_is_reserved_and_requests_come_below_a_plan():
    held = hours((REGION, WRITES, [1000] * 24), (REGION, REQUESTS, [10**7] * 24))
    found = commitments(held, book())
    (reserved,) = found.reserved
    assert (reserved.dimension, reserved.units) == ("write", 1000)
    # 7.10 USD of requests an hour at 18 % off; capacity is reserved, so no plan covers it.
    assert found.plan.usd_per_hour == Decimal("5.822")
    assert found.plan.saves_usd_per_month == Decimal("1.278") * MONTH
    own = book(savings_plan=SavingsPlanTerms(on_demand_percent=Decimal(0)))
    assert commitments(held, own).plan is None


def test_what_there_is_already_is_not_bought_again():
    held = hours((REGION, WRITES, [1000] * 24))
    there = book(reserved={(REGION, "write"): 900})
    assert [each.units for each in commitments(held, there).reserved] == [100]
    whole = book(reserved={(REGION, "write"): 1000})
    assert commitments(held, whole).reserved == ()
    assert commitments(held, whole).plan is None
    # 5 USD an hour are committed, and 5.822 would be.
    requests = hours((REGION, REQUESTS, [10**7] * 24))
    partly = commitments(requests, book(savings_plan=SavingsPlanTerms(Decimal(5))))
    assert partly.plan.usd_per_hour == Decimal("0.822")


def test_a_region_whose_reserved_prices_nobody_knows_is_named():
    bare = Prices("sa-east-1", "2026-11-01", {WRITES: UNIT_USD})
    held = hours(("sa-east-1", WRITES, [1000] * 24))
    found = commitments(held, PriceBook([bare]))
    assert (found.reserved, found.unpriced) == ((), ("sa-east-1",))
    bought = PriceBook([bare], PricingTerms("p", reserved={("sa-east-1", "write"): 100}))
    with pytest.raises(MissingPriceError, match="reserved write capacity costs in sa-east-1"):
        fleet_bill({}, held, bought)


def test_china_has_no_savings_plans():
    bare = Prices("cn-north-1", "2026-11-01", {REQUESTS: MILLION_USD})
    held = hours(("cn-north-1", REQUESTS, [10**7] * 24))
    assert commitments(held, PriceBook([bare])).plan is None


def test_a_bill_is_what_is_charged_less_what_is_there():
    month = UNIT_USD * 1000 * MONTH
    held = hours((REGION, WRITES, [1000] * 24))
    charged = {(REGION, WRITES): month, (REGION, "storageUsdPerGbMonth"): Decimal("2.85")}
    bill = fleet_bill(charged, held, book())
    assert bill.usd_per_month == month + Decimal("2.85")
    terms = {"reserved": {(REGION, "write"): 1200}, "free_tier": True}
    bill = fleet_bill(charged, held, book(**terms))
    hourly = Decimal("0.0146")
    assert bill.lines["reservedCapacity"] == 12 * hourly * MONTH - month
    # All capacity is reserved, so the free tier is for what is stored: 10 GB.
    assert bill.lines["freeTier"] == -Decimal("2.85")
    assert bill.usd_per_month == 12 * hourly * MONTH
    (use,) = bill.in_use
    assert (use.units, use.used) == (1200, 1000)
    assert fleet_bill(charged, held, book(free_tier=True)).lines["freeTier"] == -(
        UNIT_USD * 18_600 + Decimal("2.85")
    )


def test_a_plan_that_nobody_uses_is_paid():
    unused = fleet_bill({}, FleetHours(), book(savings_plan=SavingsPlanTerms(Decimal(2))))
    assert unused.lines == {"savingsPlan": 2 * MONTH}
    requests = hours((REGION, REQUESTS, [10**7] * 24))
    used = fleet_bill({}, requests, book(savings_plan=SavingsPlanTerms(Decimal("5.822"))))
    assert used.lines["savingsPlan"] == -Decimal("1.278") * MONTH
