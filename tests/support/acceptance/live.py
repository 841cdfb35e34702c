"""What AWS ended up with, and what inputs say it should have."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from .model import HOME, TABLE, Inputs, Step

Client = Callable[..., Any]
"""`client(service, region)`."""


def agree(client: Client, logical: str, tok: str, inputs: Inputs, step: Step) -> None:
    """Compare the live resources with what is declared, and with what others declare of it."""
    if tok == TABLE and logical != "it":
        return
    expected, live = wanted(tok, inputs), looks(client, tok, inputs)
    if tok != TABLE:
        if isinstance(expected, dict):
            live = {name: live.get(name) for name in expected}
        assert live == expected
        return
    expected.update(step.becomes)
    others = {other for other, _ in step.resources.values()} - {TABLE}
    for other, members in _SHARED.items():
        if other in {name.rpartition(":")[2] for name in others}:
            for member in members:
                live.pop(member), expected.pop(member)
    for name, named_index in expected.get("indexes", {}).items():
        if "warm" not in named_index:
            live["indexes"].get(name, {}).pop("warm", None)
    assert live == expected


_SHARED = {
    "GlobalSecondaryIndex": ("indexes", "types"),
    "TableReplica": ("replicas", "replica tags"),
    "Tag": ("tags",),
}
"""Members of a table that other resources declare."""


def looks(client: Client, tok: str, inputs: Inputs) -> Any:
    """A resource as it lives, in the form of `wanted`; None where it is not there."""
    look = _table if tok == TABLE else _LOOKS[tok]
    try:
        return look(client, inputs)
    except ClientError as error:
        if "NotFound" in error.response["Error"]["Code"]:
            return None
        raise


def wanted(tok: str, inputs: Inputs) -> Any:
    """A resource as its inputs declare it."""
    return _wanted_table(inputs) if tok == TABLE else _WANTED[tok](inputs)


def _table(client: Client, inputs: Inputs) -> dict[str, Any]:
    name = inputs["name"]
    dynamodb = client("dynamodb", HOME)
    table = dynamodb.describe_table(TableName=name)["Table"]
    table_indexes = table.get("GlobalSecondaryIndexes", ())
    states = {table["TableStatus"], *(index["IndexStatus"] for index in table_indexes)}
    assert states == {"ACTIVE"}
    mode = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    stream = table.get("StreamSpecification", {})
    recovery = _recovery(dynamodb, name)
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    replicas = [replica["RegionName"] for replica in table.get("Replicas", ())]
    return {
        "keys": _keys(table),
        "types": {
            attribute["AttributeName"]: attribute["AttributeType"]
            for attribute in table["AttributeDefinitions"]
        },
        "mode": mode,
        "capacity": _capacity(table),
        "maxima": _maxima(table),
        "indexes": {index["IndexName"]: _index(index) for index in table_indexes},
        "local": {
            index["IndexName"]: (_keys(index), _projection(index))
            for index in table.get("LocalSecondaryIndexes", ())
        },
        "stream": stream.get("StreamViewType") if stream.get("StreamEnabled") else None,
        "expiry": expiry.get("AttributeName")
        if expiry["TimeToLiveStatus"] in ("ENABLED", "ENABLING")
        else None,
        "recovery": recovery,
        "key": _key(table),
        "class": table.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
        "protected": table["DeletionProtectionEnabled"],
        "tags": _tags(dynamodb, table["TableArn"]),
        "replicas": {
            region: _replica(client("dynamodb", region), name)
            for region in replicas
            if region != HOME
        },
        "replica tags": {
            region: _tags(client("dynamodb", region), table["TableArn"].replace(HOME, region))
            for region in replicas
            if region != HOME
        },
    }


def _wanted_table(inputs: Inputs) -> dict[str, Any]:
    mode = inputs.get("billingMode", "PROVISIONED")
    expiry = inputs.get("ttl", {})
    recovery = inputs.get("pointInTimeRecovery", {})
    replicas = inputs.get("replicas", ())
    key = inputs.get("serverSideEncryption", {})
    on_demand = mode == "PAY_PER_REQUEST"
    capacity = (inputs.get("readCapacity", 0), inputs.get("writeCapacity", 0))
    return {
        "keys": _wanted_keys(inputs),
        "types": {attribute["name"]: attribute["type"] for attribute in inputs["attributes"]},
        "mode": mode,
        "capacity": (0, 0) if on_demand else capacity,
        "maxima": _wanted_maxima(inputs),
        "indexes": {
            index["name"]: {
                "keys": _wanted_keys(index),
                "projection": _wanted_projection(index),
                "capacity": (index.get("readCapacity", 0), index.get("writeCapacity", 0)),
                "maxima": _wanted_maxima(index),
                **_wanted_warm(index),
            }
            for index in inputs.get("globalSecondaryIndexes", ())
        },
        "local": {
            index["name"]: (
                [(inputs["hashKey"], "HASH"), (index["rangeKey"], "RANGE")],
                _wanted_projection(index),
            )
            for index in inputs.get("localSecondaryIndexes", ())
        },
        "stream": inputs.get("streamViewType") if inputs.get("streamEnabled") else None,
        "expiry": expiry.get("attributeName") if expiry.get("enabled") else None,
        "recovery": recovery.get("recoveryPeriodInDays", 35) if recovery.get("enabled") else None,
        "key": key.get("kmsKeyArn", "managed") if key.get("enabled") else None,
        "class": inputs.get("tableClass", "STANDARD"),
        "protected": inputs.get("deletionProtectionEnabled", False),
        "tags": dict(inputs.get("tags", {})),
        "replicas": {
            replica["regionName"]: {
                "key": replica.get("kmsKeyArn", "managed") if key.get("enabled") else None,
                "recovery": 35 if replica.get("pointInTimeRecovery") else None,
                "protected": replica.get("deletionProtectionEnabled", False),
            }
            for replica in replicas
        },
        "replica tags": {
            replica["regionName"]: dict(inputs.get("tags", {}))
            if replica.get("propagateTags")
            else {}
            for replica in replicas
        },
    }


def _keys(described: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(part["AttributeName"], part["KeyType"]) for part in described["KeySchema"]]


def _wanted_keys(inputs: Inputs) -> list[tuple[str, str]]:
    if inputs.get("keySchemas"):
        return [(schema["attributeName"], schema["keyType"]) for schema in inputs["keySchemas"]]
    parts = ((inputs["hashKey"], "HASH"), (inputs.get("rangeKey"), "RANGE"))
    return [(name, kind) for name, kind in parts if name]


def _capacity(described: Mapping[str, Any]) -> tuple[int, int]:
    units = described["ProvisionedThroughput"]
    return units["ReadCapacityUnits"], units["WriteCapacityUnits"]


def _maxima(described: Mapping[str, Any]) -> tuple[int, int] | None:
    limits = described.get("OnDemandThroughput")
    units = limits and (limits["MaxReadRequestUnits"], limits["MaxWriteRequestUnits"])
    return None if units in (None, (-1, -1)) else units


def _wanted_maxima(inputs: Inputs) -> tuple[int, int] | None:
    limits = inputs.get("onDemandThroughput")
    return limits and (limits["maxReadRequestUnits"], limits["maxWriteRequestUnits"])


def _wanted_warm(inputs: Inputs) -> dict[str, Any]:
    """Warm throughput of an index, where it is asked for."""
    warm = inputs.get("warmThroughput")
    return {"warm": (warm["readUnitsPerSecond"], warm["writeUnitsPerSecond"])} if warm else {}


def _projection(described: Mapping[str, Any]) -> tuple[str, frozenset[str]]:
    projection = described["Projection"]
    return projection["ProjectionType"], frozenset(projection.get("NonKeyAttributes", ()))


def _wanted_projection(inputs: Inputs) -> tuple[str, frozenset[str]]:
    return inputs["projectionType"], frozenset(inputs.get("nonKeyAttributes", ()))


def _index(described: Mapping[str, Any]) -> dict[str, Any]:
    warm = described["WarmThroughput"]
    return {
        "keys": _keys(described),
        "projection": _projection(described),
        "capacity": _capacity(described),
        "maxima": _maxima(described),
        "warm": (warm["ReadUnitsPerSecond"], warm["WriteUnitsPerSecond"]),
    }


def _key(table: Mapping[str, Any]) -> str | None:
    """None for AWS's own key, `managed` for the one in the account, else an ARN."""
    described = table.get("SSEDescription")
    if described is None:
        return None
    arn = str(described["KMSMasterKeyArn"])
    return arn if arn in _own_keys else "managed"


