"""From any table to any other of the same key: nothing replaced, no item lost, and then settled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support import table_model

from tablewright.plan.table import Encryption, Table, Throughput
from tablewright.provider.dynamodb.properties import outputs_from_table

TABLE = "aws:dynamodb/table:Table"
ITEMS = 5


WARM = st.sampled_from(
    [None, Throughput(12500, 4500), Throughput(13000, 4200), Throughput(20000, 9000)]
)
"""Above what a table on demand begins with; below that AWS refuses it."""


@st.composite
def declared(draw: st.DrawFn) -> Table:
    """A random table with warm throughput that AWS takes."""
    table: Table = draw(table_model.tables())
    return replace(
        table,
        warm_throughput=draw(WARM),
        global_indexes=tuple(
            replace(index, warm_throughput=draw(WARM)) for index in table.global_indexes or ()
        ),
    )


def inputs(table: Table, key: str) -> dict[str, Any]:
    """What a program would give for a table, everything said."""
    if table.encryption is not None and table.encryption.type == "CUSTOMER":
        table = replace(table, encryption=Encryption("CUSTOMER", key))
    given_ = {**outputs_from_table(table), "tags": dict(table.tags or {})}
    given_.setdefault("onDemandThroughput", {})
    if table.billing_mode == "PROVISIONED":
        del given_["onDemandThroughput"]
    else:
        ceilings = {"maxReadRequestUnits": -1, "maxWriteRequestUnits": -1}
        given_["onDemandThroughput"] = given_["onDemandThroughput"] or ceilings
        for index in given_["globalSecondaryIndexes"]:
            index.setdefault("onDemandThroughput", ceilings)
    if not table.stream or not table.stream.view_type:
        del given_["streamViewType"]
    if given_["ttl"] == {"attributeName": "", "enabled": False}:
        given_["ttl"] = {"enabled": False}
    return given_


def item(number: int) -> dict[str, Any]:
    return {
        "id": {"S": str(number)},
        "at": {"N": str(number)},
        "a": {"S": "x"},
        "b": {"N": "1"},
        "c": {"B": b"y"},
        "d": {"S": "z"},
    }


@pytest.fixture
def key(client):
    return client("kms").create_key()["KeyMetadata"]["Arn"]


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(declared(), declared())
def test_any_table_becomes_any_other_in_place(engine, client, key, live, wanted):
    dynamodb = client("dynamodb")
    before, after = inputs(live, key), inputs(wanted, key)
    state = engine.create(TABLE, before)
    try:
        for number in range(ITEMS):
            dynamodb.put_item(TableName="events", Item=item(number))
        assert engine.settled(state, before)
        imported = engine.read(TABLE, "events")
        assert engine.settled(imported, imported.inputs), "an import of what is there is no change"
        difference = engine.apply(imported, after)
        assert not difference.replaces
        assert engine.settled(imported, after)
        assert dynamodb.scan(TableName="events", ConsistentRead=True)["Count"] == ITEMS
        for index in wanted.global_indexes or ():
            found = dynamodb.scan(TableName="events", IndexName=index.name)
            assert found["Count"] == ITEMS
    finally:
        state = engine.read(TABLE, "events")
        engine.update(state, {**state.inputs, "deletionProtectionEnabled": False})
        engine.delete(state)
