"""A note that something moved: it stays what it is in AWS, or the run does not begin."""

from __future__ import annotations

import pytest

from tablewright import manifest
from tablewright.deploy.preconditions.moved_tables import keep_what_moved
from tablewright.engine import StateResource
from tablewright.errors import RefusedError
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import DeclaredStack, Moved
from tablewright.resource_kinds.types import ALARM, ROLE, TABLE

STACK = """
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: dev
  tags: {Team: t, CostCenter: c}
  alarms: {userErrors: {name: Refused}}
  moved:
    - {from: FROM, to: TO}
    - {from: table/long-ago, to: table/purchases}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  tableName: purchases
  partitionKey: {name: id, type: S}
  alarms: {writeThrottles: {name: Writes}}
  access: [{name: reader, grants: [read], roleName: orders-reader}]
"""
KINDS = {
    "a table": (TABLE, "table/purchases", "table/orders", "purchases", "tableName"),
    "an alarm": (
        ALARM,
        "table/purchases/alarm/w",
        "table/orders/alarm/write-throttles",
        "Writes",
        "name",
    ),
    "an alarm of the stack": (
        ALARM,
        "table/orders/alarm/errors",
        "alarm/user-errors",
        "Refused",
        "name",
    ),
    "a role": (
        ROLE,
        "table/orders/role/r1",
        "table/orders/role/reader",
        "orders-reader",
        "roleName",
    ),
}


def declared(former: str, name: str) -> DeclaredStack:
    text = STACK.replace("FROM", former).replace("TO", name)
    if former != "table/purchases":
        text = text.replace("    - {from: table/long-ago, to: table/purchases}\n", "")
    return declare(manifest.load_text(text, {}))


def recorded(type_: str, logical: str, name: str) -> StateResource:
    urn = f"urn:pulumi:dev::shop::{type_}::{logical}"
    return StateResource(urn, type_, logical, id=name, inputs={"name": name})


def may_move(stack: DeclaredStack, *resources: StateResource) -> bool:
    try:
        keep_what_moved(stack, resources)
    except RefusedError:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_what_keeps_its_name_in_aws_may_move(kind):
    type_, former, name, physical, _ = KINDS[kind]
    stack = declared(former, name)

    assert may_move(stack, recorded(type_, stack.moved[0].former, physical))


@pytest.mark.parametrize("kind", KINDS)
def test_what_would_get_another_name_is_refused_with_the_line_that_keeps_it(kind):
    type_, former, name, _, field = KINDS[kind]
    stack = declared(former, name)

    with pytest.raises(RefusedError, match="AWS renames nothing") as refusal:
        keep_what_moved(stack, [recorded(type_, stack.moved[0].former, "another-name")])
    assert f"`{field}: another-name`" in refusal.value.next_step


@pytest.mark.parametrize("kind", KINDS)
def test_a_note_of_what_is_not_recorded_under_its_old_name_means_nothing(kind):
    type_, former, name, physical, _ = KINDS[kind]
    stack = declared(former, name)

    assert may_move(stack)
    assert may_move(stack, recorded(type_, stack.moved[0].name, physical))


def test_notes_of_earlier_moves_lead_to_the_name_of_today():
    stack = declared("table/purchases", "table/orders")

    assert stack.moved == (
        Moved("table", "purchases", "orders"),
        Moved("table", "long-ago", "orders"),
    )
