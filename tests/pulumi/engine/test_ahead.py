"""A preview that is begun before it is known what of."""

from __future__ import annotations

from contextlib import suppress

import pytest
from tests.pulumi.engine.conftest import until
from tests.pulumi.engine.shelf import program

from tablewright.engine import Operation, RunResult


def operations(result: RunResult) -> dict[str, list[Operation]]:
    return {
        change.name: [change.operation]
        for change in result.changes
        if change.custom and not change.type.startswith("pulumi:")
    }


TWO = program({"name": "a"}, {"name": "b"})


@pytest.mark.parametrize("exists", [True, False])
def test_what_was_begun_is_the_preview_if_it_is_the_same_one(room, exists):
    if exists:
        room.stack().up(program({"name": "a"}))
    with room.stack().preview_ahead() as begun:
        result = room.stack(ahead=begun).preview(TWO)
        assert begun.claimed
    expected = {"a": [Operation.SAME if exists else Operation.CREATE], "b": [Operation.CREATE]}
    assert operations(result) == expected
    assert room.stack().exists() is exists
    assert {*room.boxes()} == ({"a"} if exists else set())


def test_what_was_begun_of_anything_else_is_ended_and_the_preview_is_right(room):
    room.stack().up(program({"name": "a"}))
    for change in ("stack", "refresh", "state"):
        with room.stack().preview_ahead() as begun:
            if change == "state":
                room.stack().up(TWO)
            other = room.stack("other" if change == "stack" else "dev", ahead=begun)
            result = other.preview(TWO, refresh=change == "refresh")
            assert not begun.claimed, change
        first = Operation.CREATE if change == "stack" else Operation.SAME
        second = Operation.SAME if change == "state" else Operation.CREATE
        assert operations(result) == {"a": [first], "b": [second]}, change


def test_one_preview_is_begun_for_one_preview(room):
    with room.stack().preview_ahead() as begun:
        stack = room.stack(ahead=begun)
        assert operations(stack.preview(TWO)) == operations(stack.preview(TWO))


def test_an_error_meanwhile_ends_it_at_once(room):
    room.stack().up(program({"name": "a"}))
    with suppress(KeyboardInterrupt), room.stack().preview_ahead():
        assert room.processes()
        raise KeyboardInterrupt
    until(lambda: not room.processes(), "the engine is gone")
