"""What has the name of a recorded resource and was made apart from it: asked before a run.

What AWS gives at a creation is recorded with the outputs (`provider.creation_id`). Pulumi's own
plug-in records it of what IAM has; of the rest the state says since when it is recorded, and what
AWS has made later is another one. The clock of a sandbox can be moved, so there times say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tablewright.aws.tagging import Tags
from tablewright.engine import StateResource
from tablewright.errors import RefusedError
from tablewright.fleet.concurrency import map_concurrently
from tablewright.provider.creation_id import creation_id_of, is_another
from tablewright.resource_kinds import KINDS, displayed_name, identify, parent_of

from .resource_identity import SKEW, Looker, depth

TAKE_OVER = (
    "`tablewright refresh PATH` forgets the one that is gone; then `adopt: true` (in a "
    "program: `import_`) takes over the one that lives, or another name makes one beside it"
)
"""What to do about a name that another one has."""

Key: TypeAlias = tuple[str, str]
"""Of a recorded resource, its URN and its id."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen of a live resource.

    Args:
        remade: whether it was made apart from the recorded one.
        tags: all of them; None if it does not live, or they were not read.
    """

    remade: bool
    tags: Tags | None


def refuse_remade(
    resources: Iterable[StateResource], owner: str, looker: Looker
) -> dict[Key, Tags]:
    """Refuse to touch what somebody has made again.

    Returns:
        The tags of what was read for it, so that nobody asks twice.

    Raises:
        RefusedError: there is something.
        AwsError: AWS does not tell.
    """
    every = list(resources)
    seen = _sightings(every, looker)
    remade = [resource for resource in every if _is_seen_remade(resource, seen)]
    if remade:
        raise another_one([words_of(resource) for resource in remade], owner)
    return {key: sighting.tags for key, sighting in seen.items() if sighting.tags is not None}


def find_remade(resources: Iterable[StateResource], looker: Looker) -> list[StateResource]:
    """The recorded resources that are gone, and whose names others have that live.

    Raises:
        AwsError: AWS does not tell.
    """
    every = list(resources)
    seen = _sightings(every, looker)
    return [resource for resource in every if _is_seen_remade(resource, seen)]


def _sightings(resources: Iterable[StateResource], looker: Looker) -> dict[Key, Sighting]:
    """Of each that can tell."""
    asked = {
        (resource.urn, resource.id): resource
        for resource in resources
        if _can_tell(resource, looker)
    }
    return map_concurrently(asked, lambda key: _sighting(asked[key], looker))


def _is_seen_remade(resource: StateResource, seen: Mapping[Key, Sighting]) -> bool:
    sighting = seen.get((resource.urn, resource.id))
    return sighting is not None and sighting.remade


def with_parts(
    remade: Iterable[StateResource], resources: Iterable[StateResource], region: str
) -> set[str]:
    """URNs of these and of all that was part of them: what has its name is part of another one."""
    gone = list(remade)
    urns = {resource.urn for resource in gone}
    identities = {identify(resource.type, resource.inputs, region) for resource in gone} - {None}
    for resource in sorted(resources, key=lambda resource: depth(resource.type)):
        if parent_of(resource.type, resource.inputs, region) in identities:
            urns.add(resource.urn)
            identities |= {identify(resource.type, resource.inputs, region)} - {None}
    return urns


def another_one(subjects: list[str], owner: str) -> RefusedError:
    """The refusal of what somebody has made again."""
    named = sorted(subjects, key=lambda subject: (not subject.startswith("table"), subject))
    further = f"; so it is with {', '.join(named[1:])}" if named[1:] else ""
    return RefusedError(
        f"{named[0]} is another one than {owner} has recorded: that was deleted, and one of the "
        f"same name was made since{further}; nothing was touched",
        TAKE_OVER,
    )


def _can_tell(resource: StateResource, looker: Looker) -> bool:
    kind = KINDS.get(resource.type)
    if not (resource.custom and resource.holds and kind) or kind.parent:
        return False
    return bool(creation_id_of(resource.outputs) or (looker.tells_time and resource.created))


def _sighting(resource: StateResource, looker: Looker) -> Sighting:
    evidence: Mapping[str, Any] | None
    if creation_id_of(resource.outputs):
        evidence = looker.evidence(resource.type, resource.id, resource.outputs)
        remade = evidence is not None and is_another(resource.outputs, evidence)
    else:
        live = looker.read(resource.type, resource.id, resource.outputs)
        born = looker.born(resource.type, live) if live else None
        remade = bool(born and resource.created and born > resource.created + SKEW)
        evidence = live.outputs if live else None
    tags = (evidence or {}).get("tagsAll")
    return Sighting(remade, None if tags is None else dict(tags))


def words_of(resource: StateResource) -> str:
    """A resource as its owner calls it."""
    return f"{KINDS[resource.type].word} {displayed_name(resource.outputs, resource.name)}"
