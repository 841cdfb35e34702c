"""What of a table's inputs cannot be: DynamoDB's own rules, told by property and all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tablewright.dynamodb_values import (
    MOST_GLOBAL_INDEXES,
    MOST_KEY_PARTS,
    MOST_LOCAL_INDEXES,
    TABLE_NAME,
)
from tablewright.provider.protocol.unknown import UNKNOWN, has_unknown
from tablewright.provider.resources.shape import InputFailure

_STRONG_REGIONS: Final = 3


def wrong_table(inputs: Mapping[str, Any], *, is_new: bool) -> list[InputFailure]:
    """Everything that AWS would refuse later, said now and all at once.

    The capacity of a table that exists is judged with its changes (`wrong_capacity`): a check is
    not told what changes are ignored of.

    Args:
        inputs: conformed to the shape; what is unknown is given the benefit of the doubt.
        is_new: nothing is recorded yet: what may be left out later must be there.
    """
    return [
        *_wrong_names(inputs),
        *_wrong_attributes(inputs, is_new=is_new),
        *_wrong_global_indexes(inputs),
        *_wrong_local_indexes(inputs),
        *(wrong_capacity(inputs, is_new=True) if is_new and not _is_restored(inputs) else ()),
        *_wrong_stream(inputs),
        *_wrong_time_to_live(inputs, is_new=is_new),
        *_wrong_encryption(inputs),
        *_wrong_replicas(inputs),
        *_wrong_origin(inputs),
    ]


def _wrong_names(inputs: Mapping[str, Any]) -> Iterator[InputFailure]:
    rule = "must be 3 to 255 of the characters A-Z a-z 0-9 _ . -"
    name = inputs.get("name")
    if isinstance(name, str) and not TABLE_NAME.fullmatch(name):
        yield InputFailure("name", f"{rule}, not {name!r}")
    names: Counter[str] = Counter()
    for kind in ("globalSecondaryIndexes", "localSecondaryIndexes"):
        for index, block in enumerate(_known_list(inputs, kind)):
            if isinstance(block, dict) and isinstance(block.get("name"), str):
                names[block["name"]] += 1
                if not TABLE_NAME.fullmatch(block["name"]):
                    yield InputFailure(f"{kind}[{index}].name", f"{rule}, not {block['name']!r}")
                if names[block["name"]] == 2:  # noqa: PLR2004 - said once, at the second
                    yield InputFailure(f"{kind}[{index}].name", f"is used twice: {block['name']}")


def _wrong_attributes(inputs: Mapping[str, Any], *, is_new: bool) -> Iterator[InputFailure]:
    places = ("attributes", "hashKey", "rangeKey", "globalSecondaryIndexes")
    if any(has_unknown(inputs.get(name)) for name in (*places, "localSecondaryIndexes")):
        return
    if not inputs.get("hashKey"):
        if is_new and not _is_restored(inputs):
            yield InputFailure("hashKey", "is required for a new table")
        return
    counted = Counter(attribute["name"] for attribute in _known_list(inputs, "attributes"))
    for name, times in counted.items():
        if times > 1:
            yield InputFailure("attributes", f"defines {name} {times} times")
    used = dict(_used_attributes(inputs))
    for name, path in used.items():
        if name not in counted:
            yield InputFailure(path, f"names {name}, which attributes does not define")
    whole_table = all(inputs.get(kind) is not None for kind in places[3:]) or is_new
    for name in counted:
        if name not in used and whole_table:
            reason = (
                f"defines {name}, which is not a key of the table or of an index; AWS takes "
                "definitions of key attributes only: remove it"
            )
            yield InputFailure("attributes", reason)


def _used_attributes(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Attributes by name with the property that uses them."""
    for name in ("hashKey", "rangeKey"):
        if inputs.get(name):
            yield inputs[name], name
    for index, block in enumerate(_known_list(inputs, "localSecondaryIndexes")):
        yield block["rangeKey"], f"localSecondaryIndexes[{index}].rangeKey"
    for index, block in enumerate(_known_list(inputs, "globalSecondaryIndexes")):
        path = f"globalSecondaryIndexes[{index}]"
        for part, schema in enumerate(block.get("keySchemas") or ()):
            yield schema["attributeName"], f"{path}.keySchemas[{part}].attributeName"
        for name in ("hashKey", "rangeKey"):
            if block.get(name):
                yield block[name], f"{path}.{name}"


