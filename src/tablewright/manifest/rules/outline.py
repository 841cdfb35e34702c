"""The little of each table that the rules of its stack look at; thousands of them fit in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tablewright.manifest.rules.finding import Finding, Subject
from tablewright.manifest.rules.names import Claim, claims
from tablewright.manifest.rules.tags import mandatory_tags_lacking


@dataclass(frozen=True, slots=True)
class Outline:
    """What the stack as a whole must know of one of its tables.

    Args:
        claims: names that must be unique; the table's own comes first.
        lacking: mandatory tags it lacks, and what is to be said where only some tables lack them.
    """

    claims: tuple[Claim, ...]
    lacking: Mapping[str, Finding]

    @property
    def key(self) -> str:
        """The table's `metadata.name`."""
        return self.claims[0].word

    @property
    def name(self) -> str:
        """Its physical name."""
        return self.claims[0].name

    def words(self, what: str) -> list[str]:
        """What the table calls its roles or its alarms."""
        return [claim.word for claim in self.claims if claim.what == what]


def outline_of(subject: Subject) -> Outline:
    """The outline of a table."""
    return Outline(tuple(claims(subject)), mandatory_tags_lacking(subject))
