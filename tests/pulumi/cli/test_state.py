"""What is recorded of a stack by itself: AWS hears of none of it, and nothing recorded is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import Terminal

pytestmark = pytest.mark.engine

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: dev
  tags: {Team: shop, CostCenter: retail}
---
"""
TABLE = """\
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: NAME}
spec:
  tableName: tbl1
  partitionKey: {name: orderId, type: S}
  alarms: {systemErrors: {threshold: 1, name: tbl1-errors}}
  access: [{name: read, grants: [read], roleName: tbl1-reader, policyName: tbl1-reads}]
"""
TABLE_TYPE = "aws:dynamodb/table:Table"


@pytest.fixture(scope="module")
def stack(aws: EmbeddedAws, machine: Terminal) -> Path:
    path = machine.write("shop.yaml", STACK + TABLE.replace("NAME", "tbl1"))
    machine.run("up", path, "--yes").ended(0)
    return path


@pytest.fixture
def exported(stack: Path, machine: Terminal, tmp_path: Path) -> Path:
    file = tmp_path / "state.json"
    machine.run("state", "export", stack, "--file", file).ended(0)
    assert file.stat().st_mode & 0o077 == 0
    return file


@pytest.fixture
def unheard(aws: EmbeddedAws) -> Iterator[None]:
    """Nothing is asked of AWS."""
    aws.emulator.calls.clear()
    yield
    assert aws.emulator.calls.total == 0


def recorded(machine: Terminal, path: Path) -> dict[str, str]:
    """Names in AWS by type and logical name."""
    listed = machine.run("state", "list", path, "--output", "json").ended(0).json
    return {f"{each['type']} {each['name']}": each["id"] for each in listed["resources"]}


def state_file(machine: Terminal) -> Path:
    [file] = machine.home.glob("sandbox/default/state/.pulumi/stacks/shop/dev.json")
    return file


def changed(file: Path, **members: Any) -> None:
    document = json.loads(file.read_text())
    latest = document.get("deployment") or document["checkpoint"]["latest"]
    file.write_text(json.dumps(document | {"deployment": latest | members}))


def without(file: Path, *types: str) -> None:
    resources = json.loads(file.read_text())["deployment"]["resources"]
    changed(file, resources=[each for each in resources if each["type"] not in types])


@pytest.mark.usefixtures("unheard")
def test_a_state_is_listed_by_the_names_of_both_sides(stack, machine):
    names = recorded(machine, stack)
    assert names[f"{TABLE_TYPE} tbl1"] == "tbl1"
    assert names["aws:iam/role:Role tbl1-read"] == "tbl1-reader"
    said = machine.run("state", "list", stack).ended(0)
    assert "alarm        tbl1-errors" in said.out


def test_a_table_is_renamed_with_all_that_belongs_to_it_and_nothing_changes(stack, machine, aws):
    before = recorded(machine, stack)
    aws.emulator.calls.clear()
    said = machine.run("state", "mv", stack, "tbl1", "orders", "--yes", "--output", "json").ended(0)
    assert aws.emulator.calls.total == 0
    after = recorded(machine, stack)
    assert sorted(after.values()) == sorted(before.values())
    assert all(" orders" in name for name in after)
    renamed = machine.write("renamed.yaml", STACK + TABLE.replace("NAME", "orders"))
    machine.run("preview", renamed, "--refresh", "--expect-no-changes").ended(0)

    machine.run("state", "import", stack, said.json["backup"], "--yes").ended(0)
    assert recorded(machine, stack) == before


@pytest.mark.usefixtures("unheard")
def test_a_name_that_is_taken_is_refused_and_a_type_tells_which_is_meant(stack, machine):
    role = ("--type", "aws:iam/role:Role", "--yes")
    before = recorded(machine, stack)
    done = machine.run("state", "mv", stack, "tbl1-read", "reader", *role, "--output", "json")
    assert "aws:iam/role:Role reader" in recorded(machine, stack)
    assert "aws:iam/rolePolicy:RolePolicy tbl1-read" in recorded(machine, stack)
    resources = json.loads(state_file(machine).read_text())["checkpoint"]["latest"]["resources"]
    [policy] = [each for each in resources if each["type"] == "aws:iam/rolePolicy:RolePolicy"]
    assert any(urn.endswith("::reader") for urn in policy["dependencies"])
    machine.run("state", "import", stack, done.json["backup"], "--yes").ended(0)
    assert recorded(machine, stack) == before


