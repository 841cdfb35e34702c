"""How a resource that a run has begun is found again, and whether it is that run's.

The provider's own `read` looks, so that there is no type that it can make and nobody can look for.
What is found counts as made by the run if it carries the tag of the stack's ownership that the run
sent with its creation, or is part of something that does, or of something that is recorded. What
has neither tags nor a parent counts only if it is what was sent and AWS says that it was made since
(ADR 0021). What only has the same name is somebody else's; what nobody can know is told, and never
assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tablewright.engine import (
    FoundResource,
    ResourceChange,
    Standing,
    State,
    StateResource,
    Unrecorded,
)
from tablewright.plan.owner import owner_of
from tablewright.resource_kinds import KINDS, Account, Identity, ResourceKind, parent_of
from tablewright.resource_kinds.types import ITEM, REPLICA, TAG

if TYPE_CHECKING:
    from tablewright.aws.session import Session
    from tablewright.deploy.target_environment import TargetEnvironment
    from tablewright.provider.resources.resource import Bag, Live

    from .provider_calls import ProviderCalls

SKEW = timedelta(minutes=5)
"""How far the clocks of two machines may be apart."""
_ROUNDED = timedelta(seconds=1)
"""By which AWS rounds a time down."""
_OLDER = "it is older than the run that was to make it"
_DIFFERENT = "it is not what that run was to make"
_WRITTEN_BY_OTHERS = frozenset({ITEM, TAG})
"""What others may write into what is this stack's, by the same name: an application an item."""


class Looker:
    """Looks for live resources by type and inputs.

    Args:
        place: the target, of which no client is made before something is looked for.
    """

    def __init__(self, place: TargetEnvironment) -> None:
        self._place, self._region = place, place.region

    @property
    def _session(self) -> Session:
        return self._place.session

    @property
    def account(self) -> Account:
        """Where the ids of imports lead."""
        return Account(self._session.account_id, self._region, self._session.partition)

    def read(self, type_: str, id_: str, inputs: Mapping[str, Any]) -> Live | None:
        """The live resource, read by the provider; see `ProviderCalls.read`."""
        return self._provider.read(type_, id_, inputs)

    def id_of(self, type_: str, inputs: Mapping[str, Any]) -> str | None:
        """How an import calls what these inputs mean; None if nobody can tell, or it is not."""
        return KINDS[type_].import_id(inputs, self.account) or self._provider.find(type_, inputs)

    def evidence(self, type_: str, id_: str, outputs: Mapping[str, Any]) -> Bag | None:
        """What tells whose a live resource is, and which; None if it does not live."""
        return self._provider.evidence(type_, id_, outputs)

    @property
    def tells_time(self) -> bool:
        """Whether AWS's clock is the one by which states are written."""
        return self._place.kind == "aws"

    def remove(self, type_: str, id_: str, inputs: Mapping[str, Any]) -> None:
        """Delete the live resource; see `ProviderCalls.remove`."""
        self._provider.remove(type_, id_, inputs)

    def born(self, type_: str, live: Live) -> datetime | None:
        """When it was made, as far as AWS tells."""
        return self._provider.born(type_, live)

    def differs(self, type_: str, inputs: Mapping[str, Any], live: Live) -> bool:
        """Whether a live resource is another than inputs would make."""
        return self._provider.differs(type_, inputs, live)

    def is_edited(self, resource: StateResource, live: Live) -> bool:
        """Whether a live resource is not what is on record."""
        from tablewright.provider.resources.resource import Recorded  # noqa: PLC0415 - as below

        recorded = Recorded(resource.id, resource.outputs, resource.inputs)
        return self._provider.is_edited(resource.type, recorded, live)

    def written_over(self, change: ResourceChange, *, only_shown: bool) -> list[str]:
        """The inputs of others that an update of a preview would write over."""
        from tablewright.provider.resources.resource import Recorded  # noqa: PLC0415 - as below

        shown = {diff.path.partition("[")[0].partition(".")[0] for diff in change.diffs}
        recorded = Recorded(
            change.id, change.old_outputs or {}, change.old_inputs or {}, change.new_inputs or {}
        )
        return self._provider.written_over(change.type, recorded, shown if only_shown else None)

    @cached_property
    def _provider(self) -> ProviderCalls:
        from .provider_calls import ProviderCalls  # noqa: PLC0415 - loads the whole catalogue

        return ProviderCalls(self._session, self._region)


