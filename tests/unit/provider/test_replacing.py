"""What replaces a resource is what no call of AWS changes, and nothing else.

Each type's inputs that replace, with the update operations of its API. Decided by the API
reference: an input is here because no such operation takes it.
"""

from __future__ import annotations

import botocore.session
import pytest

from tablewright.provider.catalogue import RESOURCES

PLACE = {"serviceNamespace", "resourceId", "scalableDimension"}
REPLACING = {
    "aws:appautoscaling/policy:Policy": {"name", *PLACE},
    "aws:appautoscaling/scheduledAction:ScheduledAction": {"name", *PLACE},
    "aws:appautoscaling/target:Target": PLACE,
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": {"alarmName"},
    "aws:cloudwatch/dashboard:Dashboard": {"dashboardName"},
    "aws:cloudwatch/logGroup:LogGroup": {"name", "namePrefix", "logGroupClass"},
    "aws:cloudwatch/metricAlarm:MetricAlarm": {"name"},
    "aws:dynamodb/contributorInsights:ContributorInsights": {"indexName", "tableName"},
    "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex": {
        "indexName",
        "keySchemas",
        "projection",
        "tableName",
    },
    "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination": {
        "streamArn",
        "tableName",
    },
    "aws:dynamodb/resourcePolicy:ResourcePolicy": {"resourceArn"},
    "aws:dynamodb/table:Table": {"name"},  # keys and local indexes by the plan's own steps
    "aws:dynamodb/tableExport:TableExport": {
        name for name in RESOURCES["aws:dynamodb/tableExport:TableExport"].shape if name != "region"
    },
    "aws:dynamodb/tableItem:TableItem": {"hashKey", "rangeKey", "tableName"},
    "aws:dynamodb/tableReplica:TableReplica": {"globalTableArn"},
    "aws:dynamodb/tag:Tag": {"key", "resourceArn"},
    "aws:iam/group:Group": set(),
    "aws:iam/instanceProfile:InstanceProfile": {"name", "namePrefix", "path"},
    "aws:iam/policy:Policy": {"description", "name", "namePrefix", "path"},
    "aws:iam/role:Role": {"name", "namePrefix", "path"},
    "aws:iam/rolePolicy:RolePolicy": {"name", "namePrefix", "role"},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {"policyArn", "role"},
    "aws:iam/user:User": set(),
    "aws:kinesis/stream:Stream": {"name"},
    "aws:kms/alias:Alias": {"name", "namePrefix"},
    "aws:kms/key:Key": {
        "customKeyStoreId",
        "customerMasterKeySpec",
        "keyUsage",
        "multiRegion",
        "xksKeyId",
    },
    "aws:sns/topic:Topic": {"fifoTopic", "name", "namePrefix"},
    "aws:sns/topicSubscription:TopicSubscription": {"endpoint", "protocol", "topic"},
    "aws:sqs/queue:Queue": {"fifoQueue", "name", "namePrefix"},
}


@pytest.mark.parametrize("tok", sorted(RESOURCES))
def test_only_what_no_call_changes_replaces(tok: str) -> None:
    replacing = {name for name, known in RESOURCES[tok].shape.items() if known.replaces}
    assert replacing - {"region"} == REPLACING[tok]


IN_PLACE = [
    ("dynamodb", "UpdateTable", "ReplicaUpdates.Update.KMSMasterKeyId"),
    ("dynamodb", "UpdateTable", "ReplicaUpdates.Update.TableClassOverride"),
    ("iam", "UpdateUser", "NewUserName"),
    ("iam", "UpdateUser", "NewPath"),
    ("iam", "UpdateGroup", "NewGroupName"),
    ("kinesis", "UpdateStreamMode", "StreamModeDetails"),
    ("kms", "UpdateAlias", "TargetKeyId"),
]


@pytest.mark.parametrize(("service", "operation", "path"), IN_PLACE)
def test_the_calls_that_change_in_place_are_in_the_api(
    service: str, operation: str, path: str
) -> None:
    model = botocore.session.Session().get_service_model(service)
    shape = model.operation_model(operation).input_shape
    for name in path.split("."):
        shape = (
            shape.members[name] if shape.type_name == "structure" else shape.member.members[name]
        )
    assert shape is not None