_own_keys: set[str] = set()


def know_keys(arns: Mapping[str, str]) -> None:
    """Tell which keys are those of a customer."""
    _own_keys.clear()
    _own_keys.update(arns.values())


def _recovery(dynamodb: Any, name: str) -> int | None:
    reply = dynamodb.describe_continuous_backups(TableName=name)
    state = reply["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    enabled = state["PointInTimeRecoveryStatus"] == "ENABLED"
    return int(state["RecoveryPeriodInDays"]) if enabled else None


def _tags(dynamodb: Any, arn: str) -> dict[str, str]:
    pages = dynamodb.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}


def _replica(dynamodb: Any, name: str) -> dict[str, Any]:
    table = dynamodb.describe_table(TableName=name)["Table"]
    return {
        "key": _key(table),
        "recovery": _recovery(dynamodb, name),
        "protected": table["DeletionProtectionEnabled"],
    }


def _own_replica(client: Client, inputs: Inputs) -> dict[str, Any]:
    region = inputs["region"]
    dynamodb = client("dynamodb", region)
    name = inputs["globalTableArn"].rpartition("/")[2]
    table = dynamodb.describe_table(TableName=name)["Table"]
    described = client("dynamodb", HOME).describe_table(TableName=name)["Table"]["Replicas"]
    (replica,) = (replica for replica in described if replica["RegionName"] == region)
    summary = replica.get("ReplicaTableClassSummary") or table.get("TableClassSummary") or {}
    return {
        "recovery": _recovery(dynamodb, name) is not None,
        "protected": table["DeletionProtectionEnabled"],
        "tags": _tags(dynamodb, table["TableArn"]),
        "class": summary.get("TableClass", "STANDARD"),
        "key": _key(table),
    }


