"""The calls that HashiCorp's provider sends for any resource; those of tables are apart."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from .model import HOME, TABLE, Inputs
from .terraform_table import (
    arn_of,
    bring_table,
    change,
    drop_replica,
    key_schema,
    maxima,
    projection,
    recover,
    retag,
    settle,
    until,
    warm,
)

Client = Callable[..., Any]


def bring(client: Client, tok: str, old: Inputs | None, new: Inputs | None) -> None:
    """Create, change or delete a resource."""
    if tok == TABLE:
        bring_table(client, old, new)
    else:
        _OTHERS[tok](client, old, new)


def replaces(tok: str, old: Inputs, new: Inputs) -> bool:
    """Whether HashiCorp's provider makes a new one."""
    if tok == TABLE:
        forced = ("name", "hashKey", "rangeKey", "localSecondaryIndexes")
        return any(old.get(name) != new.get(name) for name in forced)
    names = _FORCED.get(tok.rpartition(":")[2], ())
    return any(old.get(name) != new.get(name) for name in names)


_FORCED = {
    "ContributorInsights": ("tableName", "indexName", "mode"),
    "KinesisStreamingDestination": ("tableName", "streamArn"),
    "TableReplica": ("globalTableArn", "kmsKeyArn"),
    "GlobalSecondaryIndex": ("tableName", "indexName", "keySchemas", "projection"),
    "TableExport": ("tableArn", "s3Bucket", "s3Prefix"),
}


