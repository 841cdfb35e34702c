"""UpdateTable: one change at a time, statuses, and the limits over time."""

from datetime import timedelta

import pytest

from tablewright_emulator.server import Emulator

from .conftest import NOON, clients_of, create, described, refusal, settle
from .test_lifecycle import INDEX, UNITS, WITH_INDEX

PROVISIONED = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS}
INDEXED = {
    "AttributeDefinitions": WITH_INDEX,
    "GlobalSecondaryIndexes": [{**INDEX, "ProvisionedThroughput": UNITS}],
}
NEW_INDEX = {
    "AttributeDefinitions": [{"AttributeName": "h", "AttributeType": "N"}],
    "GlobalSecondaryIndexUpdates": [
        {
            "Create": {
                "IndexName": "by-h",
                "KeySchema": [{"AttributeName": "h", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        }
    ],
}


def units(read: int, write: int) -> dict[str, int]:
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


def change(emulator: Emulator, dynamodb, **params):
    """Update the table and wait; the table comes back."""
    dynamodb.update_table(TableName="orders", **params)
    settle(emulator)
    return described(dynamodb)


def test_a_change_is_updating_and_shows_the_old_values_until_it_is_done(emulator: Emulator):
    dynamodb = create(emulator, **PROVISIONED)
    shown = dynamodb.update_table(TableName="orders", ProvisionedThroughput=units(7, 8))
    assert shown["TableDescription"]["TableStatus"] == "UPDATING"
    assert described(dynamodb)["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    settle(emulator)
    table = described(dynamodb)
    assert table["TableStatus"] == "ACTIVE"
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 7
    assert table["ProvisionedThroughput"]["LastIncreaseDateTime"] > NOON


def test_a_table_that_is_updated_takes_no_other_change(emulator: Emulator):
    dynamodb = create(emulator, **PROVISIONED)
    dynamodb.update_table(TableName="orders", ProvisionedThroughput=units(7, 8))
    text = "Attempt to change a resource which is still in use: Table is being updated: orders"
    in_use = ("ResourceInUseException", text)
    assert refusal(dynamodb.delete_table, TableName="orders") == in_use
    again = {"TableName": "orders", "ProvisionedThroughput": units(9, 9)}
    assert refusal(dynamodb.update_table, **again) == in_use


def test_items_are_read_and_written_while_a_table_is_updated(emulator: Emulator):
    dynamodb = create(emulator, **PROVISIONED)
    dynamodb.update_table(TableName="orders", BillingMode="PAY_PER_REQUEST")
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}})
    assert dynamodb.get_item(TableName="orders", Key={"pk": {"S": "a"}})["Item"]
    assert described(dynamodb)["TableStatus"] == "UPDATING"


def test_on_demand_has_no_units_in_the_table_and_in_no_index(emulator: Emulator):
    dynamodb = create(emulator, **PROVISIONED, **INDEXED)
    table = change(emulator, dynamodb, BillingMode="PAY_PER_REQUEST")
    nothing = {"NumberOfDecreasesToday": 0, **units(0, 0)}
    assert table["ProvisionedThroughput"] == nothing
    assert table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] == nothing
    assert table["WarmThroughput"]["ReadUnitsPerSecond"] == 12000
    summary = table["BillingModeSummary"]
    assert summary["BillingMode"] == "PAY_PER_REQUEST"
    assert summary["LastUpdateToPayPerRequestDateTime"] > NOON


def test_provisioned_again_keeps_the_date_and_drops_the_maxima(emulator: Emulator):
    dynamodb = create(
        emulator,
        OnDemandThroughput={"MaxReadRequestUnits": 9},
        AttributeDefinitions=WITH_INDEX,
        GlobalSecondaryIndexes=[INDEX],
    )
    of_index = [{"Update": {"IndexName": "by-g", "ProvisionedThroughput": units(3, 4)}}]
    table = change(
        emulator,
        dynamodb,
        BillingMode="PROVISIONED",
        ProvisionedThroughput=UNITS,
        GlobalSecondaryIndexUpdates=of_index,
    )
    assert table["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert table["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] == NOON
    assert table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] == 3
    assert "OnDemandThroughput" not in table


