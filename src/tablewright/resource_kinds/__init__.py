"""What is true of each type of resource, in one table for all layers. Pure.

    kind = KINDS["aws:appautoscaling/policy:Policy"]
    kind.identify(inputs)                # which live thing it is: Identity(...), None if unknown
    kind.identity_of_id("dynamodb/table/orders/dynamodb:table:ReadCapacityUnits/tracking")
    kind.import_id(inputs, Account(...)) # what an import calls it

A live thing is known by its *identity*, which the inputs of a resource decide. Ids are spelled in
several ways: a scalable target is recorded as `table/orders`, for reads and for writes alike, and
imported as `dynamodb/table/orders/dynamodb:table:ReadCapacityUnits`. So ids are never compared;
identities are.
"""

from __future__ import annotations

from .display import displayed_name, in_region
from .inside import inside_of
from .kind import UNKNOWN, Account, Identity, Inputs, ResourceKind
from .table import KINDS

__all__ = [
    "KINDS",
    "UNKNOWN",
    "Account",
    "Identity",
    "Inputs",
    "ResourceKind",
    "displayed_name",
    "identify",
    "in_region",
    "inside_of",
    "parent_of",
    "type_token",
]


def type_token(kind: str) -> str:
    """What the engine calls a kind: `aws:iam/rolePolicy:RolePolicy` of `iam.RolePolicy`."""
    module, _, name = kind.partition(".")
    return f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"


def identify(type_: str, inputs: Inputs, region: str = "") -> Identity | None:
    """Which live thing inputs of a type mean; None if that is not known, or the type is not."""
    kind = KINDS.get(type_)
    return kind.identify(inputs, region) if kind else None


def parent_of(type_: str, inputs: Inputs, region: str = "") -> Identity | None:
    """What a resource is part of and goes with; None if nothing, or not known yet."""
    kind = KINDS.get(type_)
    if kind is None or kind.parent is None:
        return None
    parent, fields = kind.parent
    read = kind.read(inputs)
    named = {name: read.get(field) for name, field in {"region": "region", **fields}.items()}
    return KINDS[parent].identify(named, region)
