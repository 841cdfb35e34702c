"""Functions that look up what others made: tables, an item, a role."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from tablewright.errors import NotFoundError
from tablewright.provider.dynamodb.execution import DYNAMODB
from tablewright.provider.dynamodb.item import from_boto, to_boto
from tablewright.provider.iam.role import IAM, IamRole
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.shape import InputFailure, without_empties


def get_tables(run: OperationContext, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The names of all tables of a region."""
    region = run.region_of(arguments)
    names = run.pages(DYNAMODB, region, "ListTables", "TableNames")
    return {"id": region, "names": sorted(names), "region": region}


def get_table_item(
    run: OperationContext, arguments: Mapping[str, Any]
) -> dict[str, Any] | list[InputFailure]:
    """An item by its key, in DynamoDB's JSON; none is an error."""
    table, region = str(arguments["tableName"]), run.region_of(arguments)
    request = {
        "ProjectionExpression": arguments.get("projectionExpression"),
        "ExpressionAttributeNames": arguments.get("expressionAttributeNames"),
    }
    try:
        key = to_boto(json.loads(arguments["key"]))
    except (AttributeError, TypeError, ValueError):
        return [
            InputFailure("key", 'must give each attribute its type, such as {"id": {"S": "1"}}')
        ]
    reply = run.call(
        DYNAMODB,
        region,
        "GetItem",
        TableName=table,
        Key=key,
        ConsistentRead=True,
        **without_empties(request),
    )
    if "Item" not in reply:
        message = f"table {table} has no item with the key {arguments['key']}"
        raise NotFoundError(message, "check the key, and the provider's region")
    return {
        "expressionAttributeNames": arguments.get("expressionAttributeNames") or {},
        "id": f"{table}|{arguments['key']}",
        "item": json.dumps(from_boto(reply["Item"]), separators=(",", ":")),
        "key": arguments["key"],
        "projectionExpression": arguments.get("projectionExpression") or "",
        "region": region,
        "tableName": table,
    }


_OF_A_ROLE: Final = (
    "arn",
    "assumeRolePolicy",
    "createDate",
    "description",
    "maxSessionDuration",
    "name",
    "path",
    "permissionsBoundary",
    "uniqueId",
)


def get_role(run: OperationContext, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A role by its name."""
    name = str(arguments["name"])
    live = IamRole().read(run, name, {})
    if live is None:
        raise NotFoundError(f"there is no role {name}", "check its name and the account")
    used = run.call(IAM, run.default_region, "GetRole", RoleName=name)["Role"].get("RoleLastUsed")
    moment = (used or {}).get("LastUsedDate")
    return {
        **{output: live.outputs[output] for output in _OF_A_ROLE},
        "id": name,
        "roleLastUseds": [
            {
                "lastUsedDate": moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else "",
                "region": (used or {}).get("Region", ""),
            }
        ],
        "tags": live.outputs["tagsAll"],
    }
