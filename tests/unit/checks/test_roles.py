import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright.checks.verdict import CheckFinding, Verdict
from tablewright.checks.verify import verify
from tablewright.plan.declaration.declared import DeclaredStack, Grant, GrantTarget, Trust
from tablewright.plan.effects import effects, principal
from tablewright.plan.policy import policy_document, trust_document

Judge = Callable[..., list[CheckFinding]]
ARN = "arn:aws:dynamodb:ap-southeast-2:123456789012:table/events"

TARGETS = get_args(GrantTarget)

ACTIONS = st.sampled_from(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"])
RESOURCES = st.sampled_from([ARN, f"{ARN}/index/*", "*"])


def allowing(actions: Any, resources: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


@given(
    st.lists(ACTIONS, min_size=1, unique=True),
    st.lists(RESOURCES, min_size=1, unique=True),
    st.randoms(),
)
def test_a_policy_does_the_same_however_it_is_written(actions, resources, random):
    pairs = [(action, resource) for action in actions for resource in resources]
    random.shuffle(pairs)
    whole = {"Statement": allowing(actions, resources)}
    apart = {"Statement": [allowing(action.upper(), [resource]) for action, resource in pairs]}
    assert effects(whole) == effects(apart)


@given(st.lists(st.tuples(ACTIONS, RESOURCES), min_size=1), ACTIONS, RESOURCES)
def test_one_permission_more_is_another_effect(pairs, action, resource):
    policy = {"Statement": [allowing(*pair) for pair in pairs]}
    wider = {"Statement": [*policy["Statement"], allowing(action, resource)]}
    assert (effects(policy) == effects(wider)) == ((action, resource) in pairs)


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "NotAction": "dynamodb:GetItem", "Resource": ARN},
        {"Effect": "Allow", "Action": "dynamodb:GetItem", "NotResource": ARN},
        {"Effect": "Deny", "Action": "dynamodb:GetItem", "Resource": ARN},
        {**allowing("dynamodb:GetItem", ARN), "Condition": {"Bool": {"aws:SecureTransport": True}}},
    ],
)
def test_what_is_turned_round_or_held_back_is_another_effect(statement):
    plain = {"Statement": allowing("dynamodb:GetItem", ARN)}
    assert effects({"Statement": statement}) != effects(plain)


def test_conditions_are_compared_whatever_their_case_and_order():
    def held(condition):
        return {"Statement": {**allowing("dynamodb:GetItem", ARN), "Condition": condition}}

    assert effects(held({"StringEquals": {"aws:PrincipalOrgID": ["b", "a"]}})) == effects(
        held({"stringequals": {"AWS:principalorgid": ["a", "b"]}})
    )


def test_an_account_and_its_root_are_the_same_principal():
    root = "arn:aws:iam::123456789012:root"
    assert principal("AWS", root) == principal("AWS", "123456789012")


def test_everybody_is_everybody_in_both_spellings():
    first = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}
    second = {"Statement": {**first["Statement"], "Principal": {"AWS": "*"}}}
    assert effects(first) == effects(second)


def test_an_inverted_principal_is_marked():
    inverted = {"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "sts:AssumeRole"}
    [effect] = effects({"Statement": inverted})
    assert str(effect) == "Allow sts:AssumeRole to not AWS 1"


def policy(role: dict[str, Any]) -> dict[str, Any]:
    return role


@pytest.fixture
def inline(live) -> list[dict[str, Any]]:
    """Statements of the live role's one policy, to be changed."""
    return copy.deepcopy(live.roles["read-role"].inline["read-policy"]["Statement"])


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (allowing("dynamodb:DeleteTable", ARN), "also: Allow dynamodb:DeleteTable on"),
        (allowing("dynamodb:*", ARN), "also: Allow dynamodb:* on"),
        (allowing("dynamodb:GetItem", "*"), "also: Allow dynamodb:GetItem on *"),
        (allowing("dynamodb:GetItem", f"{ARN}2"), f"also: Allow dynamodb:GetItem on {ARN}2"),
    ],
)
def test_a_role_that_may_do_more_fails(judge: Judge, inline, extra, said: str):
    [finding] = judge(role={"inline": {"read-policy": {"Statement": [*inline, extra]}}})
    assert (finding.rule, finding.fact) == ("TW134", "permissions")
    assert said in finding.actual


def test_a_role_that_may_do_less_fails(judge: Judge, inline):
    [finding] = judge(role={"inline": {"read-policy": {"Statement": inline[:-1]}}})
    assert finding.actual == "lacks: Allow dynamodb:ListStreams on *"


