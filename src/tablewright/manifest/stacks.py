"""A stack with its tables, ready to be declared."""

from __future__ import annotations

from dataclasses import dataclass

from tablewright.manifest.models import Stack, Table


@dataclass(frozen=True)
class StackManifest:
    """One stack and its tables in order of declaration, the stack's defaults merged under each."""

    stack: Stack
    tables: tuple[Table, ...]
