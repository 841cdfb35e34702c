"""What a reader of a preview must know besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tablewright.engine import Lock
from tablewright.plan.declared import DeclaredStack

from .claiming import MOST_TAGS

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
        if len(table.table.tags or ()) >= MOST_TAGS:
            yield (
                f"table {table.table.name} has {MOST_TAGS} tags, so none is left to note whose "
                "it is: another stack could adopt it as well"
            )
    for lock in locks:
        if lock.alive is not False:
            yield f"a run is under way, so this is already changing: {lock}"
