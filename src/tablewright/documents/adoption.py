"""What the commands print that write manifests and programs."""

from __future__ import annotations

from typing import TypedDict


class AdoptedTableDocument(TypedDict):
    """A live table as it was written down."""

    name: str
    """Its name."""
    advice: list[str]
    """What goes against good practice, each with what fixes it."""
    demands: list[str]
    """What its stack or a policy demands and it does not have, each with what fixes it."""
    unread: dict[str, str]
    """Fields that are written as `UNREAD`, with the reasons."""
    leftOut: list[str]
    """What is live and is not written down; it stays as it is."""


class AdoptedStackDocument(TypedDict):
    """The tables of one account and region."""

    name: str
    """Name of the stack."""
    account: str
    """Its account."""
    region: str
    """Its region."""
    manifest: str
    """All documents that were written of it, as YAML."""
    tables: list[AdoptedTableDocument]
    """Its tables."""


class AdoptionDocument(TypedDict):
    """What `adopt` has written."""

    stacks: list[AdoptedStackDocument]
    """One for each account and region."""
    files: list[str]
    """Manifests that were written, with --directory."""
    notes: list[str]
    """What was told beside, as people read it: who uses the tables, how a hand-over goes on."""


class WrittenDocument(TypedDict):
    """Files that were written."""

    files: list[str]
    """Their paths."""
    next: str | None
    """The command to go on with; null where a file says it."""


class ReportFileDocument(TypedDict):
    """The page that `report` has written."""

    file: str
    """Its path."""
    bytes: int
    """Its size."""
