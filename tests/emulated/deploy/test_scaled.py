"""Tables whose capacity scales are looked at before a run, whatever the state knows of them."""

import pytest

from tablewright.components.existing import NOTHING, Existing
from tablewright.deploy.scaled import with_scaled_tables
from tablewright.errors import UnreadError
from tablewright.plan.declared import DeclaredStack, DeclaredTable
from tablewright.plan.scaling import Scaling
from tablewright.plan.table import Key, Table, Throughput

REGION = "ap-southeast-2"
TABLE = Table("events", Key(("id",)), {"id": "S"}, "PROVISIONED", Throughput(5, 5))
UNITS = {"ReadCapacityUnits": 42, "WriteCapacityUnits": 7}


def stack(*scaling):
    return DeclaredStack("shop", "dev", REGION, (DeclaredTable(TABLE, scaling=scaling),))


SCALED = stack(Scaling("read", 5, 100))


def test_a_table_that_scales_is_known_with_the_capacity_it_has(session, make_table):
    make_table("events", BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    tables = with_scaled_tables(NOTHING, SCALED, session).tables
    assert tables["events"].throughput == Throughput(42, 7)


def test_nothing_is_asked_where_nothing_scales(session, refuse):
    refuse("dynamodb", "DescribeTable")
    assert with_scaled_tables(NOTHING, stack(), session) is NOTHING


def test_a_table_that_was_looked_at_is_not_read_again(session, refuse):
    refuse("dynamodb", "DescribeTable")
    known = Existing(tables={"events": TABLE})
    assert with_scaled_tables(known, SCALED, session) is known


def test_a_table_that_is_yet_to_be_made_is_not_there(session):
    assert with_scaled_tables(NOTHING, SCALED, session).tables == {}


def test_a_table_that_cannot_be_read_stops_the_run(session, make_table, refuse):
    make_table("events")
    refuse("dynamodb", "DescribeTable")
    with pytest.raises(UnreadError):
        with_scaled_tables(NOTHING, SCALED, session)
