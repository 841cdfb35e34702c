"""What is asked for seldom: PartiQL in numbers, older parameters, progress of indexes."""

from datetime import timedelta
from typing import Any

import pytest

from tablewright_emulator.server import Emulator

from .conftest import NOON, Clients, create, described, refusal, send, settle
from .test_changes import NEW_INDEX
from .test_items import SORTED, item
from .test_lifecycle import INDEX, WITH_INDEX

# --- PartiQL ------------------------------------------------------------------------------------


def sorted_table(emulator: Emulator, count: int = 5):
    dynamodb = create(
        emulator,
        **SORTED | {"AttributeDefinitions": [*SORTED["AttributeDefinitions"], WITH_INDEX[1]]},
        GlobalSecondaryIndexes=[INDEX | {"Projection": {"ProjectionType": "ALL"}}],
    )
    for number in range(count):
        value = {"S": "even" if number % 2 == 0 else "odd"}
        dynamodb.put_item(TableName="orders", Item=item(sk={"N": str(number)}, g=value))
    return dynamodb


def test_partiql_reads_in_pages(emulator: Emulator):
    dynamodb = sorted_table(emulator)
    asked = {"Statement": "SELECT sk FROM orders WHERE pk = 'a'", "Limit": 2}
    seen, token = [], None
    while True:
        page = dynamodb.execute_statement(**asked, **({"NextToken": token} if token else {}))
        seen += [each["sk"]["N"] for each in page["Items"]]
        token = page.get("NextToken")
        if token is None:
            break
    assert seen == ["0", "1", "2", "3", "4"]
    assert refusal(dynamodb.execute_statement, **asked, NextToken="old")[0] == "ValidationException"


def test_partiql_reads_an_index_and_counts_its_capacity(emulator: Emulator):
    dynamodb = sorted_table(emulator)
    reply = dynamodb.execute_statement(
        Statement="SELECT * FROM orders.\"by-g\" WHERE g = 'odd'", ReturnConsumedCapacity="INDEXES"
    )
    assert sorted(each["sk"]["N"] for each in reply["Items"]) == ["1", "3"]
    units = reply["ConsumedCapacity"]["GlobalSecondaryIndexes"]
    assert units == {"by-g": {"CapacityUnits": 0.5}}


def test_a_partiql_batch_reports_each_statement(emulator: Emulator):
    dynamodb = sorted_table(emulator)

    def answers(*statements: str) -> Any:
        asked = [{"Statement": statement} for statement in statements]
        return dynamodb.batch_execute_statement(Statements=asked)["Responses"]

    found, absent, nowhere = answers(
        "SELECT * FROM orders WHERE pk = 'a' AND sk = 1",
        "SELECT * FROM orders WHERE pk = 'a' AND sk = 99",
        "SELECT * FROM nowhere",
    )
    assert found["Item"]["sk"] == {"N": "1"}
    assert absent == {"TableName": "orders"}
    assert nowhere["Error"]["Code"] == "ResourceNotFound"
    deleted, *refused = answers(
        "DELETE FROM orders WHERE pk = 'a' AND sk = 2",
        "INSERT INTO orders VALUE {'pk': 'a', 'sk': 1}",
        "UPDATE orders SET x = 1 WHERE pk = 'a'",
    )
    assert deleted == {"TableName": "orders"}
    codes = [answer["Error"]["Code"] for answer in refused]
    assert codes == ["DuplicateItem", "ValidationError"]
    assert dynamodb.scan(TableName="orders")["Count"] == 4


def test_a_partiql_transaction_is_done_whole_or_not_at_all(emulator: Emulator):
    dynamodb = sorted_table(emulator)
    insert = {"Statement": "INSERT INTO orders VALUE {'pk': 'new', 'sk': 1}"}
    again = {"Statement": "INSERT INTO orders VALUE {'pk': 'a', 'sk': 1}"}
    code, text = refusal(dynamodb.execute_transaction, TransactStatements=[insert, again])
    assert code == "TransactionCanceledException"
    assert text.endswith("[None, DuplicateItem]")
    assert dynamodb.scan(TableName="orders")["Count"] == 5
    update = {"Statement": "UPDATE orders SET x = 1 WHERE pk = 'a' AND sk = 1"}
    dynamodb.execute_transaction(TransactStatements=[insert, update])
    assert dynamodb.scan(TableName="orders")["Count"] == 6


