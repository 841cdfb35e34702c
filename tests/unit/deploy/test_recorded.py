"""What the state knows, and which ids names give."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tablewright import manifest
from tablewright.deploy.preconditions.recorded import RecordedResources, UnrecordedParts, unrecorded
from tablewright.plan.declaration.declare import declare
from tablewright.resource_kinds.types import ALARM, DASHBOARD, ROLE, TABLE

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: dev
  tags: {Team: a, CostCenter: b}
  dashboard: {}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: id, type: S}
  billingMode: PROVISIONED
  provisionedThroughput: {readCapacityUnits: 5, writeCapacityUnits: 5}
  autoScaling:
    read:
      minCapacity: 5
      maxCapacity: 50
      schedules: [{name: morning, schedule: rate(1 day), minCapacity: 9}]
    write: {minCapacity: 5, maxCapacity: 50}
  contributorInsights: {}
  stream: {viewType: NEW_AND_OLD_IMAGES}
  kinesisDestination: {streamArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/s"}
  resourcePolicy:
    Version: "2012-10-17"
    Statement: [{Effect: Deny, Principal: "*", Action: "dynamodb:Scan", Resource: "*"}]
  globalTable: {replicas: [{region: eu-central-1, contributorInsights: {}}]}
  alarms: {systemErrors: {threshold: 5}}
  access: [read]
"""
ROLE_NAME = "dynamodb-orders-read-role-dev"
APPSCALING = "aws:appautoscaling/"
ATTACHED = {
    (f"{APPSCALING}target:Target", "orders-read"),
    (f"{APPSCALING}target:Target", "orders-write"),
    (f"{APPSCALING}policy:Policy", "orders-read"),
    (f"{APPSCALING}policy:Policy", "orders-write"),
    (f"{APPSCALING}scheduledAction:ScheduledAction", "orders-read-morning"),
    ("aws:dynamodb/contributorInsights:ContributorInsights", "orders"),
    ("aws:dynamodb/contributorInsights:ContributorInsights", "orders-eu-central-1"),
    (
        "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination",
        "orders",
    ),
    ("aws:dynamodb/resourcePolicy:ResourcePolicy", "orders"),
    ("aws:dynamodb/tableReplica:TableReplica", "orders-eu-central-1"),
}
BY_ID = {
    (TABLE, "orders"),
    (ALARM, "dynamodb-orders-system-errors-dev"),
    (ROLE, ROLE_NAME),
    (DASHBOARD, "dynamodb-shop-dev"),
}
BY_NAME = {*ATTACHED, ("aws:iam/rolePolicy:RolePolicy", "orders-read")}


@pytest.fixture
def declared():
    return declare(manifest.load_text(STACK, {}))


def knowing(ids=frozenset(BY_ID), names=frozenset({*BY_NAME, (ROLE, "orders-read")})):
    return RecordedResources(frozenset(ids), frozenset(names))


def test_nothing_is_asked_where_everything_is_recorded(declared):
    assert unrecorded(declared, knowing()) == UnrecordedParts()
    assert not unrecorded(declared, knowing())


@pytest.mark.parametrize("missing", sorted(BY_ID))
def test_what_has_a_name_of_its_own_is_asked_for_when_it_is_not_recorded(declared, missing):
    wanted = unrecorded(declared, knowing(ids=BY_ID - {missing}))
    roles = [role.name for role in wanted.roles]
    assert [*wanted.tables, *wanted.alarms, *roles, wanted.dashboard or missing[1]][0] == missing[1]
    assert sum(map(bool, (wanted.tables, wanted.alarms, roles, wanted.dashboard))) == 1


@pytest.mark.parametrize("missing", sorted(ATTACHED))
def test_each_part_of_a_recorded_table_is_asked_for_when_it_is_not(declared, missing):
    names = {*BY_NAME, (ROLE, "orders-read")} - {missing}
    wanted = unrecorded(declared, knowing(names=names))
    [part] = wanted.parts["orders"]
    assert (part.type, part.name) == missing


def test_a_recorded_role_is_asked_for_when_its_policy_is_not_recorded(declared):
    wanted = unrecorded(declared, knowing(names={*ATTACHED, (ROLE, "orders-read")}))
    assert [role.name for role in wanted.roles] == [ROLE_NAME]


def test_a_recorded_table_that_nothing_declares_may_be_one_that_was_renamed(declared):
    others = {(TABLE, "purchases"), (TABLE, "baskets"), (ROLE, "auditor")}
    wanted = unrecorded(declared, knowing(ids=BY_ID | others))
    assert wanted.undeclared_tables == ("baskets", "purchases")
    assert not wanted, "AWS is asked for nothing because of them"


@dataclass
class Resource:
    type: str
    urn: str
    id: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)


def test_what_a_killed_run_may_have_made_is_known_if_its_name_decides_its_id():
    urn = "urn:pulumi:dev::shop::aws:x::orders"
    found = RecordedResources.of(
        [
            Resource(TABLE, urn, inputs={"name": "orders-dev"}),
            Resource(f"{APPSCALING}target:Target", urn),
            Resource(ROLE, urn, "reader"),
        ]
    )
    assert found.ids == {(TABLE, "orders-dev"), (ROLE, "reader")}
    assert found.names == {(TABLE, "orders"), (ROLE, "orders")}
