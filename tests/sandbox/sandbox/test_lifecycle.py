"""A sandbox as a process of its own, from start to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from tests.support.terminal import until
from tests.support.warm_commands import NEW_PROCESS, new_sandbox

from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.errors import SandboxError, UsageError
from tablewright.sandbox import execution, lifecycle, stacks
from tablewright.sandbox.demo.seed import COMPANY, REGION, seed
from tablewright.sandbox.demo.traffic import Traffic
from tablewright.sandbox.environment import environment
from tablewright.sandbox.instance import Instance, born, running

FEW_ITEMS = 60


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("TABLEWRIGHT_HOME", str(tmp_path))
    monkeypatch.setattr(lifecycle, "new_process", new_sandbox)
    yield
    lifecycle.stop("default")


def session(instance):
    return Session(Target.sandbox(instance.endpoint), region=REGION)


def record(instance):
    """Something in the engine's state."""
    file = instance.backend / ".pulumi" / "stacks" / "shop.json"
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    return file


def gone(pid):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_a_second_start_finds_the_first_and_stop_ends_it(monkeypatch):
    monkeypatch.setattr(lifecycle, "new_process", NEW_PROCESS)
    first = lifecycle.start("default")
    assert lifecycle.start("default") == first
    assert lifecycle.stop("default")
    assert gone(first.pid)
    assert running("default") is None
    assert not lifecycle.stop("default")


def test_a_process_that_nobody_collects_has_ended():
    code = (
        "import subprocess, sys, time\n"
        "print(subprocess.Popen(['sleep', '600']).pid, flush=True)\n"
        "sys.stdin.read()"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        Instance("default", "id", pid, born(pid), "", "").write()
        assert lifecycle.stop("default")
        assert psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_killed_sandbox_is_noticed_and_can_be_started_again():
    first = lifecycle.start("default")
    os.kill(first.pid, signal.SIGKILL)
    assert gone(first.pid)
    assert running("default") is None
    assert lifecycle.start("default").id != first.id


def test_reset_empties_the_aws_and_the_state_of_its_stacks():
    instance = lifecycle.start("default")
    seed(session(instance), items=1)
    record(instance)
    fresh = lifecycle.reset(instance)
    assert fresh.id != instance.id
    assert not stacks.holds_anything(instance.backend)
    assert session(instance).client("dynamodb").list_tables()["TableNames"] == []


def test_what_lived_only_in_the_sandbox_goes_with_it():
    instance = lifecycle.start("default")
    record(instance)
    lifecycle.stop("default")
    assert not instance.backend.exists()


def test_a_sandbox_of_a_command_ends_with_the_command():
    program = (
        "from tablewright.sandbox import lifecycle\n"
        "print(lifecycle.start('default', with_parent=True).pid, flush=True)\n"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert gone(int(done.stdout))


def test_seeding_twice_makes_the_company_once():
    here = session(lifecycle.start("default"))
    first, second = seed(here, FEW_ITEMS), seed(here, FEW_ITEMS)
    assert [table.made for table in first] == [True, True, True]
    assert [(table.items, table.made) for table in second] == [(FEW_ITEMS, False)] * 3
    table = here.client("dynamodb").describe_table(TableName="sessions")["Table"]
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == COMPANY[1].read


def test_only_a_sandbox_is_ever_seeded():
    with pytest.raises(SandboxError, match="never AWS"):
        seed(Session(Target.aws(), region=REGION))


def test_traffic_counts_its_calls_and_finds_every_item():
    here = session(lifecycle.start("default"))
    seed(here, FEW_ITEMS)
    with Traffic(here, items=FEW_ITEMS) as traffic:
        until(lambda: all(table.reads for table in traffic.report()), "each table is read")
    for table in traffic.report():
        assert table.unharmed
        assert table.reads > 0
        assert table.items == FEW_ITEMS + table.writes


def test_traffic_notices_a_lost_item_and_a_failed_call():
    here = session(lifecycle.start("default"))
    seed(here, FEW_ITEMS)
    client = here.client("dynamodb")
    with Traffic(here, items=FEW_ITEMS) as traffic:
        client.delete_item(TableName="users", Key={"userId": {"S": "user-00007"}})
        client.delete_table(TableName="sessions")
        refused = traffic._writers["sessions"].errors
        until(lambda: refused["ResourceNotFoundException"], "a call has failed")
        until(lambda: "sessions" not in client.list_tables()["TableNames"], "the table is gone")
        seed(here, FEW_ITEMS)
    events, sessions, users = traffic.report()
    assert events.unharmed
    assert users.lost == ("user-00007",)
    assert sessions.unexpected["ResourceNotFoundException"] > 0


def test_a_command_runs_in_the_sandboxs_environment_and_its_status_is_passed_on():
    instance = lifecycle.start("default")
    variables = environment(instance, os.environ, None).applied(os.environ)
    code = "import os, sys; sys.exit(7 if os.environ['AWS_ENDPOINT_URL'] else 0)"
    assert execution.run([sys.executable, "-c", code], variables) == 7
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert execution.run([sys.executable, "-c", killed], variables) == 128 + 9
    with pytest.raises(UsageError, match="no-such-command"):
        execution.run(["no-such-command"], variables)
