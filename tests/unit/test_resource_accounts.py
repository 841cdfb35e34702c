"""The account of a resource is read from its own ARN alone."""

from __future__ import annotations

import pytest

from tablewright.resource_kinds.accounts import account_of

ARN = "arn:aws:sns:eu-west-1:123456789012:pages"


@pytest.mark.parametrize(
    ("outputs", "account"),
    [
        ({"arn": ARN}, "123456789012"),
        (
            {"dashboardArn": "arn:aws:cloudwatch::123456789012:dashboard/d"},
            "123456789012",
        ),
        ({"policyArn": "arn:aws:iam::210987654321:policy/p"}, None),
        ({"arn": f"{ARN}:0f3c"}, "123456789012"),
        ({"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, None),
        ({"name": "orders"}, None),
    ],
)
def test_an_account_is_told_by_what_names_the_resource_itself(outputs, account):
    assert account_of(outputs) == account
