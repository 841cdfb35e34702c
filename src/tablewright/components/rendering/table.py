"""The part of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tablewright.components.names import table_key
from tablewright.components.rendering.origin import origin_args
from tablewright.components.rendering.replica import replica_args
from tablewright.components.rendering.resource_spec import RenderContext, ResourceSpec, given
from tablewright.components.rendering.scaling import scaled_properties, scaled_sides
from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.facets import SETTINGS, WARM_THROUGHPUT, Facet
from tablewright.plan.facets.on_demand_maximum import ceilings_properties
from tablewright.plan.origin import ORIGIN_PROPERTIES
from tablewright.plan.scaling import with_scaled_capacity
from tablewright.plan.table import (
    GlobalIndex,
    Key,
    LocalIndex,
    OnDemandMaximum,
    Projection,
    Table,
    Throughput,
)


def table_part(declared: DeclaredTable, place: RenderContext) -> ResourceSpec:
    """The table, whole."""
    name = declared.table.name
    replicated = ["replicas"] if _replicas_are_parts(declared) else []
    # A provider would replace the table when what it was made from changes, or is removed.
    return ResourceSpec(
        key=table_key(declared),
        kind="dynamodb.Table",
        name=declared.key,
        arguments={**table_args(declared, place), **place.arguments},
        tags=declared.table.tags or {},
        subject=f"table {name}",
        import_id=place.existing.table_id(name) if declared.adopt else None,
        ignored=[*scaled_properties(declared, place), *ORIGIN_PROPERTIES, *replicated],
        slow=True,
    )


def table_args(declared: DeclaredTable, place: RenderContext) -> dict[str, Any]:
    """All arguments but the tags, in the spelling of `pulumi_aws.dynamodb.Table`.

    Indexes and attributes are sorted by name, so that their order in a manifest, which has no
    meaning, never shows as a change. What scales has the capacity that it has, if the table exists.
    """
    table, live = declared.table, place.existing.tables.get(declared.table.name)
    if live is not None:
        table = with_scaled_capacity(table, scaled_sides(declared, place), live)
    provisioned = table.billing_mode == "PROVISIONED"
    return {
        "name": table.name,
        **_key(table.key),
        "attributes": [
            {"name": name, "type": type_} for name, type_ in sorted(table.attributes.items())
        ],
        **given(
            billing_mode=table.billing_mode,
            global_secondary_indexes=_global_indexes(table, live),
            local_secondary_indexes=_local_indexes(table.local_indexes),
        ),
        **_facets((*SETTINGS, WARM_THROUGHPUT), table),
        **(_capacity(table.throughput) if provisioned else {}),
        **({} if provisioned else _ceilings(table, live)),
        **origin_args(declared.origin),
        **replica_args(declared, place),
    }


def _replicas_are_parts(declared: DeclaredTable) -> bool:
    """Replicas that are resources of their own show up in the table as read, not as declared."""
    return declared.global_table is not None and declared.global_table.consistency == "EVENTUAL"


def _key(key: Key) -> dict[str, Any]:
    sort = {"range_key": key.sort[0]} if key.sort else {}
    return {"hash_key": key.partition[0], **sort}


def _index_key(key: Key) -> dict[str, Any]:
    """One attribute each in the short form, which all versions of providers know; several long.

    The short form also keeps an index that exists: a provider that is shown the long one for the
    same key may build the index again (hashicorp/terraform-provider-aws#46602).
    """
    if len(key.partition) == 1 and len(key.sort) <= 1:
        return _key(key)
    parts = [("HASH", name) for name in key.partition] + [("RANGE", name) for name in key.sort]
    return {"key_schemas": [{"attribute_name": name, "key_type": type_} for type_, name in parts]}


def _projection(projection: Projection) -> dict[str, Any]:
    attributes = sorted(projection.non_key_attributes)
    return {
        "projection_type": projection.type,
        **({"non_key_attributes": attributes} if attributes else {}),
    }


def _global_indexes(table: Table, live: Table | None) -> list[dict[str, Any]] | None:
    if table.global_indexes is None:
        return None
    alive = live.indexes_by_name if live else {}
    provisioned = table.billing_mode == "PROVISIONED"
    return [
        _global_index(index, alive.get(index.name), provisioned=provisioned)
        for index in sorted(table.global_indexes, key=_name)
    ]


def _global_index(
    index: GlobalIndex, live: GlobalIndex | None, *, provisioned: bool
) -> dict[str, Any]:
    return {
        "name": index.name,
        **_index_key(index.key),
        **_projection(index.projection),
        **(_capacity(index.throughput) if provisioned else _ceilings(index, live)),
        **_facets((WARM_THROUGHPUT,), index),
    }


def _local_indexes(indexes: tuple[LocalIndex, ...] | None) -> list[dict[str, Any]] | None:
    if indexes is None:
        return None
    return [
        {"name": index.name, "range_key": index.key.sort[0], **_projection(index.projection)}
        for index in sorted(indexes, key=_name)
    ]


def _name(index: GlobalIndex | LocalIndex) -> str:
    return index.name


def _capacity(throughput: Throughput | None) -> dict[str, Any]:
    if throughput is None:
        return {}
    return {"read_capacity": throughput.read, "write_capacity": throughput.write}


def _ceilings(declared: Table | GlobalIndex, live: Table | GlobalIndex | None) -> dict[str, Any]:
    """On-demand maxima. Where none is declared the argument is sent only to remove a live one.

    AWS answers -1 with silence: a table that never had a ceiling and one that lost it both report
    none, so a provider that is always told -1 sees a change for ever (pulumi/pulumi-aws#5126).
    """
    wanted = declared.on_demand_maximum
    if wanted is None:
        return {}
    removes = live is not None and live.on_demand_maximum not in (None, OnDemandMaximum())
    if wanted == OnDemandMaximum() and not removes:
        return {}
    return {"on_demand_throughput": _argument(ceilings_properties(wanted))}


def _facets(facets: Sequence[Facet[Any]], holder: Table | GlobalIndex) -> dict[str, Any]:
    """The facets that are declared; one nobody spoke of keeps what is live."""
    arguments: dict[str, Any] = {}
    for facet in facets:
        value = facet.of(holder)
        if value is not None:
            arguments |= _argument(facet.engine.render(value))
    return arguments


def _argument(value: Any) -> Any:
    """A property in the spelling of the SDK's arguments, without empty texts."""
    if isinstance(value, dict):
        members = ((_snake(name), _argument(member)) for name, member in value.items())
        return {name: member for name, member in members if member != ""}
    return value


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
