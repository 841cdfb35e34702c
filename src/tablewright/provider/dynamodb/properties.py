"""A table's properties in the engine, and the plain value of a table. Pure, without gRPC or boto3.

    table_from_inputs({"name": "events", "hashKey": "id", "attributes": [...]})

Inputs say what is declared: what is left out is None and stays as it is. Outputs are what was
read of a live table: there, what is missing is off, or was not readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tablewright.plan.facets import CAPACITY, FACETS, Facet
from tablewright.plan.origin import Csv, Origin, Restore, S3Import
from tablewright.plan.table import (
    GlobalIndex,
    Key,
    LocalIndex,
    Projection,
    Table,
    Throughput,
)
from tablewright.provider.protocol.unknown import has_unknown
from tablewright.pulumi_values import UNKNOWN_SENTINELS

Properties = Mapping[str, Any]


def table_from_inputs(inputs: Properties, live: Table | None = None) -> Table:
    """The table that inputs declare.

    Args:
        inputs: as the SDK sends them; a property with an unknown value counts as left out.
        live: what is live, for the halves of facets that the inputs leave open (a capacity of reads
            alone, a recovery window without days).
    """
    given = {name: value for name, value in inputs.items() if _is_given(value)}
    local = _local_indexes(given.get("localSecondaryIndexes"), given.get("hashKey"), live)
    global_ = _global_indexes(given.get("globalSecondaryIndexes"), live)
    key = _table_key(given, live)
    return Table(
        name=str(given.get("name", live.name if live else "")),
        key=key,
        attributes=_attributes(given, key, [*(local or ()), *(global_ or ())], live),
        billing_mode=_billing_mode(given),
        throughput=_throughput(given, live.throughput if live else None),
        global_indexes=global_,
        local_indexes=local,
        **facets_given(FACETS, given, live),
        tags=given.get("tags"),
    )


def table_from_outputs(outputs: Properties) -> Table:
    """The live table that outputs record."""
    recorded = {name: value for name, value in outputs.items() if _is_given(value)}
    indexes = [
        {"onDemandThroughput": {}, **index} for index in recorded.get("globalSecondaryIndexes", ())
    ]
    table = table_from_inputs(
        {
            "localSecondaryIndexes": [],
            **recorded,
            "globalSecondaryIndexes": indexes,
            "tags": recorded.get("tagsAll", recorded.get("tags")),
        }
    )
    absent: dict[str, Any] = {
        facet.name: facet.default
        for facet in FACETS
        if facet.is_described and facet.of(table) is None
    }
    return replace(table, **absent)


def outputs_from_table(table: Table) -> dict[str, Any]:
    """The SDK's properties of a live table; a facet that could not be read is left out."""
    throughput = table.throughput or Throughput(0, 0)
    outputs: dict[str, Any] = {
        "name": table.name,
        "hashKey": table.key.partition[0],
        "attributes": [
            {"name": name, "type": kind} for name, kind in sorted(table.attributes.items())
        ],
        "billingMode": table.billing_mode,
        "readCapacity": throughput.read,
        "writeCapacity": throughput.write,
        "globalSecondaryIndexes": [
            global_index_output(index) for index in table.global_indexes or ()
        ],
        "localSecondaryIndexes": [
            _local_index_output(index) for index in table.local_indexes or ()
        ],
        "rangeKey": table.key.sort[0] if table.key.sort else None,
        **facet_properties(FACETS, table),
    }
    return {name: value for name, value in outputs.items() if value is not None}


def facets_given(
    facets: Sequence[Facet[Any]], given: Properties, live: Table | GlobalIndex | None
) -> dict[str, Any]:
    """The facets of a table or an index that properties declare, None where they do not."""
    return {
        facet.name: facet.engine.parse(given, None if live is None else facet.of(live))
        for facet in facets
    }


def facet_properties(facets: Sequence[Facet[Any]], holder: Table | GlobalIndex) -> dict[str, Any]:
    """The properties of a live table's or index's facets, without those that were not read."""
    properties: dict[str, Any] = {}
    for facet in facets:
        value = facet.of(holder)
        if value is not None:
            properties |= facet.engine.render(value)
    return properties


def _is_given(value: Any) -> bool:
    return value is not None and not has_unknown(value) and not _holds_sentinel(value)


def _holds_sentinel(value: Any) -> bool:
    """Whether the engine's mark of an unknown value is inside, as its events and plans show it."""
    if isinstance(value, str):
        return value in UNKNOWN_SENTINELS
    if isinstance(value, Mapping):
        return any(map(_holds_sentinel, value.values()))
    return isinstance(value, Sequence) and any(map(_holds_sentinel, value))


def _table_key(given: Properties, live: Table | None) -> Key:
    if "hashKey" not in given:
        return live.key if live else Key(())
    return Key((given["hashKey"],), (given["rangeKey"],) if given.get("rangeKey") else ())


