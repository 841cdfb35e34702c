"""The engine's state as values, repaired as a document."""

from __future__ import annotations

import copy
import gzip
import json

import pytest

from tablewright.engine import (
    SECRET,
    Backend,
    Finder,
    FoundResource,
    StackPlace,
    Standing,
    State,
    Unrecorded,
)
from tablewright.engine.run.events import ALL_TOLD
from tablewright.engine.state.checkpoint import read_checkpoint, with_adopted, without_pending
from tablewright.engine.state.recovery import (
    abandoned_journals,
    announce,
    forget,
    journal,
    recover,
    tell,
    unrecorded,
)
from tablewright.engine.state.store import StateStore
from tablewright.errors import BackendError, StackMissingError


def urn(name: str) -> str:
    return f"urn:pulumi:dev::shop::shelf:index:Box::{name}"


def resource(name: str, **more) -> dict:
    return {"urn": urn(name), "type": "shelf:index:Box", "custom": True, "id": name, **more}


STACK = {
    "urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
    "type": "pulumi:pulumi:Stack",
    "outputs": {
        "arn": "x",
        "key": {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            "ciphertext": "v1:abc",
        },
    },
}
PENDING = resource("p", inputs={"name": "p"}, parent=STACK["urn"])
PENDING.pop("id")
DOCUMENT = {
    "version": 3,
    "checkpoint": {
        "stack": "organization/shop/dev",
        "latest": {
            "secrets_providers": {"type": "passphrase", "state": {"salt": "v1:salt"}},
            "resources": [
                STACK,
                resource("a", inputs={"n": 1}, outputs={"n": 2}, protect=True, initErrors=["half"]),
                resource("a", delete=True),
            ],
            "pending_operations": [
                {"type": "creating", "resource": PENDING},
                {"type": "updating", "resource": resource("a", inputs={"n": 1})},
            ],
        },
    },
}


def test_a_state_is_read_with_its_outputs_and_what_is_open():
    state = read_checkpoint(DOCUMENT)
    assert state.outputs == {"arn": "x", "key": SECRET}
    assert (state.salt, state.encrypted_by) == ("v1:salt", "passphrase")
    assert [(each.kind, each.resource.name) for each in state.pending] == [
        ("creating", "p"),
        ("updating", "a"),
    ]
    found = state.find(urn("a"))
    assert (found.id, found.protect, found.unfinished) == ("a", True, ("half",))
    assert state.find(urn("nobody")) is None


def test_an_export_reads_like_a_state_file():
    exported = {"version": 3, "deployment": DOCUMENT["checkpoint"]["latest"]}
    assert read_checkpoint(exported) == read_checkpoint(DOCUMENT)


@pytest.mark.parametrize(
    "empty",
    [
        {"version": 3, "checkpoint": {"stack": "s"}},
        {"version": 3, "checkpoint": {"stack": "s", "latest": None}},
        {"version": 3, "deployment": None},
    ],
)
def test_a_stack_without_anything_is_an_empty_state(empty):
    assert read_checkpoint(empty) == State()


def test_pending_creations_are_taken_out_and_nothing_else():
    before = copy.deepcopy(DOCUMENT)
    after = without_pending(DOCUMENT, frozenset({urn("p"), urn("a")}))
    assert before == DOCUMENT
    assert [each.kind for each in read_checkpoint(after).pending] == ["updating"]
    assert read_checkpoint(after).resources == read_checkpoint(DOCUMENT).resources


def test_a_pending_creation_is_recorded_as_made_behind_what_it_depends_on():
    state = read_checkpoint(with_adopted(DOCUMENT, {urn("p"): "p-id"}))
    adopted = state.resources[-1]
    assert (adopted.urn, adopted.id, adopted.parent) == (urn("p"), "p-id", STACK["urn"])
    assert adopted.outputs == {"name": "p"}
    assert [each.kind for each in state.pending] == ["updating"]


@pytest.fixture
def place(tmp_path) -> StackPlace:
    return StackPlace(Backend.of(tmp_path), "shop", "dev")


@pytest.fixture
def store(place) -> StateStore:
    def command(arguments, text):
        raise AssertionError(arguments)

    return StateStore(place, command)


def test_a_store_creates_once_and_keeps_what_is_there(store, place):
    assert store.read() is None
    store.create()
    assert store.read() == State()
    place.state_file.write_text(json.dumps(DOCUMENT))
    store.create()
    assert store.read().salt == "v1:salt"
    assert [each.name for each in place.state_file.parent.iterdir()] == ["dev.json"]


def test_a_compressed_state_is_read(store, place):
    place.state_file.parent.mkdir(parents=True)
    packed = place.state_file.with_name("dev.json.gz")
    packed.write_bytes(gzip.compress(json.dumps(DOCUMENT).encode()))
    assert store.read().salt == "v1:salt"