def _wrong_global_indexes(inputs: Mapping[str, Any]) -> Iterator[InputFailure]:
    indexes = _known_list(inputs, "globalSecondaryIndexes")
    if len(indexes) > MOST_GLOBAL_INDEXES:
        most = f"AWS takes {MOST_GLOBAL_INDEXES} unless the quota is raised"
        yield InputFailure("globalSecondaryIndexes", f"has {len(indexes)} indexes; {most}")
    for number, index in enumerate(indexes):
        if not isinstance(index, dict):
            continue
        path = f"globalSecondaryIndexes[{number}]"
        yield from _wrong_index_key(index, path)
        yield from _wrong_projection(index, path)


def _wrong_index_key(index: Mapping[str, Any], path: str) -> Iterator[InputFailure]:
    schemas = index.get("keySchemas")
    if schemas is UNKNOWN:
        return
    if not schemas:
        if not index.get("hashKey"):
            yield InputFailure(f"{path}.hashKey", "is required, or keySchemas")
        return
    kinds = [schema.get("keyType") for schema in schemas if isinstance(schema, dict)]
    if not 1 <= kinds.count("HASH") <= MOST_KEY_PARTS or kinds.count("RANGE") > MOST_KEY_PARTS:
        reason = "must have one to four HASH and at most four RANGE attributes"
        yield InputFailure(f"{path}.keySchemas", reason)
    names = [schema.get("attributeName") for schema in schemas if isinstance(schema, dict)]
    repeated = {name for name in names if isinstance(name, str) and names.count(name) > 1}
    if repeated:
        yield InputFailure(f"{path}.keySchemas", f"names {', '.join(sorted(repeated))} twice")
    for name, kind in (("hashKey", "HASH"), ("rangeKey", "RANGE")):
        parts = [part["attributeName"] for part in schemas if part.get("keyType") == kind]
        if index.get(name) and parts not in ([index[name]], [UNKNOWN]):
            yield InputFailure(
                f"{path}.{name}", "says something else than keySchemas: give one of them"
            )


def _wrong_projection(index: Mapping[str, Any], path: str) -> Iterator[InputFailure]:
    kind, attributes = index.get("projectionType"), index.get("nonKeyAttributes")
    if kind == "INCLUDE" and not attributes:
        yield InputFailure(f"{path}.nonKeyAttributes", "is required with projectionType INCLUDE")
    if kind in ("ALL", "KEYS_ONLY") and attributes:
        yield InputFailure(f"{path}.nonKeyAttributes", f"has no place with projectionType {kind}")


def _wrong_local_indexes(inputs: Mapping[str, Any]) -> Iterator[InputFailure]:
    indexes = _known_list(inputs, "localSecondaryIndexes")
    if len(indexes) > MOST_LOCAL_INDEXES:
        reason = f"has {len(indexes)} indexes; AWS takes {MOST_LOCAL_INDEXES} at most"
        yield InputFailure("localSecondaryIndexes", reason)
    if indexes and inputs.get("hashKey") and not inputs.get("rangeKey"):
        yield InputFailure("localSecondaryIndexes", "needs a table with a rangeKey")
    for number, index in enumerate(indexes):
        if isinstance(index, dict):
            yield from _wrong_projection(index, f"localSecondaryIndexes[{number}]")


def wrong_capacity(inputs: Mapping[str, Any], *, is_new: bool) -> Iterator[InputFailure]:
    """A capacity that the billing mode forbids, or one that it needs."""
    mode = inputs.get("billingMode")
    if mode is UNKNOWN:
        return
    capacity = [inputs.get("readCapacity"), inputs.get("writeCapacity")]
    if mode == "PAY_PER_REQUEST":
        yield from _wrong_on_demand(inputs)
        return
    if (mode == "PROVISIONED" or is_new) and not all(capacity):
        missing = "readCapacity" if not capacity[0] else "writeCapacity"
        reason = "must be at least 1 with billingMode PROVISIONED"
        if mode is None:
            reason += ", AWS's default; or give billingMode PAY_PER_REQUEST"
        yield InputFailure(missing, reason)
    if mode == "PROVISIONED" or is_new:
        for number, index in enumerate(_known_list(inputs, "globalSecondaryIndexes")):
            if isinstance(index, dict):
                for name in ("readCapacity", "writeCapacity"):
                    if not index.get(name):
                        path = f"globalSecondaryIndexes[{number}].{name}"
                        yield InputFailure(path, "must be at least 1 in a PROVISIONED table")
    if mode == "PROVISIONED" and _has_maximum(inputs.get("onDemandThroughput")):
        yield InputFailure("onDemandThroughput", "has no place with billingMode PROVISIONED")


