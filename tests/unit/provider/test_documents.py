"""A document that is written again keeps what others have added to it, and is recorded without."""

from __future__ import annotations

import json

import pytest

from tablewright.provider.catalogue import RESOURCES
from tablewright.provider.resources.documents import (
    edited_documents,
    with_unrecorded,
    without_unrecorded,
)
from tablewright.provider.resources.shape import ValueKind
from tablewright.resource_kinds import UNKNOWN

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


def is_edited(live, recorded, declared, shape=ROLE_POLICY, name="policy"):
    """Whether an update would write over what somebody has changed."""
    bags = ({name: live}, {name: recorded}, {name: declared})
    return edited_documents(shape, *bags, bags[1]) == {name}


READ, WRITE, THEIRS = (statement(action) for action in ("a:Read", "a:Write", "a:Theirs"))


@pytest.mark.parametrize(("tok", "name"), WITH_STATEMENTS)
def test_a_statement_of_others_is_written_again_and_not_recorded(tok, name):
    shape = RESOURCES[tok].shape
    bags = {name: policy(READ, THEIRS)}, {name: policy(READ)}, {name: policy(READ, WRITE)}
    written = with_unrecorded(shape, *bags)
    assert json.loads(written[name])["Statement"] == [READ, WRITE, THEIRS]
    recorded = without_unrecorded(shape, written, *bags[1:])
    assert recorded == {name: policy(READ, WRITE)}
    failed = without_unrecorded(shape, *bags, is_done=False)
    assert failed == {name: policy(READ)}, "only a look at what is live records it"
    assert not edited_documents(shape, *bags)


@pytest.mark.parametrize(("tok", "name"), WITH_STATEMENTS)
def test_a_statement_that_somebody_has_changed_is_not_written_over(tok, name):
    shape = RESOURCES[tok].shape
    own, changed = statement("a:Read", "Read"), statement("a:Theirs", "Read")
    for wanted in (policy(own), policy(own, WRITE), policy(WRITE)):
        bags = {name: policy(changed)}, {name: policy(own)}, {name: wanted}
        assert edited_documents(shape, *bags) == {name}
        assert not edited_documents(shape, bags[0], bags[0], bags[2]), "a look has recorded it"
        assert not edited_documents(shape, bags[2], *bags[1:])
    assert not edited_documents(shape, bags[0], bags[1], bags[0]), "it is what is declared by now"


def test_what_is_taken_out_of_the_declaration_goes_and_what_a_look_has_recorded_as_well():
    assert kept(policy(READ, WRITE), policy(READ, WRITE), policy(READ)) is None
    assert kept(policy(READ, THEIRS), policy(READ, THEIRS), policy(WRITE)) is None


def test_another_grouping_of_statements_is_nobodys_addition():
    grouped = policy(statement(["a:read", "a:Write"]))
    assert kept(grouped, policy(READ, WRITE), policy(READ)) is None


def test_a_statement_without_a_sid_that_does_more_or_less_than_recorded_was_changed():
    both, more = statement(["a:Read", "a:Write"]), statement(["a:Read", "a:Theirs"])
    assert is_edited(policy(more), policy(READ), policy(WRITE)), "else its reading would stay"
    assert is_edited(policy(READ), policy(both), policy(both, THEIRS)), "somebody forbade writing"
    assert not is_edited(policy(READ), policy(READ, WRITE), policy(READ, WRITE, THEIRS))
    assert not is_edited(policy(READ, WRITE), policy(both), policy(both, THEIRS))
    assert not is_edited(policy(READ), policy(both), policy(READ, THEIRS))


def test_a_statement_of_others_that_does_what_ours_does_as_well_stays_beside_it():
    theirs = statement(["a:Read", "a:Theirs"])
    bags = policy(READ, theirs), policy(READ), policy(READ, WRITE)
    assert kept(*bags) == [READ, WRITE, theirs]
    assert not is_edited(*bags)


def test_a_declared_sid_that_a_statement_of_others_has_is_not_written_over_it():
    theirs, own = statement("a:Theirs", "New"), statement("a:Write", "New")
    assert is_edited(policy(READ, theirs), policy(READ), policy(READ, own))


