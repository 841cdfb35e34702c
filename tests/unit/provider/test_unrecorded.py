"""What is live and neither recorded nor declared stays with a change of something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tablewright.errors import RefusedError
from tablewright.plan.changes.order import steps
from tablewright.plan.table import GlobalIndex, Key, Projection, Table
from tablewright.provider.dynamodb.unrecorded import recorded_regions, with_unrecorded

HAND = GlobalIndex("by-hand", Key(("size",)), Projection("ALL"))
OWN = GlobalIndex("by-day", Key(("day",)), Projection("ALL"))
DECLARED = Table(
    "events",
    Key(("id",)),
    {"id": "S", "day": "S"},
    billing_mode="PAY_PER_REQUEST",
    global_indexes=(OWN,),
    tags={"Team": "a"},
)
LIVE = replace(
    DECLARED,
    attributes={"id": "S", "day": "S", "size": "N"},
    global_indexes=(OWN, HAND),
    tags={"Team": "a", "Theirs": "1"},
)
RECORDED = {"globalSecondaryIndexes": [{"name": "by-day"}], "tagsAll": {"Team": "a"}}


def test_nothing_of_it_is_removed():
    assert [step.operation for step in steps(LIVE, DECLARED)]
    assert steps(LIVE, with_unrecorded(DECLARED, LIVE, RECORDED)) == ()


def test_what_is_recorded_goes():
    recorded = {
        "globalSecondaryIndexes": [{"name": "by-day"}, {"name": "by-hand"}],
        "tagsAll": {"Team": "a", "Theirs": "1"},
    }
    assert with_unrecorded(DECLARED, LIVE, recorded) == DECLARED
    assert with_unrecorded(DECLARED, LIVE, {}) == DECLARED


def test_another_billing_mode_asks_for_a_look_first():
    provisioned = replace(DECLARED, billing_mode="PROVISIONED")
    with pytest.raises(RefusedError, match="by-hand, which is not recorded"):
        with_unrecorded(provisioned, LIVE, RECORDED)


def test_replicas_are_known_by_what_is_recorded_and_what_is_declared():
    recorded = {"replicas": [{"regionName": "us-east-1"}]}
    declared = {"replicas": [{"regionName": "us-west-2"}]}
    assert recorded_regions(recorded, declared) == {"us-east-1", "us-west-2"}
    assert recorded_regions({}, {}) == frozenset()
