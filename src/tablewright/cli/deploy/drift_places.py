"""Where in the manifests what has drifted is declared, for annotations of a pull request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from tablewright.adopt.acceptance import field_of
from tablewright.cli.inputs.manifests import stack_manifests
from tablewright.deploy.drift.drifted import Drifted
from tablewright.errors import InputError, Problem
from tablewright.manifest import StackManifest
from tablewright.manifest.documents.edit import root_of
from tablewright.manifest.documents.node import Node, find
from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable

Places = Callable[[Drifted], Problem | None]
_FIELDS: Mapping[str, str] = {"alarm": "alarms", "role": "access", "dashboard": "dashboard"}


def places_of(paths: Sequence[str], environment: str | None, declared: DeclaredStack) -> Places:
    """Finds the file and the line of a field of a stack.

    Args:
        paths: of the command line.
        environment: of the stack, whatever its manifest says.
        declared: the stack.
    """
    if "-" in paths:  # it is read once
        return lambda _: None
    stacks = {stack.id: stack for stack in stack_manifests(paths, environment)}
    stack = stacks.get(declared.id)
    owners = {name: table for table in declared.tables for name in _names(table)}

    @cache
    def document(file: str, position: int) -> Node | None:
        try:
            return root_of(Path(file).read_text("utf-8"), file, position)
        except (InputError, OSError, ValueError):
            return None  # another dialect, a template of one, a URL

    def place(drifted: Drifted) -> Problem | None:
        if stack is None:
            return None
        subject = drifted.subject.partition(" in ")[0]
        owner = owners.get((drifted.resource, subject))
        file, position = _place(stack, owner)
        root = document(file, position) if file else None
        if root is None:
            return None
        node = _node(root, _field(drifted), declared.environment)
        return Problem("", "", node.file, node.line, node.column)

    return place


def _names(table: DeclaredTable) -> list[tuple[str, str]]:
    """What belongs to a table, by kind and name."""
    own = [("table", table.table.name), ("replica", table.table.name)]
    alarms = [("alarm", alarm.name) for alarm in table.alarms]
    return [*own, *alarms, *(("role", role.name) for role in table.roles)]


def _place(stack: StackManifest, owner: DeclaredTable | None) -> tuple[str | None, int]:
    """The file that declares it, and the position of its document there."""
    if owner is None:
        return stack.stack_file, stack.stack_position
    return stack.files.get(owner.key), stack.positions.get(owner.key, 0)


def _field(drifted: Drifted) -> tuple[str, ...]:
    if drifted.resource != "table":
        return tuple(filter(None, [_FIELDS.get(drifted.resource)]))
    field = field_of(drifted.fact)
    return () if field is None else tuple(field.partition("[")[0].split("."))


def _node(root: Node, field: tuple[str, ...], environment: str) -> Node:
    """The value of the field for the environment, else for all, else what is nearest above it."""
    overlay, rest = find(root, ("spec", "environments", environment, *field))
    if field and not rest:
        return overlay
    node, _ = find(root, ("spec", *field))
    return node
