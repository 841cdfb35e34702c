"""The parts of a role, from its declared value."""

from dataclasses import replace

import pytest

from tablewright.components.existing import Existing
from tablewright.components.rendering import CALLER, Joined, Reference, RenderContext, role_parts
from tablewright.plan.declaration.declared import Grant, Role, Trust

ROLE = Role(
    key="events-read",
    name="dynamodb-events-read-role-dev",
    policy_name="dynamodb-events-read-policy-dev",
    description="reads",
    trust=Trust(services=("lambda.amazonaws.com",), principals=("999999999999",)),
    grants=(
        Grant("Read", ("dynamodb:Query",), ("table", "indexes")),
        Grant("ReadStream", ("dynamodb:GetRecords",), ("stream",)),
    ),
    managed_policies=("arn:aws:iam::aws:policy/X", "arn:aws:iam::aws:policy/Y"),
)
ARN = Reference("table events", "arn")


def parts(place=None, **changes):
    role = replace(ROLE, **changes)
    return {it.kind: it for it in role_parts(role, "table events", place or RenderContext())}


def test_a_role_is_a_role_one_inline_policy_and_its_attachments():
    made = list(role_parts(ROLE, "table events", RenderContext()))
    assert [it.kind for it in made] == [
        "iam.Role",
        "iam.RolePolicy",
        "iam.RolePolicyAttachment",
        "iam.RolePolicyAttachment",
    ]


def test_the_keys_of_parts_are_unique():
    keys = [it.key for it in role_parts(ROLE, "table events", RenderContext())]
    assert len(keys) == len(set(keys))


def test_a_permissions_boundary_is_sent_when_declared():
    boundary = "arn:aws:iam::123456789012:policy/Boundary"
    role = parts(permissions_boundary=boundary)["iam.Role"]
    assert role.arguments["permissions_boundary"] == boundary
    assert "permissions_boundary" not in parts()["iam.Role"].arguments


def test_a_service_is_held_to_the_account_that_deploys():
    services, _ = parts()["iam.Role"].arguments["assume_role_policy"].value["Statement"]
    account = Reference(CALLER, "account_id")
    assert services["Condition"] == {"StringEquals": {"aws:SourceAccount": account}}


@pytest.mark.parametrize("partition", ["aws", "aws-cn"])
def test_an_account_is_trusted_in_the_partition_of_the_place(partition):
    role = parts(RenderContext(partition=partition))["iam.Role"]
    _, principals = role.arguments["assume_role_policy"].value["Statement"]
    assert principals["Principal"] == {"AWS": f"arn:{partition}:iam::999999999999:root"}


def test_a_principal_that_is_known_late_is_brought_into_the_same_form():
    document = parts(RenderContext(partition="aws-cn"))["iam.Role"].arguments["assume_role_policy"]
    services, principals = document.value["Statement"]
    known = {**principals, "Principal": {"AWS": ["999999999999", "111111111111"]}}
    settled = document.settle({"Version": "2012-10-17", "Statement": [services, known]})
    assert settled["Statement"][1]["Principal"] == {
        "AWS": ["arn:aws-cn:iam::111111111111:root", "arn:aws-cn:iam::999999999999:root"]
    }


def test_the_policy_reaches_the_table_its_indexes_and_any_stream_it_will_have():
    read, stream = parts()["iam.RolePolicy"].arguments["policy"].value["Statement"]
    assert read["Resource"] == [ARN, Joined((ARN, "/index/*"))]
    assert stream["Resource"] == [Joined((ARN, "/stream/*"))]


def test_what_lives_already_is_imported():
    name = "dynamodb-events-read-role-dev"
    existing = Existing(import_ids={("iam.Role", (name,)): name})
    made = parts(RenderContext(existing=existing))
    assert made["iam.Role"].import_id == name
    assert made["iam.RolePolicy"].import_id is None
