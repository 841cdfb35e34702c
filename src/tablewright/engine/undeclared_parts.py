"""Parts of tables that a run would remove, and that their stack has never declared. Pure.

Somebody made an index or a replica by hand; a look at what is live recorded it, and what is
recorded and not declared goes. Nobody has taken it out of a declaration, so nobody has named it:
the guard asks for that (ADR 0049). What a program had declared and declares no more is named so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tablewright.engine.changes import Operation, ResourceChange
from tablewright.resource_kinds.types import TABLE

_LISTS: Final = {"globalSecondaryIndexes": ("index", "name"), "replicas": ("replica", "regionName")}
"""Properties of a table with what their elements are called, and the member that tells one."""


@dataclass(frozen=True, slots=True)
class UndeclaredPart:
    """One of them.

    Args:
        name: by which it is allowed to go, `orders/by-day`.
        words: what it is, `index by-day of table orders`.
    """

    name: str
    words: str


def parts_that_go(
    change: ResourceChange, imported: Collection[str] = ()
) -> Iterator[UndeclaredPart]:
    """The parts that a change of a table removes and its stack has not declared.

    Args:
        change: of a preview.
        imported: URNs of what the run imports: what an import reads is nobody's declaration.
    """
    if change.type != TABLE or change.operation is not Operation.UPDATE:
        return
    table = change.id or change.name
    before = {} if change.urn in imported else change.old_inputs or {}
    differing = {diff.path.partition("[")[0] for diff in change.diffs}
    for property_, (word, member) in _LISTS.items():
        if property_ not in differing:
            continue
        recorded = _names(change.old_outputs, property_, member)
        declared = {
            *_names(before, property_, member),
            *_names(change.new_inputs, property_, member),
        }
        for name in recorded:
            if name not in declared:
                where = f"in {name}" if word == "replica" else name
                yield UndeclaredPart(f"{table}/{name}", f"{word} {where} of table {table}")


def imported_urns(changes: Iterable[ResourceChange]) -> frozenset[str]:
    """URNs of what a run imports."""
    return frozenset(change.urn for change in changes if change.operation is Operation.IMPORT)


def _names(properties: Mapping[str, Any] | None, property_: str, member: str) -> list[str]:
    elements = (properties or {}).get(property_)
    if not isinstance(elements, list):
        return []
    return [element[member] for element in elements if isinstance(element, Mapping)]
