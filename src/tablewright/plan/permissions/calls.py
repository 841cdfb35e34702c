"""What the commands call for each kind of declared thing.

What AWS asks for besides the permission of the call itself stands in the `GRANTED` constants.
Sources: Service Authorization Reference (DynamoDB, CloudWatch, Application Auto Scaling, IAM, KMS);
DynamoDB Developer Guide, "Using IAM with global tables", "Using IAM policies for Amazon Kinesis
Data Streams and Amazon DynamoDB", "Contributor Insights: using service-linked roles", "Restoring a
table: permissions"; Application Auto Scaling User Guide, "Service-linked roles".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Calls:
    """Actions on one kind of thing, as words after the service's prefix.

    Args:
        reads: of `preview` and `refresh`, and of `up` before it changes anything.
        verifies: of `verify`.
        writes: of `up`.
        deletes: of `destroy`, with what it reads before.
        releases: of `release`, which removes the owner's tag where it names the stack.
    """

    reads: str = ""
    verifies: str = ""
    writes: str = ""
    deletes: str = ""
    releases: str = ""


_TABLE_READS = (
    "dynamodb:DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource"
)
LIVE_TABLE: Final = (
    f"{_TABLE_READS} DescribeContributorInsights DescribeKinesisStreamingDestination "
    "GetResourcePolicy"
)
"""What is read of a table of which nobody says what it has."""
TABLE: Final = Calls(
    reads=_TABLE_READS,
    writes=(
        "dynamodb:TagResource UntagResource UpdateContinuousBackups UpdateTable UpdateTimeToLive"
    ),
    deletes="dynamodb:DeleteTable DescribeTable GetResourcePolicy ListTagsOfResource",
    releases="dynamodb:ListTagsOfResource UntagResource",
)
INDEXES: Final = "dynamodb:DescribeContributorInsights"
STREAM: Final = "dynamodb:DescribeStream GetResourcePolicy"
"""Likewise, of all indexes and streams of such a table."""
NEW_TABLE: Final = Calls(writes="dynamodb:CreateTable")
REPLICA: Final = Calls(
    reads=_TABLE_READS,
    verifies=f"{_TABLE_READS} DescribeContributorInsights",
    writes="dynamodb:TagResource UntagResource UpdateContinuousBackups UpdateTable",
    deletes=f"{_TABLE_READS} DeleteTable DeleteTableReplica",
    releases="dynamodb:ListTagsOfResource UntagResource",
)
REPLICATED: Final = Calls(deletes="dynamodb:UpdateTable")
"""The table that a replica is of."""
INSIGHTS: Final = Calls(
    reads="dynamodb:DescribeContributorInsights",
    writes="dynamodb:UpdateContributorInsights",
    deletes="dynamodb:DescribeContributorInsights UpdateContributorInsights",
)
KINESIS: Final = Calls(
    reads="dynamodb:DescribeKinesisStreamingDestination",
    writes=(
        "dynamodb:DisableKinesisStreamingDestination EnableKinesisStreamingDestination "
        "UpdateKinesisStreamingDestination"
    ),
    deletes=("dynamodb:DescribeKinesisStreamingDestination DisableKinesisStreamingDestination"),
)
RESOURCE_POLICY: Final = Calls(
    reads="dynamodb:GetResourcePolicy",
    writes="dynamodb:PutResourcePolicy",
    deletes="dynamodb:DeleteResourcePolicy GetResourcePolicy",
)
SCALING_LISTS: Final = (
    "application-autoscaling:DescribeScalableTargets DescribeScalingPolicies "
    "DescribeScheduledActions"
)
"""AWS knows no resource for them."""
ANY_SCALING: Final = Calls(verifies=SCALING_LISTS)
"""Of a table, whether or not it is declared to scale."""
SCALED: Final = Calls(
    reads=SCALING_LISTS,
    deletes="application-autoscaling:DescribeScalableTargets",
    releases="application-autoscaling:DescribeScalableTargets",
)
SCALING: Final = Calls(
    reads="application-autoscaling:ListTagsForResource",
    verifies="application-autoscaling:ListTagsForResource",
    writes=(
        "application-autoscaling:DeleteScalingPolicy DeregisterScalableTarget PutScalingPolicy "
        "RegisterScalableTarget TagResource UntagResource"
    ),
    deletes=(
        "application-autoscaling:DeleteScalingPolicy DeregisterScalableTarget ListTagsForResource"
    ),
    releases="application-autoscaling:ListTagsForResource UntagResource",
)
SCHEDULES: Final = Calls(
    writes="application-autoscaling:DeleteScheduledAction PutScheduledAction",
    deletes="application-autoscaling:DeleteScheduledAction",
)
ALARM_LISTS: Final = Calls(
    reads="cloudwatch:DescribeAlarms",
    verifies="cloudwatch:DescribeAlarms",
    deletes="cloudwatch:DescribeAlarms",
)
"""With a narrower resource than `*` AWS leaves composite alarms out (API_DescribeAlarms)."""
ALARM: Final = Calls(
    reads="cloudwatch:ListTagsForResource",
    verifies="cloudwatch:ListTagsForResource",
    writes="cloudwatch:PutMetricAlarm TagResource UntagResource",
    deletes="cloudwatch:DeleteAlarms ListTagsForResource",
    releases="cloudwatch:ListTagsForResource UntagResource",
)
DASHBOARD: Final = Calls(
    reads="cloudwatch:GetDashboard",
    verifies="cloudwatch:GetDashboard",
    writes="cloudwatch:PutDashboard",
    deletes="cloudwatch:DeleteDashboards GetDashboard",
)
ROLE: Final = Calls(
    reads="iam:GetRole GetRolePolicy",
    verifies="iam:GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies",
    writes=(
        "iam:CreateRole DeleteRolePolicy PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy "
        "UpdateRole"
    ),
    deletes=(
        "iam:DeleteRole DeleteRolePolicy GetRole ListAttachedRolePolicies "
        "ListInstanceProfilesForRole ListRolePolicies"
    ),
    releases="iam:GetRole UntagRole",
)
BOUNDARY: Final = Calls(writes="iam:PutRolePermissionsBoundary")
ATTACHMENTS: Final = Calls(
    reads="iam:ListAttachedRolePolicies",
    writes="iam:AttachRolePolicy DetachRolePolicy",
    deletes="iam:DetachRolePolicy",
)
OFFICIAL_ROLE: Final = Calls(
    reads="iam:ListAttachedRolePolicies ListRolePolicies",
    deletes="iam:GetRolePolicy",
)
OFFICIAL_KEY: Final = Calls(reads="kms:ListAliases", deletes="kms:ListAliases")
"""What Pulumi's own plug-in calls besides."""
AUTHORS: Final = "cloudtrail:LookupEvents"
"""Who changed something; AWS knows no resource for it."""
KEY: Final = Calls(reads="kms:DescribeKey", verifies="kms:DescribeKey")

