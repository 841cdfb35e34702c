"""The same live thing under another URN is a move: the engine is told so by an alias. Pure.

The engine knows resources by their URNs, which the names in a program make up. Where a name changes
it would delete one resource and create another, and if both are the same thing in AWS, the deletion
removes what was just made. So every registration is compared with what is recorded by identity.
The engine looks for a registration's own URN before its aliases, so what is recorded under a URN
that now means something else has to be set aside first, in the state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from tablewright.engine.changes import (
    ASIDE,
    SECRET,
    shown_name,
)
from tablewright.engine.state.checkpoint import State, StateResource, rearranged
from tablewright.errors import InputError
from tablewright.pulumi_values import PROVIDER_TYPES, urn_name, urn_type
from tablewright.resource_kinds import KINDS, Identity, parent_of

Identify = Callable[[str, Mapping[str, Any], str], Hashable | None]
"""From a type, inputs and the provider's region to which live thing they mean; None if unknown."""

Thing = tuple[str, str, Hashable]
"""Type, the provider if it is none of the engine's own, and identity."""

_DEFAULT = "default"
"""The engine's own providers are called so, with their version."""


def nothing_known(_type: str, _inputs: Mapping[str, Any], _region: str) -> None:
    """Tell no identities: every URN is a thing of its own."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A resource as a program registers it."""

    urn: str
    type: str
    inputs: Mapping[str, Any]
    parent: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Rearrangement:
    """What has to be changed in the state before a program can run.

    Args:
        aside: recorded URNs that mean something else now, and where their records are kept.
        forgotten: URNs of second records of what is registered under another URN.
        unprotected: URNs of components that go because all that was in them moves, and that the
            program had forbidden to delete.
    """

    aside: Mapping[str, str] = field(default_factory=dict)
    forgotten: frozenset[str] = frozenset()
    unprotected: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.aside or self.forgotten or self.unprotected)


def arranged(document: Mapping[str, Any], steps: Iterable[Rearrangement]) -> dict[str, Any]:
    """A state's document, rearranged step by step."""
    result = dict(document)
    for step in steps:
        result = rearranged(result, step.aside, step.forgotten, step.unprotected)
    return result


class Records:
    """What is recorded, by URN and by identity.

    Args:
        state: of the stack.
        identify: tells identities.
        region: of the engine's own providers.
    """

    def __init__(self, state: State, identify: Identify, region: str = "") -> None:
        self.identify, self.region = identify, region
        self.resources = {
            resource.urn: resource for resource in state.resources if not resource.to_delete
        }
        self.things = {
            urn: thing
            for urn, resource in self.resources.items()
            if resource.custom and resource.holds and (thing := self._thing_of(resource))
        }
        holders: dict[Thing, list[str]] = defaultdict(list)
        for urn, thing in self.things.items():
            holders[thing].append(urn)
        self.holders = {thing: tuple(urns) for thing, urns in holders.items()}

    def thing(
        self, type_: str, inputs: Mapping[str, Any], provider: str, regions: Mapping[str, str]
    ) -> Thing | None:
        """Which live thing inputs mean to a provider.

        Args:
            type_: of the resource.
            inputs: its inputs.
            provider: URN of its provider and an id, or empty.
            regions: of providers that a program made, by URN.
        """
        own = provider.rpartition("::")[0]
        if urn_name(own).startswith(_DEFAULT):
            own = ""
        region = regions.get(own, "") if own else self.region
        identity = self.identify(type_, inputs, region)
        return None if identity is None or SECRET in str(identity) else (type_, own, identity)

    def _thing_of(self, resource: StateResource) -> Thing | None:
        provider = self.resources.get(resource.provider.rpartition("::")[0])
        region = str(provider.inputs.get("region", "")) if provider else ""
        regions = {provider.urn: region} if provider else {}
        return self.thing(resource.type, resource.inputs, resource.provider, regions)


