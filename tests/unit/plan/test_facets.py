"""Every facet of a table in all its forms: each converter has its inverse, none is left out."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright import manifest
from tablewright.adopt.specification import specification, unread_paths
from tablewright.aws import tables
from tablewright.aws.reading import TableReading
from tablewright.fleet.live import LiveTable
from tablewright.manifest.messages.model_introspection import fields_of
from tablewright.manifest.models import TableSpec
from tablewright.manifest.rendering import render
from tablewright.plan.changes.order import steps, steps_to_create, unread_facets
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import DeclaredTable, KinesisDestination
from tablewright.plan.facets import CAPACITY, FACETS, SETTINGS, Facet
from tablewright.plan.facets.attached import INSIGHTS, KINESIS, WHOLE, Attached
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
    outputs_from_table,
    table_from_inputs,
    table_from_outputs,
)
from tablewright.provider.dynamodb.table_shape import TABLE_SHAPE
from tablewright.resource_kinds import KINDS, type_token

UNITS = st.integers(1, 40_000)
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "deletion_protection": st.booleans(),
    "recovery": st.builds(Recovery, st.integers(0, 35)),
    "time_to_live": st.builds(TimeToLive, st.sampled_from([None, "expiresAt", "ttl"])),
    "stream": st.builds(
        Stream,
        st.sampled_from([None, "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]),
    ),
    "encryption": st.sampled_from(
        [Encryption("AWS_OWNED"), Encryption("AWS_MANAGED"), Encryption("CUSTOMER", KEY)]
    ),
    "table_class": st.sampled_from(["STANDARD", "STANDARD_INFREQUENT_ACCESS"]),
    "on_demand_maximum": st.builds(OnDemandMaximum, st.none() | UNITS, st.none() | UNITS),
    "warm_throughput": st.builds(Throughput, UNITS, UNITS),
}
"""Any value of each facet."""

STRUCTURE = {
    "name",
    "key",
    "attributes",
    "billing_mode",
    "throughput",
    "global_indexes",
    "local_indexes",
    "tags",
}
"""Fields of a table that are no facets."""

each_facet = pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.name)
each_setting = pytest.mark.parametrize("facet", SETTINGS, ids=lambda facet: facet.name)


@st.composite
def any_tables(draw: st.DrawFn) -> Table:
    return bare_table(**{name: draw(values) for name, values in VALUES.items()})


def bare_table(**facets: Any) -> Table:
    return Table(
        "events",
        Key(("id",)),
        {"id": "S"},
        billing_mode="PAY_PER_REQUEST",
        global_indexes=(),
        local_indexes=(),
        **facets,
    )


def described(table: Table) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What AWS tells of a new table: DescribeTable's reply, and the replies of further calls."""
    description: dict[str, Any] = {
        "TableName": table.name,
        "TableArn": f"arn:aws:dynamodb:eu-west-1:123456789012:table/{table.name}",
        "TableStatus": "ACTIVE",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    }
    replies: dict[str, dict[str, Any]] = {}
    metadata: dict[str, Any] = {}
    for step in steps_to_create(table):
        for member, value in step.request.items():
            match member:
                case "TableClass":
                    description["TableClassSummary"] = {"TableClass": value}
                case "SSESpecification":
                    key = value.get("KMSMasterKeyId")
                    metadata["KeyMetadata"] = {"KeyManager": "CUSTOMER" if key else "AWS"}
                    description["SSEDescription"] = {
                        "Status": "ENABLED",
                        "KMSMasterKeyArn": key or KEY,
                    }
                case "TimeToLiveSpecification":
                    replies["time_to_live"] = {
                        "TimeToLiveStatus": "ENABLED" if value["Enabled"] else "DISABLED",
                        "AttributeName": value["AttributeName"],
                    }
                case "PointInTimeRecoverySpecification":
                    replies["recovery"] = {
                        "PointInTimeRecoveryDescription": {
                            "PointInTimeRecoveryStatus": "ENABLED",
                            "RecoveryPeriodInDays": value["RecoveryPeriodInDays"],
                        }
                    }
                case _ if member not in description:
                    description[member] = value
    replies["encryption"] = {**description, **metadata}
    return description, replies


def read(table: Table) -> Table:
    description, replies = described(table)
    apart = {f.name: f.read(replies.get(f.name, {})) for f in FACETS if not f.is_described}
    return tables.table(description, tags={}, **apart)


def settings(table: Table) -> dict[str, Any]:
    return {facet.name: facet.of(table) for facet in FACETS}


