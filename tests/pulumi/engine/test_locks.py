"""Locks: the dead are cleared away with a word, the living are respected and named."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import pytest
from tests.pulumi.engine.conftest import until
from tests.pulumi.engine.shelf import program
from tests.support.results import differs

from tablewright.engine import Notice
from tablewright.errors import StackLockedError

pytestmark = pytest.mark.engine


def leave_lock(room, pid: int, host: str = "") -> None:
    folder = room.states / ".pulumi/locks/organization/shelf-tests/dev"
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "pid": pid,
        "username": "ada",
        "hostname": host or socket.gethostname(),
        "timestamp": datetime.now(UTC).isoformat(),
    }
    (folder / "left.json").write_text(json.dumps(content))


@pytest.fixture
def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def sleeper():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def test_the_lock_of_a_dead_run_is_removed_with_a_word(room, dead_pid):
    leave_lock(room, dead_pid)

    room.stack().up(program({"name": "a"}), observe=room.seen.append)

    (notice,) = [each for each in room.seen if isinstance(each, Notice)]
    assert notice.message.startswith("removed the lock of a run that is gone: ada@")
    assert str(dead_pid) in notice.message
    assert set(room.boxes()) == {"a"}


def test_a_living_lock_is_refused_and_named_and_a_preview_needs_none(room, sleeper):
    stack, other = room.stack(), program({"name": "b"})
    stack.up(program({"name": "a"}))
    leave_lock(room, sleeper.pid)

    for run in (lambda: stack.up(other), stack.refresh, stack.destroy):
        with pytest.raises(StackLockedError) as caught:
            run()
        error = caught.value
        assert (error.user, error.host, error.pid) == ("ada", socket.gethostname(), sleeper.pid)
        assert f"kill -INT {sleeper.pid}" in error.next_step
        assert set(room.boxes()) == {"a"}
        assert [lock.alive for lock in stack.lock_state()] == [True]
    assert differs(stack.preview(other))


def test_the_lock_of_another_machine_is_never_removed_by_itself(room):
    leave_lock(room, 4711, host="build-server")
    stack = room.stack()

    with pytest.raises(StackLockedError, match="build-server") as caught:
        stack.up(program({"name": "a"}))
    assert "left.json" in caught.value.next_step

    assert [lock.alive for lock in stack.unlock()] == [None]
    assert differs(stack.up(program({"name": "a"})))


def test_a_number_that_another_process_has_by_now_is_a_dead_lock(room, sleeper):
    leave_lock(room, sleeper.pid)
    path = next(room.states.rglob("left.json"))
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "timestamp": "2020-01-01T00:00:00.123456789Z"}))

    assert differs(room.stack().up(program({"name": "a"})))


def test_two_runs_on_one_stack_one_waits_not_but_is_refused(room):
    stack = room.stack()
    slow = program({"name": "slow", "until": "refused"})
    first = threading.Thread(target=stack.up, args=(slow,))
    first.start()
    try:
        until(lambda: "slow" in room.boxes(), "the first run is in its step")
        with pytest.raises(StackLockedError):
            room.stack().up(program({"name": "other"}))
    finally:
        (room.shelf / "refused").touch()
        first.join()
    assert set(room.boxes()) == {"slow"}


def test_runs_on_different_stacks_go_side_by_side(room):
    began = time.monotonic()
    errors = []

    def run(name: str) -> None:
        try:
            room.stack(name).up(program({"name": name, "seconds": 1}))
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            errors.append(error)

    threads = [threading.Thread(target=run, args=(f"s{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert set(room.boxes()) == {"s0", "s1", "s2"}
    assert time.monotonic() - began < 60
