"""Which property of CloudFormation is which field of a manifest. Pure.

A page lists these tables, and a test holds them to CloudFormation's own schemas.
"""

from __future__ import annotations

from collections.abc import Mapping

Fields = Mapping[str, tuple[str, ...]]
"""Fields of a table's `spec` by property; none for what no manifest has a word for."""

TABLE_FIELDS: Fields = {
    "AttributeDefinitions": ("partitionKey", "sortKey"),
    "BillingMode": ("billingMode",),
    "ContributorInsightsSpecification": ("contributorInsights",),
    "DeletionProtectionEnabled": ("deletionProtection",),
    "GlobalSecondaryIndexes": ("globalSecondaryIndexes",),
    "ImportSourceSpecification": (),
    "KeySchema": ("partitionKey", "sortKey"),
    "KinesisStreamSpecification": ("kinesisDestination",),
    "LocalSecondaryIndexes": ("localSecondaryIndexes",),
    "OnDemandThroughput": ("onDemandThroughput",),
    "PointInTimeRecoverySpecification": ("recovery",),
    "ProvisionedThroughput": ("provisionedThroughput",),
    "ResourcePolicy": ("resourcePolicy",),
    "SSESpecification": ("encryption",),
    "StreamSpecification": ("stream", "streamResourcePolicy"),
    "TableClass": ("tableClass",),
    "TableName": ("tableName",),
    "Tags": ("tableTags",),
    "TimeToLiveSpecification": ("timeToLive",),
    "VectorIndexes": (),
    "WarmThroughput": ("warmThroughput",),
}
GLOBAL_TABLE_FIELDS: Fields = {
    "AttributeDefinitions": ("partitionKey", "sortKey"),
    "BillingMode": ("billingMode",),
    "GlobalSecondaryIndexes": ("globalSecondaryIndexes",),
    "GlobalTableSourceArn": (),
    "GlobalTableWitnesses": ("globalTable",),
    "KeySchema": ("partitionKey", "sortKey"),
    "LocalSecondaryIndexes": ("localSecondaryIndexes",),
    "MultiRegionConsistency": ("globalTable",),
    "ReadOnDemandThroughputSettings": ("onDemandThroughput",),
    "ReadProvisionedThroughputSettings": ("provisionedThroughput",),
    "Replicas": ("globalTable",),
    "SSESpecification": ("encryption",),
    "StreamSpecification": ("stream",),
    "TableName": ("tableName",),
    "TableType": (),
    "TimeToLiveSpecification": ("timeToLive",),
    "VectorIndexes": (),
    "WarmThroughput": ("warmThroughput",),
    "WriteOnDemandThroughputSettings": ("onDemandThroughput",),
    "WriteProvisionedThroughputSettings": ("provisionedThroughput", "autoScaling"),
}
SIMPLE_TABLE_FIELDS: Fields = {
    "PointInTimeRecoverySpecification": ("recovery",),
    "PrimaryKey": ("partitionKey",),
    "ProvisionedThroughput": ("billingMode", "provisionedThroughput"),
    "SSESpecification": ("encryption",),
    "TableName": ("tableName",),
    "Tags": ("tableTags",),
}
_SCALING = ("autoScaling",)
_ALARMS = ("alarms",)
TARGET_FIELDS: Fields = {
    "MaxCapacity": _SCALING,
    "MinCapacity": _SCALING,
    "ResourceId": _SCALING,
    "RoleARN": (),
    "ScalableDimension": _SCALING,
    "ScheduledActions": _SCALING,
    "ServiceNamespace": _SCALING,
    "SuspendedState": _SCALING,
    "Tags": (),
}
POLICY_FIELDS: Fields = {
    "PolicyName": _SCALING,
    "PolicyType": _SCALING,
    "PredictiveScalingPolicyConfiguration": (),
    "ResourceId": _SCALING,
    "ScalableDimension": _SCALING,
    "ScalingTargetId": _SCALING,
    "ServiceNamespace": _SCALING,
    "StepScalingPolicyConfiguration": (),
    "TargetTrackingScalingPolicyConfiguration": _SCALING,
}
ALARM_FIELDS: Fields = {
    "ActionConfiguration": (),
    "ActionsEnabled": _ALARMS,
    "AlarmActions": _ALARMS,
    "AlarmDescription": _ALARMS,
    "AlarmName": _ALARMS,
    "ComparisonOperator": _ALARMS,
    "DatapointsToAlarm": _ALARMS,
    "Dimensions": _ALARMS,
    "EvaluateLowSampleCountPercentile": _ALARMS,
    "EvaluationCriteria": (),
    "EvaluationInterval": (),
    "EvaluationPeriods": _ALARMS,
    "EvaluationWindow": (),
    "ExtendedStatistic": _ALARMS,
    "InsufficientDataActions": _ALARMS,
    "MetricName": _ALARMS,
    "Metrics": _ALARMS,
    "Namespace": _ALARMS,
    "OKActions": _ALARMS,
    "Period": _ALARMS,
    "Statistic": _ALARMS,
    "Tags": _ALARMS,
    "Threshold": _ALARMS,
    "ThresholdMetricId": (),
    "TreatMissingData": _ALARMS,
    "Unit": (),
    "WarmUpConfiguration": (),
}
FIELDS: Mapping[str, Fields] = {
    "AWS::DynamoDB::Table": TABLE_FIELDS,
    "AWS::DynamoDB::GlobalTable": GLOBAL_TABLE_FIELDS,
    "AWS::Serverless::SimpleTable": SIMPLE_TABLE_FIELDS,
    "AWS::ApplicationAutoScaling::ScalableTarget": TARGET_FIELDS,
    "AWS::ApplicationAutoScaling::ScalingPolicy": POLICY_FIELDS,
    "AWS::CloudWatch::Alarm": ALARM_FIELDS,
}
"""By type; a property that is in none of these is told as not carried."""
