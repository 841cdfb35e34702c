"""What has the name of a recorded resource and was made apart from it: asked before a run.

What AWS gives at a creation is recorded with the outputs (`provider.strangers`). Pulumi's own
plug-in records it of what IAM has; of the rest the state says since when it is recorded, and what
AWS has made later is another one. The clock of a sandbox can be moved, so there times say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from tablewright.engine import StateResource
from tablewright.engine.changes import holds_secret
from tablewright.errors import RefusedError
from tablewright.fleet.concurrency import map_concurrently
from tablewright.provider.strangers import creation_id_of, is_another
from tablewright.resource_kinds import KINDS, identify, parent_of

from .resource_identity import SKEW, Looker, depth

TAKE_OVER = (
    "`tablewright refresh PATH` forgets the one that is gone; then `adopt: true` (in a "
    "program: `import_`) takes over the one that lives, or another name makes one beside it"
)
"""What to do about a name that another one has."""


def refuse_remade(resources: Iterable[StateResource], owner: str, looker: Looker) -> None:
    """Refuse to touch what somebody has made again.

    Raises:
        RefusedError: there is something.
        AwsError: AWS does not tell.
    """
    if remade := find_remade(resources, looker):
        raise another_one([words_of(resource) for resource in remade], owner)


def refuse_edited(resources: Iterable[StateResource], owner: str, looker: Looker) -> None:
    """Refuse to delete what tells nobody whose it is, and is not what is recorded any more.

    A dashboard has neither tags nor an id: what somebody has made since under its name, or put into
    it, shows in its contents alone.

    Raises:
        RefusedError: there is something.
        AwsError: AWS does not tell.
    """
    asked = [resource for resource in resources if _is_known_by_contents(resource)]
    answers = map_concurrently(range(len(asked)), lambda place: _is_edited(asked[place], looker))
    if edited := [words_of(asked[place]) for place, is_edited in answers.items() if is_edited]:
        raise RefusedError(
            f"{', '.join(sorted(edited))} would be deleted, and is not as {owner} has recorded it: "
            "it was changed outside, or made again by somebody; nothing was touched",
            "look whether it may go; `tablewright refresh PATH` records what is live, after which "
            "the same command deletes it",
        )


def find_remade(resources: Iterable[StateResource], looker: Looker) -> list[StateResource]:
    """The recorded resources that are gone, and whose names others have that live.

    Raises:
        AwsError: AWS does not tell.
    """
    asked = [resource for resource in resources if _can_tell(resource, looker)]
    answers = map_concurrently(range(len(asked)), lambda place: _is_remade(asked[place], looker))
    return [asked[place] for place, is_remade in answers.items() if is_remade]


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


def _is_known_by_contents(resource: StateResource) -> bool:
    kind = KINDS.get(resource.type)
    if not (resource.custom and resource.holds and kind) or holds_secret(resource.inputs):
        return False
    return not (kind.tagged or kind.parent or creation_id_of(resource.outputs))


def _is_edited(resource: StateResource, looker: Looker) -> bool:
    live = looker.read(resource.type, resource.id, resource.outputs)
    return live is not None and looker.differs(resource.type, resource.inputs, live)


def _is_remade(resource: StateResource, looker: Looker) -> bool:
    if creation_id_of(resource.outputs):
        evidence = looker.evidence(resource.type, resource.id, resource.outputs)
        return evidence is not None and is_another(resource.outputs, evidence)
    live = looker.read(resource.type, resource.id, resource.outputs)
    born = looker.born(resource.type, live) if live else None
    return bool(born and resource.created and born > resource.created + SKEW)


def words_of(resource: StateResource) -> str:
    """A resource as its owner calls it."""
    kind = KINDS[resource.type]
    return f"{kind.word} {kind.owner_name(resource.outputs) or resource.id}"
