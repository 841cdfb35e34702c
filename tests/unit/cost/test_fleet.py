"""What follows for a fleet: sums and reservations of tables that pass by one at a time."""

from decimal import Decimal

from tablewright.cost.decision import TableDecision
from tablewright.cost.evaluation import Evaluation
from tablewright.cost.fleet import FleetDecision
from tablewright.cost.prices import PriceBook
from tablewright.cost.settings import ON_DEMAND
from tablewright.cost.spool import DecisionSpool
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
