"""An update writes over nothing that somebody has changed since the record, whatever the type."""

from __future__ import annotations

import json

import pytest

from tablewright.errors import RefusedError
from tablewright.provider.catalogue import RESOURCES
from tablewright.provider.configuration import Configuration
from tablewright.provider.resources.outside import (
    can_be_written_over,
    is_edited,
    is_known_by_contents,
    refusal_of,
    written_over,
)
from tablewright.provider.resources.resource import Live, Recorded, ResourceType
from tablewright.provider.resources.shape import ValueKind
from tablewright.resource_kinds import KINDS

ITEM, INDEX = "aws:dynamodb/tableItem:TableItem", "aws:dynamodb/globalSecondaryIndex"
TARGET = "aws:appautoscaling/target:Target"
PLACE = {
    "serviceNamespace": "dynamodb",
    "resourceId": "table/events",
    "scalableDimension": "dynamodb:table:ReadCapacityUnits",
    "name": "nightly",
}
PARTS = {
    "aws:appautoscaling/scheduledAction:ScheduledAction": (
        PLACE,
        [{"schedule": f"cron(0 {hour} * * ? *)"} for hour in (1, 2, 3)],
    ),
    "aws:appautoscaling/policy:Policy": (
        PLACE,
        [
            {
                "targetTrackingScalingPolicyConfiguration": {
                    "predefinedMetricSpecification": {
                        "predefinedMetricType": "DynamoDBReadCapacityUtilization"
                    },
                    "targetValue": percent,
                }
            }
            for percent in (50, 60, 70)
        ],
    ),
    "aws:dynamodb/tag:Tag": (
        {"resourceArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/events", "key": "Team"},
        [{"value": team} for team in "abc"],
    ),
    "aws:kms/alias:Alias": (
        {"name": "alias/events"},
        [{"targetKeyId": key} for key in ("one", "two", "three")],
    ),
}
"""Of parts that carry neither tags nor an id: what names one, and three contents."""