def test_every_field_of_a_table_is_structure_or_a_facet() -> None:
    assert {field.name for field in fields(Table)} == STRUCTURE | {facet.name for facet in FACETS}
    assert VALUES.keys() == {facet.name for facet in FACETS}


@pytest.mark.parametrize("part", [INSIGHTS, *WHOLE], ids=lambda part: part.name)
def test_what_is_attached_is_known_wherever_a_table_is_spelled(part: Attached) -> None:
    bare = DeclaredTable(bare_table())
    live = LiveTable(TableReading(bare.table, "", "", "ACTIVE"), "eu-west-1", "")
    assert part.path in fields_of(TableSpec)
    assert type_token(part.kind) in KINDS
    assert part.declared(bare) == part.live(live)
    assert unread_paths(replace(live, unread={part.name: "why"})) == {part.path: "why"}


def test_a_manifest_says_a_destination_as_it_is_declared() -> None:
    default = KinesisDestination("arn:aws:kinesis:eu-west-1:123456789012:stream/x")
    assert KINESIS.manifest(default) == {"streamArn": default.stream_arn}
    fine = replace(default, precision="MICROSECOND")
    assert KINESIS.manifest(fine) == {"streamArn": fine.stream_arn, "precision": "MICROSECOND"}


@each_facet
def test_every_facet_is_known_wherever_a_table_is_spelled(facet: Facet[Any]) -> None:
    assert facet.path in fields_of(TableSpec)
    assert {*facet.engine.names} <= TABLE_SHAPE.keys()
    assert facet.words(facet.default or Throughput(1, 1))


@given(any_tables())
def test_properties_of_a_live_table_are_read_back_as_that_table(table: Table) -> None:
    assert settings(table_from_outputs(outputs_from_table(table))) == settings(table)


@given(any_tables())
def test_properties_that_a_program_gives_declare_what_they_were_made_of(table: Table) -> None:
    declared = table_from_inputs(outputs_from_table(table))
    for facet in FACETS:
        if facet.of(table) != facet.default:
            assert facet.of(declared) == facet.of(table)


@given(any_tables())
def test_what_is_adopted_declares_what_lives(table: Table) -> None:
    """AWS's shape, read; the manifest that `adopt` writes; what it declares."""
    live = read(table)
    for facet in SETTINGS:
        assert facet.of(live) == facet.of(table)
    reading = TableReading(table=live, arn="arn", table_id="id", status="ACTIVE")
    written = specification(LiveTable(reading=reading, account_id="1", region="eu-west-1"))
    declared = declare(_manifest(written)).tables[0].table
    for facet in FACETS:
        if facet.default is not None:
            assert facet.of(declared) == facet.of(live)


def _manifest(spec: dict[str, Any]) -> Any:
    stack = {
        "apiVersion": "tablewright.dev/v1",
        "kind": "Stack",
        "metadata": {"name": "shop"},
        "spec": {
            "region": "eu-west-1",
            "environment": "dev",
            "tags": {"Team": "a", "CostCenter": "b"},
        },
    }
    table = {**stack, "kind": "Table", "metadata": {"name": "events"}, "spec": spec}
    return manifest.load_text(render([stack, table]), {})


@each_facet
@given(st.data())
def test_every_change_of_a_facet_has_steps_that_name_it(
    facet: Facet[Any], data: st.DataObject
) -> None:
    old, new = data.draw(VALUES[facet.name]), data.draw(VALUES[facet.name])
    live, declared = bare_table(**{facet.name: old}), bare_table(**{facet.name: new})
    found = steps(live, declared)
    assert all(step.properties == (facet.path,) and step.title for step in found)
    if facet in SETTINGS or facet.name == "on_demand_maximum":
        assert bool(found) == (old != new)
    else:
        assert bool(found) == (new.read > old.read or new.write > old.write)


@each_facet
@given(st.data())
def test_words_are_equal_for_equal_values_only(facet: Facet[Any], data: st.DataObject) -> None:
    one, other = data.draw(VALUES[facet.name]), data.draw(VALUES[facet.name])
    assert (facet.words(one) == facet.words(other)) == (one == other)


@each_setting
def test_a_facet_that_could_not_be_read_is_told(facet: Facet[Any]) -> None:
    declared = bare_table(**{facet.name: facet.default})
    assert unread_facets(bare_table(), declared) == (facet.name,)


def test_no_facet_is_a_setting_and_a_capacity() -> None:
    assert not {*SETTINGS} & {*CAPACITY}
    assert len({facet.path for facet in FACETS}) == len(FACETS)
