"""Another valid value for every input of every type, beside those of `test_every_type`.

A step is a variant and what is changed of it; steps of one variant follow each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.sandbox.provider.test_every_type import (
    ACCOUNT,
    EVENTS,
    KEY,
    POLICY_ARN,
    QUEUE_ARN,
    READ,
    ROLE_ARN,
    SERIES,
    TABLE,
    TABLE_ARN,
    TOPIC_ARN,
    VARIANTS,
    document,
)

WRITES = {"resourceId": "table/scaled", "scalableDimension": "dynamodb:table:WriteCapacityUnits"}
Step = tuple[int, dict[str, Any]]
TAGS = {"Team": "b", "Owner": "c"}
OTHER_KEY = "OTHER KEY of eu-west-1"
WRITE = document("dynamodb:PutItem")
ANYBODY = document("kms:*", Principal={"AWS": "*"}, Resource="*")
STATISTICS = dict.fromkeys(("application", "firehose", "http", "lambda", "sqs"), 60)


def elsewhere(arn: str) -> str:
    """The same kind of thing under another name."""
    return arn.replace("there", "elsewhere")


def one_by_one(number: int, values: Mapping[str, Any]) -> list[Step]:
    """A step for each of several inputs."""
    return [(number, {name: value}) for name, value in values.items()]


def _index(number: int, **more: Any) -> dict[str, Any]:
    (index,) = VARIANTS[TABLE][number]["globalSecondaryIndexes"]
    return {"globalSecondaryIndexes": [{**index, **more}]}


SECOND: Mapping[str, Sequence[Step]] = {
    TABLE: [
        (0, {"readCapacity": 7}),
        (0, {"writeCapacity": 8}),
        (0, {"deletionProtectionEnabled": False}),
        (0, _index(0, readCapacity=3)),
        (0, {"pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 9}}),
        (0, {"pointInTimeRecovery": {"enabled": False}}),
        (0, {"streamViewType": "NEW_IMAGE"}),
        (0, {"streamEnabled": False, "streamViewType": ""}),
        (0, {"tableClass": "STANDARD"}),
        (0, {"tags": TAGS}),
        (0, {"ttl": {"attributeName": "gone", "enabled": True}}),
        (0, {"ttl": {"attributeName": "gone", "enabled": False}}),
        (0, {"serverSideEncryption": {"enabled": True, "kmsKeyArn": OTHER_KEY}}),
        (0, {"serverSideEncryption": {"enabled": False}}),
        (0, {"name": "others"}),
        (1, {"onDemandThroughput": {"maxReadRequestUnits": 41, "maxWriteRequestUnits": 51}}),
        (1, {"warmThroughput": {"readUnitsPerSecond": 14000, "writeUnitsPerSecond": 6000}}),
        (1, _index(1, onDemandThroughput={"maxReadRequestUnits": 6, "maxWriteRequestUnits": 7})),
        (
            1,
            _index(1, warmThroughput={"readUnitsPerSecond": 14000, "writeUnitsPerSecond": 6000}),
        ),
        (
            1,
            {
                "replicas": [
                    {
                        **VARIANTS[TABLE][1]["replicas"][0],
                        "deletionProtectionEnabled": False,
                        "pointInTimeRecovery": False,
                    }
                ]
            },
        ),
        (1, {"globalSecondaryIndexes": [], "attributes": EVENTS["attributes"][:2]}),
        (2, {"replicas": [{"regionName": "us-west-2"}]}),
        (2, {"replicas": []}),
        (
            2,
            {
                "billingMode": "PROVISIONED",
                "readCapacity": 2,
                "writeCapacity": 3,
            },
        ),
        (2, {"hashKey": "at", "rangeKey": "id"}),
        (
            2,
            {
                "attributes": EVENTS["attributes"],
                "localSecondaryIndexes": [
                    {"name": "local", "rangeKey": "kind", "projectionType": "ALL"}
                ],
            },
        ),
    ],
    "aws:dynamodb/contributorInsights:ContributorInsights": one_by_one(
        0,
        {"mode": "ACCESSED_AND_THROTTLED_KEYS", "indexName": "", "tableName": "scaled"},
    ),
    "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination": one_by_one(
        0,
        {
            "approximateCreationDateTimePrecision": "MILLISECOND",
            "streamArn": f"arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/elsewhere",
            "tableName": "scaled",
        },
    ),
    "aws:dynamodb/resourcePolicy:ResourcePolicy": [
        (0, {"confirmRemoveSelfResourceAccess": False}),
        (
            0,
            {
                "policy": document(
                    "dynamodb:Query",
                    Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                    Resource=TABLE_ARN.replace("events", "there"),
                )
            },
        ),
        (
            0,
            {
                "resourceArn": TABLE_ARN.replace("events", "scaled"),
                "policy": document(
                    "dynamodb:Query",
                    Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                    Resource=TABLE_ARN.replace("events", "scaled"),
                ),
            },
        ),
    ],
    "aws:dynamodb/tableItem:TableItem": [
        (0, {"item": '{"id": {"S": "1"}, "at": {"N": "2"}, "all": {"SS": ["c"]}}'}),
        (0, {"item": '{"id": {"S": "2"}, "at": {"N": "2"}}'}),
        (0, {"tableName": "scaled"}),
    ],
    "aws:dynamodb/tableReplica:TableReplica": [
        *one_by_one(
            0,
            {
                "deletionProtectionEnabled": False,
                "kmsKeyArn": "OTHER KEY of us-east-1",
                "pointInTimeRecovery": False,
                "tableClassOverride": "STANDARD",
                "tags": TAGS,
            },
        ),
        (0, {"globalTableArn": TABLE_ARN.replace("events", "there"), "kmsKeyArn": None}),
    ],
    "aws:appautoscaling/target:Target": one_by_one(
        0,
        {
            "minCapacity": 3,
            "maxCapacity": 10,
            "suspendedState": {
                "dynamicScalingInSuspended": False,
                "dynamicScalingOutSuspended": True,
                "scheduledScalingSuspended": True,
            },
            "tags": TAGS,
            "scalableDimension": "dynamodb:table:WriteCapacityUnits",
            "resourceId": "table/more",
        },
    ),
    "aws:appautoscaling/policy:Policy": [
        *[
            (
                0,
                {
                    "targetTrackingScalingPolicyConfiguration": {
                        **VARIANTS["aws:appautoscaling/policy:Policy"][0][
                            "targetTrackingScalingPolicyConfiguration"
                        ],
                        **values,
                    }
                },
            )
            for values in (
                {"targetValue": 60},
                {"disableScaleIn": False},
                {"scaleInCooldown": 70, "scaleOutCooldown": 40},
            )
        ],
        (0, {"name": "other"}),
        (0, {"resourceId": "table/more"}),
    ],
    "aws:appautoscaling/scheduledAction:ScheduledAction": [
        *one_by_one(
            0,
            {
                "endTime": "2032-01-01T00:00:00Z",
                "scalableTargetAction": {"minCapacity": 3, "maxCapacity": 5},
                "schedule": "cron(0 21 * * ? *)",
                "startTime": "2030-02-01T00:00:00Z",
                "timezone": "Europe/Paris",
                "name": "days",
                "resourceId": "table/more",
            },
        ),
        (0, WRITES),
    ],
    "aws:cloudwatch/metricAlarm:MetricAlarm": [
        *one_by_one(
            0,
            {
                "actionsEnabled": True,
                "alarmActions": [],
                "alarmDescription": "far too many",
                "comparisonOperator": "LessThanThreshold",
                "datapointsToAlarm": 3,
                "dimensions": {"TableName": "there"},
                "evaluationPeriods": 4,
                "insufficientDataActions": [elsewhere(TOPIC_ARN)],
                "metricName": "SystemErrors",
                "namespace": "Own",
                "okActions": [elsewhere(TOPIC_ARN)],
                "period": 120,
                "statistic": "Average",
                "tags": TAGS,
                "threshold": 6,
                "treatMissingData": "missing",
                "unit": "Bytes",
                "name": "others",
            },
        ),
        *one_by_one(1, {"extendedStatistic": "p99"}),
        (1, {"evaluateLowSampleCountPercentiles": "evaluate"}),
        (
            2,
            {
                "metricQueries": [
                    {"id": "sum", "expression": "a * 3", "label": "thrice", "returnData": True},
                    {"id": "a", "metric": {**SERIES, "stat": "Average"}},
                ]
            },
        ),
    ],
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": one_by_one(
        0,
        {
            "actionsEnabled": True,
            "alarmActions": [],
            "alarmDescription": "all of them",
            "alarmRule": "NOT ALARM(there)",
            "insufficientDataActions": [elsewhere(TOPIC_ARN)],
            "okActions": [elsewhere(TOPIC_ARN)],
            "tags": TAGS,
            "alarmName": "none",
        },
    ),
    "aws:cloudwatch/dashboard:Dashboard": one_by_one(
        0,
        {
            "dashboardBody": '{"widgets": [{"type": "text", "properties": {"markdown": "y"}}]}',
            "dashboardName": "others",
        },
    ),
    "aws:iam/role:Role": [
        *one_by_one(
            0,
            {
                "assumeRolePolicy": document(
                    "sts:AssumeRole", Principal={"Service": "ec2.amazonaws.com"}
                ),
                "description": "reads more",
                "forceDetachPolicies": False,
                "inlinePolicies": [{"name": "b", "policy": WRITE}, {"name": "c", "policy": READ}],
                "managedPolicyArns": [],
                "maxSessionDuration": 3600,
                "permissionsBoundary": elsewhere(POLICY_ARN),
                "tags": TAGS,
                "path": "/other/",
                "name": "writer",
            },
        ),
        (1, {"namePrefix": "writer-"}),
    ],
    "aws:iam/rolePolicy:RolePolicy": [
        *one_by_one(0, {"policy": WRITE, "name": "other", "role": "elsewhere"}),
        (1, {"namePrefix": "other-"}),
    ],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": one_by_one(
        0, {"policyArn": elsewhere(POLICY_ARN), "role": "elsewhere"}
    ),
    "aws:iam/policy:Policy": [
        *one_by_one(
            0,
            {
                "policy": WRITE,
                "delayAfterPolicyCreationInMs": 2,
                "tags": TAGS,
                "description": "writes",
                "path": "/other/",
                "name": "other",
            },
        ),
        (1, {"namePrefix": "other-"}),
    ],
    "aws:sns/topic:Topic": [
        *one_by_one(
            0,
            {
                "archivePolicy": '{"MessageRetentionPeriod": "31"}',
                "contentBasedDeduplication": False,
                "fifoThroughputScope": "Topic",
            },
        ),
        (
            0,
            {
                "fifoTopic": False,
                "name": "plain",
                "fifoThroughputScope": None,
                "archivePolicy": None,
            },
        ),
        *one_by_one(
            1,
            {
                "deliveryPolicy": json.dumps(
                    {"http": {"defaultHealthyRetryPolicy": {"minDelayTarget": 19}}}
                ),
                "displayName": "others",
                "kmsMasterKeyId": "",
                "maximumMessageSize": 4096,
                "policy": document(
                    "sns:Subscribe",
                    Principal={"Service": "cloudwatch.amazonaws.com"},
                    Resource=TOPIC_ARN.replace("there", "ops"),
                ),
                "signatureVersion": 1,
                "tracingConfig": "PassThrough",
                "tags": TAGS,
            },
        ),
        (
            1,
            {
                f"{sender}{what}": value
                for sender in STATISTICS
                for what, value in {
                    "FailureFeedbackRoleArn": elsewhere(ROLE_ARN),
                    "SuccessFeedbackRoleArn": "",
                    "SuccessFeedbackSampleRate": 60,
                }.items()
            },
        ),
        (2, {"namePrefix": "other-"}),
    ],
    "aws:sns/topicSubscription:TopicSubscription": [
        *one_by_one(
            0,
            {
                "confirmationTimeoutInMinutes": 2,
                "deliveryPolicy": '{"healthyRetryPolicy": {"numRetries": 4}}',
                "endpointAutoConfirms": False,
                "filterPolicy": '{"kind": ["b"]}',
                "filterPolicyScope": "MessageAttributes",
                "rawMessageDelivery": False,
                "redrivePolicy": json.dumps({"deadLetterTargetArn": elsewhere(QUEUE_ARN)}),
                "replayPolicy": "",
                "subscriptionRoleArn": elsewhere(ROLE_ARN),
                "endpoint": elsewhere(QUEUE_ARN),
                "topic": elsewhere(TOPIC_ARN),
            },
        ),
        (
            0,
            {
                "protocol": "lambda",
                "endpoint": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:there",
            },
        ),
    ],
    "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex": [
        *one_by_one(
            0,
            {
                "onDemandThroughput": {"maxReadRequestUnits": 41, "maxWriteRequestUnits": 51},
                "warmThroughput": {"readUnitsPerSecond": 14000, "writeUnitsPerSecond": 6000},
                "timeouts": {"create": "2h", "update": "2h", "delete": "2h"},
                "projection": {"projectionType": "ALL"},
                "indexName": "by-width",
                "tableName": "encrypted",
            },
        ),
        (
            0,
            {
                "keySchemas": [
                    {"attributeName": "width", "attributeType": "N", "keyType": "HASH"},
                ]
            },
        ),
        (1, {"provisionedThroughput": {"readCapacityUnits": 4, "writeCapacityUnits": 5}}),
    ],
    "aws:dynamodb/tag:Tag": one_by_one(
        0, {"value": "b", "key": "Other", "resourceArn": TABLE_ARN.replace("events", "units")}
    ),
    "aws:dynamodb/tableExport:TableExport": one_by_one(
        0,
        {
            "s3Prefix": "other",
            "s3Bucket": "bucket-elsewhere",
            "tableArn": TABLE_ARN.replace("events", "scaled"),
        },
    ),
    "aws:kms/key:Key": [
        *one_by_one(
            0,
            {
                "bypassPolicyLockoutSafetyCheck": False,
                "deletionWindowInDays": 8,
                "description": "of more tables",
                "rotationPeriodInDays": 200,
                "policy": ANYBODY,
                "tags": TAGS,
                "multiRegion": False,
            },
        ),
        (0, {"enableKeyRotation": False, "rotationPeriodInDays": None}),
        (1, {"isEnabled": True}),
        (1, {"isEnabled": False}),
        (2, {"customerMasterKeySpec": "ECC_NIST_P384"}),
        (2, {"customerMasterKeySpec": "HMAC_256", "keyUsage": "GENERATE_VERIFY_MAC"}),
    ],
    "aws:kms/alias:Alias": [
        *one_by_one(0, {"targetKeyId": OTHER_KEY, "name": "alias/others"}),
        (1, {"namePrefix": "alias/others-"}),
    ],
    "aws:sqs/queue:Queue": [
        *one_by_one(
            0,
            {
                "delaySeconds": 6,
                "kmsDataKeyReusePeriodSeconds": 700,
                "kmsMasterKeyId": KEY,
                "maxMessageSize": 4096,
                "messageRetentionSeconds": 90000,
                "policy": document(
                    "sqs:*", Principal={"Service": "sns.amazonaws.com"}, Resource="*"
                ),
                "receiveWaitTimeSeconds": 11,
                "redriveAllowPolicy": '{"redrivePermission": "denyAll"}',
                "redrivePolicy": json.dumps(
                    {"deadLetterTargetArn": QUEUE_ARN, "maxReceiveCount": 5}
                ),
                "visibilityTimeoutSeconds": 70,
                "tags": TAGS,
                "name": "others",
            },
        ),
        *one_by_one(
            1,
            {
                "fifoThroughputLimit": "perQueue",
                "contentBasedDeduplication": False,
                "deduplicationScope": "queue",
            },
        ),
        (
            1,
            {
                "fifoQueue": False,
                "name": "plain",
                "deduplicationScope": None,
                "fifoThroughputLimit": None,
                "contentBasedDeduplication": None,
            },
        ),
        (2, {"sqsManagedSseEnabled": True}),
        (3, {"namePrefix": "others-"}),
    ],
    "aws:kinesis/stream:Stream": [
        *one_by_one(
            0,
            {
                "enforceConsumerDeletion": False,
                "maxRecordSizeInKib": 3072,
                "retentionPeriod": 72,
                "shardCount": 3,
                "shardLevelMetrics": ["IncomingRecords", "IncomingBytes"],
                "kmsKeyId": KEY,
                "tags": TAGS,
            },
        ),
        (0, {"encryptionType": "NONE", "kmsKeyId": None}),
        (0, {"name": "others"}),
        (1, {"warmThroughputMibPs": 200}),
        (
            1,
            {
                "streamModeDetails": {"streamMode": "PROVISIONED"},
                "shardCount": 4,
                "warmThroughputMibPs": None,
            },
        ),
        (2, {"shardCount": 2}),
    ],
    "aws:cloudwatch/logGroup:LogGroup": [
        *one_by_one(
            0,
            {
                "skipDestroy": False,
                "kmsKeyId": "",
                "deletionProtectionEnabled": True,
                "tags": TAGS,
            },
        ),
        (0, {"deletionProtectionEnabled": False}),
        (0, {"retentionInDays": 14}),
        (0, {"name": "/app/others"}),
        (0, {"logGroupClass": "STANDARD"}),
        (1, {"namePrefix": "/other/"}),
    ],
    "aws:iam/user:User": one_by_one(
        0,
        {
            "name": "writer",
            "forceDestroy": False,
            "path": "/other/",
            "permissionsBoundary": elsewhere(POLICY_ARN),
            "tags": TAGS,
        },
    ),
    "aws:iam/group:Group": one_by_one(0, {"name": "writers", "path": "/other/"}),
    "aws:iam/instanceProfile:InstanceProfile": [
        *one_by_one(0, {"role": "elsewhere", "tags": TAGS, "path": "/other/", "name": "writer"}),
        (0, {"role": ""}),
        (1, {"namePrefix": "writer-"}),
    ],
}

ONE_VALUE: Mapping[str, str] = {
    f"{TABLE}.globalTableWitness": "the emulator has no strong consistency",
    "aws:appautoscaling/policy:Policy.policyType": "TargetTrackingScaling alone is carried",
    "aws:appautoscaling/target:Target.roleArn": "AWS answers its service-linked role",
    "aws:appautoscaling/target:Target.serviceNamespace": "dynamodb alone is carried",
    "aws:appautoscaling/policy:Policy.scalableDimension": "its metric is that of the dimension",
    "aws:appautoscaling/policy:Policy.serviceNamespace": "dynamodb alone is carried",
    "aws:dynamodb/tableExport:TableExport.exportFormat": "the emulator writes one",
    "aws:dynamodb/tableExport:TableExport.exportType": "the emulator has full exports alone",
    "aws:dynamodb/tableExport:TableExport.s3BucketOwner": "the emulator has one account",
    "aws:dynamodb/tableExport:TableExport.s3SseAlgorithm": "the emulator's S3 has no keys",
    "aws:dynamodb/tableItem:TableItem.hashKey": "the key of its table",
    "aws:dynamodb/tableItem:TableItem.rangeKey": "the key of its table",
    "aws:appautoscaling/scheduledAction:ScheduledAction.serviceNamespace": "dynamodb alone",
}
"""Inputs that have no second value here, and why."""