MANAGED_ALIAS: Final = "alias/aws/dynamodb"
"""Of the key that AWS keeps in the account for DynamoDB."""

GRANTED_TO_REPLICATE: Final = (
    "dynamodb:BatchWriteItem CreateTable CreateTableReplica DeleteItem GetItem PutItem Query Scan "
    "UpdateItem"
)
"""On each new replica, which DynamoDB fills in the caller's name."""
GRANTED_TO_RESTORE: Final = (
    "dynamodb:BatchWriteItem DeleteItem GetItem PutItem Query Scan UpdateItem"
)
GRANTED_TO_STREAM: Final = "kinesis:DescribeStream PutRecords"
GRANTED_TO_ENCRYPT: Final = "kms:CreateGrant Decrypt"

AUTO_SCALING: Final = (
    "dynamodb.application-autoscaling.amazonaws.com",
    "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
)
CONTRIBUTOR_INSIGHTS: Final = (
    "contributorinsights.dynamodb.amazonaws.com",
    "AWSServiceRoleForDynamoDBCloudWatchContributorInsights",
)
KINESIS_REPLICATION: Final = (
    "kinesisreplication.dynamodb.amazonaws.com",
    "AWSServiceRoleForDynamoDBKinesisDataStreamsReplication",
)
REPLICATION: Final = ("replication.dynamodb.amazonaws.com", "AWSServiceRoleForDynamoDBReplication")
"""Service and name of the roles that AWS makes in the caller's name at the first use."""
