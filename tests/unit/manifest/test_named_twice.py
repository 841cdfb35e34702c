"""One thing declared twice is a mistake that names both places; of every kind there is."""

from __future__ import annotations

import re

import pytest

from tablewright import manifest
from tablewright.errors import ManifestError

STACK = """
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: dev
  tags: {Team: t, CostCenter: c}
"""
TABLE = """
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: NAME}
spec:
  partitionKey: {name: id, type: S}
"""
THROUGHPUT = """
  billingMode: PROVISIONED
  provisionedThroughput: {readCapacityUnits: 1, writeCapacityUnits: 1}
"""


def table(name: str, *lines: str) -> str:
    return TABLE.replace("NAME", name) + "".join(f"  {line}\n" for line in lines)


READS = "metric: ReadThrottleEvents, statistic: Sum, threshold: 0"
ARN = "arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"
TWICE = {
    "tables by their name in AWS": STACK
    + table("orders", "tableName: same  # 1st")
    + table("users", "tableName: same  # 2nd"),
    "a table's name in AWS and the name of another": STACK
    + table("same").replace("name: same}", "name: same}  # 1st")
    + table("users", "tableName: same  # 2nd"),
    "tables by their name in the manifest": STACK
    + table("orders").replace("name: orders}", "name: orders}  # 1st")
    + table("orders").replace("name: orders}", "name: orders}  # 2nd"),
    "alarms of one table": STACK
    + table(
        "orders",
        "alarms:",
        "  metrics:",
        f"    - {{key: one, name: same, {READS}}}  # 1st",
        f"    - {{key: two, name: same, {READS}}}  # 2nd",
    ),
    "alarms of two tables": STACK
    + table("orders", "alarms: {userErrors: {name: same}}  # 1st")
    + table("users", "alarms: {systemErrors: {name: same}}  # 2nd"),
    "an alarm and one that is built in": STACK
    + table(
        "orders",
        "alarms:",
        "  userErrors: {}  # 1st",
        f"  metrics: [{{key: x, name: dynamodb-orders-user-errors-dev, {READS}}}]  # 2nd",
    ),
    "keys of alarms": STACK
    + table(
        "orders",
        "alarms:",
        "  metrics:",
        f"    - {{key: same, {READS}}}  # 1st",
        f"    - {{key: same, {READS}}}  # 2nd",
    ),
    "an alarm of a table and one of the stack": STACK
    + "  alarms: {userErrors: {name: same}}  # 1st\n"
    + table("orders", "alarms: {userErrors: {name: same}}  # 2nd"),
    "alarms of the stack": STACK
    + "  alarms:\n    userErrors: {name: same}  # 1st\n"
    + "    accountReadUtilization: {name: same}  # 2nd\n",
    "roles of one table": STACK
    + table(
        "orders",
        "access:",
        "  - {name: one, grants: [read], roleName: same}  # 1st",
        "  - {name: two, grants: [read], roleName: same}  # 2nd",
    ),
    "roles of two tables": STACK
    + table("orders", "access: [{name: one, grants: [read], roleName: same}]  # 1st")
    + table("users", "access: [{name: one, grants: [read], roleName: same}]  # 2nd"),
    "roles that differ in case only": STACK
    + table("orders", "access: [{name: one, grants: [read], roleName: Same}]  # 1st")
    + table("users", "access: [{name: one, grants: [read], roleName: sAME}]  # 2nd"),
    "names of roles": STACK
    + table(
        "orders",
        "access:",
        "  - {name: same, grants: [read]}  # 1st",
        "  - {name: same, grants: [write], roleName: other}  # 2nd",
    ),
    "a policy on one role": STACK
    + table(
        "orders",
        "access:",
        "  - name: one",
        "    grants: [read]",
        "    managedPolicies:",
        f"      - {ARN}  # 1st",
        f"      - {ARN}  # 2nd",
    ),
    "schedules of one dimension": STACK
    + table("orders")
    + THROUGHPUT
    + """  autoScaling:
    read:
      minCapacity: 1
      maxCapacity: 9
      schedules:
        - {name: same, schedule: cron(0 7 ? * MON-FRI *), minCapacity: 5}  # 1st
        - {name: same, schedule: cron(0 9 ? * MON-FRI *), minCapacity: 1}  # 2nd
""",
    "replicas": STACK
    + table(
        "orders",
        "stream: {viewType: NEW_AND_OLD_IMAGES}",
        "globalTable:",
        "  replicas:",
        "    - {region: eu-central-1}  # 1st",
        "    - {region: eu-central-1}  # 2nd",
    ),
    "indexes": STACK
    + table(
        "orders",
        "globalSecondaryIndexes:",
        "  - {name: same, partitionKey: {name: x, type: S}}  # 1st",
        "  - {name: same, partitionKey: {name: y, type: S}}  # 2nd",
    ),
    "outputs": STACK
    + "  outputs:\n    - {name: same, value: region}  # 1st\n"
    + "    - {name: same, value: region}  # 2nd\n",
}


