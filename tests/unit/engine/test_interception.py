"""What a program's options ask for meets what is recorded, on its way to the engine."""

from __future__ import annotations

import pytest
from tests.unit.test_resource_kinds import SAMPLES

from tablewright.engine.run.imports import Imports
from tablewright.engine.run.interception import Interception
from tablewright.engine.run.moves import Moves, Records
from tablewright.engine.run.tagging import Tagging
from tablewright.engine.state.checkpoint import read_checkpoint
from tablewright.pulumi_protocol import messages
from tablewright.pulumi_values import (
    OUTPUT_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_STRING,
)
from tablewright.resource_kinds import KINDS, UNKNOWN, identify

REGION = "eu-west-1"


def met(type_: str, inputs: dict, recorded: dict, name: str = "one", **options: bool):
    """A registration as it reaches the engine."""
    record = {
        "urn": f"urn:pulumi:dev::shop::{type_}::one",
        "type": type_,
        "custom": True,
        "id": "x",
        "inputs": recorded,
        "outputs": {"region": REGION, **recorded},
    }
    state = {"version": 3, "checkpoint": {"latest": {"resources": [record]}}}
    moves = Moves(Records(read_checkpoint(state), identify, REGION))
    interception = Interception(Imports(), moves, Tagging(), "dev", "shop")
    request = messages("resource_pb2").RegisterResourceRequest(
        type=type_, name=name, custom=True, **options
    )
    request.object.update(inputs)
    interception.intercept(request)
    return request


@pytest.mark.parametrize("name", ["one", "renamed"])
@pytest.mark.parametrize("type_", KINDS)
def test_no_option_makes_a_second_one_over_the_first_and_deletes_that(type_, name):
    inputs = SAMPLES[type_][0]
    options = {"deleteBeforeReplace": False, "deleteBeforeReplaceDefined": True}
    request = met(type_, inputs, inputs, name, **options)
    assert request.deleteBeforeReplaceDefined
    assert request.deleteBeforeReplace


@pytest.mark.parametrize("type_", [type_ for type_, kind in KINDS.items() if kind.regional])
def test_what_can_stand_side_by_side_is_replaced_as_the_program_says(type_):
    inputs = SAMPLES[type_][0]
    request = met(type_, {**inputs, "region": "sa-east-1"}, inputs)
    assert not request.deleteBeforeReplaceDefined


def seen(inputs: dict, **options: str):
    """What is looked at of a registration with these inputs, and whether it is kept."""
    met = []

    def vet(registration, *, kept, for_real):
        met.append((dict(registration.inputs), kept, for_real))

    moves = Moves(Records(read_checkpoint({"version": 3, "checkpoint": {}}), identify, REGION))
    interception = Interception(Imports(), moves, Tagging(), "dev", "shop", vet)
    request = messages("resource_pb2").RegisterResourceRequest(
        type="aws:cloudwatch/dashboard:Dashboard", name="one", custom=True, **options
    )
    request.object.update(inputs)
    interception.intercept(request)
    return met


def test_a_registration_is_looked_at_as_it_is_with_its_secrets_open():
    def marked(signature: str, **value: str) -> dict:
        return {SIGNATURE_KEY: signature, **value}

    inputs = {
        "a": marked(SECRET_SIGNATURE, value="x"),
        "b": marked(OUTPUT_SIGNATURE, value=marked(SECRET_SIGNATURE, value="y")),
        "c": marked(OUTPUT_SIGNATURE),
        "d": UNKNOWN_STRING,
        "e": [{"f": marked(SECRET_SIGNATURE, value="z")}],
    }
    opened = {"a": "x", "b": "y", "c": UNKNOWN, "d": UNKNOWN, "e": [{"f": "z"}]}
    assert seen(inputs) == [(opened, False, False)]


def test_what_is_imported_is_known_to_be_there():
    assert seen({}, importId="it") == [({}, True, False)]


OTHER = "urn:pulumi:dev::shop::aws:dynamodb/table:Table::other"


@pytest.mark.parametrize("type_", KINDS)
def test_what_is_said_to_go_with_another_is_deleted_by_a_call_of_its_own(type_):
    request = met(type_, SAMPLES[type_][0], SAMPLES[type_][0], deletedWith=OTHER)
    assert (request.deletedWith, [*request.dependencies]) == ("", [OTHER])


def test_what_is_none_of_ours_goes_as_its_program_says():
    assert met("random:index/randomId:RandomId", {}, {}, deletedWith=OTHER).deletedWith == OTHER
