"""TTL, tags, policies, contributor insights, encryption, replicas, Kinesis."""

import json

import pytest

from tablewright_emulator.server import Emulator

from .conftest import NOON, Clients, create, described, refusal, settle
from .test_items import SORTED, item
from .test_lifecycle import INDEX, WITH_INDEX

POLICY = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow",
        "Principal": {"AWS": "111122223333"},
        "Action": "dynamodb:GetItem",
        "Resource": "*",
    }],
})  # fmt: skip


def ttl(dynamodb, *, on: bool, attribute: str = "ttl"):
    dynamodb.update_time_to_live(
        TableName="orders",
        TimeToLiveSpecification={"Enabled": on, "AttributeName": attribute},
    )


def ttl_state(dynamodb) -> dict:
    return dynamodb.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]


def test_ttl_goes_through_its_states_and_changes_once_an_hour(emulator: Emulator):
    dynamodb = create(emulator)
    assert ttl_state(dynamodb) == {"TimeToLiveStatus": "DISABLED"}
    ttl(dynamodb, on=True)
    assert ttl_state(dynamodb) == {"TimeToLiveStatus": "ENABLING", "AttributeName": "ttl"}
    settle(emulator)
    assert ttl_state(dynamodb)["TimeToLiveStatus"] == "ENABLED"
    assert refusal(ttl, dynamodb, on=False)[0] == "ValidationException"
    emulator.clock.advance(3600)
    ttl(dynamodb, on=False)
    assert ttl_state(dynamodb)["TimeToLiveStatus"] == "DISABLING"
    settle(emulator)
    assert ttl_state(dynamodb) == {"TimeToLiveStatus": "DISABLED"}
    emulator.clock.advance(3600)
    ttl(dynamodb, on=True, attribute="other")
    settle(emulator)
    assert ttl_state(dynamodb)["AttributeName"] == "other"


def test_expired_items_are_deleted_as_the_clock_goes(emulator: Emulator, client: Clients):
    dynamodb = create(
        emulator, StreamSpecification={"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"}
    )
    ttl(dynamodb, on=True)
    settle(emulator)
    soon = str(int(NOON.timestamp()) + 100)
    long_ago = str(int(NOON.timestamp()) - 6 * 365 * 86_400)
    for key, value in (("soon", soon), ("never", "99999999999"), ("ancient", long_ago)):
        dynamodb.put_item(TableName="orders", Item=item(key, ttl={"N": value}))
    dynamodb.put_item(TableName="orders", Item=item("text", ttl={"S": soon}))
    emulator.clock.advance(90)
    assert dynamodb.scan(TableName="orders")["Count"] == 4
    emulator.clock.advance(120)
    left = {each["pk"]["S"] for each in dynamodb.scan(TableName="orders")["Items"]}
    assert left == {"never", "ancient", "text"}
    arn = described(dynamodb)["LatestStreamArn"]
    streams = client("dynamodbstreams")
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    last = streams.get_records(ShardIterator=iterator)["Records"][-1]
    assert last["eventName"] == "REMOVE"
    assert last["userIdentity"]["PrincipalId"] == "dynamodb.amazonaws.com"


def test_tags_come_and_go_in_pages_of_ten(emulator: Emulator):
    dynamodb = create(emulator)
    arn = described(dynamodb)["TableArn"]
    wanted = {f"key-{number:02}": str(number) for number in range(25)}
    tags = [{"Key": key, "Value": value} for key, value in wanted.items()]
    dynamodb.tag_resource(ResourceArn=arn, Tags=tags)
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "key-00", "Value": "changed"}])
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["key-24", "unknown"])
    pages = list(dynamodb.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn))
    found = {each["Key"]: each["Value"] for page in pages for each in page["Tags"]}
    assert len(pages) == 3
    assert found == {**dict(list(wanted.items())[:24]), "key-00": "changed"}


