"""A state, in the form in which what is live is read."""

from __future__ import annotations

import pytest

from tablewright.deploy.drift.recorded_stack import recorded_stack
from tablewright.engine import SECRET, StateResource
from tablewright.fleet.stack import LiveStack
from tablewright.resource_kinds.types import ALARM, DASHBOARD, ROLE, TABLE

LIVE = LiveStack("123456789012", "aws", "eu-west-1", {}, {}, {})
ORDERS = {
    "name": "orders",
    "hashKey": "id",
    "attributes": [{"name": "id", "type": "S"}],
    "billingMode": "PAY_PER_REQUEST",
    "arn": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
    "tagsAll": {"Team": "shop"},
}


def resource(type_: str, id_: str, **outputs: object) -> StateResource:
    urn = f"urn:pulumi:dev::shop::{type_}::{id_}"
    return StateResource(urn, type_, id_, id_, outputs=outputs)


def test_a_table_is_as_it_would_be_read():
    table = recorded_stack([resource(TABLE, "orders", **ORDERS)], LIVE).tables["orders"]
    assert table.table.billing_mode == "PAY_PER_REQUEST"
    assert table.table.tags == {"Team": "shop"}
    assert table.reading.status == "ACTIVE"


@pytest.mark.parametrize("type_", [TABLE, ALARM, ROLE, DASHBOARD])
@pytest.mark.parametrize(
    "outputs", [{}, {"assumeRolePolicy": SECRET, "dashboardBody": SECRET, "attributes": SECRET}]
)
def test_what_tells_nothing_counts_as_not_recorded_and_hides_nothing_else(type_, outputs):
    odd = resource(type_, "odd", **outputs)
    recorded = recorded_stack([odd, resource(TABLE, "orders", **ORDERS)], LIVE)
    assert recorded.tables["orders"].table.tags == {"Team": "shop"}
    assert (recorded.alarms, recorded.roles, recorded.dashboard) == ({}, {}, None)
