"""AWS/DynamoDB: which series exist, with which dimensions, and what they say."""

import math
from datetime import UTC, datetime

import pytest

from tablewright_emulator.cloudwatch.metrics.statistic import parse_statistic
from tablewright_emulator.cloudwatch.metrics.store import MetricName, MetricStore
from tablewright_emulator.cloudwatch.metrics.table_metrics import TableMetrics, TableState
from tablewright_emulator.request import Reply, Request, Served, Traffic, Usage

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
AT = NOON.timestamp()
PLACE = ("1" * 12, "eu-west-1")


@pytest.fixture
def store():
    return MetricStore()


@pytest.fixture
def metrics(store):
    return TableMetrics(store)


def served(operation="PutItem", error=None, status=None, seconds=0.002, service="dynamodb", **did):
    traffic = Traffic(tables=["orders"], **did)
    request = Request(service, operation, {}, *PLACE, traffic=traffic)
    reply = Reply(status or (400 if error else 200), {}, b"", error)
    return Served(request, reply, seconds, NOON)


def series(store):
    """What is there: (name, dimensions as text) to (sum, samples)."""
    found = {}
    for metric in store.metrics(*PLACE):
        window = metric.window(int(AT), 1, 60, AT + 60)
        dimensions = " ".join(f"{key}={value}" for key, value in metric.name.dimensions)
        if window.columns.count[0]:
            counted = (float(window.columns.total[0]), float(window.columns.count[0]))
            found[metric.name.name, dimensions] = counted
    return found


def read(store, name, minutes, dimensions, *, period=60, start=AT):
    metric = store.find(*PLACE, MetricName.of("AWS/DynamoDB", name, dimensions))
    if metric is None:
        return None
    values = metric.window(int(start), minutes * 60 // period, period, AT + 86_400).values(
        parse_statistic("Average")
    )
    return [None if math.isnan(value) else value for value in values]


def test_a_success_counts_latency_per_table_and_operation(store, metrics):
    metrics.served(served(seconds=0.25))
    metrics.served(served(seconds=0.75))
    assert series(store) == {
        ("SuccessfulRequestLatency", "Operation=PutItem TableName=orders"): (1000.0, 2.0)
    }


def test_consumed_units_go_to_the_table_and_to_each_global_index_apart(store, metrics):
    usages = [Usage("orders", write_units=3.0), Usage("orders", "by-date", write_units=2.0)]
    metrics.served(served(usages=usages))
    metrics.served(served("Query", usages=[Usage("orders", "by-date", read_units=0.5)]))

    found = series(store)

    assert found["ConsumedWriteCapacityUnits", "TableName=orders"] == (3.0, 1.0)
    index = "GlobalSecondaryIndexName=by-date TableName=orders"
    assert found["ConsumedWriteCapacityUnits", index] == (2.0, 1.0)
    assert found["ConsumedReadCapacityUnits", index] == (0.5, 1.0)
    assert ("ConsumedReadCapacityUnits", "TableName=orders") not in found


@pytest.mark.parametrize(
    ("cause", "metric"),
    [
        ("ProvisionedThroughput", "WriteProvisionedThroughputThrottleEvents"),
        ("KeyRangeThroughput", "WriteKeyRangeThroughputThrottleEvents"),
        ("MaxOnDemandThroughput", "WriteMaxOnDemandThroughputThrottleEvents"),
        ("AccountLimit", "WriteAccountLimitThrottleEvents"),
    ],
)
def test_a_throttled_request_counts_its_items_by_cause_and_itself_once(
    store, metrics, cause, metric
):
    usage = Usage("orders", throttled_writes=4, cause=cause)
    metrics.served(served(error="ProvisionedThroughputExceededException", usages=[usage]))
    assert series(store) == {
        ("ThrottledRequests", "Operation=PutItem TableName=orders"): (1.0, 1.0),
        ("WriteThrottleEvents", "TableName=orders"): (4.0, 4.0),
        (metric, "TableName=orders"): (4.0, 4.0),
    }


