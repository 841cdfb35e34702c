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
from tablewright.resource_kinds import KINDS, identify

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
