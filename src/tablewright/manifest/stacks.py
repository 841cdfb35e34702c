"""A stack with its tables, ready to be declared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tablewright.manifest.models import Stack, Table
from tablewright.manifest.planton.labels import StackName
from tablewright.manifest.rules.moves import table_of
from tablewright.stack_id import StackId

if TYPE_CHECKING:
    from tablewright.manifest.kubernetes.combining import KubernetesTable


@dataclass(frozen=True)
class StackManifest:
    """One stack and its tables in order of declaration, the stack's defaults merged under each.

    Args:
        stack: the stack.
        tables: its tables.
        files: where each table was read from, by `metadata.name`; empty for what a program made.
        positions: of the document of each among those of its file, for another stack's may have
            the same name.
        stack_file: where the stack was read from; None where it follows from Planton's manifests.
        stack_position: of its document among those of that file.
        planton: the name of the Pulumi stack that Planton's labels or `--stack` give.
        notes: what the user should know although nothing is wrong.
        uncarried: fields of Planton's manifests that have no effect on a table.
        from_planton: every table is one of Planton's manifests, whose words differ from ours.
        kubernetes: those of its tables that a controller of Kubernetes manages.
    """

    stack: Stack
    tables: tuple[Table, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    positions: Mapping[str, int] = field(default_factory=dict)
    stack_file: str | None = None
    stack_position: int = 0
    planton: StackName | None = None
    notes: tuple[str, ...] = ()
    uncarried: tuple[str, ...] = ()
    from_planton: bool = False
    kubernetes: tuple[KubernetesTable, ...] = ()

    @property
    def id(self) -> StackId:
        """What it is called."""
        return self.stack.id


def without_tables(stack: Stack, elsewhere: Collection[str]) -> Stack:
    """A stack that says nothing of tables that belong to other environments only."""
    if not elsewhere:
        return stack
    outputs = tuple(output for output in stack.spec.outputs if output.table not in elsewhere)
    moved = tuple(note for note in stack.spec.moved if table_of(note.to) not in elsewhere)
    spec = stack.spec.model_copy(update={"outputs": outputs, "moved": moved})
    return stack.model_copy(update={"spec": spec})
