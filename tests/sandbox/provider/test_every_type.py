"""Every type with everything it can be given: no refresh and no import of it shows a change.

`VARIANTS` holds inputs of each type that together give every input there is; a test counts that
they do. What is read back must be inputs and nothing else, however deep in blocks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus

import pytest
from tests.sandbox.provider.conftest import RefusedError, clients_of
from tests.support.embedded_aws import embedded_aws

from tablewright.aws.in_process import HereOrThere
from tablewright.provider.catalogue import RESOURCES
from tablewright.provider.resources.shape import Shape, ValueKind
from tablewright_emulator.server import Emulator

ACCOUNT = "123456789012"
TABLE = "aws:dynamodb/table:Table"
TABLE_ARN = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/events"
KEY = "KEY of eu-west-1"
KEY_THERE = "KEY of us-east-1"
"""Stand for ARNs of keys, which are not known before they are made."""


def document(action: str | list[str], **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": action, **(more or {"Resource": "*"})}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


TRUST = document("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
READ = document(["dynamodb:GetItem", "dynamodb:Query"])
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/there"
POLICY_ARN = f"arn:aws:iam::{ACCOUNT}:policy/there"
TOPIC_ARN = f"arn:aws:sns:eu-west-1:{ACCOUNT}:there"
QUEUE_ARN = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:there"
TAGS = {"Team": "a", "Stage": "dev"}
READS = {
    "serviceNamespace": "dynamodb",
    "resourceId": "table/events",
    "scalableDimension": "dynamodb:table:ReadCapacityUnits",
}
SERIES = {
    "metricName": "UserErrors",
    "namespace": "AWS/DynamoDB",
    "period": 60,
    "dimensions": {"TableName": "events"},
    "unit": "Count",
}
ALARM = {
    "name": "errors",
    "comparisonOperator": "GreaterThanThreshold",
    "evaluationPeriods": 3,
    "threshold": 5,
}
EVENTS = {
    "name": "events",
    "hashKey": "id",
    "rangeKey": "at",
    "attributes": [
        {"name": "id", "type": "S"},
        {"name": "at", "type": "N"},
        {"name": "kind", "type": "S"},
    ],
    "region": "eu-west-1",
}

VARIANTS: Mapping[str, list[dict[str, Any]]] = {
    TABLE: [
        {
            **EVENTS,
            "billingMode": "PROVISIONED",
            "readCapacity": 5,
            "writeCapacity": 6,
            "deletionProtectionEnabled": True,
            "globalSecondaryIndexes": [
                {
                    "name": "by-kind",
                    "hashKey": "kind",
                    "rangeKey": "at",
                    "projectionType": "INCLUDE",
                    "nonKeyAttributes": ["b", "a"],
                    "readCapacity": 1,
                    "writeCapacity": 2,
                }
            ],
            "localSecondaryIndexes": [
                {
                    "name": "local",
                    "rangeKey": "kind",
                    "projectionType": "INCLUDE",
                    "nonKeyAttributes": ["z", "c"],
                }
            ],
            "pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 7},
            "serverSideEncryption": {"enabled": True, "kmsKeyArn": KEY},
            "streamEnabled": True,
            "streamViewType": "KEYS_ONLY",
            "tableClass": "STANDARD_INFREQUENT_ACCESS",
            "tags": TAGS,
            "ttl": {"attributeName": "expires", "enabled": True},
        },
        {
            **EVENTS,
            "billingMode": "PAY_PER_REQUEST",
            "onDemandThroughput": {"maxReadRequestUnits": 40, "maxWriteRequestUnits": 50},
            "warmThroughput": {"readUnitsPerSecond": 13000, "writeUnitsPerSecond": 5000},
            "globalSecondaryIndexes": [
                {
                    "name": "by-kind",
                    "keySchemas": [
                        {"attributeName": "kind", "keyType": "HASH"},
                        {"attributeName": "at", "keyType": "RANGE"},
                    ],
                    "projectionType": "ALL",
                    "onDemandThroughput": {"maxReadRequestUnits": 4, "maxWriteRequestUnits": 5},
                    "warmThroughput": {"readUnitsPerSecond": 13000, "writeUnitsPerSecond": 5000},
                }
            ],
            "serverSideEncryption": {"enabled": True, "kmsKeyArn": KEY},
            "replicas": [
                {
                    "regionName": "us-east-1",
                    "consistencyMode": "EVENTUAL",
                    "deletionProtectionEnabled": True,
                    "kmsKeyArn": KEY_THERE,
                    "pointInTimeRecovery": True,
                    "propagateTags": True,
                },
            ],
            "streamEnabled": True,
            "streamViewType": "NEW_AND_OLD_IMAGES",
            "tags": TAGS,
        },
        {
            **EVENTS,
            "attributes": EVENTS["attributes"][:2],
            "billingMode": "PAY_PER_REQUEST",
            "streamEnabled": True,
            "streamViewType": "NEW_AND_OLD_IMAGES",
            "replicas": [{"regionName": "us-west-2"}, {"regionName": "us-east-1"}],
        },
    ],
    "aws:dynamodb/contributorInsights:ContributorInsights": [
        {
            "tableName": "there",
            "indexName": "by-kind",
            "mode": "THROTTLED_KEYS",
            "region": "eu-west-1",
        }
    ],
    "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination": [
        {
            "tableName": "there",
            "streamArn": f"arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/there",
            "approximateCreationDateTimePrecision": "MICROSECOND",
            "region": "eu-west-1",
        }
    ],
    "aws:dynamodb/resourcePolicy:ResourcePolicy": [
        {
            "resourceArn": TABLE_ARN.replace("events", "there"),
            "policy": document(
                "dynamodb:GetItem",
                Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                Resource=TABLE_ARN.replace("events", "there"),
            ),
            "confirmRemoveSelfResourceAccess": True,
            "region": "eu-west-1",
        }
    ],
    "aws:dynamodb/tableItem:TableItem": [
        {
            "tableName": "there",
            "hashKey": "id",
            "rangeKey": "at",
            "item": '{"id": {"S": "1"}, "at": {"N": "2"}, "all": {"SS": ["b", "a"]}}',
            "region": "eu-west-1",
        }
    ],
    "aws:dynamodb/tableReplica:TableReplica": [
        {
            "globalTableArn": TABLE_ARN.replace("events", "encrypted"),
            "region": "us-east-1",
            "kmsKeyArn": KEY_THERE,
            "deletionProtectionEnabled": True,
            "pointInTimeRecovery": True,
            "tableClassOverride": "STANDARD_INFREQUENT_ACCESS",
            "tags": TAGS,
        }
    ],
    "aws:appautoscaling/target:Target": [
        {
            **READS,
            "resourceId": "table/units",
            "minCapacity": 2,
            "maxCapacity": 9,
            "roleArn": ROLE_ARN,
            "suspendedState": {
                "dynamicScalingInSuspended": True,
                "dynamicScalingOutSuspended": False,
                "scheduledScalingSuspended": True,
            },
            "tags": TAGS,
            "region": "eu-west-1",
        }
    ],
    "aws:appautoscaling/policy:Policy": [
        {
            **READS,
            "resourceId": "table/scaled",
            "name": "follow",
            "policyType": "TargetTrackingScaling",
            "region": "eu-west-1",
            "targetTrackingScalingPolicyConfiguration": {
                "targetValue": 70,
                "disableScaleIn": True,
                "scaleInCooldown": 60,
                "scaleOutCooldown": 30,
                **metric,
            },
        }
        for metric in (
            {
                "predefinedMetricSpecification": {
                    "predefinedMetricType": "DynamoDBReadCapacityUtilization",
                }
            },
        )
    ],
    "aws:appautoscaling/scheduledAction:ScheduledAction": [
        {
            **READS,
            "resourceId": "table/scaled",
            "name": "nights",
            "schedule": "cron(0 20 * * ? *)",
            "timezone": "Europe/Berlin",
            "startTime": "2030-01-01T00:00:00Z",
            "endTime": "2031-01-01T00:00:00Z",
            "scalableTargetAction": {"minCapacity": 2, "maxCapacity": 4},
            "region": "eu-west-1",
        }
    ],
    "aws:cloudwatch/metricAlarm:MetricAlarm": [
        {
            **ALARM,
            **SERIES,
            "statistic": "Sum",
            "actionsEnabled": False,
            "alarmActions": [TOPIC_ARN],
            "alarmDescription": "too many",
            "datapointsToAlarm": 2,
            "insufficientDataActions": [TOPIC_ARN],
            "okActions": [TOPIC_ARN],
            "region": "eu-west-1",
            "tags": TAGS,
            "treatMissingData": "notBreaching",
        },
        {
            **ALARM,
            **SERIES,
            "extendedStatistic": "p90",
            "evaluateLowSampleCountPercentiles": "ignore",
        },
        {
            **ALARM,
            "metricQueries": [
                {"id": "sum", "expression": "a * 2", "label": "twice", "returnData": True},
                {
                    "id": "a",
                    "accountId": ACCOUNT,
                    "metric": {**SERIES, "stat": "Sum"},
                },
                {"id": "b", "expression": "a / 2", "period": 60},
            ],
        },
    ],
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": [
        {
            "alarmName": "all",
            "alarmRule": "ALARM(there)",
            "actionsEnabled": False,
            "alarmActions": [TOPIC_ARN],
            "alarmDescription": "any of them",
            "insufficientDataActions": [TOPIC_ARN],
            "okActions": [TOPIC_ARN],
            "region": "eu-west-1",
            "tags": TAGS,
        }
    ],
    "aws:cloudwatch/dashboard:Dashboard": [
        {
            "dashboardName": "tables",
            "dashboardBody": '{"widgets": [{"type": "text", "properties": {"markdown": "x"}}]}',
            "region": "eu-west-1",
        }
    ],
    "aws:iam/role:Role": [
        {
            "name": "reader",
            "assumeRolePolicy": TRUST,
            "description": "reads",
            "forceDetachPolicies": True,
            "inlinePolicies": [{"name": "b", "policy": READ}, {"name": "a", "policy": READ}],
            "managedPolicyArns": [POLICY_ARN],
            "maxSessionDuration": 7200,
            "path": "/own/",
            "permissionsBoundary": POLICY_ARN,
            "tags": TAGS,
        },
        {"namePrefix": "reader-", "assumeRolePolicy": TRUST},
    ],
    "aws:iam/rolePolicy:RolePolicy": [
        {"role": "there", "name": "own", "policy": READ},
        {"role": "there", "namePrefix": "own-", "policy": READ},
    ],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": [
        {"role": "there", "policyArn": POLICY_ARN}
    ],
    "aws:iam/policy:Policy": [
        {
            "name": "own",
            "policy": READ,
            "description": "reads",
            "path": "/own/",
            "delayAfterPolicyCreationInMs": 1,
            "tags": TAGS,
        },
        {"namePrefix": "own-", "policy": READ},
    ],
    "aws:sns/topic:Topic": [
        {
            "name": "ops.fifo",
            "fifoTopic": True,
            "contentBasedDeduplication": True,
            "fifoThroughputScope": "MessageGroup",
            "archivePolicy": '{"MessageRetentionPeriod": "30"}',
            "region": "eu-west-1",
        },
        {
            "name": "ops",
            "deliveryPolicy": json.dumps(
                {"http": {"defaultHealthyRetryPolicy": {"minDelayTarget": 20}}}
            ),
            "displayName": "operations",
            "kmsMasterKeyId": "alias/aws/sns",
            "maximumMessageSize": 2048,
            "policy": document(
                "sns:Publish",
                Principal={"Service": "cloudwatch.amazonaws.com"},
                Resource=TOPIC_ARN.replace("there", "ops"),
            ),
            "signatureVersion": 2,
            "tracingConfig": "Active",
            "tags": TAGS,
            **{
                f"{sender}{what}": value
                for sender in ("application", "firehose", "http", "lambda", "sqs")
                for what, value in {
                    "FailureFeedbackRoleArn": ROLE_ARN,
                    "SuccessFeedbackRoleArn": ROLE_ARN,
                    "SuccessFeedbackSampleRate": 50,
                }.items()
            },
        },
        {"namePrefix": "ops-"},
    ],
    "aws:sns/topicSubscription:TopicSubscription": [
        {
            "topic": TOPIC_ARN,
            "protocol": "sqs",
            "endpoint": QUEUE_ARN,
            "confirmationTimeoutInMinutes": 1,
            "deliveryPolicy": '{"healthyRetryPolicy": {"numRetries": 3}}',
            "endpointAutoConfirms": True,
            "filterPolicy": '{"kind": ["a"]}',
            "filterPolicyScope": "MessageBody",
            "rawMessageDelivery": True,
            "redrivePolicy": json.dumps({"deadLetterTargetArn": QUEUE_ARN}),
            "replayPolicy": '{"PointType": "Timestamp"}',
            "subscriptionRoleArn": ROLE_ARN,
            "region": "eu-west-1",
        },
        {"topic": TOPIC_ARN, "protocol": "sqs", "endpoint": QUEUE_ARN},
    ],
    "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex": [
        {
            "tableName": "there",
            "indexName": "by-size",
            "keySchemas": [
                {"attributeName": "size", "attributeType": "N", "keyType": "HASH"},
                {"attributeName": "at", "attributeType": "N", "keyType": "RANGE"},
            ],
            "projection": {"projectionType": "INCLUDE", "nonKeyAttributes": ["b", "a"]},
            "onDemandThroughput": {"maxReadRequestUnits": 40, "maxWriteRequestUnits": 50},
            "warmThroughput": {"readUnitsPerSecond": 13000, "writeUnitsPerSecond": 5000},
            "timeouts": {"create": "1h", "update": "1h", "delete": "1h"},
            "region": "eu-west-1",
        },
        {
            "tableName": "units",
            "indexName": "by-size",
            "keySchemas": [{"attributeName": "size", "attributeType": "N", "keyType": "HASH"}],
            "projection": {"projectionType": "ALL"},
            "provisionedThroughput": {"readCapacityUnits": 2, "writeCapacityUnits": 3},
        },
    ],
    "aws:dynamodb/tag:Tag": [
        {
            "resourceArn": TABLE_ARN.replace("events", "there"),
            "key": "Team",
            "value": "a",
            "region": "eu-west-1",
        }
    ],
    "aws:dynamodb/tableExport:TableExport": [
        {
            "tableArn": TABLE_ARN.replace("events", "there"),
            "s3Bucket": "bucket-there",
            "s3BucketOwner": ACCOUNT,
            "s3Prefix": "own",
            "s3SseAlgorithm": "AES256",
            "exportFormat": "DYNAMODB_JSON",
            "exportType": "FULL_EXPORT",
            "region": "eu-west-1",
        },
        {"tableArn": TABLE_ARN.replace("events", "there"), "s3Bucket": "bucket-there"},
    ],
    "aws:kms/key:Key": [
        {
            "bypassPolicyLockoutSafetyCheck": True,
            "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "deletionWindowInDays": 7,
            "description": "of tables",
            "enableKeyRotation": True,
            "keyUsage": "ENCRYPT_DECRYPT",
            "multiRegion": True,
            "policy": document(
                "kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Resource="*"
            ),
            "rotationPeriodInDays": 180,
            "tags": TAGS,
            "region": "eu-west-1",
        },
        {"isEnabled": False},
        {"customerMasterKeySpec": "ECC_NIST_P256", "keyUsage": "SIGN_VERIFY"},
    ],
    "aws:kms/alias:Alias": [
        {"name": "alias/tables", "targetKeyId": KEY, "region": "eu-west-1"},
        {"namePrefix": "alias/tables-", "targetKeyId": KEY},
    ],
    "aws:sqs/queue:Queue": [
        {
            "name": "jobs",
            "delaySeconds": 5,
            "kmsDataKeyReusePeriodSeconds": 600,
            "kmsMasterKeyId": "alias/aws/sqs",
            "maxMessageSize": 2048,
            "messageRetentionSeconds": 86400,
            "policy": document(
                "sqs:SendMessage", Principal={"Service": "sns.amazonaws.com"}, Resource="*"
            ),
            "receiveWaitTimeSeconds": 10,
            "redriveAllowPolicy": '{"redrivePermission": "allowAll"}',
            "redrivePolicy": json.dumps({"deadLetterTargetArn": QUEUE_ARN, "maxReceiveCount": 4}),
            "visibilityTimeoutSeconds": 60,
            "tags": TAGS,
            "region": "eu-west-1",
        },
        {
            "name": "jobs.fifo",
            "fifoQueue": True,
            "contentBasedDeduplication": True,
            "deduplicationScope": "messageGroup",
            "fifoThroughputLimit": "perMessageGroupId",
        },
        {"name": "open", "sqsManagedSseEnabled": False},
        {"namePrefix": "jobs-"},
    ],
    "aws:kinesis/stream:Stream": [
        {
            "name": "changes",
            "encryptionType": "KMS",
            "kmsKeyId": "alias/aws/kinesis",
            "enforceConsumerDeletion": True,
            "maxRecordSizeInKib": 2048,
            "retentionPeriod": 48,
            "shardCount": 2,
            "shardLevelMetrics": ["OutgoingBytes", "IncomingBytes"],
            "tags": TAGS,
            "region": "eu-west-1",
        },
        {
            "name": "on-demand",
            "streamModeDetails": {"streamMode": "ON_DEMAND"},
            "warmThroughputMibPs": 100,
        },
        {"name": "plain", "shardCount": 1},
    ],
    "aws:cloudwatch/logGroup:LogGroup": [
        {
            "name": "/app/orders",
            "kmsKeyId": KEY,
            "deletionProtectionEnabled": False,
            "logGroupClass": "INFREQUENT_ACCESS",
            "retentionInDays": 7,
            "skipDestroy": True,
            "tags": TAGS,
            "region": "eu-west-1",
        },
        {"namePrefix": "/app/"},
    ],
    "aws:iam/user:User": [
        {
            "name": "reader",
            "forceDestroy": True,
            "path": "/own/",
            "permissionsBoundary": POLICY_ARN,
            "tags": TAGS,
        }
    ],
    "aws:iam/group:Group": [{"name": "readers", "path": "/own/"}],
    "aws:iam/instanceProfile:InstanceProfile": [
        {"name": "reader", "path": "/own/", "role": "there", "tags": TAGS},
        {"namePrefix": "reader-"},
    ],
}

POLICY = "aws:appautoscaling/policy:Policy.targetTrackingScalingPolicyConfiguration"
EXPORT = "aws:dynamodb/tableExport:TableExport"
ELSEWHERE = {
    f"{EXPORT}.exportTime": "a moment of the emulator's own clock",
    f"{EXPORT}.incrementalExportSpecification": "refused by the emulator",
    f"{EXPORT}.s3SseKmsKeyId": "the emulator's S3 has no keys",
    "aws:kms/key:Key.customKeyStoreId": "the emulator has no custom key stores",
    "aws:kms/key:Key.xksKeyId": "the emulator has no custom key stores",
    f"{POLICY}.customizedMetricSpecification": "the emulator refuses it by name",
    f"{POLICY}.predefinedMetricSpecification.resourceLabel": "belongs to load balancers",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm.actionsSuppressor": "refused by the emulator",
    "aws:cloudwatch/metricAlarm:MetricAlarm.thresholdMetricId": "refused by the emulator",
    f"{TABLE}.globalTableWitness.regionName": "the emulator has no strong consistency",
    f"{TABLE}.importTable": "held by test_origins",
    f"{TABLE}.restore": "held by test_origins",
}
"""Inputs that no variant here can give, and why."""


def paths(shape: Shape, prefix: str) -> Iterator[str]:
    """Every input of a shape that is taken, members of blocks by their own paths."""
    for name, known in shape.items():
        path = f"{prefix}.{name}"
        if known.refused:
            continue
        if known.kind in (ValueKind.BLOCK, ValueKind.BLOCKS):
            yield from paths(known.members, path)
        else:
            yield path


def given(shape: Shape, values: Mapping[str, Any], prefix: str) -> Iterator[str]:
    """The paths among those that values give."""
    for name, value in values.items():
        path, known = f"{prefix}.{name}", shape[name]
        if known.kind in (ValueKind.BLOCK, ValueKind.BLOCKS):
            for one in [value] if isinstance(value, dict) else value:
                yield from given(known.members, one, path)
        else:
            yield path


@pytest.mark.parametrize("tok", sorted(RESOURCES))
def test_the_variants_of_a_type_give_every_input_there_is(tok: str) -> None:
    shape = RESOURCES[tok].shape
    covered = {path for variant in VARIANTS[tok] for path in given(shape, variant, tok)}
    missing = set(paths(shape, tok)) - covered
    assert not {path for path in missing if not path.startswith(tuple(ELSEWHERE))}


def _table(dynamodb: Any, name: str, **more: Any) -> None:
    keys = {"id": "S", "at": "N", "kind": "S"}
    dynamodb.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": kind} for key, kind in keys.items()
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-kind",
                "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                **({"ProvisionedThroughput": units} if (units := more.get(UNITS)) else {}),
            }
        ],
        **{"BillingMode": "PAY_PER_REQUEST", **more},
    )
    dynamodb.get_waiter("table_exists").wait(
        TableName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 99}
    )


UNITS = "ProvisionedThroughput"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """An embedded AWS that waits for nothing."""
    with embedded_aws(limits=False, durations="none") as running:
        yield running


@pytest.fixture
def world(engine: Any, emulator: Emulator) -> dict[str, str]:
    """What the variants need around them; the keys they stand for."""
    snapshot, keys = laid_out(emulator)
    emulator.load(snapshot)
    return keys


@lru_cache(maxsize=1)
def laid_out(emulator: Emulator) -> tuple[bytes, dict[str, str]]:
    """The surroundings as a snapshot, and their keys: to load it is quicker than to make them."""
    emulator.reset()
    keys = surroundings(clients_of(emulator.endpoint))
    return emulator.snapshot(), keys


def surroundings(client: Any) -> dict[str, str]:
    """Make what the variants need around them, and tell the keys they stand for."""
    keys = {
        stand_in: client("kms", region).create_key()["KeyMetadata"]["Arn"]
        for stand_in, region in ((KEY, "eu-west-1"), (KEY_THERE, "us-east-1"))
    }
    dynamodb, iam = client("dynamodb"), client("iam")
    _table(dynamodb, "there")
    units = {"BillingMode": "PROVISIONED", UNITS: {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}
    _table(dynamodb, "units", **units)
    _table(dynamodb, "scaled", **units)
    client("application-autoscaling").register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId="table/scaled",
        ScalableDimension=READS["scalableDimension"],
        MinCapacity=1,
        MaxCapacity=9,
    )
    _table(
        dynamodb,
        "encrypted",
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": keys[KEY]},
    )
    iam.create_role(RoleName="there", AssumeRolePolicyDocument=TRUST)
    iam.create_policy(PolicyName="there", PolicyDocument=READ)
    client("sns").create_topic(Name="there")
    client("sqs").create_queue(QueueName="there")
    client("s3").create_bucket(
        Bucket="bucket-there",
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
    )
    dynamodb.update_continuous_backups(
        TableName="there",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    client("kinesis").create_stream(StreamName="there", ShardCount=1)
    client("cloudwatch").put_metric_alarm(
        AlarmName="there",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Threshold=1,
        MetricName="UserErrors",
        Namespace="AWS/DynamoDB",
        Period=60,
        Statistic="Sum",
    )
    return keys


def with_keys(value: Any, keys: Mapping[str, str]) -> Any:
    """A variant with the ARNs of the keys it names."""
    if isinstance(value, dict):
        return {name: with_keys(item, keys) for name, item in value.items()}
    if isinstance(value, list):
        return [with_keys(item, keys) for item in value]
    return keys.get(value, value) if isinstance(value, str) else value


IMPORTED_BY = {
    "aws:appautoscaling/target:Target": "{serviceNamespace}/{resourceId}/{scalableDimension}",
    "aws:appautoscaling/policy:Policy": (
        "{serviceNamespace}/{resourceId}/{scalableDimension}/{name}"
    ),
    "aws:appautoscaling/scheduledAction:ScheduledAction": (
        "{serviceNamespace}/{resourceId}/{scalableDimension}/{name}"
    ),
    "aws:dynamodb/tableReplica:TableReplica": "encrypted:eu-west-1@us-east-1",
}
"""What an import is told, where it is not the identifier."""
NOT_IMPORTED = {"aws:dynamodb/tableItem:TableItem"}
"""Types that the official provider cannot import either."""

CASES = [(tok, place) for tok in sorted(VARIANTS) for place in range(len(VARIANTS[tok]))]


@pytest.mark.parametrize(("tok", "place"), CASES)
def test_a_type_with_everything_is_settled_after_a_refresh_and_after_an_import(
    engine, world, tok, place
):
    inputs = with_keys(VARIANTS[tok][place], world)
    state = engine.create(tok, inputs)
    assert engine.diff(state, engine.check(state, inputs)).paths == {}

    refreshed = engine.read(tok, state.identifier, state)
    assert refreshed.outputs == state.outputs
    assert refreshed.inputs.keys() <= state.inputs.keys()
    assert engine.diff(refreshed, engine.check(refreshed, inputs)).paths == {}
    assert engine.diff(refreshed, engine.check(refreshed, refreshed.inputs)).paths == {}

    if tok in NOT_IMPORTED:
        return
    named = IMPORTED_BY.get(tok, "").format(**inputs) or state.identifier
    imported = engine.read(tok, named)
    assert engine.diff(imported, engine.check(imported, imported.inputs)).paths == {}
    again = engine.read(tok, imported.identifier, imported)
    assert engine.diff(again, engine.check(again, again.inputs)).paths == {}
    assert not engine.diff(again, engine.check(again, inputs)).replaces


REFUSED_BY_AWS = {
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex",
    "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination",
    "aws:dynamodb/table:Table",
    "aws:dynamodb/tableItem:TableItem",
    "aws:dynamodb/tableReplica:TableReplica",
    "aws:iam/group:Group",
    "aws:iam/instanceProfile:InstanceProfile",
    "aws:iam/policy:Policy",
    "aws:iam/role:Role",
    "aws:iam/user:User",
    "aws:kinesis/stream:Stream",
    "aws:kms/alias:Alias",
    "aws:sns/topicSubscription:TopicSubscription",
}
"""Types of which AWS has one of a name and says so; the others it writes over, or has already."""
NAMED_BY_AWS = {"aws:dynamodb/tableExport:TableExport", "aws:kms/key:Key"}
"""Types of which another creation makes another thing."""


@pytest.mark.parametrize("tok", sorted(VARIANTS))
def test_what_a_run_keeps_or_makes_over_a_record_outlives_that_record(
    engine, engine_for, world, tok
):
    """So an engine does for `--replace`, and with what a killed run has left to delete."""
    inputs = with_keys(VARIANTS[tok][0], world)
    recorded = engine.create(tok, inputs)
    keeping, later = engine_for(), engine_for()
    keeping.configure()
    assert keeping.settled(recorded, inputs)
    keeping.delete(recorded, same_run=True)
    later.configure()
    try:
        made = later.create(tok, inputs)
    except RefusedError:
        assert tok in REFUSED_BY_AWS
        made = recorded
    else:
        assert tok not in REFUSED_BY_AWS
        assert (recorded.identifier == made.identifier) is (tok not in NAMED_BY_AWS)
        later.delete(recorded, same_run=True)
    assert engine.read(tok, made.identifier, made).outputs == made.outputs


NOT_SENT_AT_FIRST = {
    "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex.timeouts": (
        "how long a run waits; held by test_an_index_waits_as_long_as_its_timeouts_say"
    ),
    "aws:dynamodb/table:Table.replicas.consistencyMode": "AWS's own unless it is STRONG",
    "aws:iam/policy:Policy.delayAfterPolicyCreationInMs": "how long a run waits",
    "aws:iam/role:Role.forceDetachPolicies": "what a deletion does first",
    "aws:iam/user:User.forceDestroy": "what a deletion does first",
    "aws:kinesis/stream:Stream.enforceConsumerDeletion": "said with the deletion",
    "aws:dynamodb/tableReplica:TableReplica.globalTableArn": "sent as a name and a region",
    "aws:kms/key:Key.isEnabled": "sent as the call DisableKey",
    "aws:kms/key:Key.deletionWindowInDays": "said with the deletion",
    "aws:cloudwatch/logGroup:LogGroup.skipDestroy": "whether there is a deletion",
    "aws:sns/topicSubscription:TopicSubscription.confirmationTimeoutInMinutes": (
        "how long a run waits; held by test_a_wait_may_be_shorter_than_its_request"
    ),
    "aws:sns/topicSubscription:TopicSubscription.endpointAutoConfirms": "whether a run waits",
}
"""Inputs that no call of a creation carries, and what they do instead."""


def unsent(tok: str, inputs: Mapping[str, Any], sent: str) -> Iterator[str]:
    """Inputs of which neither the value nor the name is in what was sent."""
    for path, value in leaves(RESOURCES[tok].shape, inputs, tok):
        words = {path.rpartition(".")[2].lower(), *(str(one).lower() for one in value)}
        if path not in NOT_SENT_AT_FIRST and not any(word in sent for word in words):
            yield path


def leaves(shape: Shape, values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, list[Any]]]:
    """The paths that values give, each with the scalars there."""
    for name, value in values.items():
        path, known = f"{prefix}.{name}", shape[name]
        if path in NOT_SENT_AT_FIRST:
            continue
        if known.kind in (ValueKind.BLOCK, ValueKind.BLOCKS):
            for one in [value] if isinstance(value, dict) else value:
                yield from leaves(known.members, one, path)
        elif isinstance(value, (list, dict)):
            yield path, list(value)
        else:
            yield path, [value]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that is sent to AWS from now on, in small letters."""
    found: list[str] = []
    send = HereOrThere.send

    def note(self: HereOrThere, request: Any) -> Any:
        body = request.body or b""
        text = body if isinstance(body, str) else bytes(body).decode("latin-1")
        found.append(unquote_plus(f"{request.url} {request.headers} {text}").lower())
        return send(self, request)

    monkeypatch.setattr(HereOrThere, "send", note)
    return found


