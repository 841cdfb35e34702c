"""Limits over time: what is ours to wait for is waited for, what is not is told at once."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from tests.support.embedded_aws import embedded_aws
from tests.support.terminal import until

from tablewright_emulator.clock import Clock
from tablewright_emulator.server import Emulator

TABLE = "aws:dynamodb/table:Table"
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """An embedded AWS that keeps to its limits, and whose statuses take no time."""
    with embedded_aws(clock=Clock(frozen_at=NOON), durations="none") as running:
        yield running


def events(**rest):
    return {
        "name": "events",
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
        **rest,
    }


def provisioned(units):
    return events(billingMode="PROVISIONED", readCapacity=units, writeCapacity=units)


def expiry(client):
    told = client("dynamodb").describe_time_to_live(TableName="events")
    return told["TimeToLiveDescription"]["TimeToLiveStatus"]


def quickly(work):
    """Do what must not wait."""
    began = time.monotonic()
    with pytest.raises(Exception, match="table events") as failure:
        work()
    assert time.monotonic() - began < 60, "not an hour, nor a day"
    return failure.value


def test_one_switch_to_on_demand_too_many_is_told_at_once(engine):
    state = engine.create(TABLE, provisioned(5))
    for _ in range(4):
        engine.update(state, events())
        engine.update(state, provisioned(5))
    failure = quickly(lambda: engine.update(state, events()))
    assert "limited to 4 times in 1 day" in failure.text
    assert failure.identifier is None, "nothing was changed"


def test_one_decrease_too_many_is_told_at_once(engine):
    state = engine.create(TABLE, provisioned(50))
    for units in (40, 30, 20, 10):
        engine.update(state, provisioned(units))
    failure = quickly(lambda: engine.update(state, provisioned(5)))
    assert "decreases are limited" in failure.text


def test_a_second_change_of_expiry_within_the_hour_is_told_at_once(engine):
    state = engine.create(TABLE, events(ttl={"enabled": True, "attributeName": "expires"}))
    failure = quickly(lambda: engine.update(state, events(ttl={"enabled": False})))
    assert re.fullmatch(
        "table events: stop expiry by expires: AWS allows one change of time to live an hour, and "
        r"there was one less ago; run the same command again: the hour is over at \d\d:\d\d at the "
        "latest",
        failure.text,
    )


def test_expiry_by_another_attribute_waits_for_the_hour_between_its_two_changes(
    engine, emulator, client
):
    state = engine.create(TABLE, events(ttl={"enabled": True, "attributeName": "old"}))
    emulator.clock.advance(3660)
    news = events(ttl={"enabled": True, "attributeName": "new"})
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(engine.update, state, news)
        until(lambda: expiry(client) == "DISABLED", "the first change is made")
        assert not waiting.done()
        emulator.clock.advance(3660)
        waiting.result(60)
    assert engine.settled(state, news)
    assert state.outputs["ttl"] == {"enabled": True, "attributeName": "new"}


def test_a_change_that_stops_half_way_is_recorded_and_goes_on_from_there(engine, emulator):
    ttl = {"enabled": True, "attributeName": "old"}
    state = engine.create(TABLE, events(ttl=ttl))
    news = events(ttl={"enabled": False}, deletionProtectionEnabled=True, tags={"A": "1"})
    failure = quickly(lambda: engine.update(state, news))
    assert failure.identifier == "events"
    assert failure.outputs["deletionProtectionEnabled"] is True
    assert failure.outputs["ttl"]["enabled"] is True
    state.outputs = failure.outputs
    emulator.clock.advance(7200)
    engine.update(state, news)
    assert engine.settled(state, news)


def test_what_is_refused_for_a_time_holds_up_nothing_else(engine, client, emulator):
    ttl = {"enabled": True, "attributeName": "expires"}
    state = engine.create(TABLE, events(ttl=ttl))
    for kind in ("STANDARD_INFREQUENT_ACCESS", "STANDARD"):
        engine.update(state, events(ttl=ttl, tableClass=kind))
    news = events(
        ttl={"enabled": True, "attributeName": "until"},
        tableClass="STANDARD_INFREQUENT_ACCESS",
        streamEnabled=True,
        streamViewType="KEYS_ONLY",
        pointInTimeRecovery={"enabled": True},
    )
    failure = quickly(lambda: engine.update(state, news))
    assert "one change of time to live an hour" in failure.text
    live = client("dynamodb").describe_table(TableName="events")["Table"]
    assert live["StreamSpecification"]["StreamViewType"] == "KEYS_ONLY"
    assert live["TableClassSummary"]["TableClass"] == "STANDARD"
    kept = client("dynamodb").describe_time_to_live(TableName="events")["TimeToLiveDescription"]
    assert kept["AttributeName"] == "expires", "the second half waits for the first"
    state.outputs = failure.outputs
    assert set(engine.diff(state, engine.check(state, news)).paths) == {"ttl", "tableClass"}
