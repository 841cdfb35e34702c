"""A small fleet: accounts of an organization and by a file of roles, one of which lets nobody in.

`python -m scripts.bench accounts` does the same with 50 accounts, 4 regions and 20 tables in each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import Terminal, stack, until

from tablewright_emulator.faults import Fault

REGIONS = ("eu-west-1", "us-east-1")
WHERE = tuple(f"--region={region}" for region in REGIONS)
NAME = "things"


@pytest.fixture(scope="module")
def accounts(aws: EmbeddedAws) -> list[str]:
    """An organization of the caller's account and two more, each with a table in two regions."""
    aws.wait_for_noon()  # a day of use is counted for each day that a table has seen
    organizations = aws.client("organizations", "us-east-1")
    organizations.create_organization(FeatureSet="ALL")
    for number in range(2):
        organizations.create_account(Email=f"{number}@example.com", AccountName=f"a{number}")
    listed = organizations.list_accounts()["Accounts"]
    own = aws.client("sts").get_caller_identity()["Account"]
    others = [account["Id"] for account in listed if account["Id"] != own]
    for account in others:
        role = f"arn:aws:iam::{account}:role/reader"
        given = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        for region in REGIONS:
            dynamodb = boto3.client(
                "dynamodb",
                region_name=region,
                endpoint_url=aws.emulator.endpoint,
                aws_access_key_id=given["AccessKeyId"],
                aws_secret_access_key=given["SecretAccessKey"],
                aws_session_token=given["SessionToken"],
            )
            dynamodb.create_table(
                TableName=NAME,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
    for region in REGIONS:
        aws.make_table(NAME, region=region)
    return sorted([own, *others])


@pytest.fixture
def refusal(aws: EmbeddedAws) -> Iterator[None]:
    """The first account that is entered refuses."""
    denied = {"code": "AccessDenied", "status": 403, "times": 1}
    aws.emulator.faults.add(Fault(service="sts", operation="AssumeRole", **denied))
    yield
    aws.emulator.faults.clear()


def places(found: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((table["account"], table["region"]) for table in found["tables"])


def test_every_account_of_the_organization_is_looked_into(accounts, terminal: Terminal):
    where = ("--accounts", "organization:reader", *WHERE)
    found = terminal.run("discover", *where, "-o", "json").ended(0).json
    assert places(found) == [(account, region) for account in accounts for region in REGIONS]
    assert found["regions"] == len(accounts) * len(REGIONS)
    terminal.run("discover", "--accounts", "organization:").refused(2)


@pytest.mark.parametrize(
    "command",
    [
        ("discover", "-o", "json"),
        ("audit", "--rule", "TW201", "-o", "json"),
        ("usage", "collect", "--all"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("refusal")
def test_an_account_that_refuses_stops_nobody_else_and_is_listed(accounts, terminal, command):
    roles = [f"arn:aws:iam::{account}:role/reader" for account in accounts]
    file = terminal.write("accounts.txt", "".join(f"{role} s3cret\n" for role in roles))
    said = terminal.run(*command, "--accounts", file, *WHERE)
    said.ended(3 if command[0] == "audit" else 4)  # what was read has problems of its own
    if command[0] == "usage":
        assert "4 tables: 4 days stored" in said.err
        assert "unread: everything in account" in said.err
        return
    [part] = said.json["unread"]
    assert part["account"] in accounts
    assert part["reason"]
    rows = said.json["tables"] if command[0] == "discover" else said.json["findings"]
    read = {row["account"] for row in rows}
    assert read == {*accounts} - {part["account"]}


REGION_OF = {"own": "eu-west-1", "first": "us-east-1", "second": "eu-west-1"}


def folder_of_stacks(terminal: Terminal, accounts: list[str], own: str) -> dict[str, str]:
    """A stack in each account, and the file of roles of the others; answers their accounts."""
    others = [account for account in accounts if account != own]
    placed = dict(zip(REGION_OF, (own, *others), strict=True))
    for name, account in placed.items():
        text = stack(name, "orders", region=REGION_OF[name], account=account)
        terminal.write(f"tables/{name}/stack.yaml", text)
    roles = "".join(f"arn:aws:iam::{account}:role/deployer s3cret\n" for account in others)
    terminal.write("accounts.txt", roles)
    return placed


@pytest.mark.engine
def test_stacks_of_several_accounts_are_each_in_its_own(accounts, aws, machine: Terminal):
    own = aws.client("sts").get_caller_identity()["Account"]
    placed = folder_of_stacks(machine, accounts, own)
    where = ("tables", "--accounts", "accounts.txt")
    machine.run("up", *where, "--yes").ended(0)
    found = machine.run("discover", "--accounts", "organization:reader:s3cret", "-o", "json")
    live = {(row["account"], row["region"], row["owner"]) for row in found.json["tables"]}
    assert {(placed[name], REGION_OF[name], f"{name}/dev") for name in placed} <= live
    for command in (("preview", "--expect-no-changes"), ("drift",)):
        machine.run(*command, *where).ended(0)
    entered = ("--accounts=organization:x", "--stack=first")
    machine.run("preview", "tables", *entered, "--expect-no-changes").ended(0)
    proved = machine.run("verify", *where, "-o", "json").ended(0).json["stacks"]
    assert {name: proved[f"{name}/dev"]["accountId"] for name in placed} == placed

    # What looks at live tables takes those of each stack from its own account, and no other.
    audited = machine.run("audit", *where, "--rule", "TW201", "-o", "json").ended(3).json
    assert audited["tables"] == len(placed)
    assert not audited["unread"]
    problems = {(found["account"], found["region"]) for found in audited["findings"]}
    assert problems == {(placed[name], REGION_OF[name]) for name in placed}
    collected = machine.run("usage", "collect", *where, "-o", "json").ended(0).json
    assert (collected["tables"], collected["unread"]) == (len(placed), [])
    alone = machine.run("audit", "tables", "--rule", "TW201", "-o", "json").ended(3).json
    assert {part["account"] for part in alone["unread"]} == {*placed.values()} - {own}

    # An account that lets nobody in is unread, and stops nobody else.
    denied = {"code": "AccessDenied", "status": 403, "times": 1}
    for command in ("verify", "drift"):
        aws.emulator.faults.add(Fault(service="sts", operation="AssumeRole", **denied))
        said = machine.run(command, *where, "-o", "json").ended(4)
        verdicts = [document["verdict"] for document in said.json["stacks"].values()]
        assert verdicts.count("unknown") == 1
        assert "unknown: something could not be read" in said.err

    # What differs in one account is told, with the others as they are.
    session = aws.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{placed['first']}:role/x", RoleSessionName="test"
    )["Credentials"]
    boto3.client(
        "dynamodb",
        region_name=REGION_OF["first"],
        endpoint_url=aws.emulator.endpoint,
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    ).update_table(TableName="orders", DeletionProtectionEnabled=True)
    for command in ("verify", "drift"):
        said = machine.run(command, *where).ended(3)
        assert "3 stacks, 2 done:" in said.err
    fixed = machine.run("drift", *where, "--stack", "first", "--fix", "--yes")
    fixed.ended(0)

    # A run that would be in another account is refused before anything is touched.
    only = ("tables/first", "--accounts", "wrong.txt")
    machine.write("wrong.txt", f"arn:aws:iam::{placed['second']}:role/deployer\n")
    for command in (
        ("preview",),
        ("up", "--yes"),
        ("verify",),
        ("destroy", "--yes"),
    ):
        refused = machine.run(command[0], *only, *command[1:]).refused(3)
        assert f"may only be in account {placed['first']}" in refused

    # The engine would look, and delete, with the provider as it is recorded: in another account.
    [state] = machine.home.rglob("stacks/first/dev.json")
    text = json.loads(state.read_text())
    for resource in text["checkpoint"]["latest"]["resources"]:
        if resource["type"] == "pulumi:providers:aws":
            for values in (resource["inputs"], resource["outputs"]):
                del values["assumeRoles"], values["allowedAccountIds"]
    state.write_text(json.dumps(text))
    only = ("tables/first", "--accounts", "accounts.txt")
    for command in (
        ("preview", "--refresh"),
        ("up", "--refresh", "--yes"),
        ("refresh", "--yes"),
        ("destroy", "--yes"),
    ):
        refused = machine.run(command[0], *only, *command[1:]).refused(3)
        assert f"would now lead to account {own} and not to {placed['first']}" in refused
    machine.run("up", *only, "--yes").ended(0)
    machine.run("refresh", *only, "--yes").ended(0)
    machine.run("destroy", *where, "--stack=own", "--stack=first", "--stack=second", "--yes").ended(
        0
    )


@pytest.mark.parametrize("command", [("discover",), ("audit", "--rule", "TW201")], ids=" ".join)
def test_a_command_that_was_killed_goes_on_where_it_was(accounts, aws, machine, command):
    """By kill -9, when all tables are listed and most of them are read."""
    words = (*command, "--accounts", "organization:reader", *WHERE, "-o", "json")
    whole = machine.run(*words).json
    hangs = Fault(operation="DescribeContinuousBackups", kind="delay", seconds=60, skip=3)
    aws.emulator.faults.add(hangs)
    running = machine.fork(*words)
    folder = machine.home / "fleets"
    until(lambda: [*folder.glob("*.jsonl")] and hangs.struck, "it hangs")
    running.kill()
    running.communicate()
    aws.emulator.faults.clear()
    [file] = folder.glob("*.jsonl")
    left = file.read_text()

    def listed_again() -> int:
        """How many regions were asked for their tables, with what was left by the kill."""
        never = Fault(operation="ListTables", kind="error", code="AccessDenied", status=403)
        aws.emulator.faults.add(never)
        status = machine.run(*words, *fresh).status
        aws.emulator.faults.clear()
        assert status in {0, 3, 4}
        return never.struck

    fresh: tuple[str, ...] = ()
    said = machine.run(*words)
    assert "going on where this command was interrupted" in said.err
    assert not [*folder.glob("*.jsonl")]
    told = said.json
    assert {(part["account"], part["region"]) for part in told["read"]} == {
        (account, region) for account in accounts for region in REGIONS
    }
    for document in (told, whole):
        document.pop("read")
    assert told == whole
    if command[0] == "audit":
        return

    file.write_text(left)
    assert listed_again() == 0
    fresh = ("--fresh",)
    file.write_text(left)
    assert listed_again() == len(accounts) * len(REGIONS)
    fresh = ()
    file.write_text(re.sub(r'"when": "20\d\d', '"when": "2001', left))
    assert listed_again() == len(accounts) * len(REGIONS)
