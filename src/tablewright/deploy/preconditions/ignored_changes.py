"""Changes that Pulumi's own plug-in drops without a word: refused where it is the one to make them.

HashiCorp's provider, which it wraps, compares no types of key attributes and no projection of a
local index (its resource `aws_dynamodb_table`, tried with 5.100): its plan says that nothing
changes. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from tablewright.engine import StateResource
from tablewright.errors import RefusedError
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.plan.table import GlobalIndex, LocalIndex, Table
from tablewright.provider.dynamodb.properties import table_from_outputs
from tablewright.resource_kinds.types import TABLE

Index = TypeVar("Index", GlobalIndex, LocalIndex)
_KEYS_STAY = "declare the types it has, or declare a new table under another name"
_INDEX_STAYS = (
    "run with `--provider embedded`, which builds the index again, or give the index another name"
)
_LOCAL_STAYS = "declare what it has, or use a global index, which can be added to a live table"


def recorded_tables(resources: Iterable[StateResource]) -> dict[str, Table]:
    """The tables of a state by name."""
    return {
        resource.id: table_from_outputs(resource.outputs)
        for resource in resources
        if resource.type == TABLE
    }


def refuse_ignored_changes(declared: DeclaredStack, known: Mapping[str, Table]) -> None:
    """Refuse what the plug-in would leave as it is while it says that all is done.

    Args:
        declared: the stack.
        known: tables by name, as they are recorded, or as they live where they are adopted.

    Raises:
        RefusedError: the first such change.
    """
    for table in declared.tables:
        live = known.get(table.table.name)
        for difference, remedy in () if live is None else _ignored(live, table.table):
            message = f"table {table.table.name}: {difference}; Pulumi's own plug-in ignores that"
            raise RefusedError(message, remedy)


def _ignored(live: Table, declared: Table) -> Iterator[tuple[str, str]]:
    """Each such change with the way out."""
    for name, types in _retyped(live, declared):
        if name in live.key.names and name in declared.key.names:
            yield f"the type of its key attribute {name} {types}", _KEYS_STAY
    for old, local in _kept(live.local_indexes, declared.local_indexes):
        if old.projection != local.projection:
            yield f"the projection of local index {local.name} is another one", _LOCAL_STAYS
        yield from _retyped_keys(live, declared, local, "local index", _LOCAL_STAYS)
    for _, index in _kept(live.global_indexes, declared.global_indexes):
        yield from _retyped_keys(live, declared, index, "index", _INDEX_STAYS)


def _retyped(live: Table, declared: Table) -> Iterator[tuple[str, str]]:
    """Attributes whose type is another one, and which."""
    for name, new in sorted(declared.attributes.items()):
        old = live.attributes.get(name, new)
        if old != new:
            yield name, f"is {old}, and {new} is declared"


def _retyped_keys(
    live: Table, declared: Table, index: Index, word: str, remedy: str
) -> Iterator[tuple[str, str]]:
    for name, types in _retyped(live, declared):
        if name in index.key.names:
            yield f"the type of {name}, a key attribute of {word} {index.name}, {types}", remedy


def _kept(
    live: Iterable[Index] | None, declared: Iterable[Index] | None
) -> Iterator[tuple[Index, Index]]:
    """Indexes that keep their names, as they are and as they are declared."""
    old = {index.name: index for index in live or ()}
    return ((old[index.name], index) for index in declared or () if index.name in old)
