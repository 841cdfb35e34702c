"""A field that drifted, with its three values, and the report over a stack. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DriftKind(StrEnum):
    """How the three values of a field differ."""

    CHANGED = "changed-outside"
    """Live is another value than recorded."""
    NOT_APPLIED = "not-applied"
    """Declared is another value than recorded, and live is as recorded."""
    DELETED = "deleted-outside"
    """Recorded, and not there any more."""
    REMADE = "made-again"
    """What has the name has another creation id than what is recorded."""
    UNREAD = "unread"
    """It could not be read, so nobody knows."""


WORDS: Mapping[DriftKind, str] = {
    DriftKind.CHANGED: "changed outside",
    DriftKind.NOT_APPLIED: "not applied",
    DriftKind.DELETED: "deleted outside",
    DriftKind.REMADE: "made again",
    DriftKind.UNREAD: "unread",
}


@dataclass(frozen=True, slots=True)
class Author:
    """Who changed something, as CloudTrail tells.

    Args:
        name: of the caller: a user, or a role with its session.
        when: the call was made.
        call: AWS's operation.
    """

    name: str
    when: datetime
    call: str


@dataclass(frozen=True, slots=True)
class Drifted:
    """One field of one resource.

    Args:
        rule: the rule of `checks` that compared it; empty for a resource as a whole.
        resource: what kind of resource: `table`, `alarm`, ...
        subject: its name.
        fact: the field, in the words of `verify`.
        kind: how it differs.
        declared: in the manifest; None where it says nothing.
        recorded: in the state; None where it has nothing.
        live: in AWS; None where there is nothing, or nobody knows.
        fix: what to do about it; of an unread field, why it is unread and what to do.
        author: who changed it, if CloudTrail knows.
        shorter: long values, each with what differs of it.
    """

    rule: str
    resource: str
    subject: str
    fact: str
    kind: DriftKind
    declared: str | None
    recorded: str | None
    live: str | None
    fix: str = ""
    reason: str = ""
    author: Author | None = None
    shorter: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """`table orders`."""
        return f"{self.resource} {self.subject}"

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same from one look to the next."""
        return self.resource, self.subject, self.fact


@dataclass(frozen=True, slots=True)
class DriftReport:
    """All drift of a stack.

    Args:
        stack: `shop/dev`.
        fields: those that differ or are unread, in the order of the declaration.
        compared: how many fields were compared.
        unrecorded: fields that are live as declared, and recorded otherwise: no drift, and the next
            run or refresh records them.
        asked: who changed things was asked for.
    """

    stack: str
    region: str
    account_id: str
    fields: tuple[Drifted, ...]
    compared: int
    unrecorded: tuple[str, ...] = ()

    @property
    def drift(self) -> tuple[Drifted, ...]:
        """What differs."""
        return tuple(field for field in self.fields if field.kind is not DriftKind.UNREAD)

    @property
    def unread(self) -> tuple[Drifted, ...]:
        """What nobody knows."""
        return tuple(field for field in self.fields if field.kind is DriftKind.UNREAD)

    @property
    def counts(self) -> dict[str, int]:
        """How many fields are of each kind."""
        counted = Counter(field.kind for field in self.fields)
        return {kind.value: counted[kind] for kind in DriftKind}

    @property
    def exit_status(self) -> int:
        """0 without drift, 3 with, 4 without but something is unread."""
        if self.drift:
            return 3
        return 4 if self.unread else 0
