"""Who has a live thing in one run: records of it that are to be deleted are told from it."""

from __future__ import annotations

import pytest

from tablewright.errors import AwsError
from tablewright.provider.resources.holders import Holders, Place
from tablewright.resource_kinds import types

TABLE = "aws:dynamodb/table:Table"
ROLE = "aws:iam/role:Role"
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/events"
EVENTS = {"name": "events", "region": "eu-west-1"}
POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def _unknown() -> str:
    message = "no credentials"
    raise AwsError(message)


HERE = Place(lambda: "1")
SAME_ACCOUNT = Place(lambda: "1")
OTHER_ACCOUNT = Place(lambda: "2")
NOWHERE = Place(_unknown)


@pytest.fixture
def holders():
    return Holders()


def test_what_changes_may_be_deleted_first_under_its_own_urn_alone(holders):
    holders.declare(HERE, TABLE, "a", EVENTS)
    assert not holders.is_lost(HERE, TABLE, "a", EVENTS)
    assert holders.is_lost(HERE, TABLE, "b", EVENTS)


def test_what_is_recorded_is_so_in_its_account_and_run_alone_and_with_what_is_inside_of_it(holders):
    holders.record(HERE, ROLE, {"name": "reader", "managedPolicyArns": [POLICY]})
    attachment = {"role": "reader", "policyArn": POLICY}
    for type_, inputs in ((ROLE, {"name": "reader"}), (types.ATTACHMENT, attachment)):
        assert holders.is_recorded(SAME_ACCOUNT, type_, inputs)
        assert not holders.is_recorded(OTHER_ACCOUNT, type_, inputs)
    assert not holders.is_recorded(HERE, ROLE, {"name": "writer"})
    holders.leave(HERE)
    assert not holders.is_recorded(HERE, ROLE, {"name": "reader"})


def test_what_was_deleted_first_and_made_again_outlives_other_records(holders):
    holders.declare(HERE, TABLE, "a", EVENTS)
    holders.release(HERE, TABLE, "a", EVENTS)
    assert not holders.is_lost(HERE, TABLE, "b", EVENTS)
    holders.make(HERE, TABLE, "a", EVENTS)
    assert holders.is_lost(HERE, TABLE, "a", EVENTS)


def test_a_resource_is_of_one_provider_and_a_run_that_has_ended_holds_nothing(holders):
    holders.make(SAME_ACCOUNT, TABLE, "a", EVENTS)
    holders.declare(HERE, TABLE, "a", EVENTS)
    assert not holders.is_lost(SAME_ACCOUNT, TABLE, "a", EVENTS)
    holders.make(HERE, TABLE, "a", EVENTS)
    holders.leave(HERE)
    assert not holders.is_lost(HERE, TABLE, "b", EVENTS)


@pytest.mark.parametrize(
    ("place", "lost"), [(SAME_ACCOUNT, True), (OTHER_ACCOUNT, False), (NOWHERE, True)]
)
def test_what_another_provider_of_the_account_made_is_not_deleted(holders, place, lost):
    holders.make(place, TABLE, "a", EVENTS)
    assert holders.is_lost(HERE, TABLE, "a", EVENTS) is lost


@pytest.mark.parametrize(
    ("type_", "inputs", "part", "recorded"),
    [
        (
            TABLE,
            {**EVENTS, "globalSecondaryIndexes": [{"name": "by-day"}]},
            "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex",
            {"tableName": "events", "indexName": "by-day", "region": "eu-west-1"},
        ),
        (
            TABLE,
            {**EVENTS, "replicas": [{"regionName": "us-east-1"}]},
            "aws:dynamodb/tableReplica:TableReplica",
            {"globalTableArn": ARN, "region": "us-east-1"},
        ),
        (
            TABLE,
            {**EVENTS, "arn": ARN, "tags": {"Team": "a"}},
            "aws:dynamodb/tag:Tag",
            {"resourceArn": ARN, "key": "Team", "region": "eu-west-1"},
        ),
        (
            ROLE,
            {"name": "reader", "inlinePolicies": [{"name": "own"}]},
            "aws:iam/rolePolicy:RolePolicy",
            {"role": "reader", "name": "own"},
        ),
        (
            ROLE,
            {"name": "reader", "managedPolicyArns": [POLICY]},
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            {"role": "reader", "policyArn": POLICY},
        ),
    ],
)
def test_what_is_declared_inside_of_another_outlives_its_own_record(
    holders, type_, inputs, part, recorded
):
    assert not holders.is_lost(HERE, part, "part", recorded)
    holders.declare(HERE, type_, "whole", inputs)
    assert holders.is_lost(HERE, part, "part", recorded)
    other = {**recorded, **dict.fromkeys({"indexName", "name", "key"} & recorded.keys(), "other")}
    if other != recorded:
        assert not holders.is_lost(HERE, part, "part", other)


def test_outputs_of_a_table_declare_nothing_inside_of_it(holders):
    index = {"tableName": "events", "indexName": "by-day", "region": "eu-west-1"}
    outputs = {**EVENTS, "globalSecondaryIndexes": [{"name": "by-day"}]}
    holders.make(HERE, TABLE, "a", EVENTS, outputs)
    kind = "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex"
    assert not holders.is_lost(HERE, kind, "part", index)
