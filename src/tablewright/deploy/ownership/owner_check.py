"""Whose live resources are: asked before a run changes or deletes them.

The owner's tag is read of every resource that a run would touch and that carries tags, and of the
tables that what it would touch belongs to. One that names another stack is not touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.engine import Operation, ResourceChange, StateResource
from tablewright.errors import NotFoundError, RefusedError
from tablewright.plan.owner import OWNER_TAG, owner_of
from tablewright.resource_kinds import KINDS

from .live_tags import TAGGED, LiveTags, TaggedResource
from .resource_identity import TABLE

THREADS = 8
_TOUCHING = frozenset({Operation.UPDATE, Operation.REPLACE, Operation.DELETE})
_MAKING = frozenset({Operation.CREATE, Operation.IMPORT})


def check_owners(
    resources: Iterable[StateResource], owner: str, region: str, session: Session
) -> None:
    """Refuse to touch what belongs to another stack.

    Args:
        resources: what a run would touch.
        owner: how this stack is called in the tag of ownership.
        region: the stack's.
        session: of the target.

    Raises:
        RefusedError: one carries the tag of another stack.
        AwsError: AWS does not tell.
    """
    found = LiveTags(session).read(subjects_of(resources, region))
    others = {
        subject: other
        for subject, tags in sorted(found.items())
        if (other := owner_of(tags)) not in {None, owner}
    }
    if not others:
        return
    (first, stack), more = next(iter(others.items())), len(others) - 1
    further = f", and {more} more like it" if more else ""
    back = f"set its tag {OWNER_TAG} back to {owner}"
    raise RefusedError(
        f"{first} belongs to the stack {stack}, says its tag {OWNER_TAG}, though {owner} has it on "
        f"record{further}; nothing was touched",
        f"forget it here with `tablewright release PATH --table {_name(first)}` and take it out of "
        f"the manifest; or, if the tag is wrong, {back}"
        if first.type == TABLE
        else f"if the tag is wrong, {back}; else release the table that it is declared with",
    )


def _name(subject: TaggedResource) -> str:
    return KINDS[subject.type].parse(subject.id).get("name", subject.id)


def touched(
    changes: Sequence[ResourceChange], resources: Collection[StateResource]
) -> tuple[StateResource, ...]:
    """What is recorded and a run would change or delete, with the tables that it belongs to.

    What belongs to a table stands under the same component.
    """
    acting = {each.urn: each for each in changes if each.operation in _TOUCHING | _MAKING}
    changed = {urn for urn, each in acting.items() if each.operation in _TOUCHING}
    parents = {each.urn: each.parent for each in resources} | {
        urn: each.parent for urn, each in acting.items()
    }
    above = {one for urn in acting for one in _ancestors(urn, parents)}
    return tuple(
        each
        for each in resources
        if each.urn in changed or (each.type == TABLE and each.parent and each.parent in above)
    )


def _ancestors(urn: str, parents: dict[str, str]) -> Iterator[str]:
    while (urn := parents.get(urn, "")) and "pulumi:pulumi:Stack" not in urn:
        if "tablewright:index:TableStack" not in urn.rpartition("::")[0].rpartition("$")[2]:
            yield urn


def imported(changes: Sequence[ResourceChange], region: str) -> list[TaggedResource]:
    """What a run would import and tag as its stack's."""
    return [
        TaggedResource(each.type, identity.name, str(inputs.get("region") or region))
        for each in changes
        if each.operation is Operation.IMPORT and each.type in TAGGED
        if (inputs := _wanted(each, changes)) and OWNER_TAG in (inputs.get("tags") or {})
        if (identity := KINDS[each.type].identify(inputs))
    ]


def _wanted(change: ResourceChange, changes: Sequence[ResourceChange]) -> Mapping[str, Any]:
    """What is declared of an import: that of the update which follows it, if one does."""
    same = [each.new_inputs for each in changes if each.urn == change.urn and each.new_inputs]
    return same[-1] if same else {}


def subjects_of(resources: Iterable[StateResource], region: str) -> list[TaggedResource]:
    """Those of the recorded resources that carry tags."""
    return [
        TaggedResource(each.type, _id(each), str(each.inputs.get("region") or region))
        for each in resources
        if each.custom and each.id and each.type in TAGGED
    ]


def _id(resource: StateResource) -> str:
    """By which its tags are found: a scalable target is recorded by less than names it."""
    kind = KINDS[resource.type]
    identity = kind.identify(resource.inputs)
    return resource.id if resource.id.startswith("arn:") or identity is None else identity.name


def disclaim(resources: Iterable[StateResource], owner: str, region: str, session: Session) -> None:
    """Take the owner's tag off what is released, where it names this stack."""
    tags = LiveTags(session)
    found = tags.read(subjects_of(resources, region))
    ours = [subject for subject, its in found.items() if its.get(OWNER_TAG) == owner]
    tags.remove(ours, [OWNER_TAG])


def item_counts(names: Sequence[str], session: Session) -> dict[str, int | None]:
    """Items of each table as DescribeTable says, some six hours old; None for one that is gone."""
    counts: dict[str, int | None] = {}

    def count(name: str) -> None:
        try:
            with translated(f"count the items of {name}"):
                table = session.client("dynamodb").describe_table(TableName=name)["Table"]
        except NotFoundError:
            counts[name] = None
        else:
            counts[name] = int(table.get("ItemCount", 0))

    _map_concurrently(names, count)
    return {name: counts[name] for name in names}


def _map_concurrently(names: Sequence[str], work: object) -> None:
    if names:
        with ThreadPoolExecutor(min(THREADS, len(names))) as threads:
            list(threads.map(work, names))  # type: ignore[arg-type]
