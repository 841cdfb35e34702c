"""Whose live resources are: asked before a run changes or deletes them.

The owner's tag is read of every resource that a run would touch and that carries tags, and of the
tables that what it would touch belongs to. One that names another stack is not touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.aws.tagging import Tags
from tablewright.components.names import STACK_COMPONENT
from tablewright.engine import Operation, ResourceChange, StateResource
from tablewright.errors import NotFoundError, RefusedError, TablewrightError
from tablewright.fleet.concurrency import map_concurrently
from tablewright.plan.owner import OWNER_TAG, owner_of
from tablewright.pulumi_values import STACK_TYPE
from tablewright.resource_kinds import KINDS, identify, parent_of
from tablewright.resource_kinds.types import TABLE

from .live_tags import TAGGED, LiveTags, TaggedResource
from .remade import Key

Place: TypeAlias = tuple[str, str]
"""Name and region of a table."""
_TOUCHING = frozenset({Operation.UPDATE, Operation.REPLACE, Operation.DELETE})
_MAKING = frozenset({Operation.CREATE, Operation.IMPORT})


def check_owners(
    resources: Collection[StateResource],
    owner: str,
    region: str,
    session: Session,
    doomed: Collection[str] = (),
    known: Mapping[Key, Tags] | None = None,
) -> None:
    """Refuse to touch what belongs to another stack, and to delete what may do so.

    Args:
        resources: what a run would touch.
        owner: how this stack is called in the tag of ownership.
        region: the stack's.
        session: of the target.
        doomed: URNs of those that it would delete or replace.
        known: the live tags of those of which they were read just now.

    Raises:
        RefusedError: one carries the tag of another stack, or would be deleted and has lost that
            of this one: somebody may have made another one of its name.
        AwsError: AWS does not tell.
    """
    tags_of, asked = dict[TaggedResource, Tags](), list[TaggedResource]()
    for resource in resources:
        tags = (known or {}).get((resource.urn, resource.id))
        for subject in subjects_of([resource], region):
            if tags is None:
                asked.append(subject)
            else:
                tags_of[subject] = tags
    tags_of |= LiveTags(session).read(asked)
    others = {
        subject: other
        for subject, tags in sorted(tags_of.items())
        if (other := owner_of(tags)) not in {None, owner}
    }
    if others:
        raise _belongs_to_others(others, owner)
    going = [
        resource
        for resource in resources
        if resource.urn in doomed and owner_of(resource.inputs.get("tags") or {}) == owner
    ]
    bare = [
        subject
        for subject in subjects_of(going, region)
        if subject in tags_of and owner_of(tags_of[subject]) is None
    ]
    if bare:
        raise _has_lost_its_tag(bare, owner)


def _belongs_to_others(others: Mapping[TaggedResource, str], owner: str) -> RefusedError:
    (first, stack), more = next(iter(others.items())), len(others) - 1
    further = f", and {more} more like it" if more else ""
    back = f"set its tag {OWNER_TAG} back to {owner}"
    return RefusedError(
        f"{first} belongs to the stack {stack}, says its tag {OWNER_TAG}, though {owner} has it on "
        f"record{further}; nothing was touched",
        f"forget it here with `tablewright release PATH --table {_name(first)}` and take it out of "
        f"the manifest; or, if the tag is wrong, {back}"
        if first.type == TABLE
        else f"if the tag is wrong, {back}; else release the table that it is declared with",
    )


def _has_lost_its_tag(bare: Sequence[TaggedResource], owner: str) -> RefusedError:
    further = f", and {len(bare) - 1} more like it" if len(bare) > 1 else ""
    return RefusedError(
        f"{bare[0]} has lost its tag {OWNER_TAG}{further}: it may be another one of that name, "
        "which somebody has made since; nothing was touched",
        f"if it is what {owner} has made, set the tag to {owner}: `tablewright up PATH --refresh` "
        "does so for what is declared",
    )


def _name(subject: TaggedResource) -> str:
    return KINDS[subject.type].parse(subject.id).get("name", subject.id)


def touched(
    changes: Sequence[ResourceChange], resources: Collection[StateResource], region: str = ""
) -> tuple[StateResource, ...]:
    """What is recorded and a run would change or delete, with what it belongs to.

    What belongs to a table stands under the same component, or names it.
    """
    acting = {
        resource.urn: resource for resource in changes if resource.operation in _TOUCHING | _MAKING
    }
    changed = {urn for urn, resource in acting.items() if resource.operation in _TOUCHING}
    parents = {resource.urn: resource.parent for resource in resources} | {
        urn: resource.parent for urn, resource in acting.items()
    }
    above = {ancestor for urn in acting for ancestor in _ancestors(urn, parents)}
    owning = {
        parent
        for resource in resources
        if resource.urn in changed and (parent := parent_of(resource.type, resource.inputs, region))
    }
    return tuple(
        resource
        for resource in resources
        if resource.urn in changed
        or (resource.type == TABLE and resource.parent and resource.parent in above)
        or identify(resource.type, resource.inputs, region) in owning
    )


def _ancestors(urn: str, parents: dict[str, str]) -> Iterator[str]:
    while (urn := parents.get(urn, "")) and STACK_TYPE not in urn:
        if STACK_COMPONENT not in urn.rpartition("::")[0].rpartition("$")[2]:
            yield urn


def imported(changes: Sequence[ResourceChange], region: str) -> list[TaggedResource]:
    """What a run would import and tag as its stack's."""
    return [
        _subject(change.type, change.id, inputs, region)
        for change in changes
        if change.operation is Operation.IMPORT and change.type in TAGGED
        if (inputs := _wanted(change, changes)) and OWNER_TAG in (inputs.get("tags") or {})
    ]


