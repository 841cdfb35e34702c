"""What somebody has changed outside since it was recorded: asked before a run deletes or writes it.

Names pass on, and a state can be restored from an older backup. What has neither the owner's tag
nor an id of AWS is known by its contents alone. So what is not as it is recorded is neither deleted
nor written over before somebody has looked (ADR 0049).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tablewright.engine import Operation, ResourceChange, StateResource
from tablewright.engine.changes import holds_secret
from tablewright.errors import RefusedError
from tablewright.fleet.concurrency import map_concurrently
from tablewright.provider.creation_id import creation_id_of
from tablewright.resource_kinds import KINDS, Identity, displayed_name, identify, parent_of

from .remade import words_of
from .resource_identity import Looker


def refuse_edited(
    resources: Iterable[StateResource], owner: str, looker: Looker, region: str
) -> None:
    """Refuse to delete what tells nobody whose it is, and is not what is recorded any more.

    A dashboard has neither tags nor an id, nor has a scheduled action of a table that stays: what
    somebody has made since under its name, or put into it, shows in its contents alone.

    Args:
        resources: that would be deleted; what is part of one of them goes with it.
        owner: how this stack is called in the tag of ownership.
        looker: asks AWS.
        region: the stack's.

    Raises:
        RefusedError: there is something.
        AwsError: AWS does not tell.
    """
    every = list(resources)
    going = {identify(resource.type, resource.inputs, region) for resource in every} - {None}
    asked = [
        resource
        for resource in every
        if _is_known_by_contents(resource) and going.isdisjoint(_above(resource, region))
    ]
    answers = map_concurrently(range(len(asked)), lambda place: _is_edited(asked[place], looker))
    if edited := [words_of(asked[place]) for place, is_edited in answers.items() if is_edited]:
        raise RefusedError(
            f"{', '.join(sorted(edited))} would be deleted, and is not as {owner} has recorded it: "
            "it was changed outside, or made again by somebody; nothing was touched",
            "look whether it may go; `tablewright refresh PATH` records what is live, after which "
            "the same command deletes it",
        )


def refuse_writing_over(
    changes: Iterable[ResourceChange], looker: Looker, *, own_program: bool = False
) -> None:
    """Refuse updates that would write over what somebody has changed since the record.

    Args:
        changes: of a preview.
        looker: asks AWS.
        own_program: whether a program of the user's own declares it, which may tell the engine to
            ignore changes, and no preview tells of which: there only what it shows is looked at,
            and the provider looks at the rest (`provider.resources.outside`).

    Raises:
        RefusedError: there are some.
        AwsError: AWS does not tell.
    """
    asked = [change for change in changes if _can_be_compared(change)]
    answers = map_concurrently(
        range(len(asked)),
        lambda place: looker.written_over(asked[place], only_shown=own_program),
    )
    overwritten = {
        _words_of_change(asked[place]): names for place, names in answers.items() if names
    }
    if overwritten:
        from tablewright.provider.resources.outside import refusal_of  # noqa: PLC0415 - as Looker

        raise refusal_of(dict(sorted(overwritten.items())))


def _is_known_by_contents(resource: StateResource) -> bool:
    kind = KINDS.get(resource.type)
    if not (resource.custom and resource.holds and kind) or holds_secret(resource.inputs):
        return False
    return not (kind.tagged or creation_id_of(resource.outputs))


def _above(resource: StateResource, region: str) -> Iterator[Identity]:
    """What a resource is part of: a scaling policy of its target, and with that of its table."""
    type_ = resource.type
    while kind := KINDS[type_]:
        if parent := parent_of(type_, resource.inputs, region):
            yield parent
        if kind.parent is None:
            return
        type_ = kind.parent[0]


def _is_edited(resource: StateResource, looker: Looker) -> bool:
    live = looker.read(resource.type, resource.id, resource.outputs)
    return live is not None and looker.is_edited(resource, live)


def _can_be_compared(change: ResourceChange) -> bool:
    """Whether it is an update of which the values are known; of others the provider judges."""
    if change.operation is not Operation.UPDATE or not change.custom or change.type not in KINDS:
        return False
    return not any(map(holds_secret, (change.old_inputs, change.old_outputs, change.new_inputs)))


def _words_of_change(change: ResourceChange) -> str:
    return f"{KINDS[change.type].word} {displayed_name(change.old_outputs or {}, change.name)}"