def _wanted_replica(inputs: Inputs) -> dict[str, Any]:
    return {
        "recovery": inputs.get("pointInTimeRecovery", False),
        "protected": inputs.get("deletionProtectionEnabled", False),
        "tags": dict(inputs.get("tags", {})),
        "class": inputs.get("tableClassOverride", "STANDARD"),
        **({"key": inputs["kmsKeyArn"]} if "kmsKeyArn" in inputs else {}),
    }


def _own_index(client: Client, inputs: Inputs) -> Any:
    table = client("dynamodb", HOME).describe_table(TableName=inputs["tableName"])["Table"]
    shown = (
        index
        for index in table.get("GlobalSecondaryIndexes", ())
        if index["IndexName"] == inputs["indexName"]
    )
    return next((_index(index) for index in shown), None)


def _wanted_index(inputs: Inputs) -> dict[str, Any]:
    units = inputs.get("provisionedThroughput", {})
    return {
        "keys": _wanted_keys(inputs),
        "projection": _wanted_projection(inputs["projection"]),
        "capacity": (units.get("readCapacityUnits", 0), units.get("writeCapacityUnits", 0)),
        "maxima": _wanted_maxima(inputs),
        **_wanted_warm(inputs),
    }


def _item(client: Client, inputs: Inputs) -> Any:
    item = json.loads(inputs["item"])
    names = [inputs["hashKey"], *([inputs["rangeKey"]] if inputs.get("rangeKey") else [])]
    key = {name: item[name] for name in names}
    reply = client("dynamodb", HOME).get_item(TableName=inputs["tableName"], Key=key)
    return reply.get("Item")