@pytest.mark.parametrize(("tok", "place"), CASES)
def test_no_input_is_silently_ignored(engine, world, sent, tok, place):
    inputs = with_keys(VARIANTS[tok][place], world)
    engine.create(tok, inputs)
    assert list(unsent(tok, inputs, " ".join(sent))) == []


EMPTIES = {
    ValueKind.TEXTS: ([],),
    ValueKind.MAP: ({},),
    ValueKind.BLOCK: ({},),
    ValueKind.BLOCKS: ([], [{}]),
    ValueKind.DOCUMENT: ("",),
}
"""How programs write that there is none of something."""


def nothings(tok: str) -> Iterator[dict[str, Any]]:
    """Inputs of a type, each with one optional thing said to be none."""
    plain = VARIANTS[tok][-1]
    for name, known in RESOURCES[tok].shape.items():
        for empty in () if known.refused or known.required else EMPTIES.get(known.kind, ()):
            yield {**plain, name: empty}


@pytest.mark.parametrize("tok", sorted(VARIANTS))
def test_none_of_something_is_settled_at_once_or_refused_by_name(engine, world, tok):
    for inputs in (with_keys(one, world) for one in nothings(tok)):
        if engine.mistakes(tok, inputs):
            continue
        state = engine.create(tok, inputs)
        assert engine.diff(state, engine.check(state, inputs)).paths == {}, inputs
        refreshed = engine.read(tok, state.identifier, state)
        assert engine.diff(refreshed, engine.check(refreshed, inputs)).paths == {}, inputs
        engine.delete(refreshed)


