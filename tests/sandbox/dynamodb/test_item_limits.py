"""What an item with its entries in indexes may be, and what is told of item collections."""

from typing import Any

from tablewright_emulator.server import Emulator

from .conftest import create, refusal

LOCAL = {
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "day", "g")
    ],
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "by-day",
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "day", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-g",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]},
        }
    ],
}


def item(sort: str, **attributes: str) -> dict[str, Any]:
    return {name: {"S": text} for name, text in {"pk": "a", "sk": sort, **attributes}.items()}


def test_an_item_and_its_local_entries_have_400_kb_together(emulator: Emulator):
    dynamodb = create(emulator, **LOCAL)
    dynamodb.put_item(TableName="orders", Item=item("1", big="x" * 250_000))
    code, text = refusal(
        dynamodb.put_item, TableName="orders", Item=item("2", day="d", big="x" * 250_000)
    )
    assert (code, text) == (
        "ValidationException", "Item size has exceeded the maximum allowed size",
    )  # fmt: skip


def test_a_name_of_an_attribute_has_64_kb(emulator: Emulator):
    dynamodb = create(emulator, **LOCAL)
    dynamodb.put_item(TableName="orders", Item=item("1", **{"n" * 65_535: "x"}))
    code, text = refusal(
        dynamodb.put_item, TableName="orders", Item=item("1", **{"n" * 65_536: "x"})
    )
    assert (code, "Attribute name is too large" in text) == ("ValidationException", True)


def test_a_global_index_gives_nothing_it_does_not_project(emulator: Emulator):
    dynamodb = create(emulator, **LOCAL)
    dynamodb.put_item(TableName="orders", Item=item("1", g="x", total="9", note="n"))
    asked = {
        "TableName": "orders", "IndexName": "by-g", "KeyConditionExpression": "g = :g",
        "ExpressionAttributeValues": {":g": {"S": "x"}},
    }  # fmt: skip
    found = dynamodb.query(**asked, ProjectionExpression="sk, #t", ExpressionAttributeNames={
        "#t": "total",
    })  # fmt: skip
    assert found["Items"] == [{"sk": {"S": "1"}, "total": {"S": "9"}}]
    code, text = refusal(dynamodb.query, **asked, ProjectionExpression="sk, note")
    assert code == "ValidationException"
    assert text.endswith("Global secondary index by-g does not project [note]")


def test_batches_and_transactions_tell_of_each_item_collection_once(emulator: Emulator):
    dynamodb = create(emulator, **LOCAL)
    told = {"ItemCollectionKey": {"pk": {"S": "a"}}, "SizeEstimateRangeGB": [0, 1]}
    puts = [{"PutRequest": {"Item": item(sort)}} for sort in ("1", "2")]
    batch = dynamodb.batch_write_item(
        RequestItems={"orders": puts}, ReturnItemCollectionMetrics="SIZE"
    )
    assert batch["ItemCollectionMetrics"] == {"orders": [told]}
    actions = [{"Put": {"TableName": "orders", "Item": item(sort)}} for sort in ("3", "4")]
    done = dynamodb.transact_write_items(TransactItems=actions, ReturnItemCollectionMetrics="SIZE")
    assert done["ItemCollectionMetrics"] == {"orders": [told]}
    assert "ItemCollectionMetrics" not in dynamodb.transact_write_items(TransactItems=actions)


def test_a_repeated_transaction_pays_for_reading_what_it_wrote(emulator: Emulator):
    dynamodb = create(emulator, **LOCAL)
    asked = {
        "TransactItems": [{"Put": {"TableName": "orders", "Item": item("1")}}],
        "ClientRequestToken": "once", "ReturnConsumedCapacity": "TOTAL",
    }  # fmt: skip
    for _ in range(2):
        (consumed,) = dynamodb.transact_write_items(**asked)["ConsumedCapacity"]
        assert consumed["CapacityUnits"] == 2
    assert dynamodb.scan(TableName="orders")["Count"] == 1


def test_maxima_of_a_new_table_are_not_removed_ones(emulator: Emulator):
    dynamodb = create(emulator, OnDemandThroughput={"MaxReadRequestUnits": 5})
    dynamodb.update_continuous_backups(
        TableName="orders",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    code, text = refusal(
        dynamodb.restore_table_to_point_in_time, SourceTableName="orders", TargetTableName="other",
        UseLatestRestorableTime=True, OnDemandThroughputOverride={"MaxReadRequestUnits": -1},
    )  # fmt: skip
    assert (code, "outside of valid range" in text) == ("ValidationException", True)
    made = dynamodb.restore_table_to_point_in_time(
        SourceTableName="orders", TargetTableName="other", UseLatestRestorableTime=True
    )
    assert made["TableDescription"]["OnDemandThroughput"]["MaxReadRequestUnits"] == 5


def test_a_transaction_reads_an_item_once(emulator: Emulator):
    dynamodb = create(emulator, **LOCAL)
    get = {"Get": {"TableName": "orders", "Key": item("1")}}
    code, text = refusal(dynamodb.transact_get_items, TransactItems=[get, get])
    assert (code, text) == (
        "ValidationException",
        "Transaction request cannot include multiple operations on one item",
    )
