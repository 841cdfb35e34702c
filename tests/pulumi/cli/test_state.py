"""What is recorded of a stack by itself: AWS hears of none of it, and nothing recorded is lost."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import Terminal

from tablewright.engine import Backend, StackPlace
from tablewright.engine.state.begun import new_file

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


def left_by_a_killed_run(machine: Terminal, type_: str) -> Path:
    """A journal by which a resource that is recorded was made."""
    resources = json.loads(state_file(machine).read_text())["checkpoint"]["latest"]["resources"]
    [made] = [each for each in resources if each["type"] == type_]
    step = {"op": "create", "urn": made["urn"], "type": type_, "old": None, "new": made}
    place = StackPlace(Backend.of(machine.home / "sandbox/default/state"), "shop", "dev")
    file = new_file(place)
    journal = file.rename(file.with_name(f"0-{file.name.partition('-')[2]}"))  # whose run has ended
    journal.write_text(json.dumps({"resOutputsEvent": {"metadata": step}}) + "\n")
    return journal


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

    journal = left_by_a_killed_run(machine, "aws:cloudwatch/metricAlarm:MetricAlarm")
    allowed = ("--allow-drop", "tbl1-errors", "--yes", "--output", "json")
    done = machine.run("state", "import", stack, exported, *allowed).ended(0)
    assert done.json["dropped"] == ["alarm tbl1-errors"]
    assert journal.read_text() == "", "by it the alarm would be the stack's again"
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


def test_a_state_moves_to_another_backend_and_is_used_there_alone(stack, machine, aws, tmp_path):
    names, new = recorded(machine, stack), tmp_path / "states"
    aws.emulator.calls.clear()
    move = ("state", "move-backend", stack, new, "--yes", "--output", "json")
    moved = machine.run(*move).ended(0).json
    assert aws.emulator.calls.total == 0
    assert moved["backend"] == f"file://{new}"
    message = machine.run("up", stack, "--yes").refused(3)
    assert f"--backend 'file://{new}'" in message
    there = ("--backend", new)
    machine.run("preview", stack, *there, "--refresh", "--expect-no-changes").ended(0)
    owner = machine.run(
        "state", "owner", "tbl1", "--region", "eu-west-1", *there, "--output", "json"
    )
    assert owner.json["owner"] == "shop/dev"
    assert f"file://{new}" in owner.json["backends"]

    home, other = moved["former"], tmp_path / "other" / ".pulumi" / "stacks" / "shop"
    other.mkdir(parents=True)
    shutil.copy(new / ".pulumi" / "stacks" / "shop" / "dev.json", other)
    taken = machine.run("state", "move-backend", stack, other.parents[2], *there, "--yes")
    assert "already" in taken.refused(3)
    back = ("state", "move-backend", stack, home, *there, "--delete-old", "--yes")
    machine.run(*back).ended(0)
    assert [*new.glob(".pulumi/stacks/shop/dev.json*")] == []
    assert recorded(machine, stack) == names
    machine.run("preview", stack, "--expect-no-changes").ended(0)


def test_killed_at_any_moment_a_move_has_lost_nothing_and_can_be_ended(stack, machine, tmp_path):
    names, new = recorded(machine, stack), tmp_path / "states"
    home = f"file://{machine.home / 'sandbox' / 'default' / 'state'}"
    move = ("state", "move-backend", str(stack), str(new), "--yes")
    for seconds in (0.3, 0.5, 0.7):
        process = machine.start(*move)
        time.sleep(seconds)
        process.kill()
        process.communicate()
        here = machine.run("state", "list", stack, "--output", "json")
        there = machine.run("state", "list", stack, "--backend", new, "--output", "json")
        usable = [said.json for said in (here, there) if said.status == 0]
        assert len(usable) == 1, (here, there)
        assert len(usable[0]["resources"]) == len(names)
    if here.status == 0:
        machine.run(*move).ended(0)
    back = ("state", "move-backend", stack, home, "--backend", new, "--yes")
    machine.run(*back).ended(0)
    assert recorded(machine, stack) == names


@pytest.mark.parametrize(("name", "usable"), [("arriving", "old"), ("moved", "new")])
def test_between_the_steps_of_a_move_one_of_the_states_is_used(
    stack, machine, tmp_path, name, usable
):
    """As a kill leaves them: the copy is on its way, or has arrived and is not told so."""
    new = tmp_path / "states"
    machine.run("state", "move-backend", stack, new, "--yes").ended(0)
    own = machine.home / "sandbox/default/state/.tablewright/shop/dev"
    arriving = new / ".tablewright/shop/dev/arriving.json"
    arriving.write_text(json.dumps({"backend": f"file://{machine.home}/sandbox/default/state"}))
    if name == "arriving":
        (own / "moved.json").unlink()
    here = machine.run("state", "list", stack, "--output", "json")
    there = machine.run("state", "list", stack, "--backend", new, "--output", "json")
    assert (here.status, there.status) == ((0, 3) if usable == "old" else (3, 0))
    assert arriving.exists() == (usable == "old")
    if usable == "new":
        machine.run(
            "state", "move-backend", stack, own.parents[2], "--backend", new, "--yes"
        ).ended(0)


def test_a_passphrase_that_is_kept_beside_a_state_has_to_go_along(stack, machine):
    before = state_file(machine).read_bytes()
    message = machine.run("state", "move-backend", stack, "s3://states", "--yes").refused(1)
    assert "PULUMI_CONFIG_PASSPHRASE_FILE=" in message
    assert state_file(machine).read_bytes() == before


def test_whose_a_table_is_says_its_tags(stack, machine, aws):
    del stack
    where = ("--region", "eu-west-1")
    said = machine.run("state", "owner", "tbl1", *where).ended(0)
    assert "stack    shop/dev" in said.out
    assert f"state    file://{machine.home}" in said.out

    aws.make_table("wild")
    dynamodb = aws.client("dynamodb")
    arn = dynamodb.describe_table(TableName="wild")["Table"]["TableArn"]
    claim = {"Key": "tablewright:claim:0123456789abcdef", "Value": "mall/dev 2026-01-01T00:00:00Z"}
    dynamodb.tag_resource(ResourceArn=arn, Tags=[claim])
    wild = machine.run("state", "owner", "wild", *where, "--output", "json").ended(0).json
    assert wild["owner"] is None
    assert wild["claims"] == [{"owner": "mall/dev", "until": "2026-01-01T00:10:00+00:00"}]
    assert "none: its tags" in machine.run("state", "owner", "wild", *where).out
    assert "no table nobody" in machine.run("state", "owner", "nobody", *where).refused(1)

    discovered = machine.run("discover", *where).ended(0).out.splitlines()
    [line] = [line for line in discovered if line.startswith("tbl1 ")]
    assert " shop/dev " in line
