"""A stack with its tables, ready to be declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tablewright.manifest.models import Stack, Table


@dataclass(frozen=True)
class StackManifest:
    """One stack and its tables in order of declaration, the stack's defaults merged under each.

    Args:
        stack: the stack.
        tables: its tables.
        files: where each table was read from, by `metadata.name`; empty for what a program made.
        stack_file: where the stack was read from.
    """

    stack: Stack
    tables: tuple[Table, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    stack_file: str | None = None