def test_the_tagging_service_sees_and_changes_tags(emulator: Emulator, client: Clients):
    dynamodb = create(emulator, Tags=[{"Key": "Team", "Value": "data"}])
    arn = described(dynamodb)["TableArn"]
    tagging = client("resourcegroupstaggingapi")
    found = tagging.get_resources(TagFilters=[{"Key": "Team", "Values": ["data"]}])
    assert [each["ResourceARN"] for each in found["ResourceTagMappingList"]] == [arn]
    tagging.tag_resources(ResourceARNList=[arn], Tags={"More": "yes"})
    tagging.untag_resources(ResourceARNList=[arn], TagKeys=["Team"])
    tags = dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]
    assert tags == [{"Key": "More", "Value": "yes"}]


def test_a_policy_has_revisions(emulator: Emulator):
    dynamodb = create(emulator)
    arn = described(dynamodb)["TableArn"]
    put = {"ResourceArn": arn, "Policy": POLICY}
    first = dynamodb.put_resource_policy(**put)["RevisionId"]
    assert dynamodb.put_resource_policy(**put)["RevisionId"] == first
    other = POLICY.replace("GetItem", "Query")
    code, _ = refusal(
        dynamodb.put_resource_policy, ResourceArn=arn, Policy=other, ExpectedRevisionId="NO_POLICY"
    )
    assert code == "PolicyNotFoundException"
    second = dynamodb.put_resource_policy(ResourceArn=arn, Policy=other, ExpectedRevisionId=first)[
        "RevisionId"
    ]
    assert second != first
    found = dynamodb.get_resource_policy(ResourceArn=arn)
    assert (found["Policy"], found["RevisionId"]) == (other, second)
    dynamodb.delete_resource_policy(ResourceArn=arn)
    dynamodb.delete_resource_policy(ResourceArn=arn)
    assert refusal(dynamodb.get_resource_policy, ResourceArn=arn)[0] == "PolicyNotFoundException"


def test_a_policy_is_deleted_with_its_table(emulator: Emulator):
    dynamodb = create(emulator, ResourcePolicy=POLICY)
    arn = described(dynamodb)["TableArn"]
    assert dynamodb.get_resource_policy(ResourceArn=arn)["Policy"] == POLICY
    dynamodb.delete_table(TableName="orders")
    settle(emulator)
    create(emulator)
    assert refusal(dynamodb.get_resource_policy, ResourceArn=arn)[0] == "PolicyNotFoundException"


# --- contributor insights -----------------------------------------------------------------------


def insights(dynamodb, action: str = "ENABLE", **more) -> str:
    return dynamodb.update_contributor_insights(
        TableName="orders", ContributorInsightsAction=action, **more
    )["ContributorInsightsStatus"]


def insight_state(dynamodb, **more) -> dict:
    found = dynamodb.describe_contributor_insights(TableName="orders", **more)
    found.pop("ResponseMetadata")
    return found


def test_insights_are_of_the_table_or_of_an_index_and_have_a_mode(emulator: Emulator):
    dynamodb = create(emulator, AttributeDefinitions=WITH_INDEX, GlobalSecondaryIndexes=[INDEX])
    assert insights(dynamodb) == "ENABLING"
    assert insights(dynamodb, IndexName="by-g", ContributorInsightsMode="THROTTLED_KEYS")
    settle(emulator)
    of_table, of_index = insight_state(dynamodb), insight_state(dynamodb, IndexName="by-g")
    assert of_table["ContributorInsightsStatus"] == "ENABLED"
    assert of_table["ContributorInsightsMode"] == "ACCESSED_AND_THROTTLED_KEYS"
    assert [rule.split("-")[1] for rule in of_table["ContributorInsightsRuleList"]] == [
        "PKC",
        "PKT",
    ]
    assert of_index["ContributorInsightsMode"] == "THROTTLED_KEYS"
    assert [rule.split("-")[1] for rule in of_index["ContributorInsightsRuleList"]] == ["PKT"]
    assert insights(dynamodb, "DISABLE") == "DISABLING"
    settle(emulator)
    assert insight_state(dynamodb)["ContributorInsightsStatus"] == "DISABLED"
    assert insight_state(dynamodb, IndexName="by-g")["ContributorInsightsStatus"] == "ENABLED"
    found = dynamodb.list_contributor_insights(TableName="orders")["ContributorInsightsSummaries"]
    assert {each.get("IndexName"): each["ContributorInsightsStatus"] for each in found} == {
        None: "DISABLED",
        "by-g": "ENABLED",
    }


