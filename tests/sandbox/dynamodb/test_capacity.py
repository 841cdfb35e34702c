"""What requests cost, to the half unit, and capacity that binds."""

import pytest

from tablewright_emulator.request import Served
from tablewright_emulator.server import Emulator

from .conftest import create, refusal, settle
from .test_items import LOCAL, SORTED, item
from .test_lifecycle import WITH_INDEX

INDEXED = {
    "AttributeDefinitions": WITH_INDEX,
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-g",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["shown"]},
        }
    ],
}


def sized(key: str, size: int, **attributes):
    """An item of exactly so many bytes."""
    bare = item(key, x={"S": ""}, **attributes)
    used = sum(len(name) + len(next(iter(value.values()))) for name, value in bare.items())
    return bare | {"x": {"S": "x" * (size - used)}}


def cost(reply) -> float:
    return reply["ConsumedCapacity"]["CapacityUnits"]


@pytest.mark.parametrize(("size", "units"), [(10, 1), (1024, 1), (1025, 2), (3000, 3)])
def test_a_put_costs_a_unit_per_kilobyte(size, units, emulator: Emulator):
    dynamodb = create(emulator)
    put = {"TableName": "orders", "Item": sized("a", size), "ReturnConsumedCapacity": "TOTAL"}
    assert cost(dynamodb.put_item(**put)) == units


