import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.iam.document import PolicyError, parse_policy

ALLOW = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}


def policy(*statements, version="2012-10-17", **more):
    return json.dumps({"Version": version, "Statement": list(statements)} | more)


def test_single_values_and_a_single_statement_are_lists_of_one():
    text = json.dumps({"Version": "2012-10-17", "Statement": ALLOW})
    (statement,) = parse_policy(text, "p").statements
    assert (statement.actions, statement.resources) == (("dynamodb:GetItem",), ("*",))
    assert statement.allows
    assert statement.variables


def test_variables_are_known_in_the_newer_version_only():
    text = json.dumps({"Statement": [ALLOW]})
    assert not parse_policy(text, "p").statements[0].variables


def test_numbers_and_booleans_in_conditions_are_read_as_text():
    condition = {"Bool": {"aws:SecureTransport": True}, "NumericEquals": {"s3:max-keys": [5, 6]}}
    (statement,) = parse_policy(policy(ALLOW | {"Condition": condition}), "p").statements
    assert [each.values for each in statement.conditions] == [("true",), ("5", "6")]


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "{}", '{"Statement": 5}', "[" * 100_000,
        policy(ALLOW, version="2020-01-01"),
        policy(ALLOW | {"Effect": "Maybe"}),
        policy(ALLOW | {"NotAction": "a:b"}),
        policy(ALLOW | {"NotResource": "*"}),
        policy({"Effect": "Allow", "Resource": "*"}),
        policy(ALLOW | {"Action": "GetItem"}),
        policy(ALLOW | {"Action": {"a": 1}}),
        policy(ALLOW | {"Colour": "red"}),
        policy(ALLOW | {"Condition": []}),
        policy(ALLOW | {"Condition": {"StringEquals": "x"}}),
        policy(ALLOW | {"Condition": {"StringIs": {"a": "b"}}}),
        policy(ALLOW | {"Principal": 7}),
        policy("x"),
    ],
)  # fmt: skip
def test_what_is_no_policy_is_refused(text):
    with pytest.raises(PolicyError):
        parse_policy(text, "p")


def lines_between(text, statement):
    lines = text.split("\n")
    (first, start), (last, end) = statement.start, statement.end
    if first == last:
        return lines[first - 1][start - 1 : end - 1]
    middle = lines[first : last - 1]
    return "\n".join([lines[first - 1][start - 1 :], *middle, lines[last - 1][: end - 1]])


@given(st.integers(1, 4), st.sampled_from([None, 1, 4]), st.booleans())
def test_a_statement_knows_where_in_the_text_it_stands(count, indent, single):
    statements = [ALLOW | {"Sid": f"s{n}", "Action": [f"a:B{n}", "c:D"]} for n in range(count)]
    shape = statements[0] if single else statements
    document = {"Id": 'tricky "Statement": [', "Statement": shape, "Version": "2012-10-17"}
    text = json.dumps(document, indent=indent)
    found = [json.loads(lines_between(text, each)) for each in parse_policy(text, "p").statements]
    assert found == (statements[:1] if single else statements)
