"""What the bounds of a scalable target come to a month."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tablewright.cost.pricing.prices import Prices, prices_of
from tablewright.cost.pricing.rates import RateChange
from tablewright.cost.pricing.scaling_prices import LEAST, MOST
from tablewright.deploy.explanation import explain
from tablewright.engine import Operation
from tablewright.report.formats.price import rates_text
from tablewright.resource_kinds.types import TABLE, TARGET
from tests.unit.deploy.samples import change

REGION = "ap-southeast-2"


def target(least, most, *, side="Read", index=""):
    kind = "index" if index else "table"
    return {
        "region": REGION,
        "resourceId": f"table/orders{index and f'/index/{index}'}",
        "scalableDimension": f"dynamodb:{kind}:{side}CapacityUnits",
        "minCapacity": least,
        "maxCapacity": most,
    }


def explained(old, new, *, table_class="STANDARD", prices=prices_of):
    operation = Operation.CREATE if old is None else Operation.UPDATE if new else Operation.DELETE
    scaled = change(TARGET, "orders-read", operation, old_inputs=old, new_inputs=new)
    inputs = {"name": "orders", "tableClass": table_class}
    table = change(TABLE, "orders", Operation.SAME, old_inputs=inputs, new_inputs=inputs)
    (found,) = explain([table, scaled], prices=prices).changes
    return found


def test_a_new_target_costs_between_its_bounds():
    # 10 and 100 units of 0.000148 USD an hour, 730 hours
    found = explained(None, target(10, 100))
    assert found.rates == (
        RateChange(LEAST, None, Decimal("1.08")),
        RateChange(MOST, None, Decimal("10.80")),
    )
    assert rates_text(found.rates) == "at least $1.08 a month, at most $10.80 a month"


def test_of_a_changed_target_only_the_bounds_that_differ_are_named():
    found = explained(target(10, 100, side="Write"), target(10, 200, side="Write"))
    # 100 and 200 units of 0.00074 USD an hour
    assert found.rates == (RateChange(MOST, Decimal("54.02"), Decimal("108.04")),)
    assert explained(target(10, 100), target(10, 100) | {"roleArn": "arn"}).rates == ()


def test_a_target_that_goes_costs_nothing_from_then_on():
    found = explained(target(10, 100, index="by-day"), None)
    assert {rate.after_usd for rate in found.rates} == {None}
    assert found.rates[0].before_usd == Decimal("1.08")


def test_the_class_of_the_table_decides_though_the_table_stays():
    units = {
        "readCapacityUsdPerUnitHour": Decimal("0.001"),
        "infrequentReadCapacityUsdPerUnitHour": Decimal("0.003"),
    }
    prices = {"prices": lambda region: Prices(region, "", units, "")}
    standard = explained(None, target(10, 100), **prices)
    dear = explained(None, target(10, 100), table_class="STANDARD_INFREQUENT_ACCESS", **prices)
    assert standard.rates[0].after_usd == Decimal("7.30")
    assert dear.rates[0].after_usd == Decimal("21.90")


@pytest.mark.parametrize("prices", [lambda _: None, lambda region: Prices(region, "", {}, "")])
def test_what_no_price_is_known_of_is_said_to_have_none(prices):
    found = explained(target(10, 100), target(20, 100), prices=prices)
    assert (found.rates, found.unpriced) == ((), ("scalable target",))
    assert explained(target(10, 100), target(20, 100)).unpriced == ()


def test_what_scales_something_else_is_not_reckoned():
    other = target(1, 4) | {"scalableDimension": "ecs:service:DesiredCount"}
    assert explained(None, other).rates == ()
