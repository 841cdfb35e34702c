"""The policies of commands, by what a stack declares."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from tablewright import manifest
from tablewright.audit.rules import AUDIT_RULES
from tablewright.cli.commands import root
from tablewright.cli.other import permissions_command
from tablewright.errors import UsageError
from tablewright.plan.declaration.declare import declare
from tablewright.plan.permissions import COMMANDS, OPTIONS, document, needs
from tablewright.plan.permissions.state import STATE_COMMANDS, WITH_STATE

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
    "cloudwatch:GetMetricStatistics",
    "dax:DescribeClusters",
    "dynamodb:DescribeLimits",
    "dynamodb:ListContributorInsights",
    "dynamodb:ListTables",
    "iam:GetAccountAuthorizationDetails",
    "iam:GetServiceLastAccessedDetails",
    "kinesis:ListStreams",
    "kms:ListAliases",
    "lambda:ListEventSourceMappings",
    "pricing:GetProducts",
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
    statements = policy(name, EVERYTHING, official=official, options=OPTIONS.get(name, ()))
    assert bool(statements) == (name not in STATE_COMMANDS)
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
        (("up", "--access"), "--access is no option of up"),
        (("state",), "state has several commands"),
    ],
)
def test_what_makes_no_policy_is_refused(plain, words, message):
    with pytest.raises(UsageError, match=message):
        printed(words[0], plain, "--account", ACCOUNT, *words[1:])


ON_THIS_MACHINE = (
    *("init", "validate", "schema", "convert", "eject", "explain", "completion"),
    *("optimize", "prices show", "usage bill", "usage export", "usage import", "usage show"),
)
"""They read files, and write files."""
ASKING_NOTHING = {
    **dict.fromkeys(ON_THIS_MACHINE, "asks nobody but for files"),
    "demo": "has a sandbox of its own",
    "permissions": "asks sts:GetCallerIdentity, which takes no permission",
}
"""Commands without a policy, and why."""
PLANTON = {f"pulumi {name}" for name in ("preview", "up", "update", "refresh", "destroy")}
"""They do what the commands of the same names do; `update` is `up`."""


def commands(group: click.Group = root, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """All commands, as they are typed."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


def test_every_command_has_a_policy_or_a_reason_to_have_none():
    all_ = {name for name, _ in commands() if not name.startswith("sandbox ")}
    assert all_ == {*COMMANDS} | {*ASKING_NOTHING} | PLANTON
    assert not {*ASKING_NOTHING} & {*COMMANDS}


def test_what_can_be_aimed_at_aws_has_a_policy():
    aimed = {name for name, command in commands() if has_option(command, "--target")}
    assert aimed - PLANTON - {"permissions"} == {*COMMANDS}
    assert {name.partition(" ")[0] for name in COMMANDS} == {*permissions_command.COMMANDS}


def test_what_can_be_told_a_backend_may_use_it():
    with_state = {name for name, command in commands() if has_option(command, "--backend")}
    without = {"verify", "permissions", "state owner"}  # the last looks into folders alone
    assert with_state - PLANTON - without == WITH_STATE


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_that_needs_more_is_one_of_its_command(name):
    command = dict(commands())[name]
    assert all(has_option(command, option) for option in OPTIONS[name])


def has_option(command: click.Command, option: str) -> bool:
    return any(option in param.opts for param in command.params)


@pytest.mark.parametrize("words", [(name,) for name in STATE_COMMANDS])
def test_a_state_in_a_folder_takes_no_permission(plain, words):
    assert printed(*words[0].split(), plain, "--account", ACCOUNT)["Statement"] == []


TOPIC = "arn:aws:sns:eu-west-1:123456789012:pages"


@pytest.mark.parametrize(
    ("option", "more"),
    [
        ("--access", {"iam:GetPolicy", "iam:GetPolicyVersion", "iam:SimulatePrincipalPolicy"}),
        ("--alarms", {"sns:GetTopicAttributes"}),
        ("--fire", set()),
        ("--restore-drill", {"dynamodb:RestoreTableToPointInTime", "kms:CreateGrant"}),
    ],
)
def test_what_is_proved_besides_is_allowed_besides(option, more, tmp_path):
    path = tmp_path / "everything.yaml"
    told = f"alarms:\n    alarmActions: [{TOPIC}]\n"
    path.write_text(EVERYTHING.read_text("utf-8").replace("alarms:\n", told, 1), "utf-8")
    plainly, proved = (actions("verify", path, given) for given in ((), (option,)))
    assert more <= proved - plainly
    if option != "--restore-drill":
        assert more == proved - plainly


def actions(name: str, path: Path, options: Sequence[str]) -> set[str]:
    return {action for each in policy(name, path, options=options) for action in each["Action"]}


def test_only_the_restored_table_of_a_drill_may_be_deleted():
    statements = policy("verify", EVERYTHING, options=["--restore-drill"])
    [deleting] = [each for each in statements if "dynamodb:DeleteTable" in each["Action"]]
    assert all(re.search(r"table/.+-drill-\*$", resource) for resource in deleting["Resource"])
