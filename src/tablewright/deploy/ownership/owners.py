"""Whose a stack's resources are: asked before a run, claimed at an import, looked for after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tablewright.deploy.target_environment import TargetEnvironment
from tablewright.dynamodb_values import MOST_TAGS
from tablewright.engine import EngineStack, Operation, RunResult, StateResource, Tagging
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.plan.owner import OWNER_TAG
from tablewright.resource_kinds.types import ALARM, DASHBOARD, ROLE, SCHEDULE, TABLE

from .changed_outside import refuse_edited, refuse_writing_over
from .claims import Claims
from .ledger import OwnershipLedger, token_of
from .orphans import refuse_orphans
from .overwriting import refuse_overwriting
from .owner_check import check_owners, touched
from .registrations import Registrations
from .remade import find_remade, refuse_remade, with_parts, words_of
from .resource_identity import Looker
from .stack_identity import StackIdentity

SETTLE_SECONDS = {"sandbox": 0.1, "aws": 5.0}
"""Within which a tag that was written is seen by everybody (API reference, TagResource: "wait a few
seconds")."""
_DOOMING = frozenset({Operation.DELETE, Operation.REPLACE})
_IDLE = frozenset({Operation.SAME, Operation.READ, Operation.REFRESH})


def _looked_for(place: TargetEnvironment) -> frozenset[str]:
    """Of manifests, what `preconditions` look for before every run, or write over on purpose.

    Pulumi's own plug-in imports no scheduled action of a table that is adopted.
    """
    looked_for = frozenset({TABLE, ALARM, ROLE, DASHBOARD})
    return looked_for | {SCHEDULE} if place.home is None else looked_for


def tagging_of(declared: DeclaredStack, stack: str) -> Tagging:
    """The owner's tag for what a program of the user's own declares; manifests have it already."""
    owner = {OWNER_TAG: f"{declared.name}/{stack}"} if declared.owner_tag else {}
    return Tagging(owner, MOST_TAGS)


class Owners:
    """The owners of what a stack has, or is about to have.

    Args:
        declared: the stack.
        owner: how it is called in the tag of ownership.
        stack: the engine's.
        place: where it goes.
        own_program: whether a program of the user's own declares what manifests do not.
    """

    def __init__(
        self,
        declared: DeclaredStack,
        owner: str,
        stack: EngineStack,
        place: TargetEnvironment,
        *,
        own_program: bool = False,
    ) -> None:
        self._declared, self._owner, self._stack, self._place = declared, owner, stack, place
        self._looked_for = frozenset() if own_program else _looked_for(place)
        self._own_program = own_program
        identity = StackIdentity(owner, stack.place.backend.url)
        self.registrations = Registrations(place, identity, stack.resources)

    def claims(self) -> Claims:
        """What a run claims before it imports."""
        return Claims(self._claimant, self._declared.region, lambda: self._place.session)

    def _claimant(self) -> OwnershipLedger:
        settle = SETTLE_SECONDS[self._place.kind]
        return OwnershipLedger(self._owner, token_of(self._stack.place), settle)

    def check(self, planned: RunResult) -> None:
        """Refuse a run that touches what belongs to another stack, or creates what exists already.

        Nobody is asked where nothing changes.

        Raises:
            RefusedError: it touches what is another's.
            InputError: it would write over what exists.
        """
        self.registrations.expect(planned.changes)
        if all(change.operation in _IDLE for change in planned.changes):
            return
        region = self._declared.region
        doomed = {
            change.urn: change.old_inputs
            for change in planned.changes
            if change.operation in _DOOMING
        }
        self.refuse_others(touched(planned.changes, self._stack.resources(), region), doomed)
        stack = StackIdentity(self._owner, self._stack.place.backend.url)
        looker = Looker(self._place)
        refuse_writing_over(planned.changes, looker, own_program=self._own_program)
        refuse_overwriting(planned.changes, self._looked_for, looker, stack, region)

    def refuse_others(
        self,
        resources: Sequence[StateResource],
        doomed: Mapping[str, Mapping[str, Any] | None] | None = None,
    ) -> None:
        """Refuse to go on where one of the recorded resources belongs to another stack.

        Args:
            resources: that a run would touch.
            doomed: URNs of those that it would delete or replace, with their inputs as the run has
                them on record, which may have read them again; all if None.

        Raises:
            RefusedError: that is so.
        """
        if resources:
            region, session = self._declared.region, self._place.session
            going = {resource.urn: resource.inputs for resource in resources}
            if doomed is not None:
                going = {urn: doomed[urn] or going[urn] for urn in going if urn in doomed}
            looker = Looker(self._place)
            known = refuse_remade(resources, self._owner, looker)
            check_owners(resources, self._owner, region, session, going, known)
            doomed_ones = [
                replace(resource, inputs=going[resource.urn])
                for resource in resources
                if resource.urn in going
            ]
            refuse_edited(doomed_ones, self._owner, looker, region)

    def forget_remade(self, tell: Callable[[str], None]) -> None:
        """Forget what is gone and has left its name to another one, with all that was part of it.

        Args:
            tell: told of each in words.
        """
        resources = self._stack.resources() if self._stack.exists() else ()
        remade = find_remade(resources, Looker(self._place))
        if not remade:
            return
        for resource in remade:
            tell(f"{words_of(resource)} is forgotten: what has its name was made by somebody since")
        self._stack.forget(with_parts(remade, resources, self._declared.region))

    def refuse_orphans(self, unknown: Mapping[str, str]) -> None:
        """After a destroy: say what is left; see `orphans.refuse_orphans`.

        Raises:
            UnreadError: something is left, or nobody can know.
        """
        refuse_orphans(self._declared, self._owner, unknown, self._place.session)