def test_the_mode_it_has_is_accepted_and_changes_nothing(emulator: Emulator):
    dynamodb = create(emulator)
    shown = dynamodb.update_table(TableName="orders", BillingMode="PAY_PER_REQUEST")
    assert shown["TableDescription"]["TableStatus"] == "ACTIVE"


def test_a_table_goes_on_demand_four_times_in_24_hours(emulator: Emulator):
    dynamodb = create(emulator, **PROVISIONED)
    for _ in range(4):
        change(emulator, dynamodb, BillingMode="PAY_PER_REQUEST")
        change(emulator, dynamodb, **PROVISIONED)
    code, text = refusal(dynamodb.update_table, TableName="orders", BillingMode="PAY_PER_REQUEST")
    assert code == "LimitExceededException"
    assert text.endswith("Next update can be made at Wednesday, March 11, 2026 12:00:01 PM UTC")
    emulator.clock.advance(86_400)
    table = change(emulator, dynamodb, BillingMode="PAY_PER_REQUEST")
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_units_fall_four_times_a_day_and_then_once_an_hour(emulator: Emulator):
    dynamodb = create(emulator, BillingMode="PROVISIONED", ProvisionedThroughput=units(50, 50))
    for read in (49, 48, 47, 46):
        change(emulator, dynamodb, ProvisionedThroughput=units(read, 50))
    fall = {"TableName": "orders", "ProvisionedThroughput": units(45, 50)}
    code, text = refusal(dynamodb.update_table, **fall)
    assert code == "LimitExceededException"
    assert "Number of decreases today: 4." in text
    change(emulator, dynamodb, ProvisionedThroughput=units(46, 60))
    emulator.clock.advance(3600)
    table = change(emulator, dynamodb, ProvisionedThroughput=units(45, 50))
    assert table["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 5
    assert refusal(dynamodb.update_table, **fall | {"ProvisionedThroughput": units(44, 50)})
    emulator.clock.set(NOON + timedelta(hours=12))
    table = change(emulator, dynamodb, ProvisionedThroughput=units(44, 50))
    assert table["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1


def test_table_and_index_count_their_decreases_apart_and_are_refused_together(emulator: Emulator):
    dynamodb = create(emulator, **PROVISIONED, **INDEXED)
    for read in (4, 3, 2, 1):
        change(emulator, dynamodb, ProvisionedThroughput=units(read, 6))
    of_index = [{"Update": {"IndexName": "by-g", "ProvisionedThroughput": units(4, 6)}}]
    both = {"ProvisionedThroughput": units(1, 5), "GlobalSecondaryIndexUpdates": of_index}
    code, _ = refusal(dynamodb.update_table, TableName="orders", **both)
    assert code == "LimitExceededException"
    table = change(emulator, dynamodb, GlobalSecondaryIndexUpdates=of_index)
    assert table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] == 4
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 6


def test_an_index_is_allocated_then_filled_then_active(emulator: Emulator):
    emulator.dynamodb.configure(index_allocation=60, index_backfill=60)
    dynamodb = create(emulator)
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "h": {"N": "1"}})
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "b"}, "h": {"S": "no number"}})
    dynamodb.update_table(TableName="orders", **NEW_INDEX)
    seen = []
    for _ in range(3):
        table = described(dynamodb)
        index = table["GlobalSecondaryIndexes"][0]
        seen.append((table["TableStatus"], index["IndexStatus"], index.get("Backfilling")))
        emulator.clock.advance(61)
    assert seen == [
        ("UPDATING", "CREATING", False),
        ("ACTIVE", "CREATING", True),
        ("ACTIVE", "ACTIVE", None),
    ]
    found = dynamodb.query(
        TableName="orders",
        IndexName="by-h",
        KeyConditionExpression="h = :h",
        ExpressionAttributeValues={":h": {"N": "1.0"}},
    )
    assert [item["pk"]["S"] for item in found["Items"]] == ["a"]


