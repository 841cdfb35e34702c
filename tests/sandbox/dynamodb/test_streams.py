"""Streams: records of every change, iterators, closed streams, a day of retention."""

import pytest

from tablewright_emulator.server import Emulator

from .conftest import Clients, create, refusal, settle
from .test_items import item

ON = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


def shard(streams, arn: str) -> dict:
    return streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]


def iterator(streams, arn: str, kind: str = "TRIM_HORIZON", **more) -> str:
    found = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard(streams, arn)["ShardId"], ShardIteratorType=kind, **more
    )
    return found["ShardIterator"]


@pytest.fixture
def streams(client: Clients):
    return client("dynamodbstreams")


def streaming(emulator: Emulator, view: str = "NEW_AND_OLD_IMAGES"):
    dynamodb = create(emulator, StreamSpecification=ON | {"StreamViewType": view})
    return dynamodb, dynamodb.describe_table(TableName="orders")["Table"]["LatestStreamArn"]


def test_each_change_is_a_record_in_order(emulator: Emulator, streams):
    dynamodb, arn = streaming(emulator)
    dynamodb.put_item(TableName="orders", Item=item(n={"N": "1"}))
    dynamodb.put_item(TableName="orders", Item=item(n={"N": "1"}))  # nothing changes: no record
    dynamodb.put_item(TableName="orders", Item=item(n={"N": "2"}))
    dynamodb.delete_item(TableName="orders", Key=item())
    records = streams.get_records(ShardIterator=iterator(streams, arn))["Records"]
    seen = [
        (each["eventName"], each["dynamodb"].get("OldImage"), each["dynamodb"].get("NewImage"))
        for each in records
    ]
    assert seen == [
        ("INSERT", None, item(n={"N": "1"})),
        ("MODIFY", item(n={"N": "1"}), item(n={"N": "2"})),
        ("REMOVE", item(n={"N": "2"}), None),
    ]
    numbers = [int(each["dynamodb"]["SequenceNumber"]) for each in records]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    ("view", "images"),
    [("KEYS_ONLY", set()), ("NEW_IMAGE", {"NewImage"}), ("OLD_IMAGE", {"OldImage"})],
)
def test_a_record_shows_what_the_view_says(view, images, emulator: Emulator, streams):
    dynamodb, arn = streaming(emulator, view)
    dynamodb.put_item(TableName="orders", Item=item(n={"N": "1"}))
    dynamodb.put_item(TableName="orders", Item=item(n={"N": "2"}))
    record = streams.get_records(ShardIterator=iterator(streams, arn))["Records"][1]["dynamodb"]
    assert record.keys() & {"NewImage", "OldImage"} == images
    assert record["Keys"] == item()


def test_reading_goes_on_where_it_ended(emulator: Emulator, streams):
    dynamodb, arn = streaming(emulator)
    for number in range(5):
        dynamodb.put_item(TableName="orders", Item=item(str(number)))
    first = streams.get_records(ShardIterator=iterator(streams, arn), Limit=3)
    rest = streams.get_records(ShardIterator=first["NextShardIterator"])
    assert (len(first["Records"]), len(rest["Records"])) == (3, 2)
    number = first["Records"][1]["dynamodb"]["SequenceNumber"]
    at = iterator(streams, arn, "AT_SEQUENCE_NUMBER", SequenceNumber=number)
    after = iterator(streams, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=number)
    latest = iterator(streams, arn, "LATEST")
    counts = [
        len(streams.get_records(ShardIterator=each)["Records"]) for each in (at, after, latest)
    ]
    assert counts == [4, 3, 0]


def test_a_stream_that_was_turned_off_is_read_to_its_end(emulator: Emulator, streams):
    dynamodb, arn = streaming(emulator)
    dynamodb.put_item(TableName="orders", Item=item())
    dynamodb.update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})
    settle(emulator)
    dynamodb.put_item(TableName="orders", Item=item("unseen"))
    description = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert description["StreamStatus"] == "DISABLED"
    assert "EndingSequenceNumber" in description["Shards"][0]["SequenceNumberRange"]
    reply = streams.get_records(ShardIterator=iterator(streams, arn))
    assert len(reply["Records"]) == 1
    assert "NextShardIterator" not in reply
    emulator.clock.advance(86_401)
    assert streams.list_streams()["Streams"] == []


def test_records_live_for_a_day(emulator: Emulator, streams):
    dynamodb, arn = streaming(emulator)
    dynamodb.put_item(TableName="orders", Item=item("old"))
    first = streams.get_records(ShardIterator=iterator(streams, arn))["Records"][0]
    emulator.clock.advance(86_000)
    dynamodb.put_item(TableName="orders", Item=item("new"))
    emulator.clock.advance(500)
    records = streams.get_records(ShardIterator=iterator(streams, arn))["Records"]
    assert [each["dynamodb"]["Keys"]["pk"]["S"] for each in records] == ["new"]
    number = first["dynamodb"]["SequenceNumber"]
    code, _ = refusal(iterator, streams, arn, "AT_SEQUENCE_NUMBER", SequenceNumber=number)
    assert code == "TrimmedDataAccessException"


def test_an_iterator_expires(emulator: Emulator, streams):
    _, arn = streaming(emulator)
    old = iterator(streams, arn)
    emulator.clock.advance(901)
    assert refusal(streams.get_records, ShardIterator=old)[0] == "ExpiredIteratorException"
    assert refusal(streams.get_records, ShardIterator="nonsense")[0] == "ValidationException"


def test_what_is_not_there_is_not_found(emulator: Emulator, streams):
    _, arn = streaming(emulator)
    assert refusal(streams.describe_stream, StreamArn=f"{arn}x")[0] == "ResourceNotFoundException"
    code, _ = refusal(
        streams.get_shard_iterator,
        StreamArn=arn,
        ShardId="shardId-" + "0" * 28,
        ShardIteratorType="LATEST",
    )
    assert code == "ResourceNotFoundException"