def text(*actions: str, **more: str) -> str:
    named = {name.capitalize(): value for name, value in more.items()}
    statements = [
        {"Effect": "Allow", "Action": action, "Resource": "*", **named} for action in actions
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


DOCUMENTS = sorted(
    (tok, name)
    for tok, kind in RESOURCES.items()
    for name, known in kind.shape.items()
    if known.kind is ValueKind.DOCUMENT and tok != ITEM
)
OURS, THEIRS, WANTED = text("sqs:A"), text("sqs:A", "sqs:B"), text("sqs:C")


def found(tok, live, recorded, wanted, **more):
    kind, configuration = RESOURCES[tok], Configuration()
    record = Recorded("it", recorded, more.pop("old_inputs", recorded), wanted, **more)
    assert can_be_written_over(kind, recorded)
    return written_over(kind, Live("it", live), record, configuration)


def edited(tok, live, recorded):
    record = Recorded("it", recorded, recorded)
    return is_edited(RESOURCES[tok], Live("it", live), record, Configuration())


def test_an_inline_policy_that_others_have_changed_is_not_written_over_and_theirs_beside_stays():
    role = "aws:iam/role:Role"

    def policies(**documents):
        return {
            "inlinePolicies": [
                {"name": name, "policy": document} for name, document in documents.items()
            ]
        }

    ours, wanted = policies(a=OURS), policies(a=WANTED)
    assert found(role, policies(a=THEIRS), ours, wanted) == ["inlinePolicies"]
    assert found(role, policies(a=THEIRS), ours, policies(b=OURS)) == ["inlinePolicies"]
    assert found(role, policies(a=OURS, b=THEIRS), ours, wanted) == []
    assert found(role, policies(a=OURS, b=THEIRS), ours, policies(a=OURS, b=OURS)) == [
        "inlinePolicies"
    ]
    assert found(role, wanted, ours, wanted) == []


@pytest.mark.parametrize("tok", sorted(PARTS))
def test_a_part_that_is_not_as_recorded_is_somebody_elses(tok):
    name, contents = PARTS[tok]
    ours, theirs, wanted = ({**name, **content} for content in contents)
    inputs = [*contents[0]]
    assert found(tok, theirs, ours, wanted) == inputs
    assert found(tok, ours, ours, wanted) == found(tok, wanted, ours, wanted) == []
    assert found(tok, theirs, theirs, wanted) == []
    assert found(tok, theirs, ours, wanted, ignored=tuple(inputs)) == []
    assert edited(tok, theirs, ours)
    assert not edited(tok, ours, ours)


def test_every_type_whose_documents_others_can_change_looks_at_them_before_an_update():
    for tok, kind in RESOURCES.items():
        known = {name: inner for name, inner in kind.shape.items() if not inner.replaces}
        if not can_be_written_over(kind, {}) or known.keys() <= {*kind.changing_by_itself}:
            continue
        assert type(kind).update is ResourceType.update or tok.startswith(INDEX), tok
        assert type(kind).standing is ResourceType.standing, tok


def test_a_document_is_looked_at_whatever_it_is_part_of_and_unless_it_is_ignored():
    for tok, name in DOCUMENTS:
        kind = RESOURCES[tok]
        ours, theirs, wanted = ({name: text} for text in (OURS, text("sqs:B"), WANTED))
        if kind.is_tagged:
            ours, theirs, wanted = ({**bag, "tagsAll": {}} for bag in (ours, theirs, wanted))
        edited = {name: text("sqs:D", sid="A")}
        edited = {**theirs, **edited}
        sent = {**ours, name: text("sqs:A", sid="A")}
        assert found(tok, edited, sent, wanted) == [name]
        assert found(tok, edited, sent, {**sent, "description": "x"}) == [name]
        assert found(tok, edited, sent, wanted, ignored=(name,)) == []
        assert found(tok, ours, ours, wanted) == found(tok, edited, edited, wanted) == []


def test_every_part_without_a_tag_is_known_by_its_contents():
    tagless = {tok for tok, kind in KINDS.items() if kind.parent and not kind.tagged}
    assert {tok for tok, kind in RESOURCES.items() if is_known_by_contents(kind, {})} == tagless
    assert not is_known_by_contents(RESOURCES[TARGET], {})
    assert tagless >= {*PARTS}


def test_what_changes_in_ordinary_use_is_nobodys_mark():
    item = {"tableName": "t", "hashKey": "id", "item": '{"id": {"S": "1"}}'}
    used = {**item, "item": '{"id": {"S": "1"}, "n": {"N": "2"}}'}
    wanted = {**item, "item": '{"id": {"S": "1"}, "n": {"N": "3"}}'}
    assert found(ITEM, used, item, wanted) == []
    assert not edited(ITEM, used, item)
    [index] = [tok for tok in RESOURCES if tok.startswith(INDEX)]

    def units(number):
        return {
            "indexName": "by-day",
            "tableName": "t",
            "provisionedThroughput": {"readCapacityUnits": number, "writeCapacityUnits": number},
        }

    assert found(index, units(9), units(5), units(7)) == []
    assert not edited(index, units(9), units(5))
    schema = [{"attributeName": "day", "attributeType": "S", "keyType": "HASH"}]
    other = {**units(5), "keySchemas": [{**schema[0], "attributeName": "hour"}]}
    ours = {**units(5), "keySchemas": schema}
    assert edited(index, other, ours)


def test_a_refusal_names_what_is_written_over_and_how_to_go_on():
    error = refusal_of({"role policy a:b": ["policy"], "dashboard d": ["dashboardBody"]})
    assert isinstance(error, RefusedError)
    assert "policy of role policy a:b, dashboardBody of dashboard d" in error.message
    assert "tablewright preview PATH --refresh" in error.next_step
