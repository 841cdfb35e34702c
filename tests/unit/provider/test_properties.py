"""A table's properties and the plain value of a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from tests.support import table_model as model

from tablewright.plan.changes.order import steps
from tablewright.plan.origin import Csv, Restore, S3Import
from tablewright.plan.table import (
    Encryption,
    Key,
    OnDemandMaximum,
    Recovery,
    Stream,
    Table,
    Throughput,
    TimeToLive,
)
from tablewright.provider.dynamodb.properties import (
    origin_from_inputs,
    outputs_from_table,
    table_from_inputs,
    table_from_outputs,
)
from tablewright.provider.protocol.unknown import UNKNOWN
from tablewright.pulumi_values import UNKNOWN_STRING

EVENTS = {"name": "events", "hashKey": "id", "attributes": [{"name": "id", "type": "S"}]}
LIVE = Table(
    "events",
    Key(("id",)),
    {"id": "S"},
    billing_mode="PROVISIONED",
    throughput=Throughput(5, 6),
    on_demand_maximum=OnDemandMaximum(7, 8),
    warm_throughput=Throughput(9, 10),
    recovery=Recovery(3),
)


@given(model.tables())
@settings(max_examples=100, deadline=None)
def test_outputs_are_the_table_they_were_made_of(table: Table) -> None:
    outputs = {**outputs_from_table(table), "tagsAll": table.tags}
    again = table_from_outputs(outputs)
    assert replace(again, attributes=dict(table.attributes)) == table
    assert again.attributes == table.attributes
    assert steps(table, again) == ()


def given_as(**inputs: Any) -> Table:
    return table_from_inputs({**EVENTS, **inputs})


def test_what_is_left_out_is_not_declared() -> None:
    table = given_as()
    assert (table.billing_mode, table.global_indexes, table.stream, table.tags) == (None,) * 4
    assert (table.recovery, table.time_to_live, table.encryption, table.throughput) == (None,) * 4


@pytest.mark.parametrize("unknown", [UNKNOWN, UNKNOWN_STRING])
def test_what_is_unknown_counts_as_left_out(unknown: Any) -> None:
    key = {"enabled": True, "kmsKeyArn": unknown}
    table = given_as(serverSideEncryption=key, tags={"A": unknown}, billingMode=unknown)
    assert (table.encryption, table.tags, table.billing_mode) == (None, None, None)


@pytest.mark.parametrize(
    ("inputs", "facet", "value"),
    [
        ({"readCapacity": 5, "writeCapacity": 6}, "billing_mode", "PROVISIONED"),
        ({"readCapacity": 5, "writeCapacity": 6}, "throughput", Throughput(5, 6)),
        ({"billingMode": "PAY_PER_REQUEST", "readCapacity": 0}, "throughput", None),
        ({"streamEnabled": False}, "stream", Stream(None)),
        ({"streamEnabled": True, "streamViewType": "NEW_IMAGE"}, "stream", Stream("NEW_IMAGE")),
        ({"serverSideEncryption": {"enabled": False}}, "encryption", Encryption("AWS_OWNED")),
        ({"serverSideEncryption": {"enabled": True}}, "encryption", Encryption("AWS_MANAGED")),
        (
            {"serverSideEncryption": {"enabled": True, "kmsKeyArn": "arn:x:alias/aws/dynamodb"}},
            "encryption",
            Encryption("AWS_MANAGED"),
        ),
        (
            {"serverSideEncryption": {"enabled": True, "kmsKeyArn": "arn:key"}},
            "encryption",
            Encryption("CUSTOMER", "arn:key"),
        ),
        ({"pointInTimeRecovery": {"enabled": False}}, "recovery", Recovery(0)),
        ({"pointInTimeRecovery": {"enabled": True}}, "recovery", Recovery(35)),
        ({"ttl": {"enabled": False, "attributeName": "x"}}, "time_to_live", TimeToLive(None)),
        ({"ttl": {"enabled": True, "attributeName": "x"}}, "time_to_live", TimeToLive("x")),
        (
            {"onDemandThroughput": {"maxReadRequestUnits": -1, "maxWriteRequestUnits": 5}},
            "on_demand_maximum",
            OnDemandMaximum(None, 5),
        ),
        ({"globalSecondaryIndexes": []}, "global_indexes", ()),
    ],
)
def test_what_is_given_is_declared(inputs: dict[str, Any], facet: str, value: Any) -> None:
    assert getattr(given_as(**inputs), facet) == value


@pytest.mark.parametrize(
    ("inputs", "facet", "value"),
    [
        ({"readCapacity": 9}, "throughput", Throughput(9, 6)),
        ({"pointInTimeRecovery": {"enabled": True}}, "recovery", Recovery(3)),
        (
            {"onDemandThroughput": {"maxReadRequestUnits": 1}},
            "on_demand_maximum",
            OnDemandMaximum(1, 8),
        ),
        ({"warmThroughput": {"readUnitsPerSecond": 20}}, "warm_throughput", Throughput(20, 10)),
    ],
)
def test_halves_that_are_left_open_are_the_live_ones(
    inputs: dict[str, Any], facet: str, value: Any
) -> None:
    assert getattr(table_from_inputs({**EVENTS, **inputs}, LIVE), facet) == value


def test_a_table_without_a_key_has_the_live_one() -> None:
    assert table_from_inputs({"name": "events"}, LIVE).key == Key(("id",))
    assert table_from_inputs({}, LIVE).name == "events"


def test_only_attributes_in_use_are_declared() -> None:
    extra = [*EVENTS["attributes"], {"name": "x", "type": "S"}]
    assert given_as(attributes=extra).attributes == {"id": "S"}


def test_an_index_is_read_in_either_spelling_of_its_key() -> None:
    long = [
        {"attributeName": "a", "keyType": "HASH"},
        {"attributeName": "b", "keyType": "HASH"},
        {"attributeName": "c", "keyType": "RANGE"},
    ]
    (index,) = (
        given_as(
            globalSecondaryIndexes=[{"name": "i", "projectionType": "ALL", "keySchemas": long}]
        ).global_indexes
        or ()
    )
    assert index.key == Key(("a", "b"), ("c",))


def test_the_origin_of_a_table_is_read() -> None:
    assert origin_from_inputs(EVENTS) is None
    assert origin_from_inputs({"restoreBackupArn": "arn:b"}) == Restore(backup_arn="arn:b")
    source = {"bucket": "b", "keyPrefix": "in/"}
    csv = {"csv": {"delimiter": ";", "headerLists": ["a"]}}
    given_import = {"inputFormat": "CSV", "s3BucketSource": source, "inputFormatOptions": csv}
    assert origin_from_inputs({"importTable": given_import}) == S3Import(
        "b", "CSV", key_prefix="in/", csv=Csv(";", ("a",))
    )
