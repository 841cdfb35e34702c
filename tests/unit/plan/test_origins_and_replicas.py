"""Tables that begin with items, and the regions of a global table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator

from tablewright.plan.changes.creation import steps_to_create
from tablewright.plan.changes.replicas import replica_steps
from tablewright.plan.changes.step import Risk, Step, Wait
from tablewright.plan.origin import Csv, Origin, Restore, S3Import
from tablewright.plan.replica import GlobalTable, Replica
from tablewright.plan.table import Encryption, GlobalIndex, Key, Projection, Table, Throughput

ORDERS = Table(
    name="orders",
    key=Key(("id",)),
    attributes={"id": "S", "user": "S"},
    billing_mode="PROVISIONED",
    throughput=Throughput(5, 6),
    global_indexes=(
        GlobalIndex("by-user", Key(("user",)), Projection("ALL"), throughput=Throughput(1, 2)),
    ),
    encryption=Encryption("AWS_MANAGED"),
    warm_throughput=Throughput(9, 9),
    deletion_protection=True,
)
MODEL = Session().get_service_model("dynamodb")


def valid(step: Step) -> bool:
    """Whether the request is one the API's own model takes."""
    shape = MODEL.operation_model(step.operation).input_shape
    report = ParamValidator().validate(dict(step.request), shape)
    assert not report.has_errors(), report.generate_report()
    return True


@pytest.mark.parametrize(
    ("origin", "operation", "wait"),
    [
        (Restore(backup_arn=f"arn:{'b' * 40}"), "RestoreTableFromBackup", Wait.TABLE_ACTIVE),
        (
            Restore(source_table_name="old", latest=True),
            "RestoreTableToPointInTime",
            Wait.TABLE_ACTIVE,
        ),
        (
            Restore(source_table_arn=f"arn:{'t' * 40}", moment="2026-11-20T08:00:00Z"),
            "RestoreTableToPointInTime",
            Wait.TABLE_ACTIVE,
        ),
        (
            S3Import("items", "CSV", "123456789012", "in/", "GZIP", Csv(";", ("id", "user"))),
            "ImportTable",
            Wait.ITEMS_LOADED,
        ),
        (S3Import("items", "DYNAMODB_JSON"), "ImportTable", Wait.ITEMS_LOADED),
        (None, "CreateTable", Wait.TABLE_ACTIVE),
    ],
)
def test_a_table_begins_with_one_call_the_api_knows(
    origin: Origin | None, operation: str, wait: Wait
) -> None:
    first = steps_to_create(ORDERS, origin)[0]
    assert (first.operation, first.wait) == (operation, wait)
    assert valid(first)


def test_an_import_carries_what_the_api_lets_it_carry() -> None:
    (step,) = steps_to_create(ORDERS, S3Import("items", "ION"))
    carried = step.request["TableCreationParameters"]
    assert set(carried) == {
        "TableName",
        "AttributeDefinitions",
        "KeySchema",
        "BillingMode",
        "ProvisionedThroughput",
        "GlobalSecondaryIndexes",
        "SSESpecification",
    }


def test_a_restore_without_a_moment_takes_the_latest() -> None:
    (step,) = steps_to_create(ORDERS, Restore(source_table_name="old"))
    assert step.request["UseLatestRestorableTime"] is True


def group(*replicas: Replica, strong: bool = False, witness: str | None = None) -> GlobalTable:
    return GlobalTable(replicas, "STRONG" if strong else "EVENTUAL", witness)


def test_regions_come_one_by_one_before_others_go() -> None:
    found = tuple(
        replica_steps(
            "orders",
            {"us-east-1": None, "us-west-2": None},
            group(Replica("us-west-2"), Replica("eu-west-1"), Replica("eu-west-2")),
        )
    )
    assert all(map(valid, found))
    assert [step.title for step in found] == [
        "Add a replica in eu-west-1",
        "Add a replica in eu-west-2",
        "Remove the replica in us-east-1",
    ]
    assert {step.risk for step in found} == {Risk.SLOW}


def test_regions_that_are_there_need_nothing() -> None:
    assert not list(replica_steps("orders", {"us-east-1": None}, group(Replica("us-east-1"))))


def test_another_key_is_given_to_a_replica_in_place() -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/2"
    wanted = group(Replica("us-east-1", kms_key=key))
    (changed,) = replica_steps("orders", {"us-east-1": "old"}, wanted)
    assert changed.title == "Encrypt the replica in us-east-1 with another key"
    update = {"RegionName": "us-east-1", "KMSMasterKeyId": key}
    assert changed.request["ReplicaUpdates"] == [{"Update": update}]
    assert not list(replica_steps("orders", {"us-east-1": key}, wanted))


def test_a_strongly_consistent_table_is_made_and_ended_in_one_call_each() -> None:
    wanted = group(Replica("us-east-1"), strong=True, witness="us-west-2")
    (made,) = replica_steps("orders", {}, wanted)
    assert valid(made)
    assert made.request["MultiRegionConsistency"] == "STRONG"
    assert made.request["GlobalTableWitnessUpdates"] == [{"Create": {"RegionName": "us-west-2"}}]
    (ended,) = replica_steps("orders", {"us-east-1": None}, group(), "STRONG", "us-west-2")
    assert valid(ended)
    assert ended.request["GlobalTableWitnessUpdates"] == [{"Delete": {"RegionName": "us-west-2"}}]
    live = {"us-east-1": None, "us-east-2": None}
    (ended,) = replica_steps("orders", live, group(), "STRONG")
    assert len(ended.request["ReplicaUpdates"]) == 2
    assert "GlobalTableWitnessUpdates" not in ended.request


def test_regions_of_a_strongly_consistent_table_and_its_consistency_never_change() -> None:
    wanted = group(Replica("us-east-1"), strong=True, witness="us-west-2")
    live = {"us-east-1": None}
    assert not list(replica_steps("orders", live, wanted, "STRONG", "us-west-2"))
    others = (
        (live, replace(wanted, witness_region="us-east-2"), "STRONG", "us-west-2"),
        (live, group(Replica("us-east-1"), Replica("us-east-2"), strong=True), "STRONG", None),
        (live, group(Replica("us-east-1")), "STRONG", "us-west-2"),
        (live, wanted, "EVENTUAL", None),
    )
    for case in others:
        (step,) = replica_steps("orders", *case)
        assert step.risk is Risk.IMPOSSIBLE
        assert "remove all replicas first" in step.note


def test_a_class_of_its_own_is_given_with_the_replica() -> None:
    (step,) = replica_steps(
        "orders", {}, group(Replica("us-east-1", table_class="STANDARD_INFREQUENT_ACCESS"))
    )
    assert valid(step)
    override = step.request["ReplicaUpdates"][0]["Create"]["TableClassOverride"]
    assert override == "STANDARD_INFREQUENT_ACCESS"
