"""Two runs at once, Ctrl-C and kill -9: nothing is lost, and the same command finishes the job."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import Started, Terminal, end, stack, until

from tablewright_emulator.dynamodb.durations import PRESETS
from tablewright_emulator.faults import Fault

pytestmark = pytest.mark.engine

LONG = 3600
"""Seconds after which whatever AWS is doing is done."""


@pytest.fixture
def slow(aws: EmbeddedAws) -> Iterator[EmbeddedAws]:
    """An AWS that is never done until the test lets time pass, however long the test takes."""
    aws.emulator.dynamodb.durations = PRESETS["realistic"]
    aws.emulator.clock.freeze()
    yield aws
    aws.emulator.dynamodb.durations = PRESETS["short"]
    aws.pass_time(LONG)


@pytest.fixture
def started(slow: EmbeddedAws, terminal: Terminal) -> Iterator[tuple[Path, Started]]:
    """`up` of a table and all that belongs to it, while AWS is making the table."""
    name = f"t-{os.urandom(4).hex()}"
    table = {"name": name, "access": ["read"], "stream": {"viewType": "KEYS_ONLY"}}
    manifest = terminal.write("t.yaml", stack(name, table))
    process = terminal.fork("up", manifest, "--yes")
    try:
        until(lambda: name in slow.tables(), "the table is being made")
        yield manifest, process
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


@contextmanager
def paused(terminal: Terminal) -> Iterator[None]:
    """Nothing of this machine goes on meanwhile, nor the engine, which is in no group of it."""
    running = terminal.processes()
    for process in running:
        with suppress(psutil.NoSuchProcess):
            process.suspend()
    try:
        yield
    finally:
        for process in running:
            with suppress(psutil.NoSuchProcess):
                process.resume()


def finish(terminal: Terminal, aws: EmbeddedAws, manifest: Path) -> None:
    """The same command once more does the job, and then there is nothing left to do."""
    aws.pass_time(LONG)
    aws.emulator.dynamodb.durations = PRESETS["short"]
    terminal.run("up", manifest, "--yes").ended(0)
    terminal.run("preview", manifest, "--expect-no-changes").ended(0)
    status = terminal.run("status", manifest, "--output", "json").ended(0).json
    assert (status["unfinished"], status["runs"]) == ({}, [])


def test_a_second_run_is_refused_while_the_first_goes_on(started, slow, terminal):
    manifest, first = started
    message = terminal.run("up", manifest, "--yes").refused(1)
    assert "is in use by" in message
    assert "wait until it has ended" in message
    assert "kill -INT" in message
    said = terminal.run("destroy", manifest, "--yes")
    assert "is in use by" in said.refused(1)

    shown = terminal.run("preview", manifest).ended(0)
    assert "note: a run is under way" in shown.err
    (run,) = terminal.run("status", manifest, "--output", "json").ended(0).json["runs"]
    assert run["alive"] is True
    assert first.poll() is None, "the first has not noticed"

    slow.pass_time(LONG)
    end(first).ended(0)
    terminal.run("preview", manifest, "--expect-no-changes").ended(0)


def test_a_run_on_another_machine_is_not_taken_for_a_killed_one(started, slow, terminal):
    """Its journal lies beside the state that both share, and its process is not to be seen here."""
    manifest, _ = started
    (name,) = [table for table in slow.tables() if table in manifest.read_text("utf-8")]
    until(lambda: slow.tags(name).get("tablewright:stack"), "the table has its tags")
    with paused(terminal):
        (journal,) = terminal.home.rglob(f"{name}/dev/journals/*.events")
        journal.rename(journal.with_name(f"999999999-{journal.name.partition('-')[2]}"))
        (lock,) = terminal.home.rglob(f"locks/organization/{name}/dev/*.json")
        lock.write_text(json.dumps(json.loads(lock.read_text()) | {"hostname": "elsewhere"}))
        (state,) = terminal.home.rglob(
            f"stacks/{name}/dev.json"
        )  # as of a large stack until its end
        document = json.loads(state.read_text())
        document["checkpoint"]["latest"]["pending_operations"] = []
        table = {
            "urn": f"urn:pulumi:dev::{name}::aws:dynamodb/table:Table::x",
            "custom": True,
            "type": "aws:dynamodb/table:Table",
            "id": name,
            "inputs": {"name": name},
        }
        for words, recorded in (("destroy",), []), (("release", "--all"), [table]):
            document["checkpoint"]["latest"]["resources"] += recorded
            state.write_text(json.dumps(document))
            message = terminal.run(words[0], manifest, *words[1:], "--yes").refused(1)
            assert "is in use by" in message
            assert "on elsewhere" in message
            assert slow.tags(name)["tablewright:stack"] == f"{name}/dev"


def test_ctrl_c_stops_in_order_and_the_same_command_finishes_the_job(started, slow, terminal):
    manifest, process = started
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the whole group
    said = end(process)
    message = said.refused(130)
    assert "stopping: the steps under way are finished first" in said.err
    assert "what was done until then is recorded" in message
    assert "run the same command again: it finishes the job" in message
    assert "is not known" not in message, "the provider said how far it came"
    until(lambda: not terminal.processes(), "no process of the run is left")
    status = terminal.run("status", manifest, "--output", "json").ended(0).json
    assert "stopped while waiting" in "".join(status["unfinished"].values())
    finish(terminal, slow, manifest)


def test_nothing_outlives_a_killed_command_and_the_same_command_finishes_the_job(
    started, slow, terminal
):
    manifest, process = started
    process.kill()
    process.communicate()
    until(lambda: not terminal.processes(), "no process of the run is left")
    status = terminal.run("status", manifest, "--output", "json").ended(0).json
    assert "a run that was stopped was to create it" in "".join(status["unfinished"].values())
    finish(terminal, slow, manifest)
    (name,) = [table for table in slow.tables() if table in manifest.read_text("utf-8")]
    assert slow.tags(name)["tablewright:stack"] == f"{name}/dev"


def test_a_killed_engine_is_told_and_the_same_command_finishes_the_job(started, slow, terminal):
    manifest, process = started
    for engine in terminal.processes("pulumi"):
        engine.kill()
    message = end(process).refused(1)
    assert "engine was killed" in message
    assert "run the same command again" in message
    finish(terminal, slow, manifest)


def test_ctrl_c_before_anything_runs_is_no_traceback(aws, terminal):
    """However late the signal comes: AWS cannot be reached for what would be made."""
    manifest = terminal.write("t.yaml", stack("early", "early"))
    aws.emulator.faults.add(Fault(operation="CreateTable", kind="reset"))
    process = terminal.start("up", manifest, "--yes")
    until(lambda: terminal.processes("tablewright"), "it has started")
    until(lambda: process.poll() is not None or _is_loading(process.pid), "Python is at work")
    os.killpg(process.pid, signal.SIGINT)
    said = end(process).ended(130)
    aws.emulator.faults.clear()
    assert "Traceback" not in said.err
    assert "early" not in aws.tables()


def _is_loading(pid: int) -> bool:
    """The command has imported its modules for the manifest, and not yet started the engine."""
    return "pydantic" in Path(f"/proc/{pid}/maps").read_text("utf-8")
