"""States in a bucket: no files to look at, so the engine is asked, and its refusals are read."""

from __future__ import annotations

import json
import os
import socket
import time
from datetime import UTC, datetime

import boto3
import pytest
from tests.pulumi.engine import test_moves as moves
from tests.pulumi.engine.shelf import TYPE, program
from tests.support.results import differs

from tablewright.deploy.states.exchange import read_brought
from tablewright.deploy.states.keeping import StateKeeper
from tablewright.deploy.states.moves import ARRIVING, refuse_relocated, write_mark
from tablewright.deploy.states.relocation import Relocation
from tablewright.engine import Notice, Operation
from tablewright.engine.state.begun import begun_folder
from tablewright.engine.state.machine import machine_id
from tablewright.engine.state.store import MovedStateError
from tablewright.errors import (
    PassphraseError,
    RefusedError,
    StackLockedError,
    StackMissingError,
)

pytestmark = pytest.mark.engine

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def s3():
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    yield client
    client.close()
    server.stop()


@pytest.fixture
def bucket(s3, room, tmp_path):
    name = f"states-{os.getpid()}-{tmp_path.name.lower().replace('_', '-')}"[:60].rstrip("-")
    s3.create_bucket(Bucket=name)
    place = s3.meta.endpoint_url
    url = f"s3://{name}?endpoint={place}&s3ForcePathStyle=true&region=us-east-1"

    def open_stack(**options):
        given = {"backend": url, "passphrase": "x", "environment": {**room.environment, **KEYS}}
        return room.stack(**{**given, **options})

    open_stack.name = name
    return open_stack


def leave_lock(s3, bucket, pid: int) -> None:
    content = {
        "pid": pid,
        "username": "ada",
        "hostname": socket.gethostname(),
        "timestamp": datetime.now(UTC).isoformat(),
    }
    key = ".pulumi/locks/organization/shelf-tests/dev/left.json"
    s3.put_object(Bucket=bucket.name, Key=key, Body=json.dumps(content))


def test_a_stack_lives_in_a_bucket_as_in_a_folder(bucket, room):
    """With secrets and swapped names; whether it is there is known without a passphrase."""
    stack, closed = bucket(identify=moves.identify), bucket(passphrase=None)
    assert not stack.exists()
    assert not closed.exists()
    assert closed.resources() == ()
    with pytest.raises(StackMissingError):
        stack.destroy()
    declared, swapped = moves.secretive("x", "y"), moves.secretive("y", "x")

    assert differs(stack.preview(declared))
    assert not stack.exists(), "a preview leaves no trace"
    assert differs(stack.up(declared, gate=moves.gate))
    assert stack.exists()
    assert stack.outputs(show_secrets=True) == {"a": "treasure", "b": "treasure"}
    assert {r.id for r in stack.resources() if r.type == TYPE} == {"x", "y"}
    with pytest.raises(PassphraseError):
        closed.preview(declared)

    assert moves.steps(stack.preview(swapped)) == {"x": "moved", "y": "moved"}
    stack.up(swapped, gate=moves.gate)
    assert not differs(stack.preview(swapped))
    assert set(room.boxes()) == {"x", "y"}
    assert stack.lock_state() == ()
    stack.destroy()
    assert room.boxes() == {}
    stack.remove()
    assert not stack.exists()


