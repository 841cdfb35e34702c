"""Files in the folder of locks, whatever is in them."""

from __future__ import annotations

import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tablewright.engine.state import lock
from tablewright.engine.state.backend import Backend, StackPlace
from tablewright.engine.state.begun import begun_folder
from tablewright.engine.state.lock import clear_dead_locks, hold, read_locks
from tablewright.engine.state.machine import machine_id
from tablewright.engine.state.recovery import abandoned_journals
from tablewright.errors import StackLockedError

WHOLE = {
    "pid": os.getpid(),
    "username": "ada",
    "hostname": socket.gethostname(),
    "timestamp": datetime.now(UTC).isoformat(),
}
BROKEN: list[Any] = [
    "",
    "{",
    json.dumps(WHOLE)[:-9],
    "null",
    "[]",
    "5",
    "\0" * 40,
    "[" * 100_000,
    *(json.dumps({**WHOLE, key: value}) for key in ("pid", "hostname", "timestamp")
      for value in (None, [], {}, -1.5)),
    json.dumps({**WHOLE, "pid": -1}),
    json.dumps({**WHOLE, "pid": 2**70}),
    json.dumps({**WHOLE, "timestamp": "yesterday"}),
    *(json.dumps({key: value for key, value in WHOLE.items() if key != left})
      for left in ("pid", "hostname", "timestamp")),
]  # fmt: skip


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StackPlace:
    monkeypatch.setattr(lock, "_WRITTEN_SECONDS", 0.0)
    made = StackPlace(Backend.of(tmp_path), "shop", "dev")
    assert made.lock_folder
    made.lock_folder.mkdir(parents=True)
    return made


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_lock_that_is_none_is_removed_with_a_word(text: str, place: StackPlace) -> None:
    assert place.lock_folder
    (place.lock_folder / "broken.json").write_text(text)
    assert read_locks(place) == ()
    told: list[str] = []
    clear_dead_locks(place, told.append)
    assert told == ["removed a lock that was cut off, of a run that is gone: broken.json"]
    assert not list(place.lock_folder.iterdir())


def test_a_time_without_a_zone_is_read(place: StackPlace) -> None:
    assert place.lock_folder
    text = json.dumps({**WHOLE, "timestamp": "2026-01-01T00:00:00"})
    (place.lock_folder / "left.json").write_text(text)
    (place.lock_folder / "other.json").write_text(json.dumps(WHOLE))
    assert len(read_locks(place)) == 2


@pytest.mark.parametrize("pid", [os.getpid(), 2**31 - 1], ids=["living", "gone"])
def test_of_a_container_of_this_hosts_name_nothing_is_known(pid: int, place: StackPlace) -> None:
    assert place.lock_folder
    lock_file = place.lock_folder / "theirs.json"
    now = datetime.now(UTC)
    lock_file.write_text(json.dumps({**WHOLE, "pid": pid, "timestamp": now.isoformat()}))
    began = now.timestamp()
    folder = begun_folder(place)
    folder.mkdir(parents=True)
    (folder / f"7-{began - 60:.3f}-{machine_id()}.events").touch()  # of this machine, and before
    (folder / f"0-{began - 1:.3f}-0123456789ab.events").touch()  # its command has ended the run
    assert [each.alive for each in read_locks(place)] == [pid == os.getpid()]
    theirs = folder / f"7-{began - 2:.3f}-0123456789ab.events"
    theirs.touch()
    assert [each.alive for each in read_locks(place)] == [None]
    with pytest.raises(StackLockedError) as refusal:
        clear_dead_locks(place, print)
    assert f"delete {lock_file}" in refusal.value.next_step
    lock_file.unlink()
    clear_dead_locks(place, print)
    assert theirs in abandoned_journals(place), "the next run finds what it has made"


def test_our_own_lock_tells_the_machine(place: StackPlace) -> None:
    with hold(place):
        (lock_file,) = place.lock_folder.iterdir() if place.lock_folder else ()
        told = json.loads(lock_file.read_text())
        lock_file.write_text(json.dumps({**told, "machine": "0123456789ab"}))
        assert [each.alive for each in read_locks(place)] == [None]


def test_a_lock_of_ours_is_whole_from_its_first_moment(place: StackPlace) -> None:
    assert place.lock_folder
    with hold(place):
        (held,) = place.lock_folder.iterdir()
        assert json.loads(held.read_text())["pid"] == os.getpid()
        assert [each.alive for each in read_locks(place)] == [True]
    assert not list(place.lock_folder.iterdir())
