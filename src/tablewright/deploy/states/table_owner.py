"""Which stack a live table belongs to, and where on this machine that stack's state is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tablewright.aws.session import Session
from tablewright.aws.tables import CLOUDFORMATION_TAG
from tablewright.deploy.ownership.ledger import claims_of
from tablewright.deploy.ownership.live_tags import LiveTags, TaggedResource
from tablewright.documents.state import ClaimDocument, TableOwnerDocument
from tablewright.engine import Backend, StackPlace
from tablewright.engine.state.checkpoint import read_checkpoint
from tablewright.errors import UsageError
from tablewright.fleet.absent_tables import no_such_table
from tablewright.plan.owner import owner_of
from tablewright.resource_kinds.types import TABLE


@dataclass(frozen=True, slots=True)
class _Owner:
    """A stack as its tag names it."""

    project: str
    stack: str

    @classmethod
    def parsed(cls, value: str | None) -> _Owner | None:
        project, _, stack = (value or "").rpartition("/")
        return cls(project, stack) if project and stack else None


def table_owner(
    session: Session, name: str, region: str, backends: Sequence[Backend]
) -> TableOwnerDocument:
    """Whose a table is.

    Args:
        session: of the account.
        name: of the table.
        region: of the table.
        backends: where its state may be.

    Raises:
        NotFoundError: there is no such table.
        AwsError: its tags cannot be read.
    """
    subject = TaggedResource(TABLE, name, region)
    tags = LiveTags(session).read([subject]).get(subject)
    if tags is None:
        raise no_such_table(session, region, name)
    owner = _Owner.parsed(owner_of(tags))
    places = _places(owner, name, backends)
    return {
        "table": name,
        "account": session.account_id,
        "region": region,
        "owner": owner_of(tags),
        "project": owner.project if owner else None,
        "stack": owner.stack if owner else None,
        "backends": places,
        "claims": [*_claims(tags)],
        "cloudFormationStack": tags.get(CLOUDFORMATION_TAG),
    }


def _claims(tags: Mapping[str, str]) -> Iterable[ClaimDocument]:
    for owner, until in claims_of(tags).items():
        yield {"owner": owner, "until": until.isoformat()}


def _places(owner: _Owner | None, name: str, backends: Sequence[Backend]) -> list[str]:
    """Those of the backends, as far as they are folders, whose state of the stack has the table."""
    if owner is None:
        return []
    places = []
    for backend in backends:
        with suppress(UsageError):
            place = StackPlace(backend, owner.project, owner.stack)
            if _records(place, name):
                places.append(backend.url)
    return places


def _records(place: StackPlace, table: str) -> bool:
    file = place.state_file
    if file is None:
        return False
    try:
        state = read_checkpoint(json.loads(file.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return False
    return any(record.type == TABLE and record.id == table for record in state.resources)
