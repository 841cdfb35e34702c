"""Preview, `verify` and the settling of principals agree on what a policy does."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright.checks.effects import same_effects
from tablewright.checks.verdict import Verdict
from tablewright.plan.effects import effects, is_policy
from tablewright.plan.policy import settled_trust
from tablewright.provider.resources.difference import changes
from tablewright.provider.resources.shape import document

VERSIONS = ["2012-10-17", "2008-10-17"]
ACTIONS = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:*", "sts:AssumeRole"]
RESOURCES = [
    "arn:aws:dynamodb:eu-west-1:123456789012:table/a",
    "arn:aws:s3:::b/${aws:username}",
    "*",
]
PRINCIPALS = ["123456789012", "210987654321", "arn:aws:iam::123456789012:role/r", "*"]
CONDITIONS = [{}, {"StringEquals": {"aws:PrincipalOrgID": ["o-1", "o-2"]}}]


def some(names: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)


def element(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.builds(lambda given: {name: given}, values),
        st.builds(lambda given: {f"Not{name}": given}, values),
    )


STATEMENTS = st.builds(
    lambda effect, action, resource, condition: {
        "Effect": effect,
        **action,
        **resource,
        **({"Condition": condition} if condition else {}),
    },
    st.sampled_from(["Allow", "Deny"]),
    element("Action", some(ACTIONS)),
    element("Resource", some(RESOURCES))
    | element("Principal", st.builds(lambda names: {"AWS": names}, some(PRINCIPALS))),
    st.sampled_from(CONDITIONS),
)
POLICIES = st.builds(
    lambda version, statements: {"Version": version, "Statement": statements},
    st.sampled_from(VERSIONS),
    st.lists(STATEMENTS, min_size=1, max_size=3),
)


def respelled(draw: st.DrawFn, policy: dict[str, Any]) -> dict[str, Any]:
    """The same policy as somebody else, or AWS, would write it."""

    def written(name: str, value: Any) -> Any:
        if isinstance(value, dict):
            spelled = {
                (key.swapcase() if name == "Condition" and draw(st.booleans()) else key): item
                for key, item in value.items()
            }
            return {
                key: written("AWS" if key == "AWS" else name, item) for key, item in spelled.items()
            }
        if not isinstance(value, list):
            return value
        texts = draw(st.permutations(value))
        if name.endswith("Action"):
            texts = [draw(st.sampled_from([text, text.upper(), text.lower()])) for text in texts]
        if name == "AWS":
            root = "arn:aws:iam::{}:root"
            texts = [
                root.format(text) if text.isdigit() and draw(st.booleans()) else text
                for text in texts
            ]
        return texts[0] if len(texts) == 1 and draw(st.booleans()) else texts

    def apart(statement: dict[str, Any]) -> list[dict[str, Any]]:
        actions = statement.get("Action")
        if not actions or len(actions) == 1 or not draw(st.booleans()):
            return [statement]
        return [{**statement, "Action": [action]} for action in actions]

    statements = [
        {name: written(name, value) for name, value in each.items()}
        | ({"Sid": "Somebody"} if draw(st.booleans()) else {})
        for statement in draw(st.permutations(policy["Statement"]))
        for each in apart(statement)
    ]
    alone = len(statements) == 1 and draw(st.booleans())
    spelled = {"Version": policy["Version"], "Statement": statements[0] if alone else statements}
    if policy["Version"] == "2008-10-17" and draw(st.booleans()):
        del spelled["Version"]
    return spelled


@st.composite
def spellings(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    policy = draw(POLICIES)
    return policy, respelled(draw, policy)


def preview_sees_none(one: dict[str, Any], other: dict[str, Any]) -> bool:
    recorded, said = {"policy": json.dumps(one)}, {"policy": json.dumps(other)}
    return changes({"policy": document()}, recorded, recorded, said) == []


def verify_passes(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return same_effects("policy", effects(one), effects(other)).verdict is Verdict.PASSED


def settled(policy: dict[str, Any]) -> dict[str, Any]:
    """With its principals as a trust policy is sent; only such has them in this form."""
    statements = [
        settled_trust({"Statement": [each]})["Statement"][0]
        if isinstance(each.get("Principal"), dict)
        else each
        for each in policy["Statement"]
    ]
    return {**policy, "Statement": statements}


@given(spellings())
def test_a_spelling_is_no_difference_to_anybody(pair):
    one, other = pair
    assert is_policy(one)
    assert is_policy(other)
    assert preview_sees_none(one, other)
    assert verify_passes(one, other)


@given(POLICIES, POLICIES)
def test_preview_and_verify_agree_on_what_is_a_difference(one, other):
    assert preview_sees_none(one, other) == verify_passes(one, other)


@given(POLICIES)
def test_settling_principals_changes_nothing_that_preview_or_verify_sees(policy):
    assert preview_sees_none(policy, settled(policy))
    assert verify_passes(policy, settled(policy))


def test_sparing_two_actions_together_is_less_than_sparing_each_alone():
    together = {"Statement": {"Effect": "Allow", "NotAction": ["a:B", "a:C"], "Resource": "*"}}
    apart = {
        "Statement": [
            {"Effect": "Allow", "NotAction": action, "Resource": "*"} for action in ("a:B", "a:C")
        ]
    }
    assert not verify_passes(together, apart)
    assert not preview_sees_none(together, apart)


def test_the_older_version_knows_no_variables():
    resource = "arn:aws:s3:::b/${aws:userid}"
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": resource}
    new, old = ({"Version": version, "Statement": statement} for version in VERSIONS)
    assert not verify_passes(new, old)
    assert verify_passes(old, {"Statement": statement})


@pytest.mark.parametrize(
    "value",
    [
        "text",
        7,
        None,
        {},
        {"Statement": ["a"]},
        {"Statement": {"Condition": "a"}},
        {"Statement": {"Condition": {"a": "b"}}},
        {"Statement": {"Acton": "a"}},
    ],
)
def test_what_aws_would_refuse_is_no_policy(value):
    assert not is_policy(value)
