"""What a stack's state knows beyond its declaration."""

from __future__ import annotations

import pytest

from tablewright import manifest
from tablewright.deploy.preconditions.recorded_settings import (
    REPLICA,
    keep_consistency,
    keep_streams_of_replicas,
    recorded_ceilings,
)
from tablewright.engine import StateResource
from tablewright.errors import RefusedError
from tablewright.plan.declaration.declare import declare
from tablewright.resource_kinds.types import TABLE

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
"""


@pytest.fixture
def declared():
    return declare(manifest.load_text(STACK, {}))


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
