"""What Terraform's AWS provider calls each property of ours: one declaration for each type.

Names of properties are those of `pulumi_aws`; lists of blocks are in the plural there, and in the
singular in Terraform. What stands in no declaration is not carried, and told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Block:
    """A block, once or for each element of a list."""

    name: str
    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Newer:
    """An attribute or a block that only version 6 of the provider has."""

    field: str | Block
    default: object = None
    """What a table has without it, and which is then left out."""


Field: TypeAlias = str | Block | Newer


@dataclass(frozen=True, slots=True)
class TerraformType:
    """A type of Terraform's.

    Args:
        type: `aws_dynamodb_table`.
        fields: what it calls our properties.
        is_imported: whether the provider can import it.
        ignored: attributes whose changes may be another resource's, by our names.
        written_again: why an import of it is followed by a change, whatever it has.
    """

    type: str
    fields: Mapping[str, Field]
    is_imported: bool = True
    ignored: Mapping[str, str] = field(default_factory=dict)
    written_again: str = ""


def _same(*names: str) -> dict[str, Field]:
    return {name: name for name in names}


_KEY_SCHEMA: Final = Newer(Block("key_schema", _same("attribute_name", "key_type")))
_CEILINGS: Final = Block(
    "on_demand_throughput", _same("max_read_request_units", "max_write_request_units")
)
_WARM: Final = Newer(
    Block("warm_throughput", _same("read_units_per_second", "write_units_per_second"))
)
_REPLICA: Final = Block(
    "replica",
    {
        **_same("region_name", "kms_key_arn", "point_in_time_recovery", "propagate_tags"),
        "consistency_mode": Newer("consistency_mode", "EVENTUAL"),
        "deletion_protection_enabled": Newer("deletion_protection_enabled"),
    },
)
_TABLE: Final = TerraformType(
    "aws_dynamodb_table",
    {
        **_same(
            "name", "billing_mode", "hash_key", "range_key", "read_capacity", "write_capacity",
            "stream_enabled", "stream_view_type", "table_class", "deletion_protection_enabled",
        ),
        "attributes": Block("attribute", _same("name", "type")),
        "global_secondary_indexes": Block(
            "global_secondary_index",
            {
                **_same(
                    "name", "hash_key", "range_key", "projection_type", "non_key_attributes",
                    "read_capacity", "write_capacity",
                ),
                "key_schemas": _KEY_SCHEMA,
                "on_demand_throughput": _CEILINGS,
                "warm_throughput": _WARM,
            },
        ),
        "local_secondary_indexes": Block(
            "local_secondary_index",
            _same("name", "range_key", "projection_type", "non_key_attributes"),
        ),
        "on_demand_throughput": _CEILINGS,
        "warm_throughput": _WARM,
        "ttl": Block("ttl", _same("enabled", "attribute_name")),
        "point_in_time_recovery": Block(
            "point_in_time_recovery", _same("enabled", "recovery_period_in_days")
        ),
        "server_side_encryption": Block("server_side_encryption", _same("enabled", "kms_key_arn")),
        "replicas": _REPLICA,
        "global_table_witness": Newer(Block("global_table_witness", _same("region_name"))),
    },
    ignored={
        "readCapacity": "read_capacity",
        "writeCapacity": "write_capacity",
        "replicas": "replica",
        "globalSecondaryIndexes": "global_secondary_index",
    },
)  # fmt: skip
_METRIC: Final = ("namespace", "metric_name", "dimensions", "period", "stat")
_OF_TARGET: Final = ("service_namespace", "resource_id", "scalable_dimension")

TYPES: Final[Mapping[str, TerraformType]] = {
    "dynamodb.Table": _TABLE,
    "dynamodb.TableReplica": TerraformType(
        "aws_dynamodb_table_replica",
        _same(
            "global_table_arn", "deletion_protection_enabled", "point_in_time_recovery",
            "kms_key_arn", "table_class_override",
        ),
    ),
    "dynamodb.ContributorInsights": TerraformType(
        "aws_dynamodb_contributor_insights",
        {
            **_same("table_name", "index_name"),
            "mode": Newer("mode", "ACCESSED_AND_THROTTLED_KEYS"),
        },
    ),
    "dynamodb.KinesisStreamingDestination": TerraformType(
        "aws_dynamodb_kinesis_streaming_destination",
        _same("table_name", "stream_arn", "approximate_creation_date_time_precision"),
    ),
    "dynamodb.ResourcePolicy": TerraformType(
        "aws_dynamodb_resource_policy",
        _same("resource_arn", "policy"),
        written_again="Terraform's import leaves out confirm_remove_self_resource_access",
    ),
    "appautoscaling.Target": TerraformType(
        "aws_appautoscaling_target",
        {
            **_same(*_OF_TARGET, "min_capacity", "max_capacity"),
            "suspended_state": Block(
                "suspended_state",
                _same(
                    "dynamic_scaling_in_suspended", "dynamic_scaling_out_suspended",
                    "scheduled_scaling_suspended",
                ),
            ),
        },
        ignored={"minCapacity": "min_capacity", "maxCapacity": "max_capacity"},
    ),
    "appautoscaling.Policy": TerraformType(
        "aws_appautoscaling_policy",
        {
            **_same("name", "policy_type", *_OF_TARGET),
            "target_tracking_scaling_policy_configuration": Block(
                "target_tracking_scaling_policy_configuration",
                {
                    **_same(
                        "target_value", "scale_in_cooldown", "scale_out_cooldown",
                        "disable_scale_in",
                    ),
                    "predefined_metric_specification": Block(
                        "predefined_metric_specification", _same("predefined_metric_type")
                    ),
                },
            ),
        },
    ),
    "appautoscaling.ScheduledAction": TerraformType(
        "aws_appautoscaling_scheduled_action",
        {
            **_same("name", *_OF_TARGET, "schedule", "timezone", "start_time", "end_time"),
            "scalable_target_action": Block(
                "scalable_target_action", _same("min_capacity", "max_capacity")
            ),
        },
        is_imported=False,
    ),
    "cloudwatch.MetricAlarm": TerraformType(
        "aws_cloudwatch_metric_alarm",
        {
            "name": "alarm_name",
            **_same(
                "alarm_description", "comparison_operator", "threshold", "evaluation_periods",
                "actions_enabled", "alarm_actions", "ok_actions", "insufficient_data_actions",
                "namespace", "metric_name", "dimensions", "period", "statistic",
                "extended_statistic", "datapoints_to_alarm", "treat_missing_data",
                "evaluate_low_sample_count_percentiles",
            ),
            "metric_queries": Block(
                "metric_query",
                {
                    **_same("id", "return_data", "expression", "label"),
                    "metric": Block("metric", _same(*_METRIC)),
                },
            ),
        },
    ),
    "cloudwatch.Dashboard": TerraformType(
        "aws_cloudwatch_dashboard", _same("dashboard_name", "dashboard_body")
    ),
    "iam.Role": TerraformType(
        "aws_iam_role", _same("name", "description", "permissions_boundary", "assume_role_policy")
    ),
    "iam.RolePolicy": TerraformType("aws_iam_role_policy", _same("name", "role", "policy")),
    "iam.RolePolicyAttachment": TerraformType(
        "aws_iam_role_policy_attachment", _same("role", "policy_arn")
    ),
}  # fmt: skip
"""By kind: all that a manifest makes."""
