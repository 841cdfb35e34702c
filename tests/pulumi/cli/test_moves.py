"""What keeps its name in AWS and gets another one in the manifest is moved; nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.advice import named, run
from tests.support.terminal import stack

pytestmark = pytest.mark.engine

STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
BEFORE = """
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: tidy}
spec:
  region: eu-west-1
  environment: dev
  tags: {Team: t, CostCenter: c}
  alarms: {userErrors: {name: Refused requests}}
  dashboard: {name: tidy-tables}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders-old}
spec:
  tableName: orders
  protect: PROTECT
  partitionKey: {name: id, type: S}
  billingMode: PROVISIONED
  provisionedThroughput: {readCapacityUnits: 10, writeCapacityUnits: 5}
  autoScaling:
    read:
      minCapacity: 10
      maxCapacity: 100
      schedules:
        - {name: morning, schedule: cron(0 7 ? * MON-FRI *), minCapacity: 50}
    write: {minCapacity: 5, maxCapacity: 50}
  globalSecondaryIndexes:
    - name: by-customer
      partitionKey: {name: customerId, type: S}
      provisionedThroughput: {readCapacityUnits: 2, writeCapacityUnits: 2}
      autoScaling:
        read: {minCapacity: 2, maxCapacity: 20}
        write: {minCapacity: 2, maxCapacity: 20}
      contributorInsights: {mode: THROTTLED_KEYS}
  stream: {viewType: NEW_AND_OLD_IMAGES}
  kinesisDestination: {streamArn: STREAM}
  contributorInsights: {}
  resourcePolicy:
    Version: "2012-10-17"
    Statement:
      - Sid: Partner
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::999999999999:role/partner"}
        Action: dynamodb:GetItem
        Resource: arn:aws:dynamodb:eu-west-1:123456789012:table/orders
  streamResourcePolicy:
    Version: "2012-10-17"
    Statement:
      - Sid: Partner
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::999999999999:role/partner"}
        Action: [dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator]
        Resource: "*"
  globalTable:
    replicas:
      - {region: eu-central-1, contributorInsights: {}}
      - {region: eu-west-2}
  alarms:
    systemErrors: {name: Failed requests}
    metrics:
      - {key: w, name: Writes, metric: WriteThrottleEvents, statistic: Sum, threshold: 0}
      - {key: r, name: Reads, metric: ReadThrottleEvents, statistic: Sum, threshold: 0}
  access:
    - name: r1
      grants: [read]
      roleName: orders-reader
      policyName: orders-reading
      managedPolicies: ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"]
    - {name: w1, grants: [write], roleName: orders-writer, policyName: orders-writing}
""".replace("STREAM", STREAM)
READING = ("Describe", "Get", "List", "AssumeRole")


def document(text: str, *, protect: bool) -> str:
    return text.replace("PROTECT", str(protect).lower())


def renamed(text: str) -> str:
    """Every name of the manifest is another, every name in AWS is the same."""
    names = {
        "metadata: {name: orders-old}": "metadata: {name: purchases}",
        "key: w,": "key: writes,",
        "key: r,": "key: reads,",
        "name: r1": "name: reader",
        "name: w1": "name: writer",
    }
    for before, after in names.items():
        assert before in text
        text = text.replace(before, after)
    return text


def swapped(text: str) -> str:
    """Alarms and roles have each other's names in the manifest."""
    for before, after in (("key: w,", "key: r,"), ("name: r1", "name: w1")):
        text = text.replace(before, "\0").replace(after, before).replace("\0", after)
    return text


def changing(aws) -> list[str]:
    """Calls since the last time that are not known to read only."""
    counts = aws.emulator.calls.summary()["counts"]
    calls = [f"{service} {call}" for service, its in counts.items() for call in its]
    return [call for call in calls if not call.partition(" ")[2].startswith(READING)]


@pytest.fixture
def before_it(aws):
    """Tables that another test of this file has left."""
    return {*aws.tables()}