def test_partiql_returns_what_was_changed(emulator: Emulator):
    dynamodb = sorted_table(emulator)

    def items(statement: str) -> list[dict]:
        return dynamodb.execute_statement(Statement=statement)["Items"]

    update = "UPDATE orders SET x = 1 WHERE pk = 'a' AND sk = 1 RETURNING"
    (whole,) = items(f"{update} ALL NEW *")
    assert whole["x"] == {"N": "1"}
    assert whole["sk"] == {"N": "1"}
    assert items(f"{update} MODIFIED OLD *") == [{"x": {"N": "1"}}]
    delete = "DELETE FROM orders WHERE pk = 'a' AND sk = 1 RETURNING ALL OLD *"
    assert items(delete) == [whole]
    assert items(delete) == []  # what is not there is deleted as well


def test_partiql_orders_one_partition_by_its_sort_key(emulator: Emulator):
    dynamodb = sorted_table(emulator)
    asked = "SELECT sk FROM orders WHERE pk = 'a' ORDER BY sk DESC"
    first = dynamodb.execute_statement(Statement=asked, Limit=3)
    rest = dynamodb.execute_statement(Statement=asked, NextToken=first["NextToken"])
    found = [int(each["sk"]["N"]) for each in first["Items"] + rest["Items"]]
    assert found == sorted(found, reverse=True)
    assert len(found) == 5
    for statement, reason in (
        ("SELECT * FROM orders ORDER BY sk", "at least one non-optional hash key condition"),
        ("SELECT * FROM orders WHERE pk = 'a' ORDER BY g", "must be part of the primary key"),
    ):
        code, text = refusal(dynamodb.execute_statement, Statement=statement)
        assert (code, reason in text) == ("ValidationException", True)


def test_a_partiql_transaction_may_ask_for_what_exists(emulator: Emulator):
    dynamodb = sorted_table(emulator)
    exists = "EXISTS(SELECT * FROM orders WHERE pk = 'a' AND sk = {} AND pk IS NOT MISSING)"
    insert = {"Statement": "INSERT INTO orders VALUE {'pk': 'new', 'sk': 1}"}
    missing = {"Statement": exists.format(99)}
    _, text = refusal(dynamodb.execute_transaction, TransactStatements=[missing, insert])
    assert text.endswith("[ConditionalCheckFailed, None]")
    there = {"Statement": exists.format(1)}
    dynamodb.execute_transaction(TransactStatements=[there, insert])
    assert dynamodb.scan(TableName="orders")["Count"] == 6
    assert refusal(dynamodb.execute_statement, **there)[0] == "ValidationException"
    select = {"Statement": "SELECT * FROM orders WHERE pk = 'a' AND sk = 1"}
    insert = {"Statement": "INSERT INTO orders VALUE {'pk': 'new', 'sk': 2}"}
    for statements, reason in (
        ([select, insert], "does not support both read and write operations"),
        ([insert, insert], "multiple operations on one item"),
        (
            [{"Statement": "EXISTS(SELECT * FROM orders WHERE pk = 'a' AND sk = 1)"}, insert],
            "TransactStatements[0]: EXISTS() must contain a single item read with additional",
        ),
    ):
        _, text = refusal(dynamodb.execute_transaction, TransactStatements=statements)
        assert reason in text


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE orders SET x = 1 WHERE pk = 'a' AND sk = 99", "ConditionalCheckFailedException"),
        ("DELETE FROM orders WHERE pk = 'a' AND sk = 1 AND g = 'x'",
         "ConditionalCheckFailedException"),
        ("UPDATE orders SET pk = 'b' WHERE pk = 'a' AND sk = 1", "ValidationException"),
        ("INSERT INTO orders VALUE {'pk': 'a'}", "ValidationException"),
        ("SELECT * FROM orders.nowhere WHERE g = 'x'", "ValidationException"),
    ],
)  # fmt: skip
def test_partiql_is_refused(statement, code, emulator: Emulator):
    dynamodb = sorted_table(emulator)
    assert refusal(dynamodb.execute_statement, Statement=statement)[0] == code
    assert dynamodb.scan(TableName="orders")["Count"] == 5


