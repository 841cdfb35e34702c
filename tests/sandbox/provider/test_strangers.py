"""What only has the name of a recorded resource, or another stack's tag, is not touched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.sandbox.provider.conftest import RefusedError
from tests.sandbox.provider.second_values import OTHER_KEY, SECOND
from tests.sandbox.provider.test_begun import (
    ACCOUNT,
    OURS,
    REGION,
    THEIRS,
    parent,
    place_of,
    sent,
)
from tests.sandbox.provider.test_every_type import VARIANTS, with_keys, world
from tests.support.embedded_aws import embedded_aws

from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.deploy.ownership.live_tags import TAGGED, LiveTags
from tablewright.deploy.ownership.owner_check import check_owners, subjects_of
from tablewright.deploy.ownership.remade import find_remade, refuse_remade, with_parts
from tablewright.deploy.ownership.resource_identity import Looker
from tablewright.engine import StateResource
from tablewright.errors import RefusedError as OwnersRefusal
from tablewright.plan.owner import OWNER_TAG
from tablewright.provider.catalogue import RESOURCES
from tablewright.provider.creation_id import META, creation_id_of
from tablewright.pulumi_values import ENGINE_OWNER_VARIABLE
from tablewright.resource_kinds import KINDS
from tablewright_emulator.server import Emulator

__all__ = ["world"]

BY_ID = {
    "aws:kms/key:Key": "AWS gives it its id",
    "aws:sns/topicSubscription:TopicSubscription": "AWS gives it its ARN",
    "aws:dynamodb/tableExport:TableExport": "AWS gives it its ARN",
}
NAMELESS = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": "AWS tells when it was changed last, no more",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": "likewise",
    "aws:cloudwatch/dashboard:Dashboard": "likewise",
    "aws:sns/topic:Topic": "AWS tells nothing",
}
KNOWN = sorted(
    tok for tok, kind in KINDS.items() if not kind.parent and tok not in {*BY_ID, *NAMELESS}
)
"""What is part of nothing, and of which AWS tells one from the next."""
LEAVE_QUIETLY = frozenset({"aws:iam/user:User", "aws:iam/group:Group"})
"""What has passed its name on may go by another one: it is looked for by its id, and not found."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """An embedded AWS that waits for nothing."""
    with embedded_aws(limits=False, durations="none") as running:
        yield running


def prepared(tok: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """Inputs of a resource that can be deleted and is, at once."""
    off = {"deletionProtectionEnabled": False, "skipDestroy": False, "replicas": None}
    return {
        name: off.get(name, value)
        for name, value in inputs.items()
        if off.get(name, value) is not None
    }


@pytest.mark.parametrize("tok", KNOWN)
def test_what_was_made_again_by_somebody_is_another_one(engine, engine_for, world, tok) -> None:
    inputs = prepared(tok, sent(tok, 0, world, OURS))
    ours = engine.create(tok, inputs)
    engine.delete(ours)
    others = engine_for()
    others.configure()
    theirs = others.create(tok, inputs, "theirs")
    assert creation_id_of(ours.outputs) != creation_id_of(theirs.outputs)
    assert engine.read(tok, theirs.identifier, theirs)

    assert engine.read(tok, ours.identifier, ours) is None, "what is recorded is gone"
    for act in (lambda: engine.update(ours, inputs), lambda: engine.delete(ours)):
        if tok in LEAVE_QUIETLY and act.__code__.co_names[-1] == "delete":
            act()
            continue
        with pytest.raises(RefusedError, match=r"is another one than|does not exist any more"):
            act()
    assert engine.read(tok, theirs.identifier, theirs)
    others.delete(theirs)
    assert engine.read(tok, theirs.identifier, theirs) is None


def test_every_type_is_known_by_its_id_or_by_what_it_is_part_of() -> None:
    assert {*BY_ID, *NAMELESS} <= set(RESOURCES)
    assert all(not KINDS[tok].import_id(VARIANTS[tok][0], ACCOUNT) for tok in BY_ID)


@pytest.mark.parametrize("tok", sorted(TAGGED))
def test_another_stacks_tag_stops_any_engine(engine, emulator, world, tok) -> None:
    inputs = prepared(tok, sent(tok, -1, world, OURS))
    state = engine.create(tok, inputs)
    resource = StateResource(state.urn, tok, "it", state.identifier, state.inputs, state.outputs)
    [subject] = subjects_of([resource], REGION)
    tags = LiveTags(Session(Target.sandbox(emulator.endpoint), region=REGION))
    tags.put({subject: {OWNER_TAG: THEIRS}})
    for act in (lambda: engine.update(state, inputs), lambda: engine.delete(state)):
        with pytest.raises(RefusedError, match=f"belongs to the stack {THEIRS}"):
            act()
    assert tags.read([subject])[subject][OWNER_TAG] == THEIRS
    tags.put({subject: {OWNER_TAG: OURS}})
    engine.delete(state)


@pytest.mark.parametrize("tok", sorted(TAGGED & {*KNOWN}))
def test_tags_that_told_what_lives_are_judged_as_they_were_read(
    engine, emulator, world, tok
) -> None:
    """Nobody asks AWS for them again within one look."""
    state = engine.create(tok, prepared(tok, sent(tok, -1, world, OURS)))
    resource = StateResource(state.urn, tok, "it", state.identifier, state.inputs, state.outputs)
    place, session = place_of(emulator), Session(Target.sandbox(emulator.endpoint), region=REGION)
    [subject] = subjects_of([resource], REGION)
    LiveTags(session).put({subject: {OWNER_TAG: THEIRS}})
    known = refuse_remade([resource], OURS, Looker(place))
    assert known == {(resource.urn, resource.id): LiveTags(session).read([subject])[subject]}
    LiveTags(session).put({subject: {OWNER_TAG: OURS}})
    with pytest.raises(OwnersRefusal, match=f"belongs to the stack {THEIRS}"):
        check_owners([resource], OURS, REGION, session, known=known)
    check_owners([resource], OURS, REGION, session)
    engine.delete(state)
    assert refuse_remade([resource], OURS, Looker(place)) == {}, "of what is gone nothing is known"


PARTS = sorted(tok for tok, kind in KINDS.items() if kind.parent and kind.parent[0] not in BY_ID)


@pytest.mark.parametrize("tok", PARTS)
def test_what_was_part_of_the_one_that_is_gone_is_forgotten_with_it(tok) -> None:
    inputs = {"region": REGION, **VARIANTS[tok][0]}
    whole = parent(tok, inputs)
    whole = replace(whole, inputs={"region": REGION, **whole.inputs})
    part = StateResource(f"urn:{tok}::part", tok, "part", "it", inputs)
    beside = StateResource(f"urn:{tok}::beside", tok, "beside", "it", {"region": REGION})
    assert with_parts([whole], [part, beside], REGION) == {whole.urn, part.urn}


@pytest.mark.parametrize("hours", [1, -1])
def test_what_aws_has_made_since_it_is_recorded_is_another_one(engine, emulator, hours) -> None:
    """Of tables Pulumi's own plug-in records no id."""
    tok = "aws:dynamodb/table:Table"
    attributes = [{"name": "id", "type": "S"}]
    mode = {"billingMode": "PAY_PER_REQUEST"}
    state = engine.create(tok, {"name": "old", "hashKey": "id", "attributes": attributes, **mode})
    outputs = {name: value for name, value in state.outputs.items() if name != META}
    created = datetime.now(UTC) - timedelta(hours=hours)
    recorded = StateResource(
        state.urn, tok, "old", state.identifier, state.inputs, outputs, created=created
    )
    place = place_of(emulator)
    assert find_remade([recorded], Looker(place)) == [], "its clock can be moved"
    found = find_remade([recorded], Looker(replace(place, kind="aws")))
    assert found == ([recorded] if hours > 0 else [])


