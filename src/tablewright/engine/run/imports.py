"""Which registrations of a program become imports. Pure.

The engine imports a resource whose program names an id other than the recorded one, and then
deletes what was recorded: which is the very thing it imported, where ids are only spelled
differently. So what a stack has on record is never imported, whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tablewright.engine.state.checkpoint import State
from tablewright.resource_kinds import KINDS, Identity, identify

_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Imports:
    """What decides it.

    Args:
        found_ids: by URN, ids of what killed runs made and nobody has recorded.
        recorded: by URN, the ids under which the engine knows a resource.
        identities: of the recorded resources.
        region: the provider's, for ids that name none.
    """

    found_ids: Mapping[str, str] = field(default_factory=dict)
    recorded: Mapping[str, frozenset[str]] = field(default_factory=dict)
    identities: frozenset[Identity] = frozenset()
    region: str = ""

    @classmethod
    def of(cls, state: State, found_ids: Mapping[str, str] = _NONE, region: str = "") -> Imports:
        """From a stack's state, and what was found besides."""
        held = [identity for identity in state.resources if identity.holds]
        identities = {identify(identity.type, identity.inputs, region) for identity in held}
        identities |= {
            kind.identity_of_id(identity.id, region)
            for identity in held
            if (kind := KINDS.get(identity.type)) and kind.known_by
        }
        return cls(
            found_ids,
            {identity.urn: frozenset({identity.id, identity.import_id}) for identity in held},
            frozenset(identity for identity in identities if identity),
            region,
        )

    def id_for(self, urn: str, type_: str, asked: str) -> str:
        """The id to import a registration with; empty for none.

        Args:
            urn: the engine's name of the resource.
            type_: its type.
            asked: the id that the program gives, or empty.
        """
        if not asked:
            return self.found_ids.get(urn, "")
        if urn in self.recorded:  # where it is the recorded id, the engine imports nothing
            return asked if asked in self.recorded[urn] else ""
        kind = KINDS.get(type_)
        identity = kind.identity_of_id(asked, self.region) if kind else None
        return "" if identity in self.identities else asked
