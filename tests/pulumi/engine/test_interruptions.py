"""Ctrl-C, SIGTERM and kill -9: nothing is lost, and the same command finishes the job."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest
from tests.pulumi.engine.conftest import Room, until
from tests.pulumi.engine.shelf import program
from tests.support.results import differs

from tablewright.engine import Checkpoints, Notice, Operation
from tablewright.errors import EngineError, InterruptedRun

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[3]
FIRST = {"name": "first"}
SLOW = {"name": "slow", "seconds": 30, "after": ["first"]}
LAST = {"name": "last", "after": ["slow"]}
QUICK = {"name": "slow", "seconds": 30.5, "after": ["first"]}


def started(room, *boxes: dict, checkpoints=Checkpoints.EVERY_STEP) -> subprocess.Popen:
    """The command in the background, which has begun."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.pulumi.engine.interrupted_command",
            room.states,
            room.home,
            room.shelf,
            checkpoints.value,
            json.dumps(boxes),
        ],
        cwd=ROOT,
        env=room.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def command(room):
    """Start the command in the background and wait until it is making the slow box."""
    processes = []

    def start(*boxes: dict, **options) -> subprocess.Popen:
        processes.append(process := started(room, *boxes, **options))
        until(lambda: "slow" in room.boxes(), "the slow box is being made")
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def recorded(engine, home, tmp_path_factory):
    """What a run has left whose engine was killed while it made the slow box."""
    shelf = tmp_path_factory.mktemp("shelf")
    room = Room(engine, home, shelf, tmp_path_factory.mktemp("killed") / "states")
    process = started(room, FIRST, SLOW, LAST)
    try:
        until(lambda: "slow" in room.boxes(), "the slow box is being made")
        engine_of(room).kill()
        said, _ = process.communicate(timeout=90)
        assert process.returncode == 1, said
    finally:
        process.kill()
        process.communicate()
    until(lambda: not room.processes(), "no process of the run is left")
    # The provider goes on with it: what stands there later is not what stood there then.
    return room.states, {name: (shelf / f"{name}.json").read_text() for name in room.boxes()}, said


@pytest.fixture
def killed(recorded, room) -> str:
    """The same on the shelf and in the states of this test; what the command has said."""
    states, boxes, said = recorded
    shutil.copytree(states, room.states)
    for name, text in boxes.items():
        (room.shelf / f"{name}.json").write_text(text)
    return said


def engine_of(room) -> psutil.Process:
    (engine,) = [p for p in room.processes() if p.name() == "pulumi"]
    return engine


def operations(result) -> dict[str, Operation]:
    return {c.name: c.operation for c in result.changes if c.type == "shelf:index:Box"}


def fast(*boxes: dict) -> list[dict]:
    return [{key: value for key, value in box.items() if key != "seconds"} for box in boxes]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_after_the_step_and_the_same_command_finishes_the_job(
    room, command, number
):
    process = command(FIRST, SLOW, LAST)

    os.killpg(process.pid, number)  # as a terminal does: the whole group
    said, _ = process.communicate(timeout=90)

    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "the steps under way are finished first" in said
    assert "run the same command again" in said
    assert set(room.boxes()) == {"first"}, "the provider was told to cancel, and did"

    result = room.stack().up(program(*fast(FIRST, SLOW, LAST)), finder=room.finder)
    assert operations(result) == {
        "first": Operation.SAME,
        "slow": Operation.CREATE,
        "last": Operation.CREATE,
    }


def test_a_run_is_interrupted_from_another_thread_as_well(room):
    stack = room.stack()

    def interrupt() -> None:
        until(lambda: "slow" in room.boxes(), "the slow box is being made")
        stack.interrupt()

    threading.Thread(target=interrupt).start()
    with pytest.raises(InterruptedRun, match="is recorded"):
        stack.up(program(FIRST, SLOW))
    assert set(room.boxes()) == {"first"}


def test_a_preview_that_is_stopped_says_that_it_touched_nothing(room):
    stack = room.stack()
    with pytest.raises(InterruptedRun, match="a preview touches nothing") as caught:
        stack.preview(program(FIRST, SLOW), observe=lambda _: stack.interrupt())
    assert "recorded" not in str(caught.value)
    assert set(room.boxes()) == set()


def test_an_observer_that_fails_ends_the_run_and_nothing_is_left_open(room):
    stack = room.stack()

    def observe(progress) -> None:
        if getattr(progress, "name", "") == "slow":
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        stack.up(program(FIRST, SLOW), observe=observe)

    assert not stack.state().pending
    assert stack.lock_state() == ()
    assert set(room.boxes()) == {"first"}


def test_slow_imports_that_fail_end_the_run_before_it_begins(room):
    def prepare() -> None:
        raise ImportError("no such module")

    with pytest.raises(ImportError):
        room.stack().up(program(FIRST), prepare=prepare)
    assert room.boxes() == {}


