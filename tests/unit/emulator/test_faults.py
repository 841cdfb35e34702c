import pytest

from tablewright.emulator.faults import Fault, Faults
from tablewright.emulator.request import AwsFault, Request


def request(operation="PutItem", service="dynamodb", **params):
    return Request(service, operation, params or {"TableName": "orders"}, "1" * 12, "eu-west-1")


def struck(faults, asked):
    try:
        faults.strike(asked)
    except AwsFault as fault:
        return fault.code, fault.status
    return None


def test_a_fault_strikes_its_operation_and_table_only():
    faults = Faults()
    faults.add(Fault(operation="PutItem", table="orders"))
    assert struck(faults, request()) == ("InternalServerError", 500)
    assert struck(faults, request("GetItem")) is None
    assert struck(faults, request(TableName="other")) is None
    assert struck(faults, request(service="cloudwatch")) is None


def test_a_fault_of_every_operation_strikes_requests_without_a_table_too():
    faults = Faults()
    faults.add(Fault())
    assert struck(faults, request("ListTables", Limit=5))


def test_a_fault_is_over_after_its_times():
    faults = Faults()
    faults.add(Fault(times=2))
    assert [bool(struck(faults, request())) for _ in range(4)] == [True, True, False, False]
    assert faults.active == []


def test_a_rate_strikes_that_share_and_the_same_ones_every_time():
    def hits():
        faults = Faults()
        faults.add(Fault(rate=0.25, code="ThrottlingException", status=400))
        return [struck(faults, request()) is not None for _ in range(1000)]

    assert 200 < sum(hits()) < 300
    assert hits() == hits()


def test_clearing_lets_everything_work():
    faults = Faults()
    faults.add(Fault())
    faults.clear()
    assert struck(faults, request()) is None


@pytest.mark.parametrize(
    "params",
    [
        {"TableName": "arn:aws:dynamodb:eu-west-1:111111111111:table/orders"},
        {"RequestItems": {"other": [], "orders": []}},
        {"TransactItems": [{"Put": {"TableName": "other"}}, {"Update": {"TableName": "orders"}}]},
    ],
)
def test_a_table_is_found_wherever_a_request_names_it(params):
    faults = Faults()
    faults.add(Fault(table="orders"))
    asked = request(**params)
    assert struck(faults, asked)
    assert "orders" in asked.traffic.tables


@pytest.mark.parametrize(
    "params", [{"TableName": 7}, {"RequestItems": []}, {"TransactItems": [1, {"Put": "x"}]}]
)
def test_a_malformed_request_is_left_to_others(params):
    faults = Faults()
    faults.add(Fault(table="orders"))
    assert struck(faults, request(**params)) is None
