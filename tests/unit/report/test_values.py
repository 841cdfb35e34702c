"""Values before and after, in one line: what was cut is never what differs."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tablewright.deploy.property_changes import PropertyChange
from tablewright.report.formats.values import MAX_VALUE_LENGTH, difference, shown_value


def policy(*actions: str) -> str:
    statement = {
        "Sid": "Read",
        "Effect": "Allow",
        "Action": [f"dynamodb:{action}" for action in actions],
        "Resource": ["arn:aws:dynamodb:eu-west-1:123456789012:table/orders"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


def test_a_changed_document_is_shown_where_it_begins_to_differ():
    change = PropertyChange("policy", policy("GetItem", "Query"), policy("GetItem", "Scan"))
    assert difference(change) == (
        'policy: …dynamodb:Query"],"Resource":["arn:aws:dynamodb:eu-west-1:1… '
        '→ …dynamodb:Scan"],"Resource":["arn:aws:dynamodb:eu-west-1:12…'
    )


def test_a_document_that_was_not_there_is_shown_from_its_beginning():
    change = PropertyChange("policy", None, policy("GetItem"))
    assert difference(change).startswith('policy: (none) → {"Version":"2012-10-17","Statement":')


@given(st.text('ab {"', max_size=150), *[st.text('ab {"', max_size=150)] * 2)
def test_values_that_differ_are_shown_differently_and_short(beginning, before, after):
    before, after = f"{{ {beginning}{before}", f"{{ {beginning}{after}"
    shown = shown_value(before, after), shown_value(after, before)
    assert (shown[0] == shown[1]) == (before == after)
    assert max(map(len, shown)) <= MAX_VALUE_LENGTH