def _wrong_on_demand(inputs: Mapping[str, Any]) -> Iterator[InputFailure]:
    for name in ("readCapacity", "writeCapacity"):
        if inputs.get(name):
            yield InputFailure(name, "has no place with billingMode PAY_PER_REQUEST")
        for number, index in enumerate(_known_list(inputs, "globalSecondaryIndexes")):
            if isinstance(index, dict) and index.get(name):
                path = f"globalSecondaryIndexes[{number}].{name}"
                yield InputFailure(path, "has no place with billingMode PAY_PER_REQUEST")


def _has_maximum(block_: Any) -> bool:
    if not isinstance(block_, dict):
        return False
    return any(value not in (None, 0, -1) for value in block_.values())


def _wrong_stream(inputs: Mapping[str, Any]) -> Iterator[InputFailure]:
    enabled, view = inputs.get("streamEnabled"), inputs.get("streamViewType")
    if enabled is True and not view:
        yield InputFailure("streamViewType", "is required with streamEnabled: true")
    if enabled is None and view:
        yield InputFailure("streamEnabled", "is required with streamViewType")


def _wrong_time_to_live(inputs: Mapping[str, Any], *, is_new: bool) -> Iterator[InputFailure]:
    given = inputs.get("ttl")
    if not isinstance(given, dict):
        return
    if given.get("enabled") is True and not given.get("attributeName"):
        yield InputFailure("ttl.attributeName", "is required with enabled: true")
    del is_new


def _wrong_encryption(inputs: Mapping[str, Any]) -> Iterator[InputFailure]:
    given = inputs.get("serverSideEncryption")
    if not isinstance(given, dict) or not isinstance(given.get("kmsKeyArn"), str):
        return
    key = given["kmsKeyArn"]
    if key and given.get("enabled") is False:
        yield InputFailure("serverSideEncryption.kmsKeyArn", "has no place with enabled: false")
    if key and not key.startswith("arn:"):
        reason = f"must be the ARN of a key, not {key!r}"
        yield InputFailure("serverSideEncryption.kmsKeyArn", reason)


def _wrong_replicas(inputs: Mapping[str, Any]) -> Iterator[InputFailure]:
    listed = [replica for replica in _known_list(inputs, "replicas") if isinstance(replica, dict)]
    regions = [
        replica.get("regionName") for replica in listed if replica.get("regionName") is not UNKNOWN
    ]
    for region, times in Counter(regions).items():
        if times > 1:
            yield InputFailure("replicas", f"names {region} {times} times")
    if inputs.get("region") in regions:
        yield InputFailure("replicas", f"names {inputs['region']}, where the table itself is")
    modes = {replica.get("consistencyMode", "EVENTUAL") for replica in listed}
    if modes == {"EVENTUAL", "STRONG"}:
        yield InputFailure("replicas", "mixes STRONG and EVENTUAL; all are of one consistencyMode")
    witness = (inputs.get("globalTableWitness") or {}).get("regionName")
    if "STRONG" in modes and len(listed) + bool(witness) != _STRONG_REGIONS - 1:
        reason = "must name two further regions, or one and a globalTableWitness, with STRONG"
        yield InputFailure("replicas", reason)
    if witness and "STRONG" not in modes:
        reason = "needs one replica with consistencyMode STRONG"
        yield InputFailure("globalTableWitness", reason)


def _wrong_origin(inputs: Mapping[str, Any]) -> Iterator[InputFailure]:
    sources = [
        name
        for name in (
            "importTable",
            "restoreBackupArn",
            "restoreSourceName",
            "restoreSourceTableArn",
        )
        if inputs.get(name) is not None
    ]
    if len(sources) > 1:
        yield InputFailure(sources[1], f"cannot be given together with {sources[0]}")
    moments = [n for n in ("restoreDateTime", "restoreToLatestTime") if inputs.get(n)]
    from_a_table = {"restoreSourceName", "restoreSourceTableArn"} & set(sources)
    if from_a_table and len(moments) != 1:
        reason = "is required, or restoreToLatestTime: true, and not both"
        yield InputFailure("restoreDateTime", reason)
    if moments and not from_a_table:
        yield InputFailure(moments[0], "needs restoreSourceName or restoreSourceTableArn")
    if "importTable" in sources and inputs.get("localSecondaryIndexes"):
        yield InputFailure("localSecondaryIndexes", "cannot be made by an import from S3")


def _is_restored(inputs: Mapping[str, Any]) -> bool:
    """Whether the table has its keys, its mode and its capacity from another one."""
    origins = ("restoreBackupArn", "restoreSourceName", "restoreSourceTableArn")
    return any(inputs.get(name) is not None for name in origins)


def _known_list(inputs: Mapping[str, Any], name: str) -> list[Any]:
    value = inputs.get(name)
    return value if isinstance(value, list) else []