def _attributes(
    given: Properties,
    key: Key,
    indexes: Sequence[GlobalIndex | LocalIndex],
    live: Table | None,
) -> dict[str, Any]:
    """Types of the attributes in use; indexes that are not spoken of stay as they live."""
    listed = {attribute["name"]: attribute["type"] for attribute in given.get("attributes") or ()}
    known = {**(live.attributes if live else {}), **listed}
    used = [*key.names, *(name for index in indexes for name in index.key.names)]
    if live is not None:
        silent: list[GlobalIndex | LocalIndex] = []
        if "globalSecondaryIndexes" not in given:
            silent.extend(live.global_indexes or ())
        if "localSecondaryIndexes" not in given:
            silent.extend(live.local_indexes or ())
        used.extend(name for index in silent for name in index.key.names)
    return {name: known[name] for name in dict.fromkeys(used) if name in known}


def _billing_mode(given: Properties) -> Any:
    """A capacity without a mode says provisioned, which is AWS's own default."""
    mode = given.get("billingMode")
    if mode is None and given.get("readCapacity") and given.get("writeCapacity"):
        return "PROVISIONED"
    return mode


def _throughput(given: Properties, live: Throughput | None) -> Throughput | None:
    """Zero stands for "none": it is what an on-demand table reports."""
    if given.get("billingMode") == "PAY_PER_REQUEST":
        return None
    read = given.get("readCapacity") or (live.read if live else 0)
    write = given.get("writeCapacity") or (live.write if live else 0)
    spoken_of = given.get("readCapacity") or given.get("writeCapacity")
    return Throughput(read, write) if spoken_of and read and write else None


def _global_indexes(listed: Any, live: Table | None) -> tuple[GlobalIndex, ...] | None:
    if listed is None:
        return None
    alive = live.indexes_by_name if live else {}
    return tuple(global_index(block, alive.get(block["name"])) for block in listed)


def global_index(given: Properties, live: GlobalIndex | None) -> GlobalIndex:
    """The global index that one of `globalSecondaryIndexes` declares."""
    return GlobalIndex(
        name=given["name"],
        key=_index_key(given),
        projection=_projection(given),
        throughput=_throughput(given, live.throughput if live else None),
        **facets_given(CAPACITY, given, live),
    )


def _index_key(given: Properties) -> Key:
    """From `keySchemas` when they are given, which the other two then only repeat."""
    parts = given.get("keySchemas")
    if not parts:
        hash_key, range_key = given.get("hashKey"), given.get("rangeKey")
        return Key((hash_key,) if hash_key else (), (range_key,) if range_key else ())
    return Key(
        tuple(part["attributeName"] for part in parts if part["keyType"] == "HASH"),
        tuple(part["attributeName"] for part in parts if part["keyType"] == "RANGE"),
    )


def _projection(given: Properties) -> Projection:
    attributes = frozenset(given.get("nonKeyAttributes") or ())
    return Projection(given["projectionType"], attributes)


def _local_indexes(
    listed: Any, hash_key: str | None, live: Table | None
) -> tuple[LocalIndex, ...] | None:
    if listed is None:
        return None
    partition = (hash_key,) if hash_key else (live.key.partition if live else ())
    return tuple(
        LocalIndex(index["name"], Key(partition, (index["rangeKey"],)), _projection(index))
        for index in listed
    )


def global_index_output(index: GlobalIndex) -> dict[str, Any]:
    """A live global index as one of `globalSecondaryIndexes`."""
    throughput = index.throughput or Throughput(0, 0)
    output: dict[str, Any] = {
        "name": index.name,
        "projectionType": index.projection.type,
        "nonKeyAttributes": sorted(index.projection.non_key_attributes),
        "readCapacity": throughput.read,
        "writeCapacity": throughput.write,
        "keySchemas": [
            *({"attributeName": name, "keyType": "HASH"} for name in index.key.partition),
            *({"attributeName": name, "keyType": "RANGE"} for name in index.key.sort),
        ],
        **facet_properties(CAPACITY, index),
    }
    if len(index.key.partition) == 1 and len(index.key.sort) <= 1:
        output["hashKey"] = index.key.partition[0]
        output["rangeKey"] = index.key.sort[0] if index.key.sort else None
    return {name: value for name, value in output.items() if value is not None}


def _local_index_output(index: LocalIndex) -> dict[str, Any]:
    return {
        "name": index.name,
        "rangeKey": index.key.sort[0],
        "projectionType": index.projection.type,
        "nonKeyAttributes": sorted(index.projection.non_key_attributes),
    }


def origin_from_inputs(inputs: Properties) -> Origin | None:
    """Where a new table's items come from; None for one that begins empty."""
    imported = inputs.get("importTable")
    if imported is not None:
        return _s3_import(imported)
    restored = {
        "backup_arn": inputs.get("restoreBackupArn"),
        "source_table_arn": inputs.get("restoreSourceTableArn"),
        "source_table_name": inputs.get("restoreSourceName"),
    }
    if not any(restored.values()):
        return None
    return Restore(
        **restored,
        latest=bool(inputs.get("restoreToLatestTime", False)),
        moment=inputs.get("restoreDateTime"),
    )


def _s3_import(given: Properties) -> S3Import:
    source = given["s3BucketSource"]
    csv = (given.get("inputFormatOptions") or {}).get("csv")
    return S3Import(
        bucket=source["bucket"],
        format=given["inputFormat"],
        bucket_owner=source.get("bucketOwner"),
        key_prefix=source.get("keyPrefix") or "",
        compression=given.get("inputCompressionType") or "NONE",
        csv=None
        if csv is None
        else Csv(csv.get("delimiter") or ",", tuple(csv.get("headerLists") or ())),
    )
