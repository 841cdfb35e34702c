"""Runs that fail on the way: what was done is kept, and the same command finishes the job."""

from __future__ import annotations

import re
import resource
import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import COMMAND, SECONDS, Said, stack

from tablewright.provider import clients
from tablewright.provider.dynamodb.insights import ContributorInsights
from tablewright.provider.resources.resource import Timeouts
from tablewright_emulator.dynamodb.durations import PRESETS
from tablewright_emulator.faults import Fault

pytestmark = pytest.mark.engine

DENIED = "AccessDeniedException"


@pytest.fixture(scope="module", autouse=True)
def _three_attempts() -> Iterator[None]:
    """Of each call that the provider makes: nothing here gets better by waiting."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "ATTEMPTS", 3)
        yield


@pytest.fixture
def faulty(aws: EmbeddedAws) -> Iterator[EmbeddedAws]:
    """An AWS whose faults and slowness end with the test."""
    yield aws
    aws.emulator.faults.clear()
    aws.emulator.dynamodb.durations = PRESETS["short"]


def refuse(aws: EmbeddedAws, operation: str, table: str, code: str, status: int = 400) -> None:
    fault = Fault(operation=operation, table=table, code=code, status=status)
    aws.emulator.faults.add(fault)


def test_what_stands_beside_a_refused_table_is_kept_and_the_rest_is_made_later(faulty, terminal):
    manifest = terminal.write("t.yaml", stack("shop", "made", "refused"))
    refuse(faulty, "CreateTable", "refused", "ValidationException")
    message = terminal.run("up", manifest, "--yes").refused(1)
    assert "could not call CreateTable for table refused" in message
    assert "run the same command again" in message
    assert "made" in faulty.tables()
    assert "refused" not in faulty.tables()
    assert faulty.tags("made")["tablewright:stack"] == "shop/dev", "it is ours already"

    faulty.emulator.faults.clear()
    said = terminal.run("up", manifest, "--yes", "--output", "json").ended(0)
    assert said.json["counts"] == {"create": 1}
    assert said.json["unchanged"] == 1


def test_a_change_that_aws_puts_off_stops_nothing_but_its_table(faulty, terminal):
    expiring = {"name": "expiring", "timeToLive": {"attributeName": "until"}}
    manifest = terminal.write("t.yaml", stack("hourly", expiring))
    terminal.run("up", manifest, "--yes").ended(0)
    # A policy names the ARN of its table, which takes longer than to hear that an hour is not over.
    faulty.emulator.dynamodb.durations = replace(PRESETS["short"], create=3.0)
    other = {"name": "other", "access": ["read"]}
    manifest = terminal.write("t.yaml", stack("hourly", "expiring", other))
    message = terminal.run("up", manifest, "--yes").refused(1)
    assert "AWS allows one change of time to live an hour" in message
    assert re.search(r"again: the hour is over at \d\d:\d\d at the latest", message)
    assert "TW-E610" in message
    role = "dynamodb-other-read-role-dev"
    assert len(faulty.client("iam").list_role_policies(RoleName=role)["PolicyNames"]) == 1
    assert "other" in terminal.run("status", manifest, "--output", "json").ended(0).json["tables"]


def test_a_deletion_that_was_allowed_and_half_done_is_finished_by_the_same_command(
    faulty, terminal
):
    manifest = terminal.write("t.yaml", stack("fewer", "stays", "first", "second"))
    terminal.run("up", manifest, "--yes").ended(0)
    manifest = terminal.write("t.yaml", stack("fewer", "stays"))
    words = ("up", manifest, "--yes", "--allow-delete", "first", "--allow-delete", "second")
    refuse(faulty, "DeleteTable", "second", "AccessDeniedException")
    assert "DeleteTable" in terminal.run(*words).refused(1)
    assert {"stays", "second"} <= {*faulty.tables()}
    assert "first" not in faulty.tables()

    faulty.emulator.faults.clear()
    terminal.run(*words).ended(0)
    assert "second" not in faulty.tables()
    assert "--allow-delete first: the stack has nothing of that name" in (
        terminal.run(*words).refused(2)
    )


def test_a_table_that_was_made_and_not_finished_is_recorded_as_that(faulty, terminal):
    manifest = terminal.write("t.yaml", stack("half", {"name": "half", "recovery": {"days": 35}}))
    refuse(faulty, "UpdateContinuousBackups", "half", "InternalServerError", 500)
    message = terminal.run("up", manifest, "--yes").refused(1)
    assert "AWS failed at its side" in message
    status = terminal.run("status", manifest, "--output", "json").ended(0).json
    assert "UpdateContinuousBackups" in status["unfinished"]["half"]

    faulty.emulator.faults.clear()
    said = terminal.run("up", manifest, "--yes", "--output", "json").ended(0)
    assert said.json["counts"] == {"update": 1}, "never made twice"
    terminal.run("verify", manifest).ended(0)


def test_a_missing_permission_names_what_to_allow(faulty, terminal):
    manifest = terminal.write("t.yaml", stack("denied", "denied"))
    refuse(faulty, "CreateTable", "denied", DENIED)
    message = terminal.run("up", manifest, "--yes").refused(1)
    assert message.startswith("error TW-E614")
    assert "CreateTable is not allowed" in message
    assert "add CreateTable to the policy" in message


def test_credentials_that_expire_during_a_run_are_no_riddle(faulty, terminal):
    manifest = terminal.write("t.yaml", stack("expired", "expired"))
    refuse(faulty, "CreateTable", "expired", "ExpiredTokenException")
    message = terminal.run("up", manifest, "--yes").refused(1)
    assert message.startswith("error TW-E611")
    assert "the credentials have expired" in message
    assert "log in again" in message


def test_what_takes_too_long_goes_on_by_itself_and_is_found_again(faulty, terminal, monkeypatch):
    monkeypatch.setattr(ContributorInsights, "timeouts", Timeouts(create=2, update=2))
    table = {"name": "slow", "contributorInsights": {"enabled": True}}
    manifest = terminal.write("t.yaml", stack("slow", table))
    faulty.emulator.dynamodb.durations = replace(PRESETS["short"], insights=600)
    said = terminal.run("up", manifest, "--yes")
    message = said.refused(1)
    assert message.startswith("error TW-E613")
    assert "after 2 s still waiting" in message
    assert "AWS continues in the background: run the same command again" in message
    assert "waiting   contributor insights slow" in said.err, "while it waits it says for what"

    faulty.pass_time(600)
    terminal.run("up", manifest, "--yes").ended(0)
    terminal.run("preview", manifest, "--expect-no-changes").ended(0)


def test_a_table_that_somebody_deleted_does_not_hinder_its_destruction(aws, terminal):
    manifest = terminal.write("t.yaml", stack("gone", "gone", "left"))
    terminal.run("up", manifest, "--yes").ended(0)
    dynamodb = aws.client("dynamodb")
    dynamodb.delete_table(TableName="gone")
    dynamodb.get_waiter("table_not_exists").wait(TableName="gone", WaiterConfig={"Delay": 0.05})
    said = terminal.run("destroy", manifest, "--yes").ended(0)
    assert "table gone: gone already" in said.err
    assert not {"gone", "left"} & set(aws.tables())


def test_a_file_that_takes_no_more_is_named_and_the_same_command_finishes_the_job(aws, terminal):
    """The journal of a large stack outgrows what a file may hold; its state does not."""
    manifest = terminal.write("t.yaml", stack("full", *(f"full-{each}" for each in range(21))))
    words = (COMMAND, "up", str(manifest), "--yes")
    limit = 80 * 1024
    # What measures coverage writes a larger file than that when the process ends.
    outside = {k: v for k, v in terminal.environment.items() if not k.startswith("COVERAGE")}
    done = subprocess.run(
        words,
        env=outside,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    message = Said(words, done.returncode, done.stdout, done.stderr).refused(1)
    assert ".events: File too large" in message

    said = terminal.run("up", manifest, "--yes", "--output", "json").ended(0).json
    assert len(said["outputs"]["tableNames"]) == 21