def test_a_change_is_made_under_the_stacks_lock(store, place):
    store.create()
    place.state_file.write_text(json.dumps(DOCUMENT))
    held = []

    def change(document):
        held.extend(place.lock_folder.glob("*.json"))
        return without_pending(document, frozenset({urn("p")}))

    store.change(change)
    assert len(held) == 1
    assert not list(place.lock_folder.glob("*.json"))
    assert [each.kind for each in store.read().pending] == ["updating"]


def test_a_stack_elsewhere_is_read_and_mended_through_the_engine():
    said, bucket = [], StackPlace(Backend.of("s3://b"), "shop", "dev")

    def command(arguments, text):
        said.append((arguments[:2], text))
        return json.dumps({"version": 3, "deployment": DOCUMENT["checkpoint"]["latest"]})

    store = StateStore(bucket, command)
    store.create(["--secrets-provider", "awskms://x"])
    store.change(lambda document: without_pending(document, frozenset({urn("p")})))

    assert [arguments for arguments, _ in said] == [
        ["stack", "init"],
        ["stack", "export"],
        ["stack", "import"],
    ]
    assert "creating" not in said[-1][1]


def test_a_stack_that_is_missing_elsewhere_is_no_error_until_it_is_changed():
    def command(arguments, text):
        raise StackMissingError("no")

    store = StateStore(StackPlace(Backend.of("s3://b"), "shop", "dev"), command)
    assert store.read() is None
    with pytest.raises(StackMissingError, match="shop/dev in s3://b"):
        store.change(lambda document: document)


@pytest.mark.parametrize(
    "content",
    ['{"half', "[]", "null", '{"checkpoint": []}', '{"deployment": {"resources": [{"id": "a"}]}}'],
)
def test_a_damaged_state_is_said_to_be_damaged(store, place, content):
    store.create()
    place.state_file.write_text(content)
    with pytest.raises(BackendError, match=f"{place.state_file} is damaged") as caught:
        store.read()
    assert "restore it" in caught.value.next_step


def test_a_damaged_state_that_is_packed_is_no_riddle_either(store, place):
    packed = place.state_file.with_name(f"{place.state_file.name}.gz")
    packed.parent.mkdir(parents=True)
    packed.write_bytes(gzip.compress(b"{}")[:-9])
    with pytest.raises(BackendError, match=f"{packed} is damaged"):
        store.read()


def finder(*existing: str, others: tuple[str, ...] = ()) -> Finder:
    """Finds by the answer's id, else by the name."""

    def look(each: Unrecorded) -> FoundResource:
        name = each.id or each.inputs.get("name")
        if name in others:
            return FoundResource(Standing.ANOTHERS, name, why="it was made by somebody else")
        return (
            FoundResource(Standing.OURS, name)
            if name in existing
            else FoundResource(Standing.ABSENT)
        )

    return lambda begun, _: {each.urn: look(each) for each in begun}


def test_what_exists_is_imported_and_what_does_not_is_forgotten():
    state = read_checkpoint(DOCUMENT)
    assert recover(state, (), finder("p")).imports == {urn("p"): "p"}
    assert recover(state, (), finder()).gone == {urn("p")}


def test_what_only_has_the_same_name_is_left_alone_and_told():
    state = read_checkpoint(DOCUMENT)
    found = recover(state, (), finder(others=("p",)))
    assert found.imports == {}
    assert found.gone == {urn("p")}
    assert list(announce(found)) == [
        "p was begun by a run that was killed; it exists, but it was made by somebody else"
    ]


def test_what_nobody_can_identify_stays_unknown_and_is_told():
    state = read_checkpoint(DOCUMENT)
    for each in (None, lambda *_: {}):
        found = recover(state, (), each)
        assert [*found.unknown] == [urn("p")]
        assert list(announce(found)) == [
            "p was being made when a run was killed; it may exist, and is not recorded"
        ]


def test_a_pending_creation_that_was_recorded_since_is_settled():
    document = copy.deepcopy(DOCUMENT)
    document["checkpoint"]["latest"]["resources"].append(resource("p"))
    state = read_checkpoint(document)
    assert recover(state, (), finder("p")).settled == {urn("p"), urn("a")}
    assert unrecorded(state, ()) == ()


