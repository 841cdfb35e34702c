"""What a state knows beyond what is declared: what has to be said, and what cannot go yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tablewright.engine import StateResource
from tablewright.errors import RefusedError
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.plan.table import GlobalIndex, OnDemandMaximum, Stream, Table
from tablewright.provider.dynamodb.properties import table_from_outputs
from tablewright.resource_kinds.types import REPLICA, TABLE


def recorded_ceilings(
    declared: DeclaredStack, resources: Iterable[StateResource]
) -> dict[str, Table]:
    """Recorded tables, by name, with on-demand maxima that are not declared any more.

    A ceiling is not removed by silence: it must be said, once, that there is none.
    """
    bare = {
        resource.table.name for resource in declared.tables if not all(_ceilings(resource.table))
    }
    tables = {
        resource.id: table_from_outputs(resource.outputs)
        for resource in resources
        if resource.type == TABLE and resource.id in bare
    }
    return {name: table for name, table in tables.items() if any(_ceilings(table))}


def keep_streams_of_replicas(declared: DeclaredStack, resources: Iterable[StateResource]) -> None:
    """Refuse to switch off, or change, the stream of a table in a run that begins with replicas.

    AWS replicates by the stream and keeps it as long as there is a replica (API reference,
    UpdateTable); the engine deletes a replica at the end of a run, after all updates.

    Raises:
        RefusedError: that is declared.
    """
    known = list(resources)
    replicated = {table.id.partition(":")[0] for table in known if table.type == REPLICA}
    live = {table.id: table.outputs.get("streamViewType") for table in known if table.type == TABLE}
    for table in declared.tables:
        name = table.table.name
        stays = table.table.stream in (None, Stream(live.get(name) or "NEW_AND_OLD_IMAGES"))
        if name in replicated and not stays:
            raise RefusedError(
                f"the stream of table {name} cannot go while the table has replicas",
                "leave the stream as it is in the run that removes the replicas, then run again",
            )


def keep_consistency(declared: DeclaredStack, resources: Iterable[StateResource]) -> None:
    """Refuse to make a strongly consistent table of an eventually consistent one, or back.

    The consistency of a global table is chosen once (Developer Guide, global tables: how it works).

    Raises:
        RefusedError: that is declared.
    """
    recorded = dict(_consistencies(resources))
    for table in declared.tables:
        group, name = table.global_table, table.table.name
        if group is not None and recorded.get(name, group.consistency) != group.consistency:
            raise RefusedError(
                f"the replicas of table {name} are {recorded[name]} and never become "
                f"{group.consistency}",
                "declare what they are, or a new table; or remove them all in a run of its own",
            )


def _consistencies(resources: Iterable[StateResource]) -> Iterator[tuple[str, str]]:
    """What the state says of each table with replicas, by its name."""
    for resource in resources:
        if resource.type == REPLICA:
            yield resource.id.partition(":")[0], "EVENTUAL"
        elif resource.type == TABLE:
            for replica in resource.outputs.get("replicas") or ():
                yield resource.id, replica.get("consistencyMode") or "EVENTUAL"


def _ceilings(table: Table) -> Iterator[bool]:
    """Of the table and each of its indexes, whether it has a ceiling."""
    holders: list[Table | GlobalIndex] = [table, *(table.global_indexes or ())]
    for holder in holders:
        yield holder.on_demand_maximum not in (None, OnDemandMaximum())
