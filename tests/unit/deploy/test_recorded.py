"""What the state knows, and which ids names give."""

from __future__ import annotations

import pytest

from tablewright import manifest
from tablewright.deploy.finding import identify
from tablewright.deploy.recorded import (
    ALARM,
    ROLE,
    TABLE,
    all_recorded,
    unknown_alarms,
    unknown_roles,
    unknown_tables,
)
from tablewright.plan.declare import declare

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec: {region: eu-west-1, environment: dev, tags: {Team: a, CostCenter: b}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: id, type: S}
  alarms: {systemErrors: {threshold: 5}}
  access: [read]
"""


@pytest.fixture
def declared():
    return declare(manifest.load_text(STACK, {}))


def everything():
    return {
        (TABLE, "orders"),
        (ALARM, "dynamodb-orders-system-errors-dev"),
        (ROLE, "dynamodb-orders-read-role-dev"),
    }


def test_nothing_is_asked_where_everything_is_recorded(declared):
    assert all_recorded(declared, everything())


@pytest.mark.parametrize("missing", sorted(everything()))
def test_each_kind_is_asked_for_when_it_is_not_recorded(declared, missing):
    recorded = everything() - {missing}
    assert not all_recorded(declared, recorded)
    unknown = [
        *(table.table.name for table in unknown_tables(declared, recorded)),
        *unknown_alarms(declared, recorded),
        *(role.name for role in unknown_roles(declared, recorded)),
    ]
    assert unknown == [missing[1]]


@pytest.mark.parametrize(
    ("type_", "inputs", "id_"),
    [
        (TABLE, {"name": "orders"}, "orders"),
        (ALARM, {"name": "a"}, "a"),
        (ROLE, {"name": "r"}, "r"),
        ("aws:iam/rolePolicy:RolePolicy", {"role": "r", "name": "p"}, "r:p"),
        (
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            {"role": "r", "policyArn": "arn:p"},
            "r/arn:p",
        ),
        (TABLE, {}, None),
        ("aws:iam/rolePolicy:RolePolicy", {"role": "r"}, None),
        ("aws:sns/topic:Topic", {"name": "t"}, None),
    ],
)
def test_an_id_is_known_where_a_name_decides_it(type_, inputs, id_):
    assert identify(type_, inputs) == id_
