"""Recovery windows, restores with the data as it was, backups, exports and imports."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright_emulator.clock import Clock
from tablewright_emulator.server import Emulator

from .conftest import NOON, Clients, create, described, refusal, settle
from .test_items import item
from .test_lifecycle import WITH_INDEX

GLOBAL = {
    "AttributeDefinitions": WITH_INDEX,
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-g",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


def recover(dynamodb, name: str = "orders", **specification):
    return dynamodb.update_continuous_backups(
        TableName=name,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, **specification},
    )["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]


def content(dynamodb, name: str) -> dict:
    found = dynamodb.scan(TableName=name)["Items"]
    return {each["pk"]["S"]: each for each in found}


def test_the_window_is_35_days_unless_another_is_given_and_stays(emulator: Emulator):
    dynamodb = create(emulator)
    assert recover(dynamodb)["RecoveryPeriodInDays"] == 35
    assert recover(dynamodb, RecoveryPeriodInDays=7)["RecoveryPeriodInDays"] == 7
    shown = recover(dynamodb)
    assert shown["RecoveryPeriodInDays"] == 7
    assert shown["EarliestRestorableDateTime"] == NOON + timedelta(seconds=1)


def test_the_window_moves_with_time(emulator: Emulator):
    dynamodb = create(emulator)
    recover(dynamodb, RecoveryPeriodInDays=2)
    emulator.clock.advance(10 * 86_400)
    shown = dynamodb.describe_continuous_backups(TableName="orders")
    shown = shown["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    now = emulator.clock.now()
    assert shown["EarliestRestorableDateTime"] == now - timedelta(days=2)
    assert shown["LatestRestorableDateTime"] == now


def test_recovery_off_forgets_what_could_be_restored(emulator: Emulator):
    dynamodb = create(emulator)
    recover(dynamodb)
    off = {"PointInTimeRecoveryEnabled": False}
    dynamodb.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=off)
    emulator.clock.advance(60)
    assert recover(dynamodb)["EarliestRestorableDateTime"] == emulator.clock.now()


def test_a_table_comes_back_as_it_was(emulator: Emulator):
    dynamodb = create(emulator, **GLOBAL, Tags=[{"Key": "a", "Value": "b"}])
    dynamodb.put_item(TableName="orders", Item=item("before"))
    recover(dynamodb)
    dynamodb.put_item(TableName="orders", Item=item("changed", g={"S": "old"}))
    emulator.clock.advance(60)
    moment = emulator.clock.now()
    emulator.clock.advance(60)
    dynamodb.put_item(TableName="orders", Item=item("changed", g={"S": "new"}))
    dynamodb.put_item(TableName="orders", Item=item("later"))
    dynamodb.delete_item(TableName="orders", Key=item("before"))
    shown = dynamodb.restore_table_to_point_in_time(
        SourceTableName="orders", TargetTableName="restored", RestoreDateTime=moment
    )["TableDescription"]
    assert (shown["TableStatus"], shown["RestoreSummary"]["RestoreInProgress"]) == (
        "CREATING",
        True,
    )
    settle(emulator)
    assert content(dynamodb, "restored") == {
        "before": item("before"),
        "changed": item("changed", g={"S": "old"}),
    }
    table = described(dynamodb, "restored")
    assert table["RestoreSummary"]["RestoreInProgress"] is False
    assert table["GlobalSecondaryIndexes"][0]["ItemCount"] == 1
    assert dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"] == []
    assert content(dynamodb, "orders").keys() == {"changed", "later"}


def test_a_restore_may_drop_indexes_and_change_the_mode(emulator: Emulator):
    dynamodb = create(emulator, **GLOBAL)
    recover(dynamodb)
    units = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}
    dynamodb.restore_table_to_point_in_time(
        SourceTableName="orders",
        TargetTableName="restored",
        UseLatestRestorableTime=True,
        BillingModeOverride="PROVISIONED",
        ProvisionedThroughputOverride=units,
        GlobalSecondaryIndexOverride=[],
    )
    settle(emulator)
    table = described(dynamodb, "restored")
    assert "GlobalSecondaryIndexes" not in table
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 4
    assert [each["AttributeName"] for each in table["AttributeDefinitions"]] == ["pk"]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.integers(0, 9)), max_size=12),
    st.integers(0, 12),
)
def test_any_history_can_be_gone_back_through(changes, stop):
    with Emulator(clock=Clock(frozen_at=NOON), durations="none") as emulator:
        dynamodb = create(emulator)
        recover(dynamodb)
        expected: dict[str, dict] = {}
        moment = emulator.clock.now()
        for number, (key, value) in enumerate(changes):
            emulator.clock.advance(1)
            if value is None:
                dynamodb.delete_item(TableName="orders", Key=item(key))
            else:
                dynamodb.put_item(TableName="orders", Item=item(key, n={"N": str(value)}))
            if number < stop:
                moment = emulator.clock.now()
                expected.pop(key, None)
                if value is not None:
                    expected[key] = item(key, n={"N": str(value)})
        dynamodb.restore_table_to_point_in_time(
            SourceTableName="orders", TargetTableName="restored", RestoreDateTime=moment
        )
        assert content(dynamodb, "restored") == expected


def test_a_backup_keeps_what_was_there(emulator: Emulator):
    dynamodb = create(emulator, **GLOBAL)
    dynamodb.put_item(TableName="orders", Item=item(g={"S": "x"}))
    details = dynamodb.create_backup(TableName="orders", BackupName="mine")["BackupDetails"]
    assert details["BackupStatus"] == "CREATING"
    arn = details["BackupArn"]
    assert refusal(dynamodb.delete_backup, BackupArn=arn)[0] == "BackupInUseException"
    settle(emulator)
    dynamodb.delete_item(TableName="orders", Key=item())
    assert dynamodb.list_backups()["BackupSummaries"][0]["BackupStatus"] == "AVAILABLE"
    described_backup = dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]
    assert described_backup["SourceTableDetails"]["ItemCount"] == 1
    dynamodb.restore_table_from_backup(TargetTableName="restored", BackupArn=arn)
    settle(emulator)
    assert content(dynamodb, "restored") == {"a": item(g={"S": "x"})}
    dynamodb.delete_backup(BackupArn=arn)
    assert dynamodb.list_backups()["BackupSummaries"] == []


def test_a_deleted_table_with_recovery_leaves_a_system_backup_for_35_days(emulator: Emulator):
    dynamodb = create(emulator)
    recover(dynamodb)
    dynamodb.put_item(TableName="orders", Item=item())
    dynamodb.delete_table(TableName="orders")
    settle(emulator)
    (backup,) = dynamodb.list_backups(BackupType="SYSTEM")["BackupSummaries"]
    assert backup["BackupName"] == "orders$DeletedTableBackup"
    dynamodb.restore_table_from_backup(TargetTableName="orders", BackupArn=backup["BackupArn"])
    settle(emulator)
    assert content(dynamodb, "orders") == {"a": item()}
    emulator.clock.advance(35 * 86_400)
    code, _ = refusal(dynamodb.describe_backup, BackupArn=backup["BackupArn"])
    assert code == "BackupNotFoundException"


@pytest.fixture
def bucket(client: Clients):
    s3 = client("s3")
    s3.create_bucket(Bucket="exports")
    return s3


def test_an_export_writes_what_there_was_and_an_import_reads_it(emulator: Emulator, bucket):
    dynamodb = create(emulator)
    recover(dynamodb)
    dynamodb.put_item(TableName="orders", Item=item("a", n={"N": "1"}))
    arn = described(dynamodb)["TableArn"]
    export = dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket="exports", S3Prefix="p")
    export = export["ExportDescription"]
    assert export["ExportStatus"] == "IN_PROGRESS"
    settle(emulator)
    done = dynamodb.describe_export(ExportArn=export["ExportArn"])["ExportDescription"]
    assert (done["ExportStatus"], done["ItemCount"]) == ("COMPLETED", 1)
    summary = json.loads(
        bucket.get_object(Bucket="exports", Key=done["ExportManifest"])["Body"].read()
    )
    files = bucket.get_object(Bucket="exports", Key=summary["manifestFilesS3Key"])["Body"].read()
    key = json.loads(files)["dataFileS3Key"]
    data = gzip.decompress(bucket.get_object(Bucket="exports", Key=key)["Body"].read())
    assert json.loads(data) == {"Item": item("a", n={"N": "1"})}
    started = dynamodb.import_table(
        S3BucketSource={"S3Bucket": "exports", "S3KeyPrefix": key.rpartition("/")[0]},
        InputFormat="DYNAMODB_JSON",
        InputCompressionType="GZIP",
        TableCreationParameters={
            "TableName": "imported",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    )["ImportTableDescription"]
    settle(emulator)
    found = dynamodb.describe_import(ImportArn=started["ImportArn"])["ImportTableDescription"]
    assert (found["ImportStatus"], found["ImportedItemCount"]) == ("COMPLETED", 1)
    assert content(dynamodb, "imported") == content(dynamodb, "orders")


def test_an_export_to_a_bucket_that_is_not_there_fails_later(emulator: Emulator):
    dynamodb = create(emulator)
    recover(dynamodb)
    arn = described(dynamodb)["TableArn"]
    export = dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket="nowhere-at-all")
    settle(emulator)
    done = dynamodb.describe_export(ExportArn=export["ExportDescription"]["ExportArn"])
    assert done["ExportDescription"]["ExportStatus"] == "FAILED"
    assert done["ExportDescription"]["FailureCode"] == "S3NoSuchBucket"


def test_an_import_of_what_is_not_gzip_fails_and_the_clock_goes_on(emulator: Emulator, bucket):
    bucket.put_object(Bucket="exports", Key="in/one", Body=b"no gzip")
    dynamodb = create(emulator)
    started = dynamodb.import_table(
        S3BucketSource={"S3Bucket": "exports", "S3KeyPrefix": "in/"},
        InputFormat="DYNAMODB_JSON",
        InputCompressionType="GZIP",
        TableCreationParameters={
            "TableName": "imported",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    )["ImportTableDescription"]
    settle(emulator)
    found = dynamodb.describe_import(ImportArn=started["ImportArn"])["ImportTableDescription"]
    assert found["ImportStatus"] == "FAILED"
    assert described(dynamodb, "imported")["TableStatus"] == "ACTIVE"


@pytest.mark.parametrize(
    ("data", "status", "counts"),
    [
        ('{"Item": {"pk": {"S": "a"}}}{"Item": {"pk": {"S": "b"}}}\n', "COMPLETED", [2, 2, 0]),
        ('{"Item": {"pk": {"S": "a"}}}\n{"pk": {"S": "b"}}\n', "FAILED", [2, 1, 1]),
        ('{"Item": {"pk": {"S": "a"}}}\nno json\n', "FAILED", [2, 1, 1]),
    ],
)
def test_an_import_is_a_stream_of_documents_and_fails_by_one(
    data, status, counts, emulator: Emulator, bucket
):
    bucket.put_object(Bucket="exports", Key="in/one", Body=data.encode())
    dynamodb = create(emulator)
    description = imported(emulator, dynamodb, "exports")
    members = ("ProcessedItemCount", "ImportedItemCount", "ErrorCount")
    assert description["ImportStatus"] == status
    assert [description[member] for member in members] == counts
    assert described(dynamodb, "imported")["TableStatus"] == "ACTIVE"


def test_an_import_from_a_bucket_that_is_not_there_leaves_no_table(emulator: Emulator):
    dynamodb = create(emulator)
    description = imported(emulator, dynamodb, "nowhere-at-all")
    assert (description["ImportStatus"], description["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    assert dynamodb.list_tables()["TableNames"] == ["orders"]


def imported(emulator: Emulator, dynamodb: Any, bucket: str) -> dict[str, Any]:
    """The end of an import of DynamoDB JSON into a table of that name."""
    arn = dynamodb.import_table(
        S3BucketSource={"S3Bucket": bucket},
        InputFormat="DYNAMODB_JSON",
        TableCreationParameters={
            "TableName": "imported",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    )["ImportTableDescription"]["ImportArn"]
    settle(emulator)
    description: dict[str, Any] = dynamodb.describe_import(ImportArn=arn)["ImportTableDescription"]
    return description


def test_exports_are_begun_once_per_token_and_listed_in_pages(emulator: Emulator, bucket):
    dynamodb = create(emulator)
    recover(dynamodb)
    arn = described(dynamodb)["TableArn"]
    made = [
        dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket="exports", ClientToken=token)[
            "ExportDescription"
        ]["ExportArn"]
        for token in ("one", "two", "three", "one")
    ]
    assert made[0] == made[3]
    first = dynamodb.list_exports(MaxResults=2)
    rest = dynamodb.list_exports(MaxResults=2, NextToken=first["NextToken"])
    assert "NextToken" not in rest
    listed = [each["ExportArn"] for each in first["ExportSummaries"] + rest["ExportSummaries"]]
    assert listed == made[:3]
    assert refusal(dynamodb.list_exports, NextToken="3")[0] == "ValidationException"


def test_an_export_goes_on_after_the_state_was_taken_over(emulator: Emulator, bucket):
    dynamodb = create(emulator)
    recover(dynamodb)
    arn = described(dynamodb)["TableArn"]
    export = dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket="exports")
    emulator.load(emulator.snapshot())
    settle(emulator)
    done = dynamodb.describe_export(ExportArn=export["ExportDescription"]["ExportArn"])
    assert done["ExportDescription"]["ExportStatus"] == "COMPLETED"


@pytest.mark.parametrize(
    ("options", "data"),
    [
        ({}, 'pk,n,text\na,7,"x, y"\nb,seven,z\nc,8\nd,9,\n'),
        ({"Delimiter": ";"}, "pk;n;text\na;7;x, y\nb;seven;z\nc;8\nd;9;\n"),
        (
            {"HeaderList": ["pk", "n", "text"], "Delimiter": "|"},
            "a|7|x, y\nb|seven|z\nc|8\nd|9|\n",
        ),
    ],
)
def test_rows_of_csv_become_items_whose_keys_have_their_types(
    emulator: Emulator, bucket, options, data
):
    bucket.put_object(Bucket="exports", Key="in/one.csv", Body=data.encode())
    dynamodb = create(emulator)
    started = dynamodb.import_table(
        S3BucketSource={"S3Bucket": "exports", "S3KeyPrefix": "in/"},
        InputFormat="CSV",
        InputFormatOptions={"Csv": options},
        TableCreationParameters={
            "TableName": "imported",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "n", "AttributeType": "N"},
            ],
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "n", "KeyType": "RANGE"},
            ],
            "BillingMode": "PAY_PER_REQUEST",
        },
    )["ImportTableDescription"]
    settle(emulator)
    found = dynamodb.describe_import(ImportArn=started["ImportArn"])["ImportTableDescription"]
    counts = [found[f"{kind}Count"] for kind in ("ProcessedItem", "ImportedItem", "Error")]
    assert (found["ImportStatus"], counts) == ("FAILED", [4, 2, 2])
    items = dynamodb.scan(TableName="imported")["Items"]
    assert sorted(items, key=lambda one: one["pk"]["S"]) == [
        {"pk": {"S": "a"}, "n": {"N": "7"}, "text": {"S": "x, y"}},
        {"pk": {"S": "d"}, "n": {"N": "9"}, "text": {"S": ""}},
    ]