def test_a_policy_that_is_declared_no_more_leaves_what_others_have_added():
    shape = RESOURCES["aws:sqs/queue:Queue"].shape
    live, recorded = {"policy": policy(READ, THEIRS)}, {"policy": policy(READ)}
    written = with_unrecorded(shape, live, recorded, {}, recorded)
    assert json.loads(written["policy"])["Statement"] == [THEIRS]
    assert without_unrecorded(shape, written, recorded, {}) == {"policy": ""}
    assert with_unrecorded(shape, live, recorded, {}) == {}, "nor is it written unless it was given"
    theirs = {"policy": policy(THEIRS)}
    written = with_unrecorded(shape, theirs, {"policy": ""}, recorded)
    assert json.loads(written["policy"])["Statement"] == [READ, THEIRS]


def test_what_is_not_known_before_the_run_is_judged_in_it():
    assert not is_edited(policy(THEIRS), policy(READ), UNKNOWN)


def test_a_statement_about_somebody_who_was_deleted_is_not_written_again():
    gone = statement("a:Theirs", Principal={"AWS": ["AROAJQABLZS4A3QDU576Q"]})
    lives = statement("a:Theirs", Principal={"AWS": "123456789012"})
    assert kept(policy(READ, gone), policy(READ), policy(WRITE)) is None
    assert kept(policy(READ, lives), policy(READ), policy(WRITE)) == [WRITE, lives]
    assert not is_edited(policy(READ, gone), policy(READ), policy(WRITE))
    names = [f"arn:aws:iam::123456789012:role/{name}" for name in "ab"]
    two = statement("a:Read", "Read", Principal={"AWS": names})
    one = statement("a:Read", "Read", Principal={"AWS": [names[0], *gone["Principal"]["AWS"]]})
    assert not is_edited(policy(one), policy(two), policy(two, WRITE))


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


def body(*widgets, **more):
    return json.dumps({"widgets": widgets, **more})


BOARD = (DASHBOARD, "dashboardBody")


def shows(title, metric):
    return {"type": "metric", "properties": {"title": title, "metrics": [["AWS/SQS", metric]]}}


def test_a_widget_that_somebody_has_changed_is_not_written_over():
    own, changed, new = shows("Reads", "A"), shows("Reads", "B"), shows("Writes", "C")
    assert is_edited(body(changed), body(own), body(own, new), *BOARD)
    assert is_edited(body(changed), body(own), body(new), *BOARD)
    assert not is_edited(body(changed), body(changed), body(own, new), *BOARD)
    assert not is_edited(body(new), body(own), body(own, new), *BOARD), "what is gone comes again"


def test_a_widget_of_others_under_the_title_of_ours_stays_beside_it():
    own, theirs, new = shows("Reads", "A"), shows("Reads", "B"), shows("Writes", "C")
    for live in (body(own, theirs), body(theirs, own)):
        for wanted in ([own, new], [shows("Reads", "D")]):
            bags = live, body(own), body(*wanted)
            assert kept(*bags, *BOARD, "widgets") == [*wanted, theirs]
            assert not is_edited(*bags, *BOARD)
    assert kept(body(own, own), body(own), body(own, new), *BOARD, "widgets") == [own, new, own]
    assert kept(body(new, theirs), body(new), body(new, own), *BOARD, "widgets") == [
        *(new, own, theirs)
    ]


def test_what_others_have_set_on_a_dashboard_stays_and_what_they_have_changed_is_told():
    own, new = shows("Reads", "A"), shows("Writes", "C")
    live = body(own, start="-P7D")
    [text] = with_unrecorded(
        *(DASHBOARD, {"dashboardBody": live}),
        *({"dashboardBody": body(*widgets)} for widgets in ([own], [own, new])),
    ).values()
    assert json.loads(text) == {"widgets": [own, new], "start": "-P7D"}
    assert is_edited(live, body(own, start="-PT3H"), body(new, start="-PT3H"), *BOARD)
    assert is_edited(live, body(own), body(new, start="-PT3H"), *BOARD)
    assert not is_edited(live, body(own, start="-P7D"), body(new), *BOARD)


@pytest.mark.parametrize(
    "live", ["", "no document", "[1]", json.dumps({"widgets": 3}), json.dumps({"Statement": "?"})]
)
def test_what_nobody_understands_is_written_as_declared(live):
    assert kept(live, policy(READ), policy(WRITE)) is None
    assert without_unrecorded(ROLE_POLICY, {"policy": live}, {"policy": policy(READ)}, {}) == {}
    assert is_edited(live, policy(READ), policy(WRITE)) == bool(live)
    assert not is_edited(live, live, policy(WRITE))


def test_the_attributes_of_an_item_are_no_list_of_parts():
    bags = [{"item": json.dumps({"id": {"S": text}})} for text in ("live", "recorded", "declared")]
    assert with_unrecorded(ITEM, *bags) == {}
