"""What a reader of a preview must know besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tablewright.dynamodb_values import MOST_TAGS
from tablewright.engine import Lock
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.plan.owner import has_room

OFFICIAL_NOTE = (
    "with Pulumi's own plug-in the calls and their order are the plug-in's; "
    "the steps above are those of --provider embedded"
)


def notes_on(declared: DeclaredStack, locks: Iterable[Lock], *, official: bool) -> Iterator[str]:
    """One sentence each.

    Args:
        declared: the stack.
        locks: who holds it.
        official: whether Pulumi's own plug-in talks to AWS.
    """
    if official:
        yield OFFICIAL_NOTE
    for table in declared.tables:
        if declared.owner_tag and not has_room(table.table.tags or {}):
            yield (
                f"table {table.table.name} has {MOST_TAGS} tags, so there is no room for the one "
                "that says whose it is: nothing keeps another stack from adopting it"
            )
    for lock in locks:
        if lock.alive is not False:
            yield f"a run is under way, so this is already changing: {lock}"
