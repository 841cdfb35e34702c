"""A small fleet: accounts of an organization and by a file of roles, one of which lets nobody in.

`python -m scripts.bench accounts` does the same with 50 accounts, 4 regions and 20 tables in each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import Terminal

from tablewright_emulator.faults import Fault

REGIONS = ("eu-west-1", "us-east-1")
WHERE = tuple(f"--region={region}" for region in REGIONS)
NAME = "things"


@pytest.fixture(scope="module")
def accounts(aws: EmbeddedAws) -> list[str]:
    """An organization of the caller's account and two more, each with a table in two regions."""
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