def _insights(client: Client, inputs: Inputs) -> Any:
    named = {"IndexName": inputs["indexName"]} if "indexName" in inputs else {}
    reply = client("dynamodb", HOME).describe_contributor_insights(
        TableName=inputs["tableName"], **named
    )
    mode = reply.get("ContributorInsightsMode")
    return mode if reply["ContributorInsightsStatus"] in ("ENABLED", "ENABLING") else None


def _destination(client: Client, inputs: Inputs) -> Any:
    reply = client("dynamodb", HOME).describe_kinesis_streaming_destination(
        TableName=inputs["tableName"]
    )
    alive = [
        destination["ApproximateCreationDateTimePrecision"]
        for destination in reply["KinesisDataStreamDestinations"]
        if destination["StreamArn"] == inputs["streamArn"]
        and destination["DestinationStatus"] == "ACTIVE"
    ]
    return alive[0] if alive else None


def _own_policy(client: Client, inputs: Inputs) -> Any:
    reply = client("dynamodb", HOME).get_resource_policy(ResourceArn=inputs["resourceArn"])
    return json.loads(reply["Policy"])


def _own_tag(client: Client, inputs: Inputs) -> Any:
    return _tags(client("dynamodb", HOME), inputs["resourceArn"]).get(inputs["key"])


def _export(client: Client, inputs: Inputs) -> Any:
    dynamodb = client("dynamodb", HOME)
    listed = dynamodb.list_exports(TableArn=inputs["tableArn"])["ExportSummaries"]
    if not listed:
        return None
    reply = dynamodb.describe_export(ExportArn=listed[0]["ExportArn"])["ExportDescription"]
    return reply["S3Bucket"], reply.get("S3Prefix"), reply["ExportStatus"]


def _dimension(inputs: Inputs) -> dict[str, str]:
    return {
        "ServiceNamespace": inputs["serviceNamespace"],
        "ResourceId": inputs["resourceId"],
        "ScalableDimension": inputs["scalableDimension"],
    }


def _scaling(client: Client) -> Any:
    return client("application-autoscaling", HOME)


def _own_target(client: Client, inputs: Inputs) -> Any:
    dimension = _dimension(inputs)
    resource = dimension.pop("ResourceId")
    reply = _scaling(client).describe_scalable_targets(ResourceIds=[resource], **dimension)
    for target in reply["ScalableTargets"]:
        suspended = target["SuspendedState"]
        return target["MinCapacity"], target["MaxCapacity"], _initials_low(suspended)
    return None


def _wanted_target(inputs: Inputs) -> Any:
    names = ("dynamicScalingInSuspended", "dynamicScalingOutSuspended", "scheduledScalingSuspended")
    suspended = {**dict.fromkeys(names, False), **inputs.get("suspendedState", {})}
    return inputs["minCapacity"], inputs["maxCapacity"], suspended


def _own_scaling(client: Client, inputs: Inputs) -> Any:
    policies = _scaling(client).describe_scaling_policies(**_dimension(inputs))["ScalingPolicies"]
    for policy in policies:
        own = policy["TargetTrackingScalingPolicyConfiguration"]
        keep = {
            "targetValue": own["TargetValue"],
            "metric": own["PredefinedMetricSpecification"]["PredefinedMetricType"],
            "in": own.get("ScaleInCooldown"),
            "out": own.get("ScaleOutCooldown"),
        }
        return policy["PolicyName"], keep
    return None


