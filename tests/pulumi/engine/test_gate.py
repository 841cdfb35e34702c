"""The gate sees the preview of an update, under its lock, and can stop it before its first step."""

from __future__ import annotations

import pytest
from tests.pulumi.engine.shelf import TYPE, program

from tablewright.engine import Operation, Permissions, SavedPreview, judge
from tablewright.errors import InterruptedRun, RefusedError

pytestmark = pytest.mark.engine


def is_box(change) -> bool:
    return change.type == TYPE


def test_the_gate_sees_the_preview_in_the_callers_thread_while_the_stack_is_locked(room):
    stack, seen = room.stack(), []

    def gate(preview) -> None:
        seen.extend(c.operation for c in preview.changes if is_box(c))
        seen.append([lock.alive for lock in stack.lock_state()])
        seen.append(set(room.boxes()))

    stack.up(program({"name": "a"}), gate=gate)

    assert seen == [Operation.CREATE, [True], set()]
    assert set(room.boxes()) == {"a"}


def test_a_gate_that_refuses_stops_the_run_before_its_first_step(room):
    stack = room.stack()
    stack.up(program({"name": "a"}, {"name": "b"}))
    before = room.state_file.read_text()

    with pytest.raises(RefusedError) as caught:
        stack.up(
            program({"name": "a", "label": "new"}), gate=lambda p: judge(p.changes, None, is_box)
        )

    assert "box b would be deleted" in caught.value.message
    assert room.boxes() == {"a": {"name": "a"}, "b": {"name": "b"}}
    assert (
        room.state_file.read_text().partition('"resources"')[2]
        == before.partition('"resources"')[2]
    )
    assert stack.lock_state() == ()
    assert not stack.interrupted, "nothing was begun, so nothing is to be finished"


def test_a_deletion_that_is_allowed_by_name_passes(room):
    stack = room.stack()
    stack.up(program({"name": "a"}, {"name": "b"}))

    allowed = Permissions(delete=frozenset({"b"}))
    stack.up(program({"name": "a"}), gate=lambda p: judge(p.changes, allowed, is_box))

    assert set(room.boxes()) == {"a"}


def test_a_run_is_held_to_the_preview_that_was_saved(room):
    stack = room.stack()
    declared = program({"name": "a", "label": "x"})
    saved = SavedPreview.of(stack.preview(declared), "shelf", "m1", {"target": "test"})
    confirmed = SavedPreview.from_json(saved.to_json())

    def gate(preview) -> None:
        confirmed.confirm(SavedPreview.of(preview, "shelf", "m1", {"target": "test"}))

    with pytest.raises(RefusedError, match="would create a with other values"):
        stack.up(program({"name": "a", "label": "y"}), gate=gate)
    stack.up(declared, gate=gate)
    assert room.boxes() == {"a": {"name": "a", "label": "x"}}


def test_ctrl_c_at_the_gates_question_touches_nothing(room):
    def gate(_) -> None:
        raise KeyboardInterrupt

    with pytest.raises(InterruptedRun, match="nothing was touched"):
        room.stack().up(program({"name": "a"}), gate=gate)
    assert room.boxes() == {}


def test_a_preview_that_fails_never_reaches_the_gate(room):
    asked = []
    with pytest.raises(RefusedError):
        room.stack().up(_fails, gate=asked.append)
    assert asked == []
    assert not room.stack().interrupted


def _fails() -> None:
    raise RefusedError("not today")