def test_insights_go_with_the_table(emulator: Emulator):
    dynamodb = create(emulator)
    insights(dynamodb)
    dynamodb.delete_table(TableName="orders")
    settle(emulator)
    create(emulator)
    assert insight_state(dynamodb)["ContributorInsightsStatus"] == "DISABLED"


def test_the_keys_used_most_are_known_from_the_traffic(emulator: Emulator, client: Clients):
    dynamodb = create(emulator, **SORTED)
    insights(dynamodb)
    settle(emulator)
    for key, times in (("hot", 5), ("cold", 1)):
        for number in range(times):
            dynamodb.put_item(TableName="orders", Item=item(key, sk={"N": str(number)}))
    rules = insight_state(dynamodb)["ContributorInsightsRuleList"]
    cloudwatch = client("cloudwatch")
    start = emulator.clock.now()
    found = cloudwatch.get_insight_rule_report(
        RuleName=next(rule for rule in rules if "-PKC-" in rule),
        StartTime=start.replace(minute=0, second=0),
        EndTime=start.replace(minute=59),
        Period=60,
    )
    shown = [(each["Keys"], each["ApproximateAggregateValue"]) for each in found["Contributors"]]
    assert shown == [(["hot"], 5.0), (["cold"], 1.0)]
    assert found["AggregateValue"] == 6.0
    sorted_keys = cloudwatch.get_insight_rule_report(
        RuleName=next(rule for rule in rules if "-SKC-" in rule),
        StartTime=start.replace(minute=0, second=0),
        EndTime=start.replace(minute=59),
        Period=60,
    )
    assert sorted_keys["ApproximateUniqueCount"] == 6
    assert sorted_keys["KeyLabels"] == ["PartitionKey", "SortKey"]


# --- encryption ---------------------------------------------------------------------------------


def test_the_key_of_aws_is_made_once_and_managed_by_aws(emulator: Emulator, client: Clients):
    dynamodb = create(emulator, SSESpecification={"Enabled": True})
    arn = described(dynamodb)["SSEDescription"]["KMSMasterKeyArn"]
    create(emulator, "others", SSESpecification={"Enabled": True, "SSEType": "KMS"})
    assert described(dynamodb, "others")["SSEDescription"]["KMSMasterKeyArn"] == arn
    key = client("kms").describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]
    assert (key["Arn"], key["KeyManager"]) == (arn, "AWS")


@pytest.mark.parametrize("form", ["KeyId", "Arn", "alias"])
def test_a_key_is_named_by_id_arn_or_alias_and_shown_by_arn(form, emulator, client: Clients):
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key["KeyId"])
    named = "alias/mine" if form == "alias" else key[form]
    specification = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": named}
    dynamodb = create(emulator, SSESpecification=specification)
    assert described(dynamodb)["SSEDescription"]["KMSMasterKeyArn"] == key["Arn"]


def test_items_under_a_disabled_key_cannot_be_used(emulator: Emulator, client: Clients):
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    specification = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    dynamodb = create(emulator, SSESpecification=specification)
    dynamodb.put_item(TableName="orders", Item=item())
    kms.disable_key(KeyId=key)
    get = {"TableName": "orders", "Key": item()}
    assert refusal(dynamodb.get_item, **get)[0] == "AccessDeniedException"
    assert "InaccessibleEncryptionDateTime" in described(dynamodb)["SSEDescription"]
    code, text = refusal(create, emulator, "another", SSESpecification=specification)
    assert code == "ValidationException"
    assert "Disabled" in text
    emulator.clock.advance(15 * 60)
    assert described(dynamodb)["TableStatus"] == "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
    kms.enable_key(KeyId=key)
    assert described(dynamodb)["TableStatus"] == "ACTIVE"
    assert dynamodb.get_item(**get)["Item"] == item()


# --- replicas -----------------------------------------------------------------------------------


def replicate(
    emulator: Emulator, dynamodb, kind: str = "Create", region: str = "eu-west-1", **more
):
    update = [{kind: {"RegionName": region, **more}}]
    dynamodb.update_table(TableName="orders", ReplicaUpdates=update)
    settle(emulator)


