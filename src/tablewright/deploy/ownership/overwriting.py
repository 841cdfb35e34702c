"""What a run would create and exists already: refused, for many of AWS's calls would write over it.

PutMetricAlarm, PutDashboard, PutRolePolicy, PutScalingPolicy and their like make no difference
between new and old, and CreateTopic and CreateQueue answer with what is there. So every creation of
a preview is looked for by its identity, whatever its type and whoever declares it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tablewright.engine import SECRET, Operation, ResourceChange
from tablewright.errors import InputError, RefusedError
from tablewright.fleet.concurrency import map_concurrently
from tablewright.plan.owner import owner_of
from tablewright.resource_kinds import KINDS, Identity, identify, parent_of

from .resource_identity import Looker
from .stack_identity import StackIdentity
from .takeover import elsewhere, refuse

if TYPE_CHECKING:
    from tablewright.provider.resources.resource import Live


@dataclass(frozen=True, slots=True)
class Creation:
    """Something that a run would make.

    Args:
        type: its type.
        id: how an import calls it.
        name: by which its owner knows it.
        logical: its name in the program.
    """

    type: str
    id: str
    name: str
    logical: str

    def __str__(self) -> str:
        return f"{KINDS[self.type].word} {self.name}"


def refuse_overwriting(
    changes: Sequence[ResourceChange],
    looked_for: Collection[str],
    looker: Looker,
    stack: StackIdentity,
    region: str,
) -> None:
    """Refuse a run that would create what exists already and is not recorded.

    Args:
        changes: of its preview.
        looked_for: types of which somebody has looked already.
        looker: asks AWS.
        stack: the stack, as it is called in the tag of ownership.
        region: the stack's.

    Raises:
        InputError, RefusedError: something exists, and is another's if it says so.
        AwsError: AWS does not tell.
    """
    made = [change for change in _making(changes, region) if change.type not in looked_for]
    if not made:
        return
    creations = {
        creation: inputs
        for change in made
        if not _is_unnamed(change, region) and (inputs := change.new_inputs or {})
        if (creation := _creation(change, inputs, looker))
    }
    live_things = map_concurrently(
        creations, lambda creation: _look(creation, creations[creation], looker)
    )
    refuse([_fault(creation, *live, stack) for creation, live in live_things.items() if live])


def unnamed(changes: Sequence[ResourceChange], region: str) -> list[ResourceChange]:
    """The creations of a preview that nobody can look for yet: it does not know their names."""
    return [change for change in _making(changes, region) if _is_unnamed(change, region)]


def refuse_creation(
    change: ResourceChange, inputs: Mapping[str, Any], looker: Looker, stack: StackIdentity
) -> None:
    """Refuse one of those, where its name is known by now and something has it.

    Args:
        change: of the preview.
        inputs: of its registration.
        looker: asks AWS.
        stack: the stack, as it is called in the tag of ownership.

    Raises:
        InputError, RefusedError: something exists, and is another's if it says so.
        AwsError: AWS does not tell.
    """
    creation = _creation(change, inputs, looker)
    live = _look(creation, inputs, looker) if creation else None
    if creation and live:
        if SECRET in str(identify(change.type, change.new_inputs or {})):
            creation = replace(creation, id="ID", name=change.name)
        raise _fault(creation, *live, stack)


def _look(creation: Creation, inputs: Mapping[str, Any], looker: Looker) -> tuple[str, Live] | None:
    """What has its name, of its own type or of another with the same names."""
    for type_ in _sharing_names(creation.type):
        if live := looker.read(type_, creation.id, inputs):
            return type_, live
    return None


def _is_unnamed(change: ResourceChange, region: str) -> bool:
    return _identity(change, region) is None


def _sharing_names(type_: str) -> list[str]:
    space = KINDS[type_].space
    others = (kind.type for kind in KINDS.values() if space and space == kind.space)
    return list(dict.fromkeys((type_, *others)))


def _making(changes: Sequence[ResourceChange], region: str) -> Iterator[ResourceChange]:
    """What comes to be, without the parts of what comes to be with them."""
    made = [change for change in changes if _is_new(change, region)]
    with_them = {_identity(change, region) for change in made}
    own = {  # what goes under the same name is the stack's, and judged by the guard
        _known(change.type, change.old_inputs, region)
        for change in changes
        if change.operation is Operation.DELETE
    }
    for change in made:
        parent = parent_of(change.type, change.new_inputs or {}, region)
        known = _identity(change, region) in own - {None}
        if not known and (parent is None or parent not in with_them):
            yield change


def _is_new(change: ResourceChange, region: str) -> bool:
    if not change.custom or change.type not in KINDS:
        return False
    if change.operation is Operation.REPLACE:
        before, after = _known(change.type, change.old_inputs, region), _identity(change, region)
        if before is None and after is None:  # a secret, perhaps another one than before
            names = {*KINDS[change.type].identifying}
            differing = {*change.replace_keys, *(diff.path for diff in change.diffs)}
            return bool(names & differing)
        return before != after
    return change.operation is Operation.CREATE


def _identity(change: ResourceChange, region: str) -> Identity | None:
    return _known(change.type, change.new_inputs, region)


def _known(type_: str, inputs: Mapping[str, Any] | None, region: str) -> Identity | None:
    """Which live thing inputs mean, as far as they tell: a secret may be any name."""
    identity = identify(type_, inputs or {}, region)
    return None if SECRET in str(identity) else identity


def _creation(change: ResourceChange, inputs: Mapping[str, Any], looker: Looker) -> Creation | None:
    """None for what AWS names."""
    kind = KINDS[change.type]
    id_ = looker.id_of(change.type, inputs)
    if id_ is None:
        return None
    return Creation(change.type, id_, kind.owner_name(inputs) or id_, change.name)


def _fault(
    creation: Creation, type_: str, live: Live, stack: StackIdentity
) -> InputError | RefusedError:
    tags: dict[str, Any] = live.outputs.get("tagsAll") or {}
    owner = owner_of(tags)
    if owner not in {None, stack.owner}:
        return RefusedError(
            f"{creation} belongs to the stack {owner}; it has one owner",
            f"give {creation.logical} another name here",
        )
    if owner:
        return elsewhere(str(creation), stack)
    if type_ != creation.type:
        word = KINDS[type_].word
        return InputError(
            f"{creation} is declared, and an existing {word} has that name",
            f"give {creation.logical} another name here, or delete the {word}",
        )
    return InputError(
        f"{creation} exists already, and {creation.logical} would write over it",
        "give it another name here; or take it over: `adopt: true` in a manifest, "
        f'`import_="{creation.id}"` in the options of the resource in a program',
    )
