"""What the state knows, and which ids names give."""

from __future__ import annotations

import pytest

from tablewright import manifest
from tablewright.deploy.around import (
    REPLICA,
    keep_consistency,
    keep_streams_of_replicas,
    recorded_ceilings,
)
from tablewright.deploy.finding import ALARM, ROLE, TABLE, identify
from tablewright.deploy.recorded import (
    all_recorded,
    unknown_alarms,
    unknown_roles,
    unknown_tables,
)
from tablewright.engine import StateResource
from tablewright.errors import RefusedError
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


@pytest.mark.parametrize(
    ("outputs", "spoken_of"),
    [
        ({"onDemandThroughput": {"maxReadRequestUnits": 5, "maxWriteRequestUnits": -1}}, True),
        (
            {
                "globalSecondaryIndexes": [
                    {
                        "name": "by-a",
                        "hashKey": "a",
                        "projectionType": "ALL",
                        "onDemandThroughput": {"maxReadRequestUnits": 5},
                    }
                ]
            },
            True,
        ),
        ({"onDemandThroughput": {"maxReadRequestUnits": -1, "maxWriteRequestUnits": -1}}, False),
        ({}, False),
    ],
)
def test_a_recorded_ceiling_that_is_not_declared_is_known(declared, outputs, spoken_of):
    bare = {"name": "orders", "hashKey": "id", "attributes": [{"name": "id", "type": "S"}]}
    table = StateResource("urn", TABLE, "t", "orders", outputs={**bare, **outputs})
    found = recorded_ceilings(declared, [table])
    assert list(found) == (["orders"] if spoken_of else [])
    capped = manifest.load_text(STACK + "  onDemandThroughput: {maxReadRequestUnits: 7}\n", {})
    assert recorded_ceilings(declare(capped), [table]) == {}


@pytest.mark.parametrize(
    ("stream", "held"),
    [
        ("", True),
        ("  stream: {viewType: NEW_IMAGE}\n", True),
        ("  stream: {viewType: NEW_AND_OLD_IMAGES}\n", False),
    ],
)
def test_a_stream_stays_as_long_as_there_are_replicas(stream, held):
    replica = StateResource("urn", REPLICA, "orders-eu-west-2", "orders:eu-west-1")
    declared = declare(manifest.load_text(STACK + stream, {}))
    keep_streams_of_replicas(declared, [])
    if not held:
        keep_streams_of_replicas(declared, [replica])
        return
    with pytest.raises(RefusedError, match="stream of table orders cannot go"):
        keep_streams_of_replicas(declared, [replica])


EVENTUAL = StateResource("urn", REPLICA, "orders-eu-west-2", "orders:eu-west-1")
STRONG = StateResource(
    "urn", TABLE, "orders", "orders", outputs={"replicas": [{"consistencyMode": "STRONG"}]}
)


@pytest.mark.parametrize(
    ("consistency", "recorded", "other"),
    [("EVENTUAL", EVENTUAL, STRONG), ("STRONG", STRONG, EVENTUAL)],
)
def test_the_consistency_of_replicas_is_chosen_once(consistency, recorded, other):
    regions = "{region: eu-west-2}, {region: eu-central-1}"
    text = f"  globalTable: {{consistency: {consistency}, replicas: [{regions}]}}\n"
    if consistency == "EVENTUAL":
        text += "  stream: {viewType: NEW_AND_OLD_IMAGES}\n"
    declared = declare(manifest.load_text(STACK + text, {}))
    keep_consistency(declared, [])
    keep_consistency(declared, [recorded])
    with pytest.raises(RefusedError, match=f"never become {consistency}"):
        keep_consistency(declared, [other])
