"""Whose a live thing is, is asked of every type that carries tags before it is touched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.sandbox.provider.test_begun import OURS, REGION, THEIRS, sent
from tests.sandbox.provider.test_every_type import world

from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.deploy.ownership.live_tags import TAGGED, LiveTags
from tablewright.deploy.ownership.owner_check import (
    check_owners,
    disclaim,
    imported,
    subjects_of,
    touched,
)
from tablewright.deploy.ownership.tag_operations import OPERATIONS
from tablewright.engine import Operation, ResourceChange, StateResource
from tablewright.errors import RefusedError
from tablewright.plan.owner import OWNER_TAG
from tablewright.provider.catalogue import RESOURCES
from tablewright.resource_kinds import KINDS, Account
from tablewright_emulator.server import Emulator

__all__ = ["world"]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """An embedded AWS that waits for nothing."""
    with Emulator(limits=False, durations="none") as running:
        yield running


def test_every_tagged_type_has_its_operations_and_the_provider_tags_it() -> None:
    assert set(OPERATIONS) == TAGGED
    assert {tok for tok, kind in RESOURCES.items() if kind.is_tagged} == TAGGED


@pytest.mark.parametrize("tok", sorted(TAGGED))
def test_what_carries_another_stacks_tag_is_neither_changed_nor_deleted(
    engine, emulator, world, tok
) -> None:
    inputs = sent(tok, -1, world, OURS)
    state = engine.create(tok, inputs)
    resource = StateResource(state.urn, tok, "it", state.identifier, state.inputs, state.outputs)
    session = Session(Target.sandbox(emulator.endpoint), region=REGION)

    for operation in (Operation.UPDATE, Operation.REPLACE, Operation.DELETE):
        change = ResourceChange(resource.urn, tok, "it", operation)
        assert touched([change], [resource]) == (resource,)
    check_owners([resource], OURS, REGION, session)

    [subject] = subjects_of([resource], REGION)
    tags = LiveTags(session)
    tags.put({subject: {OWNER_TAG: THEIRS, "More": "x"}})
    with pytest.raises(RefusedError, match=f"belongs to the stack {THEIRS}") as refusal:
        check_owners([resource], OURS, REGION, session)
    assert KINDS[tok].word in refusal.value.message

    disclaim([resource], OURS, REGION, session)
    assert tags.read([subject])[subject][OWNER_TAG] == THEIRS, "it is not ours to take off"
    tags.remove([subject], [OWNER_TAG])
    assert OWNER_TAG not in tags.read([subject])[subject]
    check_owners([resource], OURS, REGION, session)


@pytest.mark.parametrize("tok", sorted(TAGGED))
def test_what_is_imported_is_claimed_by_the_same_name(engine, emulator, world, tok) -> None:
    inputs = sent(tok, -1, world, OURS)
    state = engine.create(tok, inputs)
    id_ = KINDS[tok].import_id(state.inputs, Account("123456789012", REGION)) or state.identifier
    change = ResourceChange(state.urn, tok, "it", Operation.IMPORT, id=id_, new_inputs=state.inputs)
    [subject] = imported([change], REGION)
    session = Session(Target.sandbox(emulator.endpoint), region=REGION)
    assert LiveTags(session).read([subject])[subject][OWNER_TAG] == OURS


KEPT = {
    "aws:kms/key:Key": "AWS keeps it for days before it goes",
    "aws:cloudwatch/logGroup:LogGroup": "its variant says skipDestroy",
}


def test_what_is_gone_belongs_to_nobody(engine, emulator, world) -> None:
    session = Session(Target.sandbox(emulator.endpoint), region=REGION)
    for tok in sorted(TAGGED):
        state = engine.create(tok, sent(tok, -1, world, OURS))
        engine.delete(state)
        gone = StateResource(state.urn, tok, "it", state.identifier, state.inputs, state.outputs)
        left = LiveTags(session).read(subjects_of([gone], REGION))
        assert not left or tok in KEPT
        check_owners([gone], OURS, REGION, session)
