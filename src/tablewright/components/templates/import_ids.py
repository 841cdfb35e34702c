"""What an import calls the resources of a stack, as far as their declaration tells. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tablewright.components.rendering import (
    CALLER,
    Joined,
    Reference,
    ResourceSpec,
)
from tablewright.components.spelling import camel
from tablewright.plan.partitions import partition_of_region
from tablewright.resource_kinds import KINDS, Account

ACCOUNT_ID: Final = "000000000000"
"""Stands in an id for the account."""
STREAM: Final = "(label of the stream)"
"""Stands in an ARN for what only the live table tells."""


def import_id(part: ResourceSpec, parts: Mapping[str, ResourceSpec], region: str) -> str:
    """The id of a part in its own region.

    Args:
        part: of a stack.
        parts: all of the stack, by key.
        region: of the part.
    """
    inputs = {camel(name): known(value, parts) for name, value in part.arguments.items()}
    account = Account(ACCOUNT_ID, region, partition_of_region(region))
    id_ = KINDS[part.type].import_id(inputs, account)
    if id_ is None:
        raise LookupError(f"{part.key} has no import id")
    return id_.removesuffix(f"@{region}")


def known(value: Any, parts: Mapping[str, ResourceSpec]) -> Any:
    """A value with what references to named things will be."""
    match value:
        case Reference():
            return _output(value, parts)
        case Joined(pieces):
            return "".join(str(known(piece, parts)) for piece in pieces)
        case _:
            return value


def _output(reference: Reference, parts: Mapping[str, ResourceSpec]) -> str:
    if reference.subject == CALLER:
        return ACCOUNT_ID
    part = parts[reference.subject]
    if reference.attribute in part.arguments:
        return str(known(part.arguments[reference.attribute], parts))
    region = part.arguments["region"]
    partition, name = partition_of_region(region), part.arguments["name"]
    arn = f"arn:{partition}:dynamodb:{region}:{ACCOUNT_ID}:table/{name}"
    return {"arn": arn, "stream_arn": f"{arn}/stream/{STREAM}"}[reference.attribute]
