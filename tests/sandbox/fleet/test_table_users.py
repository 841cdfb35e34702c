"""Who uses a table: roles by their policies, and the readers of its stream."""

from __future__ import annotations

import json

import pytest

from tablewright.fleet.discovery import discover
from tablewright.fleet.reading import Unread
from tablewright.fleet.table_users import RoleDetail, TableUsers, may_use, read_users
from tablewright.report.findings.adoption import grouped, usage_lines

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def allowing(resource, action="dynamodb:GetItem", effect="Allow"):
    return {"Statement": [{"Effect": effect, "Action": action, "Resource": resource}]}


@pytest.mark.parametrize(
    ("document", "uses"),
    [
        (allowing(ARN), True),
        (allowing([f"{ARN}/index/*"]), True),
        (allowing(f"{ARN}/stream/*", "dynamodb:GetRecords"), True),
        (allowing("*", "*"), True),
        (allowing("arn:aws:dynamodb:*:*:table/ord*", ["s3:GetObject", "DynamoDB:*"]), True),
        (allowing(ARN, effect="Deny"), False),
        (allowing(f"{ARN}-archive"), False),
        (allowing("*", "s3:*"), False),
        ({"Statement": allowing(ARN)["Statement"][0]}, True),
    ],
)
def test_a_policy_uses_a_table_whose_name_it_allows(document, uses):
    assert may_use([document], ARN) is uses


@pytest.mark.parametrize(
    ("policy", "uses"),
    [("AmazonDynamoDBFullAccess", True), ("AmazonS3FullAccess", False)],
)
def test_policies_of_aws_for_dynamodb_name_every_table(policy, uses):
    role = RoleDetail("app", "arn", "/", None, (), (f"arn:aws:iam::aws:policy/{policy}",))
    assert role.may_use(ARN) is uses


@pytest.fixture
def table(session, make_table):
    make_table("orders", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    return discover([session], [session.region], ["orders"]).tables[0]


def test_roles_are_named_that_may_use_the_table(session, table):
    iam = session.client("iam")
    for name, arn in (("reader", table.arn), ("other", f"{table.arn}-archive")):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
        iam.put_role_policy(
            RoleName=name,
            PolicyName="own",
            PolicyDocument=json.dumps({"Version": "2012-10-17", **allowing(arn)}),
        )
    assert read_users(session, [table])[table.arn] == TableUsers(("reader",), ())


def test_what_could_not_be_read_is_told_as_unread(session, table, refuse):
    refuse("iam", "GetAccountAuthorizationDetails")
    refuse("lambda", "ListEventSourceMappings")
    users = read_users(session, [table])[table.arn]
    assert isinstance(users.roles, Unread)
    assert isinstance(users.consumers, Unread)
    lines = [*usage_lines([("orders", users)])]
    assert ["roles that may use it: unread" in lines[0], "stream: unread" in lines[1]] == [True] * 2


def test_a_remark_is_made_once_for_all_tables():
    remarks = [("a", "No recovery"), ("b", "No protection"), ("c", "No recovery")]
    assert [*grouped(remarks)] == ["a, c: No recovery", "b: No protection"]


def test_readers_are_told_of_tables_with_a_stream_alone():
    users = [("orders", TableUsers(("app",), None)), ("users", TableUsers(("app",), ()))]
    assert [*usage_lines(users)] == [
        "orders, users: roles that may use it: app",
        "users: readers of its stream: none found",
    ]
