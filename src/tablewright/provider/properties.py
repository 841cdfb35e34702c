"""A table's properties in the engine, and the plain value of a table. Pure, without gRPC or boto3.

    table_from_inputs({"name": "events", "hashKey": "id", "attributes": [...]})

Inputs say what is declared: what is left out is None and stays as it lives. Outputs are what was
read of a live table: there, what is missing is off, or was not readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from tablewright.plan.origin import Csv, Origin, Restore, S3Import
from tablewright.plan.table import (
    Encryption,
    GlobalIndex,
    Key,
    LocalIndex,
    OnDemandMaximum,
    Projection,
    Recovery,
    Stream,
    Table,
    Throughput,
    TimeToLive,
)

from .wire import UNKNOWN_SENTINELS, has_unknown

Properties = Mapping[str, Any]

_NO_CEILING = -1
_LONGEST_WINDOW_DAYS = 35
_MANAGED_ALIAS = "alias/aws/dynamodb"


def table_from_inputs(inputs: Properties, live: Table | None = None) -> Table:
    """The table that inputs declare.

    Args:
        inputs: as the SDK sends them; a property with an unknown value counts as left out.
        live: what lives, for the halves of facets that the inputs leave open (a capacity of reads
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
        stream=_stream(given),
        encryption=_encryption(given.get("serverSideEncryption")),
        recovery=_recovery(given.get("pointInTimeRecovery"), live),
        time_to_live=_time_to_live(given.get("ttl")),
        table_class=given.get("tableClass"),
        deletion_protection=given.get("deletionProtectionEnabled"),
        on_demand_maximum=_maximum(
            given.get("onDemandThroughput"), live.on_demand_maximum if live else None
        ),
        warm_throughput=_warm(given.get("warmThroughput"), live.warm_throughput if live else None),
        tags=given.get("tags"),
    )


def table_from_outputs(outputs: Properties) -> Table:
    """The live table that outputs record."""
    complete = {
        "globalSecondaryIndexes": [],
        "localSecondaryIndexes": [],
        "streamEnabled": False,
        "tableClass": "STANDARD",
        "deletionProtectionEnabled": False,
        "onDemandThroughput": {},
        **{name: value for name, value in outputs.items() if _is_given(value)},
    }
    complete["globalSecondaryIndexes"] = [
        {"onDemandThroughput": {}, **index} for index in complete["globalSecondaryIndexes"]
    ]
    complete["tags"] = complete.get("tagsAll", complete.get("tags"))
    return table_from_inputs(complete)


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
        "tableClass": table.table_class,
        "deletionProtectionEnabled": table.deletion_protection,
        "rangeKey": table.key.sort[0] if table.key.sort else None,
        "onDemandThroughput": _maximum_output(table.on_demand_maximum),
        "warmThroughput": _warm_output(table.warm_throughput),
        **_stream_output(table.stream),
    }
    if table.encryption is not None:
        outputs["serverSideEncryption"] = _encryption_output(table.encryption)
    if table.recovery is not None:
        outputs["pointInTimeRecovery"] = _recovery_output(table.recovery)
    if table.time_to_live is not None:
        attribute = table.time_to_live.attribute
        outputs["ttl"] = {"attributeName": attribute or "", "enabled": attribute is not None}
    return {name: value for name, value in outputs.items() if value is not None}


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
    listed = {one["name"]: one["type"] for one in given.get("attributes") or ()}
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
    alive = {index.name: index for index in (live.global_indexes or ())} if live else {}
    return tuple(global_index(one, alive.get(one["name"])) for one in listed)


def global_index(given: Properties, live: GlobalIndex | None) -> GlobalIndex:
    """The global index that one of `globalSecondaryIndexes` declares."""
    return GlobalIndex(
        name=given["name"],
        key=_index_key(given),
        projection=_projection(given),
        throughput=_throughput(given, live.throughput if live else None),
        on_demand_maximum=_maximum(
            given.get("onDemandThroughput"), live.on_demand_maximum if live else None
        ),
        warm_throughput=_warm(given.get("warmThroughput"), live.warm_throughput if live else None),
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
        LocalIndex(one["name"], Key(partition, (one["rangeKey"],)), _projection(one))
        for one in listed
    )


def _stream(given: Properties) -> Stream | None:
    enabled = given.get("streamEnabled")
    if enabled is None:
        return None
    view = given.get("streamViewType") or None
    return Stream(view) if enabled and view else Stream(None)


def _encryption(given: Properties | None) -> Encryption | None:
    if given is None:
        return None
    key = given.get("kmsKeyArn") or None
    if not given.get("enabled"):
        return Encryption("AWS_OWNED")
    if key is None or key.endswith(_MANAGED_ALIAS):
        return Encryption("AWS_MANAGED")
    return Encryption("CUSTOMER", key)


def _recovery(given: Properties | None, live: Table | None) -> Recovery | None:
    if given is None:
        return None
    if not given.get("enabled"):
        return Recovery(0)
    alive = live.recovery.days if live and live.recovery else 0
    return Recovery(given.get("recoveryPeriodInDays") or alive or _LONGEST_WINDOW_DAYS)


def _time_to_live(given: Properties | None) -> TimeToLive | None:
    if given is None:
        return None
    return TimeToLive(given.get("attributeName") or None if given.get("enabled") else None)


def _maximum(given: Properties | None, live: OnDemandMaximum | None) -> OnDemandMaximum | None:
    if given is None:
        return None
    alive = live or OnDemandMaximum()
    return OnDemandMaximum(
        _ceiling(given.get("maxReadRequestUnits"), alive.read),
        _ceiling(given.get("maxWriteRequestUnits"), alive.write),
    )


def _ceiling(given: int | None, live: int | None) -> int | None:
    if given is None:
        return live
    return None if given in (0, _NO_CEILING) else given


def _warm(given: Properties | None, live: Throughput | None) -> Throughput | None:
    if not given:
        return None
    read = given.get("readUnitsPerSecond") or (live.read if live else None)
    write = given.get("writeUnitsPerSecond") or (live.write if live else None)
    return Throughput(read, write) if read and write else None


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
        "onDemandThroughput": _maximum_output(index.on_demand_maximum),
        "warmThroughput": _warm_output(index.warm_throughput),
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


def _maximum_output(value: OnDemandMaximum | None) -> dict[str, int] | None:
    """Nothing when there is no ceiling at all, as the SDK's own provider has it."""
    if value is None or value == OnDemandMaximum():
        return None
    return {
        "maxReadRequestUnits": value.read or _NO_CEILING,
        "maxWriteRequestUnits": value.write or _NO_CEILING,
    }


def _warm_output(value: Throughput | None) -> dict[str, int] | None:
    if value is None:
        return None
    return {"readUnitsPerSecond": value.read, "writeUnitsPerSecond": value.write}


def _stream_output(value: Stream | None) -> dict[str, Any]:
    view = value.view_type if value else None
    return {"streamEnabled": view is not None, "streamViewType": cast("str", view) or ""}


def _encryption_output(value: Encryption) -> dict[str, Any]:
    """The key only where it is the customer's: the others are AWS's affair and never compared."""
    output: dict[str, Any] = {"enabled": value.type != "AWS_OWNED"}
    if value.kms_key is not None:
        output["kmsKeyArn"] = value.kms_key
    return output


def _recovery_output(value: Recovery) -> dict[str, Any]:
    if value.days == 0:
        return {"enabled": False}
    return {"enabled": True, "recoveryPeriodInDays": value.days}


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
