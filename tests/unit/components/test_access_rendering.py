"""Arguments and policies of a role, from its declared value."""

import json
from dataclasses import replace

from tablewright.components.rendering import inline_policy, role_args, trust_policy
from tablewright.plan.declared import Grant, Role, Trust

TABLE = "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/events"
ROLE = Role(
    key="events-read",
    name="dynamodb-events-read-role-dev",
    policy_name="dynamodb-events-read-policy-dev",
    description="reads",
    trust=Trust(principals=("999999999999",)),
    grants=(Grant("ReadStream", ("dynamodb:GetRecords",), ("stream",)),),
)


def test_a_role_is_sent_whole():
    assert role_args(ROLE) == {"name": "dynamodb-events-read-role-dev", "description": "reads"}


def test_a_permissions_boundary_is_sent_when_declared():
    boundary = "arn:aws:iam::123456789012:policy/Boundary"
    arguments = role_args(replace(ROLE, permissions_boundary=boundary))
    assert arguments["permissions_boundary"] == boundary


def test_trust_uses_the_partition_of_the_caller():
    caller = "arn:aws-cn:sts::123456789012:assumed-role/deployer/x"
    [statement] = json.loads(trust_policy(ROLE.trust, "123456789012", caller))["Statement"]
    assert statement["Principal"] == {"AWS": "arn:aws-cn:iam::999999999999:root"}


def test_a_stream_is_granted_under_any_label_so_that_a_new_one_is_not_lost():
    [statement] = json.loads(inline_policy(ROLE, TABLE))["Statement"]
    assert statement["Resource"] == [f"{TABLE}/stream/*"]
