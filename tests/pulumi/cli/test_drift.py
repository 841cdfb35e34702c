"""Drift of a small stack: what each kind of it is told as, and the ways out."""

from __future__ import annotations

import http.client
import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest
from tests.pulumi.cli.conftest import REGION, EmbeddedAws
from tests.support.advice import follow
from tests.support.terminal import Started, Terminal, end, stack, until

from tablewright_emulator.faults import Fault

pytestmark = pytest.mark.engine

TABLE = "orders"


def declare(terminal: Terminal, *tables: dict[str, Any] | str, days: int = 35) -> Path:
    """The manifest: a table, and some further ones."""
    orders = {"name": TABLE, "recovery": {"days": days}}
    return terminal.write("t.yaml", stack("drifting", orders, *tables))


def fields(terminal: Terminal, manifest: Path, status: int = 3) -> list[dict[str, Any]]:
    """What drift finds."""
    said = terminal.run("drift", manifest, "--output", "json").ended(status)
    found: list[dict[str, Any]] = said.json["fields"]
    return found


def kinds(found: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Of each field its resource, what it is, and its drift."""
    return [(each["subject"], each["fact"], each["drift"]) for each in found]


@pytest.fixture(scope="module")
def deployed(machine: Terminal, aws: EmbeddedAws) -> Path:
    """A table and one that is declared no more later on."""
    manifest = declare(machine, "further")
    machine.run("up", manifest, "--yes").ended(0)
    return manifest


def protect(aws: EmbeddedAws, *, protected: bool = True) -> None:
    """Somebody protects the table by hand."""
    aws.client("dynamodb").update_table(TableName=TABLE, DeletionProtectionEnabled=protected)
    aws.pass_time(60)


def test_what_is_declared_and_not_deployed_is_not_applied(deployed, terminal, aws):
    manifest = declare(terminal, "further", days=7)
    [field] = fields(terminal, manifest)
    assert kinds([field]) == [(TABLE, "recovery window", "not-applied")]
    assert (field["declared"], field["recorded"], field["live"]) == ("7 days", "35 days", "35 days")
    follow(terminal, aws, field["fix"])
    assert fields(terminal, manifest, 0) == []
    terminal.run("up", declare(terminal, "further"), "--yes").ended(0)


def test_what_is_recorded_and_declared_no_more_is_not_applied(deployed, terminal, aws):
    manifest = declare(terminal)
    [field] = fields(terminal, manifest)
    assert kinds([field]) == [("further", "table", "not-applied")]
    assert (field["declared"], field["recorded"]) == (None, "exists")
    words = field["fix"].partition("`")[2].partition("`")[0].split()
    assert "further" in terminal.run(*words[1:]).ended(3).err, "the guard names it"


def test_what_cannot_be_read_is_unread_and_no_drift(deployed, terminal, aws):
    denied = {"kind": "error", "code": "AccessDeniedException", "status": 400}
    aws.emulator.faults.add(Fault(operation="DescribeContinuousBackups", **denied))
    try:
        found = fields(terminal, declare(terminal, "further"), 4)
    finally:
        aws.emulator.faults.clear()
    assert {(each["fact"], each["drift"]) for each in found} == {("recovery window", "unread")}


def test_the_forms_tell_the_same(deployed, terminal, aws):
    protect(aws)
    manifest = declare(terminal, "further")
    [field] = fields(terminal, manifest)
    assert field["author"]["call"] == "UpdateTable"
    assert field["author"]["name"] == "root"
    text = terminal.run("drift", manifest).ended(3).out
    assert "changed outside" in text
    assert "deletion protection" in text
    assert "| off | off | on |" in terminal.run("drift", manifest, "-o", "markdown").ended(3).out
    first = terminal.run("drift", manifest, "-o", "github").ended(3).out.splitlines()[0]
    text = manifest.read_text().splitlines()
    _, line, *_ = (number for number, each in enumerate(text, 1) if '"spec"' in each)
    place = f"file={manifest.relative_to(terminal.folder)},line={line},col="
    assert first.startswith(f"::error {place}")
    assert f",title=table {TABLE}::deletion protection is changed outside" in first
    protect(aws, protected=False)
    assert terminal.run("drift", manifest).ended(0).out.startswith("No drift: ")


def test_fix_sets_back_what_was_changed_and_wants_a_yes(deployed, terminal, aws):
    protect(aws)
    manifest = declare(terminal, "further")
    assert "--yes" in terminal.run("drift", manifest, "--fix").ended(2).err
    said = terminal.run("drift", manifest, "--fix", "--yes", "-o", "json").ended(0)
    assert said.json["verdict"] == "none"
    assert "changed outside" in said.err
    terminal.run("verify", manifest).ended(0)


def test_fix_deletes_nothing_that_is_not_named(deployed, terminal, aws):
    manifest = declare(terminal)
    assert "further" in terminal.run("drift", manifest, "--fix", "--yes").ended(3).err
    assert "further" in aws.tables()


def test_accept_declares_what_is_live_and_wants_a_yes(deployed, terminal, aws):
    protect(aws)
    manifest = declare(terminal, "further")
    before = manifest.read_text("utf-8")
    assert "--yes" in terminal.run("drift", manifest, "--accept").ended(2).err
    assert manifest.read_text("utf-8") == before
    said = terminal.run("drift", manifest, "--accept", "--yes").ended(0)
    assert "+" in said.err
    assert manifest.read_text("utf-8") != before
    terminal.run("up", manifest, "--yes").ended(0)
    terminal.run("preview", manifest, "--refresh", "--expect-no-changes").ended(0)

    protect(aws, protected=False)
    kept = manifest.read_text("utf-8")
    left = terminal.run("drift", manifest, "--accept", "--yes").ended(3).err
    assert "orders.deletionProtection: it lets the table be deleted" in left
    assert manifest.read_text("utf-8") == kept, "what lets more be deleted is accepted by name"
    name = ("--field", "orders.deletionProtection")
    terminal.run("drift", manifest, "--accept", *name, "--yes").ended(0)
    terminal.run("up", declare(terminal, "further"), "--yes").ended(0)


def watching(terminal: Terminal, manifest: Path) -> tuple[Started, str]:
    """A watch under way, and the address of what it serves."""
    place = ("--listen", "127.0.0.1:0", "--every", "1s", "-o", "json")
    process = terminal.fork("drift", manifest, "--watch", *place)
    assert process.stderr is not None
    return process, re.findall(r"http://(\S+)/healthz", process.stderr.readline())[0]


def get(address: str, path: str) -> str:
    """What a watch serves."""
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("GET", path)
    return connection.getresponse().read().decode()


def test_a_watch_ends_at_once_when_interrupted(deployed, terminal):
    process, _ = watching(terminal, declare(terminal, "further"))
    process.send_signal(signal.SIGINT)
    assert end(process).ended(0).out == ""


def test_a_watch_tells_what_is_new(deployed, terminal, aws):
    process, address = watching(terminal, declare(terminal, "further"))

    def metric(name: str) -> float:
        text = get(address, "/metrics")
        return sum(float(each) for each in re.findall(rf"^{name}.*? (\S+)$", text, re.MULTILINE))

    until(lambda: metric(r"tablewright_drift_looks_total.*succeeded"), "it has looked")
    protect(aws)
    until(lambda: metric(r"tablewright_drift_field{") == 1, "it sees the change")
    aws.emulator.faults.add(Fault(operation="DescribeTable", kind="reset"))
    until(lambda: metric("tablewright_drift_unread"), "it cannot look")
    health = json.loads(get(address, "/healthz"))
    assert health["status"] == "unread"
    assert metric(r"tablewright_drift_field{") == 1, "what was known is kept"
    aws.emulator.faults.clear()
    protect(aws, protected=False)
    until(lambda: metric(r"tablewright_drift_field{") == 0, "it is set back")
    process.send_signal(signal.SIGTERM)
    said = end(process).ended(0)
    events = [json.loads(line)["event"] for line in said.out.splitlines()]
    assert [event for event in events if event != "unread"] == ["drifted", "read", "ended"]
    assert "Traceback" not in said.err


def test_a_watch_of_what_is_wrong_ends_at_once(deployed, terminal):
    manifest = declare(terminal)
    terminal.run("drift", manifest, "--watch", "--fix").refused(2)
    terminal.run("drift", manifest, "--watch", "-o", "markdown").refused(2)
    terminal.run("drift", "-", "--watch").refused(2)
    terminal.run("drift", manifest, "--watch", "--every", "soon").refused(2)
    terminal.run("drift", manifest, "--watch", "--listen", "192.0.2.1:1").refused(2)


def test_ways_out_that_contradict_each_other_are_refused(terminal):
    manifest = declare(terminal)
    terminal.run("drift", manifest, "--fix", "--accept").refused(2)
    terminal.run("drift", manifest, "--field", "recovery").refused(2)


def test_credentials_of_another_account_are_refused(deployed, terminal):
    """Else everything would count as deleted."""
    state = next(terminal.home.rglob("stacks/drifting/dev.json"))
    text = state.read_text("utf-8")
    assert REGION in text
    state.write_text(text.replace(":123456789012:", ":210987654321:"), "utf-8")
    try:
        message = terminal.run("drift", declare(terminal, "further")).refused(3)
        assert "210987654321" in message
    finally:
        state.write_text(text, "utf-8")
    assert json.loads(text)