def _wanted_scaling(inputs: Inputs) -> Any:
    own = inputs["targetTrackingScalingPolicyConfiguration"]
    return inputs["name"], {
        "targetValue": own["targetValue"],
        "metric": own["predefinedMetricSpecification"]["predefinedMetricType"],
        "in": own.get("scaleInCooldown"),
        "out": own.get("scaleOutCooldown"),
    }


def _own_schedule(client: Client, inputs: Inputs) -> Any:
    actions = _scaling(client).describe_scheduled_actions(**_dimension(inputs))["ScheduledActions"]
    for action in actions:
        return (
            action["Schedule"],
            _initials_low(action["ScalableTargetAction"]),
            action.get("Timezone", "UTC"),
        )
    return None


def _own_alarm(client: Client, inputs: Inputs) -> Any:
    cloudwatch = client("cloudwatch", HOME)
    alarms = cloudwatch.describe_alarms(AlarmNames=[inputs["name"]])["MetricAlarms"]
    for alarm in alarms:
        tags = cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
        alive = {_low(name): value for name, value in alarm.items()}
        alive["dimensions"] = {part["Name"]: part["Value"] for part in alarm["Dimensions"]}
        alive["tags"] = {tag["Key"]: tag["Value"] for tag in tags}
        alive["name"] = alive["alarmName"]
        alive["evaluateLowSampleCountPercentiles"] = alive.get("evaluateLowSampleCountPercentile")
        return {name: alive.get(name) for name in inputs}
    return None


def _own_composite(client: Client, inputs: Inputs) -> Any:
    reply = client("cloudwatch", HOME).describe_alarms(
        AlarmNames=[inputs["alarmName"]], AlarmTypes=["CompositeAlarm"]
    )
    return next((alarm["AlarmRule"] for alarm in reply["CompositeAlarms"]), None)


def _low(name: str) -> str:
    return name[0].lower() + name[1:]


def _initials_low(values: Mapping[str, Any]) -> dict[str, Any]:
    return {_low(name): value for name, value in values.items()}


_MODULES = ("dynamodb", "appautoscaling", "cloudwatch")
_BY_NAME: dict[str, tuple[Callable[[Client, Inputs], Any], Callable[[Inputs], Any]]] = {
    "tableReplica": (_own_replica, _wanted_replica),
    "globalSecondaryIndex": (_own_index, _wanted_index),
    "tableItem": (_item, lambda inputs: json.loads(inputs["item"])),
    "contributorInsights": (
        _insights,
        lambda inputs: inputs.get("mode", "ACCESSED_AND_THROTTLED_KEYS"),
    ),
    "kinesisStreamingDestination": (
        _destination,
        lambda inputs: inputs.get("approximateCreationDateTimePrecision", "MILLISECOND"),
    ),
    "resourcePolicy": (_own_policy, lambda inputs: json.loads(inputs["policy"])),
    "tag": (_own_tag, lambda inputs: inputs["value"]),
    "tableExport": (
        _export,
        lambda inputs: (inputs["s3Bucket"], inputs.get("s3Prefix"), "COMPLETED"),
    ),
    "target": (_own_target, _wanted_target),
    "policy": (_own_scaling, _wanted_scaling),
    "scheduledAction": (
        _own_schedule,
        lambda inputs: (
            inputs["schedule"],
            dict(inputs["scalableTargetAction"]),
            inputs.get("timezone", "UTC"),
        ),
    ),
    "metricAlarm": (_own_alarm, dict),
    "compositeAlarm": (_own_composite, lambda inputs: inputs["alarmRule"]),
}


def _token(name: str) -> str:
    module = {"target": 1, "policy": 1, "scheduledAction": 1, "metricAlarm": 2, "compositeAlarm": 2}
    return f"aws:{_MODULES[module.get(name, 0)]}/{name}:{name[0].upper()}{name[1:]}"


_LOOKS = {_token(name): pair[0] for name, pair in _BY_NAME.items()}
_WANTED = {_token(name): pair[1] for name, pair in _BY_NAME.items()}