def test_too_many_statements_are_refused(emulator: Emulator):
    dynamodb = create(emulator)
    many = [{"Statement": "SELECT * FROM orders"}] * 101
    for call, asked in (
        (dynamodb.execute_transaction, {"TransactStatements": many}),
        (dynamodb.batch_execute_statement, {"Statements": many[:26]}),
        (dynamodb.batch_execute_statement, {"Statements": []}),
    ):
        assert refusal(call, **asked)[0] == "ValidationException"


# --- older parameters ---------------------------------------------------------------------------


def test_older_updates_add_remove_and_append(emulator: Emulator):
    dynamodb = create(emulator)
    before = item(n={"N": "1"}, s={"SS": ["a", "b"]}, l={"L": [{"S": "x"}]}, gone={"S": "x"})
    dynamodb.put_item(TableName="orders", Item=before)
    dynamodb.update_item(
        TableName="orders",
        Key=item(),
        AttributeUpdates={
            "n": {"Action": "ADD", "Value": {"N": "2"}},
            "s": {"Action": "DELETE", "Value": {"SS": ["a"]}},
            "l": {"Action": "ADD", "Value": {"L": [{"S": "y"}]}},
            "gone": {"Action": "DELETE"},
            "new": {"Value": {"S": "z"}},
        },
    )
    assert dynamodb.get_item(TableName="orders", Key=item())["Item"] == item(
        n={"N": "3"}, s={"SS": ["b"]}, l={"L": [{"S": "x"}, {"S": "y"}]}, new={"S": "z"}
    )


@pytest.mark.parametrize(
    ("expected", "operator", "holds"),
    [
        ({"n": {"Value": {"N": "1"}}}, None, True),
        ({"n": {"Value": {"N": "2"}}, "t": {"Exists": False}}, "OR", True),
        ({"n": {"Value": {"N": "2"}}, "t": {"Exists": False}}, "AND", False),
        ({"n": {"ComparisonOperator": "BETWEEN",
                "AttributeValueList": [{"N": "0"}, {"N": "1"}]}}, None, True),
        ({"n": {"ComparisonOperator": "IN", "AttributeValueList": [{"N": "7"}]}}, None, False),
        ({"t": {"ComparisonOperator": "NULL"}}, None, True),
        ({"n": {"ComparisonOperator": "NOT_NULL"}}, None, True),
        ({"n": {"ComparisonOperator": "NE", "Value": {"N": "1"}}}, None, False),
    ],
)  # fmt: skip
def test_older_conditions(expected, operator, holds, emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.put_item(TableName="orders", Item=item(n={"N": "1"}))
    delete = {"TableName": "orders", "Key": item(), "Expected": expected}
    if operator:
        delete["ConditionalOperator"] = operator
    if holds:
        dynamodb.delete_item(**delete)
    else:
        assert refusal(dynamodb.delete_item, **delete)[0] == "ConditionalCheckFailedException"


@pytest.mark.parametrize(
    "params",
    [
        {"Expected": {"n": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "0"}]}}},
        {"Expected": {"n": {"ComparisonOperator": "LIKE", "AttributeValueList": [{"N": "0"}]}}},
        {"Expected": {"n": {"Exists": True}}},
        {"AttributeUpdates": {"n": {"Action": "PUT"}}},
        {"AttributeUpdates": {"n": {"Action": "MULTIPLY", "Value": {"N": "1"}}}},
        {"AttributeUpdates": {"pk": {"Value": {"S": "b"}}}},
    ],
)
def test_older_parameters_that_make_no_sense_are_refused(params, emulator: Emulator):
    create(emulator)
    status, reply = send(
        emulator, "UpdateItem", {"TableName": "orders", "Key": {"pk": {"S": "a"}}, **params}
    )
    assert (status, reply["__type"].rpartition("#")[2]) == (400, "ValidationException")


# --- the rest -----------------------------------------------------------------------------------


