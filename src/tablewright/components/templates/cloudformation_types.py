"""What CloudFormation calls each property of ours: one function for each type.

Each takes out of the arguments what it has a word for; what is left in the end is told by field.
Names of properties: CloudFormation Template Reference, of each type.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

Arguments = dict[str, Any]
Properties = dict[str, Any]


def pascal(name: str) -> str:
    """`stream_view_type` as `StreamViewType`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def taken(given: Arguments, *names: str) -> Properties:
    """These arguments under the same names."""
    return {pascal(name): given.pop(name) for name in names if name in given}


def _inner(given: Arguments, name: str, *members: str) -> Properties:
    """A block of arguments; what of it has no word is left."""
    block = dict(given.pop(name, None) or {})
    properties = taken(block, *members)
    given.update({f"{name}.{member}": value for member, value in block.items()})
    return properties


def _keys(given: Arguments) -> list[dict[str, str]]:
    if "key_schemas" in given:
        return [{pascal(k): v for k, v in part.items()} for part in given.pop("key_schemas")]
    pairs = [("HASH", given.pop("hash_key", None)), ("RANGE", given.pop("range_key", None))]
    return [{"AttributeName": name, "KeyType": kind} for kind, name in pairs if name]


def _throughput(given: Arguments) -> Properties:
    """What a table and a global index have in common: capacity, ceilings, warm throughput.

    No ceiling, which is -1 in the API, is none here.
    """
    units = {
        f"{side}CapacityUnits": given.pop(f"{side.lower()}_capacity")
        for side in ("Read", "Write")
        if f"{side.lower()}_capacity" in given
    }
    ceilings = _inner(
        given, "on_demand_throughput", "max_read_request_units", "max_write_request_units"
    )
    warm = _inner(given, "warm_throughput", "read_units_per_second", "write_units_per_second")
    properties = {
        "ProvisionedThroughput": units,
        "OnDemandThroughput": {side: units for side, units in ceilings.items() if units > 0},
        "WarmThroughput": warm,
    }
    return {name: value for name, value in properties.items() if value}


def _index(given: Arguments, path: str, rest: Arguments, partition: str | None) -> Properties:
    given = dict(given)
    name = given.pop("name")
    if partition is not None:
        given["hash_key"] = partition
    projection = taken(given, "projection_type", "non_key_attributes")
    properties = {
        "IndexName": name,
        "KeySchema": _keys(given),
        "Projection": projection,
        **_throughput(given),
    }
    rest.update({f"{path}[{name}].{member}": value for member, value in given.items()})
    return properties


def table(given: Arguments) -> Properties:
    """A table of one region, without what is attached to it."""
    partition = given.get("hash_key")
    properties: Properties = {
        "TableName": given.pop("name"),
        "AttributeDefinitions": [
            {"AttributeName": element["name"], "AttributeType": element["type"]}
            for element in given.pop("attributes")
        ],
        "KeySchema": _keys(given),
        **taken(given, "billing_mode", "table_class", "deletion_protection_enabled"),
        **_throughput(given),
    }
    for plural, own in (("global_secondary_indexes", None), ("local_secondary_indexes", partition)):
        indexes = [_index(element, plural, given, own) for element in given.pop(plural, None) or ()]
        if indexes:
            properties[pascal(plural)] = indexes
    return properties | _settings(given)


def _settings(given: Arguments) -> Properties:
    properties: Properties = {}
    view = given.pop("stream_view_type", None)
    if given.pop("stream_enabled", False):
        properties["StreamSpecification"] = {"StreamViewType": view}
    ttl = _inner(given, "ttl", "enabled", "attribute_name")
    if ttl.get("Enabled"):
        properties["TimeToLiveSpecification"] = ttl
    recovery = _inner(given, "point_in_time_recovery", "enabled", "recovery_period_in_days")
    if recovery:
        properties["PointInTimeRecoverySpecification"] = {
            "PointInTimeRecoveryEnabled": recovery.pop("Enabled"),
            **recovery,
        }
    encryption = _inner(given, "server_side_encryption", "enabled", "kms_key_arn")
    if encryption.get("Enabled"):
        key = {"KMSMasterKeyId": encryption["KmsKeyArn"]} if "KmsKeyArn" in encryption else {}
        properties["SSESpecification"] = {"SSEEnabled": True, "SSEType": "KMS", **key}
    elif encryption:
        properties["SSESpecification"] = {"SSEEnabled": False}
    return properties


def insights(given: Arguments) -> Properties:
    """Contributor insights, as the table and its index have them."""
    return {"Enabled": True, **taken(given, "mode")}


def kinesis(given: Arguments) -> Properties:
    """The Kinesis destination of a table."""
    return taken(given, "stream_arn", "approximate_creation_date_time_precision")


def resource_policy(given: Arguments) -> Properties:
    """The policy of a table or its stream."""
    return {"PolicyDocument": given.pop("policy")}


