"""Tags of tables, here and through the tagging service."""

from __future__ import annotations

from typing import Any

from tablewright_emulator import moto_fence
from tablewright_emulator.dynamodb.paging import page
from tablewright_emulator.dynamodb.rules.settings import check_tags
from tablewright_emulator.dynamodb.service import (
    DynamoDb,
    Operation,
    not_found,
    refuse_unless_created,
)
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.request import AwsFault, Handler, Reply, Request

_PAGE = 10


def _tagged(world: DynamoDb, request: Request) -> Table:
    arn = request.params["ResourceArn"]
    table = world.resource(request, arn)
    if table is None:
        raise not_found(f"Requested resource not found: ResourcArn: {arn} not found")
    if table.account != request.account:
        raise AwsFault("AccessDeniedException", f"{arn} belongs to another account")
    return table


def tag_resource(world: DynamoDb, request: Request) -> dict[str, Any]:
    """TagResource."""
    table = _tagged(world, request)
    refuse_unless_created(table)
    if not request.params["Tags"]:
        raise AwsFault("ValidationException", "Atleast one Tag needs to be provided as Input.")
    table.tags |= check_tags(request.params["Tags"], table.tags)
    return {}


def untag_resource(world: DynamoDb, request: Request) -> dict[str, Any]:
    """UntagResource."""
    table = _tagged(world, request)
    refuse_unless_created(table)
    if not request.params["TagKeys"]:
        raise AwsFault("ValidationException", "Atleast one Tag Key needs to be provided as Input.")
    for key in request.params["TagKeys"]:
        table.tags.pop(key, None)
    return {}


def list_tags(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ListTagsOfResource, ten at a time."""
    tags = list(_tagged(world, request).tags.items())
    shown, token = page(tags, request.params.get("NextToken"), _PAGE)
    return {"Tags": [{"Key": key, "Value": value} for key, value in shown], "NextToken": token}


def tagging_service(world: DynamoDb) -> dict[str, Handler]:
    """The tagging service is moto's; it sees our tables."""

    def answer(request: Request) -> dict[str, Any] | Reply:
        _show_tables(world)
        return world.gateway.underneath(request)

    operations = ("GetResources", "GetTagKeys", "GetTagValues", "TagResources", "UntagResources")
    return dict.fromkeys(operations, answer)


def _show_tables(world: DynamoDb) -> None:
    from moto.core.resource_tagging import TaggedResource  # noqa: PLC0415 - loaded when needed
    from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends  # noqa: PLC0415

    def tables(backend: Any) -> list[Table]:
        return world.catalog(backend.account_id, backend.region_name).all(world.now())

    def by_arn(backend: Any, arn: str) -> list[Table]:
        return [table for table in tables(backend) if table.arn == arn]

    def tagged(backend: Any) -> Any:
        for table in tables(backend):
            yield TaggedResource(
                arn=table.arn, tags=dict(table.tags), resource_type="dynamodb:table"
            )

    def tag(backend: Any, arn: str, tags: dict[str, str]) -> None:
        for table in by_arn(backend, arn):
            asked = [{"Key": key, "Value": value} for key, value in tags.items()]
            table.tags |= check_tags(asked, table.tags)

    def untag(backend: Any, arn: str, tag_keys: list[str]) -> None:
        for table in by_arn(backend, arn):
            table.tags = {key: value for key, value in table.tags.items() if key not in tag_keys}

    DynamoDBBackend.iter_tagged_resources = tagged
    DynamoDBBackend.tag_resource = tag
    DynamoDBBackend.untag_resource = untag
    with moto_fence.asking("resourcegroupstaggingapi"):
        for account, region in list(world.catalogs):
            dynamodb_backends[account][
                region
            ]  # the tagging service asks only backends that were used


OPERATIONS: dict[str, Operation] = {
    "ListTagsOfResource": list_tags,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}
