"""What AWS would refuse to delete stops a run before its first call, and the remedy works."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.advice import follow, named, run
from tests.support.terminal import stack

pytestmark = pytest.mark.engine

OTHER_REGION = "us-east-1"
WATCHED = {"alarms": {"systemErrors": {}}, "access": ["read"]}


def role_of(name: str) -> str:
    return f"dynamodb-{name}-read-role-dev"


def inline(aws: EmbeddedAws, name: str) -> None:
    statement = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = role_of(name)
    aws.client("iam").put_role_policy(RoleName=role, PolicyName="theirs", PolicyDocument=document)


def attached(aws: EmbeddedAws, name: str) -> None:
    arn = "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"
    aws.client("iam").attach_role_policy(RoleName=role_of(name), PolicyArn=arn)


def profile(aws: EmbeddedAws, name: str) -> None:
    iam = aws.client("iam")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role_of(name))


def protect(aws: EmbeddedAws, name: str) -> None:
    aws.client("dynamodb").update_table(TableName=name, DeletionProtectionEnabled=True)


def replicate(aws: EmbeddedAws, name: str) -> None:
    dynamodb = aws.client("dynamodb")
    dynamodb.update_table(
        TableName=name,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    aws.pass_time(60)
    update = [{"Create": {"RegionName": OTHER_REGION}}]
    dynamodb.update_table(TableName=name, ReplicaUpdates=update)


def arn_of(aws: EmbeddedAws, name: str) -> str:
    arn: str = aws.client("dynamodb").describe_table(TableName=name)["Table"]["TableArn"]
    return arn


def deny(aws: EmbeddedAws, name: str) -> None:
    arn = arn_of(aws, name)
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "dynamodb:Delete*",
        "Resource": arn,
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("dynamodb").put_resource_policy(ResourceArn=arn, Policy=text)


HINDERED: Mapping[str, tuple[Callable[[EmbeddedAws, str], None], str]] = {
    "protected": (protect, "table protected is protected against deletion"),
    "inline": (inline, f"{role_of('inline')} has the inline policy theirs, which this stack did"),
    "attached": (attached, "AmazonDynamoDBReadOnlyAccess, which this stack did not give it"),
    "profile": (profile, "is in the instance profile profile"),
    "replica": (replicate, f"table replica has a replica in {OTHER_REGION} that is not recorded"),
    "denied": (deny, "the resource policy of table denied denies dynamodb:DeleteTable"),
}
"""What somebody does to a table of that name, or to its role, and what the refusal says."""


def test_all_that_hinders_a_destroy_is_named_before_anything_is_deleted(terminal, aws):
    def declare(*, protect: bool, **protection: bool) -> Path:
        tables = [{"name": name, **WATCHED} for name in HINDERED]
        tables[0] |= protection
        kept = {"name": "kept", "protect": protect, **WATCHED}
        copy = {"region": OTHER_REGION, "deletionProtection": protect}
        stream = {"viewType": "NEW_AND_OLD_IMAGES"}
        wide = {"name": "wide", "stream": stream, "globalTable": {"replicas": [copy]}}
        return terminal.write("t.yaml", stack("hindered", *tables, kept, wide, "free"))

    manifest = declare(protect=True)
    terminal.run("up", manifest, "--yes").ended(0)
    for name, (hinder, _) in HINDERED.items():
        hinder(aws, name)
    aws.pass_time(3600)
    aws.emulator.calls.clear()
    message = terminal.run("destroy", manifest, "--yes").refused(3)
    assert [reason for _, reason in HINDERED.values() if reason not in message] == []
    assert f"the replica of table wide in {OTHER_REGION} is protected against deletion" in message
    assert "nothing was done" in message
    assert deletions(aws) == set()
    assert "set `deletionProtection: false` for table protected" in message
    assert "set `protect: false` for table kept" in message
    declare(protect=False, deletionProtection=False)
    aws.client("dynamodb").delete_resource_policy(ResourceArn=arn_of(aws, "denied"))
    aws.pass_time(86400)
    by_hand = [words for words in named(message) if words[0] == "aws"]
    by_hand = [words for words in by_hand if "file://POLICY" not in words]  # done just now
    update = next(words for words in named(message) if words[1] == "up")
    destroy = next(words for words in named(message) if words[1] == "destroy")
    for words in (*by_hand, update, destroy):
        run(terminal, aws, words)
        aws.pass_time(60)
    assert not {*HINDERED, "kept", "wide", "free"} & {*aws.tables()}


def deletions(aws: EmbeddedAws) -> set[str]:
    """Calls that take something away, since the last time that calls were forgotten."""
    counts: Mapping[str, Mapping[str, Any]] = aws.emulator.calls.summary()["counts"]
    called = {operation for operations in counts.values() for operation in operations}
    return {each for each in called if each.startswith(("Delete", "Detach", "Remove"))}


def test_a_permission_by_name_does_not_lift_the_protection(terminal, aws):
    """Neither of a table that is not declared any more, nor of one that would be replaced."""

    def declare(*tables: Any, protected: bool) -> Path:
        held = [{"deletionProtection": protected, **WATCHED, **table} for table in tables]
        return terminal.write("t.yaml", stack("held", *held, "beside"))

    old, other = {"name": "old"}, {"name": "other"}
    replaced = {**other, "partitionKey": {"name": "pk", "type": "S"}}
    flags = ("--allow-delete", "old", "--allow-replace", "other")
    manifest = declare(old, other, protected=True)
    terminal.run("up", manifest, "--yes").ended(0)
    declare(replaced, protected=False)
    for words in (("preview", "--save", "plan.json"), ("up", "--yes")):
        said = terminal.run(words[0], manifest, *words[1:], *flags).ended(3)
        for name in ("old", "other"):
            assert f"table {name} is protected against deletion" in said.err
    assert not (terminal.folder / "plan.json").exists()
    assert {"old", "other"} <= {*aws.tables()}
    declare(old, other, protected=False)
    run(terminal, aws, named(said.err)[0])
    declare(replaced, protected=False)
    terminal.run("up", manifest, "--yes", *flags).ended(0)
    assert "old" not in aws.tables()


def test_a_role_that_goes_or_is_made_again_is_looked_at_first(terminal, aws):
    def declare(*access: str) -> Path:
        table = {"name": "visited", "alarms": {"systemErrors": {}}, "access": [*access]}
        return terminal.write("t.yaml", stack("visited", table))

    manifest = declare("read", "write")
    terminal.run("up", manifest, "--yes").ended(0)
    inline(aws, "visited")
    declare("write")
    aws.emulator.calls.clear()
    said = terminal.run("up", manifest, "--yes").ended(3)
    assert f"{role_of('visited')} has the inline policy theirs" in said.err
    assert deletions(aws) == set()
    follow(terminal, aws, said.err)
    terminal.run("up", manifest, "--yes").ended(0)


PROGRAM = """
import pulumi
import pulumi_aws as aws