def test_a_killed_engine_leaves_a_creation_that_the_next_run_imports(room, killed):
    assert "Pulumi's engine was killed (signal 9)" in killed
    assert "run the same command again" in killed
    stack = room.stack()
    assert [each.urn.rsplit("::", 1)[-1] for each in stack.left_open()] == ["slow"]
    preview = stack.preview(program(FIRST, QUICK, LAST), finder=room.finder)
    assert operations(preview)["slow"] in {Operation.IMPORT, Operation.UPDATE}

    result = stack.up(program(FIRST, SLOW, LAST), observe=room.seen.append, finder=room.finder)

    assert operations(result) == {
        "first": Operation.SAME,
        "slow": Operation.IMPORT,
        "last": Operation.CREATE,
    }
    notices = [each.message for each in room.seen if isinstance(each, Notice)]
    assert any(text.startswith("removed the lock") for text in notices)
    assert "slow (slow) was made by a run that was killed; adopting it" in notices
    assert stack.left_open() == ()
    assert not stack.state().pending
    assert not differs(stack.preview(program(FIRST, SLOW, LAST)))


@pytest.mark.usefixtures("killed")
def test_a_creation_that_never_came_to_be_is_made_by_the_next_run(room):
    (room.shelf / "slow.json").unlink()

    stack = room.stack()
    result = stack.up(program(*fast(FIRST, SLOW)), finder=room.finder)

    assert operations(result)["slow"] is Operation.CREATE
    assert not stack.state().pending


def test_a_kill_in_the_middle_of_a_checkpoint_does_not_brick_the_stack(room):
    """The engine writes a file's attributes in place, then renames the file."""
    stack = room.stack()
    stack.up(program(FIRST))
    for run in (stack.preview, stack.up):
        room.state_file.with_name("dev.json.attrs").write_text("")
        assert operations(run(program(FIRST))) == {"first": Operation.SAME}


@pytest.mark.usefixtures("killed")
def test_destroy_deletes_what_a_killed_run_was_making(room):
    stack = room.stack()
    stack.destroy(finder=room.finder)

    assert room.boxes() == {}
    assert not stack.state().pending


def test_nothing_outlives_a_command_that_is_killed_and_the_next_run_finishes(room, command):
    process = command(FIRST, SLOW, LAST)

    process.kill()
    process.wait()

    result = room.stack().up(
        program(*fast(FIRST, SLOW, LAST)), observe=room.seen.append, finder=room.finder
    )
    assert set(room.boxes()) == {"first", "slow", "last"}
    assert operations(result)["first"] is Operation.SAME
    until(lambda: not room.processes(), "no process of the run is left")


def test_a_state_that_was_to_be_written_at_the_end_is_found_again_after_a_kill(room, command):
    process = command(FIRST, SLOW, LAST, checkpoints=Checkpoints.AT_END)
    engine = engine_of(room)
    engine.suspend()  # or it would hear of the kill and tidy up
    process.kill()
    engine.kill()
    process.wait()
    until(lambda: room.processes() == [], "all has ended")

    stack = room.stack()
    assert [r for r in stack.resources() if r.id == "first"] == []
    with pytest.raises(EngineError, match="before it could record what it made: first, slow"):
        stack.destroy(finder=room.finder)
    result = stack.up(program(FIRST, SLOW, LAST), finder=room.finder)

    assert operations(result) == {
        "first": Operation.IMPORT,
        "slow": Operation.IMPORT,
        "last": Operation.CREATE,
    }
    assert stack.left_open() == ()
    stack.destroy(finder=room.finder)
    assert room.boxes() == {}


def test_what_a_killed_run_has_changed_is_told_where_no_refresh_shows_it(room, command):
    white, black = ({**FIRST, "colour": colour} for colour in ("white", "black"))
    room.stack().up(program(white))
    process = command(black, SLOW, checkpoints=Checkpoints.AT_END)
    engine = engine_of(room)
    engine.suspend()  # as above
    process.kill()
    engine.kill()
    process.wait()
    until(lambda: room.processes() == [], "all has ended")
    assert room.boxes()["first"]["colour"] == "black"

    for refresh in (False, True):
        seen = []
        preview = room.stack().preview(program(white), observe=seen.append, refresh=refresh)
        notices = [each.message for each in seen if isinstance(each, Notice)]
        told = [text for text in notices if text.startswith("first: a run was killed while it")]
        assert (len(told), differs(preview)) == ((0, True) if refresh else (1, False))


def test_a_second_signal_drops_a_step_that_does_not_end(room, command):
    process = command(FIRST, {**SLOW, "stubborn": True})

    process.send_signal(signal.SIGINT)
    assert "finished first" in process.stdout.readline()
    # Two signals at once are one to the system: the engine has had the first.
    until((room.shelf / "cancelled").exists, "the provider was told to cancel")
    process.send_signal(signal.SIGINT)
    assert "dropping the steps" in process.stdout.readline()
    said, _ = process.communicate(timeout=90)

    assert process.returncode == 130
    assert "how far slow came is not known" in said
    result = room.stack().up(program(FIRST, SLOW), finder=room.finder)
    assert operations(result)["slow"] in {Operation.IMPORT, Operation.UPDATE}


def test_a_third_signal_kills_an_engine_that_does_not_answer(room, command):
    process = command(FIRST, SLOW)
    engine_of(room).suspend()

    for words in ("finished first", "dropping the steps", "killing the engine"):
        process.send_signal(signal.SIGINT)
        assert words in process.stdout.readline()
    process.communicate(timeout=90)

    assert process.returncode == 130
    until(lambda: not room.processes(), "no process of the run is left")
