"""The guard: what holds data is not replaced or deleted unless its owner names it. Pure.

judge(preview.changes, Permissions(replace=frozenset({"events"})))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tablewright.engine.changes import Operation, ResourceChange
from tablewright.errors import RefusedError
from tablewright.resource_kinds import KINDS

HOLDS_DATA = frozenset(
    {
        "aws:backup/vault:Vault",
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:cognito/userPool:UserPool",
        "aws:docdb/cluster:Cluster",
        "aws:dynamodb/globalTable:GlobalTable",
        "aws:ebs/volume:Volume",
        "aws:ecr/repository:Repository",
        "aws:efs/fileSystem:FileSystem",
        "aws:elasticache/cluster:Cluster",
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "aws:fsx/lustreFileSystem:LustreFileSystem",
        "aws:kinesis/stream:Stream",
        "aws:kms/key:Key",
        "aws:kms/replicaKey:ReplicaKey",
        "aws:memorydb/cluster:Cluster",
        "aws:msk/cluster:Cluster",
        "aws:neptune/cluster:Cluster",
        "aws:opensearch/domain:Domain",
        "aws:rds/cluster:Cluster",
        "aws:rds/globalCluster:GlobalCluster",
        "aws:rds/instance:Instance",
        "aws:redshift/cluster:Cluster",
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketV2:BucketV2",
        "aws:secretsmanager/secret:Secret",
        "aws:sqs/queue:Queue",
        "aws:timestreamwrite/table:Table",
        *(kind.type for kind in KINDS.values() if kind.holds_data),
    }
)
"""Types whose deletion loses data, or, as with a KMS key, the way to read it."""

_KIND_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NAME_INPUTS = ("name", "bucket", "identifier", "clusterIdentifier", "repositoryName")
_WITHOUT_A_NAME = frozenset({"aws:dynamodb/tableReplica:TableReplica"})
"""Types that have neither a name nor an id of their own: a table's replicas share one."""


def holds_data(change: ResourceChange) -> bool:
    """Whether the resource is of a type that holds data."""
    return change.type in HOLDS_DATA


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the user allowed by name: `--allow-replace NAME`, `--allow-delete NAME`.

    A name is a resource's logical name, its physical name, or its id where it has them to itself.
    """

    replace: frozenset[str] = frozenset()
    delete: frozenset[str] = frozenset()

    def __or__(self, other: Permissions) -> Permissions:
        """What either allows."""
        return Permissions(self.replace | other.replace, self.delete | other.delete)

    def allow(self, change: ResourceChange) -> bool:
        """Whether this change was allowed."""
        names = self.replace if change.operation is Operation.REPLACE else self.delete
        return not names.isdisjoint(_names(change))


@dataclass(frozen=True, slots=True)
class Offence:
    """A change that would lose data.

    Args:
        name: of the resource, as its owner knows it.
        type: type token.
        urn: the engine's name of it.
        operation: REPLACE or DELETE.
        causes: the properties that force it; empty for a deletion, which the declaration causes.
        flag: what allows it.
    """

    name: str
    type: str
    urn: str
    operation: Operation
    causes: tuple[str, ...]
    flag: str

    def __str__(self) -> str:
        kind = _KIND_BOUNDARY.sub(" ", self.type.rsplit(":", 1)[-1]).lower()
        if self.operation is Operation.DELETE:
            return f"{kind} {self.name} would be deleted: it is not declared any more ({self.flag})"
        causes = ", ".join(self.causes) or "a property that cannot change in place"
        return f"{kind} {self.name} would be replaced, because of {causes} ({self.flag})"


def offences(
    changes: Iterable[ResourceChange],
    permissions: Permissions | None = None,
    holds: Callable[[ResourceChange], bool] = holds_data,
) -> tuple[Offence, ...]:
    """The changes that would lose data and were not allowed, in the order of the changes.

    Args:
        changes: of a preview.
        permissions: what the user allowed.
        holds: which resources hold data.
    """
    allowed = permissions or Permissions()
    return tuple(
        _offence(change)
        for change in changes
        if change.operation in {Operation.REPLACE, Operation.DELETE}
        and not change.retained
        and holds(change)
        and not allowed.allow(change)
    )


def judge(
    changes: Iterable[ResourceChange],
    permissions: Permissions | None = None,
    holds: Callable[[ResourceChange], bool] = holds_data,
) -> None:
    """Refuse a preview that would lose data.

    Raises:
        RefusedError: naming each resource, the property behind it, and the flag that allows it.
    """
    found = offences(changes, permissions, holds)
    if not found:
        return
    flags = " ".join(dict.fromkeys(offence.flag for offence in found))
    listed = "\n".join(f"  - {offence}" for offence in found)
    what = (
        "a resource that holds data"
        if len(found) == 1
        else f"{len(found)} resources that hold data"
    )
    raise RefusedError(
        f"nothing was done, because {what} would be lost:\n{listed}",
        f"take the change back, or say that you mean it: {flags}",
    )


def _offence(change: ResourceChange) -> Offence:
    name = _owner_name(change)
    causes = change.replace_keys or tuple(diff.path for diff in change.diffs if diff.replaces)
    replaced = change.operation is Operation.REPLACE
    return Offence(
        name=name,
        type=change.type,
        urn=change.urn,
        operation=change.operation,
        causes=causes if replaced else (),
        flag=f"--allow-{'replace' if replaced else 'delete'} {name}",
    )


def _owner_name(change: ResourceChange) -> str:
    """The physical name before the change: what is about to be lost goes by it."""
    if change.type in _WITHOUT_A_NAME:
        return change.name
    inputs = change.old_inputs or {}
    for key in _NAME_INPUTS:
        if isinstance(name := inputs.get(key), str):
            return name
    return change.id or change.name


def _names(change: ResourceChange) -> frozenset[str]:
    own_id = "" if change.type in _WITHOUT_A_NAME else change.id
    return frozenset({change.name, own_id, _owner_name(change)} - {""})
