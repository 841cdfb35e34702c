"""What `explain` says of a field, an error or a rule."""

from __future__ import annotations

from typing import TypedDict


class ExplainedFieldDocument(TypedDict):
    """One field of a manifest."""

    kind: str
    """Of the manifest: `Table`, `Stack`, ..."""
    path: str
    """`spec.timeToLive`."""
    type: str
    """In words."""
    required: bool
    """It must be given."""
    default: str
    """As it is written; empty where there is none."""
    description: str
    """What it means."""
    fields: list[ExplainedFieldDocument]
    """Those below it."""


class ExplanationDocument(TypedDict):
    """A field, of each kind that has it, or an error or a rule."""

    code: str | None
    """Of an error, `TW-E300`, or a rule, `TW221`; null for a field."""
    title: str | None
    """The code in a few words; null for a field."""
    happened: str | None
    """What has happened, and what has not; of a rule why it is asked; null for a field."""
    remedy: str | None
    """What to do; null for a field."""
    fields: list[ExplainedFieldDocument]
    """None for a code."""