def test_an_index_being_built_is_not_read_and_what_is_written_meanwhile_is_in_it(
    emulator: Emulator,
):
    emulator.dynamodb.configure(index_allocation=60, index_backfill=60)
    dynamodb = create(emulator)
    dynamodb.update_table(TableName="orders", **NEW_INDEX)
    query = {
        "TableName": "orders",
        "IndexName": "by-h",
        "KeyConditionExpression": "h = :h",
        "ExpressionAttributeValues": {":h": {"N": "1"}},
    }
    assert refusal(dynamodb.query, **query)[0] == "ValidationException"
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "h": {"N": "1"}})
    emulator.clock.advance(61)
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "b"}, "h": {"N": "1"}})
    text = "Cannot read from backfilling global secondary index: by-h"
    assert refusal(dynamodb.query, **query) == ("ValidationException", text)
    emulator.clock.advance(61)
    assert {item["pk"]["S"] for item in dynamodb.query(**query)["Items"]} == {"a", "b"}


def test_only_one_index_is_built_at_a_time_and_it_can_be_deleted_while_it_is_filled(
    emulator: Emulator,
):
    emulator.dynamodb.configure(index_allocation=60, index_backfill=600)
    dynamodb = create(emulator)
    dynamodb.update_table(TableName="orders", **NEW_INDEX)
    emulator.clock.advance(61)
    other = {
        "AttributeDefinitions": WITH_INDEX[1:],
        "GlobalSecondaryIndexUpdates": [{"Create": INDEX}],
    }
    code, _ = refusal(dynamodb.update_table, TableName="orders", **other)
    assert code == "LimitExceededException"
    assert refusal(dynamodb.delete_table, TableName="orders")[0] == "ResourceInUseException"
    table = change(
        emulator, dynamodb, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-h"}}]
    )
    assert "GlobalSecondaryIndexes" not in table
    assert [each["AttributeName"] for each in table["AttributeDefinitions"]] == ["pk"]
    emulator.clock.advance(601)
    assert "GlobalSecondaryIndexes" not in described(dynamodb)


def test_a_stream_goes_off_and_on_under_a_new_arn(emulator: Emulator):
    on = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
    dynamodb = create(emulator, **on)
    first = described(dynamodb)["LatestStreamArn"]
    table = change(emulator, dynamodb, StreamSpecification={"StreamEnabled": False})
    assert "StreamSpecification" not in table
    assert table["LatestStreamArn"] == first
    table = change(emulator, dynamodb, **on)
    assert table["LatestStreamArn"] != first
    assert table["LatestStreamArn"].endswith(table["LatestStreamLabel"])


def test_a_stream_may_be_turned_on_together_with_on_demand(emulator: Emulator):
    dynamodb = create(emulator, **PROVISIONED)
    table = change(
        emulator,
        dynamodb,
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    assert table["StreamSpecification"]["StreamEnabled"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_the_key_changes_four_times_a_day_but_back_to_awss_key_always(emulator: Emulator):
    dynamodb = create(emulator)
    for _ in range(4):
        change(emulator, dynamodb, SSESpecification={"Enabled": True, "SSEType": "KMS"})
    again = {"TableName": "orders", "SSESpecification": {"Enabled": True}}
    assert refusal(dynamodb.update_table, **again)[0] == "LimitExceededException"
    table = change(emulator, dynamodb, SSESpecification={"Enabled": False})
    assert "SSEDescription" not in table
    emulator.clock.advance(6 * 3600)
    change(emulator, dynamodb, SSESpecification={"Enabled": True})
    assert refusal(dynamodb.update_table, **again)[0] == "LimitExceededException"


def test_the_class_changes_twice_in_30_days(emulator: Emulator):
    dynamodb = create(emulator)
    table = change(emulator, dynamodb, TableClass="STANDARD_INFREQUENT_ACCESS")
    assert table["TableClassSummary"]["LastUpdateDateTime"] > NOON
    change(emulator, dynamodb, TableClass="STANDARD")
    again = {"TableName": "orders", "TableClass": "STANDARD_INFREQUENT_ACCESS"}
    assert refusal(dynamodb.update_table, **again)[0] == "LimitExceededException"
    emulator.clock.advance(30 * 86_400)
    change(emulator, dynamodb, TableClass="STANDARD_INFREQUENT_ACCESS")


def test_limits_over_time_can_be_switched_off(emulator: Emulator):
    emulator.dynamodb.limits = False
    dynamodb = create(emulator)
    for name in ("STANDARD_INFREQUENT_ACCESS", "STANDARD", "STANDARD_INFREQUENT_ACCESS"):
        table = change(emulator, dynamodb, TableClass=name)
        assert table["TableClassSummary"]["TableClass"] == name


def test_protection_takes_effect_at_once(emulator: Emulator):
    dynamodb = create(emulator)
    shown = dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=True)
    assert shown["TableDescription"]["TableStatus"] == "ACTIVE"
    assert refusal(dynamodb.delete_table, TableName="orders")[0] == "ValidationException"
    dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName="orders")


