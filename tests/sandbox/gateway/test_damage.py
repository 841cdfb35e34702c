"""A kept state that was damaged, or for which there is no room: nothing is lost without a word."""

import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from tests.sandbox.dynamodb.conftest import clients_of, create
from tests.unit.emulator.test_journal import room_for

from tablewright_emulator.errors import EmulatorError
from tablewright_emulator.server import Emulator


def put(emulator: Emulator, key: str) -> None:
    dynamodb = clients_of(emulator)("dynamodb")
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": key}})


def keys(emulator: Emulator) -> set[str]:
    items = clients_of(emulator)("dynamodb").scan(TableName="orders")["Items"]
    return {item["pk"]["S"] for item in items}


def ask(emulator: Emulator, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    address = urlsplit(emulator.endpoint)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {emulator.secret}"}
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, f"/_tablewright/{path}", text, headers)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())
    finally:
        connection.close()


@pytest.fixture
def killed(tmp_path: Path) -> bytes:
    """The journal of a table with five items, as a kill leaves it beside no snapshot."""
    with Emulator(data=tmp_path) as emulator:
        create(emulator)
        for number in range(5):
            put(emulator, f"item-{number}")
        journal = (tmp_path / "journal.bin").read_bytes()
    (tmp_path / "snapshot.bin").unlink()
    (tmp_path / "journal.bin").write_bytes(journal)
    return journal


@pytest.mark.parametrize("flip", ["item-1", "item-4"])
def test_what_comes_before_a_flipped_byte_is_kept_and_the_rest_put_aside(
    flip: str, killed: bytes, tmp_path: Path
):
    changed = killed.replace(flip.encode(), b"?" + flip[1:].encode())
    (tmp_path / "journal.bin").write_bytes(changed)
    kept = {f"item-{number}" for number in range(int(flip[-1]))}
    with Emulator(data=tmp_path) as emulator:
        assert keys(emulator) == kept
        aside = tmp_path / "journal.damaged-1"
        assert ask(emulator, "GET", "status")[1]["damaged"] == [str(aside)]
        assert changed.endswith(aside.read_bytes())
        assert b"?" + flip[1:].encode() in aside.read_bytes()
        put(emulator, "later")
    with Emulator(data=tmp_path) as emulator:
        assert keys(emulator) == kept | {"later"}
        assert ask(emulator, "GET", "status")[1]["damaged"] == [str(aside)]


def test_a_second_damage_does_not_overwrite_what_the_first_put_aside(killed: bytes, tmp_path: Path):
    for number in (4, 3):
        data = killed.replace(b"item-%d" % number, b"?tem-%d" % number)
        (tmp_path / "journal.bin").write_bytes(data)
        (tmp_path / "snapshot.bin").unlink(missing_ok=True)
        Emulator(data=tmp_path).start().stop()
    assert b"?tem-4" in (tmp_path / "journal.damaged-1").read_bytes()
    assert b"?tem-3" in (tmp_path / "journal.damaged-2").read_bytes()