def program(resource, context):
    aws.sns.Topic("kept", name="kept", opts=pulumi.ResourceOptions(protect=PROTECT))
    aws.sns.Topic("free", name="free")
"""


def test_what_a_program_protects_stops_a_deletion_before_anything_is_deleted(terminal, aws):
    def declare(*, protect: bool) -> tuple[str, ...]:
        terminal.write("module/main.py", PROGRAM.replace("PROTECT", str(protect)))
        return (
            "--manifest",
            terminal.write("p.yaml", stack("program", "own")),
            "--module-dir",
            "module",
        )

    words = declare(protect=True)
    terminal.run("pulumi", "up", *words, "--yes").ended(0)
    aws.emulator.calls.clear()
    declared = (terminal.folder / "module" / "main.py").read_text("utf-8")
    without = "\n".join(line for line in declared.splitlines() if '"kept"' not in line)
    terminal.write("module/main.py", without)
    message = terminal.run("pulumi", "up", *words, "--yes").refused(3)
    assert "topic kept is protected, and would be deleted" in message
    assert "with everything else declared as it was, set its `protect` to false" in message
    declare(protect=True)
    message = terminal.run("pulumi", "destroy", *words, "--yes").refused(3)
    assert "topic kept is protected by its program" in message
    assert deletions(aws) == set()
    declare(protect=False)
    follow(terminal, aws, message)
    assert not aws.client("sns").list_topics()["Topics"]
