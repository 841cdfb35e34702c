"""What scales of a table is found before a run, whoever made it, with the capacity it has."""

from dataclasses import replace

import pytest

from tablewright.components.existing import NOTHING, Existing
from tablewright.deploy.preconditions.scaling_targets import left_alone, with_scaled_tables
from tablewright.engine import Operation, ResourceChange, StateResource
from tablewright.errors import UnreadError
from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable
from tablewright.plan.scaling import Scaling, Schedule, Side
from tablewright.plan.table import Key, Table, Throughput
from tablewright.resource_kinds.types import TABLE as TABLE_TYPE
from tablewright.resource_kinds.types import TARGET

REGION = "ap-southeast-2"
TABLE = Table("events", Key(("id",)), {"id": "S"}, "PROVISIONED", Throughput(5, 5))
UNITS = {"ReadCapacityUnits": 42, "WriteCapacityUnits": 7}
RECORDED = StateResource("urn::events", "aws:dynamodb/table:Table", "events", "events")
READS = {"resourceId": "table/events", "scalableDimension": "dynamodb:table:ReadCapacityUnits"}
OURS = StateResource("urn::events-read", TARGET, "events-read", "table/events", READS)


def stack(*scaling, table=TABLE):
    return DeclaredStack("shop", "dev", REGION, (DeclaredTable(table, scaling=scaling),))


SCALED = stack(Scaling("read", 5, 100))


@pytest.fixture
def provisioned(make_table):
    return make_table("events", BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)


@pytest.fixture
def scale_reads(session, provisioned):
    """Register a scalable target as somebody else would."""

    def register(low=5, high=50):
        session.client("application-autoscaling", REGION).register_scalable_target(
            ServiceNamespace="dynamodb",
            ResourceId="table/events",
            ScalableDimension="dynamodb:table:ReadCapacityUnits",
            MinCapacity=low,
            MaxCapacity=high,
        )

    return register


def test_a_table_that_scales_is_known_with_the_capacity_it_has(session, provisioned):
    tables = with_scaled_tables(NOTHING, SCALED, [RECORDED], session).tables
    assert tables["events"].throughput == Throughput(42, 7)


def test_a_table_that_others_have_made_to_scale_is_known_too(session, scale_reads):
    scale_reads()
    found = with_scaled_tables(NOTHING, stack(), [RECORDED], session)
    assert found.scalable == {("events", Side(None, "read")): (5, 50)}
    assert found.tables["events"].throughput == Throughput(42, 7)
    [note] = left_alone(found, stack())
    assert "reads of table events" in note
    assert "--scalable-dimension dynamodb:table:ReadCapacityUnits" in note
    assert list(left_alone(found, SCALED)) == []


def test_a_switch_from_on_demand_sends_the_declared_capacity_whatever_scales(session, scale_reads):
    scale_reads()
    found = with_scaled_tables(NOTHING, stack(), [RECORDED], session)
    on_demand = replace(TABLE, billing_mode="PAY_PER_REQUEST", throughput=None)
    switched = replace(found, tables={"events": on_demand})
    assert list(left_alone(switched, stack())) == []


def test_what_this_stack_has_made_and_declares_no_more_is_about_to_go(session, scale_reads):
    scale_reads()
    assert with_scaled_tables(NOTHING, stack(), [RECORDED, OURS], session).scalable == {}
    kept = with_scaled_tables(NOTHING, SCALED, [RECORDED, OURS], session)
    assert set(kept.scalable) == {("events", Side(None, "read"))}


def test_what_scaling_leaves_behind_where_it_goes_is_told_unless_the_run_sets_it(
    session, scale_reads
):
    scale_reads()
    found = with_scaled_tables(NOTHING, stack(), [RECORDED, OURS], session)
    [note] = left_alone(found, stack())
    assert "reads of table events scale no more, and keep the 42 units" in note
    assert "sets the declared 5" in note
    updated = ResourceChange("urn::events", TABLE_TYPE, "events", Operation.UPDATE, id="events")
    assert list(left_alone(found, stack(), [updated])) == []
    as_it_is = stack(table=replace(TABLE, throughput=Throughput(42, 5)))
    assert list(left_alone(found, as_it_is)) == []


def test_bounds_that_a_schedule_has_set_are_told(session, scale_reads):
    scale_reads(20, 50)
    day = Schedule("day", "cron(0 7 * * ? *)", minimum=20)
    declared = stack(Scaling("read", 5, 50, schedules=(day,)))
    found = with_scaled_tables(NOTHING, declared, [RECORDED], session)
    [note] = left_alone(found, declared)
    assert "20 and 50" in note
    assert "5 to 50" in note


def test_nothing_is_asked_of_tables_on_demand(session, refuse):
    refuse("dynamodb", "DescribeTable")
    refuse("application-autoscaling", "DescribeScalableTargets")
    on_demand = replace(TABLE, billing_mode="PAY_PER_REQUEST", throughput=None)
    found = with_scaled_tables(NOTHING, stack(table=on_demand), [RECORDED], session)
    assert found == NOTHING


def test_a_table_that_was_looked_at_is_not_read_again(session, refuse):
    refuse("dynamodb", "DescribeTable")
    known = Existing(tables={"events": TABLE})
    assert with_scaled_tables(known, SCALED, [], session) == known


def test_a_table_that_is_yet_to_be_made_is_not_asked_about(session, refuse):
    refuse("application-autoscaling", "DescribeScalableTargets")
    assert with_scaled_tables(NOTHING, SCALED, [], session).tables == {}


@pytest.mark.parametrize(
    "call", [("dynamodb", "DescribeTable"), ("application-autoscaling", "DescribeScalableTargets")]
)
def test_what_cannot_be_read_stops_the_run(session, scale_reads, refuse, call):
    scale_reads()
    refuse(*call)
    with pytest.raises(UnreadError):
        with_scaled_tables(NOTHING, SCALED, [RECORDED], session)