def test_what_a_killed_run_was_changing_is_told_unless_the_next_one_looks_at_it(place):
    document = copy.deepcopy(DOCUMENT)
    resources = document["checkpoint"]["latest"]["resources"]
    resources += [resource(name, inputs={"name": name}) for name in "xyzw"]
    operations = document["checkpoint"]["latest"]["pending_operations"]
    assert recover(read_checkpoint(document), (), None).changed == (), "it is as recorded"
    operations.append({"type": "updating", "resource": resource("x", inputs={"name": "new"})})

    def changing(name: str, new: str, *, planning: bool = False) -> dict:
        step = began(name)["resourcePreEvent"]["metadata"]
        updated = {**step, "op": "update", "new": {**step["new"], "inputs": {"name": new}}}
        return {"resourcePreEvent": {"metadata": updated, "planning": planning}}

    events = [
        changing("y", "new"),
        changing("z", "new"),
        refused("z"),
        changing("w", "w"),
        changing("a", "new", planning=True),
    ]
    with journal(place) as path:
        path.write_text("\n".join(json.dumps(each) for each in events))
        found = recover(read_checkpoint(document), [path], finder("p"))
    assert found.changed == (urn("x"), urn("y")), "w is recorded so, z failed, a was planned"
    [text] = [text for text in announce(found) if "not recorded" in text]
    assert text.startswith("x, y: a run was killed while it changed this")
    assert "not recorded" not in str([*announce(found, looks=True)])
    for plans, told in ((True, 1), (False, 2)):
        notices = []
        tell(found, notices.append, plans=plans)
        assert len(notices) == told


def began(name: str) -> dict:
    new = {"custom": True, "id": "", "parent": "", "inputs": {"name": name}, "outputs": {}}
    step = {"op": "create", "urn": urn(name), "type": "shelf:index:Box", "old": None, "new": new}
    return {"resourcePreEvent": {"metadata": step}}


def ended(name: str, identity: str) -> dict:
    step = began(name)["resourcePreEvent"]["metadata"]
    return {"resOutputsEvent": {"metadata": {**step, "new": {**step["new"], "id": identity}}}}


def refused(name: str) -> dict:
    return {"diagnosticEvent": {"urn": urn(name), "message": "no", "severity": "error"}}


def test_a_journal_tells_what_was_made_with_its_id_and_what_was_under_way(place):
    events = [began("x"), ended("x", "x-id"), began("y"), began("z"), refused("z")]
    with journal(place) as path:
        path.write_text("\n".join(json.dumps(each) for each in events) + '\n{"resourcePre')
        found = {each.urn: each.id for each in unrecorded(State(), [path])}
        assert found == {urn("x"): "x-id", urn("y"): "", urn("z"): ""}, "failed: perhaps made"
        assert recover(State(), [path], finder("x-id")).imports == {urn("x"): "x-id"}
    assert not path.exists()


def test_what_is_forgotten_is_not_found_again_by_the_journal_of_a_killed_run(store, place):
    state = {"resources": [resource("x"), resource("y")]}
    place.state_file.parent.mkdir(parents=True)
    place.state_file.write_text(json.dumps({"version": 3, "checkpoint": {"latest": state}}))
    events = [planned("x"), began("x"), ended("x", "x-id"), ended("y", "y-id"), began("z")]
    half = '{"resourcePre'
    with journal(place) as path:
        path.write_text("".join(json.dumps(each) + "\n" for each in events) + half)
        forget(store, [urn("x")], [path])
        left = store.read()
        assert [each.urn for each in left.resources] == [urn("y")]
        assert [each.urn for each in unrecorded(left, [path])] == [urn("z")]
        assert path.read_text().endswith(half)


def planned(name: str) -> dict:
    event = began(name)
    return {"resourcePreEvent": {**event["resourcePreEvent"], "planning": True}}


def test_a_journal_tells_what_was_planned_for_a_step_may_come_before_its_event(place):
    events = [planned("x"), planned("y"), began("y")]
    with journal(place) as path:
        path.write_text(text := "".join(json.dumps(each) + "\n" for each in events))
        found = {each.urn: each.planned for each in unrecorded(State(), [path])}
        assert found == {urn("x"): True, urn("y"): False}
        path.write_text(text + ALL_TOLD)
        assert [each.urn for each in unrecorded(State(), [path])] == [urn("y")]


def test_a_journal_in_use_is_not_abandoned_and_one_of_a_dead_process_is(place):
    with journal(place) as path:
        assert abandoned_journals(place) == ()
        dead = path.with_name("999999999-1.000.events")
        dead.touch()
        assert abandoned_journals(place) == (dead,)


def test_a_journal_stays_when_its_run_fails_and_is_nobodys_then(place):
    with pytest.raises(OSError, match="none"), journal(place) as path:
        path.write_text("{}") and path.with_name("none").read_text()
    [left] = abandoned_journals(place)
    assert left.read_text() == "{}"


def test_a_run_that_did_nothing_leaves_no_journal(place):
    with pytest.raises(KeyError), journal(place):
        raise KeyError
    assert abandoned_journals(place) == ()


def test_a_stack_elsewhere_has_no_journals():
    bucket = StackPlace(Backend.of("s3://b"), "shop", "dev")
    assert abandoned_journals(bucket) == ()
    with pytest.raises(ValueError, match="folder backend"), journal(bucket):
        pass
