"""What a resource declares inside of itself that other types are resources of their own for. Pure.

A program that moves an index from `GlobalSecondaryIndex` into the table's
`globalSecondaryIndexes` declares the same index under another type: the record of the first goes,
and the index stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from .kind import Identity, Inputs, is_known
from .table import KINDS

_TABLE: Final = "aws:dynamodb/table:Table"
_ROLE: Final = "aws:iam/role:Role"


def inside_of(type_: str, inputs: Inputs) -> frozenset[Identity]:
    """The identities of what inputs declare inside of a resource.

    Args:
        type_: of the resource.
        inputs: as declared; the tags of a table are known only with its `arn`.
    """
    finder = _FINDERS.get(type_)
    if finder is None:
        return frozenset()
    identities = (KINDS[kind].identify(own) for kind, own in finder(inputs))
    return frozenset(identity for identity in identities if identity is not None)


def _of_table(inputs: Inputs) -> Iterator[tuple[str, Inputs]]:
    name, region = inputs.get("name"), inputs.get("region")
    if not (is_known(name) and is_known(region)):
        return
    for index in _blocks(inputs, "globalSecondaryIndexes"):
        own = {"tableName": name, "region": region, "indexName": index.get("name")}
        yield "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex", own
    for replica in _blocks(inputs, "replicas"):
        table = f"arn:aws:dynamodb:{region}::table/{name}"
        own = {"globalTableArn": table, "region": replica.get("regionName")}
        yield "aws:dynamodb/tableReplica:TableReplica", own
    arn, tags = inputs.get("arn"), inputs.get("tags")
    if is_known(arn) and arn.endswith(f":table/{name}") and isinstance(tags, Mapping):
        for key in tags:
            yield "aws:dynamodb/tag:Tag", {"resourceArn": arn, "key": key, "region": region}


def _of_role(inputs: Inputs) -> Iterator[tuple[str, Inputs]]:
    role = inputs.get("name")
    for policy in _blocks(inputs, "inlinePolicies"):
        yield "aws:iam/rolePolicy:RolePolicy", {"role": role, "name": policy.get("name")}
    arns = inputs.get("managedPolicyArns")
    for arn in arns if isinstance(arns, list) else ():
        yield (
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            {"role": role, "policyArn": arn},
        )


_FINDERS: Final[Mapping[str, Callable[[Inputs], Iterator[tuple[str, Inputs]]]]] = {
    _TABLE: _of_table,
    _ROLE: _of_role,
}


def _blocks(inputs: Inputs, name: str) -> Iterator[Mapping[str, Any]]:
    blocks = inputs.get(name)
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Mapping):
            yield block
