"""What belongs to a table besides the table itself: scaling, keys, replicas, origin, dashboard."""

import json

from tablewright import manifest
from tablewright.plan.declaration.dashboard import MOST_METRICS, MOST_WIDGETS, dashboard_body
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.policy import policy_document
from tablewright.plan.scaling import Side, with_scaled_capacity
from tablewright.plan.table import GlobalIndex, Key, Projection, Table, Throughput

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec: {region: eu-west-1, environment: test, tags: {Team: web, CostCenter: "7"}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: id, type: S}
"""
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
TABLE_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"


def declared(spec: str) -> DeclaredTable:
    lines = "".join(f"  {line}\n" for line in spec.strip("\n").splitlines())
    return declare(manifest.load_text(STACK + lines, {})).tables[0]


SCALED = """
billingMode: PROVISIONED
autoScaling:
  read: {minCapacity: 5, maxCapacity: 50, targetUtilization: 60}
  write: {minCapacity: 6, maxCapacity: 60}
globalSecondaryIndexes:
  - name: by-user
    partitionKey: {name: user, type: S}
    provisionedThroughput: {readCapacityUnits: 7, writeCapacityUnits: 8}
    autoScaling: {write: {minCapacity: 8, maxCapacity: 80}}
"""


def test_a_side_that_only_scales_begins_at_its_lower_bound() -> None:
    one = declared(SCALED)
    assert one.table.throughput == Throughput(5, 6)
    assert one.table.global_indexes[0].throughput == Throughput(7, 8)


def test_scaling_is_declared_per_side_of_the_table_and_of_each_index() -> None:
    sides = [
        (one.index, one.direction, one.minimum, one.maximum) for one in declared(SCALED).scaling
    ]
    assert sides == [(None, "read", 5, 50), (None, "write", 6, 60), ("by-user", "write", 8, 80)]


def provisioned(read: int, write: int, index_read: int, index_write: int) -> Table:
    index = GlobalIndex("i", Key(("u",)), Projection("ALL"), Throughput(index_read, index_write))
    return Table(
        "t",
        Key(("id",)),
        {"id": "S", "u": "S"},
        billing_mode="PROVISIONED",
        throughput=Throughput(read, write),
        global_indexes=(index,),
    )


def test_capacity_that_scales_is_neither_drift_nor_reset() -> None:
    sides = (Side(None, "read"), Side("i", "write"))
    wanted = with_scaled_capacity(provisioned(1, 2, 3, 4), sides, provisioned(10, 20, 30, 40))
    assert wanted == provisioned(10, 2, 3, 40)


def test_capacity_that_scales_is_as_declared_where_there_is_none_yet() -> None:
    sides = (Side(None, "read"), Side("i", "read"))
    on_demand = Table("t", Key(("id",)), {"id": "S"}, billing_mode="PAY_PER_REQUEST")
    assert with_scaled_capacity(provisioned(1, 2, 3, 4), sides, on_demand) == provisioned(
        1, 2, 3, 4
    )


def test_a_role_may_use_the_customer_key_through_dynamodb_only() -> None:
    one = declared(f"encryption: {{type: CUSTOMER, kmsKeyArn: '{KEY}'}}\naccess: [read, write]")
    read, write = (policy_document(role.grants, TABLE_ARN)["Statement"][-1] for role in one.roles)
    assert read["Resource"] == [KEY]
    assert read["Action"] == ["kms:Decrypt", "kms:DescribeKey"]
    assert read["Condition"] == {
        "StringEquals": {"kms:ViaService": ["dynamodb.eu-west-1.amazonaws.com"]}
    }
    assert "kms:Encrypt" in write["Action"]


def test_conditions_on_items_do_not_bind_actions_that_know_no_items() -> None:
    one = declared(
        """
stream: {}
access:
  - name: mine
    grants: [stream]
    conditions:
      ForAllValues:StringEquals: {dynamodb:LeadingKeys: [me]}
      Bool: {aws:SecureTransport: true}
"""
    )
    read, listing = policy_document(one.roles[0].grants, TABLE_ARN)["Statement"]
    assert set(read["Condition"]) == {"ForAllValues:StringEquals", "Bool"}
    assert listing["Condition"] == {"Bool": {"aws:SecureTransport": ["true"]}}


def test_exports_are_read_under_their_own_arns() -> None:
    statements = policy_document(declared("access: [export]").roles[0].grants, TABLE_ARN)[
        "Statement"
    ]
    assert f"{TABLE_ARN}/export/*" in statements[1]["Resource"]


def test_a_replica_carries_the_tables_tags_unless_told_otherwise() -> None:
    one = declared(
        """
stream: {}
tags: {Owner: me}
globalTable:
  replicas:
    - {region: eu-central-1, tags: {Where: there}}
    - {region: eu-west-2, propagateTags: false}
"""
    )
    first, second = one.global_table.replicas
    assert (first.tags["Owner"], first.tags["Where"], first.tags["Team"]) == ("me", "there", "web")
    assert "Owner" not in second.tags
    assert second.tags["Environment"] == "test"


def test_percentile_alarms_keep_silent_on_few_requests() -> None:
    [alarm] = declared("alarms: {latency: {operations: [GetItem]}}").alarms
    assert alarm.metric.stat == "p99"
    assert alarm.evaluate_low_sample_count_percentile == "ignore"
    assert (alarm.evaluation_periods, alarm.datapoints_to_alarm) == (5, 3)


def test_utilization_is_consumption_a_second_over_the_capacity() -> None:
    one = declared(SCALED + "alarms: {readUtilization: {indexes: true}}")
    table, index = one.alarms
    assert table.queries[-1].expression == "100*(used/PERIOD(used))/FILL(ceiling,REPEAT)"
    assert table.queries[1].metric.metric_name == "ProvisionedReadCapacityUnits"
    assert index.queries[0].metric.dimensions == {
        "TableName": "orders",
        "GlobalSecondaryIndexName": "by-user",
    }


def test_the_quota_of_an_account_has_no_dimensions() -> None:
    [alarm] = declared("alarms: {writeQuotaUtilization: {}}").alarms
    assert alarm.queries[1].metric.metric_name == "AccountMaxTableLevelWrites"
    assert alarm.queries[1].metric.dimensions == {}


def tables(count: int) -> list[DeclaredTable]:
    return [DeclaredTable(Table(f"table-{n}", Key(("id",)), {"id": "S"})) for n in range(count)]


def test_a_dashboard_stays_within_what_cloudwatch_takes() -> None:
    for count in (0, 1, 10, 100, 300, 600):
        widgets = dashboard_body("shop", "eu-west-1", tables(count), 300)["widgets"]
        metrics = sum(len(one["properties"].get("metrics", ())) for one in widgets)
        assert len(widgets) <= MOST_WIDGETS
        assert metrics <= MOST_METRICS
        assert len(json.dumps(widgets)) < 1_000_000
        shown = json.dumps(widgets)
        assert all(f"table-{n}" in shown for n in range(min(count, 499)))


def test_the_graphs_of_a_dashboard_do_not_overlap() -> None:
    widgets = dashboard_body("shop", "eu-west-1", tables(5), 300)["widgets"]
    taken = [
        (x, y)
        for one in widgets
        for x in range(one["x"], one["x"] + one["width"])
        for y in range(one["y"], one["y"] + one["height"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) == 23
