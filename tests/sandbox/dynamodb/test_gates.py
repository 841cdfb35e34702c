"""What is refused in one state and accepted in another, as it was measured on AWS."""

import json

from tablewright_emulator.server import Emulator

from .conftest import Clients, create, described, refusal, settle
from .test_changes import NEW_INDEX, units


def test_an_index_may_be_made_together_with_on_demand(emulator: Emulator):
    dynamodb = create(emulator, BillingMode="PROVISIONED", ProvisionedThroughput=units(5, 5))
    dynamodb.update_table(TableName="orders", BillingMode="PAY_PER_REQUEST", **NEW_INDEX)
    settle(emulator)
    table = described(dynamodb)
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert [index["IndexStatus"] for index in table["GlobalSecondaryIndexes"]] == ["ACTIVE"]


def test_the_state_of_ttl_is_not_to_be_had_of_a_table_that_comes_or_goes(emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.delete_table(TableName="orders")
    code, text = refusal(dynamodb.describe_time_to_live, TableName="orders")
    assert code == "ValidationException"
    assert text.startswith("Cannot describe time to live while table is in DELETING state: ")


def test_insights_are_turned_on_while_table_and_index_are_active(emulator: Emulator):
    dynamodb = create(emulator)
    on = {"TableName": "orders", "ContributorInsightsAction": "ENABLE"}
    dynamodb.update_table(TableName="orders", TableClass="STANDARD_INFREQUENT_ACCESS")
    code, text = refusal(dynamodb.update_contributor_insights, **on)
    assert (code, text.rpartition(": ")[2]) == (
        "ValidationException",
        "TableStatus must be ACTIVE to enable ContributorInsights.",
    )
    settle(emulator)
    dynamodb.update_table(TableName="orders", **NEW_INDEX)
    emulator.clock.advance(emulator.dynamodb.durations.index_allocation)
    code, text = refusal(dynamodb.update_contributor_insights, **on, IndexName="by-h")
    assert text.endswith("IndexStatus must be ACTIVE to enable ContributorInsights.")
    assert dynamodb.update_contributor_insights(**on)["ContributorInsightsStatus"] == "ENABLING"


def test_the_key_a_table_has_is_not_given_again_by_its_arn(emulator: Emulator, client: Clients):
    key = client("kms").create_key()["KeyMetadata"]
    specification = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key["Arn"]}
    dynamodb = create(emulator, SSESpecification=specification)
    change = {"TableName": "orders", "SSESpecification": specification}
    code, text = refusal(dynamodb.update_table, **change)
    assert (code, "already encrypted with given KMSMasterKeyId" in text) == (
        "ValidationException", True,
    )  # fmt: skip
    specification["KMSMasterKeyId"] = key["KeyId"]  # AWS encrypts again
    dynamodb.update_table(**change)
    assert described(dynamodb)["SSEDescription"]["Status"] == "UPDATING"
    settle(emulator)
    assert described(dynamodb)["SSEDescription"]["Status"] == "ENABLED"


def test_a_disabled_key_is_refused_as_kms_says(emulator: Emulator, client: Clients):
    kms = client("kms")
    made = kms.create_key()["KeyMetadata"]
    key = made["Arn"]
    kms.disable_key(KeyId=made["KeyId"])
    dynamodb = create(emulator)
    specification = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    _, text = refusal(dynamodb.update_table, TableName="orders", SSESpecification=specification)
    assert text.startswith(
        "KMS key disabled error: com.amazonaws.services.kms.model.DisabledException: "
        f"{key} is disabled."
    )
    kms.schedule_key_deletion(KeyId=made["KeyId"])
    _, text = refusal(dynamodb.update_table, TableName="orders", SSESpecification=specification)
    assert f"KMSInvalidStateException: {key} is pending deletion." in text


def test_a_system_backup_is_not_deleted(emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.update_continuous_backups(
        TableName="orders",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    dynamodb.delete_table(TableName="orders")
    settle(emulator)
    (backup,) = dynamodb.list_backups(BackupType="SYSTEM")["BackupSummaries"]
    code, text = refusal(dynamodb.delete_backup, BackupArn=backup["BackupArn"])
    assert code == "ValidationException"
    assert text.startswith("Invalid Request: User is not allowed to delete the system backup")
    assert len(dynamodb.list_backups(BackupType="SYSTEM")["BackupSummaries"]) == 1


def test_a_write_is_made_though_its_kinesis_stream_is_gone(emulator: Emulator, client: Clients):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="changes", ShardCount=1)
    summary = kinesis.describe_stream_summary(StreamName="changes")["StreamDescriptionSummary"]
    dynamodb = create(emulator)
    dynamodb.enable_kinesis_streaming_destination(
        TableName="orders", StreamArn=summary["StreamARN"]
    )
    settle(emulator)
    kinesis.delete_stream(StreamName="changes")
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}})
    assert dynamodb.scan(TableName="orders")["Count"] == 1


def test_an_arn_has_to_be_of_a_table_in_the_region(emulator: Emulator):
    dynamodb = create(emulator)
    arn = described(dynamodb)["TableArn"]
    for name, text in (
        (f"{arn}/index/by-g", "Invalid resource type in"),
        (arn.replace("us-east-1", "eu-west-1"), "Invalid AWS region in"),
    ):
        code, message = refusal(dynamodb.describe_table, TableName=name)
        assert (code, text in message) == ("ValidationException", True)
    code, message = refusal(dynamodb.list_tags_of_resource, ResourceArn=f"{arn}/index/by-g")
    assert (code, "Invalid TableArn" in message) == ("ValidationException", True)


def test_a_table_of_another_account_needs_a_policy(emulator: Emulator, client: Clients):
    dynamodb = create(emulator)
    arn = described(dynamodb)["TableArn"]
    other = client("dynamodb", account="111122223333")
    code, text = refusal(other.scan, TableName=arn)
    assert code == "AccessDeniedException"
    assert text.endswith("because no resource-based policy allows the dynamodb:Scan action")
    statement = {
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Action": "dynamodb:Scan", "Resource": arn,
    }  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    dynamodb.put_resource_policy(ResourceArn=arn, Policy=policy)
    assert other.scan(TableName=arn)["Count"] == 0
