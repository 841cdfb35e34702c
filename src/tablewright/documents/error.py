"""What a command prints under `--output json` when it fails, and what `validate` finds."""

from __future__ import annotations

from typing import Any, TypedDict


class ProblemDocument(TypedDict):
    """One mistake in a manifest."""

    file: str | None
    """The file it is in, as it was given; `-` is standard input; null where it is in none."""
    line: int | None
    """From 1."""
    column: int | None
    """From 1."""
    path: str
    """Of the field, `spec.partitionKey.type`; empty where it is about none."""
    message: str
    """What is wrong, in a sentence or two."""
    fix: str
    """What to do about it; empty where there is nothing to add."""


class FaultDocument(ProblemDocument):
    """One mistake or failure."""

    code: str
    """Stable, as `tablewright explain CODE` tells of it: `TW-E110`."""
    details: dict[str, Any]
    """More by code: `action` and `resource` of a missing permission, who holds a lock."""


class ErrorsDocument(TypedDict):
    """What is printed instead of a command's document when it fails before it has one."""

    errors: list[FaultDocument]
    """All that is wrong; at least one."""
    exitStatus: int
    """With which the command ends."""


class ValidationDocument(TypedDict):
    """What `validate` found."""

    valid: bool
    """There is no mistake."""
    problems: list[ProblemDocument]
    """All mistakes, in the order of the files."""
