"""What a stack is handed over with, and the parts that are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tablewright.components.program import Child
from tablewright.components.rendering import ResourceSpec
from tablewright.components.transcript import transcript
from tablewright.plan.declaration.declared import DeclaredStack


@dataclass(frozen=True, slots=True)
class ToolTemplate:
    """A stack in the language of another tool.

    Args:
        files: text by name.
        lost: what the tool has no words for, `SUBJECT: FIELD, REASON`.
        added: how many resources the tool cannot import, and writes over themselves.
        changed: how many it changes when it takes them over, as it has no other way.
        policies: resource and dimension of scaling policies, whose ARNs only AWS tells.
    """

    files: Mapping[str, str]
    lost: tuple[str, ...]
    added: int = 0
    changed: int = 0
    policies: tuple[tuple[str, str], ...] = ()


def parts_of(stack: DeclaredStack) -> Iterator[ResourceSpec]:
    """The resources of a stack, each after what it refers to."""
    for statement in transcript(stack).statements:
        if isinstance(statement, Child):
            yield statement.part


def lost_of_creation(part: ResourceSpec) -> Iterator[str]:
    """Where the items of a table came from: of no use, and a risk, once it exists."""
    for name in sorted(CREATION & part.arguments.keys()):
        yield f"{part.subject}: {name}, which only the creation of a table looks at"


CREATION = frozenset({
    "import_table", "restore_backup_arn", "restore_date_time", "restore_source_name",
    "restore_source_table_arn", "restore_to_latest_time",
})  # fmt: skip
"""Arguments of a table that another tool would replace the table for."""
