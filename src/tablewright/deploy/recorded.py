"""What a stack's state knows, and what of the declared it does not. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tablewright.engine import StateResource, Unrecorded
from tablewright.plan.declared import DeclaredStack, DeclaredTable, Role

from .finding import ALARM, ROLE, TABLE, identify

Recorded = Collection[tuple[str, str]]
"""(type, id) of every resource in the state."""


def on_record(resources: Iterable[StateResource], left_open: Iterable[Unrecorded]) -> Recorded:
    """Type and id of all that a state knows, or that the engine finds again (`left_open`)."""
    known = {(each.type, each.id) for each in resources if each.id}
    open_ones = {(each.type, each.id or identify(each.type, each.inputs)) for each in left_open}
    return known | {(type_, id_) for type_, id_ in open_ones if id_}


def unknown_tables(declared: DeclaredStack, recorded: Recorded) -> list[DeclaredTable]:
    """Tables that are declared and not recorded."""
    return [each for each in declared.tables if (TABLE, each.table.name) not in recorded]


def unknown_roles(declared: DeclaredStack, recorded: Recorded) -> list[Role]:
    """Roles likewise."""
    roles = (role for table in declared.tables for role in table.roles)
    return [role for role in roles if (ROLE, role.name) not in recorded]


def unknown_alarms(declared: DeclaredStack, recorded: Recorded) -> list[str]:
    """Names of alarms likewise."""
    every = [*declared.alarms, *(alarm for table in declared.tables for alarm in table.alarms)]
    return [alarm.name for alarm in every if (ALARM, alarm.name) not in recorded]


def all_recorded(declared: DeclaredStack, recorded: Recorded) -> bool:
    """Nothing is declared that the state does not know."""
    return not (
        unknown_tables(declared, recorded)
        or unknown_roles(declared, recorded)
        or unknown_alarms(declared, recorded)
    )
