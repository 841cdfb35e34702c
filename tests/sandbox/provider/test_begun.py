"""What a killed run began is looked for, whatever its type, and taken only on evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.sandbox.provider.test_every_type import CASES, VARIANTS, with_keys, world

from tablewright.aws.target import Target
from tablewright.deploy.ownership.resource_identity import Finder, Looker
from tablewright.deploy.target_environment import TargetEnvironment
from tablewright.engine import FoundResource, Standing, State, Unrecorded
from tablewright.plan.owner import OWNER_TAG
from tablewright.provider.catalogue import RESOURCES
from tablewright.resource_kinds import KINDS, Account
from tablewright_emulator.server import Emulator

__all__ = ["world"]
REGION = "eu-west-1"
OURS, THEIRS = "shop/dev", "shop/prod"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """An embedded AWS that waits for nothing."""
    with Emulator(limits=False, durations="none") as running:
        yield running


@pytest.fixture
def find(emulator: Emulator) -> Any:
    """`find(tok, inputs, id)`: what a fresh look finds of a creation that was begun."""
    target = Target.sandbox(emulator.endpoint)
    place = TargetEnvironment("sandbox", "sandbox", target, REGION, {}, "file:///nowhere", None)

    def look(tok: str, inputs: Mapping[str, Any], id_: str = "") -> FoundResource:
        begun = Unrecorded(f"urn:{tok}::it", tok, inputs, id_)
        return Finder(Looker(place), OURS, REGION)([begun], State())[begun.urn]

    return look


def sent(tok: str, number: int, keys: Mapping[str, str], owner: str) -> dict[str, Any]:
    """The inputs of a variant, with the owner's tag where it can carry one."""
    inputs = with_keys(VARIANTS[tok][number], keys)
    if KINDS[tok].tagged:
        return {**inputs, "tags": {**inputs.get("tags", {}), OWNER_TAG: owner}}
    return inputs


@pytest.mark.parametrize("tok", sorted(RESOURCES))
def test_every_type_that_a_program_can_make_can_be_looked_for(tok: str) -> None:
    assert tok in KINDS


UNTAGGED = {
    "aws:cloudwatch/dashboard:Dashboard",
    "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex",
    "aws:dynamodb/tableItem:TableItem",
    "aws:dynamodb/tag:Tag",
    "aws:iam/group:Group",
    "aws:kms/alias:Alias",
}
"""Types whose resources nothing but their contents tells from another's."""


def expected(tok: str, inputs: Mapping[str, Any], *, tagged_by: str = OURS) -> Standing:
    """What must be found of a live resource of which a run may not have seen the answer."""
    kind = KINDS[tok]
    if not kind.import_id(inputs, Account("123456789012", REGION, "aws")):
        return Standing.UNKNOWN  # AWS gives it its name
    if kind.tagged:
        return Standing.OURS if tagged_by == OURS else Standing.ANOTHERS
    # The rest is part of something here that carries no tag of the stack.
    return Standing.OURS if tok in UNTAGGED else Standing.ANOTHERS


@pytest.mark.parametrize(("tok", "number"), CASES)
def test_what_was_begun_is_taken_only_on_evidence(engine, world, find, tok, number) -> None:
    inputs = sent(tok, number, world, OURS)
    wanted = expected(tok, inputs)
    nothing = Standing.UNKNOWN if wanted is Standing.UNKNOWN else Standing.ABSENT
    assert find(tok, inputs).standing is nothing

    state = engine.create(tok, inputs)
    assert find(tok, inputs).standing is wanted
    assert find(tok, inputs, state.identifier).standing is Standing.OURS
    theirs = find(tok, sent(tok, number, world, THEIRS))
    assert theirs.standing is expected(tok, inputs, tagged_by=THEIRS)
