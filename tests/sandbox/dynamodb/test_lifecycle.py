"""Tables come and go with AWS's statuses, and look as AWS describes them."""

from tablewright_emulator.server import Emulator

from .conftest import ACCOUNT, NOON, Clients, create, described, refusal, settle

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}
INDEX = {
    "IndexName": "by-g",
    "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["pk", "x"]},
}
WITH_INDEX = [
    {"AttributeName": "pk", "AttributeType": "S"},
    {"AttributeName": "g", "AttributeType": "S"},
]


def test_a_new_table_is_creating_and_then_active(emulator: Emulator, dynamodb):
    made = dynamodb.create_table(
        TableName="orders",
        AttributeDefinitions=WITH_INDEX[:1],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]
    assert made["TableStatus"] == described(dynamodb)["TableStatus"] == "CREATING"
    settle(emulator)
    assert described(dynamodb)["TableStatus"] == "ACTIVE"


def test_a_table_being_created_has_no_items_and_takes_no_changes(emulator: Emulator, dynamodb):
    dynamodb.create_table(
        TableName="orders",
        AttributeDefinitions=WITH_INDEX[:1],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    key = {"pk": {"S": "a"}}
    assert refusal(dynamodb.get_item, TableName="orders", Key=key)[0] == "ResourceNotFoundException"
    text = "Attempt to change a resource which is still in use: Table is being created: orders"
    in_use = ("ResourceInUseException", text)
    assert refusal(dynamodb.delete_table, TableName="orders") == in_use
    change = {"TableName": "orders", "DeletionProtectionEnabled": True}
    assert refusal(dynamodb.update_table, **change) == in_use
    specification = {"PointInTimeRecoveryEnabled": True}
    code, _ = refusal(
        dynamodb.update_continuous_backups,
        TableName="orders",
        PointInTimeRecoverySpecification=specification,
    )
    assert code == "ContinuousBackupsUnavailableException"


def test_a_deleted_table_is_deleting_and_then_gone(emulator: Emulator):
    dynamodb = create(emulator)
    gone = dynamodb.delete_table(TableName="orders")["TableDescription"]
    assert gone["TableStatus"] == described(dynamodb)["TableStatus"] == "DELETING"
    code, text = refusal(dynamodb.delete_table, TableName="orders")
    assert code == "ResourceInUseException"
    assert text.endswith("Table is being deleted: orders")
    settle(emulator)
    assert dynamodb.list_tables()["TableNames"] == []


def test_an_on_demand_table_is_described_as_aws_does(emulator: Emulator):
    table = described(
        create(emulator, AttributeDefinitions=WITH_INDEX, GlobalSecondaryIndexes=[INDEX])
    )
    table_id = table.pop("TableId")
    assert len(table_id) == 36
    nothing = {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    warm = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"}
    arn = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders"
    assert table == {
        "AttributeDefinitions": WITH_INDEX,
        "TableName": "orders",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "TableStatus": "ACTIVE",
        "CreationDateTime": NOON,
        "ProvisionedThroughput": nothing,
        "TableSizeBytes": 0,
        "ItemCount": 0,
        "TableArn": arn,
        "BillingModeSummary": {
            "BillingMode": "PAY_PER_REQUEST",
            "LastUpdateToPayPerRequestDateTime": NOON,
        },
        "GlobalSecondaryIndexes": [
            {
                **INDEX,
                "IndexStatus": "ACTIVE",
                "ProvisionedThroughput": nothing,
                "IndexSizeBytes": 0,
                "ItemCount": 0,
                "IndexArn": f"{arn}/index/by-g",
                "WarmThroughput": warm,
            }
        ],
        "DeletionProtectionEnabled": False,
        "WarmThroughput": warm,
    }


def test_a_table_that_was_always_provisioned_has_no_billing_summary(emulator: Emulator):
    table = described(create(emulator, BillingMode="PROVISIONED", ProvisionedThroughput=UNITS))
    assert "BillingModeSummary" not in table
    assert table["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 0, **UNITS}
    assert table["WarmThroughput"]["ReadUnitsPerSecond"] == 5


def test_settings_that_were_sent_are_kept(emulator: Emulator):
    maxima = {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 20}
    dynamodb = create(
        emulator,
        TableClass="STANDARD_INFREQUENT_ACCESS",
        OnDemandThroughput=maxima,
        WarmThroughput={"ReadUnitsPerSecond": 13000, "WriteUnitsPerSecond": 4500},
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        SSESpecification={"Enabled": True, "SSEType": "KMS"},
        DeletionProtectionEnabled=True,
        Tags=[{"Key": "Team", "Value": "data"}],
    )
    table = described(dynamodb)
    assert table["TableClassSummary"] == {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    assert table["OnDemandThroughput"] == maxima
    assert table["WarmThroughput"]["ReadUnitsPerSecond"] == 13000
    assert table["StreamSpecification"]["StreamViewType"] == "KEYS_ONLY"
    assert table["SSEDescription"]["SSEType"] == "KMS"
    assert table["DeletionProtectionEnabled"] is True
    tags = dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    assert tags == [{"Key": "Team", "Value": "data"}]


def test_a_table_can_be_named_by_its_arn(emulator: Emulator):
    dynamodb = create(emulator)
    arn = described(dynamodb)["TableArn"]
    dynamodb.put_item(TableName=arn, Item={"pk": {"S": "a"}})
    assert dynamodb.get_item(TableName="orders", Key={"pk": {"S": "a"}})["Item"]
    assert dynamodb.describe_table(TableName=arn)["Table"]["TableName"] == "orders"


def test_accounts_and_regions_do_not_see_each_other(emulator: Emulator, client: Clients):
    create(emulator)
    assert client("dynamodb", account="111122223333").list_tables()["TableNames"] == []
    assert client("dynamodb", region="eu-west-1").list_tables()["TableNames"] == []


def test_tables_are_listed_in_pages(emulator: Emulator):
    for number in range(5):
        dynamodb = create(emulator, f"table-{number}")
    pages = dynamodb.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2})
    assert [page["TableNames"] for page in pages] == [
        ["table-0", "table-1"],
        ["table-2", "table-3"],
        ["table-4"],
    ]


def test_counts_are_as_stale_as_asked_for(emulator: Emulator):
    dynamodb = create(emulator)
    emulator.dynamodb.configure(counts=6 * 3600)
    assert described(dynamodb)["ItemCount"] == 0
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}})
    assert described(dynamodb)["ItemCount"] == 0
    emulator.clock.advance(6 * 3600)
    table = described(dynamodb)
    assert (table["ItemCount"], table["TableSizeBytes"]) == (1, 3)


