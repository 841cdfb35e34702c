"""The sandbox as a user starts, uses and stops it: a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.pulumi.cli.conftest import client
from tests.support.terminal import Terminal, end, stack, until

pytestmark = pytest.mark.engine

OUTSIDE = {
    "AWS_PROFILE": "production",
    "AWS_SESSION_TOKEN": "a-real-token",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "a-real-secret",
    "AWS_ENDPOINT_URL_DYNAMODB": "https://dynamodb.example.com",
    "AWS_REGION": "eu-north-1",
}
ASK = "import boto3, json; print(json.dumps(boto3.client('dynamodb').list_tables()['TableNames']))"

ANSWER = """
import signal, sys
signal.signal({0}, lambda *_: sys.exit(9))
print("up", flush=True)
signal.pause()
"""


@pytest.fixture(scope="module")
def sandbox(machine: Terminal) -> Iterator[str]:
    """Its endpoint."""
    said = machine.run("sandbox", "start", "--background", "--output", "json").ended(0)
    yield said.json["endpoint"]
    machine.run("sandbox", "stop").ended(0)


def test_it_listens_on_loopback_only(sandbox, machine):
    assert sandbox.startswith("http://127.0.0.1:")
    status = machine.run("sandbox", "status", "--output", "json").ended(0).json
    assert (status["endpoint"], status["status"]) == (sandbox, "running")


def test_a_command_under_exec_reaches_the_sandbox_and_nothing_else(sandbox, machine):
    client(sandbox, "dynamodb", "eu-north-1").create_table(
        TableName="north",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    words = ("sandbox", "exec", "--", sys.executable, "-c", ASK)
    said = machine.run(*words, **OUTSIDE).ended(0)
    assert said.json == ["north"], "the region that was set outside is kept"


def test_the_status_of_a_command_under_exec_is_its_own(sandbox, machine):
    words = ("sandbox", "exec", "--", sys.executable, "-c", "raise SystemExit(7)")
    machine.run(*words).ended(7)
    machine.run("sandbox", "exec", "--", "sh", "-c", "kill -9 $$").ended(128 + 9)
    said = machine.run("sandbox", "exec", "--", "no-such-command")
    assert "there is no command no-such-command on PATH" in said.refused(2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_exec_is_the_commands_to_answer(sandbox, machine, number):
    words = ("sandbox", "exec", "--", sys.executable, "-c", ANSWER.format(int(number)))
    process = machine.start(*words)
    assert process.stdout.readline() == "up\n"
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    end(process).ended(9)


def test_the_environment_can_be_evaluated_by_a_shell(sandbox, machine):
    lines = machine.run("sandbox", "env", "--shell", **OUTSIDE).ended(0).out
    show = 'echo "$AWS_ENDPOINT_URL|$AWS_REGION|$AWS_PROFILE|$AWS_ENDPOINT_URL_DYNAMODB"'
    done = subprocess.run(
        ["/bin/sh", "-c", f"{lines}\n{show}\npulumi version"],
        env={**machine.environment, **OUTSIDE},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    first, version = done.stdout.splitlines()
    assert first == f"{sandbox}|eu-north-1||"
    assert version.startswith("v3.")
    assert "a-real" not in lines


def test_the_environment_is_json_for_programs(sandbox, machine):
    env = machine.run("sandbox", "env", "--json", **OUTSIDE).ended(0).json
    assert env["AWS_ENDPOINT_URL"] == sandbox
    assert env["AWS_PROFILE"] is None
    assert env["AWS_SESSION_TOKEN"] is None
    assert "a-real" not in json.dumps(env)


def test_a_deployment_to_the_sandbox_does_not_hear_of_real_credentials(sandbox, machine):
    manifest = machine.write("t.yaml", stack("shop", "orders"))
    machine.run("up", manifest, "--yes", **OUTSIDE).ended(0)
    assert "orders" in client(sandbox, "dynamodb", "eu-west-1").list_tables()["TableNames"]


def test_a_reset_forgets_tables_and_stacks(machine):
    own = ("--name", "reset")
    said = machine.run("sandbox", "start", "--background", *own).ended(0)
    manifest = machine.write("r.yaml", stack("shop", "orders"))
    machine.run("up", manifest, "--yes", "--sandbox", "reset").ended(0)
    machine.run("sandbox", "reset", *own).ended(0)
    assert client(said.out.strip(), "dynamodb", "eu-west-1").list_tables()["TableNames"] == []
    status = machine.run("status", manifest, "--sandbox", "reset", "--output", "json").ended(0)
    assert status.json["deployed"] is False
    machine.run("sandbox", "stop", *own).ended(0)


@pytest.mark.parametrize(
    "words",
    [("--port", "1"), ("--data", "elsewhere"), ("--durations", "realistic"), ("--expose", "::1")],
)
def test_a_second_start_that_wants_something_else_is_refused(sandbox, machine, words):
    message = machine.run("sandbox", "start", "--background", *words).refused(2)
    assert f"runs already, at {sandbox}" in message


def test_a_second_start_that_wants_the_same_finds_the_first(sandbox, machine):
    port = sandbox.rpartition(":")[2]
    words = ("--background", "--port", port, "--durations", "short")
    assert machine.run("sandbox", "start", *words).ended(0).out == f"{sandbox}\n"


def test_a_port_in_use_is_named_once(sandbox, machine):
    port = sandbox.rpartition(":")[2]
    words = ("--background", "--name", "late", "--port", port)
    assert port in machine.run("sandbox", "start", *words).refused(1).splitlines()[0]


@pytest.mark.parametrize("name", ["../x", "a/b", ".", "", "x" * 65])
def test_a_name_that_leads_elsewhere_is_refused(machine, name):
    for words in (("start", "--background"), ("stop",), ("status",), ("reset",)):
        message = machine.run("sandbox", *words, f"--name={name}").refused(2)
        assert f"{name!r} is not a sandbox name" in message


def test_the_clock_is_shown_moved_and_stopped(sandbox, machine):
    before = machine.run("sandbox", "clock").ended(0).json
    moved = machine.run("sandbox", "clock", "advance", "90m").ended(0).json
    assert moved["aheadSeconds"] - before["aheadSeconds"] == pytest.approx(5400, abs=1)
    assert machine.run("sandbox", "clock", "freeze").ended(0).json["frozen"] is True
    assert machine.run("sandbox", "clock", "resume").ended(0).json["frozen"] is False


@pytest.mark.parametrize(
    "words",
    [("advance",), ("advance", "soon"), ("advance", "--", "-1h"), ("set", "yesterday"),
     ("freeze", "2026-01-01"), ("show", "all")],
)  # fmt: skip
def test_a_clock_that_is_asked_for_nonsense_stays_as_it_is(sandbox, machine, words):
    machine.run("sandbox", "clock", *words).refused(2)


def test_what_is_no_snapshot_is_not_loaded(sandbox, machine):
    file = machine.write("notes.txt", "nothing")
    assert "is not a snapshot" in machine.run("sandbox", "load", file).refused(2)


def test_a_second_stop_has_nothing_to_do(machine):
    said = machine.run("sandbox", "stop", "--name", "never").ended(0)
    assert said.err == "the sandbox never did not run\n"


@pytest.mark.parametrize("words", [("status",), ("env",), ("seed",), ("reset",), ("calls",)])
def test_without_a_sandbox_the_word_that_starts_one_is_said(machine, words):
    message = machine.run("sandbox", *words, "--name", "other").refused(1)
    assert "the sandbox other does not run" in message
    assert "tablewright sandbox start --background --name other" in message


def test_what_can_be_no_backend_is_refused_before_one_is_started(tmp_path):
    fresh = Terminal(tmp_path / "home", tmp_path)
    fresh.write("t.yaml", stack("shop", "orders"))
    message = fresh.run("preview", "t.yaml", "--backend", "nonsense").refused(2)
    assert "neither a folder that exists nor a URL" in message
    assert fresh.processes() == []


def test_exec_starts_one_for_the_life_of_its_command(machine):
    machine.run("sandbox", "start", "--background", "--name", "brief").ended(0)
    machine.run("sandbox", "stop", "--name", "brief").ended(0)
    words = ("sandbox", "exec", "--name", "brief", "--", sys.executable, "-c", ASK)
    said = machine.run(*words).ended(0)
    assert said.json == []
    assert "does not run" in machine.run("sandbox", "status", "--name", "brief").refused(1)


def test_in_the_foreground_ctrl_c_ends_it(machine):
    process = machine.start("sandbox", "start", "--name", "front")
    assert process.stdout.readline().startswith("http://127.0.0.1:")
    process.send_signal(signal.SIGINT)
    said = end(process).ended(0)
    assert "stopped" in said.err


def test_killed_in_the_foreground_it_takes_its_sandbox_along(machine):
    process = machine.start("sandbox", "start", "--name", "killed")
    process.stdout.readline()
    process.kill()
    process.communicate()
    words = ("sandbox", "status", "--name", "killed")
    until(lambda: machine.run(*words).status == 1, "the sandbox has ended")


def test_a_status_with_something_unread_is_neither_good_nor_bad(machine, tmp_path):
    own, data = ("--name", "damaged"), tmp_path / "data"
    started = machine.run("sandbox", "start", "--background", "--data", data, *own).ended(0)
    assert "a data folder does not keep" in started.err
    machine.run("sandbox", "status", *own).ended(0)
    (data / "journal.damaged-1").write_text("what was not read")
    said = machine.run("sandbox", "status", "--output", "json", *own).ended(4)
    assert said.json["damaged"] == [f"{data}/journal.damaged-1"]
    machine.run("sandbox", "stop", *own).ended(0)
    again = machine.run("sandbox", "start", "--background", *own).ended(0)
    assert f"but in {data}/journal.damaged-1" in again.err
    machine.run("sandbox", "stop", *own).ended(0)


def test_after_a_kill_the_next_preview_finds_tables_and_stacks_as_they_were(machine, tmp_path):
    own, data = ("--name", "killed"), tmp_path / "data"
    machine.run("sandbox", "start", "--background", "--data", data, *own).ended(0)
    manifest = machine.write("k.yaml", stack("shop", "orders"))
    machine.run("up", manifest, "--yes", "--sandbox", "killed").ended(0)
    status = machine.run("sandbox", "status", "--output", "json", *own).ended(0).json
    os.kill(status["pid"], signal.SIGKILL)
    said = machine.run("preview", manifest, "--expect-no-changes", "--sandbox", "killed").ended(0)
    assert f"with the data in {data}" in said.err
    after = machine.run("sandbox", "status", "--output", "json", *own).ended(0).json
    assert (after["tables"], after["world"]) == (1, status["world"])
    machine.run("sandbox", "stop", *own).ended(0)
    machine.run("destroy", manifest, "--yes", "--sandbox", "killed").ended(0)
    machine.run("sandbox", "stop", *own).ended(0)


def test_an_exposed_sandbox_obeys_its_user(machine):
    own = ("--name", "exposed")
    words = ("sandbox", "start", "--background", "--expose", "0.0.0.0", *own)  # noqa: S104
    assert machine.run(*words).ended(0).out.startswith("http://127.0.0.1:")
    for command in (("status",), ("clock", "advance", "1h"), ("calls",), ("faults", "list")):
        machine.run("sandbox", *command, *own).ended(0)
    machine.run("sandbox", "reset", *own).ended(0)
    machine.run("sandbox", "stop", *own).ended(0)


def test_faults_are_ordered_listed_and_cleared(sandbox, machine):
    add = ("sandbox", "faults", "add", "--operation", "ListTables", "--kind", "lost-answer")
    machine.run(*add, "--times", "3").ended(0)
    machine.run(*add, "--seconds", "1").refused(2)
    (fault,) = machine.run("sandbox", "faults", "list").ended(0).json["faults"]
    assert (fault["kind"], fault["times"], fault["struck"]) == ("lost-answer", 3, 0)
    machine.run("sandbox", "faults", "clear").ended(0)
    assert machine.run("sandbox", "faults", "list").ended(0).json == {"faults": []}
