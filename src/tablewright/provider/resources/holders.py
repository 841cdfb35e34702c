"""Who has a live thing in one run, so that no deletion takes it from another. Pure.

An engine knows resources by their URNs and its records. Where the same thing gets another URN, or
a new record under its old one (`--replace`, `replacementTrigger`, `deleteBeforeReplace: false`), it
creates it again over the live one, and then deletes what was recorded: what was just made. Here the
identity of whatever is declared, made, changed or imported is noted, with what it declares inside
of itself (a table its indexes), and a deletion finds that it is of another record by now.

All instances that serve one engine share the note: a resource that moves from one provider to
another is made by the second and deleted by the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from tablewright.errors import TablewrightError
from tablewright.resource_kinds import Identity, identify, inside_of

_IMPORTED: Final = ""
_NOTHING: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where one instance of the provider works.

    Args:
        account: asks for the id of its account.
    """

    account: Callable[[], str]

    def may_be(self, other: Place) -> bool:
        """Whether both work in the same account; what AWS does not tell may be."""
        if self is other:
            return True
        try:
            return self.account() == other.account()
        except TablewrightError:
            return True


@dataclass(frozen=True, slots=True)
class _Holder:
    """What has a live thing.

    Args:
        urn: of the resource; none for what an import found.
        is_kept: it stays as it is, was changed or made in this run: what is to be deleted under the
            same URN is a record from before.
    """

    urn: str
    is_kept: bool


class Holders:
    """The holders of live things, by identity; safe for threads."""

    def __init__(self) -> None:
        self._holders: dict[Identity, dict[Place, _Holder]] = {}
        self._recorded: dict[Place, set[Identity]] = {}
        self._lock = Lock()

    def make(
        self,
        place: Place,
        type_: str,
        urn: str,
        inputs: Mapping[str, Any],
        recorded: Mapping[str, Any] = _NOTHING,
    ) -> None:
        """A resource was made, is changed or stays as it is: it has what its inputs mean.

        Args:
            place: of the instance.
            type_: of the resource.
            urn: of the resource.
            inputs: as declared.
            recorded: its outputs; they tell which it is where AWS gives the name.
        """
        self._note(place, type_, inputs, _Holder(urn, is_kept=True), recorded)

    def declare(self, place: Place, type_: str, urn: str, inputs: Mapping[str, Any]) -> None:
        """A resource is declared, and changes or is replaced; an import of it stays noted."""
        self._note(place, type_, inputs, _Holder(urn, is_kept=False))

    def take(self, place: Place, type_: str, outputs: Mapping[str, Any]) -> None:
        """What was imported belongs to no record from before this run."""
        if identity := identify(type_, outputs):
            with self._lock:
                at = self._holders.setdefault(identity, {})
                at.setdefault(place, _Holder(_IMPORTED, is_kept=True))

    def record(self, place: Place, type_: str, inputs: Mapping[str, Any]) -> None:
        """A resource of the program is on record, by the inputs that it was given last."""
        own = identify(type_, inputs)
        with self._lock:
            recorded = self._recorded.setdefault(place, set())
            recorded |= {*inside_of(type_, inputs), *((own,) if own else ())}

    def is_recorded(self, place: Place, type_: str, inputs: Mapping[str, Any]) -> bool:
        """Whether what inputs mean is on record, of whatever type: then nobody else has it."""
        own = identify(type_, inputs)
        with self._lock:
            places = [there for there, recorded in self._recorded.items() if own in recorded]
        return any(there.may_be(place) for there in places)

    def leave(self, place: Place) -> None:
        """A run of the instance begins or has ended: what it has noted is of no run any more."""
        with self._lock:
            self._recorded.pop(place, None)
            for at in self._holders.values():
                at.pop(place, None)

    def release(self, place: Place, type_: str, urn: str, outputs: Mapping[str, Any]) -> None:
        """What was recorded under a URN is gone: what is made now is another."""
        if identity := identify(type_, outputs):
            with self._lock:
                at = self._holders.get(identity, {})
                if place in at and at[place].urn == urn:
                    del at[place]

    def is_lost(self, place: Place, type_: str, urn: str, outputs: Mapping[str, Any]) -> bool:
        """Whether what is recorded under a URN belongs to something else by now."""
        identity = identify(type_, outputs)
        with self._lock:
            at = tuple(self._holders.get(identity, {}).items()) if identity else ()
        return any(
            (holder.urn != urn or holder.is_kept) and there.may_be(place) for there, holder in at
        )

    def _note(
        self,
        place: Place,
        type_: str,
        inputs: Mapping[str, Any],
        holder: _Holder,
        recorded: Mapping[str, Any] = _NOTHING,
    ) -> None:
        own = identify(type_, inputs) or identify(type_, recorded)
        inner = inside_of(type_, inputs)
        with self._lock:
            for identity in (own, *inner) if own else inner:
                at = self._holders.setdefault(identity, {})
                for there in [there for there, known in at.items() if known.urn == holder.urn]:
                    del at[there]  # a resource is of one provider at a time
                if place not in at or at[place].urn != _IMPORTED:
                    at[place] = holder
