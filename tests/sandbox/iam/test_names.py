"""Names of users, groups, roles and policies are unique whatever their case and their path."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}],
    }
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ],
    }
)


def test_a_name_is_taken_in_any_case_and_under_any_path(world):
    iam = world.iam
    makers = [
        lambda name, **more: iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, **more),
        lambda name, **more: iam.create_policy(PolicyName=name, PolicyDocument=DOCUMENT, **more),
        lambda name, **more: iam.create_user(UserName=name, **more),
        lambda name, **more: iam.create_group(GroupName=name, **more),
    ]
    for make in makers:
        make("Reader")
        for name in ("reader", "Reader"):
            with pytest.raises(ClientError, match=f"EntityAlreadyExists.*{name}"):
                make(name, Path="/other/")
        make("writer")
    iam.create_policy(PolicyName="ReadOnlyAccess", PolicyDocument=DOCUMENT)
    with pytest.raises(ClientError, match="EntityAlreadyExists"):
        iam.update_user(UserName="writer", NewUserName="READER")
    iam.update_user(UserName="writer", NewUserName="Writer")
    assert {user["UserName"] for user in iam.list_users()["Users"]} == {"Reader", "Writer"}