def test_the_size_of_an_item_collection_is_estimated(emulator: Emulator):
    local = {
        "IndexName": "by-l",
        "KeySchema": [SORTED["KeySchema"][0], {"AttributeName": "l", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    definitions = [*SORTED["AttributeDefinitions"], {"AttributeName": "l", "AttributeType": "S"}]
    dynamodb = create(
        emulator, **SORTED | {"AttributeDefinitions": definitions}, LocalSecondaryIndexes=[local]
    )
    reply = dynamodb.put_item(
        TableName="orders", Item=item(sk={"N": "1"}), ReturnItemCollectionMetrics="SIZE"
    )
    assert reply["ItemCollectionMetrics"] == {
        "ItemCollectionKey": {"pk": {"S": "a"}},
        "SizeEstimateRangeGB": [0, 1],
    }


def test_the_progress_of_an_index_is_a_metric(emulator: Emulator, client: Clients):
    emulator.dynamodb.configure(index_allocation=60, index_backfill=600)
    dynamodb = create(emulator)
    dynamodb.update_table(TableName="orders", **NEW_INDEX)
    emulator.clock.advance(700)
    dimensions = [
        {"Name": "TableName", "Value": "orders"},
        {"Name": "GlobalSecondaryIndexName", "Value": "by-h"},
    ]
    found = client("cloudwatch").get_metric_statistics(
        Namespace="AWS/DynamoDB",
        MetricName="OnlineIndexPercentageProgress",
        Dimensions=dimensions,
        StartTime=NOON,
        EndTime=NOON + timedelta(minutes=20),
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    values = [each["Maximum"] for each in sorted(found, key=lambda each: each["Timestamp"])]
    assert values == sorted(values)
    assert values[0] == 0
    assert 80 < values[-1] < 100


def test_the_precision_of_a_destination_changes_three_times_a_day(
    emulator: Emulator, client: Clients
):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="changes", ShardCount=1)
    summary = kinesis.describe_stream_summary(StreamName="changes")["StreamDescriptionSummary"]
    dynamodb = create(emulator)
    both = {"TableName": "orders", "StreamArn": summary["StreamARN"]}
    dynamodb.enable_kinesis_streaming_destination(**both)
    settle(emulator)

    def change(precision: str):
        configuration = {"ApproximateCreationDateTimePrecision": precision}
        dynamodb.update_kinesis_streaming_destination(
            **both, UpdateKinesisStreamingConfiguration=configuration
        )
        settle(emulator)

    assert refusal(change, "MILLISECOND")[0] == "ValidationException"
    for precision in ("MICROSECOND", "MILLISECOND", "MICROSECOND"):
        change(precision)
    assert refusal(change, "MILLISECOND")[0] == "LimitExceededException"
    emulator.clock.advance(86_400)
    change("MILLISECOND")


def test_a_replica_has_settings_of_its_own(emulator: Emulator, client: Clients):
    key = client("kms", region="eu-west-1").create_key()["KeyMetadata"]["Arn"]
    home = client("kms").create_key()["KeyMetadata"]["Arn"]
    dynamodb = create(
        emulator, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": home}
    )
    bare = [{"Create": {"RegionName": "eu-west-1"}}]
    code, text = refusal(dynamodb.update_table, TableName="orders", ReplicaUpdates=bare)
    assert (code, "KMSMasterKeyId" in text) == ("ValidationException", True)
    own = {"RegionName": "eu-west-1", "KMSMasterKeyId": key,
           "TableClassOverride": "STANDARD_INFREQUENT_ACCESS"}  # fmt: skip
    dynamodb.update_table(TableName="orders", ReplicaUpdates=[{"Create": own}])
    settle(emulator)
    far = described(client("dynamodb", region="eu-west-1"))
    assert far["SSEDescription"]["KMSMasterKeyArn"] == key
    assert far["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    update = [{"Update": {"RegionName": "eu-west-1", "TableClassOverride": "STANDARD"}}]
    dynamodb.update_table(TableName="orders", ReplicaUpdates=update)
    settle(emulator)
    (shown,) = described(dynamodb)["Replicas"]
    assert shown["ReplicaTableClassSummary"] == {"TableClass": "STANDARD"}


def test_three_replicas_know_each_other_and_get_every_write(emulator: Emulator, client: Clients):
    dynamodb = create(emulator)
    for region in ("eu-west-1", "eu-central-1"):
        create_replica = [{"Create": {"RegionName": region}}]
        dynamodb.update_table(TableName="orders", ReplicaUpdates=create_replica)
        settle(emulator)
    regions = {"us-east-1", "eu-west-1", "eu-central-1"}
    client("dynamodb", region="eu-west-1").put_item(TableName="orders", Item=item("one"))
    for region in regions:
        there = client("dynamodb", region=region)
        assert there.scan(TableName="orders")["Count"] == 1
        known = {each["RegionName"] for each in described(there)["Replicas"]}
        assert known == regions - {region}
    client("dynamodb", region="eu-central-1").delete_table(TableName="orders")
    settle(emulator)
    assert [each["RegionName"] for each in described(dynamodb)["Replicas"]] == ["eu-west-1"]


def test_exports_and_imports_refuse_what_is_not_carried(emulator: Emulator):
    dynamodb = create(emulator)
    arn = described(dynamodb)["TableArn"]
    export = {"TableArn": arn, "S3Bucket": "exports"}
    for more in ({"ExportType": "INCREMENTAL_EXPORT"}, {"ExportFormat": "ION"}):
        code, text = refusal(dynamodb.export_table_to_point_in_time, **export, **more)
        assert (code, "not supported" in text or "Only" in text) == ("ValidationException", True)
    source = {
        "S3BucketSource": {"S3Bucket": "imports"},
        "TableCreationParameters": {
            "TableName": "imported",
            "AttributeDefinitions": WITH_INDEX[:1],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    }
    assert refusal(dynamodb.import_table, **source, InputFormat="ION")[0] == "ValidationException"
    started = dynamodb.import_table(**source, InputFormat="DYNAMODB_JSON")
    settle(emulator)
    arn = started["ImportTableDescription"]["ImportArn"]
    assert dynamodb.describe_import(ImportArn=arn)["ImportTableDescription"]["ImportStatus"] == (
        "FAILED"
    )
    assert dynamodb.list_imports()["ImportSummaryList"][0]["ImportArn"] == arn
    assert dynamodb.list_exports()["ExportSummaries"] == []


def test_limits_and_endpoints_are_those_of_a_new_account(dynamodb):
    limits = dynamodb.describe_limits()
    assert (limits["AccountMaxReadCapacityUnits"], limits["TableMaxWriteCapacityUnits"]) == (
        80_000,
        40_000,
    )
    assert dynamodb.describe_endpoints()["Endpoints"][0]["CachePeriodInMinutes"] == 1440


def test_the_keys_of_all_regions_change_in_one_call(emulator: Emulator, client: Clients):
    """Terraform's provider names every region, the table's own included, when keys change."""
    regions = ("us-east-1", "eu-west-1", "eu-west-2")

    def keys() -> dict[str, str]:
        made = (client("kms", region=region).create_key() for region in regions)
        return {
            region: key["KeyMetadata"]["Arn"] for region, key in zip(regions, made, strict=True)
        }

    first, second = keys(), keys()
    sse = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": first["us-east-1"]}
    dynamodb = create(emulator, SSESpecification=sse)
    for region in regions[1:]:
        action = {"RegionName": region, "KMSMasterKeyId": first[region]}
        dynamodb.update_table(TableName="orders", ReplicaUpdates=[{"Create": action}])
        settle(emulator)
    updates = [
        {"Update": {"RegionName": region, "KMSMasterKeyId": key}} for region, key in second.items()
    ]
    dynamodb.update_table(TableName="orders", ReplicaUpdates=updates)
    settle(emulator)
    assert {
        region: described(client("dynamodb", region=region))["SSEDescription"]["KMSMasterKeyArn"]
        for region in regions
    } == second
    assert [one["RegionName"] for one in described(dynamodb)["Replicas"]] == list(regions[1:])


@pytest.mark.parametrize(
    "updates",
    [
        [{"Update": {"RegionName": "eu-west-1"}}, {"Delete": {"RegionName": "eu-west-1"}}],
        [{"Create": {"RegionName": "eu-west-2"}}, {"Create": {"RegionName": "eu-west-3"}}],
        [{"Update": {"RegionName": "eu-west-1"}}] * 2,
        [{"Update": {"RegionName": "us-east-1", "TableClassOverride": "STANDARD"}}],
        [{}],
    ],
)
def test_replica_updates_that_are_no_updates_alone_are_refused(emulator: Emulator, updates):
    dynamodb = create(emulator)
    dynamodb.update_table(
        TableName="orders", ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}]
    )
    settle(emulator)
    before = described(dynamodb)["Replicas"]
    code, _ = refusal(dynamodb.update_table, TableName="orders", ReplicaUpdates=updates)
    assert code == "ValidationException"
    assert described(dynamodb)["Replicas"] == before
