"""What a killed run began is looked for, whatever its type, and taken only on evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.sandbox.provider.test_every_type import CASES, VARIANTS, with_keys, world
from tests.support.embedded_aws import embedded_aws

from tablewright.aws.target import Target
from tablewright.deploy.ownership.resource_identity import Finder, Looker
from tablewright.deploy.target_environment import TargetEnvironment
from tablewright.engine import FoundResource, Standing, State, StateResource, Unrecorded
from tablewright.plan.owner import OWNER_TAG
from tablewright.provider.catalogue import RESOURCES
from tablewright.resource_kinds import KINDS, Account
from tablewright_emulator.server import Emulator

__all__ = ["world"]
REGION = "eu-west-1"
ACCOUNT = Account("123456789012", REGION)
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
"""AWS gives it its name, and finds it by what it was made with."""
ALIAS = "aws:kms/alias:Alias"
OURS, THEIRS = "shop/dev", "shop/prod"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """An embedded AWS that waits for nothing."""
    with embedded_aws(limits=False, durations="none") as running:
        yield running


def place_of(emulator: Emulator) -> TargetEnvironment:
    """An embedded AWS as a target of stacks."""
    target = Target.sandbox(emulator.endpoint)
    return TargetEnvironment("sandbox", "sandbox", target, REGION, {}, "file:///nowhere", None)


@pytest.fixture
def find(emulator: Emulator) -> Any:
    """`find(tok, inputs, id)`: what a fresh look finds of a creation that was begun."""
    place = place_of(emulator)

    def look(
        tok: str,
        inputs: Mapping[str, Any],
        id_: str = "",
        began: datetime | None = None,
        recorded: Sequence[StateResource] = (),
    ) -> FoundResource:
        begun = Unrecorded(f"urn:{tok}::it", tok, inputs, id_, began)
        state = State(resources=tuple(recorded))
        return Finder(Looker(place), OURS, REGION)([begun], state)[begun.urn]

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


def expected(tok: str, inputs: Mapping[str, Any], *, tagged_by: str = OURS) -> Standing:
    """What must be found of a live resource of which a run may not have seen the answer."""
    kind = KINDS[tok]
    if not kind.import_id(inputs, ACCOUNT) and tok != SUBSCRIPTION:
        return Standing.UNKNOWN  # AWS gives it its name
    if kind.tagged:
        return Standing.OURS if tagged_by == OURS else Standing.ANOTHERS
    # What carries no tags is part of something of somebody else here, or of nothing at all.
    return Standing.ANOTHERS if kind.parent else Standing.UNKNOWN


@pytest.mark.parametrize(("tok", "number"), CASES)
def test_what_was_begun_is_taken_only_on_evidence(engine, world, find, tok, number) -> None:
    inputs = sent(tok, number, world, OURS)
    wanted = expected(tok, inputs)
    nothing = Standing.UNKNOWN if KINDS[tok].import_id(inputs, ACCOUNT) is None else Standing.ABSENT
    assert find(tok, inputs).standing is nothing

    state = engine.create(tok, inputs)
    assert find(tok, inputs).standing is wanted
    assert find(tok, inputs, state.identifier).standing is Standing.OURS
    theirs = find(tok, sent(tok, number, world, THEIRS))
    assert theirs.standing is expected(tok, inputs, tagged_by=THEIRS)


PARTS = sorted(tok for tok, kind in KINDS.items() if kind.parent and not kind.tagged)


@pytest.mark.parametrize(("tok", "number"), CASES)
def test_what_was_only_planned_is_told_only_if_it_lives(engine, world, emulator, tok, number):
    inputs = sent(tok, number, world, OURS)
    planned = Unrecorded(f"urn:{tok}::it", tok, inputs, planned=True)

    def find(*begun: Unrecorded) -> Standing:
        found = Finder(Looker(place_of(emulator)), OURS, REGION)(begun, State())
        return found[planned.urn].standing

    assert find(planned) is Standing.ABSENT
    engine.create(tok, inputs)
    named = KINDS[tok].import_id(inputs, ACCOUNT) is not None or tok == SUBSCRIPTION
    assert find(planned) is (expected(tok, inputs) if named else Standing.ABSENT)


@pytest.mark.parametrize("tok", PARTS)
def test_what_carries_no_tags_is_judged_by_what_it_is_part_of(engine, client, world, find, tok):
    inputs = with_keys(VARIANTS[tok][0], world)
    if tok == ALIAS:
        inputs["targetKeyId"] = client("kms").create_key()["KeyMetadata"]["KeyId"]
    engine.create(tok, inputs)
    assert find(tok, inputs).standing is Standing.ANOTHERS
    assert find(tok, inputs, recorded=[parent(tok, inputs)]).standing is Standing.OURS


def parent(tok: str, inputs: Mapping[str, Any]) -> StateResource:
    """What a resource is part of, as it is recorded."""
    kind = KINDS[tok]
    assert kind.parent
    type_, fields = kind.parent
    known = kind.read(inputs)
    named = {name: known[field] for name, field in fields.items()}
    id_ = named.pop("keyId", "") or "it"  # AWS gives a key its id
    return StateResource(f"urn:{type_}::parent", type_, "parent", id_, named)


@pytest.mark.parametrize(
    ("tok", "changed"),
    [
        ("aws:dynamodb/tag:Tag", {"value": "theirs"}),
        ("aws:dynamodb/tableItem:TableItem", {"item": '{"id": {"S": "1"}, "at": {"N": "2"}}'}),
    ],
)
def test_what_others_have_written_into_ours_is_not_taken(engine, world, find, tok, changed):
    inputs = with_keys(VARIANTS[tok][0], world)
    engine.create(tok, {**inputs, **changed})
    found = find(tok, inputs, recorded=[parent(tok, inputs)])
    assert found.standing is Standing.UNKNOWN
    assert found.why == "it is not what that run was to make"


def test_an_alias_of_that_name_on_somebody_elses_key_is_not_taken(engine, client, world, find):
    ours, theirs = (client("kms").create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    inputs = {"name": "alias/orders", "targetKeyId": ours, "region": REGION}
    engine.create(ALIAS, {**inputs, "targetKeyId": theirs})
    found = find(ALIAS, inputs, recorded=[parent(ALIAS, inputs)])
    assert found.standing is Standing.ANOTHERS


BARE = sorted(
    tok
    for tok, kind in KINDS.items()
    if not kind.tagged and not kind.parent and kind.import_id(VARIANTS[tok][0], ACCOUNT)
)
"""Types of which nothing but contents and age tell whose they are."""


@pytest.mark.parametrize("tok", BARE)
def test_what_is_part_of_nothing_is_ours_only_if_it_is_as_sent_and_made_since(
    engine, world, find, tok
) -> None:
    inputs = with_keys(VARIANTS[tok][0], world)
    engine.create(tok, inputs)
    now = datetime.now(UTC)
    assert find(tok, inputs, began=now - timedelta(minutes=1)).standing is Standing.OURS
    assert find(tok, inputs, began=None).standing is Standing.UNKNOWN
    older = find(tok, inputs, began=now + timedelta(seconds=3))
    assert older.standing is Standing.UNKNOWN
    assert older.why == "it is older than the run that was to make it"
    for name, value in {"path": "/x/", "dashboardBody": '{"widgets": []}'}.items():
        if name in RESOURCES[tok].shape:
            other = find(tok, {**inputs, name: value}, began=now - timedelta(minutes=1))
            assert other.standing is Standing.UNKNOWN
            assert other.why == "it is not what that run was to make"
