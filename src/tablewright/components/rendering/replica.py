"""Parts of a global table, and the table's own arguments about it.

With eventual consistency each replica is a resource of its own: its removal, which deletes a copy
of the data, then shows as a deletion. With strong consistency the regions are chosen together and
for ever, so they are arguments of the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tablewright.components.names import replica_insights_name, replica_name, table_key
from tablewright.components.rendering.resource_spec import (
    Reference,
    RenderContext,
    ResourceSpec,
    given,
)
from tablewright.components.rendering.scaling import scaled_writes
from tablewright.dynamodb_values import LONGEST_RECOVERY_DAYS
from tablewright.errors import InputError
from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.replica import Replica
from tablewright.plan.table import Recovery, Table

_LONGEST_WINDOW = Recovery(LONGEST_RECOVERY_DAYS)


def replica_args(declared: DeclaredTable, place: RenderContext) -> dict[str, Any]:
    """Arguments of the table itself: the members of a strongly consistent global table.

    Raises:
        InputError: a replica sets something the provider's schema has no property for, and that
            does not live so already.
    """
    group = declared.global_table
    if group is None:
        return {}
    for replica in group.replicas:
        _refuse_what_has_no_property(declared, replica, place)
    if group.consistency == "EVENTUAL":
        return {}
    witness = group.witness_region
    return {
        "replicas": [_member(replica) for replica in group.replicas],
        **({} if witness is None else {"global_table_witness": {"region_name": witness}}),
    }


def replica_parts(declared: DeclaredTable, place: RenderContext) -> Iterator[ResourceSpec]:
    """Replicas one after the other, as DynamoDB takes them, and the insights of each."""
    group = declared.global_table
    if group is None:
        return
    before = scaled_writes(declared)
    for replica in group.replicas:
        if group.consistency == "EVENTUAL":
            part = _replica(declared, replica, before, place)
            yield part
            before = [part.key]
        yield from _insights(declared, replica, before, place)


def _member(replica: Replica) -> dict[str, Any]:
    return {
        "region_name": replica.region,
        "consistency_mode": "STRONG",
        "deletion_protection_enabled": replica.deletion_protection,
        "point_in_time_recovery": replica.recovery.days > 0,
        "propagate_tags": replica.propagate_tags,
        **given(kms_key_arn=replica.kms_key),
    }


def _replica(
    declared: DeclaredTable, replica: Replica, before: list[str], place: RenderContext
) -> ResourceSpec:
    name = replica_name(declared, replica)
    return ResourceSpec(
        key=f"replica {name}",
        kind="dynamodb.TableReplica",
        name=name,
        arguments={
            "global_table_arn": Reference(table_key(declared), "arn"),
            "region": replica.region,
            "deletion_protection_enabled": replica.deletion_protection,
            "point_in_time_recovery": replica.recovery.days > 0,
            **given(kms_key_arn=replica.kms_key, table_class_override=replica.table_class),
        },
        tags=replica.tags,
        subject=f"replica of table {declared.table.name} in {replica.region}",
        import_id=place.existing.import_id(
            "dynamodb.TableReplica", declared.table.name, replica.region
        ),
        after=before,
        slow=True,
    )


def _insights(
    declared: DeclaredTable, replica: Replica, after: list[str], place: RenderContext
) -> Iterator[ResourceSpec]:
    modes: dict[str | None, str | None] = {None: replica.insights}
    modes |= {index.name: index.insights for index in replica.indexes}
    for index, mode in modes.items():
        if mode is not None:
            name = replica_insights_name(declared, replica, index)
            yield ResourceSpec(
                key=f"insights {name}",
                kind="dynamodb.ContributorInsights",
                name=name,
                arguments={
                    "table_name": Reference(table_key(declared), "name"),
                    **({} if index is None else {"index_name": index}),
                    "mode": mode,
                    "region": replica.region,
                },
                subject=f"contributor insights of table {declared.table.name}, {replica.region}",
                import_id=place.existing.import_id(
                    "dynamodb.ContributorInsights", declared.table.name, index, replica.region
                ),
                after=after,
            )


def _tags_are_the_tables(declared: DeclaredTable, replica: Replica) -> bool:
    return replica.propagate_tags and dict(replica.tags) == dict(declared.table.tags or {})


def without_property(declared: DeclaredTable, replica: Replica) -> dict[str, Any]:
    """What a replica declares that the provider's schema has no property for, by field."""
    strong = declared.global_table is not None and declared.global_table.consistency == "STRONG"
    declared_values: dict[str, Any] = {
        "readCapacityUnits": replica.read_capacity,
        "maxReadRequestUnits": replica.read_ceiling,
        "recovery.days": replica.recovery.days or None,
        "tableClass": replica.table_class if strong else None,
    }
    if replica.recovery == _LONGEST_WINDOW:
        del declared_values["recovery.days"]
    if strong and not _tags_are_the_tables(declared, replica):
        declared_values["tags"] = dict(replica.tags)
    for index in replica.indexes:
        declared_values[f"globalSecondaryIndexes[{index.name}].readCapacityUnits"] = (
            index.read_capacity
        )
        declared_values[f"globalSecondaryIndexes[{index.name}].maxReadRequestUnits"] = (
            index.read_ceiling
        )
    return {field: value for field, value in declared_values.items() if value is not None}


def _live_fields(table: Table) -> dict[str, Any]:
    """The same fields of a replica that exists."""
    live_values: dict[str, Any] = {
        "readCapacityUnits": table.throughput and table.throughput.read,
        "maxReadRequestUnits": table.on_demand_maximum and table.on_demand_maximum.read,
        "recovery.days": table.recovery and table.recovery.days,
        "tableClass": table.table_class,
        "tags": None if table.tags is None else dict(table.tags),
    }
    for index in table.global_indexes or ():
        field = f"globalSecondaryIndexes[{index.name}]"
        live_values[f"{field}.readCapacityUnits"] = index.throughput and index.throughput.read
        ceiling = index.on_demand_maximum
        live_values[f"{field}.maxReadRequestUnits"] = ceiling and ceiling.read
    return live_values


def _refuse_what_has_no_property(
    declared: DeclaredTable, replica: Replica, place: RenderContext
) -> None:
    name = declared.table.name
    table = place.existing.replica_tables.get((name, replica.region))
    live_values = _live_fields(table) if table else {}
    for field, value in without_property(declared, replica).items():
        if live_values.get(field) != value:
            raise InputError(
                f"the replica of table {name} in {replica.region} is to have {field} {value} and "
                f"has {live_values.get(field) or 'none'}, which Pulumi's AWS provider cannot set",
                "declare what it has, or set it by hand: a live value that equals it stays",
            )
