"""What was made in IAM a moment ago is not there yet, when a delay is set."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.sandbox.dynamodb.conftest import NOON, clients_of

from tablewright_emulator.clock import Clock
from tablewright_emulator.server import Emulator

TRUST = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
})  # fmt: skip
ALLOW = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}],
})  # fmt: skip
ARN = "arn:aws:iam::123456789012:{}"
ROLE, POLICY = ARN.format("role/reader"), ARN.format("policy/reading")
SECONDS = 5


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(clock=Clock(frozen_at=NOON)) as running:
        yield running


@pytest.fixture
def client(emulator: Emulator) -> Callable[..., Any]:
    return clients_of(emulator)


@pytest.fixture
def iam(emulator: Emulator, client: Callable[..., Any]) -> Any:
    emulator.dynamodb.configure(iam=SECONDS)
    return client("iam")


def refused(call: Callable[..., Any], **request: Any) -> str | None:
    try:
        call(**request)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return None


CREATED: dict[str, tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]] = {
    "create_role": (
        {"RoleName": "reader", "AssumeRolePolicyDocument": TRUST},
        [
            ("get_role", {"RoleName": "reader"}),
            ("tag_role", {"RoleName": "reader", "Tags": [{"Key": "a", "Value": "b"}]}),
            ("list_role_policies", {"RoleName": "reader"}),
            ("update_assume_role_policy", {"RoleName": "reader", "PolicyDocument": TRUST}),
            (
                "put_role_policy",
                {"RoleName": "reader", "PolicyName": "x", "PolicyDocument": ALLOW},
            ),
        ],
    ),
    "create_policy": (
        {"PolicyName": "reading", "PolicyDocument": ALLOW},
        [("get_policy", {"PolicyArn": POLICY})],
    ),
    "create_user": ({"UserName": "ann"}, [("get_user", {"UserName": "ann"})]),
    "create_group": ({"GroupName": "all"}, [("get_group", {"GroupName": "all"})]),
    "create_instance_profile": (
        {"InstanceProfileName": "box"},
        [("get_instance_profile", {"InstanceProfileName": "box"})],
    ),
}


@pytest.mark.parametrize("maker", CREATED)
def test_it_is_not_there_at_first_and_cannot_be_made_twice(
    maker: str, iam: Any, emulator: Emulator
):
    members, calls = CREATED[maker]
    getattr(iam, maker)(**members)
    for name, request in calls:
        assert refused(getattr(iam, name), **request) == "NoSuchEntity", name
    assert refused(getattr(iam, maker), **members) == "EntityAlreadyExists"
    emulator.clock.advance(SECONDS)
    for name, request in calls:
        assert refused(getattr(iam, name), **request) is None, name


def test_lists_leave_it_out(iam: Any, emulator: Emulator):
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUST)
    assert iam.list_roles()["Roles"] == []
    emulator.clock.advance(SECONDS)
    assert [role["RoleName"] for role in iam.list_roles()["Roles"]] == ["reader"]


def test_policies_of_a_role_come_later_than_the_role(iam: Any, emulator: Emulator):
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUST)
    iam.create_policy(PolicyName="reading", PolicyDocument=ALLOW)
    emulator.clock.advance(SECONDS)
    managed = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    for arn in (POLICY, managed):
        iam.attach_role_policy(RoleName="reader", PolicyArn=arn)
    iam.put_role_policy(RoleName="reader", PolicyName="inline", PolicyDocument=ALLOW)

    def seen() -> tuple[list[str], list[str]]:
        attached = iam.list_attached_role_policies(RoleName="reader")["AttachedPolicies"]
        inline = iam.list_role_policies(RoleName="reader")["PolicyNames"]
        return sorted(each["PolicyArn"] for each in attached), inline

    assert seen() == ([], [])
    missing = {"RoleName": "reader", "PolicyName": "inline"}
    assert refused(iam.get_role_policy, **missing) == "NoSuchEntity"
    emulator.clock.advance(SECONDS)
    assert seen() == (sorted([POLICY, managed]), ["inline"])


def test_a_young_policy_cannot_be_attached_but_awss_own_can(iam: Any, emulator: Emulator):
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUST)
    emulator.clock.advance(SECONDS)
    iam.create_policy(PolicyName="reading", PolicyDocument=ALLOW)
    young = {"RoleName": "reader", "PolicyArn": POLICY}
    assert refused(iam.attach_role_policy, **young) == "NoSuchEntity"
    owned = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert refused(iam.attach_role_policy, RoleName="reader", PolicyArn=owned) is None


def test_a_young_role_cannot_be_assumed(iam: Any, client: Callable[..., Any], emulator: Emulator):
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUST)
    assume = {"RoleArn": ROLE, "RoleSessionName": "s"}
    assert refused(client("sts").assume_role, **assume) == "AccessDenied"
    emulator.clock.advance(SECONDS)
    assert refused(client("sts").assume_role, **assume) is None


def test_without_a_delay_everything_is_there_at_once(iam: Any, emulator: Emulator):
    emulator.dynamodb.configure(iam=0)
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUST)
    assert iam.get_role(RoleName="reader")["Role"]["Arn"] == ROLE
