"""Some tables of a stack by themselves, `--table NAME`: all else of it stays as it is. Pure.

The program declares these tables alone, and the engine is told to act on nothing but what belongs
to them, so that what the program does not declare is not deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tablewright.components.names import TABLE_COMPONENT
from tablewright.engine import EngineStack, Operation, ResourceChange, StateResource
from tablewright.engine.run.resource_tree import ResourceTree
from tablewright.errors import RefusedError, UsageError, nearest_names

from .source import Source

WHOLE_STACK = "bring up the whole stack first: `tablewright up PATH`"
_STAYING = frozenset({Operation.SAME, Operation.READ, Operation.REFRESH})
_LISTS: Mapping[str, str] = {"tableNames": "name", "tableArns": "arn", "streamArns": "streamArn"}
_MAPS = ("tables", "roleArns", "alarmArns")


def narrowed(sources: Sequence[Source], names: Sequence[str]) -> tuple[Source, ...]:
    """Each stack with the named tables alone, which may be none of its own.

    Args:
        sources: of a command.
        names: of tables, as their manifests or as AWS call them; none for all.

    Raises:
        UsageError: no stack has a table of a name, or one is a saved preview.
    """
    if not names:
        return tuple(sources)
    if any(source.confirmed for source in sources):
        raise UsageError(
            "a saved preview is done as a whole", "leave out --table, or give the manifests"
        )
    known = {
        name: table.key
        for source in sources
        for table in source.declared.tables
        for name in (table.table.name, table.key)
    }
    for name in names:
        if name not in known:
            fix = nearest_names(name, known)
            raise UsageError(f"--table {name}: no such table is declared", fix)
    return tuple(_narrowed(source, {*names}) for source in sources)


def _narrowed(source: Source, names: Collection[str]) -> Source:
    declared = source.declared
    tables = tuple(
        table for table in declared.tables if table.key in names or table.table.name in names
    )
    keys = {table.key for table in tables}
    declared = replace(
        declared,
        tables=tables,
        alarms=(),
        dashboard=None,
        outputs=tuple(output for output in declared.outputs if output.table in keys),
        moved=(),
    )
    return replace(
        source, declared=declared, order=tuple(table.key for table in source.declared.tables)
    )


def targets(
    order: Sequence[str], tree: Callable[[], ResourceTree], stack: EngineStack
) -> tuple[str, ...]:
    """URNs of all that a run may touch; none where that is the whole stack.

    Args:
        order: of the source.
        tree: the program.
        stack: the engine's.

    Raises:
        RefusedError: what a killed run began may belong to any table of the stack.
    """
    if not order:
        return ()
    if stack.left_open():
        raise RefusedError(
            "a run of this stack was interrupted, and what it began has to be finished first; "
            "nothing was touched",
            WHOLE_STACK,
        )
    root = f"urn:pulumi:{stack.place.stack}::{stack.place.project}::"
    return targets_of(tree(), root, stack.resources())


def targets_of(tree: ResourceTree, root: str, recorded: Iterable[StateResource]) -> tuple[str, ...]:
    """URNs of what a program declares, and of what is recorded with its tables.

    Args:
        tree: the program, parents before their children.
        root: how the URNs of the stack begin.
        recorded: resources, parents before their children.
    """
    chains = {"": ""}
    urns: dict[str, None] = {}
    within: set[str] = set()
    for resource in tree.resources:
        types = f"{chains[resource.parent]}{resource.type}"
        chains[resource.key] = f"{types}$"
        urn = f"{root}{types}::{resource.name}"
        urns[urn] = None
        if resource.type == TABLE_COMPONENT:
            within.add(urn)
    for known in recorded:
        if known.parent in within:
            within.add(known.urn)
            urns[known.urn] = None
        elif known.urn not in within:  # the stack's own component: all in it would be meant
            urns.pop(known.urn, None)
    return tuple(urns)


def meant(changes: Sequence[ResourceChange], targets: Sequence[str]) -> tuple[ResourceChange, ...]:
    """Without what stays as it is because it is no target; a refresh tells of that as well."""
    urns = frozenset(targets)
    return tuple(
        change
        for change in changes
        if not urns or change.urn in urns or change.operation not in _STAYING
    )


def refuse_moves(order: Sequence[str], changes: Iterable[ResourceChange]) -> None:
    """What moves is recorded under another name, of which other tables may have a part.

    Raises:
        RefusedError: something moves in a run of some tables.
    """
    moved = next((change for change in changes if order and change.former), None)
    if moved is not None:
        raise RefusedError(
            f"{moved.name} is recorded under another name, which concerns the whole stack; "
            "nothing was touched",
            WHOLE_STACK,
        )


def with_other_outputs(
    tree: ResourceTree, order: Sequence[str], stack: EngineStack
) -> ResourceTree:
    """The program with the recorded outputs of the tables that it leaves out."""
    if not (order and stack.exists()):
        return tree
    return replace(tree, exports=merged_outputs(tree.exports, stack.outputs(), order))


def merged_outputs(
    made: Mapping[str, Any], recorded: Mapping[str, Any], order: Sequence[str]
) -> dict[str, Any]:
    """The outputs of the whole stack: those of some tables as made, all others as recorded.

    Args:
        made: of some tables.
        recorded: of the last run.
        order: keys of all declared tables.
    """
    merged = {**recorded, **made}
    for name in _MAPS:
        merged[name] = {**recorded.get(name, {}), **made[name]}
    tables = merged["tables"]
    keys = [key for key in dict.fromkeys((*order, *tables)) if key in tables]
    for name, field in _LISTS.items():
        merged[name] = [tables[key][field] for key in keys if field in tables[key]]
    return merged
