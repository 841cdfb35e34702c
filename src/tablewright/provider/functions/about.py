"""Functions programs ask for: who am I, where am I, policy documents, tables of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tablewright.aws.connection import open_session
from tablewright.plan.partitions import dns_suffix, partition_of_region
from tablewright.provider.dynamodb.lookup import get_table
from tablewright.provider.iam.document import get_policy_document
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.shape import (
    InputFailure,
    Shape,
    block,
    conform,
    flag,
    mapping,
    text,
)

from .lookups import get_role, get_table_item, get_tables

Answer = Callable[[OperationContext, Mapping[str, Any]], dict[str, Any] | list[InputFailure]]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the SDK.

    Args:
        answer: asks AWS, or says what is wrong with the arguments.
        shape: the arguments; None for a function that reads its own.
    """

    answer: Answer
    shape: Shape | None = None

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the arguments that must be given."""
        return tuple(name for name, known in (self.shape or {}).items() if known.required)

    def conform(self, values: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[InputFailure]]:
        """The arguments as `answer` wants them, and what is wrong with them."""
        return (values, []) if self.shape is None else conform(self.shape, values)


_ID: Final[Shape] = {"id": text()}


def get_caller_identity(run: OperationContext, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Account and caller of the provider's credentials."""
    del arguments
    identity = run.identity()
    return {
        "accountId": identity.account,
        "arn": identity.arn,
        "id": identity.account,
        "userId": identity.user_id,
    }


def get_region(
    run: OperationContext, arguments: Mapping[str, Any]
) -> dict[str, Any] | list[InputFailure]:
    """A region by name or endpoint, else the provider's own."""
    endpoint = arguments.get("endpoint")
    named = arguments.get("region") or arguments.get("name") or arguments.get("id")
    if endpoint and not named:
        named = str(endpoint).split(".")[1] if str(endpoint).count(".") > 1 else endpoint
    region = str(named or run.default_region)
    partition = partition_of_region(region)
    host = f"ec2.{region}.{dns_suffix(partition)}"
    if endpoint and endpoint != host:
        return [InputFailure("endpoint", f"matches no region: {endpoint}")]
    return {
        "description": _description_of(partition, region),
        "endpoint": host,
        "id": region,
        "name": region,
        "region": region,
    }


def get_partition(run: OperationContext, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The partition of the provider's region."""
    del arguments
    partition = partition_of_region(run.default_region)
    suffix = dns_suffix(partition)
    return {
        "dnsSuffix": suffix,
        "id": partition,
        "partition": partition,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
    }


def get_default_tags(run: OperationContext, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The provider's default tags."""
    del arguments
    return {"id": run.configuration.region or "", "tags": dict(run.configuration.default_tags)}


def _description_of(partition: str, region: str) -> str:
    endpoints = open_session(None).get_data("endpoints")
    for group in endpoints["partitions"]:
        if group["partition"] == partition:
            description: str = group["regions"].get(region, {}).get("description", region)
            return description
    return region


INVOKES: Final[Mapping[str, Function]] = {
    "aws:dynamodb/getTable:getTable": Function(
        get_table,
        {
            "name": text(required=True),
            "region": text(),
            "serverSideEncryption": block({"enabled": flag(), "kmsKeyArn": text()}),
            "tags": mapping(),
        },
    ),
    "aws:dynamodb/getTableItem:getTableItem": Function(
        get_table_item,
        {
            "expressionAttributeNames": mapping(),
            "key": text(required=True),
            "projectionExpression": text(),
            "region": text(),
            "tableName": text(required=True),
        },
    ),
    "aws:dynamodb/getTables:getTables": Function(get_tables, {"region": text()}),
    "aws:iam/getRole:getRole": Function(get_role, {"name": text(required=True), "tags": mapping()}),
    "aws:iam/getPolicyDocument:getPolicyDocument": Function(get_policy_document),
    "aws:index/getCallerIdentity:getCallerIdentity": Function(get_caller_identity, _ID),
    "aws:index/getDefaultTags:getDefaultTags": Function(get_default_tags, _ID),
    "aws:index/getPartition:getPartition": Function(get_partition, _ID),
    "aws:index/getRegion:getRegion": Function(
        get_region, {**_ID, "endpoint": text(), "name": text(), "region": text()}
    ),
}
