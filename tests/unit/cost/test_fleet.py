"""What follows for a fleet: sums and reservations of tables that pass by one at a time."""

from dataclasses import replace
from decimal import Decimal

from tablewright.cost.decisions.decision import TableDecision
from tablewright.cost.decisions.evaluation import Evaluation
from tablewright.cost.decisions.settings import ON_DEMAND
from tablewright.cost.fleets.fleet import FleetDecision
from tablewright.cost.fleets.spool import DecisionSpool
from tablewright.cost.pricing.prices import PriceBook
from tablewright.usage.day import ResourceId


def evaluation(usd):
    return Evaluation(
        "on demand",
        ON_DEMAND,
        Decimal(usd),
        0.0,
        within=True,
        table_class="STANDARD",
        daily_usd=None,
    )


def decision(name, now, best, region="eu-west-1"):
    held = {"writeCapacityUsdPerUnitHour": {hour: Decimal(60) for hour in range(24)}}
    table = ResourceId("1", region, name)
    current = None if now is None else evaluation(now)
    chosen = evaluation(best)
    return TableDecision(table, None, current, chosen, chosen, alternatives=(chosen,),
                         hourly_units=held)  # fmt: skip


def test_sums_are_of_tables_whose_present_cost_is_known():
    empty = TableDecision(ResourceId("1", "us-east-1", "empty"))
    passing = (decision("a", 10, 4), decision("b", None, 3), decision("c", 5, 6), empty)
    fleet = FleetDecision.of(iter(passing), PriceBook())
    totals = fleet.totals
    assert (totals.tables, totals.undecided, totals.compared) == (4, 1, 2)
    assert (totals.current_usd, totals.decision_usd, totals.saving_usd) == (15, 10, 5)
    assert [prices.region for prices in fleet.prices] == ["eu-west-1", "us-east-1"]
    # Three tables of 60 units share two blocks.
    assert [(each.region, each.units) for each in fleet.commitments.reserved] == [
        ("eu-west-1", 200)
    ]
    assert [table.table.table for table in fleet.tables] == ["a", "b", "c", "empty"]
    assert all(not table.hourly_units for table in fleet.tables)


def test_a_spool_is_read_as_often_as_one_likes_and_while_it_is_read():
    spool = DecisionSpool()
    several = [decision(name, 2, 1) for name in "abc"]
    for each in several:
        spool.append(each)
    assert len(spool) == 3
    assert [(one.table.table, other.table.table) for one in spool for other in spool] == [
        (one, other) for one in "abc" for other in "abc"
    ]
    assert list(spool) == several


def test_a_fleet_is_set_as_for_commitments_where_that_is_cheaper_in_all():
    """On demand for 100 USD; capacity of 1,000 units costs more at the list, and less reserved."""
    capacity, requests = "writeCapacityUsdPerUnitHour", "onDemandWriteUsdPerMillion"
    listed = Decimal("0.000735") * 1000 * 730
    on_demand, committed = (
        replace(evaluation(usd), lines={name: Decimal(usd)})
        for name, usd in ((requests, listed - 100), (capacity, listed))
    )
    hours = range(24)
    used = dict.fromkeys(hours, (listed - 100) / 730 * 1_000_000 / Decimal("0.705"))
    table = replace(
        decision("a", 900, listed - 100),
        decision=on_demand,
        hourly_units={requests: used},
        committed=committed,
        committed_units={
            requests: {hour: -units for hour, units in used.items()},
            capacity: dict.fromkeys(hours, Decimal(1000)),
        },
    )
    fleet = FleetDecision.of([table], PriceBook())
    assert fleet.commitments.reserved == ()
    (reserved,) = fleet.committed.commitments.reserved
    assert (fleet.committed.tables, reserved.units) == (1, 1000)
    assert fleet.committed.saves_usd_per_month == reserved.saves_usd_per_month - 100
    assert fleet.committed.saves_usd_per_month > fleet.commitments.saves_usd_per_month
    assert fleet.committed.bill.usd_per_month == listed
    # A table that is cheapest as decided is left as it is.
    assert FleetDecision.of([decision("b", 10, 4)], PriceBook()).committed is None
