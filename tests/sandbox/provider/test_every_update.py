"""Every input of every type: changed in place or by replacement, half-way, for nothing, too late.

`SECOND` holds the other values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.retries.standard import ExponentialBackoff
from tests.sandbox.provider.conftest import Engine, RefusedError, State, clients_of, environment_of
from tests.sandbox.provider.second_values import ONE_VALUE, OTHER_KEY, SECOND
from tests.sandbox.provider.test_every_type import (
    ELSEWHERE,
    KEY,
    READ,
    TRUST,
    VARIANTS,
    _table,
    emulator,
    surroundings,
    with_keys,
)

from tablewright.provider.catalogue import RESOURCES
from tablewright_emulator.faults import Fault, Kind
from tablewright_emulator.request import Request
from tablewright_emulator.server import Emulator

__all__ = ["emulator"]

EXPORT = "aws:dynamodb/tableExport:TableExport"
CASES = sorted({(tok, number) for tok, steps in SECOND.items() for number, _ in steps})
READS = re.compile("(describe|get|list|batchget|scan|query)", re.IGNORECASE)


@dataclass(slots=True)
class Watch(Fault):
    """Notes the calls that change something; strikes that of one place, or all from there on."""

    place: int | None = None
    on: bool = False
    seen: list[str] = field(default_factory=list)

    def is_due(self, request: Request) -> bool:
        """Whether it strikes this call."""
        if READS.match(request.operation):
            return False
        self.seen.append(request.operation)
        number = len(self.seen) - 1
        return self.place is not None and (
            number == self.place or (self.on and number > self.place)
        )


class Calls:
    """The calls that change something in an embedded AWS, and what becomes of them."""

    def __init__(self, running: Emulator) -> None:
        self._faults = running.faults
        self._watch = Watch("*")

    @property
    def seen(self) -> list[str]:
        """Their names since the last `let`, `refuse` or `lose`."""
        return self._watch.seen

    def let(self) -> None:
        """All are carried out."""
        self._set(Watch("*"))

    def refuse(self, place: int) -> None:
        """That of this number and all after it are refused: whoever calls may not."""
        code = "AccessDeniedException"
        self._set(Watch("*", kind="error", code=code, status=400, place=place, on=True))

    def lose(self, place: int) -> None:
        """That of this number is carried out, and its answer lost."""
        self._set(Watch("*", kind="lost-answer", place=place))

    def _set(self, watch: Watch) -> None:
        self._faults.clear()
        self._faults.add(watch)
        self._watch = watch


@pytest.fixture
def calls(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    """What is lost is sent again at once."""
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0.0)
    yield Calls(emulator)
    emulator.faults.clear()


class Ground:
    """An embedded AWS with what the variants need around them, kept from test to test."""

    def __init__(self, running: Emulator) -> None:
        self.running = running
        self._keys: dict[str, str] | None = None

    def keys(self) -> dict[str, str]:
        """The ARNs of its keys; everything is made where it is not there."""
        if self._keys is None:
            self.running.reset()
            self._keys = build(clients_of(self.running.endpoint))
        return self._keys

    def spoil(self) -> None:
        """A test has left something."""
        self._keys = None


def build(client: Any) -> dict[str, str]:
    """The surroundings, and second ones that the second values name."""
    world = surroundings(client)
    iam = client("iam")
    iam.create_role(RoleName="elsewhere", AssumeRolePolicyDocument=TRUST)
    iam.create_policy(PolicyName="elsewhere", PolicyDocument=READ)
    client("sns").create_topic(Name="elsewhere")
    client("sqs").create_queue(QueueName="elsewhere")
    client("kinesis").create_stream(StreamName="elsewhere", ShardCount=1)
    client("s3").create_bucket(
        Bucket="bucket-elsewhere",
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
    )
    client("dynamodb").update_continuous_backups(
        TableName="scaled",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    _table(client("dynamodb"), "more", BillingMode="PROVISIONED", ProvisionedThroughput=units)
    for table, dimension in (("more", "Read"), ("scaled", "Write")):
        client("application-autoscaling").register_scalable_target(
            ServiceNamespace="dynamodb",
            ResourceId=f"table/{table}",
            ScalableDimension=f"dynamodb:table:{dimension}CapacityUnits",
            MinCapacity=1,
            MaxCapacity=9,
        )
    others = {
        KEY.replace("KEY", "OTHER KEY").replace("eu-west-1", region): client(
            "kms", region
        ).create_key()["KeyMetadata"]["Arn"]
        for region in ("eu-west-1", "us-east-1")
    }
    assert OTHER_KEY in others
    return {**world, **others}


@pytest.fixture(scope="module")
def ground(emulator: Emulator) -> Ground:
    return Ground(emulator)


@pytest.fixture
def environment(ground: Ground) -> dict[str, str]:
    """In place of the one that empties the embedded AWS."""
    return environment_of(ground.running)


@pytest.fixture
def keys(ground: Ground) -> dict[str, str]:
    """The keys of the surroundings."""
    return ground.keys()


class Stage:
    """One resource of a test, which is deleted at its end."""

    def __init__(self, engine: Engine, tok: str) -> None:
        self.engine, self.tok = engine, tok
        self.state: State | None = None

    def create(self, inputs: Mapping[str, Any]) -> State:
        """Make it."""
        self.state = self.engine.create(self.tok, inputs)
        return self.state

    def replace(self, inputs: Mapping[str, Any]) -> State:
        """As the engine replaces: what goes first goes first."""
        old = self.state
        assert old is not None
        if self.engine.diff(old, self.engine.check(old, inputs)).delete_first:
            self.engine.delete(old)
            return self.create(inputs)
        new = self.create(inputs)
        self.engine.delete(old)
        return new

    def is_left(self) -> bool:
        """Whether it cannot be deleted."""
        if self.state is None:
            return True
        try:
            self.engine.delete(self.state)
            return self.engine.read(self.tok, self.state.identifier, self.state) is not None
        except RefusedError:
            return True


@pytest.fixture
def stage(
    engine: Engine, ground: Ground, request: pytest.FixtureRequest, tok: str
) -> Iterator[Stage]:
    acted = Stage(engine, tok)
    failures = request.session.testsfailed
    yield acted
    ground.running.faults.clear()
    if request.session.testsfailed > failures or acted.is_left():
        ground.spoil()


def changed(inputs: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs with other values; None leaves one out."""
    merged = {**inputs, **values}
    return {name: value for name, value in merged.items() if value is not None}


