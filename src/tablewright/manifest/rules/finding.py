"""What a rule is given and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tablewright.manifest.models import Stack, Table, TableSpec
from tablewright.manifest.naming import table_name
from tablewright.manifest.node import Path

SPEC: Path = ("spec",)


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake that no single field shows.

    Args:
        path: where it is reported, in the names of the document.
        message: what is wrong.
        fix: how to mend it.
        reads: what else it follows from; if any of that is broken, the finding is void. Paths that
            begin with `stack` are those of the stack's document.
    """

    path: Path
    message: str
    fix: str
    reads: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A table in its stack, the stack's defaults merged under it."""

    stack: Stack
    table: Table

    @property
    def spec(self) -> TableSpec:
        """What is declared of the table."""
        return self.table.spec

    @property
    def name(self) -> str:
        """The table's physical name."""
        return table_name(self.stack, self.table)


Rule = Callable[[Subject], Iterator[Finding]]


STACK_REGION: Path = ("stack", "spec", "region")
STACK_QUOTAS: Path = ("stack", "spec", "quotas")


def at(*parts: str | int) -> Path:
    """A path below `spec`."""
    return (*SPEC, *parts)
