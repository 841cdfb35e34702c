"""How long a run waits, where a program says it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.embedded_aws import embedded_aws

from tablewright_emulator.dynamodb.durations import Durations
from tablewright_emulator.server import Emulator

from .conftest import RefusedError

INDEX = "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """An embedded AWS where indexes take longer than anybody waits here."""
    with embedded_aws(durations=Durations(index_backfill=600)) as running:
        yield running


def by_size(**timeouts: str):
    return {
        "tableName": "events",
        "indexName": "by-size",
        "keySchemas": [{"attributeName": "size", "attributeType": "N", "keyType": "HASH"}],
        "projection": {"projectionType": "ALL"},
        "timeouts": timeouts,
    }


def test_an_index_waits_as_long_as_its_timeouts_say(engine):
    table = {
        "name": "events",
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
    }
    engine.create("aws:dynamodb/table:Table", table)
    with pytest.raises(RefusedError, match="still waiting"):
        engine.create(INDEX, by_size(create="1s"))


@pytest.mark.parametrize("wrong", ["", "soon", "5", "1h 30m"])
def test_a_timeout_is_a_length_of_time(engine, wrong):
    assert engine.mistakes(INDEX, by_size(create=wrong)).keys() == {"timeouts.create"}