def steps_of(tok: str, number: int, keys: Mapping[str, str]) -> list[dict[str, Any]]:
    return [with_keys(values, keys) for variant, values in SECOND[tok] if variant == number]


@pytest.mark.parametrize("tok", sorted(RESOURCES))
def test_every_input_has_a_second_value(tok: str) -> None:
    known = {name for name, one in RESOURCES[tok].shape.items() if not one.refused}
    tried = {name for _, values in SECOND[tok] for name in values} | {"region"}
    others = (*ELSEWHERE, *ONE_VALUE)
    assert {name for name in known - tried if not f"{tok}.{name}".startswith(others)} == set()


@pytest.mark.parametrize(("tok", "number"), CASES)
def test_every_input_changes_and_is_settled_then(engine, keys, calls, stage, tok, number) -> None:
    inputs = with_keys(VARIANTS[tok][number], keys)
    state = stage.create(inputs)
    if "region" in RESOURCES[tok].shape:
        moved = engine.check(state, {**inputs, "region": "eu-central-1"})
        assert engine.diff(state, moved).replaces == ["region"]
    for values in steps_of(tok, number, keys):
        after = changed(inputs, values)
        difference = engine.diff(state, engine.check(state, after))
        assert difference.some, values
        if difference.replaces:
            assert set(difference.replaces) <= {*values, "name"}
            state = stage.replace(after)
        else:
            assert set(difference.paths), values
            engine.apply(state, after)
        inputs = after
        assert engine.settled(state, after), (values, state.outputs)
        refreshed = engine.read(tok, state.identifier, state)
        assert refreshed is not None, values
        assert engine.settled(refreshed, after), values
        calls.let()
        engine.update(state, after)
        assert calls.seen == [], f"{values}: an update to what is there already"


def in_place(
    engine: Engine, state: State, inputs: dict[str, Any], steps: list[dict[str, Any]]
) -> dict[str, Any]:
    """Inputs with all that one update can bring."""
    after = inputs
    for values in steps:
        more = changed(after, values)
        if not engine.diff(state, engine.check(state, more)).replaces:
            after = more
    return after


def places(seen: list[str]) -> list[int]:
    """The first call of each operation, and the last of all."""
    firsts = [number for number, name in enumerate(seen) if name not in seen[:number]]
    return sorted({*firsts, len(seen) - 1} if seen else set())


def refusal(engine: Engine, state: State, inputs: Mapping[str, Any]) -> RefusedError | None:
    """What an update says that fails."""
    try:
        engine.update(state, inputs)
    except RefusedError as error:
        return error
    return None


