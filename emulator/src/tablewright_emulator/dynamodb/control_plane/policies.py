"""Resource policies of tables and streams.

Source: API reference, PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy.
"""

from __future__ import annotations

from typing import Any

from tablewright_emulator.dynamodb.rules.settings import check_policy
from tablewright_emulator.dynamodb.service import (
    DynamoDb,
    Operation,
    not_found,
    refuse_unless_created,
)
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.values import invalid
from tablewright_emulator.request import AwsFault, Request


def _owner(world: DynamoDb, request: Request) -> tuple[Table, str]:
    arn = request.params["ResourceArn"]
    table = world.resource(request, arn)
    if table is None:
        name = arn.partition(":table/")[2].partition("/")[0]
        raise not_found(f"Requested resource not found: Table: {name} not found")
    streams = [*table.old_streams, table.stream]
    if arn not in {table.arn, *(stream.arn for stream in streams if stream)}:
        raise not_found(f"Requested resource not found: ResourceArn: {arn} not found")
    return table, arn


def put_resource_policy(world: DynamoDb, request: Request) -> dict[str, Any]:
    """PutResourcePolicy."""
    table, arn = _owner(world, request)
    refuse_unless_created(table)
    policy = request.params["Policy"]
    check_policy(policy)
    present = table.policies.get(arn)
    _check_revision(request, table, present, may_expect_none=True)
    if present is not None and present[0] == policy:
        return {"RevisionId": present[1]}
    revision = str(max(int(world.now().timestamp() * 1000), int(present[1]) + 1 if present else 0))
    table.policies[arn] = (policy, revision)
    return {"RevisionId": revision}


def get_resource_policy(world: DynamoDb, request: Request) -> dict[str, Any]:
    """GetResourcePolicy."""
    table, arn = _owner(world, request)
    if arn not in table.policies:
        raise _no_policy(arn)
    policy, revision = table.policies[arn]
    return {"Policy": policy, "RevisionId": revision}


def delete_resource_policy(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DeleteResourcePolicy: deleting none is not an error."""
    table, arn = _owner(world, request)
    refuse_unless_created(table)
    present = table.policies.get(arn)
    _check_revision(request, table, present, may_expect_none=False)
    if present is None:
        return {}
    del table.policies[arn]
    return {"RevisionId": present[1]}


def _check_revision(
    request: Request, table: Table, present: tuple[str, str] | None, *, may_expect_none: bool
) -> None:
    """Refuse a change of another policy than the one expected, in the words moto saw on AWS."""
    expected = request.params.get("ExpectedRevisionId")
    if expected is None:
        return
    if expected == "NO_POLICY":
        if not may_expect_none:
            raise invalid("ExpectedRevisionId NO_POLICY is for PutResourcePolicy")
        if present is not None:
            raise _no_policy(
                f"Requested policy update expecting none to be present for table {table.name}, but "
                f"a policy exists with revision id {present[1]}."
            )
        return
    if present is None:
        raise _no_policy(request.params["ResourceArn"])
    if present[1] != expected:
        raise _no_policy(
            f"Requested update for policy with revision id {expected}, but the policy associated "
            f"to target table {table.name} has revision id {present[1]}."
        )


def _no_policy(reason: str) -> AwsFault:
    return AwsFault(
        "PolicyNotFoundException",
        f"Resource-based policy not found for the provided ResourceArn: {reason}",
    )


OPERATIONS: dict[str, Operation] = {
    "DeleteResourcePolicy": delete_resource_policy,
    "GetResourcePolicy": get_resource_policy,
    "PutResourcePolicy": put_resource_policy,
}