def test_maxima_on_demand_change_and_go(emulator: Emulator):
    dynamodb = create(emulator, OnDemandThroughput={"MaxReadRequestUnits": 9})
    table = change(emulator, dynamodb, OnDemandThroughput={"MaxWriteRequestUnits": 7})
    assert table["OnDemandThroughput"] == {"MaxReadRequestUnits": 9, "MaxWriteRequestUnits": 7}
    nothing = {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}
    table = change(emulator, dynamodb, OnDemandThroughput=nothing)
    assert "OnDemandThroughput" not in table


def test_warm_throughput_rises(emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.update_table(TableName="orders", WarmThroughput={"ReadUnitsPerSecond": 20000})
    assert described(dynamodb)["WarmThroughput"]["Status"] == "UPDATING"
    settle(emulator)
    warm = described(dynamodb)["WarmThroughput"]
    assert (warm["ReadUnitsPerSecond"], warm["Status"]) == (20000, "ACTIVE")


@pytest.mark.parametrize("preset", ["none", "short", "realistic"])
def test_every_preset_comes_to_its_end(preset, emulator: Emulator):
    from tablewright_emulator.dynamodb.durations import PRESETS

    emulator.dynamodb.durations = PRESETS[preset]
    dynamodb = create(emulator, **PROVISIONED)
    emulator.clock.advance(10)
    dynamodb.update_table(TableName="orders", BillingMode="PAY_PER_REQUEST")
    emulator.clock.advance(151)
    assert described(dynamodb)["TableStatus"] == "ACTIVE"


def test_the_status_moves_in_real_time_as_well():
    with Emulator(durations="short") as running:
        dynamodb = clients_of(running)()
        dynamodb.create_table(
            TableName="orders",
            AttributeDefinitions=WITH_INDEX[:1],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        waiter = dynamodb.get_waiter("table_exists")
        waiter.wait(TableName="orders", WaiterConfig={"Delay": 1, "MaxAttempts": 5})
        assert described(dynamodb)["TableStatus"] == "ACTIVE"


def test_definitions_may_be_sent_before_an_index_uses_them(emulator: Emulator):
    """Terraform adds indexes one call at a time and sends the definitions of all each time."""
    dynamodb = create(emulator)
    names = ("a", "b", "c")
    definitions = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", *names)]
    for added, name in enumerate(names, 1):
        index = {
            "IndexName": f"by-{name}",
            "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
        updates = [{"Create": index}]
        table = change(
            emulator,
            dynamodb,
            AttributeDefinitions=definitions,
            GlobalSecondaryIndexUpdates=updates,
        )
        assert len(table["GlobalSecondaryIndexes"]) == added
        known = {one["AttributeName"] for one in table["AttributeDefinitions"]}
        assert known == {"pk", *names[:added]}