def test_a_damaged_snapshot_is_refused_and_left_as_it_is(tmp_path: Path):
    with Emulator(data=tmp_path) as emulator:
        create(emulator)
    snapshot = tmp_path / "snapshot.bin"
    whole = snapshot.read_bytes()
    for position in range(0, len(whole), max(1, len(whole) // 20)):
        changed = bytearray(whole)
        changed[position] ^= 1
        snapshot.write_bytes(changed)
        with pytest.raises(EmulatorError):
            Emulator(data=tmp_path).start()
        assert snapshot.read_bytes() == changed
    snapshot.write_bytes(whole)
    with Emulator(data=tmp_path) as emulator:
        assert keys(emulator) == set()


def test_a_journal_whose_snapshot_is_gone_is_refused_and_left_as_it_is(tmp_path: Path):
    for _ in range(2):
        with Emulator(data=tmp_path) as emulator:
            create(emulator, f"table{_}")
            journal = (tmp_path / "journal.bin").read_bytes()
    (tmp_path / "journal.bin").write_bytes(journal)
    (tmp_path / "snapshot.bin").unlink()
    with pytest.raises(EmulatorError, match="a snapshot that is not there"):
        Emulator(data=tmp_path).start()
    assert (tmp_path / "journal.bin").read_bytes() == journal


def test_a_write_without_room_is_refused_and_not_seen_and_the_next_one_is_kept(tmp_path: Path):
    with Emulator(data=tmp_path) as emulator:
        create(emulator)
        put(emulator, "before")
        size = (tmp_path / "journal.bin").stat().st_size
        for room in (size, size + 1, size + 100):
            with room_for(room), pytest.raises(ClientError, match="nothing was done"):
                put(emulator, "without room")
            assert keys(emulator) == {"before"}
        put(emulator, "after")
        journal = (tmp_path / "journal.bin").read_bytes()
    (tmp_path / "snapshot.bin").unlink()
    (tmp_path / "journal.bin").write_bytes(journal)
    with Emulator(data=tmp_path) as emulator:
        assert keys(emulator) == {"before", "after"}


@pytest.mark.parametrize(
    ("path", "body"),
    [("reset", {}), ("clock", {"advance": "1h"}), ("clock", {"freeze": True})],
)
def test_what_cannot_be_kept_is_not_done(path: str, body: Any, tmp_path: Path):
    with Emulator(data=tmp_path) as emulator:
        create(emulator)
        put(emulator, "kept")
        before, world = emulator.clock.setting, emulator.world
        with room_for((tmp_path / "journal.bin").stat().st_size if path == "clock" else 50):
            status, reply = ask(emulator, "POST", path, body)
        assert (status, bool(reply["message"])) == (400, True)
        assert keys(emulator) == {"kept"}
        assert (emulator.clock.setting, emulator.world) == (before, world)
    with Emulator(data=tmp_path) as emulator:
        assert keys(emulator) == {"kept"}


def test_a_refused_request_leaves_nothing_in_the_journal(tmp_path: Path):
    with Emulator(data=tmp_path) as emulator:
        create(emulator)
        size = (tmp_path / "journal.bin").stat().st_size
        dynamodb, iam = clients_of(emulator)("dynamodb"), clients_of(emulator)("iam")
        with pytest.raises(ClientError, match="ValidationException"):
            dynamodb.put_item(TableName="orders", Item={})
        with pytest.raises(ClientError, match="NoSuchEntity"):
            iam.delete_role(RoleName="nobody")
        assert (tmp_path / "journal.bin").stat().st_size == size


def test_a_full_disk_at_the_end_loses_nothing(tmp_path: Path):
    with Emulator(data=tmp_path) as emulator:
        create(emulator)
        put(emulator, "kept")
        with room_for((tmp_path / "journal.bin").stat().st_size - 100):
            emulator.stop()
    assert not (tmp_path / "snapshot.bin").exists()
    with Emulator(data=tmp_path) as emulator:
        assert keys(emulator) == {"kept"}


def test_what_another_user_sealed_is_not_opened(tmp_path: Path):
    with Emulator(data=tmp_path, key=b"a" * 32) as emulator:
        create(emulator)
        state = emulator.snapshot()
    with pytest.raises(EmulatorError, match="the key of somebody else"):
        Emulator(data=tmp_path, key=b"b" * 32).start()
    with Emulator(key=b"b" * 32) as emulator, pytest.raises(EmulatorError, match="somebody else"):
        emulator.load(state)


def test_a_world_keeps_its_id_over_restarts_and_kills_until_it_is_reset(tmp_path: Path):
    with Emulator(data=tmp_path) as emulator:
        first = emulator.world
        create(emulator)
        journal = (tmp_path / "journal.bin").read_bytes()
    with Emulator(data=tmp_path) as emulator:
        assert emulator.world == first
        state = emulator.snapshot()
        emulator.reset()
        second = emulator.world
        assert second != first
    with Emulator(data=tmp_path) as emulator:
        assert emulator.world == second
        emulator.load(state)
        assert emulator.world == first
    (tmp_path / "snapshot.bin").unlink()
    (tmp_path / "journal.bin").write_bytes(journal)
    with Emulator(data=tmp_path) as emulator:
        assert emulator.world == first
