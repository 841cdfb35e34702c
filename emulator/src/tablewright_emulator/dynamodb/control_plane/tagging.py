"""Tags of tables, here and through the tagging service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tablewright_emulator.constraints import operation_input, sentence, violations
from tablewright_emulator.dynamodb.paging import page
from tablewright_emulator.dynamodb.rules.settings import check_tags
from tablewright_emulator.dynamodb.service import (
    DynamoDb,
    Operation,
    not_found,
    refuse_unless_created,
)
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.moto_backend import tagging
from tablewright_emulator.request import AwsFault, Handler, Reply, Request

_PAGE = 10
_ARN_PARTS = 6


_ARN = re.compile(r"arn:[\w-]+:dynamodb:[\w-]+:\d+:table/[^/]{3,}")


def _check_arn(request: Request) -> None:
    """What is no ARN at all nobody is allowed; then it is to be one of a table (dynalite's tests).

    With tags to set, a request whose ARN is none is told so (dynamodb-conformance). Another
    account's is nobody's either, whether there is such a table or not. What else the request needs
    AWS asks for between the two.
    """
    arn = request.params.get("ResourceArn")
    if arn is None:
        raise AwsFault("ValidationException", "Invalid TableArn")
    parts = arn.split(":")
    if len(parts) < _ARN_PARTS or "/" not in parts[-1]:
        raise _no_arn(arn) if request.params.get("Tags") else _denied(request, arn or "*")
    shape = operation_input("dynamodb", request.operation)
    if shape is not None and (problems := violations(shape, request.params)):
        raise AwsFault("ValidationException", sentence(problems))
    if not _ARN.fullmatch(arn):
        raise _no_arn(arn)
    if parts[4] != request.account:
        raise _denied(request, arn)


def _no_arn(arn: str) -> AwsFault:
    return AwsFault(
        "ValidationException", f"Invalid TableArn: Invalid ResourceArn provided as input {arn}"
    )


def _denied(request: Request, arn: str) -> AwsFault:
    return AwsFault(
        "AccessDeniedException",
        f"User: arn:aws:iam::{request.account}:root is not authorized to perform: "
        f"dynamodb:{request.operation} on resource: {arn}",
    )


def _tagged(world: DynamoDb, request: Request) -> Table:
    arn = request.params["ResourceArn"]
    table = world.resource(request, arn)
    if table is None:
        named = f": ResourcArn: {arn} not found" if request.operation != "UntagResource" else ""
        raise not_found(f"Requested resource not found{named}")
    return table


def tag_resource(world: DynamoDb, request: Request) -> dict[str, Any]:
    """TagResource."""
    _check_arn(request)
    if not request.params["Tags"]:
        raise AwsFault("ValidationException", "Atleast one Tag needs to be provided as Input.")
    table = _tagged(world, request)
    refuse_unless_created(table)
    table.tags |= check_tags(request.params["Tags"], table.tags)
    return {}


def untag_resource(world: DynamoDb, request: Request) -> dict[str, Any]:
    """UntagResource."""
    _check_arn(request)
    if not request.params["TagKeys"]:
        raise AwsFault("ValidationException", "Atleast one Tag Key needs to be provided as Input.")
    table = _tagged(world, request)
    refuse_unless_created(table)
    for key in request.params["TagKeys"]:
        table.tags.pop(key, None)
    return {}


def list_tags(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ListTagsOfResource, ten at a time."""
    _check_arn(request)
    tags = list(_tagged(world, request).tags.items())
    shown, token = page(tags, request.params.get("NextToken"), _PAGE)
    return {"Tags": [{"Key": key, "Value": value} for key, value in shown], "NextToken": token}


def tagging_service(world: DynamoDb) -> dict[str, Handler]:
    """The tagging service is moto's; it sees our tables."""

    def answer(request: Request) -> dict[str, Any] | Reply:
        tagging.lend("dynamodb", _TaggedTables(world), list(world.catalogs))
        return world.gateway.underneath(request)

    return dict.fromkeys(tagging.OPERATIONS, answer)


class _TaggedTables:
    """Tables as the tagging service sees them."""

    def __init__(self, world: DynamoDb) -> None:
        self._world = world

    def tagged(self, account: str, region: str) -> Iterator[tagging.Tagged]:
        """All tables."""
        for table in self._tables(account, region):
            yield tagging.Tagged(table.arn, table.tags)

    def tag(self, account: str, region: str, arn: str, tags: Mapping[str, str]) -> None:
        """TagResource."""
        for table in self._tables(account, region, arn):
            asked = [{"Key": key, "Value": value} for key, value in tags.items()]
            table.tags |= check_tags(asked, table.tags)

    def untag(self, account: str, region: str, arn: str, keys: Sequence[str]) -> None:
        """UntagResource."""
        for table in self._tables(account, region, arn):
            table.tags = {key: value for key, value in table.tags.items() if key not in keys}

    def _tables(self, account: str, region: str, arn: str | None = None) -> list[Table]:
        tables = self._world.catalog(account, region).all(self._world.now())
        return [table for table in tables if arn in {None, table.arn}]


OPERATIONS: dict[str, Operation] = {
    "ListTagsOfResource": list_tags,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}