@pytest.mark.parametrize("tok", sorted(TAGGED - {*BY_ID, "aws:appautoscaling/target:Target"}))
def test_nothing_of_another_stack_is_written_over_by_a_creation(
    engine, engine_for, emulator, world, tok
) -> None:
    state = engine.create(tok, sent(tok, -1, world, THEIRS))
    others = engine_for()
    others.configure()
    with pytest.raises(RefusedError):
        others.create(tok, sent(tok, -1, world, OURS))
    live = engine.read(tok, state.identifier, state)
    assert live.outputs["tagsAll"][OWNER_TAG] == THEIRS


NAMED_BY_AWS = {"aws:dynamodb/tableExport:TableExport", "aws:kms/key:Key"}
"""A second one is another one."""
NOT_TOLD = {"confirmRemoveSelfResourceAccess"}
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def another(tok: str) -> tuple[int, dict[str, Any]]:
    """A variant, and other values of it under the same name; none where the name says it all."""
    for number, changed in SECOND[tok]:
        inputs = VARIANTS[tok][number]
        identity = KINDS[tok].identify(inputs)
        same = identity and identity == KINDS[tok].identify({**inputs, **changed})
        if same and NOT_TOLD.isdisjoint(changed) and OTHER_KEY not in changed.values():
            return number, changed
    return 0, {}