def test_a_replica_has_the_items_and_gets_every_write(emulator: Emulator, client: Clients):
    dynamodb = create(emulator, AttributeDefinitions=WITH_INDEX, GlobalSecondaryIndexes=[INDEX])
    dynamodb.put_item(TableName="orders", Item=item("before"))
    replicate(emulator, dynamodb)
    far = client("dynamodb", region="eu-west-1")
    dynamodb.put_item(TableName="orders", Item=item("here", g={"S": "x"}))
    far.put_item(TableName="orders", Item=item("there"))
    dynamodb.delete_item(TableName="orders", Key=item("before"))
    for each in (dynamodb, far):
        assert {found["pk"]["S"] for found in each.scan(TableName="orders")["Items"]} == {
            "here",
            "there",
        }
    here, there = described(dynamodb), described(far)
    assert here["Replicas"] == [{"RegionName": "eu-west-1", "ReplicaStatus": "ACTIVE"}]
    assert there["Replicas"] == [{"RegionName": "us-east-1", "ReplicaStatus": "ACTIVE"}]
    assert there["GlobalSecondaryIndexes"][0]["ItemCount"] == 1
    assert here["TableId"] != there["TableId"]
    assert here["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"


def test_mode_and_indexes_are_the_same_everywhere_protection_is_not(
    emulator: Emulator, client: Clients
):
    dynamodb = create(emulator)
    replicate(emulator, dynamodb)
    far = client("dynamodb", region="eu-west-1")
    far.update_table(
        TableName="orders",
        AttributeDefinitions=WITH_INDEX[1:],
        GlobalSecondaryIndexUpdates=[{"Create": INDEX}],
    )
    settle(emulator)
    dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=True)
    ttl(dynamodb, on=True)
    settle(emulator)
    assert described(dynamodb)["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE"
    assert described(far)["DeletionProtectionEnabled"] is False
    assert ttl_state(far)["AttributeName"] == "ttl"


def test_a_replica_is_removed_and_its_source_stays_for_a_day(emulator: Emulator, client: Clients):
    dynamodb = create(emulator)
    replicate(emulator, dynamodb)
    code, text = refusal(dynamodb.delete_table, TableName="orders")
    assert code == "ValidationException"
    assert "24 hours" in text
    replicate(emulator, dynamodb, "Delete")
    assert client("dynamodb", region="eu-west-1").list_tables()["TableNames"] == []
    assert "Replicas" not in described(dynamodb)
    dynamodb.delete_table(TableName="orders")


# --- Kinesis ------------------------------------------------------------------------------------


def test_changes_are_put_into_a_kinesis_stream(emulator: Emulator, client: Clients):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="changes", ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName="changes")["StreamDescriptionSummary"]
    arn = arn["StreamARN"]
    dynamodb = create(emulator)
    both = {"TableName": "orders", "StreamArn": arn}
    started = dynamodb.enable_kinesis_streaming_destination(**both)
    assert started["DestinationStatus"] == "ENABLING"
    settle(emulator)
    assert refusal(dynamodb.enable_kinesis_streaming_destination, **both)[0] == (
        "ValidationException"
    )
    dynamodb.put_item(TableName="orders", Item=item(n={"N": "1"}))
    shard = kinesis.list_shards(StreamName="changes")["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(
        StreamName="changes", ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    (record,) = kinesis.get_records(ShardIterator=iterator)["Records"]
    change = json.loads(record["Data"])
    assert change["tableName"] == "orders"
    assert change["dynamodb"]["NewImage"] == item(n={"N": "1"})
    dynamodb.disable_kinesis_streaming_destination(**both)
    settle(emulator)
    dynamodb.put_item(TableName="orders", Item=item("unseen"))
    found = dynamodb.describe_kinesis_streaming_destination(TableName="orders")
    assert found["KinesisDataStreamDestinations"][0]["DestinationStatus"] == "DISABLED"


def test_a_destination_that_is_not_there_fails_later(emulator: Emulator):
    dynamodb = create(emulator)
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/nowhere"
    dynamodb.enable_kinesis_streaming_destination(TableName="orders", StreamArn=arn)
    settle(emulator)
    (found,) = dynamodb.describe_kinesis_streaming_destination(TableName="orders")[
        "KinesisDataStreamDestinations"
    ]
    assert found["DestinationStatus"] == "ENABLE_FAILED"