def test_an_error_of_the_user_has_no_dimension(store, metrics):
    metrics.served(served(error="ValidationException"))
    metrics.served(served("Query", error="ResourceNotFoundException"))
    assert series(store) == {("UserErrors", ""): (2.0, 2.0)}


def test_a_failed_condition_is_no_error_of_the_user(store, metrics):
    failed = {"failed_conditions": {"orders": 1}}
    metrics.served(served(error="ConditionalCheckFailedException", **failed))
    metrics.served(served("TransactWriteItems", error="TransactionCanceledException", **failed))
    assert series(store) == {("ConditionalCheckFailedRequests", "TableName=orders"): (2.0, 2.0)}


def test_a_conflict_of_transactions_counts_its_items_and_is_an_error_of_the_user(store, metrics):
    conflicts = {"transaction_conflicts": {"orders": 3}}
    metrics.served(served("TransactWriteItems", error="TransactionCanceledException", **conflicts))
    assert series(store) == {
        ("TransactionConflict", "TableName=orders"): (3.0, 1.0),
        ("UserErrors", ""): (1.0, 1.0),
    }


def test_an_error_of_the_system_counts_per_table_and_operation(store, metrics):
    metrics.served(served("GetItem", error="InternalServerError", status=500))
    assert series(store) == {("SystemErrors", "Operation=GetItem TableName=orders"): (1.0, 1.0)}


def test_items_returned_are_counted_where_several_may_be(store, metrics):
    metrics.served(served("Query", returned_items=7))
    metrics.served(served("GetItem", returned_items=1))
    assert series(store)["ReturnedItemCount", "Operation=Query TableName=orders"] == (7.0, 1.0)
    assert ("ReturnedItemCount", "Operation=GetItem TableName=orders") not in series(store)


def test_a_stream_read_carries_the_streams_label(store, metrics):
    read_ = {"stream_label": "2026", "returned_records": 5, "returned_bytes": 900}
    metrics.served(served("GetRecords", service="dynamodbstreams", **read_))
    dimensions = "Operation=GetRecords StreamLabel=2026 TableName=orders"
    found = series(store)
    assert found["ReturnedRecordsCount", dimensions] == (5.0, 1.0)
    assert found["ReturnedBytes", dimensions] == (900.0, 1.0)
    assert ("SuccessfulRequestLatency", dimensions) in found


def test_items_that_expired_are_counted(store, metrics):
    metrics.served(served("TimeToLive", expired_items={"orders": 12}))
    assert series(store)["TimeToLiveDeletedItemCount", "TableName=orders"] == (12.0, 12.0)


def test_other_services_are_not_counted(store, metrics):
    metrics.served(served(service="cloudwatch", error="ValidationError"))
    assert series(store) == {}


TABLE = {"TableName": "orders"}
INDEX = TABLE | {"GlobalSecondaryIndexName": "by-date"}


def test_an_idle_table_reports_zero_units_each_minute_and_its_capacity_each_five(store, metrics):
    state = TableState("orders", {None: (5.0, 6.0), "by-date": (7.0, 8.0)}, ("by-date",))
    metrics.table_is(PLACE, state, AT)

    assert read(store, "ConsumedReadCapacityUnits", 3, TABLE) == [0.0, 0.0, 0.0]
    assert read(store, "ConsumedWriteCapacityUnits", 3, INDEX) == [0.0, 0.0, 0.0]
    assert read(store, "ProvisionedReadCapacityUnits", 6, TABLE) == [5.0, *[None] * 4, 5.0]
    assert read(store, "ProvisionedWriteCapacityUnits", 10, INDEX, period=300) == [8.0, 8.0]


def test_traffic_takes_the_place_of_the_idle_zero(store, metrics):
    metrics.table_is(PLACE, TableState("orders", None), AT)
    metrics.served(served(usages=[Usage("orders", write_units=4.0)]))
    metrics.served(served(usages=[Usage("orders", write_units=2.0)]))
    assert read(store, "ConsumedWriteCapacityUnits", 2, TABLE) == [3.0, 0.0]


