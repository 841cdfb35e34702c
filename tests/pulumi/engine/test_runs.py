"""What a run does and what it tells, on Pulumi's own engine."""

from __future__ import annotations

import json
import time

import pytest
from tests.pulumi.engine.shelf import program
from tests.support.results import differs

from tablewright.engine import (
    SECRET,
    UNKNOWN,
    Checkpoints,
    Operation,
    StepFinished,
    StepStarted,
)

pytestmark = pytest.mark.engine


def operations(result) -> dict[str, list[Operation]]:
    """By name of the box, what is done to it."""
    found: dict[str, list[Operation]] = {}
    for change in result.changes:
        if change.type == "shelf:index:Box":
            found.setdefault(change.name, []).append(change.operation)
    return found


def test_a_preview_of_a_new_stack_shows_what_would_be_made_and_leaves_no_trace(room):
    result = room.stack().preview(
        program({"name": "a", "label": "x"}, export={"where": ("a", "address")})
    )

    assert operations(result) == {"a": [Operation.CREATE]}
    assert result.outputs == {"where": UNKNOWN, "names": ["a"]}
    assert differs(result)
    assert not room.states.exists()
    assert room.boxes() == {}


def test_up_makes_what_is_declared_and_then_there_is_nothing_to_do(room):
    declared = program({"name": "a", "label": "x"}, export={"where": ("a", "address")})
    stack = room.stack()

    made = stack.up(declared, observe=room.seen.append)

    assert operations(made) == {"a": [Operation.CREATE]}
    assert made.outputs == {"where": "shelf/a", "names": ["a"]} == stack.outputs()
    assert room.boxes() == {"a": {"name": "a", "label": "x"}}
    assert [(r.type, r.id) for r in stack.resources() if r.id == "a"] == [("shelf:index:Box", "a")]
    assert not differs(stack.preview(declared))
    assert operations(stack.up(declared)) == {"a": [Operation.SAME]}


def test_each_step_is_told_as_it_begins_and_ends(room):
    room.stack().up(program({"name": "a", "seconds": 0.3}), observe=room.seen.append)

    steps = [each for each in room.seen if getattr(each, "name", "") == "a"]
    assert [type(each) for each in steps] == [StepStarted, StepFinished]
    assert [each.operation for each in steps] == [Operation.CREATE, Operation.CREATE]
    # Both ends are when we read of them, and a busy machine reads the first one late.
    assert 0.03 <= steps[1].seconds < 90, "of seconds, and neither thousandths nor minutes"


def test_changes_in_place_and_deletions_are_told_apart_with_their_values(room):
    stack = room.stack()
    stack.up(program({"name": "a", "label": "x"}, {"name": "b"}))

    result = stack.up(program({"name": "a", "label": "y"}))

    assert operations(result) == {"a": [Operation.UPDATE], "b": [Operation.DELETE]}
    update = next(change for change in result.changes if change.name == "a")
    assert [diff.path for diff in update.diffs] == ["label"]
    assert (update.old_inputs["label"], update.new_inputs["label"]) == ("x", "y")
    assert room.boxes() == {"a": {"name": "a", "label": "y"}}


def test_a_replacement_is_one_change_with_its_cause_whichever_comes_first(room):
    stack, causes = room.stack(), ("lock", "name")
    stack.up(program(*({"name": cause, "lock": "1"} for cause in causes)))

    def changed() -> None:
        import pulumi

        for cause in causes:
            inputs = {"name": cause, "lock": "1"} | {cause: "2"}
            pulumi.CustomResource("shelf:index:Box", cause, inputs)

    result = stack.preview(changed)

    assert operations(result) == {cause: [Operation.REPLACE] for cause in causes}
    for cause in causes:
        replaced = next(change for change in result.changes if change.name == cause)
        assert replaced.replace_keys == (cause,)
        assert replaced.id == cause
        assert [diff.replaces for diff in replaced.diffs] == [True]


