"""IAM's access advisor: what a role did with DynamoDB, and what it may do and never did."""

import pytest
from botocore.exceptions import ClientError

from .conftest import allow


def report(world, arn, granularity="ACTION_LEVEL"):
    job = world.iam.generate_service_last_accessed_details(Arn=arn, Granularity=granularity)
    told = world.iam.get_service_last_accessed_details(JobId=job["JobId"])
    assert told["JobStatus"] == "COMPLETED"
    return told["ServicesLastAccessed"]


def test_a_role_is_told_of_by_service_and_by_action_on_tables(world):
    world.table("orders")
    role = world.role(allow(["dynamodb:Describe*", "dynamodb:deletetable", "dynamodb:GetItem"]))
    (before,) = report(world, role)
    assert "LastAuthenticated" not in before
    caller = world.client("dynamodb", world.session(role))
    caller.describe_table(TableName="orders")
    caller.get_item(TableName="orders", Key={"id": {"S": "1"}})
    (after,) = report(world, role)
    assert after["LastAuthenticatedEntity"] == role
    tracked = {entry["ActionName"]: entry for entry in after["TrackedActionsLastAccessed"]}
    assert "LastAccessedTime" in tracked["DescribeTable"]
    assert "LastAccessedTime" not in tracked["DeleteTable"]
    assert not tracked.keys() & {"GetItem", "CreateTable"}
    (service,) = report(world, role, "SERVICE_LEVEL")
    assert "TrackedActionsLastAccessed" not in service


def test_a_role_without_dynamodb_has_nothing_to_tell(world):
    assert report(world, world.role(allow("s3:*"))) == []


def test_what_is_not_there_is_refused(world):
    with pytest.raises(ClientError, match="cannot be found"):
        report(world, "arn:aws:iam::123456789012:role/none")
    with pytest.raises(ClientError, match="not found"):
        world.iam.get_service_last_accessed_details(JobId="0" * 36)
