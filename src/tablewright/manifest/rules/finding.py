"""What a rule is given and what it says."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from tablewright.manifest.documents.node import Path
from tablewright.manifest.models import Stack, Table, TableSpec
from tablewright.manifest.naming import table_name

SPEC: Path = ("spec",)

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake that no single field shows.

    Args:
        path: where it is reported, in the names of the document.
        message: what is wrong.
        fix: how to fix it.
        reads: what else it follows from; if any of that is broken, the finding is void. Paths that
            begin with `stack` are those of the stack's document.
        other: where the other of two stands that cannot both be.
    """

    path: Path
    message: str
    fix: str
    reads: tuple[Path, ...] = ()
    other: Path = ()


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


def repeated(values: Iterable[T]) -> Iterator[tuple[int, int, T]]:
    """Values that came before already, with their positions and where they came first."""
    seen: dict[T, int] = {}
    for number, value in enumerate(values):
        if (first := seen.setdefault(value, number)) != number:
            yield number, first, value


STACK_REGION: Path = ("stack", "spec", "region")
STACK_QUOTAS: Path = ("stack", "spec", "quotas")


def at(*parts: str | int) -> Path:
    """A path below `spec`."""
    return (*SPEC, *parts)