def test_an_import_that_differs_is_imported_and_updated_in_one_run(room):
    room.put("z", label="live")
    declared = program({"name": "z", "label": "new", "id": "z"})
    stack = room.stack()

    assert operations(stack.preview(declared)) == {"z": [Operation.IMPORT, Operation.UPDATE]}
    result = stack.up(declared)

    assert operations(result) == {"z": [Operation.IMPORT, Operation.UPDATE]}
    imported, updated = (change for change in result.changes if change.name == "z")
    assert imported.new_inputs["label"] == updated.old_inputs["label"] == "live"
    assert room.boxes()["z"]["label"] == "new"
    assert not differs(stack.preview(program({"name": "z", "label": "new"})))


def test_a_refresh_finds_what_was_changed_or_deleted_behind_its_back(room):
    """A preview with one tells the drift apart from what it would do, and records nothing."""
    stack = room.stack()
    declared = program({"name": "a", "label": "x"}, {"name": "b"}, {"name": "c"})
    stack.up(declared)
    room.put("a", label="drifted")

    assert not differs(stack.preview(declared))
    result = stack.preview(declared, refresh=True)

    assert operations(result)["a"] == [Operation.REFRESH, Operation.UPDATE]
    assert not differs(stack.preview(declared)), "a preview records nothing"
    assert room.boxes()["a"]["label"] == "drifted"

    (room.shelf / "b.json").unlink()
    result = stack.refresh()

    assert operations(result) == {
        "a": [Operation.UPDATE],
        "b": [Operation.DELETE],
        "c": [Operation.SAME],
    }
    assert {r.id for r in stack.resources() if r.type == "shelf:index:Box"} == {"a", "c"}


def test_destroy_deletes_all_and_remove_forgets_the_stack(room):
    stack = room.stack()
    stack.up(program({"name": "a"}, {"name": "b"}))

    result = stack.destroy()

    assert operations(result) == {"a": [Operation.DELETE], "b": [Operation.DELETE]}
    assert room.boxes() == {}
    assert stack.exists()
    stack.remove()
    assert not stack.exists()
    assert not stack.place.history_folder.exists()
    assert room.state_file.with_name("dev.json.bak").exists()
    assert json.loads(stack.session.command("stack", "ls", "--all", "--json")) == []


def test_secrets_are_masked_until_they_are_asked_for(room):
    stack = room.stack()
    result = stack.up(
        program({"name": "a", "secret": "s"}, export={"treasure": ("a", "opened")}),
        observe=room.seen.append,
    )

    assert result.outputs["treasure"] == SECRET == stack.outputs()["treasure"]
    assert "treasure" not in repr(result.changes).replace("'treasure'", "")
    assert '"value":"treasure"' not in room.state_file.read_text()
    assert stack.outputs(show_secrets=True) == {"treasure": "treasure", "names": ["a"]}


def test_configuration_reaches_the_program(room):
    def declare() -> None:
        import pulumi

        pulumi.export("said", pulumi.Config("shelf").require("label"))

    stack = room.stack(config={"shelf:label": "a: 'b' # c"})
    assert stack.preview(declare).outputs == {"said": "a: 'b' # c"}


def test_what_the_program_prints_or_warns_is_passed_on(room):
    def declare() -> None:
        import pulumi

        pulumi.log.warn("mind the gap")
        pulumi.log.debug("not for people")

    result = room.stack().preview(declare)
    assert [(d.severity, d.message) for d in result.diagnostics] == [("warning", "mind the gap")]


def test_a_state_written_at_the_end_is_the_same_state(room):
    declared = program({"name": "a"}, {"name": "b", "after": ["a"]})
    stack = room.stack()

    stack.up(declared, checkpoints=Checkpoints.AT_END)

    assert not differs(stack.preview(declared))
    assert stack.left_open() == ()
    assert not list(room.states.rglob("*.events"))


def test_the_state_says_nothing_of_this_machine(room):
    room.stack().up(program({"name": "a"}))

    assert "stackTrace" not in room.state_file.read_text()
    assert __file__ not in room.state_file.read_text()


def test_the_program_waits_for_slow_imports_that_take_longer_than_the_engines_boot(room):
    order = []

    def prepare() -> None:
        time.sleep(1.5)
        order.append("imported")

    def declare() -> None:
        order.append("declared")

    room.stack().preview(declare, prepare=prepare)
    assert order == ["imported", "declared"]