def test_a_state_moves_into_a_bucket_with_its_secrets_and_back(bucket, s3, room, tmp_path):
    environment = {**room.environment, **KEYS, "TABLEWRIGHT_HOME": str(tmp_path)}
    declared = program({"name": "a", "secret": "s"}, export={"treasure": ("a", "opened")})
    folder = room.stack(backend=tmp_path / "old", passphrase="x", environment=environment)
    folder.up(declared)
    there = bucket()
    move = Relocation.to(folder.session, there.place.backend.url)
    write_mark(there.place, ARRIVING, folder.place.backend.url)  # as of a move that was killed
    move.target.create()
    with pytest.raises(RefusedError, match="was interrupted"):
        refuse_relocated(there.place)
    assert move.run(None) > 0
    assert not differs(there.preview(declared))
    assert there.outputs(show_secrets=True)["treasure"] == "treasure"
    with pytest.raises(RefusedError, match="has moved"):
        refuse_relocated(folder.place)
    refuse_relocated(there.place)

    back = Relocation.to(there.session, folder.place.backend.url)
    leave_lock(s3, bucket, os.getpid())
    with pytest.raises(StackLockedError, match="ada@"):
        back.run(None)
    refuse_relocated(there.place)
    assert "a" in {resource.id for resource in there.resources()}, "in use, it stays where it is"
    there.unlock()
    back.run(None)
    for on_any_machine in (there.exists, there.resources, lambda: there.up(declared)):
        with pytest.raises(MovedStateError, match="has moved from s3:") as moved:
            on_any_machine()
    assert moved.value.next_step == f"give --backend '{folder.place.backend.url}'"
    Relocation.to(folder.session, there.place.backend.url).run(None)
    assert not differs(there.preview(declared)), "it is there once more"
    back.run(None)
    back.delete_old()
    assert not there.exists()
    refuse_relocated(folder.place)
    assert not differs(folder.preview(declared))
    assert set(room.boxes()) == {"a"}


def test_what_a_run_records_while_somebody_is_asked_is_not_forgotten(room, tmp_path):
    """In a folder; in a bucket it is tried with the locks there."""
    stack = room.stack(backend=tmp_path / "f", passphrase="x")
    stack.up(program({"name": "a"}))
    keeper, before = StateKeeper(stack, print), stack.state()
    brought = read_brought(json.dumps(stack.session.store.exported()), "state.json")
    [a] = [resource.urn for resource in before.resources if resource.id == "a"]
    stack.up(program({"name": "a"}, {"name": "b"}))
    with pytest.raises(RefusedError, match="a run has changed the state meanwhile"):
        keeper.take(brought, before)
    with pytest.raises(RefusedError, match="a run has changed the state meanwhile"):
        keeper.rename({a: f"{a}2"}, before)
    assert {"a", "b"} <= {resource.id for resource in stack.resources()}
    keeper.take(brought, stack.state())  # it was looked at: who calls it has refused what is lost
    assert "b" not in {resource.id for resource in stack.resources()}


def test_a_bucket_without_a_passphrase_never_asks(bucket):
    with pytest.raises(PassphraseError):
        bucket(passphrase=None).up(program({"name": "a"}))


def test_a_dead_lock_in_a_bucket_is_removed_and_a_living_one_respected(bucket, s3, room):
    stack = bucket()
    stack.up(program({"name": "a"}))
    keeper, before = StateKeeper(stack, print), stack.state()
    brought = read_brought(json.dumps(stack.session.store.exported()), "state.json")

    leave_lock(s3, bucket, 999_999_999)
    relabelled = program({"name": "a", "label": "x"})
    with pytest.raises(StackLockedError, match="ada@"):  # of a container of this name, perhaps
        stack.up(relabelled)
    runs, began = begun_folder(stack.place), time.time() - 60
    (runs / f"999999998-{began:.3f}-0123456789ab.events").touch()
    with pytest.raises(StackLockedError, match="ada@"):
        stack.up(relabelled)
    (runs / f"999999998-{began + 1:.3f}-{machine_id()}.events").touch()
    stack.up(relabelled, observe=room.seen.append)
    assert not [*runs.glob(f"*{machine_id()}.events")]
    assert any("999999999" in each.message for each in room.seen if isinstance(each, Notice))

    # What that run has recorded is not forgotten by who has asked about what was there before.
    with pytest.raises(RefusedError, match="a run has changed the state meanwhile"):
        keeper.take(brought, before)
    assert labels(stack) == ["x"]
    keeper.take(brought, stack.state())
    assert labels(stack) == [None]

    leave_lock(s3, bucket, os.getpid())
    with pytest.raises(StackLockedError, match="ada@"):
        stack.up(program({"name": "a", "label": "y"}))
    stack.unlock()
    result = stack.up(program({"name": "a", "label": "y"}))
    assert Operation.UPDATE in {change.operation for change in result.changes}


def labels(stack) -> list[str | None]:
    """Of the boxes, as they are recorded."""
    return [each.inputs.get("label") for each in stack.resources() if each.type == TYPE]