def target(given: Arguments) -> Properties:
    """What scales."""
    suspended = _inner(
        given, "suspended_state", "dynamic_scaling_in_suspended", "dynamic_scaling_out_suspended",
        "scheduled_scaling_suspended",
    )  # fmt: skip
    names = ("service_namespace", "resource_id", "scalable_dimension")
    bounds = taken(given, *names, "min_capacity", "max_capacity")
    return {**bounds, **({"SuspendedState": suspended} if any(suspended.values()) else {})}


def scaling_policy(given: Arguments) -> Properties:
    """How it follows its use."""
    key = "target_tracking_scaling_policy_configuration"
    block = dict(given.pop(key))
    metric = _inner(block, "predefined_metric_specification", "predefined_metric_type")
    tracking = taken(
        block, "target_value", "scale_in_cooldown", "scale_out_cooldown", "disable_scale_in"
    )
    given.update({f"{key}.{name}": value for name, value in block.items()})
    return {
        "PolicyName": given.pop("name"),
        **taken(given, "policy_type", "service_namespace", "resource_id", "scalable_dimension"),
        pascal(key): {"PredefinedMetricSpecification": metric, **tracking},
    }


def scheduled_action(given: Arguments) -> Properties:
    """A schedule, which stands in its target."""
    for name in ("service_namespace", "resource_id", "scalable_dimension"):
        given.pop(name)
    action = _inner(given, "scalable_target_action", "min_capacity", "max_capacity")
    return {
        "ScheduledActionName": given.pop("name"),
        **taken(given, "schedule", "timezone", "start_time", "end_time"),
        "ScalableTargetAction": action,
    }


def alarm(given: Arguments) -> Properties:
    """An alarm, whole."""
    ok_actions = given.pop("ok_actions", [])
    percentile = given.pop("evaluate_low_sample_count_percentiles", None)
    dimensions = _dimensions(given)
    queries = [_query(dict(element), given) for element in given.pop("metric_queries", None) or ()]
    properties = {
        "AlarmName": given.pop("name"),
        **taken(
            given, "alarm_description", "comparison_operator", "threshold", "evaluation_periods",
            "actions_enabled", "alarm_actions", "insufficient_data_actions", "namespace",
            "metric_name", "period", "statistic", "extended_statistic", "datapoints_to_alarm",
            "treat_missing_data",
        ),
        "OKActions": ok_actions,
        "Dimensions": dimensions,
        "EvaluateLowSampleCountPercentile": percentile,
        "Metrics": queries,
    }  # fmt: skip
    return {name: value for name, value in properties.items() if value not in (None, [])}


def _dimensions(given: Arguments) -> list[dict[str, str]]:
    dimensions = given.pop("dimensions", None) or {}
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def _query(given: Arguments, rest: Arguments) -> Properties:
    properties = taken(given, "id", "return_data", "expression", "label")
    if metric := dict(given.pop("metric", None) or {}):
        dimensions = _dimensions(metric)
        names = taken(metric, "namespace", "metric_name")
        properties["MetricStat"] = {
            "Metric": {**names, **({"Dimensions": dimensions} if dimensions else {})},
            **taken(metric, "period", "stat"),
        }
    rest.update({f"metric_queries.{name}": value for name, value in (given | metric).items()})
    return properties


def dashboard(given: Arguments) -> Properties:
    """A dashboard, whose body is a text."""
    body = json.dumps(given.pop("dashboard_body"), separators=(",", ":"))
    return {"DashboardName": given.pop("dashboard_name"), "DashboardBody": body}


def role(given: Arguments) -> Properties:
    """A role, without its policies."""
    return {
        "RoleName": given.pop("name"),
        "AssumeRolePolicyDocument": given.pop("assume_role_policy"),
        **taken(given, "description", "permissions_boundary"),
    }


def role_policy(given: Arguments) -> Properties:
    """A policy, which stands in its role."""
    given.pop("role")
    return {"PolicyName": given.pop("name"), "PolicyDocument": given.pop("policy")}


OWN: Final[Mapping[str, tuple[str, Callable[[Arguments], Properties], tuple[str, ...]]]] = {
    "dynamodb.Table": ("AWS::DynamoDB::Table", table, ("TableName",)),
    "appautoscaling.Target": (
        "AWS::ApplicationAutoScaling::ScalableTarget",
        target,
        ("ResourceId", "ScalableDimension", "ServiceNamespace"),
    ),
    "appautoscaling.Policy": (
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        scaling_policy,
        ("Arn", "ScalableDimension"),
    ),
    "cloudwatch.MetricAlarm": ("AWS::CloudWatch::Alarm", alarm, ("AlarmName",)),
    "cloudwatch.Dashboard": ("AWS::CloudWatch::Dashboard", dashboard, ("DashboardName",)),
    "iam.Role": ("AWS::IAM::Role", role, ("RoleName",)),
}
"""Resources of their own: the type, its properties, and what identifies one in an import (the
primary identifier in the type's schema)."""
