"""The guard: nothing live is lost that its owner did not name. Pure.

    judge(preview.changes, Permissions(replace=frozenset({"events"})))

What holds data is replaced or deleted only if a flag names it. All else is named by the declaration
itself, where it is taken out of it or given another name; what would be created again and stay the
same thing needs the flag, and what is still declared is never deleted (ADR 0011).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from shlex import quote

from tablewright.engine.changes import (
    Operation,
    ResourceChange,
)
from tablewright.engine.undeclared_parts import UndeclaredPart, imported_urns, parts_that_go
from tablewright.errors import RefusedError
from tablewright.plan.changes.replacement import BESIDE
from tablewright.pulumi_values import urn_name, urn_type
from tablewright.resource_kinds import KINDS, Identity, identify, parent_of
from tablewright.resource_kinds.types import REPLICA

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
"""Of types that are none of ours."""
_LOSSES = (Operation.REPLACE, Operation.DELETE)
_GOING = (Operation.DELETE, Operation.FORGET, Operation.KEEP)


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
        return not names.isdisjoint(names_of(change))


@dataclass(frozen=True, slots=True)
class Offence:
    """A change by which something live would be lost.

    Args:
        name: of the resource, as its owner knows it.
        type: type token.
        urn: the engine's name of it.
        operation: REPLACE or DELETE.
        causes: the properties that force it; empty for a deletion, which the declaration causes.
        flag: what allows it; empty if nothing does.
        holder: logical name under which the same thing is still declared, if it is.
        remedy: what to do about that.
        part: words for what it is of a resource that stays, `index by-day of table orders`.
    """

    name: str
    type: str
    urn: str
    operation: Operation
    causes: tuple[str, ...]
    flag: str
    holder: str = ""
    remedy: str = ""
    part: str = ""

    def __str__(self) -> str:
        if self.part:
            return f"{self.part} would be deleted, which was never declared here ({self.flag})"
        kind = KINDS.get(self.type)
        words = _KIND_BOUNDARY.sub(" ", self.type.rsplit(":", 1)[-1]).lower()
        subject = f"{kind.word if kind else words} {self.name}"
        if self.holder:
            return f"{subject} would be deleted, and is still declared: as {self.holder}"
        if self.operation is Operation.DELETE:
            return f"{subject} would be deleted: it is not declared any more ({self.flag})"
        causes = ", ".join(self.causes) or "a property that cannot change in place"
        would = f"{subject} would be replaced, because of {causes}"
        if not self.flag:
            return f"{would}, and be kept, so that nothing else can have its name"
        return f"{would} ({self.flag})"


def offences(
    changes: Iterable[ResourceChange],
    permissions: Permissions | None = None,
    holds: Callable[[ResourceChange], bool] = holds_data,
) -> tuple[Offence, ...]:
    """The changes that would lose something and were not allowed, in the order of the changes.

    Args:
        changes: of a preview.
        permissions: what the user allowed.
        holds: which resources hold data.
    """
    changes = tuple(changes)
    return tuple(_found(changes, permissions or Permissions(), holds))


def judge(
    changes: Iterable[ResourceChange],
    permissions: Permissions | None = None,
    holds: Callable[[ResourceChange], bool] = holds_data,
) -> None:
    """Refuse a preview that would lose something that nobody named.

    Raises:
        RefusedError: naming each resource, the property behind it, and the flag that allows it.
    """
    changes = tuple(changes)
    refused = offences(changes, permissions, holds)
    if not refused:
        return
    listed = "\n".join(f"  - {offence}" for offence in refused)
    data = all(offence.type in HOLDS_DATA or offence.type not in KINDS for offence in refused)
    that = " that holds data" if len(refused) == 1 else " that hold data"
    what = "a resource" if len(refused) == 1 else f"{len(refused)} resources"
    raise RefusedError(
        f"nothing was done, because {what}{that if data else ''} would be lost:\n{listed}",
        _next_step(refused) + _if_only_renamed(refused, changes),
    )


def _if_only_renamed(offences: Sequence[Offence], changes: Sequence[ResourceChange]) -> str:
    """What keeps a thing that goes, where one of its type comes: it may be the same to its owner.

    Nothing else tells: what is the same in AWS is moved, and no offence.
    """
    for offence in offences:
        kind = KINDS.get(offence.type)
        made = [
            change.name
            for change in changes
            if change.type == offence.type and change.operation is Operation.CREATE
        ]
        if (
            made
            and kind
            and kind.names
            and offence.operation is Operation.DELETE
            and not offence.part
        ):
            field = "tableName" if kind.word == "table" else kind.names[0]
            named = " or ".join(dict.fromkeys(made))
            return (
                f"; if {named} is {offence.name} under another name, let it keep its name in AWS: "
                f"`{field}: {offence.name}`"
            )
    return ""


def _next_step(offences: Iterable[Offence]) -> str:
    offences = tuple(offences)
    if all(offence.part for offence in offences):
        flags = " ".join(offence.flag for offence in offences)
        return f"declare what is to stay; or allow it with {flags}"
    flags = " ".join(dict.fromkeys(offence.flag for offence in offences if offence.flag))
    if held := sorted(offence.remedy for offence in offences if offence.remedy):
        if held[0] != _KEPT or not flags:  # what else is refused goes with it
            return held[0]
        return f"{held[0]}; for the others, allow it with {flags}"
    if any(_is_table(offence, Operation.REPLACE) for offence in offences):
        return f"undo the change; or {BESIDE}; or allow it with {flags}"
    if going := [offence.name for offence in offences if _is_table(offence, Operation.DELETE)]:
        tables = " ".join(f"--table {name}" for name in going)
        return (
            f"undo the change; or keep the live table{'s' if going[1:] else ''} and manage "
            f"{'them' if going[1:] else 'it'} here no longer: `tablewright release PATH {tables}`; "
            f"or allow it with {flags}"
        )
    return f"undo the change, or allow it with {flags}"


def _is_table(offence: Offence, operation: Operation) -> bool:
    kind = KINDS.get(offence.type)
    return (
        not offence.part
        and offence.operation is operation
        and kind is not None
        and kind.word == "table"
    )


@dataclass
class _Plan:
    """Which live things there are after a run, by the URN that has them, and which ones go."""

    staying: dict[Identity, set[str]] = field(default_factory=dict)
    going: set[Identity] = field(default_factory=set)

    @classmethod
    def of(cls, changes: Iterable[ResourceChange]) -> _Plan:
        plan = cls()
        for change in changes:
            after = identify(change.type, change.new_inputs or {})
            if after and change.operation not in _GOING:
                plan.staying.setdefault(after, set()).add(change.urn)
            before = identify(change.type, change.old_inputs or {})
            if before and change.operation in _LOSSES:
                plan.going.add(before)
        return plan

    def holder(self, change: ResourceChange) -> str:
        """URN of another resource that is the same thing and stays; empty if none is."""
        before = identify(change.type, change.old_inputs or {})
        others = self.staying.get(before, set()) - {change.urn} if before else ()
        return min(others, key=urn_name, default="")

    def is_made_again(self, change: ResourceChange) -> bool:
        """Whether it is replaced and stays the same thing, and not with what it is part of."""
        before = identify(change.type, change.old_inputs or {})
        if before is None or change.operation is not Operation.REPLACE:
            return False
        same = before == identify(change.type, change.new_inputs or {})
        return same and parent_of(change.type, change.old_inputs or {}) not in self.going


def _found(
    changes: Sequence[ResourceChange],
    allowed: Permissions,
    holds: Callable[[ResourceChange], bool],
) -> Iterator[Offence]:
    plan, imported = _Plan.of(changes), imported_urns(changes)
    for change in changes:
        for part in parts_that_go(change, imported):
            if part.name not in allowed.delete:
                yield _part_offence(change, part)
        if change.operation not in _LOSSES:
            continue
        if change.retained:
            if plan.is_made_again(change):
                yield replace(_offence(change), flag="", remedy=_RETAINED)
        elif holder := plan.holder(change):
            yield _offence(change, holder, _remedy(change, holder, changes))
        elif (holds(change) or plan.is_made_again(change)) and not allowed.allow(change):
            yield _offence(change)


_KEPT = "declare it under its old name again"
_RETAINED = (
    "undo the change; or give the new one another name; or remove `retain_on_delete` and run "
    "`tablewright up PATH` first, then make this change"
)
_RESHAPED = (
    "AWS makes nothing else of it: give the new one another name, or remove the old one in a run "
    "of its own first"
)


def _remedy(change: ResourceChange, holder: str, changes: Sequence[ResourceChange]) -> str:
    """What to do about what goes and is still declared under the URN of its holder."""
    if urn_type(holder) != change.type:
        return _RESHAPED
    replaced = any(
        other.former == change.urn and other.operation is Operation.REPLACE for other in changes
    )
    if not (replaced and holds_data(change)):
        return _KEPT
    return (
        "a new name and a replacement take two runs: `tablewright up PATH --allow-replace "
        f"{quote(_owner_name(change))}` while the old name is declared, then `tablewright up PATH` "
        "with the new one"
    )


def _offence(change: ResourceChange, holder: str = "", remedy: str = "") -> Offence:
    name = _owner_name(change)
    causes = change.replace_keys or tuple(diff.path for diff in change.diffs if diff.replaces)
    replaced = change.operation is Operation.REPLACE
    return Offence(
        name=name,
        type=change.type,
        urn=change.urn,
        operation=change.operation,
        causes=causes if replaced else (),
        flag="" if holder else f"--allow-{'replace' if replaced else 'delete'} {quote(name)}",
        holder=urn_name(holder),
        remedy=remedy,
    )


def _part_offence(change: ResourceChange, part: UndeclaredPart) -> Offence:
    flag = f"--allow-delete {quote(part.name)}"
    return Offence(part.name, change.type, change.urn, Operation.DELETE, (), flag, part=part.words)


def _owner_name(change: ResourceChange) -> str:
    """The physical name before the change: what is about to be lost goes by it."""
    inputs = change.old_inputs or {}
    if kind := KINDS.get(change.type):
        return kind.owner_name(inputs) or (change.id if kind.names else "") or change.name
    for key in _NAME_INPUTS:
        if isinstance(name := inputs.get(key), str):
            return name
    return change.id or change.name


def names_of(change: ResourceChange) -> frozenset[str]:
    """Those by which it can be allowed; an id that several share is none of them."""
    kind = KINDS.get(change.type)
    own_id = "" if kind and not kind.names else change.id
    return frozenset({change.name, own_id, _owner_name(change), _place(change)} - {""})


def _place(change: ResourceChange) -> str:
    """A replica by its table and region, as those are named that were never declared."""
    if change.type != REPLICA:
        return ""
    identity = identify(change.type, change.old_inputs or change.new_inputs or {})
    return f"{identity.name}/{identity.region}" if identity and identity.region else ""