def test_a_table_on_demand_reports_no_capacity_but_its_maxima(store, metrics):
    state = TableState("orders", None, (), {None: (100.0, None)})
    metrics.table_is(PLACE, state, AT)
    assert read(store, "ProvisionedReadCapacityUnits", 5, TABLE) is None
    assert read(store, "OnDemandMaxReadRequestUnits", 5, TABLE, period=300) == [100.0]
    assert read(store, "OnDemandMaxWriteRequestUnits", 5, TABLE) is None


def test_changes_are_reported_from_their_minute_on(store, metrics):
    metrics.table_is(PLACE, TableState("orders", {None: (5.0, 5.0)}), AT)
    metrics.table_is(PLACE, TableState("orders", {None: (9.0, 5.0)}), AT + 300)
    metrics.table_is(PLACE, TableState("orders", None), AT + 600)
    found = read(store, "ProvisionedReadCapacityUnits", 15, TABLE, period=300)
    assert found == [5.0, 9.0, None]


def test_an_index_that_is_gone_reports_nothing_more_while_the_table_does(store, metrics):
    metrics.table_is(PLACE, TableState("orders", None, ("by-date",)), AT)
    metrics.table_is(PLACE, TableState("orders", None), AT + 120)
    assert read(store, "ConsumedReadCapacityUnits", 4, INDEX) == [0.0, 0.0, None, None]
    assert read(store, "ConsumedReadCapacityUnits", 4, TABLE) == [0.0] * 4


def test_a_deleted_table_reports_nothing_more_and_a_new_one_of_its_name_again(store, metrics):
    metrics.table_is(PLACE, TableState("orders", None), AT)
    metrics.table_gone(PLACE, "orders", AT + 60)
    metrics.table_gone(PLACE, "orders", AT + 60)
    metrics.table_is(PLACE, TableState("orders", None), AT + 180)
    assert read(store, "ConsumedReadCapacityUnits", 4, TABLE) == [0.0, None, None, 0.0]


def test_the_account_reports_its_quotas_and_how_much_of_them_is_provisioned(store, metrics):
    metrics.table_is(PLACE, TableState("a", {None: (400.0, 0.0), "i": (400.0, 0.0)}, ("i",)), AT)
    metrics.table_is(PLACE, TableState("b", {None: (8000.0, 0.0)}), AT)

    assert read(store, "AccountMaxReads", 5, {}, period=300) == [80_000.0]
    assert read(store, "AccountMaxTableLevelWrites", 5, {}, period=300) == [40_000.0]
    used = read(store, "AccountProvisionedReadCapacityUtilization", 5, {}, period=300)
    assert used == [100 * 8800 / 80_000]
    most = read(store, "MaxProvisionedTableReadCapacityUtilization", 5, {}, period=300)
    assert most == [100 * 8000 / 40_000]


def test_an_account_without_tables_reports_nothing(store, metrics):
    metrics.table_is(PLACE, TableState("a", None), AT)
    metrics.table_gone(PLACE, "a", AT + 300)
    assert read(store, "AccountMaxReads", 10, {}, period=300) == [80_000.0, None]


def test_what_is_provisioned_follows_changes_and_a_reload(store, metrics):
    metrics.table_is(PLACE, TableState("a", {None: (400.0, 1.0)}), AT)
    metrics.table_is(PLACE, TableState("b", {None: (100.0, 1.0)}), AT)
    state = metrics.dump()
    reloaded = TableMetrics(store)
    reloaded.load(state)
    reloaded.table_is(PLACE, TableState("a", {None: (200.0, 1.0)}), AT + 300)
    reloaded.table_gone(PLACE, "b", AT + 600)
    reloaded.table_is(PLACE, TableState("a", None), AT + 900)

    used = read(store, "AccountProvisionedReadCapacityUtilization", 20, {}, period=300)
    most = read(store, "MaxProvisionedTableReadCapacityUtilization", 20, {}, period=300)
    assert used == [100 * 500 / 80_000, 100 * 300 / 80_000, 100 * 200 / 80_000, None]
    assert most == [100 * 400 / 40_000, 100 * 200 / 40_000, 100 * 200 / 40_000, None]