def line_of(text: str, mark: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), start=1) if mark in line)


@pytest.mark.parametrize("kind", TWICE)
def test_what_is_declared_twice_is_said_with_file_line_and_field_of_both(kind, tmp_path):
    text = TWICE[kind]
    path = tmp_path / "shop.yaml"
    path.write_text(text)

    [problem] = manifest.validate([path], environment={})

    assert problem.line == line_of(text, "2nd")
    assert problem.path
    first = line_of(text, "1st")
    where = rf"\({re.escape(str(path))}:{first}:\d+: (spec|metadata)\.[\w.\[\]]+\)$"
    assert re.search(where, problem.message), problem


SECOND = "---" + STACK.replace("name: shop", "name: other")


def belonging(text: str, owner: str) -> str:
    """The tables of a text, in a stack of that name."""
    return text.replace("kind: Table\nmetadata: {", f"kind: Table\nmetadata: {{stack: {owner}, ")


THINGS = {
    "tables": table("orders", "tableName: same"),
    "roles": table("orders", "access: [{name: one, grants: [read], roleName: same}]"),
    "alarms": table("orders", "alarms: {userErrors: {name: same}}"),
}


@pytest.mark.parametrize("region", ["eu-west-1", "eu-central-1"])
@pytest.mark.parametrize("what", THINGS)
def test_no_two_stacks_of_one_command_declare_the_same_thing(what, region, tmp_path):
    second = SECOND.replace("eu-west-1", region)
    text = STACK + belonging(THINGS[what], "shop") + second
    text += belonging(THINGS[what].replace("orders", "users"), "other")
    path = tmp_path / "shop.yaml"
    path.write_text(text)
    found = [str(problem) for problem in manifest.validate([path], environment={})]
    same = region == "eu-west-1" or what == "roles"
    assert len(found) == same, found
    for problem in found:
        assert f"another stack declares the {what.removesuffix('s')} `same` too (" in problem
    if same:
        with pytest.raises(ManifestError):
            manifest.load_all([path], {})
    assert manifest.load([path], {}, stack="other").tables, "the other one is not meant"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("111122223333", "111122223333", True),
        ("111122223333", "444455556666", False),
        ("111122223333", None, True),
        (None, "111122223333", True),
    ],
)
@pytest.mark.parametrize("what", THINGS)
def test_stacks_of_different_accounts_may_declare_the_same_thing(
    what, first, second, same, tmp_path
):
    def placed(text: str, account: str | None) -> str:
        return text.replace("spec:", f"spec:\n  account: '{account}'", 1) if account else text

    text = placed(STACK, first) + belonging(THINGS[what], "shop") + placed(SECOND, second)
    path = tmp_path / "shop.yaml"
    path.write_text(text + belonging(THINGS[what].replace("orders", "users"), "other"))
    assert len([*manifest.validate([path], environment={})]) == same


APART = {
    "one schedule's name on two dimensions": STACK
    + table("orders")
    + THROUGHPUT
    + """  autoScaling:
    read:
      minCapacity: 1
      maxCapacity: 9
      schedules: [{name: same, schedule: cron(0 7 ? * MON-FRI *), minCapacity: 5}]
    write:
      minCapacity: 1
      maxCapacity: 9
      schedules: [{name: same, schedule: cron(0 7 ? * MON-FRI *), minCapacity: 5}]
""",
    "alarms that differ in case, which CloudWatch tells apart": STACK
    + table("orders", "alarms: {userErrors: {name: same}, systemErrors: {name: Same}}"),
    "tables that differ in case, which DynamoDB tells apart": STACK
    + table("orders", "tableName: same")
    + table("users", "tableName: Same"),
    "one name for an alarm and a role": STACK
    + table(
        "orders",
        "alarms: {userErrors: {name: same}}",
        "access: [{name: one, grants: [read], roleName: same, policyName: same}]",
    ),
    "one policy's name on two roles": STACK
    + table(
        "orders",
        "access:",
        "  - {name: one, grants: [read], policyName: same}",
        "  - {name: two, grants: [read], policyName: same}",
    ),
}


@pytest.mark.parametrize("kind", APART)
def test_what_aws_tells_apart_is_no_mistake(kind, tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(APART[kind])

    assert manifest.validate([path], environment={}) == []