@pytest.mark.parametrize("kind", ["error", "lost-answer"])
@pytest.mark.parametrize(("tok", "number"), CASES)
def test_an_update_that_stopped_half_way_is_finished_by_the_same_one(
    engine, keys, calls, stage, tok, number, kind: Kind
) -> None:
    before = with_keys(VARIANTS[tok][number], keys)
    state = stage.create(before)
    after = in_place(engine, state, before, steps_of(tok, number, keys))
    calls.let()
    engine.update(state, after)
    seen = list(calls.seen)
    engine.update(state, before)
    for place in places(seen):
        (calls.refuse if kind == "error" else calls.lose)(place)
        stopped = refusal(engine, state, after)
        struck = len(calls.seen) > place  # what was raised once may be so for good
        if kind == "error" and struck:
            assert stopped is not None, f"{seen[place]}: refused, and nothing said"
        if stopped is not None and (place or stopped.identifier):
            assert stopped.identifier == state.identifier, stopped
            state.outputs = stopped.outputs  # the engine keeps the old inputs
        calls.let()
        engine.apply(state, after)
        assert engine.settled(state, after), seen[place]
        assert engine.settled(engine.read(tok, state.identifier, state), after), seen[place]
        engine.update(state, before)


OPTIONAL = sorted(
    {(tok, 0) for tok, kind in RESOURCES.items() if not kind.said_whole} - {(EXPORT, 0)}
)


def without_optional(engine: Engine, tok: str, state: State) -> dict[str, Any]:
    """The inputs of which none can be left out without another meaning or a replacement."""
    inputs = dict(state.inputs)
    for name in sorted(state.inputs):
        rest = {other: value for other, value in inputs.items() if other != name}
        if engine.mistakes(tok, rest) or engine.diff(state, rest).replaces:
            continue
        inputs = rest
    return inputs


@pytest.mark.parametrize(("tok", "number"), OPTIONAL)
def test_what_is_left_out_is_not_forgotten_by_an_update_that_failed(
    engine, keys, calls, stage, tok, number
) -> None:
    before = with_keys(VARIANTS[tok][number], keys)
    state = stage.create(before)
    after = without_optional(engine, tok, state)
    calls.let()
    clean = engine.update(deepcopy(state), after).outputs
    if not calls.seen:
        return  # nothing is left out that a call takes away
    engine.update(state, before)
    calls.refuse(0)
    stopped = refusal(engine, state, after)
    assert stopped is not None
    if stopped.identifier:
        state.outputs = stopped.outputs
    calls.let()
    state = engine.read(tok, state.identifier, state)
    engine.apply(state, after)
    assert calls.seen
    assert state.outputs == {**clean, **changing(state.outputs)}
    assert engine.settled(state, after)


@pytest.mark.parametrize("tok", ["aws:iam/user:User", "aws:iam/group:Group"])
def test_what_others_made_under_a_name_that_was_ours_is_not_ours(engine, keys, stage, tok) -> None:
    inputs = with_keys(VARIANTS[tok][0], keys)
    ours = engine.create(tok, inputs)
    engine.delete(deepcopy(ours))
    theirs = stage.create(inputs)
    renamed = {**inputs, "name": "renamed"}
    assert engine.read(tok, ours.identifier, ours) is None
    with pytest.raises(RefusedError, match="does not exist any more"):
        engine.update(ours, renamed)
    engine.delete(ours)
    assert engine.read(tok, theirs.identifier, theirs) is not None


def changing(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs that no two resources share."""
    own = ("streamArn", "streamLabel", "revisionId")
    return {name: outputs[name] for name in own if name in outputs}


@pytest.mark.parametrize("tok", sorted(set(SECOND) - {EXPORT}))
def test_what_others_deleted_is_gone_for_a_read_an_update_and_a_delete(
    engine, keys, calls, stage, tok
) -> None:
    inputs = with_keys(VARIANTS[tok][0], keys)
    inputs = {name: value for name, value in inputs.items() if name != "skipDestroy"}
    if "deletionProtectionEnabled" in inputs:
        inputs["deletionProtectionEnabled"] = False
    state = stage.create(inputs)
    after = in_place(engine, state, inputs, steps_of(tok, 0, keys))
    engine.delete(deepcopy(state))
    assert engine.read(tok, state.identifier, state) is None
    calls.let()
    if after != inputs:
        with pytest.raises(RefusedError, match="does not exist any more"):
            engine.update(state, after)
    assert calls.seen == [], "nothing is made again"
    engine.delete(state)