def test_a_role_that_says_it_has_no_policies_loses_those_it_has(engine, client):
    role = {"name": "reader", "assumeRolePolicy": TRUST}
    state = engine.create("aws:iam/role:Role", role)
    iam = client("iam")
    arn = iam.create_policy(PolicyName="own", PolicyDocument=READ)["Policy"]["Arn"]
    for none in ({"inlinePolicies": [{}]}, {"managedPolicyArns": []}):
        iam.put_role_policy(RoleName="reader", PolicyName="theirs", PolicyDocument=READ)
        iam.attach_role_policy(RoleName="reader", PolicyArn=arn)
        (name,) = none
        assert engine.apply(state, {**role, **none}).paths == {name: "ADD"}
        assert engine.settled(state, {**role, **none})
        refreshed = engine.read("aws:iam/role:Role", "reader", state)
        assert engine.settled(refreshed, {**role, **none})
        engine.apply(state, role)
    assert iam.list_role_policies(RoleName="reader")["PolicyNames"] == ["theirs"]
    assert iam.list_attached_role_policies(RoleName="reader")["AttachedPolicies"] == []


def test_the_key_of_a_replica_changes_in_place(engine, client, world):
    other = client("kms", "us-east-1").create_key()["KeyMetadata"]["Arn"]
    whole = with_keys(VARIANTS[TABLE][1], world)
    alone = with_keys(VARIANTS["aws:dynamodb/tableReplica:TableReplica"][0], world)
    changed = {**whole["replicas"][0], "kmsKeyArn": other}
    for tok, before, after in (
        (TABLE, whole, {**whole, "replicas": [changed]}),
        ("aws:dynamodb/tableReplica:TableReplica", alone, {**alone, "kmsKeyArn": other}),
    ):
        state = engine.create(tok, before)
        name = "events" if tok == TABLE else "encrypted"
        there = client("dynamodb", "us-east-1")
        made = there.describe_table(TableName=name)["Table"]["TableId"]
        difference = engine.apply(state, after)
        assert difference.some
        assert engine.settled(state, after)
        live = there.describe_table(TableName=name)["Table"]
        assert live["TableId"] == made
        assert live["SSEDescription"]["KMSMasterKeyArn"] == other