def _wanted(change: ResourceChange, changes: Sequence[ResourceChange]) -> Mapping[str, Any]:
    """What is declared of an import: that of the update which follows it, if one does."""
    same = [other.new_inputs for other in changes if other.urn == change.urn and other.new_inputs]
    return same[-1] if same else {}


def subjects_of(resources: Iterable[StateResource], region: str) -> list[TaggedResource]:
    """Those of the recorded resources that carry tags."""
    return [
        _subject(resource.type, resource.id, resource.inputs, region)
        for resource in resources
        if resource.custom and resource.id and resource.type in TAGGED
    ]


def _subject(type_: str, id_: str, inputs: Mapping[str, Any], region: str) -> TaggedResource:
    """By what its tags are found: a scalable target is recorded by less than names it."""
    kind = KINDS[type_]
    identity = None if id_.startswith("arn:") else kind.identify(inputs)
    return TaggedResource(
        type_, identity.name if identity else id_, str(inputs.get("region") or region)
    )


@contextmanager
def disclaimed(
    resources: Iterable[StateResource], owner: str, region: str, session: Session
) -> Iterator[None]:
    """Remove the owner tag of what is released, where it names this stack.

    It is put back if the block does not come to its end: what is still recorded stays the stack's.
    """
    tags = LiveTags(session)
    tags_of = tags.read(subjects_of(resources, region))
    owned = [
        subject
        for subject, resource_tags in tags_of.items()
        if resource_tags.get(OWNER_TAG) == owner
    ]
    try:
        tags.remove(owned, [OWNER_TAG])
        yield
    except BaseException:
        with suppress(TablewrightError):  # the failure itself is what must be told
            tags.put({subject: {OWNER_TAG: owner} for subject in owned})
        raise


def described_tables(
    tables: Iterable[Place], session: Session
) -> dict[Place, Mapping[str, Any] | None]:
    """What DescribeTable says of each table; None for one that is gone.

    Each is asked for in the region that it was recorded in, wherever the manifest wants it by now.
    """

    def describe(table: Place) -> Mapping[str, Any] | None:
        name, region = table
        dynamodb = session.client("dynamodb", region)
        try:
            with translated(f"describe {name}"):
                description: Mapping[str, Any] = dynamodb.describe_table(TableName=name)["Table"]
        except NotFoundError:
            return None
        return description

    return map_concurrently(sorted({*tables}), describe)


def item_counts(tables: Iterable[Place], session: Session) -> dict[Place, int | None]:
    """Items of each table as DescribeTable says, some six hours old; None for one that is gone."""
    return {
        place: None if description is None else int(description.get("ItemCount", 0))
        for place, description in described_tables(tables, session).items()
    }
