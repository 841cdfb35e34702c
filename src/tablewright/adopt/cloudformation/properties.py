"""A template's tables in the properties of `AWS::DynamoDB::Table`, values in their types. Pure.

Templates write numbers and switches as text as well. A SAM table and a global table, which have
properties of their own, are brought to the same form: a global table is one such table in each of
its regions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Properties = Mapping[str, Any]

INTEGERS = frozenset({
    "DatapointsToAlarm", "EvaluationPeriods", "MaxCapacity", "MaxReadRequestUnits",
    "MaxWriteRequestUnits", "MinCapacity", "Period", "ReadCapacityUnits", "ReadUnitsPerSecond",
    "RecoveryPeriodInDays", "ScaleInCooldown", "ScaleOutCooldown", "SeedCapacity",
    "WriteCapacityUnits", "WriteUnitsPerSecond",
})  # fmt: skip
NUMBERS = frozenset({"TargetValue", "Threshold"})
SWITCHES = frozenset({
    "ActionsEnabled", "DeletionProtectionEnabled", "DisableScaleIn", "DynamicScalingInSuspended",
    "DynamicScalingOutSuspended", "Enabled", "PointInTimeRecoveryEnabled", "ReturnData",
    "SSEEnabled", "ScheduledScalingSuspended",
})  # fmt: skip
_SAM_TYPES = {"String": "S", "Number": "N", "Binary": "B"}
_READ = "ReadCapacityAutoScalingSettings"
_WRITE = "WriteCapacityAutoScalingSettings"


def typed(value: Any, key: str = "") -> Any:
    """A value in the types of AWS's API.

    Raises:
        ValueError: a number or a switch is none.
    """
    match value:
        case dict():
            return {name: typed(item, name) for name, item in value.items()}
        case list():
            return [typed(item, key) for item in value]
        case str():
            return _scalar(value, key)
    return value


def _scalar(text: str, key: str) -> Any:
    if key in SWITCHES and text.lower() not in {"true", "false"}:
        raise ValueError(f"{key} is neither true nor false")
    if key in SWITCHES:
        return text.lower() == "true"
    kind = int if key in INTEGERS else float if key in NUMBERS else str
    return kind(text)


def simple_table(given: Properties) -> dict[str, Any]:
    """A SAM table: one key attribute, on demand unless it has a throughput.

    Its tags are a mapping, its other properties those of a table (AWS SAM reference,
    AWS::Serverless::SimpleTable).
    """
    properties = dict(given)
    key = properties.pop("PrimaryKey", None) or {"Name": "id", "Type": "String"}
    kind = key.get("Type", "String")
    properties["AttributeDefinitions"] = [
        {"AttributeName": key.get("Name", "id"), "AttributeType": _SAM_TYPES.get(kind, kind)}
    ]
    properties["KeySchema"] = [{"AttributeName": key.get("Name", "id"), "KeyType": "HASH"}]
    if "ProvisionedThroughput" not in properties:
        properties["BillingMode"] = "PAY_PER_REQUEST"
    if isinstance(properties.get("Tags"), dict):
        properties["Tags"] = [
            {"Key": name, "Value": value} for name, value in properties["Tags"].items()
        ]
    return properties


def regions_of(given: Properties) -> list[str]:
    """Regions of the replicas of a global table."""
    replicas = given.get("Replicas")
    return [
        replica["Region"]
        for replica in (replicas if isinstance(replicas, list) else [])
        if isinstance(replica, Mapping) and isinstance(replica.get("Region"), str)
    ]


def in_region(given: Properties, region: str) -> dict[str, Any]:
    """A global table in one of its regions, as the properties of a table there."""
    replica = next(element for element in given["Replicas"] if element.get("Region") == region)
    properties = {
        name: value
        for name, value in {**given, **replica}.items()
        if name in _COMMON and name != "GlobalSecondaryIndexes"
    }
    if key := (replica.get("SSESpecification") or {}).get("KMSMasterKeyId"):
        properties["SSESpecification"] = {
            **(given.get("SSESpecification") or {}), "KMSMasterKeyId": key
        }  # fmt: skip
    elif "SSESpecification" in given:
        properties["SSESpecification"] = given["SSESpecification"]
    if policy := (replica.get("ReplicaStreamSpecification") or {}).get("ResourcePolicy"):
        properties["StreamSpecification"] = {
            **(given.get("StreamSpecification") or {}), "ResourcePolicy": policy
        }  # fmt: skip
    if indexes := given.get("GlobalSecondaryIndexes"):
        there = {
            element.get("IndexName"): element
            for element in replica.get("GlobalSecondaryIndexes") or ()
        }
        properties["GlobalSecondaryIndexes"] = [
            {
                **{name: index[name] for name in _OF_INDEX if name in index},
                **_insights(there.get(index.get("IndexName"), {})),
                **_capacity(index, there.get(index.get("IndexName"), {})),
            }
            for index in indexes
        ]
    return {**properties, **_capacity(given, replica)}


def scaling_in_region(name: str, given: Properties, region: str) -> Iterator[dict[str, Any]]:
    """What scales of a global table there, in the words of Application Auto Scaling."""
    replica = next(element for element in given["Replicas"] if element.get("Region") == region)
    there = {
        element.get("IndexName"): element for element in replica.get("GlobalSecondaryIndexes") or ()
    }
    parts = [(f"table/{name}", "table", given, replica)]
    parts += [
        (
            f"table/{name}/index/{element['IndexName']}",
            "index",
            element,
            there.get(element["IndexName"], {}),
        )
        for element in given.get("GlobalSecondaryIndexes") or ()
    ]
    for resource, kind, home, away in parts:
        sides = {
            "Read": (away.get("ReadProvisionedThroughputSettings") or {}).get(_READ),
            "Write": (home.get("WriteProvisionedThroughputSettings") or {}).get(_WRITE),
        }
        for side, settings in sides.items():
            if isinstance(settings, Mapping):
                place = {
                    "ServiceNamespace": "dynamodb",
                    "ResourceId": resource,
                    "ScalableDimension": f"dynamodb:{kind}:{side}CapacityUnits",
                }
                tracking = settings.get("TargetTrackingScalingPolicyConfiguration") or {}
                metric = {"PredefinedMetricType": f"DynamoDB{side}CapacityUtilization"}
                yield {
                    **place,
                    "MinCapacity": settings.get("MinCapacity"),
                    "MaxCapacity": settings.get("MaxCapacity"),
                    "policy": {
                        **place,
                        "PolicyName": f"DynamoDB{side}CapacityUtilization:{resource}",
                        "PolicyType": "TargetTrackingScaling",
                        "TargetTrackingScalingPolicyConfiguration": {
                            "PredefinedMetricSpecification": metric, **tracking
                        },
                    },
                }  # fmt: skip


_COMMON = frozenset({
    "AttributeDefinitions", "BillingMode", "ContributorInsightsSpecification",
    "DeletionProtectionEnabled", "KeySchema", "KinesisStreamSpecification",
    "LocalSecondaryIndexes", "PointInTimeRecoverySpecification", "ResourcePolicy",
    "StreamSpecification", "TableClass", "Tags", "TimeToLiveSpecification", "WarmThroughput",
})  # fmt: skip
_OF_INDEX = ("IndexName", "KeySchema", "Projection", "WarmThroughput")


def _insights(index: Properties) -> dict[str, Any]:
    name = "ContributorInsightsSpecification"
    return {name: index[name]} if name in index else {}


def _capacity(home: Properties, away: Properties) -> dict[str, Any]:
    """Writes are the table's, reads each region's own; what scales begins at its least."""
    read = away.get("ReadProvisionedThroughputSettings") or {}
    write = home.get("WriteProvisionedThroughputSettings") or {}
    capacity: dict[str, Any] = {}
    if read or write:
        capacity["ProvisionedThroughput"] = {
            "ReadCapacityUnits": _units(read, "ReadCapacityUnits", _READ),
            "WriteCapacityUnits": _units(write, "WriteCapacityUnits", _WRITE),
        }
    ceilings = {
        **(home.get("ReadOnDemandThroughputSettings") or {}),
        **(away.get("ReadOnDemandThroughputSettings") or {}),
        **(home.get("WriteOnDemandThroughputSettings") or {}),
    }
    return {**capacity, **({"OnDemandThroughput": ceilings} if ceilings else {})}


def _units(settings: Properties, plain: str, scaled: str) -> Any:
    scaling = settings.get(scaled) or {}
    return settings.get(plain) or scaling.get("SeedCapacity") or scaling.get("MinCapacity") or "1"