class Moves:
    """Meets the registrations of one program, one run after the other.

    Args:
        records: what is recorded.
        begun: what a killed run has made and nobody has recorded.
    """

    def __init__(self, records: Records | None = None, begun: Iterable[Registration] = ()) -> None:
        self._records = records or Records(State(), nothing_known)
        things = (
            (self._records.thing(registration.type, registration.inputs, "", {}), registration.urn)
            for registration in begun
        )
        self._begun = {thing: urn for thing, urn in things if thing}
        self._lock = Lock()
        self.for_real = False
        self.begin(for_real=False)

    def begin(self, *, for_real: bool) -> None:
        """The program runs, from its first registration on; for real, or to be previewed."""
        self.for_real = for_real
        self._met: dict[str, Registration] = {}
        self._things: dict[Thing, str] = {}
        self._names: dict[Thing, str] = {}
        self._regions: dict[str, str] = {}

    def meet(self, met: Registration) -> str | None:
        """The URN under which the same thing is recorded, if it is another one.

        Raises:
            InputError: the program registers one thing twice, or, for real, what a preview did not
                show to be recorded under a URN that means something else.
        """
        with self._lock:
            self._met[met.urn] = met
            if met.type.startswith(PROVIDER_TYPES):
                self._regions[met.urn] = str(met.inputs.get("region") or "")
            thing = self._records.thing(met.type, met.inputs, met.provider, self._regions)
            if thing is None:
                return None
            self._note(met, thing)
        holders = self._records.holders.get(thing, ())
        if not holders:
            return self._displaced(met, *thing[1:])
        if met.urn in holders:
            return None
        if met.urn not in self._records.resources:
            return holders[0] if len(holders) == 1 else None
        if self.for_real:
            raise InputError(
                f"{met.type} {urn_name(met.urn)} is now what {shown_name(holders[0])} was",
                "run the same command again: the names are known by then",
            )
        return None

    def _displaced(self, met: Registration, own: str, identity: Hashable) -> str | None:
        """The URN of what has to go before a new thing can come, where both are of what is moved.

        AWS has one scaling policy on a side of a table. Where table and policy get other names at
        once, nothing else tells the engine that the new policy replaces the old one: it would make
        it first, which AWS refuses.
        """
        kind = KINDS.get(met.type)
        if not (kind and kind.alone and isinstance(identity, Identity)):
            return None
        place = parent_of(met.type, met.inputs, identity.region)
        holder = (kind.parent[0] if kind.parent else "", own, place)
        moved, records = self._things.get(holder, ""), self._records
        if not records.holders.get(holder) or met.urn in records.resources:
            return None
        moves = moved not in records.resources  # else a run that was killed has moved it
        going = [
            urn
            for urn, thing in records.things.items()
            if thing[:2] == (met.type, own)
            and urn not in self._met
            and (moves or records.resources[urn].parent not in {"", *self._met})
            and self.displaces(met, urn)
        ]
        return going[0] if len(going) == 1 else None

    def displaces(self, met: Registration, urn: str) -> bool:
        """Whether a replacement could not stand beside what is recorded under a URN.

        Made first it would be what exists, or write over it, and be deleted in its stead: so that
        no option of a program (`deleteBeforeReplace: false`) may ask for it.
        """
        record, kind = self._records.resources.get(urn), KINDS.get(met.type)
        if record is None or kind is None or record.type != met.type:
            return False
        region = record.outputs.get("region") if met.inputs.get("region") else None
        return kind.displaces({**record.outputs, "region": region}, met.inputs)

    def begun_as(self, met: Registration) -> str:
        """The URN under which a killed run has made the same thing; else its own."""
        if not self._begun or met.urn in self._records.resources:
            return met.urn
        thing = self._records.thing(met.type, met.inputs, met.provider, self._regions)
        return self._begun.get(thing, met.urn) if thing else met.urn

    def rearrangement(self) -> Rearrangement:
        """What has to be changed before the program that was met can run."""
        sources, forgotten = self._sources()
        records = self._records.resources
        aside = {
            urn
            for urn in {*sources, *sources.values()}
            if urn in records and urn in self._met and urn not in forgotten
        }
        return Rearrangement(
            {urn: _free(f"{urn}{ASIDE}", records) for urn in sorted(aside)},
            frozenset(forgotten),
            frozenset(self._going(sources.values())),
        )

    def _note(self, met: Registration, thing: Thing) -> None:
        self._things.setdefault(thing, met.urn)
        known = isinstance(thing[2], Identity)  # it says by itself within what it is unique
        other = self._names.setdefault(("", *thing[1:]) if known else thing, met.urn)
        if other != met.urn:
            raise InputError(
                f"{urn_type(met.urn)} {urn_name(met.urn)} is the same as {urn_name(other)}: both "
                f"are {thing[2]}",
                "remove one of the two, or give it a different name",
            )

    def _sources(self) -> tuple[dict[str, str], set[str]]:
        """By URN, under which other one its thing is recorded; and records that are too many."""
        sources, forgotten = dict[str, str](), set[str]()
        parents = {holder.parent for holder in self._records.resources.values()}
        for thing, urn in self._things.items():
            holders = self._records.holders.get(thing, ())
            if not holders:
                continue
            free = [holder for holder in holders if holder not in self._met]
            kept = urn if urn in holders else (free or list(holders))[0]
            if kept != urn:
                sources[urn] = kept
            forgotten |= {holder for holder in holders if holder != kept and holder not in parents}
        return sources, forgotten

    def _going(self, moved: Iterable[str]) -> Iterator[str]:
        """Protected components that are not registered any more, and from which something moves."""
        records = self._records.resources
        for urn in moved:
            parent = records.get(records[urn].parent)
            while parent is not None:
                if parent.protect and not parent.custom and parent.urn not in self._met:
                    yield parent.urn
                parent = records.get(parent.parent)


def _free(urn: str, taken: Mapping[str, Any]) -> str:
    while urn in taken:
        urn = f"{urn}-"
    return urn
