"""A document that is written again keeps what others have added to it, and is recorded without."""

from __future__ import annotations

import json

import pytest

from tablewright.provider.catalogue import RESOURCES
from tablewright.provider.resources.documents import with_unrecorded, without_unrecorded
from tablewright.provider.resources.shape import ValueKind

ROLE_POLICY = RESOURCES["aws:iam/rolePolicy:RolePolicy"].shape
DASHBOARD = RESOURCES["aws:cloudwatch/dashboard:Dashboard"].shape
ITEM = RESOURCES["aws:dynamodb/tableItem:TableItem"].shape
WITH_STATEMENTS = sorted(
    (tok, name)
    for tok, kind in RESOURCES.items()
    for name, known in kind.shape.items()
    if known.kind is ValueKind.DOCUMENT and name.lower().endswith("policy") and not known.ordered
)


def statement(action, sid="", **more):
    named = {"Sid": sid} if sid else {}
    return {**named, "Effect": "Allow", "Action": action, "Resource": "*", **more}


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def kept(live, recorded, declared, shape=ROLE_POLICY, name="policy", member="Statement"):
    """What is written of a document; None: as it is declared."""
    bags = ({name: live}, {name: recorded}, {name: declared})
    written = with_unrecorded(shape, *bags).get(name)
    return json.loads(written)[member] if written else None


READ, WRITE, THEIRS = (statement(action) for action in ("a:Read", "a:Write", "a:Theirs"))


@pytest.mark.parametrize(("tok", "name"), WITH_STATEMENTS)
def test_a_statement_of_others_is_written_again_and_not_recorded(tok, name):
    shape = RESOURCES[tok].shape
    bags = {name: policy(READ, THEIRS)}, {name: policy(READ)}, {name: policy(READ, WRITE)}
    written = with_unrecorded(shape, *bags)
    assert json.loads(written[name])["Statement"] == [READ, WRITE, THEIRS]
    recorded = without_unrecorded(shape, written, *bags[1:])
    assert recorded == {name: policy(READ, WRITE)}


def test_what_is_taken_out_of_the_declaration_goes_and_what_a_look_has_recorded_as_well():
    assert kept(policy(READ, WRITE), policy(READ, WRITE), policy(READ)) is None
    assert kept(policy(READ, THEIRS), policy(READ, THEIRS), policy(WRITE)) is None


def test_another_grouping_of_statements_is_nobodys_addition():
    grouped = policy(statement(["a:read", "a:Write"]))
    assert kept(grouped, policy(READ, WRITE), policy(READ)) is None


def test_a_statement_that_was_edited_under_its_sid_is_still_the_programs():
    own, edited = statement("a:Read", "Read"), statement(["a:Read", "a:Theirs"], "Read")
    assert kept(policy(edited), policy(own), policy(own, WRITE)) is None


def test_a_statement_about_somebody_who_was_deleted_is_not_written_again():
    gone = statement("a:Theirs", Principal={"AWS": ["AROAJQABLZS4A3QDU576Q"]})
    lives = statement("a:Theirs", Principal={"AWS": "123456789012"})
    assert kept(policy(READ, gone), policy(READ), policy(WRITE)) is None
    assert kept(policy(READ, lives), policy(READ), policy(WRITE)) == [WRITE, lives]


def widget(title, **more):
    return {"type": "metric", "width": 6, "properties": {"title": title}, **more}


def test_a_widget_of_others_stays_and_one_that_was_moved_does_not_come_twice():
    own, new, theirs = widget("Reads"), widget("Writes"), widget("Queue")
    note = {"type": "text", "properties": {"markdown": "# on call"}}
    live = json.dumps({"widgets": [widget("Reads", x=3), theirs, note]})
    declared = json.dumps({"widgets": [own, new]})
    written = kept(
        live, json.dumps({"widgets": [own]}), declared, DASHBOARD, "dashboardBody", "widgets"
    )
    assert written == [own, new, theirs, note]


@pytest.mark.parametrize(
    "live", ["", "no document", "[1]", json.dumps({"widgets": 3}), json.dumps({"Statement": "?"})]
)
def test_what_nobody_understands_is_written_as_declared(live):
    assert kept(live, policy(READ), policy(WRITE)) is None
    assert without_unrecorded(ROLE_POLICY, {"policy": live}, {"policy": policy(READ)}, {}) == {}


def test_the_attributes_of_an_item_are_no_list_of_parts():
    bags = [{"item": json.dumps({"id": {"S": text}})} for text in ("live", "recorded", "declared")]
    assert with_unrecorded(ITEM, *bags) == {}