@pytest.mark.usefixtures("unheard")
def test_an_import_that_would_forget_something_wants_its_name(stack, machine, exported):
    before = recorded(machine, stack)
    without(exported, "aws:cloudwatch/metricAlarm:MetricAlarm")
    message = machine.run("state", "import", stack, exported, "--yes").refused(3)
    assert "alarm tbl1-errors" in message
    assert "--allow-drop tbl1-errors" in message
    assert recorded(machine, stack) == before
    unknown = machine.run("state", "import", stack, exported, "--allow-drop", "tbl", "--yes")
    assert "nothing of that name" in unknown.refused(2)

    allowed = ("--allow-drop", "tbl1-errors", "--yes", "--output", "json")
    done = machine.run("state", "import", stack, exported, *allowed).ended(0)
    assert done.json["dropped"] == ["alarm tbl1-errors"]
    back = machine.run("state", "import", stack, done.json["backup"], "--yes", "--output", "json")
    assert back.json["added"] == ["alarm tbl1-errors"]
    assert recorded(machine, stack) == before


@pytest.mark.usefixtures("unheard")
@pytest.mark.parametrize(
    ("was", "becomes", "status"),
    [("urn:pulumi:dev::shop::", "urn:pulumi:prod::shop::", 3), ("deployment", "deployed", 2)],
)
def test_a_state_of_another_stack_and_a_damaged_one_are_refused(
    stack, machine, exported, was, becomes, status
):
    before = state_file(machine).read_bytes()
    exported.write_text(exported.read_text().replace(was, becomes))
    machine.run("state", "import", stack, exported, "--yes").refused(status)
    assert state_file(machine).read_bytes() == before


@pytest.mark.usefixtures("unheard")
def test_nobody_there_to_ask_changes_nothing(stack, machine, exported):
    before = state_file(machine).read_bytes()
    machine.run("state", "import", stack, exported).refused(2)
    machine.run("state", "mv", stack, "tbl1", "orders").refused(2)
    assert state_file(machine).read_bytes() == before


@pytest.mark.usefixtures("unheard")
def test_secrets_of_another_passphrase_are_refused(stack, machine, exported):
    resources = json.loads(exported.read_text())["deployment"]["resources"]
    secret = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "ciphertext": "v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    }
    resources[-1]["outputs"]["secret"] = secret
    salt = "v1:wQwr62ff/yw=:v1:n9hmouxnKvdbWUCR:gzNykk09Rv84+mIf6eVsnDJUWqTtPg=="
    sealing = {"type": "passphrase", "state": {"salt": salt}}
    changed(exported, resources=resources, secrets_providers=sealing)
    before = state_file(machine).read_bytes()
    said = machine.run("state", "import", stack, exported, "--yes")
    assert "passphrase" in said.refused(1)
    assert state_file(machine).read_bytes() == before


def test_killed_at_any_moment_an_import_has_lost_nothing(stack, machine, exported):
    names = recorded(machine, stack)
    for seconds in (0.2, 0.4, 0.6):
        process = machine.start("state", "import", str(stack), str(exported), "--yes")
        time.sleep(seconds)
        process.kill()
        process.communicate()
        assert recorded(machine, stack) == names
    machine.run("state", "import", stack, exported, "--yes").ended(0)


def test_what_an_interrupted_run_began_is_finished_first(stack, machine, exported):
    resources = json.loads(exported.read_text())["deployment"]["resources"]
    [table] = [each for each in resources if each["type"] == TABLE_TYPE]
    urn = table["urn"].replace("::tbl1", "::other")
    other = {**table, "urn": urn, "id": "", "inputs": {**table["inputs"], "name": "other"}}
    file = state_file(machine)
    document = json.loads(file.read_text())
    document["checkpoint"]["latest"]["pending_operations"] = [
        {"type": "creating", "resource": other}
    ]
    file.write_text(json.dumps(document))
    for words in (("import", stack, exported), ("mv", stack, "tbl1", "orders")):
        message = machine.run("state", *words, "--yes").refused(3)
        assert f"`tablewright up {stack}`" in message
    machine.run("up", stack, "--yes").ended(0)
    machine.run("state", "import", stack, exported, "--yes").ended(0)


def test_a_damaged_state_is_replaced_where_its_copy_has_no_more(stack, machine, exported):
    file = state_file(machine)
    file.write_text(file.read_text()[:100])
    done = machine.run("state", "import", stack, exported, "--yes", "--output", "json").ended(0)
    assert Path(done.json["backup"]).read_bytes() != file.read_bytes()
    machine.run("preview", stack, "--expect-no-changes").ended(0)
    for copy in file.parent.glob("dev.json.*"):
        copy.unlink()
    file.write_text("")
    message = machine.run("state", "import", stack, exported, "--yes").refused(3)
    assert "--over-damaged" in message
    machine.run("state", "import", stack, exported, "--over-damaged", "--yes").ended(0)
    machine.run("preview", stack, "--expect-no-changes").ended(0)
