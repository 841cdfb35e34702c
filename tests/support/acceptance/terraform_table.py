"""The calls that HashiCorp's provider sends for a resource, in its order.

Learned from `internal/service/dynamodb` of hashicorp/terraform-provider-aws, and shared with
nothing of ours: indexes come and go one a call, each with all definitions of the table; a class and
encryption change in calls of their own; capacity, mode, maxima, stream and the capacity of indexes
go together; recovery of a replica is set in its region even where it is off already.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .model import HOME, Inputs

Client = Callable[..., Any]
_PATIENCE_SECONDS = 20


def bring_table(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    """Create, change or delete a table."""
    dynamodb = client("dynamodb", HOME)
    if new is None:
        assert old is not None
        _delete(client, old)
    elif old is None:
        _create(client, dynamodb, new)
    else:
        _update(client, dynamodb, old, new)


def _create(client: Client, dynamodb: Any, new: Inputs) -> None:
    name = new["name"]
    if "restoreSourceName" in new:
        override = {"SSESpecificationOverride": _encryption(new)} if _encrypted(new) else {}
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=new["restoreSourceName"],
            TargetTableName=name,
            UseLatestRestorableTime=True,
            **override,
        )
    elif "importTable" in new:
        source = new["importTable"]
        bucket = source["s3BucketSource"]
        definition = _definition(new)
        tags = definition.pop("Tags", [])
        dynamodb.import_table(
            InputFormat=source["inputFormat"],
            InputCompressionType=source["inputCompressionType"],
            S3BucketSource={"S3Bucket": bucket["bucket"], "S3KeyPrefix": bucket["keyPrefix"]},
            TableCreationParameters=definition,
        )
        assert not tags
    else:
        dynamodb.create_table(**_definition(new), **_settings(new))
    settle(dynamodb, name)
    if new.get("ttl", {}).get("enabled"):
        _expire(dynamodb, new)
    if new.get("pointInTimeRecovery", {}).get("enabled"):
        recover(dynamodb, name, **new["pointInTimeRecovery"])
    for replica in new.get("replicas", ()):
        _add_replica(client, dynamodb, name, replica)
    _tag_replicas(client, dynamodb, new)


def _update(client: Client, dynamodb: Any, old: Inputs, new: Inputs) -> None:
    name = new["name"]
    changed = {key for key in {*old, *new} if old.get(key) != new.get(key)}
    deletes, updates, creates = _index_changes(old, new)
    for entry in deletes:
        change(dynamodb, name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": entry}}])
    if "tableClass" in changed and (old.get("tableClass") or new.get("tableClass") != "STANDARD"):
        change(dynamodb, name, TableClass=new.get("tableClass", "STANDARD"))
    together = _together(dynamodb, old, new, changed)
    if updates:
        together["GlobalSecondaryIndexUpdates"] = updates
    if together:
        change(dynamodb, name, **together)
    for entry in _warmer_indexes(old, new):
        change(dynamodb, name, GlobalSecondaryIndexUpdates=[{"Update": entry}])
    for entry in creates:
        change(
            dynamodb,
            name,
            AttributeDefinitions=_definitions(new),
            GlobalSecondaryIndexUpdates=[{"Create": entry}],
        )
    _change_encryption(dynamodb, old, new)
    _change_the_rest(client, dynamodb, old, new)


def _change_the_rest(client: Client, dynamodb: Any, old: Inputs, new: Inputs) -> None:
    """What has calls of its own: expiry, replicas, tags, recovery, warm throughput."""
    name = new["name"]
    changed = {key for key in {*old, *new} if old.get(key) != new.get(key)}
    if "ttl" in changed and "ttl" in new:
        _expire(dynamodb, new)
    if "replicas" in changed:
        _change_replicas(client, dynamodb, old, new)
    if {"tags", "replicas"} & changed:
        _tag_replicas(client, dynamodb, new)
    if "tags" in changed:
        retag(dynamodb, arn_of(dynamodb, name), old.get("tags", {}), new.get("tags", {}))
    if "pointInTimeRecovery" in changed and "pointInTimeRecovery" in new:
        recover(dynamodb, name, **new["pointInTimeRecovery"])
    if "warmThroughput" in changed and "warmThroughput" in new:
        change(dynamodb, name, WarmThroughput=warm(new))


def _together(dynamodb: Any, old: Inputs, new: Inputs, changed: set[str]) -> dict[str, Any]:
    """What goes into one call: mode and capacity, protection, maxima, the stream."""
    call: dict[str, Any] = {}
    mode, before = _mode(new), _mode(old)
    if mode != before or {"readCapacity", "writeCapacity"} & changed:
        call["BillingMode"] = mode
        if mode == "PROVISIONED":
            call["ProvisionedThroughput"] = _units(new)
    if "deletionProtectionEnabled" in changed:
        call["DeletionProtectionEnabled"] = new.get("deletionProtectionEnabled", False)
    if "onDemandThroughput" in changed and "onDemandThroughput" in new:
        call["OnDemandThroughput"] = maxima(new)
    was_on, on = bool(old.get("streamEnabled")), bool(new.get("streamEnabled"))
    if was_on and on and old["streamViewType"] != new["streamViewType"]:
        change(dynamodb, new["name"], StreamSpecification={"StreamEnabled": False})
        change(dynamodb, new["name"], StreamSpecification=_stream(new))
    elif was_on != on:
        call["StreamSpecification"] = _stream(new)
    return call


def _index_changes(old: Inputs, new: Inputs) -> tuple[list[str], list[Any], list[Any]]:
    before = {index["name"]: index for index in old.get("globalSecondaryIndexes", ())}
    after = {index["name"]: index for index in new.get("globalSecondaryIndexes", ())}
    deletes = [name for name in before if name not in after or _other(before[name], after[name])]
    creates = [
        _index(index, _mode(new))
        for name, index in after.items()
        if name not in before or _other(before[name], index)
    ]
    updates = []
    for name in before.keys() & after.keys():
        index, was = after[name], before[name]
        if _other(was, index):
            continue
        if _mode(new) == "PROVISIONED" and _capacity(was) != _capacity(index):
            updates.append({"IndexName": name, "ProvisionedThroughput": _units(index)})
        elif _mode(new) != "PROVISIONED" and index.get("onDemandThroughput") != was.get(
            "onDemandThroughput"
        ):
            updates.append({"IndexName": name, "OnDemandThroughput": maxima(index)})
    return deletes, [{"Update": update} for update in updates], creates


def _warmer_indexes(old: Inputs, new: Inputs) -> Iterator[dict[str, Any]]:
    before = {index["name"]: index for index in old.get("globalSecondaryIndexes", ())}
    for index in new.get("globalSecondaryIndexes", ()):
        was = before.get(index["name"])
        stays = was is not None and not _other(was, index)
        if (
            stays
            and "warmThroughput" in index
            and was.get("warmThroughput") != index["warmThroughput"]
        ):
            yield {"IndexName": index["name"], "WarmThroughput": warm(index)}


def _other(old: Inputs, new: Inputs) -> bool:
    """Whether an index has another key or projection, which only a new one can have."""
    same = key_schema(old) == key_schema(new) and old["projectionType"] == new["projectionType"]
    extras = [frozenset(inputs.get("nonKeyAttributes", ())) for inputs in (old, new)]
    return not same or extras[0] != extras[1]


def _change_encryption(dynamodb: Any, old: Inputs, new: Inputs) -> None:
    if _encryption(old) == _encryption(new):
        return
    key = _encryption(new).get("KMSMasterKeyId")
    replicas = new.get("replicas", ())
    if not replicas or key is None:
        change(dynamodb, new["name"], SSESpecification=_encryption(new))
        return
    regions = [
        (replica["regionName"], replica["kmsKeyArn"])
        for replica in replicas
        if "kmsKeyArn" in replica
    ]
    change(
        dynamodb,
        new["name"],
        ReplicaUpdates=[
            {"Update": {"RegionName": region, "KMSMasterKeyId": own}}
            for region, own in [*regions, (HOME, key)]
        ],
    )


def _change_replicas(client: Client, dynamodb: Any, old: Inputs, new: Inputs) -> None:
    name = new["name"]
    before = {replica["regionName"]: replica for replica in old.get("replicas", ())}
    after = {replica["regionName"]: replica for replica in new.get("replicas", ())}
    gone = {region for region in before if region not in after}
    fresh = {region for region in after if region not in before}
    for region in before.keys() & after.keys():
        was, replica = before[region], after[region]
        if was.get("kmsKeyArn") != replica.get("kmsKeyArn"):
            gone.add(region)
            fresh.add(region)
        elif was.get("pointInTimeRecovery") != replica.get("pointInTimeRecovery"):
            recover(client("dynamodb", region), name, replica.get("pointInTimeRecovery", False))
        elif was.get("deletionProtectionEnabled") != replica.get("deletionProtectionEnabled"):
            _protect(client, region, name, replica)
    for region in sorted(gone):
        drop_replica(dynamodb, name, region)
    for region in sorted(fresh):
        _add_replica(client, dynamodb, name, after[region])


def _add_replica(client: Client, dynamodb: Any, name: str, replica: Inputs) -> None:
    region = replica["regionName"]
    key = {"KMSMasterKeyId": replica["kmsKeyArn"]} if "kmsKeyArn" in replica else {}
    change(dynamodb, name, ReplicaUpdates=[{"Create": {"RegionName": region, **key}}])
    recover(client("dynamodb", region), name, replica.get("pointInTimeRecovery", False))
    _protect(client, region, name, replica)


def _protect(client: Client, region: str, name: str, replica: Inputs) -> None:
    wanted = replica.get("deletionProtectionEnabled", False)
    change(client("dynamodb", region), name, DeletionProtectionEnabled=wanted)


def drop_replica(dynamodb: Any, name: str, region: str) -> None:
    """Delete a replica and wait."""
    change(dynamodb, name, ReplicaUpdates=[{"Delete": {"RegionName": region}}])


def _tag_replicas(client: Client, dynamodb: Any, new: Inputs) -> None:
    arn = arn_of(dynamodb, new["name"])
    for replica in new.get("replicas", ()):
        if replica.get("propagateTags"):
            region = replica["regionName"]
            own, there = client("dynamodb", region), arn.replace(HOME, region)
            tags = own.list_tags_of_resource(ResourceArn=there)["Tags"]
            live = {tag["Key"]: tag["Value"] for tag in tags}
            retag(own, there, live, new.get("tags", {}))


def retag(dynamodb: Any, arn: str, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """Bring tags from what they are to what they shall be."""
    gone = [key for key in old if key not in new]
    changed = {key: value for key, value in new.items() if old.get(key) != value}
    if gone:
        dynamodb.untag_resource(ResourceArn=arn, TagKeys=gone)
    if changed:
        tags = [{"Key": key, "Value": value} for key, value in changed.items()]
        dynamodb.tag_resource(ResourceArn=arn, Tags=tags)


def _delete(client: Client, old: Inputs) -> None:
    dynamodb = client("dynamodb", HOME)
    for replica in old.get("replicas", ()):
        drop_replica(dynamodb, old["name"], replica["regionName"])
    dynamodb.delete_table(TableName=old["name"])
    until(lambda: old["name"] not in dynamodb.list_tables()["TableNames"])


def change(dynamodb: Any, name: str, **members: Any) -> None:
    """Send one UpdateTable and wait."""
    dynamodb.update_table(TableName=name, **members)
    settle(dynamodb, name)


def settle(dynamodb: Any, name: str) -> None:
    """Wait until a table, its indexes and its replicas are as they will be."""

    def is_active() -> bool:
        table = dynamodb.describe_table(TableName=name)["Table"]
        states = [table["TableStatus"]]
        states += [index["IndexStatus"] for index in table.get("GlobalSecondaryIndexes", ())]
        states += [replica["ReplicaStatus"] for replica in table.get("Replicas", ())]
        metered = [table, *table.get("GlobalSecondaryIndexes", ())]
        states += [
            holder["WarmThroughput"]["Status"] for holder in metered if "WarmThroughput" in holder
        ]
        states.append(table.get("SSEDescription", {}).get("Status", "ENABLED"))
        return set(states) <= {"ACTIVE", "ENABLED"}

    until(is_active)


def until(holds: Callable[[], Any]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "it never settled"
        time.sleep(0.01)


def _definition(new: Inputs) -> dict[str, Any]:
    mode = _mode(new)
    call = {
        "TableName": new["name"],
        "BillingMode": mode,
        "KeySchema": key_schema(new),
        "AttributeDefinitions": _definitions(new),
    }
    if mode == "PROVISIONED":
        call["ProvisionedThroughput"] = _units(new)
    if new.get("globalSecondaryIndexes"):
        call["GlobalSecondaryIndexes"] = [
            _index(index, mode) for index in new["globalSecondaryIndexes"]
        ]
    return call


def _settings(new: Inputs) -> dict[str, Any]:
    call: dict[str, Any] = {
        "Tags": [{"Key": key, "Value": value} for key, value in new.get("tags", {}).items()]
    }
    if new.get("localSecondaryIndexes"):
        call["LocalSecondaryIndexes"] = [
            {
                "IndexName": index["name"],
                "KeySchema": key_schema({"hashKey": new["hashKey"], "rangeKey": index["rangeKey"]}),
                "Projection": projection(index),
            }
            for index in new["localSecondaryIndexes"]
        ]
    if new.get("streamEnabled"):
        call["StreamSpecification"] = _stream(new)
    if "serverSideEncryption" in new:
        call["SSESpecification"] = _encryption(new)
    if "tableClass" in new:
        call["TableClass"] = new["tableClass"]
    if new.get("deletionProtectionEnabled"):
        call["DeletionProtectionEnabled"] = True
    if "onDemandThroughput" in new:
        call["OnDemandThroughput"] = maxima(new)
    if "warmThroughput" in new:
        call["WarmThroughput"] = warm(new)
    return call


def _mode(inputs: Inputs) -> str:
    return str(inputs.get("billingMode", "PROVISIONED"))


def _capacity(inputs: Inputs) -> tuple[int, int]:
    return inputs.get("readCapacity", 0), inputs.get("writeCapacity", 0)


def _units(inputs: Inputs) -> dict[str, int]:
    """Capacity; at least 1, where what it was on demand is ignored."""
    read, write = _capacity(inputs)
    return {"ReadCapacityUnits": max(1, read), "WriteCapacityUnits": max(1, write)}


def maxima(inputs: Inputs) -> dict[str, int]:
    """On-demand maxima."""
    limits = inputs["onDemandThroughput"]
    return {
        "MaxReadRequestUnits": limits["maxReadRequestUnits"],
        "MaxWriteRequestUnits": limits["maxWriteRequestUnits"],
    }


def warm(inputs: Inputs) -> dict[str, int]:
    """Warm throughput."""
    wanted = inputs["warmThroughput"]
    return {
        "ReadUnitsPerSecond": wanted["readUnitsPerSecond"],
        "WriteUnitsPerSecond": wanted["writeUnitsPerSecond"],
    }


def _stream(inputs: Inputs) -> dict[str, Any]:
    if not inputs.get("streamEnabled"):
        return {"StreamEnabled": False}
    return {"StreamEnabled": True, "StreamViewType": inputs["streamViewType"]}


def _encrypted(inputs: Inputs) -> bool:
    return bool(inputs.get("serverSideEncryption", {}).get("enabled"))


def _encryption(inputs: Inputs) -> dict[str, Any]:
    if not _encrypted(inputs):
        return {"Enabled": False}
    key = inputs["serverSideEncryption"].get("kmsKeyArn")
    return {"Enabled": True, **({"SSEType": "KMS", "KMSMasterKeyId": key} if key else {})}


def _definitions(inputs: Inputs) -> list[dict[str, str]]:
    return [
        {"AttributeName": attribute["name"], "AttributeType": attribute["type"]}
        for attribute in inputs["attributes"]
    ]


def key_schema(inputs: Inputs) -> list[dict[str, str]]:
    """A key, in either of its spellings."""
    if inputs.get("keySchemas"):
        return [
            {"AttributeName": part["attributeName"], "KeyType": part["keyType"]}
            for part in inputs["keySchemas"]
        ]
    parts = ((inputs.get("hashKey"), "HASH"), (inputs.get("rangeKey"), "RANGE"))
    return [{"AttributeName": name, "KeyType": kind} for name, kind in parts if name]


def projection(inputs: Inputs) -> dict[str, Any]:
    """What an index holds."""
    extras = inputs.get("nonKeyAttributes")
    return {
        "ProjectionType": inputs["projectionType"],
        **({"NonKeyAttributes": list(extras)} if extras else {}),
    }


def _index(index: Inputs, mode: str) -> dict[str, Any]:
    call = {
        "IndexName": index["name"],
        "KeySchema": key_schema(index),
        "Projection": projection(index),
    }
    if mode == "PROVISIONED":
        call["ProvisionedThroughput"] = _units(index)
    if "onDemandThroughput" in index:
        call["OnDemandThroughput"] = maxima(index)
    if "warmThroughput" in index:
        call["WarmThroughput"] = warm(index)
    return call


def _expire(dynamodb: Any, new: Inputs) -> None:
    wanted = new["ttl"]
    dynamodb.update_time_to_live(
        TableName=new["name"],
        TimeToLiveSpecification={
            "AttributeName": wanted["attributeName"],
            "Enabled": wanted["enabled"],
        },
    )
    final = "ENABLED" if wanted["enabled"] else "DISABLED"
    until(
        lambda: (
            dynamodb.describe_time_to_live(TableName=new["name"])["TimeToLiveDescription"][
                "TimeToLiveStatus"
            ]
            == final
        )
    )


def recover(
    dynamodb: Any,
    name: str,
    enabled: bool,  # noqa: FBT001
    recoveryPeriodInDays: int | None = None,  # noqa: N803
) -> None:
    """Switch recovery on or off."""
    days = {"RecoveryPeriodInDays": recoveryPeriodInDays} if recoveryPeriodInDays else {}
    dynamodb.update_continuous_backups(
        TableName=name,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": enabled, **days},
    )


def arn_of(dynamodb: Any, name: str) -> str:
    """The ARN of a table."""
    return str(dynamodb.describe_table(TableName=name)["Table"]["TableArn"])
