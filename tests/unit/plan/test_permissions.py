"""The policies of commands, by what a stack declares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from tablewright import manifest
from tablewright.audit.rules import AUDIT_RULES
from tablewright.cli.commands import root
from tablewright.errors import UsageError
from tablewright.plan.declaration.declare import declare
from tablewright.plan.permissions import COMMANDS, document, needs

EVERYTHING = Path(__file__).parents[1] / "components" / "everything.yaml"
ACCOUNT = "123456789012"
WITHOUT_RESOURCE = {
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "application-autoscaling:DescribeScheduledActions",
    "backup:ListProtectedResources",
    "cloudformation:ListExports",
    "cloudtrail:LookupEvents",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "dax:DescribeClusters",
    "dynamodb:DescribeLimits",
    "dynamodb:ListContributorInsights",
    "dynamodb:ListTables",
    "iam:GetAccountAuthorizationDetails",
    "iam:GetServiceLastAccessedDetails",
    "kinesis:ListStreams",
    "kms:ListAliases",
    "lambda:ListEventSourceMappings",
}
"""Actions of which AWS knows no resource, and one that answers less with a narrower one."""
PLAIN = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {{name: plain}}
spec: {{region: {region}, environment: dev, tags: {{Team: a, CostCenter: b}}}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {{name: orders}}
spec: {{partitionKey: {{name: id, type: S}}}}
"""


def policy(name: str, path: Path, **more: Any) -> list[dict[str, Any]]:
    declared = declare(manifest.load([str(path)], environment={}))
    if name == "migrate":
        declared = type(declared)(
            declared.name, declared.environment, declared.region, declared.tables[:2]
        )
    statements: list[dict[str, Any]] = document(needs(name, declared, ACCOUNT, **more))["Statement"]
    return statements


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.yaml"
    path.write_text(PLAIN.format(region="eu-west-1"))
    return path


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("official", [False, True])
def test_an_action_is_named_in_full_and_has_a_resource_where_aws_knows_one(name, official):
    statements = policy(name, EVERYTHING, official=official)
    assert statements
    for statement in statements:
        assert not any("*" in action for action in statement["Action"])
        if "*" in statement["Resource"]:
            assert set(statement["Action"]) <= WITHOUT_RESOURCE
    named = [statement["Sid"] for statement in statements]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("name", ["preview", "refresh", "verify", "discover", "adopt", "audit"])
def test_what_only_looks_may_change_nothing(name):
    actions = {action for each in policy(name, EVERYTHING) for action in each["Action"]}
    reports = {"iam:GenerateServiceLastAccessedDetails"}  # which AWS makes of what it knows
    looks = ("Describe", "Get", "List")
    assert all(action.split(":")[1].startswith(looks) for action in actions - reports)


def test_an_audit_may_do_what_its_rules_need():
    actions = {action for each in policy("audit", EVERYTHING) for action in each["Action"]}
    assert {action for rule in AUDIT_RULES for action in rule.iam} <= actions


def test_a_plain_table_needs_nothing_of_other_services(plain):
    actions = {action for statement in policy("up", plain) for action in statement["Action"]}
    assert {action.split(":")[0] for action in actions} == {"dynamodb"}
    assert "dynamodb:CreateTable" in actions
    assert "dynamodb:DeleteTable" not in actions


def test_an_adopted_table_is_not_created(plain):
    plain.write_text(plain.read_text().replace("partitionKey", "adopt: true, partitionKey"))
    actions = {action for statement in policy("up", plain) for action in statement["Action"]}
    assert "dynamodb:CreateTable" not in actions


def test_arns_are_of_the_partition_of_the_region(plain):
    plain.write_text(PLAIN.format(region="cn-north-1"))
    [resource] = policy("preview", plain)[0]["Resource"]
    assert resource == f"arn:aws-cn:dynamodb:cn-north-1:{ACCOUNT}:table/orders"


def printed(*words: object) -> dict[str, Any]:
    done = CliRunner(env={"CI": None}).invoke(
        root, ["permissions", *map(str, words)], catch_exceptions=False
    )
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_a_state_in_a_bucket_needs_its_objects(plain):
    place = ("--account", ACCOUNT, "--backend", "s3://states/team?region=eu-west-1")
    statements = {each["Sid"]: each for each in printed("up", plain, *place)["Statement"]}
    assert statements["State"]["Resource"] == ["arn:aws:s3:::states/team/.pulumi/*"]
    assert statements["StateBucket"]["Resource"] == ["arn:aws:s3:::states"]
    verifying = printed("verify", plain, *place)["Statement"]
    assert "State" not in {each["Sid"] for each in verifying}


def test_the_collection_of_use_is_named_as_it_is_typed(plain):
    account = ("--account", ACCOUNT)
    assert printed("usage", "collect", plain, *account) == printed("usage", plain, *account)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("migrate",), "two tables"),
        (("up", "--table", "nobody"), "declare no table nobody"),
        (("up", "--account", "12"), "12 is not an account"),
    ],
)
def test_what_makes_no_policy_is_refused(plain, words, message):
    with pytest.raises(UsageError, match=message):
        printed(words[0], plain, "--account", ACCOUNT, *words[1:])


OF_THE_STATE = {"status", "state export", "state import", "state list", "state move-backend"}
OF_THE_STATE |= {"state mv", "prices update", "permissions"}
"""They read and write a stack's state or a list of prices, and ask nothing of the tables."""
READING_WHAT_OTHERS_READ = {"doctor", "report", "state owner"}
"""Each part that they may not read is told as unread."""
NOT_PRINTED = {"release"}


def asking_aws(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[str]:
    """Commands that can be aimed at AWS."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from asking_aws(command, (*words, name))
        elif command and any("--target" in option.opts for option in command.params):
            yield " ".join((*words, name))


def test_no_command_that_asks_aws_is_forgotten():
    deploying = {name.removeprefix("pulumi ") for name in asking_aws(root)} - {"update"}
    without = OF_THE_STATE | READING_WHAT_OTHERS_READ | NOT_PRINTED
    assert deploying - without == {*COMMANDS}
    assert not without & {*COMMANDS}
