"""What a stack's state knows, and what of the declared it does not. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from tablewright.engine import StateResource
from tablewright.errors import RefusedError
from tablewright.plan.declared import DeclaredStack, DeclaredTable, Role
from tablewright.plan.table import GlobalIndex, OnDemandMaximum, Stream, Table
from tablewright.provider.properties import table_from_outputs

TABLE = "aws:dynamodb/table:Table"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ROLE = "aws:iam/role:Role"
REPLICA = "aws:dynamodb/tableReplica:TableReplica"

Recorded = Collection[tuple[str, str]]
"""(type, id) of every resource in the state."""


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


def recorded_ceilings(
    declared: DeclaredStack, resources: Iterable[StateResource]
) -> dict[str, Table]:
    """Recorded tables, by name, with on-demand maxima that are not declared any more.

    A ceiling is not taken away by silence: it must be said, once, that there is none.
    """
    bare = {each.table.name for each in declared.tables if not all(_ceilings(each.table))}
    tables = {
        each.id: table_from_outputs(each.outputs)
        for each in resources
        if each.type == TABLE and each.id in bare
    }
    return {name: table for name, table in tables.items() if any(_ceilings(table))}


def keep_streams_of_replicas(declared: DeclaredStack, resources: Iterable[StateResource]) -> None:
    """Refuse to switch off, or change, the stream of a table in a run that begins with replicas.

    AWS replicates by the stream with both images and keeps it as long as there is a replica (API
    reference, UpdateTable); the engine deletes a replica at the end of a run, after all updates.

    Raises:
        RefusedError: that is declared.
    """
    replicated = {each.id.partition(":")[0] for each in resources if each.type == REPLICA}
    for each in declared.tables:
        stays = each.table.stream in (None, Stream("NEW_AND_OLD_IMAGES"))
        if each.table.name in replicated and not stays:
            raise RefusedError(
                f"the stream of table {each.table.name} cannot go while the table has replicas",
                "leave the stream as it is in the run that removes the replicas, then run again",
            )


def _ceilings(table: Table) -> Iterator[bool]:
    """Of the table and each of its indexes, whether it has a ceiling."""
    holders: list[Table | GlobalIndex] = [table, *(table.global_indexes or ())]
    for holder in holders:
        yield holder.on_demand_maximum not in (None, OnDemandMaximum())
