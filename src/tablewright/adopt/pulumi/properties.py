"""Resources of Pulumi's official providers in the words of Terraform's, as far as tables go. Pure.

`aws` is bridged from Terraform: its properties are Terraform's in camelCase, its blocks lists or
objects. `aws-native` has CloudFormation's properties in camelCase. What either has is kept beside
the translated, so that whatever names a table is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Properties = Mapping[str, Any]

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SCALED = ("resource_id", "scalable_dimension", "service_namespace")

CLASSIC: Mapping[str, str] = {
    "aws:appautoscaling/policy:Policy": "aws_appautoscaling_policy",
    "aws:appautoscaling/scheduledAction:ScheduledAction": "aws_appautoscaling_scheduled_action",
    "aws:appautoscaling/target:Target": "aws_appautoscaling_target",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "aws_cloudwatch_metric_alarm",
    "aws:dynamodb/contributorInsights:ContributorInsights": "aws_dynamodb_contributor_insights",
    "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex": (
        "aws_dynamodb_global_secondary_index"
    ),
    "aws:dynamodb/globalTable:GlobalTable": "aws_dynamodb_global_table",
    "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination": (
        "aws_dynamodb_kinesis_streaming_destination"
    ),
    "aws:dynamodb/resourcePolicy:ResourcePolicy": "aws_dynamodb_resource_policy",
    "aws:dynamodb/table:Table": "aws_dynamodb_table",
    "aws:dynamodb/tableExport:TableExport": "aws_dynamodb_table_export",
    "aws:dynamodb/tableItem:TableItem": "aws_dynamodb_table_item",
    "aws:dynamodb/tableReplica:TableReplica": "aws_dynamodb_table_replica",
    "aws:dynamodb/tag:Tag": "aws_dynamodb_tag",
    "aws:iam/policyAttachment:PolicyAttachment": "aws_iam_policy_attachment",
    "aws:iam/role:Role": "aws_iam_role",
    "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive": "aws_iam_role_policies_exclusive",
    "aws:iam/rolePolicy:RolePolicy": "aws_iam_role_policy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "aws_iam_role_policy_attachment",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": (
        "aws_iam_role_policy_attachments_exclusive"
    ),
}
"""Types of `aws`, and what Terraform calls them (Pulumi Registry, AWS)."""


def translated(kind: str, properties: Properties) -> tuple[str, dict[str, Any]]:
    """Terraform's type and attributes of a resource; its own where it is about no table."""
    if kind in CLASSIC:
        return CLASSIC[kind], {**properties, **_classic(kind, properties)}
    if kind in NATIVE:
        name, translate = NATIVE[kind]
        return name, {**properties, **translate(properties)}
    return kind, dict(properties)


def _classic(kind: str, given: Properties) -> dict[str, Any]:
    attributes = {_CAPITAL.sub("_", name).lower(): value for name, value in given.items()}
    if kind.endswith(":MetricAlarm"):
        attributes["alarm_name"] = given.get("name")
        attributes["metric_query"] = [
            {"metric": [query.get("metric")]} for query in _mappings(given, "metricQueries")
        ]
    if kind.endswith(":Table"):
        attributes["replica"] = [
            {"region_name": replica.get("regionName")} for replica in _mappings(given, "replicas")
        ]
    return attributes


def _mappings(given: Properties, name: str) -> Iterator[Properties]:
    values = given.get(name)
    yield from (
        (value for value in values if isinstance(value, Mapping))
        if isinstance(values, list)
        else ()
    )


def _native_table(given: Properties) -> dict[str, Any]:
    replicas = [{"region_name": replica.get("region")} for replica in _mappings(given, "replicas")]
    return {"name": given.get("tableName"), "replica": replicas}


def _native_scaling(given: Properties) -> dict[str, Any]:
    target = given.get("scalingTargetId")
    if isinstance(target, str) and target.count("|") == len(_SCALED) - 1:
        return dict(zip(_SCALED, target.split("|"), strict=True))
    return {
        "resource_id": given.get("resourceId"),
        "scalable_dimension": given.get("scalableDimension"),
        "service_namespace": given.get("serviceNamespace"),
    }


def _native_alarm(given: Properties) -> dict[str, Any]:
    queries = []
    for query in _mappings(given, "metrics"):
        stat = query.get("metricStat")
        metric = stat.get("metric") if isinstance(stat, Mapping) else None
        if isinstance(metric, Mapping):
            queries.append({"metric": [{"dimensions": _dimensions(metric)}]})
    return {
        "alarm_name": given.get("alarmName"),
        "dimensions": _dimensions(given),
        "metric_query": queries,
    }


def _dimensions(given: Properties) -> dict[str, Any]:
    return {
        element["name"]: element.get("value")
        for element in _mappings(given, "dimensions")
        if isinstance(element.get("name"), str)
    }


NATIVE: Mapping[str, tuple[str, Callable[[Properties], dict[str, Any]]]] = {
    "aws-native:applicationautoscaling:ScalableTarget": (
        "aws_appautoscaling_target", _native_scaling,
    ),
    "aws-native:applicationautoscaling:ScalingPolicy": (
        "aws_appautoscaling_policy", _native_scaling,
    ),
    "aws-native:cloudwatch:Alarm": ("aws_cloudwatch_metric_alarm", _native_alarm),
    "aws-native:dynamodb:GlobalTable": ("aws_dynamodb_table", _native_table),
    "aws-native:dynamodb:Table": ("aws_dynamodb_table", _native_table),
    "aws-native:iam:Role": ("aws_iam_role", lambda given: {"name": given.get("roleName")}),
    "aws-native:iam:RolePolicy": (
        "aws_iam_role_policy", lambda given: {"role": given.get("roleName")},
    ),
}  # fmt: skip
"""Types of `aws-native` (Pulumi Registry, AWS Cloud Control)."""
