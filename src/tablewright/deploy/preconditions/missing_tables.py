"""Recorded tables that do not live any more: said before a run makes them again, empty."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from tablewright.deploy.ownership.owner_check import described_tables
from tablewright.deploy.ownership.remade import another_one
from tablewright.deploy.preconditions.accounts import refuse_other_account
from tablewright.deploy.preconditions.deletions import region_of
from tablewright.engine import StateResource
from tablewright.errors import RefusedError
from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable
from tablewright.provider.creation_id import is_another, with_creation_id
from tablewright.resource_kinds.types import TABLE

if TYPE_CHECKING:
    from tablewright.aws.session import Session


def missing_tables(
    declared: DeclaredStack, resources: Collection[StateResource], session: Session, owner: str
) -> tuple[str, ...]:
    """Declared tables that are recorded and do not live, by name.

    Raises:
        RefusedError: the stack is in another account, or somebody has made one of them again.
    """
    refuse_other_account(resources, session)
    recorded = _recorded(declared, resources)
    places = [
        (name, region_of(resource.inputs, resource.outputs) or declared.region)
        for name, resource in recorded.items()
    ]
    described = described_tables(places, session)
    remade = [
        f"table {name}"
        for (name, _), live in described.items()
        if live and is_another(recorded[name].outputs, with_creation_id({}, live.get("TableId")))
    ]
    if remade:
        raise another_one(remade, owner)
    return tuple(name for (name, _), live in described.items() if live is None)


def refuse_missing_tables(declared: DeclaredStack, gone: Collection[str], *, refresh: bool) -> None:
    """Let pass the making of tables that were deleted only where that is asked for.

    Args:
        declared: the stack.
        gone: names of recorded tables that do not live.
        refresh: the run was told to read the live resources, so it creates what is missing.

    Raises:
        RefusedError: an adopted table is gone, or any without a refresh.
    """
    tables = {table.table.name: table for table in declared.tables}
    faults = [_fault(tables[name]) for name in gone if tables[name].adopt or not refresh]
    if not faults:
        return
    remedies = "; ".join(dict.fromkeys(remedy for _, remedy in faults))
    raise RefusedError(f"nothing was done: {'; '.join(text for text, _ in faults)}", remedies)


def created_empty(gone: Collection[str]) -> tuple[str, ...]:
    """What a reader must know of tables that a run makes again."""
    return tuple(
        f"table {name} was deleted outside of this stack, with its items; it is created EMPTY"
        for name in gone
    )


def _fault(table: DeclaredTable) -> tuple[str, str]:
    name = table.table.name
    text = f"table {name} does not exist any more, somebody deleted it with its items"
    restore = f"restore {name} from a backup under its name and adopt it"
    if table.adopt:
        return text, (
            f"{restore}, or set `adopt: false` for it and run "
            "`tablewright up PATH --refresh`, which creates it EMPTY"
        )
    return text, f"{restore}, or run `tablewright up PATH --refresh`, which creates it EMPTY"


def _recorded(
    declared: DeclaredStack, resources: Collection[StateResource]
) -> Mapping[str, StateResource]:
    names = {table.table.name for table in declared.tables}
    return {
        resource.id: resource
        for resource in resources
        if resource.type == TABLE and resource.id in names
    }
