"""The permissions document of the docs is enough for the whole life of a stack, and no more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import EXAMPLES, Terminal

from tablewright.aws.target import SANDBOX_ACCESS_KEY

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[3]
DOCUMENT = json.loads((ROOT / "docs" / "policies" / "deploy.json").read_text("utf-8"))
EVERYTHING = (ROOT / "tests" / "unit" / "components" / "everything.yaml").read_text("utf-8")
LONGEST_POLICY = 6144
"""Characters of a managed policy, white space not counted (IAM User Guide, quotas)."""
WITHOUT_A_CALL = {
    "dynamodb:CreateTableReplica",
    "dynamodb:DeleteTableReplica",
    "iam:CreateServiceLinkedRole",
    "iam:ListInstanceProfilesForRole",
    "kms:ListAliases",
}
"""What AWS asks for besides the permission of the call itself, or the official plug-in calls."""


def actions() -> set[str]:
    return {action for statement in DOCUMENT["Statement"] for action in statement["Action"]}


@pytest.fixture(scope="module")
def deployer(aws: EmbeddedAws, wide: Path) -> Iterator[EmbeddedAws]:
    """Commands run as a user with exactly the document; policies bind."""
    from moto.iam.models import iam_backends

    del wide  # made while everything is allowed
    iam = aws.client("iam")
    iam.create_user(UserName="deployer")
    text = json.dumps(DOCUMENT, separators=(",", ":"))
    arn = iam.create_policy(PolicyName="deploy", PolicyDocument=text)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="deployer", PolicyArn=arn)
    iam.create_access_key(UserName="deployer")
    account = arn.split(":")[4]
    [key] = iam_backends[account]["aws"].users["deployer"].access_keys
    key.access_key_id = SANDBOX_ACCESS_KEY  # what every command on the machine signs with
    for name, key_name in {"events": "eventId", "sessions": "sessionId", "users": "userId"}.items():
        aws.make_table(name, key_name, "ap-southeast-2")
    aws.emulator.iam.enforcing = True
    aws.emulator.calls.clear()
    yield aws
    aws.emulator.iam.enforcing = False


@pytest.fixture(scope="module")
def wide(aws: EmbeddedAws, machine: Terminal) -> Path:
    """A stack of nearly every kind of resource."""
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    aws.client("kinesis").create_stream(StreamName="orders", ShardCount=1)
    aws.client("iam").create_policy(
        PolicyName="Boundary",
        PolicyDocument=json.dumps(DOCUMENT),
    )
    stack, orders, profiles, *_ = EVERYTHING.split("\n---\n")
    orders = re.sub(r"arn:aws:kms:\S+", key, orders)
    profiles = profiles.replace("deletionProtection: true", "deletionProtection: false")
    path = machine.folder / "wide.yaml"
    path.write_text(f"{stack}\n---\n{orders}\n---\n{profiles}", "utf-8")
    return path


def life(machine: Terminal, path: Path) -> None:
    machine.run("up", path, "--yes").ended(0)
    machine.run("preview", path, "--refresh", "--expect-no-changes").ended(0)
    machine.run("verify", path).ended(0)
    machine.run("destroy", path, "--yes").ended(0)


@pytest.mark.parametrize("name", ["three-tables", "optimized-table"])
@pytest.mark.usefixtures("deployer")
def test_a_reference_stack_lives_and_goes_under_the_document(machine, name):
    life(machine, EXAMPLES / name)


@pytest.mark.usefixtures("deployer")
def test_nearly_everything_lives_and_goes_under_the_document(wide, machine):
    life(machine, wide)


def test_all_that_was_called_is_in_the_document_and_all_in_it_is_called(deployer):
    called = {f"{service}:{operation}" for service, operation in counted(deployer)}
    assert called - actions() == set()
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    unused = {action for action in actions() - called - WITHOUT_A_CALL if not is_in(action, code)}
    assert unused == set()


@pytest.fixture
def undocumented(deployer: EmbeddedAws) -> Iterator[None]:
    """The document is taken from the user meanwhile, by no call that is counted."""

    def ask(operation: str, **params: str) -> dict[str, Any]:
        return deployer.emulator.gateway.call("iam", operation, {"UserName": "deployer", **params})

    [policy] = ask("ListAttachedUserPolicies")["AttachedPolicies"]
    ask("DetachUserPolicy", PolicyArn=policy["PolicyArn"])
    yield
    ask("AttachUserPolicy", PolicyArn=policy["PolicyArn"])


@pytest.mark.usefixtures("undocumented")
def test_without_the_document_nothing_is_done(machine):
    said = machine.run("up", EXAMPLES / "optimized-table", "--yes")
    assert said.status != 0
    assert "is not authorized" in said.err or "not allowed" in said.err, said


def test_the_document_fits_into_a_managed_policy():
    assert len(json.dumps(DOCUMENT, separators=(",", ":"))) <= LONGEST_POLICY


def counted(aws: EmbeddedAws) -> Iterator[tuple[str, str]]:
    """All that was called from outside; Kinesis is asked by the embedded AWS itself."""
    counts: dict[str, dict[str, Any]] = aws.emulator.calls.summary()["counts"]
    for service, operations in counts.items():
        if service == "kinesis":
            continue
        for operation in operations:
            yield service.removesuffix("streams"), operation


def is_in(action: str, code: str) -> bool:
    """Whether the operation is called somewhere, by its name or by boto3's.

    Alarms of both kinds are sent as `Put` and the name of their kind.
    """
    operation = action.partition(":")[2]
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()
    kind = operation.removeprefix("Put")
    spellings = (f'"{operation}"', f".{snake}(", f'"{snake}"', f'kind: ClassVar[str] = "{kind}"')
    return any(spelling in code for spelling in spellings)
