"""The keys used most, from contributor insights of the embedded AWS."""

from contextlib import suppress
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError
from rich.console import Console
from tests.support import printed_json
from tests.support.embedded_aws import embedded_aws

from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.errors import NotFoundError, UsageError
from tablewright.fleet.hot_keys import KeyWindow, read_hot_keys
from tablewright.report.findings import hot_keys

KEYS = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]
ATTRIBUTES = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "at", "g")]
INDEX = {
    "IndexName": "by-g",
    "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


@pytest.fixture
def emulator():
    with embedded_aws(durations="none") as emulator:
        yield emulator


@pytest.fixture
def session(emulator):
    return Session(Target.sandbox(emulator.endpoint), "eu-west-1", attempts=1)


def read(session, emulator, table="orders", most=10):
    end = emulator.clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    window = KeyWindow(end - timedelta(minutes=60), end, most)
    return read_hot_keys(session, session.region, table, window)


@pytest.fixture
def orders(session, emulator, make_table):
    """A table with insights on it and on its index, and some traffic."""
    make_table(
        "orders",
        KeySchema=KEYS,
        AttributeDefinitions=ATTRIBUTES,
        GlobalSecondaryIndexes=[INDEX],
    )
    dynamodb = session.client("dynamodb")
    for more in ({}, {"IndexName": "by-g"}):
        dynamodb.update_contributor_insights(
            TableName="orders", ContributorInsightsAction="ENABLE", **more
        )
    emulator.clock.advance(60)
    for key, times in (("hot", 5), ("cold", 1)):
        for number in range(times):
            item = {"id": {"S": key}, "at": {"S": str(number)}}
            dynamodb.put_item(TableName="orders", Item=item)
    return dynamodb


def test_keys_are_ranked_for_the_table_and_its_indexes(session, emulator, orders):
    found = read(session, emulator)
    consumed, both, throttled, _ = [r for r in found.rankings if r.index is None]
    assert (consumed.attributes, consumed.throttled) == (("id",), False)
    assert [(key.values, key.count, consumed.share(key)) for key in consumed.keys] == [
        (("hot",), 5.0, 5 / 6),
        (("cold",), 1.0, 1 / 6),
    ]
    assert both.attributes == ("id", "at")
    assert (both.total, both.different) == (6.0, 6)
    assert (throttled.throttled, throttled.keys) == (True, ())
    assert {ranking.attributes for ranking in found.rankings if ranking.index} == {("g",)}
    assert len(read(session, emulator, most=1).rankings[0].keys) == 1


def test_throttled_keys_are_ranked_too(session, emulator, make_table):
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    make_table("orders", BillingMode="PROVISIONED", ProvisionedThroughput=units)
    dynamodb = session.client("dynamodb")
    dynamodb.update_contributor_insights(TableName="orders", ContributorInsightsAction="ENABLE")
    emulator.clock.advance(60)
    emulator.clock.freeze()
    with suppress(ClientError):
        for _ in range(400):
            item = {"id": {"S": "hot"}, "text": {"S": "x" * 2000}}
            dynamodb.put_item(TableName="orders", Item=item)
    emulator.clock.resume()
    [_, throttled] = read(session, emulator).rankings
    assert throttled.throttled
    assert throttled.keys[0].values == ("hot",)


def test_they_are_printed_as_a_table_and_as_json(session, emulator, orders):
    found = read(session, emulator)
    console = Console(width=100, record=True)
    hot_keys.render(found, console)
    text = console.export_text()
    assert "table: capacity units by id" in text
    assert "1  hot" in text
    assert "83.3 %" in text
    document = hot_keys.to_json(found)
    printed_json.validator("hot-keys").validate(document)
    assert document["rankings"][0]["keys"][0] == {
        "key": ["hot"],
        "count": 5.0,
        "share": 0.833333,
        "peakPerMinute": 5.0,
    }


def test_a_table_without_insights_is_told_how_to_get_them(session, emulator, make_table):
    make_table("orders")
    with pytest.raises(UsageError, match="are off") as caught:
        read(session, emulator)
    assert "contributorInsights" in (caught.value.next_step or "")
    with pytest.raises(NotFoundError):
        read(session, emulator, "none")


def test_a_report_that_is_refused_is_unread(session, emulator, orders, refuse):
    refuse("cloudwatch", "GetInsightRuleReport")
    found = read(session, emulator)
    assert found.rankings == ()
    assert len(found.unread) == 6