@pytest.mark.parametrize("tok", sorted({*RESOURCES} - NAMED_BY_AWS))
def test_a_creation_writes_over_nothing_that_lives_and_nobody_has_recorded(
    engine, engine_for, world, tok
) -> None:
    number, changed = another(tok)
    theirs = with_keys(VARIANTS[tok][number], world)
    state = engine.create(tok, theirs)
    before = engine.read(tok, state.identifier, state).outputs
    others = engine_for()
    others.configure()
    ours = with_keys({**theirs, **changed}, world)
    if tok == ATTACHMENT:
        others.create(tok, ours)  # what is as declared is written over by nothing
    else:
        with pytest.raises(RefusedError):
            others.create(tok, ours)
    assert engine.read(tok, state.identifier, state).outputs == before


def test_what_is_recorded_is_made_again_over_itself_and_so_is_what_a_command_of_ours_looked_for(
    engine, engine_for, client
) -> None:
    tok = "aws:cloudwatch/dashboard:Dashboard"
    news = {"dashboardName": "board", "dashboardBody": '{"widgets": []}'}
    state = engine.create(tok, news)
    again = {**news, "dashboardBody": '{"widgets": [], "start": "-P1D"}'}
    with pytest.raises(RefusedError, match='import_="board"'):
        engine.create(tok, again, "other")
    engine.check(state, again)
    engine.create(tok, again)
    engine.configure()
    with pytest.raises(RefusedError, match="exists already, is not what is declared"):
        engine.create(tok, news, "other")
    ours = engine_for(**{ENGINE_OWNER_VARIABLE: "1"})
    ours.configure()
    ours.create(tok, news)
    body = client("cloudwatch").get_dashboard(DashboardName="board")["DashboardBody"]
    assert body == news["dashboardBody"]


def test_notes_of_another_plug_in_are_no_creation_id() -> None:
    for note in ("{", "[]", json.dumps({"schema_version": "1"}), 7, None):
        assert creation_id_of({META: note}) is None


def test_what_is_recorded_in_another_account_is_not_looked_for_there_nor_anything_made_beside_it(
    engine, client
) -> None:
    """A refresh would find all of it gone, and a deletion would meet what has its name here."""
    tok, news = "aws:sqs/queue:Queue", {"name": "waiting"}
    theirs = engine.create(tok, news)
    elsewhere = {"arn": theirs.outputs["arn"].replace(ACCOUNT.id, "210987654321")}
    recorded = replace(theirs, outputs={**theirs.outputs, **elsewhere})
    for act in (
        lambda: engine.read(tok, recorded.identifier, recorded),
        lambda: engine.update(recorded, {**news, "delaySeconds": 5}),
        lambda: engine.delete(recorded),
    ):
        with pytest.raises(
            RefusedError, match=f"account 210987654321, and .* account {ACCOUNT.id}"
        ):
            act()
    engine.configure()
    assert not engine.diff(recorded, engine.check(recorded, news)).paths
    with pytest.raises(RefusedError, match="nothing was touched"):
        engine.create(tok, {"name": "beside"}, "beside")
    queues = client("sqs").list_queues()["QueueUrls"]
    assert [url.rpartition("/")[2] for url in queues] == ["waiting"]
    engine.configure()
    assert engine.read(tok, theirs.identifier, theirs)
    engine.apply(theirs, {**news, "delaySeconds": 5})
    engine.create(tok, {"name": "beside"}, "beside")
