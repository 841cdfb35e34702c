"""Capacity that scales belongs to Auto Scaling: no preview shows it, no `up` resets it."""

from dataclasses import replace

import pytest

from tablewright.components import Existing, TableStack
from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable
from tablewright.plan.scaling import Scaling
from tablewright.plan.table import (
    GlobalIndex,
    Key,
    OnDemandMaximum,
    Projection,
    Stream,
    Table,
    Throughput,
)

pytestmark = pytest.mark.engine

REGION = "ap-southeast-2"
BY_USER = GlobalIndex("by-user", Key(("userId",)), Projection("ALL"), Throughput(2, 2))
TABLE = Table(
    name="orders",
    key=Key(("id",)),
    attributes={"id": "S", "userId": "S"},
    billing_mode="PROVISIONED",
    throughput=Throughput(5, 5),
    global_indexes=(BY_USER,),
    local_indexes=(),
    stream=Stream(None),
    tags={"Environment": "dev"},
)
ORDERS = DeclaredTable(
    TABLE,
    scaling=(
        Scaling("read", 5, 100),
        Scaling("write", 5, 100),
        Scaling("read", 2, 50, "by-user"),
        Scaling("write", 2, 50, "by-user"),
    ),
)


def stack_of(workshop, declared, existing=None):
    stack = DeclaredStack("shop", "dev", REGION, (declared,))
    return workshop.stack(
        "shop", lambda: TableStack.from_declared(stack, existing or Existing()).export()
    )


@pytest.fixture
def capacity(workshop):
    """Reads or sets (read, write) of the table and of its indexes, as scaling would."""
    client = workshop.client("dynamodb")

    def units(description):
        throughput = description["ProvisionedThroughput"]
        return throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]

    def wait():
        client.get_waiter("table_exists").wait(
            TableName="orders", WaiterConfig={"Delay": 0.1, "MaxAttempts": 100}
        )

    def access(set_table=None, **set_indexes):
        def as_units(value):
            return {"ReadCapacityUnits": value[0], "WriteCapacityUnits": value[1]}

        if set_table:
            client.update_table(TableName="orders", ProvisionedThroughput=as_units(set_table))
            wait()
        for name, value in set_indexes.items():
            update = {"IndexName": name.replace("_", "-"), "ProvisionedThroughput": as_units(value)}
            updates = [{"Update": update}]
            client.update_table(TableName="orders", GlobalSecondaryIndexUpdates=updates)
            wait()
        table = client.describe_table(TableName="orders")["Table"]
        indexes = table.get("GlobalSecondaryIndexes", [])
        return {"orders": units(table), **{it["IndexName"]: units(it) for it in indexes}}

    return access


def test_scaled_capacity_is_neither_drift_nor_reset(workshop, capacity, changed):
    """Of a table that becomes provisioned and scaled in one run, and then gets another index."""
    on_demand = replace(
        TABLE,
        billing_mode="PAY_PER_REQUEST",
        throughput=None,
        global_indexes=(replace(BY_USER, throughput=None),),
        on_demand_maximum=OnDemandMaximum(),
    )
    stack_of(workshop, DeclaredTable(on_demand)).up()
    stack_of(workshop, ORDERS, Existing(tables={"orders": on_demand})).up()
    assert capacity() == {"orders": (5, 5), "by-user": (2, 2)}
    assert registered(workshop) == {
        ("table/orders", "dynamodb:table:ReadCapacityUnits"),
        ("table/orders", "dynamodb:table:WriteCapacityUnits"),
        ("table/orders/index/by-user", "dynamodb:index:ReadCapacityUnits"),
        ("table/orders/index/by-user", "dynamodb:index:WriteCapacityUnits"),
    }
    stack = stack_of(workshop, ORDERS)
    assert changed(stack.preview()) == {}

    capacity((42, 17), by_user=(9, 8))
    scaled = {"orders": (42, 17), "by-user": (9, 8)}
    assert changed(stack.preview()) == {}
    stack.up()
    assert capacity() == scaled
    stack.refresh()
    assert changed(stack.preview()) == {}

    tagged = replace(TABLE, tags={"Environment": "dev", "Owner": "me"})
    stack_of(workshop, replace(ORDERS, table=tagged)).up()
    assert capacity() == scaled

    # An index that comes before a scaled one does not take its capacity.
    first = replace(BY_USER, name="a-first", throughput=Throughput(1, 1))
    wider = replace(ORDERS, table=replace(tagged, global_indexes=(BY_USER, first)))
    live = replace(
        tagged,
        throughput=Throughput(42, 17),
        global_indexes=(replace(BY_USER, throughput=Throughput(9, 8)),),
    )
    again = stack_of(workshop, wider, Existing(tables={"orders": live}))
    again.up()
    assert capacity() == {**scaled, "a-first": (1, 1)}
    assert changed(again.preview()) == {}


def registered(workshop):
    scaling = workshop.client("application-autoscaling")
    policies = scaling.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"]
    return {(it["ResourceId"], it["ScalableDimension"]) for it in policies}


def test_a_table_that_scales_already_is_adopted_as_it_is(workshop, capacity, changed):
    client = workshop.client("dynamodb")
    client.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("id", "userId")
        ],
        ProvisionedThroughput={"ReadCapacityUnits": 30, "WriteCapacityUnits": 20},
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-user",
                "KeySchema": [{"AttributeName": "userId", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 6},
            }
        ],
        Tags=[{"Key": "Environment", "Value": "dev"}],
    )
    client.get_waiter("table_exists").wait(TableName="orders", WaiterConfig={"Delay": 0.1})
    live = replace(
        TABLE,
        throughput=Throughput(30, 20),
        global_indexes=(replace(BY_USER, throughput=Throughput(7, 6)),),
    )
    stack = stack_of(workshop, replace(ORDERS, adopt=True), Existing(tables={"orders": live}))
    stack.up()
    assert capacity() == {"orders": (30, 20), "by-user": (7, 6)}
    assert changed(stack_of(workshop, replace(ORDERS, adopt=True)).preview()) == {}
