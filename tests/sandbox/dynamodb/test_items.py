"""Items: written, read, updated, queried, in batches and transactions."""

import pytest

from tablewright_emulator.server import Emulator

from .conftest import create, refusal

SORTED = {
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
}
LOCAL = {
    "AttributeDefinitions": [*SORTED["AttributeDefinitions"],
                             {"AttributeName": "l", "AttributeType": "S"}],
    "KeySchema": SORTED["KeySchema"],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "by-l",
            "KeySchema": [SORTED["KeySchema"][0], {"AttributeName": "l", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}  # fmt: skip


def item(key: str = "a", **attributes):
    return {"pk": {"S": key}, **attributes}


def filled(emulator: Emulator, count: int = 10):
    """A table with one partition `a` of so many items."""
    dynamodb = create(emulator, **SORTED)
    for number in range(count):
        value = {"S": "even" if number % 2 == 0 else "odd"}
        dynamodb.put_item(TableName="orders", Item=item(sk={"N": str(number)}, v=value))
    return dynamodb


def query(dynamodb, condition: str, values: dict, **more):
    return dynamodb.query(
        TableName="orders",
        KeyConditionExpression=condition,
        ExpressionAttributeValues={":a": {"S": "a"}, **values},
        **more,
    )


def numbers(reply) -> list[int]:
    return [int(each["sk"]["N"]) for each in reply["Items"]]


def test_every_type_comes_back_as_it_was_written(emulator: Emulator):
    dynamodb = create(emulator)
    written = item(
        text={"S": "ü"},
        number={"N": "12.5"},
        binary={"B": b"\x00\xff"},
        flag={"BOOL": False},
        nothing={"NULL": True},
        list={"L": [{"S": "a"}, {"M": {"x": {"N": "1"}}}]},
        texts={"SS": ["a", "b"]},
        numbers={"NS": ["1", "2"]},
        binaries={"BS": [b"\x01"]},
        empty={"S": ""},
    )
    dynamodb.put_item(TableName="orders", Item=written)
    assert dynamodb.get_item(TableName="orders", Key=item())["Item"] == written


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("007", "7"), ("1.50", "1.5"), ("-0", "0"), ("1E3", "1000"), ("+3", "3"), (".5", "0.5"),
     ("1e-3", "0.001"), ("123456789012345678901234567890", "123456789012345678901234567890")],
)  # fmt: skip
def test_numbers_are_kept_in_dynamodbs_writing(sent, kept, emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.put_item(TableName="orders", Item=item(n={"N": sent}))
    assert dynamodb.get_item(TableName="orders", Key=item())["Item"]["n"] == {"N": kept}


def test_a_put_replaces_and_returns_what_was_there(emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.put_item(TableName="orders", Item=item(x={"S": "old"}))
    reply = dynamodb.put_item(TableName="orders", Item=item(y={"S": "new"}), ReturnValues="ALL_OLD")
    assert reply["Attributes"] == item(x={"S": "old"})
    assert dynamodb.get_item(TableName="orders", Key=item())["Item"] == item(y={"S": "new"})


def test_a_failed_condition_changes_nothing_and_shows_the_item_when_asked(emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.put_item(TableName="orders", Item=item(x={"N": "1"}))
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as caught:
        dynamodb.put_item(
            TableName="orders",
            Item=item(x={"N": "2"}),
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Item"] == item(x={"N": "1"})
    assert dynamodb.get_item(TableName="orders", Key=item())["Item"]["x"] == {"N": "1"}


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("ALL_NEW", {"pk": {"S": "a"}, "n": {"N": "3"}, "kept": {"S": "k"}}),
        ("ALL_OLD", {"pk": {"S": "a"}, "n": {"N": "1"}, "kept": {"S": "k"}, "old": {"S": "o"}}),
        ("UPDATED_NEW", {"n": {"N": "3"}}),
        ("UPDATED_OLD", {"n": {"N": "1"}, "old": {"S": "o"}}),
        ("NONE", None),
    ],
)
def test_an_update_returns_what_was_asked_for(wanted, shown, emulator: Emulator):
    dynamodb = create(emulator)
    before = item(n={"N": "1"}, kept={"S": "k"}, old={"S": "o"})
    dynamodb.put_item(TableName="orders", Item=before)
    reply = dynamodb.update_item(
        TableName="orders",
        Key=item(),
        UpdateExpression="SET n = n + :two REMOVE #o",
        ExpressionAttributeNames={"#o": "old"},
        ExpressionAttributeValues={":two": {"N": "2"}},
        ReturnValues=wanted,
    )
    assert reply.get("Attributes") == shown


def test_an_update_makes_an_item_that_is_not_there(emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.update_item(TableName="orders", Key=item("new"), UpdateExpression="SET a = :a",
                         ExpressionAttributeValues={":a": {"S": "x"}})  # fmt: skip
    assert dynamodb.get_item(TableName="orders", Key=item("new"))["Item"]["a"] == {"S": "x"}


def test_a_refused_update_leaves_the_item_alone(emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.put_item(TableName="orders", Item=item(n={"S": "text"}, m={"M": {}}))
    change = {
        "TableName": "orders",
        "Key": item(),
        "UpdateExpression": "SET m.x = :one, n = n + :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    text = "An operand in the update expression has an incorrect data type"
    assert refusal(dynamodb.update_item, **change) == ("ValidationException", text)
    assert dynamodb.get_item(TableName="orders", Key=item())["Item"]["m"] == {"M": {}}


def test_the_older_parameters_do_the_same(emulator: Emulator):
    dynamodb = create(emulator, **SORTED)
    key = item(sk={"N": "1"})
    dynamodb.put_item(TableName="orders", Item=key, Expected={"pk": {"Exists": False}})
    refused = refusal(
        dynamodb.put_item, TableName="orders", Item=key, Expected={"pk": {"Exists": False}}
    )
    assert refused[0] == "ConditionalCheckFailedException"
    dynamodb.update_item(
        TableName="orders",
        Key=key,
        AttributeUpdates={
            "n": {"Action": "ADD", "Value": {"N": "2"}},
            "s": {"Action": "PUT", "Value": {"S": "x"}},
        },
    )
    reply = dynamodb.query(
        TableName="orders",
        KeyConditions={
            "pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]},
            "sk": {"ComparisonOperator": "GE", "AttributeValueList": [{"N": "1"}]},
        },
        QueryFilter={"n": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "1"}]}},
        AttributesToGet=["s"],
    )
    assert reply["Items"] == [{"s": {"S": "x"}}]
    reply = dynamodb.scan(
        TableName="orders",
        ScanFilter={
            "s": {"ComparisonOperator": "NOT_CONTAINS", "AttributeValueList": [{"S": "y"}]}
        },
    )
    assert reply["Count"] == 1


@pytest.mark.parametrize(
    ("condition", "values", "found"),
    [
        ("pk = :a", {}, range(10)),
        ("pk = :a AND sk = :n", {":n": {"N": "3.0"}}, [3]),
        ("pk = :a AND sk < :n", {":n": {"N": "3"}}, range(3)),
        ("pk = :a AND sk <= :n", {":n": {"N": "3"}}, range(4)),
        ("pk = :a AND sk > :n", {":n": {"N": "3"}}, range(4, 10)),
        (":n < sk and pk = :a", {":n": {"N": "8"}}, [9]),
        ("(pk = :a) AND (sk BETWEEN :n AND :m)", {":n": {"N": "3"}, ":m": {"N": "5"}}, [3, 4, 5]),
    ],
)
@pytest.mark.parametrize("forward", [True, False])
def test_a_query_finds_what_its_condition_says(condition, values, found, forward, emulator):
    reply = query(filled(emulator), condition, values, ScanIndexForward=forward)
    assert numbers(reply) == sorted(found, reverse=not forward)


@pytest.mark.parametrize("forward", [True, False])
def test_a_query_goes_on_where_a_page_ended(forward, emulator: Emulator):
    dynamodb = filled(emulator)
    pages = dynamodb.get_paginator("query").paginate(
        TableName="orders",
        KeyConditionExpression="pk = :a AND sk > :n",
        FilterExpression="v = :odd",
        ExpressionAttributeValues={":a": {"S": "a"}, ":n": {"N": "1"}, ":odd": {"S": "odd"}},
        ScanIndexForward=forward,
        PaginationConfig={"PageSize": 3},
    )
    pages = list(pages)
    assert [page["ScannedCount"] for page in pages] == [3, 3, 2]
    found = [number for page in pages for number in numbers(page)]
    assert found == sorted([3, 5, 7, 9], reverse=not forward)


def test_a_page_ends_at_a_megabyte(emulator: Emulator):
    dynamodb = create(emulator, **SORTED)
    for number in range(6):
        big = item(sk={"N": str(number)}, x={"S": "x" * 300_000})
        dynamodb.put_item(TableName="orders", Item=big)
    first = query(dynamodb, "pk = :a", {})
    assert numbers(first) == [0, 1, 2, 3]
    rest = query(dynamodb, "pk = :a", {}, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert numbers(rest) == [4, 5]
    assert "LastEvaluatedKey" not in rest


def test_a_sort_key_is_found_by_its_beginning(emulator: Emulator):
    texts = {
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        "KeySchema": SORTED["KeySchema"],
    }
    dynamodb = create(emulator, **texts)
    for text in ("a", "ab", "abc", "b", "ä"):
        dynamodb.put_item(TableName="orders", Item=item(sk={"S": text}))
    reply = query(dynamodb, "pk = :a AND begins_with(sk, :b)", {":b": {"S": "ab"}})
    assert [each["sk"]["S"] for each in reply["Items"]] == ["ab", "abc"]


def test_a_local_index_shows_its_keys_and_fetches_the_rest_when_asked(emulator: Emulator):
    dynamodb = create(emulator, **LOCAL)
    whole = item(sk={"N": "1"}, l={"S": "x"}, v={"S": "value"})
    dynamodb.put_item(TableName="orders", Item=whole)
    dynamodb.put_item(TableName="orders", Item=item(sk={"N": "2"}))
    reply = query(dynamodb, "pk = :a", {}, IndexName="by-l")
    assert reply["Items"] == [{"pk": {"S": "a"}, "sk": {"N": "1"}, "l": {"S": "x"}}]
    reply = query(dynamodb, "pk = :a", {}, IndexName="by-l", Select="ALL_ATTRIBUTES")
    assert reply["Items"] == [whole]


def test_a_global_index_may_have_keys_of_several_attributes(emulator: Emulator):
    names = ["pk", "t", "u", "v"]
    dynamodb = create(
        emulator,
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in names],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "multi",
                "KeySchema": [
                    {"AttributeName": "t", "KeyType": "HASH"},
                    {"AttributeName": "u", "KeyType": "HASH"},
                    {"AttributeName": "v", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    for number, (t, u, v) in enumerate([("1", "1", "a"), ("1", "1", "b"), ("1", "2", "a")]):
        dynamodb.put_item(
            TableName="orders", Item=item(str(number), t={"S": t}, u={"S": u}, v={"S": v})
        )
    reply = dynamodb.query(
        TableName="orders",
        IndexName="multi",
        KeyConditionExpression="t = :t AND u = :u AND v > :v",
        ExpressionAttributeValues={":t": {"S": "1"}, ":u": {"S": "1"}, ":v": {"S": "a"}},
    )
    assert [each["pk"]["S"] for each in reply["Items"]] == ["1"]


def test_a_scan_in_segments_sees_every_item_once(emulator: Emulator):
    dynamodb = create(emulator)
    for number in range(50):
        dynamodb.put_item(TableName="orders", Item=item(str(number)))
    seen = []
    for segment in range(4):
        pages = dynamodb.get_paginator("scan").paginate(
            TableName="orders", Segment=segment, TotalSegments=4, PaginationConfig={"PageSize": 3}
        )
        seen += [each["pk"]["S"] for page in pages for each in page["Items"]]
    assert sorted(seen) == sorted(map(str, range(50)))


def test_a_scan_goes_on_behind_an_item_that_was_deleted_meanwhile(emulator: Emulator):
    dynamodb = create(emulator)
    for number in range(10):
        dynamodb.put_item(TableName="orders", Item=item(str(number)))
    first = dynamodb.scan(TableName="orders", Limit=4)
    dynamodb.delete_item(TableName="orders", Key=first["LastEvaluatedKey"])
    rest = dynamodb.scan(TableName="orders", ExclusiveStartKey=first["LastEvaluatedKey"])
    assert len(first["Items"]) + len(rest["Items"]) == 10


def test_a_projection_shows_parts_of_an_item(emulator: Emulator):
    dynamodb = create(emulator)
    nested = {"M": {"x": {"L": [{"N": "0"}, {"N": "1"}]}, "y": {"S": "no"}}}
    dynamodb.put_item(TableName="orders", Item=item(m=nested, z={"S": "no"}))
    reply = dynamodb.get_item(
        TableName="orders", Key=item(), ProjectionExpression="m.x[1], pk, nowhere"
    )
    assert reply["Item"] == item(m={"M": {"x": {"L": [{"N": "1"}]}}})


def test_batches_write_delete_and_read(emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.put_item(TableName="orders", Item=item("old"))
    asked = [{"PutRequest": {"Item": item(str(n))}} for n in range(24)]
    asked.append({"DeleteRequest": {"Key": item("old")}})
    assert dynamodb.batch_write_item(RequestItems={"orders": asked})["UnprocessedItems"] == {}
    keys = [item(str(number)) for number in range(30)]
    reply = dynamodb.batch_get_item(RequestItems={"orders": {"Keys": keys}})
    assert len(reply["Responses"]["orders"]) == 24
    assert "Item" not in dynamodb.get_item(TableName="orders", Key=item("old"))


def test_a_transaction_is_done_whole_or_not_at_all(emulator: Emulator):
    dynamodb = create(emulator)
    dynamodb.put_item(TableName="orders", Item=item("a", n={"N": "1"}))
    put = {"Put": {"TableName": "orders", "Item": item("b")}}
    check = {
        "ConditionCheck": {
            "TableName": "orders",
            "Key": item("a"),
            "ConditionExpression": "n = :n",
            "ExpressionAttributeValues": {":n": {"N": "2"}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as caught:
        dynamodb.transact_write_items(TransactItems=[put, check])
    assert caught.value.response["CancellationReasons"] == [
        {"Code": "None"},
        {
            "Code": "ConditionalCheckFailed",
            "Message": "The conditional request failed",
            "Item": item("a", n={"N": "1"}),
        },
    ]
    assert "Item" not in dynamodb.get_item(TableName="orders", Key=item("b"))
    update = {
        "Update": {
            "TableName": "orders",
            "Key": item("a"),
            "UpdateExpression": "SET n = :n",
            "ExpressionAttributeValues": {":n": {"N": "2"}},
        }
    }
    dynamodb.transact_write_items(TransactItems=[put, update])
    reply = dynamodb.transact_get_items(
        TransactItems=[{"Get": {"TableName": "orders", "Key": item(key)}} for key in "abc"]
    )
    assert reply["Responses"] == [{"Item": item("a", n={"N": "2"})}, {"Item": item("b")}, {}]


def test_a_transaction_with_the_same_token_is_done_once(emulator: Emulator):
    dynamodb = create(emulator)
    add = {
        "Update": {
            "TableName": "orders",
            "Key": item(),
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }
    for _ in range(2):
        dynamodb.transact_write_items(TransactItems=[add], ClientRequestToken="token")
    assert dynamodb.get_item(TableName="orders", Key=item())["Item"]["n"] == {"N": "1"}
    other = {"Delete": {"TableName": "orders", "Key": item()}}
    refused = refusal(
        dynamodb.transact_write_items, TransactItems=[other], ClientRequestToken="token"
    )
    assert refused[0] == "IdempotentParameterMismatchException"
    emulator.clock.advance(601)
    dynamodb.transact_write_items(TransactItems=[other], ClientRequestToken="token")


@pytest.mark.parametrize("word", ["AND", "and"])
def test_partiql_reads_and_writes(word, emulator: Emulator):
    dynamodb = create(emulator, **SORTED)
    dynamodb.execute_statement(Statement="INSERT INTO \"orders\" VALUE {'pk':'a','sk':1,'v':'x'}")
    key = [{"S": "a"}, {"N": "1"}]
    where = f"WHERE pk = ? {word} sk = ?"

    def run(statement: str):
        return dynamodb.execute_statement(Statement=f"{statement} {where}", Parameters=key)["Items"]

    assert run('SELECT * FROM "orders"') == [{"pk": {"S": "a"}, "sk": {"N": "1"}, "v": {"S": "x"}}]
    run("UPDATE \"orders\" SET v = 'y'")
    assert run('SELECT v FROM "orders"') == [{"v": {"S": "y"}}]
    run('DELETE FROM "orders"')
    assert dynamodb.scan(TableName="orders")["Count"] == 0


def test_partiql_refuses_what_it_cannot_read(emulator: Emulator):
    dynamodb = create(emulator)
    assert refusal(dynamodb.execute_statement, Statement="SELECT")[0] == "ValidationException"
    code, _ = refusal(dynamodb.execute_statement, Statement='SELECT * FROM "nowhere"')
    assert code == "ResourceNotFoundException"
    dynamodb.put_item(TableName="orders", Item=item())
    again = {"Statement": "INSERT INTO \"orders\" VALUE {'pk':'a'}"}
    assert refusal(dynamodb.execute_statement, **again)[0] == "DuplicateItemException"
