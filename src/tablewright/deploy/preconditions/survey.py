"""What a run finds out about the account before it begins, asked for once and only as needed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from tablewright.deploy.account import refuse_recorded_account
from tablewright.deploy.ownership.stack_identity import StackIdentity
from tablewright.deploy.target_environment import TargetEnvironment
from tablewright.engine import EngineStack, Finder, StateResource
from tablewright.plan.declaration.declared import DeclaredStack

from .accounts import refuse_other_account
from .deletions import Deletion
from .existing import read_existing
from .missing_tables import (
    created_empty,
    missing_tables,
    refuse_missing_tables,
)
from .protected import protected_by_declaration
from .undeletable import Words, refuse_undeletable

if TYPE_CHECKING:
    from tablewright.components.existing import Existing


class Survey:
    """A stack's look at its account.

    Args:
        declared: the stack.
        stack: the engine's.
        owner: how it is called in the tag of ownership.
        place: where it goes.
        finder: finds again what killed runs have made.
        protection: what its manifests call the protection of a table.
    """

    def __init__(
        self,
        declared: DeclaredStack,
        stack: EngineStack,
        owner: str,
        place: TargetEnvironment,
        finder: Finder,
        protection: str = "deletionProtection",
    ) -> None:
        self._declared, self._stack, self._owner = declared, stack, owner
        self._place, self._finder, self._protection = place, finder, protection
        self._seeks = self._refreshes = False

    def begin(self, *, seek: bool, refresh: bool) -> None:
        """A run begins.

        Args:
            seek: look whether the recorded tables live. A preview that asks nothing does not.
            refresh: the run reads the live resources, and so creates what is missing.

        Raises:
            RefusedError: it would read them in another account.
        """
        if refresh:
            refuse_recorded_account(self._stack.resources(), self._place)
        self._seeks, self._refreshes = seek, refresh

    @cached_property
    def existing(self) -> Existing:
        """What exists already of what is declared and not recorded.

        Raises:
            InputError, RefusedError: what is live contradicts what is declared.
            UnreadError: something declared could not be asked for.
        """
        gone = self._gone if self._seeks else ()
        refuse_missing_tables(self._declared, gone, refresh=self._refreshes)
        resources, backend = self._stack.resources(), self._stack.place.backend.url
        imports = self._stack.recovered(self._finder).imports
        left_open = [pending for pending in self._stack.left_open() if pending.urn in imports]
        stack = StackIdentity(self._owner, backend)
        return read_existing(self._declared, resources, left_open, stack, self._place, gone)

    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the tables that the run makes again."""
        return created_empty(self._gone) if self._seeks else ()

    def refuse_other_account(self) -> None:
        """See `accounts.refuse_other_account`, and `account.refuse_recorded_account`."""
        resources = self._stack.resources()
        refuse_other_account(resources, self._place.session)
        refuse_recorded_account(resources, self._place)

    def refuse_undeletable(
        self, doomed: Sequence[Deletion], then: str, recorded: Collection[StateResource] = ()
    ) -> None:
        """See `undeletable.refuse_undeletable`, and `protected.protected_by_declaration`.

        Args:
            doomed: what the run would delete.
            then: how the remedy ends: what to do once nothing is in the way.
            recorded: the records that it would delete without a preview, in which the engine itself
                refuses what is protected.
        """
        if not (doomed or recorded):
            return
        names = frozenset(table.table.name for table in self._declared.tables)
        words = Words(self._protection, names, then)
        known = tuple(protected_by_declaration(recorded, words))
        refuse_undeletable(doomed, words, self._place.session, known)

    @cached_property
    def _gone(self) -> tuple[str, ...]:
        session, resources = self._place.session, self._stack.resources()
        return missing_tables(self._declared, resources, session, self._owner)