def test_a_write_costs_the_larger_of_old_and_new(emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.put_item(TableName="orders", Item=sized("a", 3000))
    total = {"TableName": "orders", "ReturnConsumedCapacity": "TOTAL"}
    assert cost(dynamodb.put_item(Item=item(), **total)) == 3
    dynamodb.put_item(TableName="orders", Item=sized("a", 3000))
    assert cost(dynamodb.delete_item(Key=item(), **total)) == 3
    assert cost(dynamodb.delete_item(Key=item("nobody"), **total)) == 1


@pytest.mark.parametrize(
    ("size", "consistent", "units"),
    [(10, False, 0.5), (10, True, 1), (4096, False, 0.5), (4097, False, 1), (4097, True, 2)],
)
def test_a_get_costs_a_unit_per_four_kilobytes_or_half(size, consistent, units, emulator):
    dynamodb = create(emulator)
    dynamodb.put_item(TableName="orders", Item=sized("a", size))
    get = {"TableName": "orders", "Key": item(), "ReturnConsumedCapacity": "TOTAL"}
    assert cost(dynamodb.get_item(**get, ConsistentRead=consistent)) == units


def test_what_is_not_there_costs_as_well(emulator: Emulator):
    dynamodb = create(emulator)
    total = {"TableName": "orders", "ReturnConsumedCapacity": "TOTAL"}
    assert cost(dynamodb.get_item(Key=item(), **total)) == 0.5
    assert cost(dynamodb.scan(**total)) == 0.5


def test_a_query_sums_bytes_before_it_rounds_and_filters_do_not_help(emulator: Emulator):
    dynamodb = create(emulator, **SORTED)
    for number in range(10):
        body = sized("a", 1000, sk={"N": str(number)})
        dynamodb.put_item(TableName="orders", Item=body)
    reply = dynamodb.query(
        TableName="orders",
        KeyConditionExpression="pk = :a",
        FilterExpression="attribute_exists(nothing)",
        ExpressionAttributeValues={":a": {"S": "a"}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert (reply["Count"], cost(reply)) == (0, 1.5)  # 10,010 bytes are three blocks, halved


def test_a_batch_get_rounds_per_item(emulator: Emulator):
    dynamodb = create(emulator)
    for key in "ab":
        dynamodb.put_item(TableName="orders", Item=sized(key, 100))
    reply = dynamodb.batch_get_item(
        RequestItems={"orders": {"Keys": [item("a"), item("b"), item("c")]}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert reply["ConsumedCapacity"] == [{"TableName": "orders", "CapacityUnits": 1.5}]


def test_transactions_cost_twice(emulator: Emulator):
    dynamodb = create(emulator)
    put = {"Put": {"TableName": "orders", "Item": sized("a", 1500)}}
    reply = dynamodb.transact_write_items(TransactItems=[put], ReturnConsumedCapacity="TOTAL")
    assert reply["ConsumedCapacity"][0]["CapacityUnits"] == 4
    get = {"Get": {"TableName": "orders", "Key": item()}}
    reply = dynamodb.transact_get_items(TransactItems=[get], ReturnConsumedCapacity="TOTAL")
    assert reply["ConsumedCapacity"][0]["CapacityUnits"] == 2


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        (None, {"g": {"S": "1"}}, 1),
        (None, {}, 0),
        ({"g": {"S": "1"}}, {"g": {"S": "1"}, "hidden": {"S": "x"}}, 0),
        ({"g": {"S": "1"}}, {"g": {"S": "1"}, "shown": {"S": "x"}}, 1),
        ({"g": {"S": "1"}}, {"g": {"S": "2"}}, 2),
        ({"g": {"S": "1"}}, {}, 1),
        ({"g": {"S": "1"}, "shown": {"S": "x" * 1500}}, {"g": {"S": "1"}}, 2),
    ],
)
def test_an_index_costs_what_changes_in_it(before, after, units, emulator: Emulator):
    dynamodb = create(emulator, **INDEXED)
    if before is not None:
        dynamodb.put_item(TableName="orders", Item=item(**before))
    reply = dynamodb.put_item(
        TableName="orders", Item=item(**after), ReturnConsumedCapacity="INDEXES"
    )["ConsumedCapacity"]
    of_index = reply.get("GlobalSecondaryIndexes", {}).get("by-g", {"CapacityUnits": 0})
    assert of_index["CapacityUnits"] == units
    assert reply["CapacityUnits"] == units + reply["Table"]["CapacityUnits"]


def test_a_local_index_is_paid_by_the_table_and_shown_apart(emulator: Emulator):
    dynamodb = create(emulator, **LOCAL)
    reply = dynamodb.put_item(
        TableName="orders",
        Item=item(sk={"N": "1"}, l={"S": "x"}),
        ReturnConsumedCapacity="INDEXES",
    )["ConsumedCapacity"]
    assert reply["LocalSecondaryIndexes"] == {"by-l": {"CapacityUnits": 1}}
    assert reply["CapacityUnits"] == 2


def test_a_failed_condition_costs(emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.put_item(TableName="orders", Item=sized("a", 2500))
    seen: list[Served] = []
    emulator.gateway.observers.append(seen.append)
    refusal(
        dynamodb.put_item,
        TableName="orders",
        Item=item(),
        ConditionExpression="attribute_not_exists(pk)",
    )
    traffic = seen[-1].request.traffic
    assert traffic.usages[0].write_units == 3
    assert traffic.failed_conditions == {"orders": 1}


# --- throttling ---------------------------------------------------------------------------------


def provisioned(emulator: Emulator, read: int = 1, write: int = 1, **more):
    units = {"ReadCapacityUnits": read, "WriteCapacityUnits": write}
    for index in more.get("GlobalSecondaryIndexes", []):
        index["ProvisionedThroughput"] = units
    dynamodb = create(emulator, BillingMode="PROVISIONED", ProvisionedThroughput=units, **more)
    emulator.clock.advance(60 - emulator.clock.now().second)
    table = emulator.dynamodb.catalog("123456789012", "us-east-1").tables["orders"]
    for metered in (table, *table.indexes.values()):
        metered.save_from(emulator.clock.now())
        metered.reads.saved_halves = metered.writes.saved_halves = 0  # what it saved since then
    return dynamodb


def served(call, most: int = 1000, **parameters) -> int:
    """How many of the calls are served before one is throttled."""
    for number in range(most):
        try:
            call(**parameters)
        except call.__self__.exceptions.ProvisionedThroughputExceededException:
            return number
    return most


def test_a_minute_serves_sixty_seconds_worth(emulator: Emulator):
    dynamodb = provisioned(emulator, write=2)
    put = {"TableName": "orders", "Item": item()}
    assert served(dynamodb.put_item, **put) == 120
    emulator.clock.advance(60)
    assert served(dynamodb.put_item, **put) == 120


def test_what_was_left_is_used_later_up_to_five_minutes_worth(emulator: Emulator):
    dynamodb = provisioned(emulator)
    put = {"TableName": "orders", "Item": item()}
    served(dynamodb.put_item, **put)
    emulator.clock.advance(3 * 60)
    assert served(dynamodb.put_item, **put) == 60 + 2 * 60
    emulator.clock.advance(3600)
    assert served(dynamodb.put_item, **put) == 60 + 300


def test_an_idle_table_saves_from_its_creation_on(emulator: Emulator):
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    dynamodb = create(emulator, BillingMode="PROVISIONED", ProvisionedThroughput=units)
    emulator.clock.advance(3600)
    assert served(dynamodb.put_item, TableName="orders", Item=item()) == 60 + 300


def test_what_an_idle_table_saves_follows_its_capacity(emulator: Emulator):
    dynamodb = provisioned(emulator, write=5)
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    dynamodb.update_table(TableName="orders", ProvisionedThroughput=units)
    emulator.clock.advance(3 * 60)
    assert served(dynamodb.put_item, TableName="orders", Item=item()) == 60 + 3 * 60


def test_a_throttled_request_is_answered_as_aws_does_and_changes_nothing(emulator: Emulator):
    dynamodb = provisioned(emulator)
    seen: list[Served] = []
    served(dynamodb.put_item, TableName="orders", Item=item())
    emulator.gateway.observers.append(seen.append)
    with pytest.raises(dynamodb.exceptions.ProvisionedThroughputExceededException) as caught:
        dynamodb.put_item(TableName="orders", Item=item("other"))
    reply = caught.value.response
    assert reply["Error"]["Message"] == (
        "The level of configured provisioned throughput for the table was exceeded. Consider "
        "increasing your provisioning level with the UpdateTable API."
    )
    assert reply["ThrottlingReasons"] == [
        {
            "reason": "TableWriteProvisionedThroughputExceeded",
            "resource": "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
        }
    ]
    assert seen[-1].request.traffic.usages[0].throttled_writes == 1
    assert dynamodb.scan(TableName="orders")["Count"] == 1


def test_an_index_throttles_the_writes_of_its_table(emulator: Emulator):
    definition = {**INDEXED["GlobalSecondaryIndexes"][0]}
    dynamodb = provisioned(
        emulator, AttributeDefinitions=WITH_INDEX, GlobalSecondaryIndexes=[definition]
    )
    dynamodb.update_table(
        TableName="orders",
        ProvisionedThroughput={"ReadCapacityUnits": 100, "WriteCapacityUnits": 100},
    )
    settle(emulator)
    indexed = {"TableName": "orders", "Item": item(g={"S": "1"})}
    plain = {"TableName": "orders", "Item": item("plain")}
    dynamodb.put_item(**indexed)
    for number in range(400):
        try:
            dynamodb.put_item(TableName="orders", Item=item(g={"S": str(number)}))
        except dynamodb.exceptions.ProvisionedThroughputExceededException as error:
            text = error.response["Error"]["Message"]
            break
    assert text.startswith(
        "The level of configured provisioned throughput for one or more global secondary indexes"
    )
    dynamodb.put_item(**plain)


def test_a_batch_gives_back_what_was_throttled(emulator: Emulator):
    dynamodb = provisioned(emulator)
    for _ in range(40):
        dynamodb.put_item(TableName="orders", Item=item())
    asked = [{"PutRequest": {"Item": item(str(number))}} for number in range(25)]
    left = dynamodb.batch_write_item(RequestItems={"orders": asked})["UnprocessedItems"]["orders"]
    assert 0 < len(left) < 25
    assert dynamodb.scan(TableName="orders")["Count"] == 1 + 25 - len(left)
    refused = refusal(dynamodb.batch_write_item, RequestItems={"orders": asked})
    assert refused[0] == "ProvisionedThroughputExceededException"


def test_maxima_on_demand_bind(emulator: Emulator):
    dynamodb = create(emulator, OnDemandThroughput={"MaxWriteRequestUnits": 1})
    codes = set()
    for _ in range(200):
        try:
            dynamodb.put_item(TableName="orders", Item=item())
        except dynamodb.exceptions.ClientError as error:
            codes.add(error.response["Error"]["Code"])
    assert codes == {"ThrottlingException"}
    assert dynamodb.get_item(TableName="orders", Key=item())["Item"]


def test_throttling_can_be_switched_off(emulator: Emulator):
    emulator.dynamodb.throttling = False
    dynamodb = provisioned(emulator)
    assert served(dynamodb.put_item, 100, TableName="orders", Item=item()) == 100
