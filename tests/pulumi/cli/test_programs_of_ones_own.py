"""What only a run of a program tells: names that are outputs or secrets, and its providers."""

from __future__ import annotations

import pytest
from tests.pulumi.cli.test_ownership import alarm, threshold
from tests.support.advice import follow
from tests.support.terminal import stack

pytestmark = pytest.mark.engine

WORDS = ("--manifest", "planton.yaml", "--module-dir", "module", "--yes")
HEAD = """
import pulumi
import pulumi_aws as aws

def watch(name, **options):
    aws.cloudwatch.MetricAlarm(
        "watch", name=name, namespace="AWS/DynamoDB", metric_name="ReadThrottleEvents",
        dimensions={"TableName": "any"}, statistic="Sum", period=60, evaluation_periods=1,
        threshold=1, comparison_operator="GreaterThanThreshold",
        opts=pulumi.ResourceOptions(**options),
    )

def program(resource, context):
"""
KNOWN_LATER = """
    table = aws.dynamodb.Table(
        "made", name="made", billing_mode="PAY_PER_REQUEST", hash_key="id",
        attributes=[{"name": "id", "type": "S"}],
    )
    watch(table.id.apply(lambda name: f"{name}-throttles"))
"""
SECRET = """
    watch(pulumi.Output.secret("quiet-throttles"))
"""
OTHER_ACCOUNT = """
    role = aws.ProviderAssumeRoleArgs(role_arn="arn:aws:iam::222222222222:role/deploy")
    watch("there", provider=aws.Provider("b", region="eu-west-1", assume_roles=[role]))
"""
KEPT = """
    trust = '{"Version": "2012-10-17", "Statement": []}'
    options = pulumi.ResourceOptions(retain_on_delete=RETAINED)
    aws.iam.Role("kept", name="kept", assume_role_policy=trust, path="PATH", opts=options)
    table = aws.dynamodb.Table(
        "kept", name="kept", billing_mode="PAY_PER_REQUEST", hash_key="id",
        attributes=[{"name": "id", "type": "S"}],
        opts=pulumi.ResourceOptions(retain_on_delete=True),
    )
"""


def declare(terminal, name: str, body: str) -> None:
    terminal.write("planton.yaml", stack(name))
    (terminal.folder / "module").mkdir(exist_ok=True)
    (terminal.folder / "module" / "main.py").write_text(HEAD + body)


def test_what_has_a_name_that_the_preview_did_not_know_is_not_written_over(aws, terminal):
    alarm(aws, "made-throttles", "other")
    declare(terminal, "late", KNOWN_LATER)
    said = terminal.run("pulumi", "update", *WORDS).refused(2)
    assert "alarm made-throttles exists already, and watch would write over it" in said
    assert threshold(aws, "made-throttles") == 7
    aws.client("cloudwatch").delete_alarms(AlarmNames=["made-throttles"])
    terminal.run("pulumi", "update", *WORDS).ended(0)
    assert threshold(aws, "made-throttles") == 1


def test_what_has_a_secret_name_is_not_written_over_and_the_name_not_told(aws, terminal):
    alarm(aws, "quiet-throttles", "other")
    declare(terminal, "sealed", SECRET)
    said = terminal.run("pulumi", "update", *WORDS).refused(2)
    assert "alarm watch exists already, and watch would write over it" in said
    assert "quiet" not in said
    assert threshold(aws, "quiet-throttles") == 7


def test_a_provider_of_another_account_is_refused_for_nobody_looks_there(aws, terminal):
    declare(terminal, "astray", OTHER_ACCOUNT)
    for verb in ("preview", "update"):
        words = WORDS[:-1] if verb == "preview" else WORDS
        said = terminal.run("pulumi", verb, *words).refused(3)
        assert "the provider b enters account 222222222222" in said
        assert "the stack is in account 123456789012" in said


def test_what_its_program_keeps_is_told_to_be_kept_and_never_made_again(aws, terminal):
    def keep(path: str, retained: str = "True") -> None:
        declare(terminal, "keeping", KEPT.replace("PATH", path).replace("RETAINED", retained))

    keep("/")
    terminal.run("pulumi", "update", *WORDS).ended(0)
    keep("/x/")
    message = terminal.run("pulumi", "update", *WORDS).refused(3)
    assert "role kept would be replaced, because of path, and be kept" in message
    keep("/", "False")
    follow(terminal, aws, message)
    keep("/x/", "False")
    terminal.run("pulumi", "update", *WORDS, "--allow-replace", "kept").ended(0)
    said = terminal.run("pulumi", "destroy", *WORDS).ended(0)
    assert "kept      table kept" in said.err
    assert "deleted   role kept" in said.err
    assert "0 items" not in said.err, "it is not among what is deleted"
    assert "1 kept, 1 deleted" in said.err or "1 deleted, 1 kept" in said.err
    assert "kept" in aws.tables()
