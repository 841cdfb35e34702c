import pytest
from botocore.exceptions import ClientError
from orders import Orders

pytestmark = pytest.mark.tablewright("tables.yaml")


@pytest.fixture
def orders(sandbox_stack):
    return Orders(sandbox_stack.tables["orders"], sandbox_stack.region)


def test_the_latest_order_comes_first(orders):
    orders.place("o-1", "ann", 10)
    orders.place("o-2", "ann", 20)
    orders.place("o-3", "bob", 30)
    assert orders.of("ann") == ["o-2", "o-1"]


def test_an_order_is_placed_once(orders):
    orders.place("o-1", "ann", 10)
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        orders.place("o-1", "bob", 20)


def test_the_tables_are_what_was_declared(sandbox_stack):
    assert sandbox_stack.verify().failed == ()
