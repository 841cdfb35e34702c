"""What lives already of what is declared, asked for as far as a run needs it.

What asks AWS is imported where it asks: an unchanged preview asks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from tablewright.components.existing import NOTHING, Existing
from tablewright.plan.declared import DeclaredStack

from .recorded import Known, Recorded, unrecorded

if TYPE_CHECKING:
    from .place import Place


def what_lives(
    declared: DeclaredStack, known: Iterable[Known], owner: str, place: Place
) -> Existing:
    """All that a run must not make anew, and must not reset.

    Args:
        declared: the stack.
        known: what its state holds, and what killed runs left open.
        owner: how this stack is called in a table's tag of ownership.
        place: where it goes.

    Raises:
        InputError, RefusedError: what lives contradicts what is declared.
        UnreadError: something declared could not be asked for.
    """
    existing, wanted = NOTHING, unrecorded(declared, Recorded.of(known))
    if wanted:
        from .preflight import look  # noqa: PLC0415

        existing = look(declared, wanted, owner, place.session)
    if any(table.global_table for table in declared.tables):
        from .replicas import with_replicas  # noqa: PLC0415

        existing = with_replicas(existing, declared, wanted, place.session)
    if any(table.scaling for table in declared.tables):
        from .scaled import with_scaled_tables  # noqa: PLC0415

        existing = with_scaled_tables(existing, declared, place.session)
    if place.home is None:  # Pulumi's own plug-in imports no scheduled action
        existing = replace(existing, schedules=frozenset())
    return existing
