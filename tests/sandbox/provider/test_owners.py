"""Whose a live thing is, is asked of every type that carries tags before it is touched."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.sandbox.provider.conftest import RefusedError as ProviderRefusal
from tests.sandbox.provider.test_begun import ACCOUNT, OURS, REGION, THEIRS, parent, place_of, sent
from tests.sandbox.provider.test_every_type import VARIANTS, with_keys, world
from tests.support.embedded_aws import embedded_aws

from tablewright.aws.session import Session
from tablewright.aws.tagging import TAG_CALLS
from tablewright.aws.target import Target
from tablewright.deploy.ownership.live_tags import TAGGED, LiveTags
from tablewright.deploy.ownership.overwriting import refuse_overwriting
from tablewright.deploy.ownership.owner_check import (
    check_owners,
    disclaimed,
    imported,
    subjects_of,
    touched,
)
from tablewright.deploy.ownership.registrations import Registrations
from tablewright.deploy.ownership.resource_identity import Looker
from tablewright.deploy.ownership.stack_identity import StackIdentity
from tablewright.deploy.ownership.tag_operations import LOCATIONS
from tablewright.engine import (
    SECRET,
    UNKNOWN,
    Operation,
    Registration,
    ResourceChange,
    StateResource,
)
from tablewright.errors import InputError, RefusedError, StackLockedError
from tablewright.plan.owner import OWNER_TAG
from tablewright.provider.catalogue import RESOURCES
from tablewright.resource_kinds import KINDS
from tablewright_emulator.server import Emulator

__all__ = ["world"]
METRIC = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """An embedded AWS that waits for nothing."""
    with embedded_aws(limits=False, durations="none") as running:
        yield running


def test_every_tagged_type_has_its_operations_and_the_provider_tags_it() -> None:
    assert set(TAG_CALLS) == set(LOCATIONS) == TAGGED
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

    with disclaimed([resource], OURS, REGION, session):
        assert tags.read([subject])[subject][OWNER_TAG] == THEIRS, "it is not ours to take off"
    tags.put({subject: {OWNER_TAG: OURS}})

    def release_a_locked_stack() -> None:
        with disclaimed([resource], OURS, REGION, session):
            assert OWNER_TAG not in tags.read([subject])[subject]
            raise StackLockedError("in use", "wait")

    with pytest.raises(StackLockedError):
        release_a_locked_stack()
    assert tags.read([subject])[subject][OWNER_TAG] == OURS, "it was not released"
    tags.remove([subject], [OWNER_TAG])
    assert OWNER_TAG not in tags.read([subject])[subject]
    check_owners([resource], OURS, REGION, session)
    with pytest.raises(RefusedError, match=f"has lost its tag {OWNER_TAG}"):
        check_owners([resource], OURS, REGION, session, {resource.urn})


@pytest.mark.parametrize("tok", sorted(TAGGED))
def test_what_is_imported_is_claimed_by_the_same_name(engine, emulator, world, tok) -> None:
    inputs = sent(tok, -1, world, OURS)
    state = engine.create(tok, inputs)
    id_ = KINDS[tok].import_id(state.inputs, ACCOUNT) or state.identifier
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


NAMED = sorted(tok for tok, kind in KINDS.items() if kind.import_id(VARIANTS[tok][0], ACCOUNT))
"""Types whose names AWS does not give."""


def creation(tok: str, inputs: Mapping[str, Any], operation: Operation = Operation.CREATE) -> Any:
    return ResourceChange(
        f"urn:{tok}::it", tok, "it", operation, old_inputs={}, new_inputs=dict(inputs)
    )


@pytest.mark.parametrize("tok", NAMED)
def test_what_lives_is_never_created_again_whoever_made_it(engine, emulator, world, tok) -> None:
    inputs = with_keys(VARIANTS[tok][0], world)
    stack, looker = StackIdentity(OURS, "file:///here"), Looker(place_of(emulator))

    def judge(*changes: ResourceChange) -> None:
        refuse_overwriting(changes, (), looker, stack, REGION)

    def run(hidden: str, *recorded: StateResource) -> None:
        """Preview without the names, then register what is meant."""
        names = {name: hidden for name in inputs if name != "region" and inputs[name] is not True}
        planned = creation(tok, {**inputs, **names})
        judge(planned)
        met = Registration(planned.urn, tok, inputs)
        registrations = Registrations(place_of(emulator), stack, lambda: recorded)
        registrations(met, kept=False, for_real=True)
        registrations.expect([planned])
        registrations(met, kept=False, for_real=False)
        registrations(met, kept=True, for_real=True)
        registrations(met, kept=False, for_real=True)

    judge(creation(tok, inputs))
    run(UNKNOWN)
    mine = engine.create(tok, inputs)
    for hidden in (UNKNOWN, SECRET):
        with pytest.raises(InputError, match="exists already, and it would write over it"):
            run(hidden)
    run(UNKNOWN, StateResource(mine.urn, tok, "it", mine.identifier, mine.inputs, mine.outputs))
    for operation in (Operation.CREATE, Operation.REPLACE):
        with pytest.raises(InputError, match="exists already, and it would write over it"):
            judge(creation(tok, inputs, operation))
    made_again = dataclasses.replace(creation(tok, inputs, Operation.REPLACE), old_inputs=inputs)
    judge(made_again)
    if KINDS[tok].parent and (whole := parent(tok, inputs)).inputs:  # a key has no name
        with_it = creation(whole.type, {"region": REGION, **whole.inputs})
        refuse_overwriting([with_it, creation(tok, inputs)], {whole.type}, looker, stack, REGION)


@pytest.mark.parametrize("tok", sorted({*NAMED} & TAGGED))
def test_what_carries_a_tag_says_whose_it_is_instead_of_being_created(
    engine, emulator, world, tok
) -> None:
    looker = Looker(place_of(emulator))
    state = engine.create(tok, sent(tok, 0, world, THEIRS))
    for owner, words in ((OURS, f"belongs to the stack {THEIRS}"), (THEIRS, "is elsewhere")):
        stack = StackIdentity(owner, "file:///here")
        with pytest.raises((InputError, RefusedError), match=words):
            refuse_overwriting([creation(tok, state.inputs)], (), looker, stack, REGION)


@pytest.mark.parametrize(("lives", "tok"), [(METRIC, COMPOSITE), (COMPOSITE, METRIC)])
def test_an_alarm_whose_name_one_of_the_other_form_has_is_refused(
    engine, emulator, world, lives, tok
) -> None:
    """AWS refuses to write either form over the other, when the run has begun already."""
    stack, looker = StackIdentity(OURS, "file:///here"), Looker(place_of(emulator))
    named = {"name": "both", "alarmName": "both"}

    def taken(type_: str, owner: str) -> dict[str, Any]:
        inputs = {**sent(type_, 0, world, owner), **named}
        return {name: value for name, value in inputs.items() if name in RESOURCES[type_].shape}

    wanted = creation(tok, taken(tok, OURS))
    state = engine.create(lives, taken(lives, THEIRS))
    with pytest.raises(RefusedError, match=f"belongs to the stack {THEIRS}"):
        refuse_overwriting([wanted], (), looker, stack, REGION)
    going = ResourceChange(
        f"urn:{lives}::it", lives, "it", Operation.DELETE, old_inputs=state.inputs
    )
    refuse_overwriting([wanted, going], (), looker, stack, REGION)  # which the guard judges
    engine.delete(state)
    untagged = {name: value for name, value in state.inputs.items() if name != "tags"}
    engine.create(lives, untagged)
    with pytest.raises(InputError, match=f"an existing {KINDS[lives].word} has that name"):
        refuse_overwriting([wanted], (), looker, stack, REGION)


SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"


def test_a_subscription_that_somebody_made_is_not_taken_by_subscribing_again(
    engine, emulator, client, world
) -> None:
    inputs = dict(VARIANTS[SUBSCRIPTION][1])
    names = {"TopicArn": inputs["topic"], "Protocol": inputs["protocol"]}
    arn = client("sns").subscribe(**names, Endpoint=inputs["endpoint"])["SubscriptionArn"]
    stack, looker = StackIdentity(OURS, "file:///here"), Looker(place_of(emulator))
    with pytest.raises(InputError, match="exists already, and it would write over it") as error:
        refuse_overwriting([creation(SUBSCRIPTION, inputs)], (), looker, stack, REGION)
    assert f'`import_="{arn}"`' in error.value.next_step
    with pytest.raises(ProviderRefusal, match=f"exists already: {arn}"):
        engine.create(SUBSCRIPTION, inputs)
    listed = client("sns").list_subscriptions_by_topic(TopicArn=inputs["topic"])["Subscriptions"]
    assert [each["SubscriptionArn"] for each in listed] == [arn]
    assert engine.read(SUBSCRIPTION, arn).inputs["endpoint"] == inputs["endpoint"]