def test_the_account_has_room_for_so_many_tables(emulator: Emulator, monkeypatch):
    monkeypatch.setattr("tablewright_emulator.dynamodb.control_plane.lifecycle.MAX_TABLES", 1)
    create(emulator, "one-table")
    code, text = refusal(create, emulator, "two-tables")
    assert code == "LimitExceededException"
    assert text == "Subscriber limit exceeded: There is a limit of 1 tables per subscriber"


def test_so_many_tables_change_at_once(emulator: Emulator, monkeypatch):
    monkeypatch.setattr("tablewright_emulator.dynamodb.control_plane.lifecycle.MAX_CONCURRENT", 1)
    dynamodb = create(emulator, "one-table")
    dynamodb.delete_table(TableName="one-table")
    assert refusal(create, emulator, "two-tables")[0] == "LimitExceededException"
    settle(emulator)
    create(emulator, "two-tables")


def test_an_index_may_name_its_own_keys_among_what_it_carries(emulator: Emulator):
    """They are there anyway; Cloud Posse's terraform-aws-dynamodb applies that on AWS."""
    included = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["g", "pk", "x"]}
    dynamodb = create(
        emulator,
        AttributeDefinitions=WITH_INDEX,
        GlobalSecondaryIndexes=[{**INDEX, "Projection": included}],
    )
    [index] = described(dynamodb)["GlobalSecondaryIndexes"]
    assert index["Projection"] == included
    item = {"pk": {"S": "a"}, "g": {"S": "b"}, "x": {"S": "c"}}
    dynamodb.put_item(TableName="orders", Item={**item, "y": {"S": "d"}})
    assert dynamodb.scan(TableName="orders", IndexName="by-g")["Items"] == [item]
