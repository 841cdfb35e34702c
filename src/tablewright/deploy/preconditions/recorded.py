"""What a stack's state knows, and what of the declared it does not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tablewright.components.rendering import RenderContext, attached_parts, role_parts
from tablewright.components.rendering.resource_spec import ResourceSpec
from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable, Role
from tablewright.resource_kinds import identify
from tablewright.resource_kinds.types import ALARM, DASHBOARD, ROLE, TABLE


class RecordedResource(Protocol):
    """A resource in the state, or one that a killed run has begun."""

    @property
    def urn(self) -> str:
        """The engine's name of it."""

    @property
    def type(self) -> str:
        """Its type."""

    @property
    def id(self) -> str:
        """Its physical id, empty if it has none yet."""

    @property
    def inputs(self) -> Mapping[str, Any]:
        """As the program gave them last."""


@dataclass(frozen=True, slots=True)
class RecordedResources:
    """What the state knows, or the engine itself finds again.

    Args:
        ids: (type, physical id) of every resource.
        names: (type, logical name) likewise.
    """

    ids: frozenset[tuple[str, str]] = frozenset()
    names: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, resources: Iterable[RecordedResource]) -> RecordedResources:
        """From the state and from what killed runs left open; what has no id is created again."""
        known = [(resource, resource.id or _named(resource)) for resource in resources]
        return cls(
            frozenset((resource.type, id_) for resource, id_ in known if id_),
            frozenset(
                (resource.type, resource.urn.rpartition("::")[2]) for resource, id_ in known if id_
            ),
        )


@dataclass(frozen=True, slots=True)
class UnrecordedParts:
    """What is declared and not recorded: the engine would create it.

    Args:
        tables: names of tables.
        parts: what is part of each table, without alarms and roles, by the table's name.
        alarms: names of alarms.
        roles: those that are unknown, or lack a policy.
        new_roles: names of those that are unknown.
        dashboard: its name.
        undeclared_tables: names of tables that are recorded, and that nothing declares any more.
    """

    tables: frozenset[str] = frozenset()
    parts: Mapping[str, tuple[ResourceSpec, ...]] = field(default_factory=dict)
    alarms: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    new_roles: frozenset[str] = frozenset()
    dashboard: str | None = None
    undeclared_tables: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything that the engine would create."""
        return any((self.tables, self.parts, self.alarms, self.roles, self.dashboard))


def unrecorded(declared: DeclaredStack, recorded: RecordedResources) -> UnrecordedParts:
    """All that is declared and not recorded."""
    parts = {table.table.name: _parts(table, recorded) for table in declared.tables}
    name = declared.dashboard.name if declared.dashboard else None
    return UnrecordedParts(
        tables=frozenset(table for table in parts if (TABLE, table) not in recorded.ids),
        parts={table: some for table, some in parts.items() if some},
        alarms=tuple(
            alarm.name for alarm in declared.all_alarms if (ALARM, alarm.name) not in recorded.ids
        ),
        roles=tuple(
            role
            for table in declared.tables
            for role in table.roles
            if _lacks(table, role, recorded)
        ),
        new_roles=frozenset(
            role.name
            for table in declared.tables
            for role in table.roles
            if (ROLE, role.name) not in recorded.ids
        ),
        dashboard=name if name and (DASHBOARD, name) not in recorded.ids else None,
        undeclared_tables=tuple(
            sorted(id_ for type_, id_ in recorded.ids if type_ == TABLE and id_ not in parts)
        ),
    )


def _parts(table: DeclaredTable, recorded: RecordedResources) -> tuple[ResourceSpec, ...]:
    return tuple(
        part for part in attached_parts(table, RenderContext()) if not _knows(recorded, part)
    )


def _lacks(table: DeclaredTable, role: Role, recorded: RecordedResources) -> bool:
    if (ROLE, role.name) not in recorded.ids:
        return True
    return not all(_knows(recorded, part) for part in role_parts(role, table.key, RenderContext()))


def _knows(recorded: RecordedResources, part: ResourceSpec) -> bool:
    return (part.type, part.name) in recorded.names


def _named(known: RecordedResource) -> str | None:
    identity = identify(known.type, known.inputs)
    return identity.name if identity else None