def _replica(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    inputs = new or old or {}
    region, name = inputs["region"], inputs["globalTableArn"].rpartition("/")[2]
    home, there = client("dynamodb", HOME), client("dynamodb", region)
    if new is None:
        drop_replica(home, name, region)
        return
    if old is None:
        action = {"RegionName": region}
        if "kmsKeyArn" in new:
            action["KMSMasterKeyId"] = new["kmsKeyArn"]
        if "tableClassOverride" in new:
            action["TableClassOverride"] = new["tableClassOverride"]
        change(home, name, ReplicaUpdates=[{"Create": action}])
        settle(there, name)
    elif old.get("tableClassOverride") != new.get("tableClassOverride"):
        own = {"RegionName": region, "TableClassOverride": new["tableClassOverride"]}
        change(home, name, ReplicaUpdates=[{"Update": own}])
    before = old or {}
    if before.get("pointInTimeRecovery", False) != new.get("pointInTimeRecovery", False):
        recover(there, name, new.get("pointInTimeRecovery", False))
    if before.get("deletionProtectionEnabled") != new.get("deletionProtectionEnabled"):
        change(there, name, DeletionProtectionEnabled=new["deletionProtectionEnabled"])
    retag(there, arn_of(there, name), before.get("tags", {}), new.get("tags", {}))


def _own_index(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    inputs = new or old or {}
    dynamodb, table = client("dynamodb", HOME), inputs["tableName"]
    name = inputs["indexName"]
    if new is None:
        change(dynamodb, table, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": name}}])
    elif old is None:
        described = dynamodb.describe_table(TableName=table)["Table"]
        known = {
            attribute["AttributeName"]: attribute for attribute in described["AttributeDefinitions"]
        }
        for part in new["keySchemas"]:
            known[part["attributeName"]] = {
                "AttributeName": part["attributeName"],
                "AttributeType": part["attributeType"],
            }
        create = {
            "IndexName": name,
            "KeySchema": key_schema(new),
            "Projection": projection(new["projection"]),
            **_own_throughput(new, {}),
        }
        change(
            dynamodb,
            table,
            AttributeDefinitions=list(known.values()),
            GlobalSecondaryIndexUpdates=[{"Create": create}],
        )
    elif update := _own_throughput(new, old):
        for member, value in update.items():
            change_of_index = {"IndexName": name, member: value}
            change(dynamodb, table, GlobalSecondaryIndexUpdates=[{"Update": change_of_index}])


def _own_throughput(new: Inputs, old: Inputs) -> dict[str, Any]:
    members: dict[str, Any] = {}
    units = new.get("provisionedThroughput")
    if units and units != old.get("provisionedThroughput"):
        members["ProvisionedThroughput"] = {
            "ReadCapacityUnits": units["readCapacityUnits"],
            "WriteCapacityUnits": units["writeCapacityUnits"],
        }
    if "onDemandThroughput" in new and new["onDemandThroughput"] != old.get("onDemandThroughput"):
        members["OnDemandThroughput"] = maxima(new)
    if "warmThroughput" in new and new["warmThroughput"] != old.get("warmThroughput"):
        members["WarmThroughput"] = warm(new)
    return members


def _insights(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    inputs = new or old or {}
    dynamodb = client("dynamodb", HOME)
    names = {"TableName": inputs["tableName"]}
    if "indexName" in inputs:
        names["IndexName"] = inputs["indexName"]
    mode = {"ContributorInsightsMode": new["mode"]} if new and "mode" in new else {}
    action = "DISABLE" if new is None else "ENABLE"
    dynamodb.update_contributor_insights(**names, ContributorInsightsAction=action, **mode)
    final = f"{action}D"
    until(
        lambda: (
            dynamodb.describe_contributor_insights(**names)["ContributorInsightsStatus"] == final
        )
    )


def _destination(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    inputs = new or old or {}
    dynamodb = client("dynamodb", HOME)
    names = {"TableName": inputs["tableName"], "StreamArn": inputs["streamArn"]}
    precision = new and new.get("approximateCreationDateTimePrecision")
    configured = {"ApproximateCreationDateTimePrecision": precision} if precision else {}
    if new is None:
        dynamodb.disable_kinesis_streaming_destination(**names)
    elif old is None:
        own = {"EnableKinesisStreamingConfiguration": configured} if configured else {}
        dynamodb.enable_kinesis_streaming_destination(**names, **own)
    else:
        dynamodb.update_kinesis_streaming_destination(
            **names, UpdateKinesisStreamingConfiguration=configured
        )
    final = "DISABLED" if new is None else "ACTIVE"

    def is_settled() -> bool:
        reply = dynamodb.describe_kinesis_streaming_destination(TableName=inputs["tableName"])
        listed = reply["KinesisDataStreamDestinations"]
        return [destination["DestinationStatus"] for destination in listed][-1:] == [final]

    until(is_settled)


def _policy(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    dynamodb = client("dynamodb", HOME)
    inputs = new or old or {}
    if new is None:
        dynamodb.delete_resource_policy(ResourceArn=inputs["resourceArn"])
    else:
        dynamodb.put_resource_policy(ResourceArn=inputs["resourceArn"], Policy=new["policy"])


def _own_tag(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    inputs = new or old or {}
    before = {old["key"]: old["value"]} if old else {}
    after = {new["key"]: new["value"]} if new else {}
    retag(client("dynamodb", HOME), inputs["resourceArn"], before, after)


def _item(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    dynamodb = client("dynamodb", HOME)
    if old and (new is None or _item_key(old) != _item_key(new)):
        dynamodb.delete_item(TableName=old["tableName"], Key=_item_key(old))
        old = None
    if new is None:
        return
    item, table = json.loads(new["item"]), new["tableName"]
    if old is None:
        dynamodb.put_item(
            TableName=table,
            Item=item,
            ConditionExpression="attribute_not_exists(#hk)",
            ExpressionAttributeNames={"#hk": new["hashKey"]},
        )
        return
    updates = {
        name: {"Action": "PUT", "Value": value}
        for name, value in item.items()
        if name not in _item_key(new)
    }
    for name in json.loads(old["item"]).keys() - item.keys():
        updates[name] = {"Action": "DELETE"}
    dynamodb.update_item(TableName=table, Key=_item_key(new), AttributeUpdates=updates)


def _item_key(inputs: Inputs) -> dict[str, Any]:
    item = json.loads(inputs["item"])
    return {name: item[name] for name in (inputs["hashKey"], inputs.get("rangeKey")) if name}


def _export(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    if new is None or old is not None:
        return
    members = {"S3Prefix": new.get("s3Prefix"), "S3SseAlgorithm": new.get("s3SseAlgorithm")}
    dynamodb = client("dynamodb", HOME)
    made = dynamodb.export_table_to_point_in_time(
        TableArn=new["tableArn"],
        S3Bucket=new["s3Bucket"],
        **{name: value for name, value in members.items() if value},
    )["ExportDescription"]["ExportArn"]
    until(
        lambda: (
            dynamodb.describe_export(ExportArn=made)["ExportDescription"]["ExportStatus"]
            == "COMPLETED"
        )
    )


def _dimension(inputs: Inputs) -> dict[str, str]:
    names = ("serviceNamespace", "resourceId", "scalableDimension")
    return {_high(name): inputs[name] for name in names}


def _target(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    scaling = client("application-autoscaling", HOME)
    if new is None:
        scaling.deregister_scalable_target(**_dimension(old or {}))
        return
    suspended = new.get("suspendedState")
    scaling.register_scalable_target(
        **_dimension(new),
        MinCapacity=new["minCapacity"],
        MaxCapacity=new["maxCapacity"],
        **({"SuspendedState": _highs(suspended)} if suspended else {}),
    )


def _scaling(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    scaling = client("application-autoscaling", HOME)
    if new is None:
        assert old is not None
        scaling.delete_scaling_policy(**_dimension(old), PolicyName=old["name"])
        return
    scaling.put_scaling_policy(
        **_dimension(new),
        PolicyName=new["name"],
        PolicyType=new["policyType"],
        TargetTrackingScalingPolicyConfiguration=_highs(
            new["targetTrackingScalingPolicyConfiguration"]
        ),
    )


def _schedule(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    scaling = client("application-autoscaling", HOME)
    if new is None:
        assert old is not None
        scaling.delete_scheduled_action(**_dimension(old), ScheduledActionName=old["name"])
        return
    optional = {name: new[name] for name in ("timezone", "startTime", "endTime") if name in new}
    scaling.put_scheduled_action(
        **_dimension(new),
        ScheduledActionName=new["name"],
        Schedule=new["schedule"],
        ScalableTargetAction=_highs(new["scalableTargetAction"]),
        **_highs({"timezone": "UTC", **optional}),
    )


def _alarm(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    cloudwatch = client("cloudwatch", HOME)
    if new is None:
        cloudwatch.delete_alarms(AlarmNames=[(old or {})["name"]])
        return
    members = {_high(name): value for name, value in new.items() if name != "tags"}
    members["AlarmName"] = members.pop("Name")
    low = members.pop("EvaluateLowSampleCountPercentiles", None)
    if low:
        members["EvaluateLowSampleCountPercentile"] = low
    dimensions = members.pop("Dimensions", {})
    members["Dimensions"] = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    cloudwatch.put_metric_alarm(**members, ActionsEnabled=True)
    before, after = (old or {}).get("tags", {}), new.get("tags", {})
    (arn,) = (
        alarm["AlarmArn"]
        for alarm in cloudwatch.describe_alarms(AlarmNames=[new["name"]])["MetricAlarms"]
    )
    if gone := [key for key in before if key not in after]:
        cloudwatch.untag_resource(ResourceARN=arn, TagKeys=gone)
    if after:
        tags = [{"Key": key, "Value": value} for key, value in after.items()]
        cloudwatch.tag_resource(ResourceARN=arn, Tags=tags)


def _composite(client: Client, old: Inputs | None, new: Inputs | None) -> None:
    cloudwatch = client("cloudwatch", HOME)
    if new is None:
        cloudwatch.delete_alarms(AlarmNames=[(old or {})["alarmName"]])
    else:
        cloudwatch.put_composite_alarm(
            AlarmName=new["alarmName"], AlarmRule=new["alarmRule"], ActionsEnabled=True
        )


def _high(name: str) -> str:
    return name[0].upper() + name[1:]


def _highs(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        _high(name): _highs(value) if isinstance(value, dict) else value
        for name, value in values.items()
    }


_OTHERS: dict[str, Callable[[Client, Inputs | None, Inputs | None], None]] = {
    "aws:dynamodb/tableReplica:TableReplica": _replica,
    "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex": _own_index,
    "aws:dynamodb/contributorInsights:ContributorInsights": _insights,
    "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination": _destination,
    "aws:dynamodb/resourcePolicy:ResourcePolicy": _policy,
    "aws:dynamodb/tag:Tag": _own_tag,
    "aws:dynamodb/tableItem:TableItem": _item,
    "aws:dynamodb/tableExport:TableExport": _export,
    "aws:appautoscaling/target:Target": _target,
    "aws:appautoscaling/policy:Policy": _scaling,
    "aws:appautoscaling/scheduledAction:ScheduledAction": _schedule,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": _composite,
}
