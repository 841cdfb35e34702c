import pytest

from tablewright_emulator.faults import Fault, Faults, fault_of
from tablewright_emulator.request import AwsFault, Request


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


def test_what_other_operations_do_meanwhile_changes_nothing():
    def hits(others):
        faults = Faults()
        faults.add(Fault(rate=0.3, seed=3))
        found = []
        for number in range(100):
            for _ in range(others * number % 3):
                struck(faults, request("GetItem"))
            found.append(struck(faults, request()) is not None)
        return found

    assert hits(0) == hits(1) == hits(2)


def test_another_seed_strikes_other_calls():
    def hits(seed):
        faults = Faults()
        faults.add(Fault(rate=0.5, seed=seed))
        return [struck(faults, request()) is not None for _ in range(50)]

    assert hits(1) != hits(2)


def test_calls_pass_before_the_first_is_struck():
    faults = Faults()
    faults.add(Fault(skip=2, times=1))
    assert [bool(struck(faults, request())) for _ in range(4)] == [False, False, True, False]


def test_a_fault_of_every_service_strikes_each():
    faults = Faults()
    faults.add(Fault(service="*"))
    assert struck(faults, request(service="iam", operation="CreateRole"))
    assert faults.active[0].struck == 1


def test_what_is_shown_can_be_ordered_again():
    fault = Fault(kind="delay", seconds=2, operation="CreateTable", rate=0.5, seed=4)
    shown = fault.shown()
    assert shown.pop("struck") == 0
    assert fault_of({name: value for name, value in shown.items() if value is not None}) == fault


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
