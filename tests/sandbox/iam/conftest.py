import json
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tablewright_emulator.server import Emulator

ACCOUNT = "123456789012"
REGION = "eu-west-1"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource} | more


def deny(action, resource="*", **more):
    return allow(action, resource, **more) | {"Effect": "Deny"}


def table_arn(name, account=ACCOUNT):
    return f"arn:aws:dynamodb:{REGION}:{account}:table/{name}"


class World:
    """An embedded AWS with tables and people; policies bind from `enforce` on."""

    def __init__(self, emulator):
        self.emulator = emulator
        self.iam = self.client("iam")

    def client(self, service, keys=(ACCOUNT, "x", None), region=REGION) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.emulator.endpoint,
            region_name=region,
            aws_access_key_id=keys[0],
            aws_secret_access_key=keys[1],
            aws_session_token=keys[2],
            config=Config(retries={"total_max_attempts": 1}),
        )

    def table(self, name, account=ACCOUNT, **more):
        self.client("dynamodb", (account, "x", None)).create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            **more,
        )

    def user(self, *statements, name="bob"):
        """Keys of a user with the statements as its one inline policy."""
        self.iam.create_user(UserName=name)
        if statements:
            self.iam.put_user_policy(
                UserName=name, PolicyName="own", PolicyDocument=policy(*statements)
            )
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"], None

    def role(self, *statements, name="app", **more):
        """The ARN of a role with the statements as its one inline policy."""
        role = self.iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), **more
        )["Role"]
        if statements:
            self.iam.put_role_policy(
                RoleName=name, PolicyName="own", PolicyDocument=policy(*statements)
            )
        return role["Arn"]

    def session(self, role_arn, *statements):
        """Keys of a session of a role, with the statements as session policy."""
        given = {"Policy": policy(*statements)} if statements else {}
        found = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="work", **given)[
            "Credentials"
        ]
        return found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"]

    def enforce(self):
        self.emulator.iam.enforcing = True


@pytest.fixture
def world():
    with Emulator(durations="none") as emulator:
        yield World(emulator)
