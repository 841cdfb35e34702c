"""The tags of live resources, read and written by type and physical id.

Whose what carries no tags is follows from its table or its role.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.aws.tagging import TAG_CALLS, Tags
from tablewright.errors import NotFoundError
from tablewright.fleet.concurrency import map_concurrently
from tablewright.fleet.rate_limiter import rate_limiter_for
from tablewright.resource_kinds import KINDS

from .tag_operations import TagsOfResource

TAGGED = frozenset(kind.type for kind in KINDS.values() if kind.tagged)
"""Types whose resources carry tags."""


@dataclass(frozen=True, slots=True, order=True)
class TaggedResource:
    """A resource that carries tags.

    Args:
        type: the engine's name of its type, one of `TAGGED`.
        id: its physical id.
        region: where it is.
    """

    type: str
    id: str
    region: str

    def __str__(self) -> str:
        kind = KINDS[self.type]
        parts = kind.parse(self.id)
        named = (parts[name] for name in (*kind.names, "table") if name in parts)
        return f"{kind.word} {next(named, self.id)}"


class LiveTags:
    """The tags of the resources of one account, read and written many at once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pace = rate_limiter_for(session)

    def read(self, subjects: Iterable[TaggedResource]) -> dict[TaggedResource, Tags]:
        """All tags of each of them that exists.

        Raises:
            AwsError: AWS does not tell.
        """

        def one(subject: TaggedResource) -> Tags | None:
            try:
                with translated(f"read the tags of {subject}"):
                    return self._of(subject).read()
            except NotFoundError:
                return None

        answers = map_concurrently(subjects, one)
        return {subject: tags for subject, tags in answers.items() if tags is not None}

    def put(self, tags: Mapping[TaggedResource, Mapping[str, str]]) -> None:
        """Set tags of each."""

        def one(subject: TaggedResource) -> None:
            with translated(f"tag {subject}"):
                self._of(subject).put(tags[subject])

        map_concurrently(tags, one)

    def remove(self, subjects: Iterable[TaggedResource], keys: Sequence[str]) -> None:
        """Take tags off each; one that is gone is none the worse."""

        def one(subject: TaggedResource) -> None:
            with suppress(NotFoundError), translated(f"remove a tag of {subject}"):
                self._of(subject).remove(keys)

        map_concurrently(subjects, one)

    def _of(self, subject: TaggedResource) -> TagsOfResource:
        self._pace(TAG_CALLS[subject.type].read_by)
        return TagsOfResource(self._session, subject.type, subject.id, subject.region)