def test_a_stack_of_every_kind_gets_other_names_and_aws_sees_none_of_it(aws, terminal, before_it):
    aws.client("kinesis").create_stream(StreamName="orders", ShardCount=1)
    before = document(BEFORE, protect=True)
    path = terminal.write("tidy.yaml", before)
    terminal.run("up", path, "--yes").ended(0)

    def moved(after: str) -> dict[str, Any]:
        path.write_text(after)
        aws.emulator.calls.clear()
        done = terminal.run("up", path, "--yes", "--output", "json").ended(0).json
        assert changing(aws) == []
        assert {*done["counts"]} == {"move"}
        return done

    moved(swapped(before))
    after = renamed(before)
    path.write_text(after)
    shown = terminal.run("preview", path, "--output", "json").ended(0).json
    of_the_stack = 2
    assert shown["unchanged"] == of_the_stack
    assert moved(after)["counts"] == shown["counts"]
    terminal.run("verify", path, "--only-problems").ended(0)
    path.write_text(document(after, protect=False).replace("protect: true", "protect: false"))
    freed = terminal.run("up", path, "--refresh", "--yes", "--output", "json").ended(0).json
    assert freed["counts"] == {}, "what is live is as it was recorded under the other names"
    terminal.run("destroy", path, "--yes").ended(0)
    assert {*aws.tables()} == before_it


def test_a_note_refuses_another_table_and_names_the_line_that_keeps_it(aws, terminal, before_it):
    path = terminal.write("small.yaml", stack("small", "old-name"))
    terminal.run("up", path, "--yes").ended(0)
    path.write_text(stack("small", "new-name"))
    said = terminal.run("up", path, "--yes").refused(3)
    assert "if new-name is old-name under another name" in said
    assert "`tableName: old-name`" in said

    moved = [{"from": "table/old-name", "to": "table/new-name"}]
    path.write_text(stack("small", "new-name", moved=moved))
    assert "`tableName: old-name`" in terminal.run("up", path, "--yes").refused(3)

    kept = {"name": "new-name", "tableName": "old-name"}
    path.write_text(stack("small", kept, moved=moved))
    assert "1 moved" in terminal.run("up", path, "--yes").ended(0).err
    assert {*aws.tables()} - before_it == {"old-name"}
    terminal.run("preview", path, "--expect-no-changes").ended(0)


MODULE = """
import json
import pulumi_aws as aws
from tablewright.components import TableStack

ROLE, FIRST, SECOND = NAMES
EC2 = {"Service": "ec2.amazonaws.com"}
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": EC2}
READ = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}

def document(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

def table(name, physical):
    key = [{"name": "id", "type": "S"}]
    aws.dynamodb.Table(
        name, name=physical, billing_mode="PAY_PER_REQUEST", hash_key="id", attributes=key
    )

def program(resource, context):
    TableStack.from_declared(context.declared, context.existing).export()
    role = aws.iam.Role(ROLE, name="of-the-module", assume_role_policy=document(TRUST))
    aws.iam.RolePolicy(ROLE + "-may", name="read", role=role.name, policy=document(READ))
    table(FIRST, "first")
    table(SECOND, "second")
"""


def test_a_program_of_ones_own_may_rename_and_swap_as_well(aws, terminal, before_it):
    terminal.write("planton.yaml", stack("modular", "declared"))
    (terminal.folder / "module").mkdir()
    words = ("--manifest", "planton.yaml", "--module-dir", "module")
    for names in (("r", "a", "b"), ("better", "b", "a")):
        text = MODULE.replace("NAMES", repr(names))
        (terminal.folder / "module" / "main.py").write_text(text)
        aws.emulator.calls.clear()
        terminal.run("pulumi", "update", *words, "--yes").ended(0)
    assert changing(aws) == []
    assert {*aws.tables()} - before_it == {"declared", "first", "second"}
    again = terminal.run("pulumi", "preview", *words, "--output", "json").ended(0).json
    assert again["changes"] == []


def test_a_new_name_and_a_replacement_take_the_two_runs_that_are_named(aws, terminal):
    def declare(name: str, kind: str) -> None:
        key = {"partitionKey": {"name": "id", "type": kind}}
        terminal.write("t.yaml", stack("twice", {"name": name, "tableName": "kept-name", **key}))

    declare("before", "S")
    terminal.run("up", "t.yaml", "--yes").ended(0)
    declare("after", "N")
    message = terminal.run("up", "t.yaml", "--yes").refused(3)
    assert "take two runs" in message
    first, second = named(message)
    declare("before", "N")
    run(terminal, aws, first)
    declare("after", "N")
    run(terminal, aws, second)
    terminal.run("preview", "t.yaml", "--expect-no-changes").ended(0)
    [key] = aws.client("dynamodb").describe_table(TableName="kept-name")["Table"][
        "AttributeDefinitions"
    ]
    assert key["AttributeType"] == "N"
