"""The evaluation logic; random policies against properties that hold whatever they say."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.iam.document import parse_policy
from tablewright_emulator.iam.evaluation import Caller, Policies, Question, evaluate, missing_keys

ACCOUNT, OTHER = "123456789012", "210987654321"
USER = Caller(f"arn:aws:iam::{ACCOUNT}:user/bob", ACCOUNT)
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/app"
SESSION = Caller(f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s", ACCOUNT, ROLE_ARN)
ROOT = Caller(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders"


def policies(*statements):
    return (parse_policy(json.dumps({"Version": "2012-10-17", "Statement": statements}), "p"),)


def statement(effect="Allow", action="*", resource="*", **more):
    return {"Effect": effect, "Action": action, "Resource": resource} | more


def ask(given_, caller=USER, action="dynamodb:GetItem", resource=TABLE, owner=ACCOUNT, **context):
    values = {key: tuple(value) for key, value in context.items()}
    return evaluate(Question(caller, action, resource, owner, values), given_)


def verdict(given_, **question):
    answer = ask(given_, **question)
    return answer.verdict, answer.kind


EVERYTHING = policies(statement())
NOTHING = policies(statement("Allow", "s3:*"))
DENIED = policies(statement("Deny", "dynamodb:Get*"))


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (Policies(), ("implicitDeny", "identity")),
        (Policies(EVERYTHING), ("allowed", "identity")),
        (Policies(NOTHING), ("implicitDeny", "identity")),
        (Policies((*EVERYTHING, *DENIED)), ("explicitDeny", "identity")),
        (Policies(EVERYTHING, boundary=EVERYTHING), ("allowed", "identity")),
        (Policies(EVERYTHING, boundary=NOTHING), ("implicitDeny", "boundary")),
        (Policies(EVERYTHING, boundary=()), ("implicitDeny", "boundary")),
        (Policies(EVERYTHING, boundary=(*EVERYTHING, *DENIED)), ("explicitDeny", "boundary")),
        (Policies(EVERYTHING, session=NOTHING), ("implicitDeny", "session")),
        (Policies(EVERYTHING, session=EVERYTHING), ("allowed", "identity")),
        (Policies(NOTHING, boundary=EVERYTHING), ("implicitDeny", "identity")),
    ],
)
def test_identity_boundary_and_session_must_all_allow(given_, expected):
    assert verdict(given_) == expected


def resource_policy(principal, effect="Allow"):
    return policies(statement(effect, "dynamodb:*", TABLE, Principal=principal))


@pytest.mark.parametrize(
    ("principal", "caller", "expected"),
    [
        ({"AWS": USER.arn}, USER, "allowed"),
        ("*", USER, "allowed"),
        ({"AWS": "*"}, SESSION, "allowed"),
        ({"AWS": ACCOUNT}, USER, "implicitDeny"),
        ({"AWS": ROOT.arn}, USER, "implicitDeny"),
        ({"AWS": ROLE_ARN}, SESSION, "allowed"),
        ({"AWS": SESSION.arn}, SESSION, "allowed"),
        ({"AWS": "arn:aws:iam::123456789012:user/amy"}, USER, "implicitDeny"),
        ({"Service": "lambda.amazonaws.com"}, USER, "implicitDeny"),
    ],
)
def test_in_one_account_a_resource_policy_that_names_the_caller_is_enough(
    principal, caller, expected
):
    given_ = Policies(resource=resource_policy(principal))
    assert ask(given_, caller=caller).verdict == expected


def test_a_role_named_by_a_resource_policy_stays_within_its_boundary_and_session():
    named = resource_policy({"AWS": ROLE_ARN})
    assert verdict(Policies(boundary=NOTHING, resource=named), caller=SESSION) == (
        "implicitDeny", "boundary",
    )  # fmt: skip
    assert verdict(Policies(session=NOTHING, resource=named), caller=SESSION) == (
        "implicitDeny", "session",
    )  # fmt: skip
    itself = resource_policy({"AWS": SESSION.arn})
    assert ask(Policies(boundary=NOTHING, resource=itself), caller=SESSION).allowed


@pytest.mark.parametrize(
    ("identity", "principal", "expected"),
    [
        (EVERYTHING, {"AWS": ACCOUNT}, ("allowed", "resource")),
        (EVERYTHING, {"AWS": USER.arn}, ("allowed", "resource")),
        (EVERYTHING, {"AWS": OTHER}, ("implicitDeny", "resource")),
        (NOTHING, {"AWS": USER.arn}, ("implicitDeny", "identity")),
        (EVERYTHING, None, ("implicitDeny", "resource")),
    ],
)
def test_across_accounts_both_sides_must_allow(identity, principal, expected):
    resource = resource_policy(principal) if principal else ()
    assert verdict(Policies(identity, resource=resource), owner=OTHER) == expected


def test_the_root_of_an_account_is_limited_by_resource_policies_only():
    assert ask(Policies(), caller=ROOT).allowed
    denied = resource_policy("*", "Deny")
    assert verdict(Policies(resource=denied), caller=ROOT) == ("explicitDeny", "resource")
    assert not ask(Policies(), caller=ROOT, owner=OTHER).allowed
    assert ask(
        Policies(resource=resource_policy({"AWS": ACCOUNT})), caller=ROOT, owner=OTHER
    ).allowed


def test_a_not_principal_denies_everybody_else():
    others = policies({
        "Effect": "Deny", "NotPrincipal": {"AWS": USER.arn}, "Action": "*", "Resource": "*",
    })  # fmt: skip
    assert ask(Policies(EVERYTHING, resource=others)).allowed
    assert not ask(Policies(EVERYTHING, resource=others), caller=SESSION).allowed


@pytest.mark.parametrize(
    ("statement_", "expected"),
    [
        (statement(action=["dynamodb:Query", "dynamodb:get*"]), "allowed"),
        ({"Effect": "Allow", "NotAction": "dynamodb:Put*", "Resource": "*"}, "allowed"),
        ({"Effect": "Allow", "NotAction": "dynamodb:Get*", "Resource": "*"}, "implicitDeny"),
        ({"Effect": "Allow", "Action": "*", "NotResource": TABLE}, "implicitDeny"),
        ({"Effect": "Allow", "Action": "*", "NotResource": f"{TABLE}/index/*"}, "allowed"),
        (statement(resource=f"{TABLE}/*"), "implicitDeny"),
        (statement(resource="arn:aws:dynamodb:*:*:table/${aws:username}"), "implicitDeny"),
        ({"Effect": "Allow", "Action": "*",
          "NotResource": "arn:aws:dynamodb:*:*:table/${aws:username}"}, "implicitDeny"),
        (statement(Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}), "allowed"),
        (statement(Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
         "implicitDeny"),
        (statement(Condition={"Bool": {"aws:SecureTransport": "true"},
                              "Null": {"aws:username": "true"}}), "allowed"),
    ],
)  # fmt: skip
def test_a_statement_applies_by_action_resource_and_conditions(statement_, expected):
    context = {"aws:requestedregion": ["eu-west-1"], "aws:securetransport": ["true"]}
    assert ask(Policies(policies(statement_)), **context).verdict == expected


def test_an_action_without_a_resource_is_allowed_by_a_star_only():
    one_table = Policies(policies(statement(resource=TABLE)))
    assert not ask(one_table, action="dynamodb:ListTables", resource="*").allowed
    assert ask(Policies(EVERYTHING), action="dynamodb:ListTables", resource="*").allowed


def test_keys_that_policies_ask_for_and_nobody_gave_are_listed():
    condition = {"StringEquals": {"aws:A": "x", "aws:B": "y"}}
    given_ = Policies(policies(statement(Condition=condition)), boundary=EVERYTHING)
    assert missing_keys(given_, {"aws:a": ("x",)}) == ["aws:B"]


conditions = st.none() | st.fixed_dictionaries(
    {"StringEquals": st.fixed_dictionaries({"aws:username": st.sampled_from(["bob", "amy"])})}
)
statements = st.builds(
    lambda effect, action, resource, condition: statement(
        effect, action, resource, **({"Condition": condition} if condition else {})
    ),
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.sampled_from(["*", "dynamodb:*", "dynamodb:GetItem", "dynamodb:Put*", "s3:*"]),
    st.sampled_from(["*", TABLE, f"{TABLE}/*", "arn:aws:dynamodb:*:*:table/o*"]),
    conditions,
)
sets = st.lists(statements, max_size=3).map(lambda found: policies(*found) if found else ())
asked = st.sampled_from(["dynamodb:GetItem", "dynamodb:PutItem"])
names = st.sampled_from([{}, {"aws:username": ["bob"]}])


@given(sets, sets, asked, names)
def test_the_order_of_policies_does_not_matter(one, other, action, context):
    forth = ask(Policies((*one, *other)), action=action, **context)
    back = ask(Policies((*other, *one)), action=action, **context)
    assert forth.verdict == back.verdict


@given(sets, sets, asked, names)
def test_a_boundary_or_session_never_allows_more(identity, limit, action, context):
    free = ask(Policies(identity), action=action, **context)
    bounded = ask(Policies(identity, boundary=limit), action=action, **context)
    session = ask(Policies(identity, session=limit), action=action, **context)
    alone = ask(Policies(limit), action=action, **context)
    assert bounded.allowed == session.allowed == (free.allowed and alone.allowed)
    assert bounded.boundary_allows == alone.allowed


@given(sets, asked, names)
def test_an_added_deny_is_final(identity, action, context):
    denied = policies(statement("Deny", action))
    assert ask(Policies((*identity, *denied)), action=action, **context).verdict == "explicitDeny"


@given(sets, asked, names)
def test_statements_that_decided_say_the_same_as_the_verdict(identity, action, context):
    answer = ask(Policies(identity), action=action, **context)
    effects = {each.allows for each in answer.statements}
    assert effects == {"allowed": {True}, "explicitDeny": {False}}.get(answer.verdict, set())