class Finder:
    """What exists of creations that were begun; see `engine.state.recovery`.

    Args:
        looker: asks AWS.
        owner: how this stack is called in the tag of ownership.
        region: the stack's.
    """

    def __init__(self, looker: Looker, owner: str, region: str) -> None:
        self._looker, self._owner, self._region = looker, owner, region
        self._known: dict[str, FoundResource] = {}

    def __call__(self, begun: Sequence[Unrecorded], state: State) -> Mapping[str, FoundResource]:
        """Look for each, parents first."""
        own_identities = {*_identities(state.resources, self._region)}
        absent: set[Identity | None] = set()
        for resource in sorted(begun, key=lambda resource: depth(resource.type)):
            if resource.urn not in self._known:
                parent = parent_of(resource.type, resource.inputs, self._region)
                self._known[resource.urn] = (
                    FoundResource(Standing.ABSENT)  # nothing is part of what never came to be
                    if resource.planned and parent in absent - {None}
                    else self._find(resource, own_identities)
                )
            own = {*_identities([resource], self._region)}
            if self._known[resource.urn].standing is Standing.OURS:
                own_identities |= own
            elif self._known[resource.urn].standing is Standing.ABSENT:
                absent |= own
        return {resource.urn: self._known[resource.urn] for resource in begun}

    def _find(self, begun: Unrecorded, own_identities: Iterable[Identity]) -> FoundResource:
        kind = KINDS.get(begun.type)
        if kind is None:
            return FoundResource(Standing.UNKNOWN, why="nobody here can look for its type")
        id_ = begun.id or self._looker.id_of(begun.type, begun.inputs)
        if not id_ and begun.planned:
            return FoundResource(Standing.ABSENT)  # nothing says that the run came to it
        if not id_:
            return FoundResource(Standing.UNKNOWN, why="its inputs do not say what it is called")
        live = self._looker.read(begun.type, id_, begun.inputs)
        if live is None:
            return FoundResource(Standing.ABSENT)
        standing, why = self._judged(kind, begun, live, own_identities)
        return FoundResource(standing, id_, live.identifier, why)

    def _judged(
        self, kind: ResourceKind, begun: Unrecorded, live: Live, own_identities: Iterable[Identity]
    ) -> tuple[Standing, str]:
        if begun.id:
            return Standing.OURS, ""  # the run saw the answer
        if kind.tagged:
            return self._by_tags(begun, live)
        if kind.parent is None:
            return self._by_contents(begun, live)
        parent = parent_of(begun.type, {**begun.inputs, **live.outputs}, self._region)
        if parent is None or {parent, replace(parent, space=REPLICA)}.isdisjoint(own_identities):
            whose = f": {parent.name}" if parent else ""
            return Standing.ANOTHERS, f"what it belongs to is not this stack's{whose}"
        if begun.type in _WRITTEN_BY_OTHERS and self._looker.differs(
            begun.type, begun.inputs, live
        ):
            return Standing.UNKNOWN, _DIFFERENT
        return Standing.OURS, ""

    def _by_tags(self, begun: Unrecorded, live: Live) -> tuple[Standing, str]:
        sent = owner_of(begun.inputs.get("tags") or {})
        has = owner_of(live.outputs.get("tagsAll") or {})
        if sent is None:
            return Standing.UNKNOWN, "it was made without the tag that says whose it is"
        if has != sent:
            other = f"it belongs to the stack {has}" if has else "it was made by somebody else"
            return Standing.ANOTHERS, other
        born = self._looker.born(begun.type, live)
        if born and begun.began and born < begun.began - SKEW:
            return Standing.UNKNOWN, _OLDER
        return Standing.OURS, ""

    def _by_contents(self, begun: Unrecorded, live: Live) -> tuple[Standing, str]:
        """What has neither tags nor a parent: ours if it is what was sent, and made since."""
        if self._looker.differs(begun.type, begun.inputs, live):
            return Standing.UNKNOWN, _DIFFERENT
        born = self._looker.born(begun.type, live)
        if born is None or begun.began is None:
            return Standing.UNKNOWN, "nothing tells who made it"
        if born < begun.began - _ROUNDED:  # any other slack might take what is somebody else's
            return Standing.UNKNOWN, _OLDER
        return Standing.OURS, ""


def depth(type_: str) -> int:
    """Of how many things a type is part, one within the other: those are looked for before it."""
    depth, kind = 0, KINDS.get(type_)
    while kind and kind.parent:
        depth, kind = depth + 1, KINDS[kind.parent[0]]
    return depth


def _identities(resources: Iterable[Unrecorded | StateResource], region: str) -> Iterable[Identity]:
    """What is known by its inputs, or, as a key of KMS, by the id that AWS gave it."""
    for resource in resources:
        kind = KINDS.get(resource.type)
        identity = kind and (
            kind.identify(resource.inputs, region) or kind.identity_of_id(resource.id, region)
        )
        if identity:
            yield identity
