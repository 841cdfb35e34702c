"""What is recorded is never imported, whatever its id is spelled like."""

from __future__ import annotations

import pytest
from tests.unit.test_resource_kinds import ACCOUNT, SAMPLES

from tablewright.engine.run.imports import Imports
from tablewright.engine.state.checkpoint import (
    State,
    StateResource,
    doubles,
    read_checkpoint,
    with_own_deletions,
    without_records,
)
from tablewright.resource_kinds import KINDS

REGION = ACCOUNT.region


def urn(type_, name="it"):
    return f"urn:pulumi:dev::shop::{type_}::{name}"


def recorded(type_, **more):
    """As a provider records it: under an id of its own spelling, which tells too little."""
    defaults = {"id": "recorded", "inputs": {"region": REGION, **SAMPLES[type_][0]}}
    return StateResource(urn(type_), type_, "it", **{**defaults, **more})


def asked(type_):
    return KINDS[type_].import_id({"region": REGION, **SAMPLES[type_][0]}, ACCOUNT)


@pytest.mark.parametrize("type_", KINDS)
def test_a_recorded_resource_is_not_imported(type_):
    imports = Imports.of(State((recorded(type_),)), region=REGION)
    assert imports.id_for(urn(type_), type_, asked(type_)) == ""


@pytest.mark.parametrize("type_", KINDS)
def test_nor_is_the_same_thing_under_another_name(type_):
    imports = Imports.of(State((recorded(type_),)), region=REGION)
    assert imports.id_for(urn(type_, "other"), type_, asked(type_)) == ""


@pytest.mark.parametrize("type_", KINDS)
def test_what_is_not_recorded_is_imported(type_):
    others = tuple(recorded(other) for other in KINDS if KINDS[other].space != KINDS[type_].space)
    others = tuple(each for each in others if each.type != type_)
    imports = Imports.of(State(others), region=REGION)
    assert imports.id_for(urn(type_), type_, asked(type_)) == asked(type_)
    assert imports.id_for(urn(type_), type_, "") == ""


@pytest.mark.parametrize("state", ["to_delete", "external", "between"])
def test_what_is_recorded_and_not_the_stacks_is_imported(state):
    type_ = "aws:cloudwatch/metricAlarm:MetricAlarm"
    imports = Imports.of(State((recorded(type_, **{state: True}),)), region=REGION)
    assert imports.id_for(urn(type_), type_, asked(type_)) == asked(type_)


def test_an_id_that_is_the_recorded_one_is_left_to_the_engine():
    type_ = "aws:dynamodb/table:Table"
    imports = Imports.of(State((recorded(type_, id="orders"),)), region=REGION)
    assert imports.id_for(urn(type_), type_, "orders") == "orders"
    made = recorded(type_, id="table-id", import_id="orders")
    assert Imports.of(State((made,))).id_for(urn(type_), type_, "orders") == "orders"


def test_what_a_killed_run_made_is_imported_under_the_id_that_was_found():
    type_ = "aws:dynamodb/table:Table"
    imports = Imports.of(State(), {urn(type_): "orders"}, REGION)
    assert imports.id_for(urn(type_), type_, "") == "orders"
    assert imports.id_for(urn(type_, "other"), type_, "") == ""


@pytest.mark.parametrize("type_", KINDS)
def test_a_record_that_waits_for_its_deletion_and_is_the_same_thing_is_dropped(type_):
    def record(name="it", **more):
        inputs = {"region": REGION, **SAMPLES[type_][0]}
        fields = {"id": "recorded", "custom": True, "inputs": inputs, **more}
        return {"urn": urn(type_, name), "type": type_, **fields}

    field = KINDS[type_].identifying[0]
    gone = record("gone", delete=True, inputs={field: "another", "region": REGION})
    document = {"version": 3, "checkpoint": {"latest": {"resources": []}}}
    document["checkpoint"]["latest"]["resources"] = [record(), record(delete=True), gone]
    dropped = doubles(read_checkpoint(document))
    assert [each.name for each in dropped] == ["it"]
    left = read_checkpoint(without_records(document, dropped)).resources
    assert [(each.name, each.to_delete) for each in left] == [("it", False), ("gone", True)]


@pytest.mark.parametrize("type_", KINDS)
def test_a_record_that_is_said_to_go_with_another_is_deleted_by_a_call_of_its_own(type_):
    other = urn("aws:dynamodb/table:Table", "other")
    fields = {"type": type_, "id": "recorded", "custom": True, "deletedWith": other}
    records = [
        {"urn": other, "type": "aws:dynamodb/table:Table", "id": "other", "custom": True},
        {"urn": urn(type_), **fields},
        {"urn": urn(type_, "more"), **fields, "dependencies": [other]},
        {"urn": urn("random:x:Y"), **fields, "type": "random:x:Y"},
    ]
    document = {"version": 3, "checkpoint": {"latest": {"resources": records}}}
    assert read_checkpoint(document).resources[1].deleted_with == other
    changed = with_own_deletions(document)["checkpoint"]["latest"]["resources"]
    assert [record.get("deletedWith") for record in changed] == [None, None, None, other]
    assert [record.get("dependencies") for record in changed] == [None, [other], [other], None]
    assert with_own_deletions(with_own_deletions(document)) == with_own_deletions(document)
