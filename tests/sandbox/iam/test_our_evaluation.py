"""What `verify --access` says of a role is what the embedded AWS then lets it do."""

import pytest
from botocore.exceptions import ClientError

from tablewright.checks.access.evaluation import Decision, Policies, evaluate
from tablewright.checks.access.statement import Request, parse
from tablewright.checks.access.subjects import AccessSubject, context
from tablewright.fleet.roles import LiveRole
from tablewright.fleet.stack import LiveStack

from .conftest import ACCOUNT, REGION, allow, deny, table_arn

KEY = {"id": {"S": "u-1"}}
CALLS = {
    "GetItem": {"Key": KEY},
    "PutItem": {"Item": KEY},
    "Scan": {},
    "DescribeTable": {},
    "DescribeTimeToLive": {},
    "DeleteItem": {"Key": KEY},
}
LEADING = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["u-2"]}}
STACK = LiveStack(ACCOUNT, "aws", REGION, {}, {}, {})


@pytest.mark.parametrize(
    "statements",
    [
        [allow("dynamodb:*")],
        [allow("dynamodb:*Item", table_arn("ord*"))],
        [allow("dynamodb:*", table_arn("orders")), deny("dynamodb:D*")],
        [{"Effect": "Allow", "NotAction": "dynamodb:Put*", "Resource": table_arn("o*")}],
        [{"Effect": "Allow", "Action": "dynamodb:*", "NotResource": table_arn("other")}],
        [allow("dynamodb:*", Condition=LEADING)],
        [allow("dynamodb:*", Condition={"StringEquals": {"aws:RequestedRegion": REGION}})],
        [allow("dynamodb:*"), deny("*", Condition={"Bool": {"aws:SecureTransport": "false"}})],
        [allow("dynamodb:Scan", table_arn("orders") + "/index/*")],
    ],
)
def test_what_is_decided_is_what_is_enforced(world, statements):
    for name in ("orders", "other"):
        world.table(name)
    arn = world.role(*statements)
    client = world.client("dynamodb", world.session(arn))
    world.enforce()
    live = LiveRole("app", arn, {})
    policies = Policies(parse_all(statements))
    decided = 0
    for table in ("orders", "other"):
        subject = AccessSubject("table", "table", table_arn(table), table)
        for action, members in CALLS.items():
            name = f"dynamodb:{action}"
            request = Request(
                name, subject.resource, ACCOUNT, arn, context(subject, name, live, STACK)
            )
            decision = evaluate(request, policies).decision
            passes = is_let_through(client, action, {"TableName": table, **members})
            if decision is not Decision.CONDITIONAL:
                decided += 1
                assert passes == (decision is Decision.ALLOWED), (action, table)
    assert decided


def parse_all(statements):
    return parse({"Version": "2012-10-17", "Statement": statements})


def is_let_through(client, action, members):
    try:
        client._make_api_call(action, members)
    except ClientError as error:
        return error.response["Error"]["Code"] != "AccessDeniedException"
    return True