def test_a_policy_on_the_one_stream_there_is_does_what_was_declared(judge: Judge, inline):
    inline[2]["Resource"] = f"{ARN}/stream/2026-11-20T00:00:00.000"
    assert judge(role={"inline": {"read-policy": {"Statement": inline}}}) == []


def test_a_policy_on_an_older_stream_does_not(judge: Judge, inline):
    inline[2]["Resource"] = f"{ARN}/stream/2020-01-01T00:00:00.000"
    [finding] = judge(role={"inline": {"read-policy": {"Statement": inline}}})
    assert finding.rule == "TW134"


def test_a_second_inline_policy_fails_although_it_allows_nothing_new(judge: Judge, inline):
    policies = {"read-policy": {"Statement": inline}, "extra": {"Statement": inline[:1]}}
    [finding] = judge(role={"inline": policies})
    assert (finding.rule, finding.actual) == ("TW133", "extra, read-policy")


def test_policies_that_could_not_be_read_are_unknown(judge: Judge):
    findings = judge(role={"inline": None, "unread": {"inline": "not allowed"}})
    assert [(each.rule, each.verdict) for each in findings] == [
        ("TW133", Verdict.UNKNOWN),
        ("TW134", Verdict.UNKNOWN),
    ]


def test_an_attached_policy_that_was_not_declared_fails(judge: Judge):
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    [finding] = judge(role={"attached": (arn,)})
    assert (finding.rule, finding.actual) == ("TW135", arn)


def test_attached_policies_that_could_not_be_read_are_unknown(judge: Judge):
    [finding] = judge(role={"attached": None, "unread": {"attached": "not allowed"}})
    assert (finding.rule, finding.verdict) == ("TW135", Verdict.UNKNOWN)


def test_a_boundary_that_was_not_declared_fails(judge: Judge):
    [finding] = judge(role={"boundary": "arn:b"})
    assert (finding.rule, finding.expected, finding.actual) == ("TW136", "none", "arn:b")


def test_policies_that_nobody_declared_are_to_be_taken_away_by_hand(judge: Judge, inline):
    extra = {"Statement": [allowing("dynamodb:*", "*")]}
    second = {"read-policy": {"Statement": inline}, "extra": extra}
    findings = judge(role={"inline": second, "attached": ("arn:p",)})
    assert [finding.rule for finding in findings] == ["TW133", "TW134", "TW135"]
    assert all("by hand" in finding.fix for finding in findings)


def test_the_description_of_a_role_is_compared(judge: Judge):
    [finding] = judge(role={"description": ""})
    assert (finding.rule, finding.expected) == ("TW138", "May read")


def test_tags_of_a_role_are_compared(judge: Judge):
    [finding] = judge(role={"tags": {}})
    assert (finding.rule, finding.actual) == ("TW137", "none")


TRUSTED = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole",
}


@pytest.mark.parametrize(
    "statements",
    [
        [TRUSTED],
        [{**TRUSTED, "Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}}],
        [
            {**TRUSTED, "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}},
            {**TRUSTED, "Principal": {"AWS": "999999999999"}},
        ],
        [],
    ],
)
def test_trust_that_is_wider_or_narrower_than_declared_fails(judge: Judge, statements):
    [finding] = judge(role={"trust": {"Statement": statements}})
    assert (finding.rule, finding.fact) == ("TW132", "trust")


@pytest.mark.parametrize(
    "trust",
    [
        Trust(services=("lambda.amazonaws.com", "ecs-tasks.amazonaws.com")),
        Trust(services=("lambda.amazonaws.com",), source_account=False),
        Trust(principals=("210987654321",), external_id="secret"),
        Trust(principals=("arn:aws:iam::210987654321:role/x",)),
    ],
)
def test_what_the_components_render_is_what_the_rules_expect(
    declared: DeclaredStack, live, trust: Trust
):
    grants = (
        Grant("A", ("GetItem", "dynamodb:Query"), ("table", "indexes")),
        Grant(
            "B",
            ("dynamodb:GetItem",),
            ("table",),
            {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["x"]}},
        ),
        *(Grant(f"Of{target}", ("dynamodb:GetRecords",), (target,)) for target in TARGETS),
    )
    [table] = declared.tables
    [role] = table.roles
    said = replace(role, trust=trust, grants=grants)
    lives = replace(
        live.roles["read-role"],
        trust=trust_document(trust, "123456789012"),
        inline={"read-policy": policy_document(grants, ARN)},
    )
    report = verify(
        replace(declared, tables=(replace(table, roles=(said,)),)),
        replace(live, roles={"read-role": lives}),
    )
    assert report.failed == ()
