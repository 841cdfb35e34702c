"""On the engine: what is the same under another name is moved, and stands where it stood."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest
from tests.pulumi.engine.shelf import TYPE
from tests.support.results import differs

from tablewright.engine import Operation, judge
from tablewright.errors import RefusedError, TablewrightError

pytestmark = pytest.mark.engine

SEALED = "sealed"
"""How names of boxes begin that have a secret, which is an output of the stack as well."""
QUIET = (Operation.SAME, Operation.READ, Operation.REFRESH)


def identify(type_: str, inputs: Mapping, _region: str) -> str | None:
    return inputs.get("name") if type_ == TYPE else None


def program(boxes: Mapping[str, str], *, shelf: str = "", protect: bool = False) -> Callable:
    """Boxes by logical name, on a shelf that is a component of its own, if it has a name."""

    def declare() -> None:
        import pulumi

        options = pulumi.ResourceOptions(protect=protect or None)
        parent = pulumi.ComponentResource("shelf:index:Shelf", shelf, None, options)
        for name, box in boxes.items():
            child = pulumi.ResourceOptions(parent=parent) if shelf else None
            outputs = {"address": None, "name": box}
            pulumi.CustomResource(TYPE, name, outputs, child)

    def bare() -> None:
        import pulumi

        for name, box in boxes.items():
            sealed = {"opened": None, "secret": "yes"} if name.startswith(SEALED) else {}
            made = pulumi.CustomResource(TYPE, name, {"address": None, "name": box, **sealed})
            if sealed:
                pulumi.export(name, made.opened)

    return declare if shelf else bare


def secretive(first: str, second: str) -> Callable:
    """Boxes a and b, of which each has a secret, and an output that is one."""

    def declare() -> None:
        import pulumi

        for name, box in (("a", first), ("b", second)):
            outputs = {"address": None, "opened": None, "name": box, "secret": "yes"}
            pulumi.export(name, pulumi.CustomResource(TYPE, name, outputs).opened)

    return declare


def steps(result) -> dict[str, str]:
    """What is done to each box, by its name on the shelf; a move says from where."""
    return {
        (change.new_inputs or change.old_inputs)["name"]: (change.former and "moved")
        or change.operation.value
        for change in result.changes
        if change.type == TYPE and (change.former or change.operation not in QUIET)
    }


def gate(preview) -> None:
    judge(preview.changes)


Move = tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]]
"""Boxes by logical name before and after, and what is done to each box."""
NAMES_ARE_FREE: Mapping[str, Move] = {
    "new": ({"a": "x"}, {"b": "x"}, {"x": "moved"}),
    "sibling": ({"a": "x"}, {"b": "x", "c": "y"}, {"x": "moved", "y": "create"}),
}
"""A new name, and a new name beside which a sibling comes along."""
NAMES_ARE_TAKEN: Mapping[str, Move] = {
    "swap": ({"a": "x", "b": "y"}, {"a": "y", "b": "x"}, {"x": "moved", "y": "moved"}),
    "circle": (
        {"a": "x", "b": "y", "c": "z"},
        {"a": "z", "b": "x", "c": "y"},
        {"x": "moved", "y": "moved", "z": "moved"},
    ),
    "shift": ({"a": "x", "b": "y"}, {"b": "x", "c": "y"}, {"x": "moved", "y": "moved"}),
    "reuse": ({"a": "x"}, {"a": "new", "b": "x"}, {"x": "moved", "new": "create"}),
    "gone": ({"a": "x", "b": "y"}, {"a": "y"}, {"y": "moved", "x": "delete"}),
    SEALED: ({"a": "x", "b": "y"}, {"a": "y", "b": "x"}, {"x": "moved", "y": "moved"}),
}
"""Two swap names, three in a circle, names shift by one, the old name gets something new,
something gets the name of what goes, and two with secrets swap theirs: records have to be set
aside first."""


def side_by_side(moves: Mapping[str, Move]) -> Move:
    """All of them in one program, each with names and boxes of its own."""
    before, after, expected = (
        {
            f"{kind}-{key}": value
            for kind, move in moves.items()
            for key, value in move[part].items()
        }
        for part in range(3)
    )
    boxes = [
        {name: f"{name.partition('-')[0]}-{box}" for name, box in program.items()}
        for program in (before, after)
    ]
    return *boxes, expected


@pytest.mark.parametrize("moves", [NAMES_ARE_FREE, NAMES_ARE_TAKEN], ids=["free", "taken"])
def test_moves_are_shown_done_and_over(room, moves):
    before, after, expected = side_by_side(moves)
    stack = room.stack(identify=identify)
    stack.up(program(before), gate=gate)
    for name in room.boxes():
        room.put(name, mark="as it was")
    recorded = room.state_file.read_text()

    preview = stack.preview(program(after))
    assert steps(preview) == expected
    assert room.state_file.read_text() == recorded, "a preview changes no state"

    done = stack.up(program(after), gate=gate)
    assert steps(done) == expected
    assert set(room.boxes()) == set(after.values())
    kept = {*before.values()} & {*after.values()}
    assert all(room.boxes()[name].get("mark") == "as it was" for name in kept)

    sealed = {name: "treasure" for name in after if name.startswith(SEALED)}
    assert stack.outputs(show_secrets=True) == sealed
    again = stack.preview(program(after))
    assert not differs(again)
    assert "aside" not in room.state_file.read_text()


def test_a_refused_run_leaves_the_names_as_they_were(room):
    stack = room.stack(identify=identify)
    stack.up(program({"a": "x", "b": "y"}))
    recorded = stack.resources()

    def refuse(_preview) -> None:
        raise RefusedError("no", "say yes")

    with pytest.raises(RefusedError):
        stack.up(program({"a": "y", "b": "x"}), gate=refuse)
    assert stack.resources() == recorded


def test_a_component_that_nothing_may_delete_goes_when_all_of_it_has_moved(room):
    stack = room.stack(identify=identify)
    stack.up(program({"a": "x"}, shelf="old", protect=True))
    recorded = room.state_file.read_text()

    after = program({"b": "x"}, shelf="new", protect=True)
    assert steps(stack.preview(after)) == {"x": "moved"}
    assert room.state_file.read_text() == recorded
    done = stack.up(after, gate=gate)

    assert steps(done) == {"x": "moved"}
    assert set(room.boxes()) == {"x"}
    assert not differs(stack.preview(after))
    protected = {each.name: each.protect for each in stack.resources() if each.type != TYPE}
    assert "old" not in protected
    assert protected["new"]


def test_a_protected_box_that_is_not_declared_any_more_is_still_protected(room):
    stack = room.stack(identify=identify)
    stack.up(program({"a": "x", "b": "y"}, shelf="old", protect=True))

    with pytest.raises(TablewrightError, match="protect"):
        stack.up(program({"a": "x"}, shelf="new", protect=True), gate=gate)
    assert set(room.boxes()) == {"x", "y"}


def test_out_of_a_component_and_into_one_is_a_move(room):
    stack = room.stack(identify=identify)
    stack.up(program({"a": "x"}, shelf="shelf"))

    assert steps(stack.up(program({"a": "x"}), gate=gate)) == {"x": "moved"}
    inside = program({"a": "x"}, shelf="other")
    assert steps(stack.up(inside, gate=gate)) == {"x": "moved"}
    assert set(room.boxes()) == {"x"}


def test_a_second_record_of_one_box_is_forgotten_and_the_box_stands(room):
    stack = room.stack(identify=identify)
    stack.up(program({"a": "x", "b": "y"}))
    document = json.loads(room.state_file.read_text())
    for each in document["checkpoint"]["latest"]["resources"]:
        if each["urn"].endswith("::b"):
            each["id"] = each["inputs"]["name"] = each["outputs"]["name"] = "x"
    room.state_file.write_text(json.dumps(document))

    done = stack.up(program({"a": "x"}), gate=gate)

    assert steps(done) == {}
    assert "x" in room.boxes()
    assert [each.name for each in stack.resources() if each.type == TYPE] == ["a"]


def test_one_box_under_two_names_is_refused_before_anything_is_made(room):
    stack = room.stack(identify=identify)

    with pytest.raises(TablewrightError, match="is the same as"):
        stack.up(program({"a": "x", "b": "x"}), gate=gate)
    assert not room.boxes()


def test_a_run_that_was_killed_after_names_were_set_aside_goes_on(room):
    stack = room.stack(identify=identify)
    stack.up(program({"a": "x", "b": "y"}))
    document = room.state_file.read_text()
    room.state_file.write_text(
        document.replace("Box::a", "Box::a~aside").replace("Box::b", "Box::b~aside")
    )

    after = program({"a": "y", "b": "x"})
    assert steps(stack.up(after, gate=gate)) == {"x": "moved", "y": "moved"}
    assert not differs(stack.preview(after))


def test_what_a_killed_run_has_made_is_found_under_a_new_name(room):
    stack = room.stack(identify=identify)
    stack.up(program({"a": "x", "b": "y"}))
    document = json.loads(room.state_file.read_text())
    latest = document["checkpoint"]["latest"]
    [begun] = [each for each in latest["resources"] if each["urn"].endswith("::b")]
    latest["resources"].remove(begun)
    latest["pending_operations"] = [{"type": "creating", "resource": {**begun, "id": ""}}]
    room.state_file.write_text(json.dumps(document))

    after = program({"a": "x", "renamed": "y"})
    assert steps(stack.preview(after, finder=room.finder)) == {"y": "import"}
    stack.up(after, gate=gate, finder=room.finder)

    assert set(room.boxes()) == {"x", "y"}
    assert not differs(stack.preview(after, finder=room.finder))
    assert not stack.state().pending
